"""Signing up and proving the address, on both faces."""

import pytest

from tests.web.entering import EMAIL, PASSWORD, SIGN_UP, location, send, sign_in, sign_out, sign_up


async def test_from_nothing_to_an_account(either, post, engine):
    page = await send(either, "/sign-up", SIGN_UP, page="/sign-up?next=/cart")
    assert location(page) == "/verify"
    assert "ada@shop.example" in (await either.get("/verify")).words
    code = await post.code(EMAIL)
    page = await send(either, "/verify", {"code": code})
    assert location(page) == "/cart"
    assert "Your account is ready" in (await either.get("/cart")).words
    row = await engine.fetchrow("SELECT first_name, last_name, email_verified_at FROM users WHERE email = $1", EMAIL)
    assert (row["first_name"], row["last_name"]) == ("Ada King", "Lovelace") and row["email_verified_at"]


async def test_everything_that_is_wrong_is_said_at_once(either, post, engine):
    page = await send(either, "/sign-up", {"name": "", "email": "ada@", "password": "short"})
    assert page.status == 422 and page.title.startswith("Error: ")
    for said in ("Enter your name.", "Enter an address like", "Use at least 15 characters"):
        assert page.words.count(said) == 2, "in the summary and at the field"
    assert page.form("/sign-up")["email"] == "ada@" and "short" not in page.text
    assert await engine.fetchval("SELECT count(*) FROM users") == 0


@pytest.mark.parametrize("face", [False, True], ids=["plain form", "htmx"])
async def test_the_answer_is_the_same_whether_or_not_an_address_is_known(new_visitor, post, engine, face):
    owner = new_visitor()
    await sign_up(owner, post)
    answers = []
    for email in (EMAIL, "new@shop.example"):
        stranger = new_visitor(htmx=face)
        asked = await send(stranger, "/sign-up", SIGN_UP | {"email": email, "password": "another fine long password"})
        shown = await stranger.get("/verify")
        headers = {name: value for name, value in asked.response.headers.items() if name != "set-cookie"}
        answers.append((asked.status, headers, asked.text, shown.words.replace(email, "ADDRESS")))
    assert answers[0] == answers[1]
    mails = [mail for mail in await post.deliver() if mail.recipient == EMAIL]
    assert ["Somebody wanted to sign up" in mail.rendered.text for mail in mails] == [True]
    assert (await sign_in(new_visitor(), password="another fine long password")).status == 422


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}", "{2}", "{3}"])
async def test_a_code_is_taken_however_it_is_typed(visitor, post, engine, typed):
    await send(visitor, "/sign-up", SIGN_UP)
    code = await post.code(EMAIL)
    digits = code.replace(" ", "")
    wide = digits.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    page = await send(visitor, "/verify", {"code": typed.format(code, digits, wide, " ".join(digits))})
    assert location(page) == "/"


async def test_a_wrong_code_says_so_and_keeps_what_was_typed(either, post, engine):
    await send(either, "/sign-up", SIGN_UP)
    for code in ("00000000", "12", "abc", "1\0", "1" * 5_000):
        page = await send(either, "/verify", {"code": code})
        assert page.status == 422 and "That is not the code" in page.words, code
    page = await send(either, "/verify", {"code": ""})
    assert "Enter the code of the mail." in page.words


async def test_a_code_works_once_and_only_where_it_was_asked_for(visitor, new_visitor, post, engine):
    await send(visitor, "/sign-up", SIGN_UP)
    code = await post.code(EMAIL)
    elsewhere = new_visitor()
    page = await send(elsewhere, "/verify", {"email": EMAIL, "code": code})
    assert page.status == 422
    assert location(await send(visitor, "/verify", {"code": code})) == "/"
    await sign_out(visitor)
    page = await send(visitor, "/verify", {"email": EMAIL, "code": code})
    assert page.status == 422


async def test_a_code_that_is_over(visitor, post, engine):
    await send(visitor, "/sign-up", SIGN_UP)
    code = await post.code(EMAIL)
    async with engine.transaction():
        await engine.execute("UPDATE otp SET expires_at = now() - interval '1 second'")
    assert (await send(visitor, "/verify", {"code": code})).status == 422


async def test_another_mail_after_a_moment(either, post, engine):
    await send(either, "/sign-up", SIGN_UP)
    first = await post.code(EMAIL)
    page = await send(either, "/verify/mail", {}, page="/verify")
    assert location(page) == "/verify"
    second = await post.code(EMAIL)
    assert first != second
    page = await send(either, "/verify/mail", {}, page="/verify")
    assert page.status == 429 and int(page.response.headers["retry-after"]) <= 60 and "Wait 1 minute" in page.words
    assert (await send(either, "/verify", {"code": first})).status == 422
    assert location(await send(either, "/verify", {"code": second})) == "/"


