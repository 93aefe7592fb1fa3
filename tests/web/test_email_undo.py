"""The link that a former address gets, on both faces."""

import re

import pytest_asyncio

from tests import factories
from tests.web.accounts import change, new_member
from tests.web.entering import location

PAGE = "/account/security/email"
NEW = "eleven green pears in a bowl"


@pytest_asyncio.fixture
async def link(shop, new_visitor, engine, post):
    """The address of the page that puts ada@shop.example back."""
    ada = await new_member(shop, new_visitor())
    await ada.sign_in()
    form = (await ada.visitor.get(PAGE)).form(PAGE)
    await ada.visitor.post(PAGE, form | {"email": "ada@new.example"})
    codes = {
        "old_code": await ada.mailed_code("ada@shop.example"),
        "new_code": await ada.mailed_code("ada@new.example"),
    }
    action = f"{PAGE}/confirmation"
    await ada.visitor.post(action, (await ada.visitor.get(PAGE)).form(action) | codes)
    await post.deliver()
    texts = [mail.rendered.text for mail in post.sent if mail.recipient == "ada@shop.example"]
    return re.search(r"http://shop\.test(/email/undo\?key=\S+)", texts[-1])[1]


async def test_the_button_puts_it_back_and_leads_to_a_new_password(either, link, post, engine):
    shown = await either.get(link)
    assert (shown.status, "ada@shop.example" in shown.words) == (200, True)
    assert shown.response.headers["referrer-policy"] == "no-referrer"
    assert await engine.fetchval("SELECT email FROM users") == "ada@new.example", "opening it changes nothing"
    answer = await either.post("/email/undo", shown.form("/email/undo"))
    assert location(answer) == "/password/reset"
    assert await engine.fetchval("SELECT email FROM users") == "ada@shop.example"
    page = await either.get("/password/reset")
    code = await post.code("ada@shop.example")
    done = await either.post("/password/reset", page.form("/password/reset") | {"code": code, "password": NEW})
    assert location(done) == "/sign-in"


async def test_a_link_that_is_over_says_so(either, link):
    shown = await either.get(link)
    form = shown.form("/email/undo")
    await either.post("/email/undo", form)
    for page in (await either.get(link), await either.post("/email/undo", form)):
        assert (page.status, "This link is over" in page.words) == (404, True)
    for key in ("", "1.x", "\x00", "x" * 10_000):
        assert (await either.get("/email/undo", params={"key": key})).status == 404


async def test_an_address_that_is_in_use_by_now(either, link, engine):
    await factories.make_user(email="ada@shop.example")
    form = (await either.get(link)).form("/email/undo")
    page = await either.post("/email/undo", form)
    assert (page.status, "Another account has ada@shop.example" in page.words) == (409, True)
    await change("UPDATE users SET deleted_at = now() WHERE email = 'ada@shop.example'")
    assert location(await either.post("/email/undo", form)) == "/password/reset"


async def test_without_the_token_of_the_page_nothing_happens(either, link, engine):
    form = (await either.get(link)).form("/email/undo")
    page = await either.post("/email/undo", form | {"csrf_token": "stale"})
    assert page.status in (403, 422) and page.form("/email/undo")["key"] == form["key"]
    assert await engine.fetchval("SELECT email FROM users") == "ada@new.example"
