"""Password, address, sessions and proving it again, over HTTP."""

import re

import pytest
import pytest_asyncio

from tests import factories
from tests.web.accounts import PASSWORD, Member, change, new_member
from tests.web.entering import location

SECURITY = "/account/security"
NEW = "nine green bottles hang"
CONFIRM = "/account/confirm"
SESSIONS = "/account/sessions"


@pytest_asyncio.fixture
async def ada(shop, visitor, engine) -> Member:
    member = await new_member(shop, visitor)
    await member.sign_in()
    return member


async def send(member: Member, page: str, action: str, **fields: str):
    shown = await member.visitor.get(page)
    assert shown.status == 200, shown.words
    return await member.visitor.post(action, shown.form(action) | fields)


class TestPassword:
    ACTION = f"{SECURITY}/password"

    @pytest_asyncio.fixture
    async def ada(self, shop, either, engine) -> Member:
        """At a browser with a script, and at one without."""
        member = await new_member(shop, either)
        await member.sign_in()
        return member

    async def test_a_new_one_signs_out_every_other_browser(self, ada, shop, new_visitor, engine):
        other = new_visitor()
        await ada.sign_in(visitor=other)
        answer = await send(ada, self.ACTION, self.ACTION, current_password=PASSWORD, new_password=NEW)
        assert location(answer) == SECURITY
        assert "Your password is changed" in (await ada.visitor.get(SECURITY)).words
        assert (await other.get(SECURITY)).status == 303
        stored = await engine.fetchval("SELECT password FROM users")
        assert await shop.accounts.passwords.verify(stored, NEW)

    @pytest.mark.parametrize(
        ("current", "new", "words"),
        [
            ("wrong", NEW, "not your present password"),
            ("", NEW, "not your present password"),
            (PASSWORD, "short", "at least 15 characters"),
            (PASSWORD, "", "at least 15 characters"),
            (PASSWORD, "x" * 1_000, "at most 128 characters"),
            (PASSWORD, "passwordpassword", "others try first"),
            (PASSWORD, "ada.shop.example", "others try first"),
            ("x" * 1_000, NEW, "not your present password"),
            ("\x00", NEW, "not your present password"),
        ],
    )
    async def test_what_is_wrong_is_said_at_its_field(self, ada, current, new, words, engine):
        before = await engine.fetchval("SELECT password FROM users")
        answer = await send(ada, self.ACTION, self.ACTION, current_password=current, new_password=new)
        assert answer.status == 422
        assert words in answer.words
        assert 'aria-invalid="true"' in answer.text
        assert new not in answer.text or not new, "no password is written into a page"
        assert await engine.fetchval("SELECT password FROM users") == before

    async def test_guesses_at_the_present_one_are_counted(self, ada):
        for _ in range(10):
            await send(ada, self.ACTION, self.ACTION, current_password="wrong", new_password=NEW)
        answer = await send(ada, self.ACTION, self.ACTION, current_password=PASSWORD, new_password=NEW)
        assert answer.status == 429

    async def test_the_rule_is_said_in_words(self, ada):
        assert "At least 15 characters" in (await ada.visitor.get(self.ACTION)).words
        await ada.enrol()
        assert "At least 8 characters" in (await ada.visitor.get(self.ACTION)).words

    async def test_an_old_sign_in_without_a_second_factor_needs_no_more_than_the_password(self, ada):
        await ada.grow_stale()
        ada.visitor.htmx = False
        answer = await send(ada, self.ACTION, self.ACTION, current_password=PASSWORD, new_password=NEW)
        assert answer.status == 303

    async def test_with_a_second_factor_an_old_sign_in_is_proven_again(self, ada):
        await ada.enrol()
        form = (await ada.visitor.get(self.ACTION)).form(self.ACTION)
        await ada.grow_stale()
        ada.visitor.htmx = False
        assert (await ada.visitor.get(self.ACTION)).response.headers["location"].startswith(CONFIRM)
        asked = await ada.visitor.post(self.ACTION, form | {"current_password": PASSWORD, "new_password": NEW})
        assert asked.status == 403
        assert "Nothing you have entered is lost" in asked.words
        sent_on = await ada.visitor.post(CONFIRM, asked.form(CONFIRM) | {"confirm_code": await ada.code()})
        assert (sent_on.status, sent_on.response.headers["location"]) == (307, self.ACTION)

    async def test_an_account_without_one_sets_its_first(self, ada, engine):
        await change("UPDATE users SET password = NULL")
        assert "Set a password" in (await ada.visitor.get(SECURITY)).words
        answer = await send(ada, self.ACTION, self.ACTION, new_password=NEW)
        assert location(answer) == SECURITY
        await change("UPDATE users SET password = NULL")
        await ada.grow_stale()
        ada.visitor.htmx = False
        assert (await ada.visitor.get(self.ACTION)).response.headers["location"].startswith(CONFIRM)