async def test_a_network_signs_up_five_times_an_hour(either, post, engine):
    for number in range(5):
        await send(either, "/sign-up", SIGN_UP | {"email": f"ada{number}@shop.example"})
    page = await send(either, "/sign-up", SIGN_UP | {"email": "ada9@shop.example"})
    assert page.status == 429 and page.response.headers["retry-after"] and "Wait" in page.words
    assert page.form("/sign-up")["email"] == "ada9@shop.example" and page.form("/sign-up")["name"] == SIGN_UP["name"]
    assert page.form("/sign-up")["password"] == ""


async def test_programs_are_told_that_nothing_was_sent(either, post, engine):
    page = await send(either, "/sign-up", SIGN_UP | {"website": "https://spam.example"})
    assert page.status == 422 and "Nothing was sent" in page.words
    assert await engine.fetchval("SELECT count(*) FROM users") == 0


async def test_the_password_can_be_seen_without_a_script(visitor, post, engine):
    page = await send(visitor, "/sign-up", SIGN_UP | {"show": "now"})
    assert page.status == 200 and PASSWORD not in page.text
    assert 'id="password" name="password" type="text"' in page.text
    assert page.form("/sign-up")["email"] == EMAIL and page.form("/sign-up")["show"] == "always"
    page = await visitor.post("/sign-up", page.form("/sign-up") | {"password": "short"})
    assert page.status == 422 and 'name="password" type="text"' in page.text


@pytest.mark.parametrize("email", ["Ada@Shop.Example", "ADA@SHOP.EXAMPLE", " ada@shop.example ", "ａｄａ@shop.example"])
async def test_one_address_in_whatever_letters_is_one_account(visitor, new_visitor, post, engine, email):
    await sign_up(visitor, post)
    assert location(await send(new_visitor(), "/sign-up", SIGN_UP | {"email": email})) == "/verify"
    assert await engine.fetchval("SELECT count(*) FROM users") == 1
    assert location(await sign_in(new_visitor(), email=email)) == "/"


@pytest.mark.parametrize("email", ["аda@shop.example", "ada@shоp.example", "a\u200bda@shop.example", "ada@shop"])
async def test_addresses_in_disguise_are_refused(either, post, engine, email):
    page = await send(either, "/sign-up", SIGN_UP | {"email": email})
    assert page.status == 422 and "Enter an address like" in page.words


async def test_long_and_strange_input(either, post, engine):
    page = await send(either, "/sign-up", SIGN_UP | {"password": "x9" * 500})
    assert page.status == 422 and "Use at most 128 characters" in page.words
    page = await send(either, "/sign-up", SIGN_UP | {"name": "A" * 102})
    assert page.status == 422 and "Use at most 101 characters" in page.words
    strange = {"name": "Ada\0 \u202eLovelace", "password": "  nul \0 and spaces count  "}
    assert location(await send(either, "/sign-up", SIGN_UP | strange)) == "/verify"
    await send(either, "/verify", {"code": await post.code(EMAIL)})
    await sign_out(either)
    assert (await sign_in(either, password=strange["password"].strip())).status == 422
    assert location(await sign_in(either, password=strange["password"])) == "/"
    assert await engine.fetchval("SELECT first_name FROM users") == "Ada"


async def test_a_form_of_another_visit_keeps_what_was_typed(either, post, engine):
    page = await either.post("/sign-up", SIGN_UP | {"csrf_token": "of another"})
    assert page.status == 403 and "open for too long" in page.words
    assert page.form("/sign-up")["email"] == EMAIL and PASSWORD not in page.text
    assert await engine.fetchval("SELECT count(*) FROM users") == 0


async def test_whoever_is_signed_in_goes_on(visitor, post, engine):
    await sign_up(visitor, post)
    for path in ("/sign-up", "/sign-in", "/sign-in/code", "/verify"):
        page = await visitor.get(f"{path}?next=/cart")
        assert location(page) == ("/cart" if path != "/verify" else "/")


@pytest.mark.parametrize(("prefix", "said"), [("", "closed the page"), ("/de", "Seite geschlossen")])
async def test_the_mail_leads_back_to_the_page_and_its_link_holds_no_code(visitor, post, engine, prefix, said):
    form = (await visitor.get(f"{prefix}/sign-up")).form(f"{prefix}/sign-up")
    await visitor.post(f"{prefix}/sign-up", form | SIGN_UP)
    (mail,) = await post.deliver()
    assert said in mail.rendered.text and f"http://shop.test{prefix}/verify\n" in mail.rendered.text
