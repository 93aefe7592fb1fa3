"""Signing in and out, and a new password, on both faces."""

import pytest

from tests import factories
from tests.web.entering import EMAIL, PASSWORD, link_of, location, send, sign_in, sign_out, sign_up

NEW = "eleven green pears in a bowl"
ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/%2fevil.example",
    "javascript:alert(1)",
    "evil",
    "/a\r\nset-cookie:x",
]


async def test_by_password(either, new_visitor, post, engine):
    await sign_up(new_visitor(), post)
    assert location(await sign_in(either, next="/cart%3Fa%3D1")) == "/cart?a=1"
    assert (await either.get("/sign-out")).status == 200


async def test_what_does_not_fit_is_answered_alike(either, new_visitor, post, engine):
    await sign_up(new_visitor(), post)
    await factories.make_user(email="suspended@shop.example", status="Suspended")
    answers = set()
    for email in (EMAIL, "nobody@shop.example", "suspended@shop.example", "not an address", "ada"):
        page = await sign_in(either, email=email, password="wrong wrong wrong wrong")
        assert page.status == 422 and page.form("/sign-in")["email"] == email and "wrong wrong" not in page.text
        answers.add(page.text.replace(f'value="{email}"', "").replace(email, ""))
    assert len(answers) == 1 and "do not match" in answers.pop()


async def test_nothing_typed(either, engine):
    page = await sign_in(either, email="", password="")
    assert page.status == 422
    assert page.words.count("Enter your email address.") == 2 and page.words.count("Enter your password.") == 2


@pytest.mark.parametrize("next", ELSEWHERE)
async def test_a_way_back_to_another_origin_goes_home(visitor, new_visitor, post, engine, next):
    await sign_up(new_visitor(), post)
    form = (await visitor.get("/sign-in", params={"next": next})).form("/sign-in")
    assert "next" not in form
    page = await visitor.post("/sign-in", form | {"email": EMAIL, "password": PASSWORD, "next": next})
    assert location(page) == "/"


async def test_the_way_back_is_kept_across_all_steps(either, new_visitor, post, engine):
    await sign_up(new_visitor(), post)
    page = await either.get("/sign-in?next=/checkout")
    for path in ("/sign-in/code", "/password/reset", "/sign-up"):
        assert f"{path}?next=%2Fcheckout" in page.links
    await send(either, "/password/reset/mail", {"email": EMAIL}, page="/password/reset?next=/checkout")
    code = await post.code(EMAIL)
    page = await send(either, "/password/reset", {"code": code, "password": NEW})
    assert location(page) == "/sign-in?next=%2Fcheckout"
    assert location(await sign_in(either, next="/checkout", password=NEW)) == "/checkout"


async def test_too_many_guesses(either, new_visitor, post, engine):
    await sign_up(new_visitor(), post)
    for _ in range(10):
        assert (await sign_in(either, password="wrong wrong wrong wrong")).status == 422
    page = await sign_in(either)
    assert page.status == 429 and 0 < int(page.response.headers["retry-after"]) <= 300
    assert "Wait 5 minutes" in page.words and page.form("/sign-in")["email"] == EMAIL


async def test_an_address_that_was_never_proven_goes_on_there(either, post, engine):
    await send(either, "/sign-up", {"name": "Ada", "email": EMAIL, "password": PASSWORD})
    await post.deliver()
    page = await sign_in(either, next="/cart")
    assert location(page) == "/verify"
    assert location(await send(either, "/verify", {"code": await post.code(EMAIL)})) == "/cart"


async def test_the_second_factor_comes_between(either, engine, shop):
    hashed = await shop.services.accounts.passwords.hash(PASSWORD)
    await factories.make_user(email=EMAIL, password=hashed, two_factor_enabled=True)
    page = await sign_in(either, next="/cart")
    assert location(page) == "/sign-in/two-factor?next=%2Fcart"
    assert "access" not in either.client.cookies and "challenge" in either.client.cookies


async def test_by_code(either, new_visitor, post, engine):
    await sign_up(new_visitor(), post)
    page = await send(either, "/sign-in/code/mail", {"email": "Ada@shop.example"}, page="/sign-in/code?next=/cart")
    assert location(page) == "/sign-in/code"
    page = await send(either, "/sign-in/code", {"code": "0000 0000"})
    assert page.status == 422 and "That is not the code" in page.words
    page = await send(either, "/sign-in/code", {"code": await post.code(EMAIL)})
    assert location(page) == "/cart"


@pytest.mark.parametrize("path", ["/sign-in/code", "/password/reset"])
async def test_asking_tells_nothing_about_an_address(new_visitor, post, engine, path):
    await sign_up(new_visitor(), post)
    answers = []
    for email in (EMAIL, "nobody@shop.example"):
        stranger = new_visitor()
        asked = await send(stranger, f"{path}/mail", {"email": email}, page=path)
        wrong = await send(stranger, path, {"code": "00000000", "password": NEW})
        told = [(page.status, page.text.replace(email, "ADDRESS")) for page in (asked, await stranger.get(path), wrong)]
        answers.append(told)
    assert answers[0] == answers[1]
    assert {mail.recipient for mail in await post.deliver()} == {EMAIL}