class TestEmail:
    PAGE = f"{SECURITY}/email"

    @pytest_asyncio.fixture
    async def ada(self, shop, either, engine) -> Member:
        """At a browser with a script, and at one without."""
        member = await new_member(shop, either)
        await member.sign_in()
        return member

    async def ask(self, ada, email="ada@new.example"):
        return await send(ada, self.PAGE, self.PAGE, email=email)

    async def test_confirmed_at_both_addresses(self, ada, engine, new_visitor):
        other = new_visitor()
        await ada.sign_in(visitor=other)
        answer = await self.ask(ada)
        assert answer.status == 200 if ada.visitor.htmx else location(answer) == self.PAGE
        assert "ada@new.example" in (await ada.visitor.get(SECURITY)).words
        assert await engine.fetchval("SELECT email FROM users") == "ada@shop.example"
        old, new = await ada.mailed_code("ada@shop.example"), await ada.mailed_code("ada@new.example")
        action = f"{self.PAGE}/confirmation"
        for codes in ((old, "00000000"), ("00000000", new), (new, old), ("", "")):
            wrong = await send(ada, self.PAGE, action, old_code=codes[0], new_code=codes[1])
            assert (wrong.status, "One of the two codes" in wrong.words) == (422, True)
        done = await send(ada, self.PAGE, action, old_code=old, new_code=new)
        assert location(done) == SECURITY
        assert await engine.fetchval("SELECT email FROM users") == "ada@new.example"
        assert (await other.get(SECURITY)).status == 303, "other browsers are signed out"

    async def test_an_address_with_an_account_looks_the_same(self, ada):
        await factories.make_user(email="bo@shop.example")
        pages = []
        for address in ("bo@shop.example", "ab@shop.example"):
            answer = await self.ask(ada, address)
            assert answer.status in (200, 303)
            await ada.visitor.get(SECURITY)  # where the message of the round before is shown, once
            page = await ada.visitor.get(self.PAGE)
            pages.append(re.sub(r"\b(bo|ab)@", "", page.text))
            await send(ada, self.PAGE, f"{self.PAGE}/cancellation")
        assert pages[0] == pages[1]

    async def test_given_up_nothing_waits(self, ada):
        await self.ask(ada)
        assert location(await send(ada, self.PAGE, f"{self.PAGE}/cancellation")) == SECURITY
        assert "ada@new.example" not in (await ada.visitor.get(SECURITY)).words

    async def test_another_browser_sees_nothing_of_it(self, ada, new_visitor):
        await self.ask(ada)
        other = new_visitor()
        await ada.sign_in(visitor=other)
        assert "ada@new.example" not in (await other.get(SECURITY)).words

    @pytest.mark.parametrize("email", ["", "ada", "ada@", "x" * 1_000, "ada@shop.example\x00", "аda@shop.example"])
    async def test_what_is_no_address_is_sent_back(self, ada, email):
        answer = await self.ask(ada, email)
        assert answer.status == (422 if "\x00" not in email else 200 if ada.visitor.htmx else 303), (
            "control characters are dropped from every form"
        )

    async def test_an_old_sign_in_is_proven_again(self, ada):
        await ada.grow_stale()
        ada.visitor.htmx = False
        answer = await ada.visitor.get(self.PAGE)
        assert answer.response.headers["location"] == f"{CONFIRM}?next=%2Faccount%2Fsecurity%2Femail"