@pytest.mark.parametrize("path", ["/sign-in/code", "/password/reset"])
async def test_a_code_where_none_was_asked_for(either, engine, path):
    form = (await either.get(path)).form(f"{path}/mail")
    page = await either.post(path, form | {"code": "12345678", "password": NEW})
    assert page.status == 422 and "Ask for a code first" in page.words


@pytest.mark.parametrize("path", ["/sign-in/code", "/password/reset"])
async def test_another_mail_and_another_address(either, new_visitor, post, engine, path):
    await sign_up(new_visitor(), post)
    page = await send(either, f"{path}/mail", {"email": "ada@"}, page=path)
    assert page.status == 422 and "Enter an address like" in page.words
    await send(either, f"{path}/mail", {"email": EMAIL}, page=path)
    page = await send(either, f"{path}/mail", {}, page=path)
    assert page.status == 429 and page.response.headers["retry-after"]
    page = await either.get(f"{path}?again=1")
    assert "email" in page.form(f"{path}/mail")


async def test_a_new_password_by_code_ends_all_sessions(either, new_visitor, post, engine):
    elsewhere = new_visitor()
    await sign_up(elsewhere, post)
    await send(either, "/password/reset/mail", {"email": EMAIL}, page="/password/reset")
    code = await post.code(EMAIL)
    page = await send(either, "/password/reset", {"code": code, "password": "short"})
    assert (
        page.status == 422
        and "Use at least 15 characters" in page.words
        and page.form("/password/reset")["code"] == code
    )
    page = await send(either, "/password/reset", {"code": code, "password": NEW})
    assert location(page) == "/sign-in"
    assert "access" not in either.client.cookies, "a reset signs nobody in"
    assert "Nobody is signed in here" in (await elsewhere.get("/sign-out")).words
    assert (await sign_in(either)).status == 422
    assert location(await sign_in(either, password=NEW)) == "/"


async def test_a_new_password_by_link_in_another_browser_once(visitor, new_visitor, post, engine):
    await sign_up(visitor, post)
    await sign_out(visitor)
    await send(visitor, "/password/reset/mail", {"email": EMAIL}, page="/password/reset")
    await post.deliver()
    link = link_of(post.sent[-1].rendered.text)
    elsewhere = new_visitor()
    page = await elsewhere.get(link)
    assert page.response.headers["referrer-policy"] == "no-referrer"
    assert page.response.headers["cache-control"] == "no-store"
    page = await elsewhere.post("/password/reset", page.form("/password/reset") | {"password": "short"})
    assert page.status == 422 and page.form("/password/reset")["token"]
    page = await elsewhere.post("/password/reset", page.form("/password/reset") | {"password": NEW})
    assert location(page) == "/sign-in"
    page = await send(elsewhere, "/password/reset", {"password": "one more password of mine"}, page=link)
    assert page.status == 422 and "it is over" in page.words
    assert location(await sign_in(elsewhere, password=NEW)) == "/"


@pytest.mark.parametrize("token", ["x", "1." + "x" * 43, "9" * 90, "1.%F0%9F%98%80" + "x" * 40])
async def test_a_link_that_is_none(either, engine, token):
    page = await send(either, "/password/reset", {"password": NEW}, page=f"/password/reset?token={token}")
    assert page.status == 422


async def test_signing_out(either, post, new_visitor, engine):
    await sign_up(new_visitor(), post)
    await sign_in(either)
    assert (await either.get("/sign-out")).form("/sign-out") == {}
    assert "access" in either.client.cookies, "looking at the page changes nothing"
    page = await sign_out(either)
    assert location(page) == "/" and page.response.headers["clear-site-data"] == '"cache"'
    assert not {"access", "refresh", "asked"} & set(either.client.cookies)
    assert "Nobody is signed in here" in (await either.get("/sign-out")).words
    assert location(await sign_out(either)) == "/"


@pytest.mark.parametrize("password", ["x" * 1_000, "x\0y", "\ud83d", "p" * 100_000, "", " "])
async def test_passwords_that_are_none(either, post, engine, password):
    page = await sign_in(either, password=password.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    assert page.status == 422


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/verify", "/sign-in/code", "/password/reset"])
async def test_a_form_of_another_visit(either, engine, path):
    for address in (path, f"{path}/mail") if path not in ("/sign-in", "/sign-up") else (path,):
        page = await either.post(address, {"email": EMAIL, "code": "1", "password": PASSWORD})
        assert page.status == 403 and "open for too long" in page.words


@pytest.mark.parametrize("cookie", ["x", "x.y", "e30.e30", "." * 300, "%00"])
async def test_nonsense_in_the_cookie_of_what_was_asked(visitor, engine, cookie):
    visitor.client.cookies.set("asked", cookie, domain="shop.test", path="/")
    for path in ("/verify", "/sign-in/code", "/password/reset"):
        assert (await visitor.get(path)).status == 200