class TestProvingItAgain:
    async def test_by_password_and_on_to_where_one_was_going(self, ada):
        await ada.grow_stale()
        page = await ada.visitor.get(f"{CONFIRM}?next=/account/security/email")
        wrong = await ada.visitor.post(CONFIRM, page.form(CONFIRM) | {"confirm_password": "wrong"})
        assert (wrong.status, "not your password" in wrong.words) == (422, True)
        done = await ada.visitor.post(CONFIRM, wrong.form(CONFIRM) | {"confirm_password": PASSWORD})
        assert location(done) == "/account/security/email"
        assert (await ada.visitor.get("/account/security/email")).status == 200

    async def test_the_form_that_waits_is_sent_on_whole(self, ada, engine):
        form = (await ada.visitor.get("/account/security/email")).form("/account/security/email")
        await ada.grow_stale()
        asked = await ada.visitor.post("/account/security/email", form | {"email": "ada@new.example"})
        wrong = await ada.visitor.post(CONFIRM, asked.form(CONFIRM) | {"confirm_password": "wrong"})
        assert wrong.form(CONFIRM)["email"] == "ada@new.example"
        ada.visitor.client.follow_redirects = True
        done = await ada.visitor.post(CONFIRM, wrong.form(CONFIRM) | {"confirm_password": PASSWORD})
        assert done.status == 200 and "ada@new.example" in done.words
        assert await engine.fetchval("SELECT count(*) FROM email WHERE recipient_email = 'ada@new.example'") == 1

    async def test_htmx_puts_the_question_in_the_place_of_the_page(self, ada):
        page = await ada.visitor.get("/account/security/email")
        await ada.grow_stale()
        ada.visitor.htmx = True
        asked = await ada.visitor.post("/account/security/email", page.form("/account/security/email"))
        assert asked.status == 403
        assert (asked.response.headers["hx-retarget"], asked.response.headers["hx-reswap"]) == ("#main", "innerHTML")
        assert "<html" not in asked.text and "confirm_kept" in asked.fields

    async def test_by_a_mailed_code_where_there_is_nothing_else(self, ada):
        await change("UPDATE users SET password = NULL")
        await ada.grow_stale()
        page = await ada.visitor.get(CONFIRM)
        sent = await ada.visitor.post(CONFIRM, page.form(CONFIRM))
        assert "We have sent it to ada@shop.example" in sent.words
        form = {name: value for name, value in sent.form(CONFIRM).items() if name != "confirm_send"}
        code = await ada.mailed_code("ada@shop.example")
        assert (await ada.visitor.post(CONFIRM, form | {"confirm_code": "00000000"})).status == 422
        assert (await ada.visitor.post(CONFIRM, form | {"confirm_code": code})).status == 303
        assert (await ada.visitor.get("/account/security/email")).status == 200

    async def test_with_a_second_factor_by_nothing_less(self, ada):
        await ada.enrol()
        await ada.grow_stale()
        page = await ada.visitor.get(CONFIRM)
        assert "confirm_password" not in page.fields
        form = page.form(CONFIRM)
        assert (await ada.visitor.post(CONFIRM, form | {"confirm_password": PASSWORD})).status == 422
        assert (await ada.visitor.post(CONFIRM, form | {"confirm_code": await ada.code()})).status == 303

    @pytest.mark.parametrize("path", ["https://evil.test/", "//evil.test", "/\\evil.test", "x" * 3_000])
    async def test_never_on_to_another_site(self, ada, path):
        page = await ada.visitor.get(CONFIRM)
        for kept in ({}, {"confirm_kept": "1"}):
            form = page.form(CONFIRM) | {"confirm_next": path, "confirm_password": PASSWORD} | kept
            answer = await ada.visitor.post(CONFIRM, form)
            assert answer.response.headers["location"] == SECURITY


class TestSessions:
    @pytest_asyncio.fixture
    async def elsewhere(self, ada, new_visitor):
        other = new_visitor()
        return other, await ada.sign_in(visitor=other, device="Safari, iPhone")

    async def test_are_listed_with_this_one_marked(self, ada, elsewhere):
        page = await ada.visitor.get(SESSIONS)
        assert re.findall(r"(Firefox, Linux|Safari, iPhone)( This browser)?", page.words) == [
            ("Safari, iPhone", ""),
            ("Safari, iPhone", ""),  # its button, for readers
            ("Firefox, Linux", " This browser"),
        ]
        assert "network 203.0.113.0/24" in page.words and "Last seen" in page.words

    @pytest.mark.parametrize("htmx", [False, True])
    async def test_one_is_ended_at_once(self, ada, elsewhere, htmx):
        other, session_id = elsewhere
        action = f"{SESSIONS}/{session_id}/revocation"
        form = (await ada.visitor.get(SESSIONS)).form(action)
        ada.visitor.htmx = htmx
        answer = await ada.visitor.post(action, form)
        assert answer.status == (200 if htmx else 303)
        if htmx:
            assert "That browser is signed out" in answer.words and "No other browser" in answer.words
        assert (await other.get(SESSIONS)).status == 303
        assert (await ada.visitor.get(SESSIONS)).status == 200
        assert (await ada.visitor.post(action, form)).status == 404

    @pytest.mark.parametrize("htmx", [False, True])
    async def test_all_others_are(self, ada, elsewhere, new_visitor, htmx):
        third = new_visitor()
        await ada.sign_in(visitor=third)
        action = f"{SESSIONS}/revocation"
        form = (await ada.visitor.get(SESSIONS)).form(action)
        ada.visitor.htmx = htmx
        await ada.visitor.post(action, form)
        assert [(await browser.get(SESSIONS)).status for browser in (elsewhere[0], third, ada.visitor)] == [
            303,
            303,
            200,
        ]

    async def test_in_every_process(self, ada, elsewhere, _engine, settings):
        from app.adapters.jobs.none import NoJobs
        from app.bootstrap import build_shop
        from app.main import create_app
        from tests.web.conftest import Visitor

        second = Visitor(create_app(build_shop(settings, engine=_engine, jobs=NoJobs())))
        second.client.cookies.update(elsewhere[0].client.cookies)
        assert (await second.get(SESSIONS)).status == 200
        await send(ada, SESSIONS, f"{SESSIONS}/revocation")
        assert (await second.get(SESSIONS)).status == 303
        await second.client.aclose()

    @pytest.mark.parametrize("session_id", ["0", "abc", "9" * 30, "-1", "%00", "1;2"])
    async def test_what_is_none_is_not_found(self, ada, elsewhere, session_id):
        form = (await ada.visitor.get(SESSIONS)).form(f"{SESSIONS}/revocation")
        assert (await ada.visitor.post(f"{SESSIONS}/{session_id}/revocation", form)).status == 404

    async def test_somebody_elses_is_not_found(self, ada, shop, new_visitor, engine):
        bo = await new_member(shop, new_visitor(), email="bo@shop.example")
        theirs = await bo.sign_in()
        form = {"csrf_token": (await ada.visitor.get(SESSIONS)).fields["csrf_token"]}
        assert (await ada.visitor.post(f"{SESSIONS}/{theirs}/revocation", form)).status == 404
        assert (await bo.visitor.get(SESSIONS)).status == 200

    async def test_the_history_says_what_became_of_each(self, ada, elsewhere):
        await send(ada, SESSIONS, f"{SESSIONS}/revocation")
        words = (await ada.visitor.get(SECURITY)).words
        assert "Ended by you" in words and "This browser" in words and "Password" in words


@pytest.mark.parametrize("path", [SECURITY, f"{SECURITY}/password", f"{SECURITY}/email", SESSIONS, CONFIRM])
async def test_strangers_are_asked_to_sign_in_and_come_back(visitor, path):
    answer = await visitor.get(path)
    assert answer.status == 303
    assert answer.response.headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}"
