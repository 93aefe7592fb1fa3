"""The second factor over HTTP: set up, shown, recovered from, switched off."""

import asyncio
import re
from collections import Counter

import pytest
import pytest_asyncio

from app.core.accounts import Role
from tests import factories
from tests.web.accounts import PASSWORD, Member, change, new_member

PAGE = "/account/security/two-factor"
RENEWAL = "/account/security/recovery-codes"
SIGN_IN = "/sign-in/two-factor"
BAD = [
    "",
    "12345",
    "abcdef",
    "1" * 1_000,
    "x" * 1_000,
    "123\x00456",
    "\x00",
    "١٢٣٤٥",
    "' OR 1=1 --",
    "abcd-efgh-jkmn-pqrs",
]


@pytest_asyncio.fixture
async def ada(shop, visitor, engine) -> Member:
    return await new_member(shop, visitor)


async def set_up(member: Member) -> list[str]:
    """Through the pages; returns the recovery codes."""
    member.visitor.htmx = False
    page = await member.visitor.get(PAGE)
    started = await member.visitor.post(PAGE, page.form(PAGE))
    assert started.status == 303
    page = await member.visitor.get(started.response.headers["location"])
    member.secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)[1].replace(" ", "")
    form = page.form(f"{PAGE}/activation") | {"code": await member.code()}
    done = await member.visitor.post(f"{PAGE}/activation", form)
    assert done.status == 200, done.words
    return re.findall(r"<code>([a-z0-9-]{19})</code>", done.text)


class TestSettingUp:
    async def test_from_off_to_on(self, ada, engine):
        await ada.sign_in()
        page = await ada.visitor.get("/account/security")
        assert "Off. With it" in page.words
        codes = await set_up(ada)
        assert len(set(codes)) == 10
        page = await ada.visitor.get("/account/security")
        assert "10 recovery codes are left" in page.words
        assert not set(codes) & set(re.findall(r"[a-z0-9-]{19}", page.text))

    async def test_the_page_shows_key_and_picture(self, ada):
        await ada.sign_in()
        await ada.visitor.post(PAGE, (await ada.visitor.get(PAGE)).form(PAGE))
        page = await ada.visitor.get(PAGE)
        assert re.search(r"<code>([A-Z2-7]{4} ){7}[A-Z2-7]{4}</code>", page.text)
        assert 'viewBox="0 0' in page.text
        assert 'autocomplete="one-time-code"' in page.text
        assert page.response.headers["cache-control"] == "no-store"

    async def test_begun_it_is_not_on(self, ada, engine):
        await ada.sign_in()
        await ada.visitor.post(PAGE, (await ada.visitor.get(PAGE)).form(PAGE))
        assert not await engine.fetchval("SELECT two_factor_enabled FROM users")
        assert "not on yet" in (await ada.visitor.get("/account/security")).words

    @pytest.mark.parametrize("code", BAD)
    async def test_only_a_right_code_switches_it_on(self, ada, code, engine):
        await ada.sign_in()
        await ada.visitor.post(PAGE, (await ada.visitor.get(PAGE)).form(PAGE))
        form = (await ada.visitor.get(PAGE)).form(f"{PAGE}/activation") | {"code": code}
        answer = await ada.visitor.post(f"{PAGE}/activation", form)
        assert answer.status == 422
        assert "That is not the code" in answer.words
        assert not await engine.fetchval("SELECT two_factor_enabled FROM users")

    async def test_sent_twice_it_shows_no_codes_again(self, ada):
        await ada.sign_in()
        await set_up(ada)
        form = (await ada.visitor.get(PAGE)).form(PAGE) | {"code": await ada.code()}
        answer = await ada.visitor.post(f"{PAGE}/activation", form)
        assert (answer.status, answer.response.headers["location"]) == (303, PAGE)

    async def test_it_goes_on_to_where_somebody_was_going(self, ada):
        await ada.sign_in()
        page = await ada.visitor.get(f"{PAGE}?next=/admin/")
        started = await ada.visitor.post(PAGE, page.form(PAGE))
        page = await ada.visitor.get(started.response.headers["location"])
        ada.secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)[1].replace(" ", "")
        form = page.form(f"{PAGE}/activation") | {"code": await ada.code()}
        assert "/admin/" in (await ada.visitor.post(f"{PAGE}/activation", form)).links

    async def test_a_get_begins_nothing(self, ada, engine):
        await ada.sign_in()
        await ada.visitor.get(PAGE)
        assert await engine.fetchval("SELECT two_factor_pending FROM users") is None


class TestSigningIn:
    @pytest_asyncio.fixture
    async def half_in(self, shop, either, engine) -> Member:
        member = await new_member(shop, either)
        await member.enrol()
        await member.challenge()
        return member

    async def enter(self, member: Member, code: str, **fields: str):
        page = await member.visitor.get(f"{SIGN_IN}?next=/p/mug?colour=Sand")
        return await member.visitor.post(SIGN_IN, page.form(SIGN_IN) | {"code": code} | fields)

    async def test_by_a_code_and_on_to_where_one_was_going(self, half_in):
        answer = await self.enter(half_in, await half_in.code())
        where = answer.response.headers["hx-redirect" if half_in.visitor.htmx else "location"]
        assert where == "/p/mug?colour=Sand"
        assert (await half_in.visitor.get("/account/security")).status == 200

    @pytest.mark.parametrize("code", BAD)
    async def test_a_wrong_code_keeps_the_form(self, half_in, code):
        answer = await self.enter(half_in, code)
        assert answer.status == 422
        assert answer.form(SIGN_IN)["next"] == "/p/mug?colour=Sand"
        assert "<main" not in answer.text if half_in.visitor.htmx else "<main" in answer.text
        assert (await half_in.visitor.get("/account/security")).status == 303

    async def test_a_used_and_a_late_code(self, half_in):
        code = await half_in.code()
        await self.enter(half_in, code)
        await half_in.challenge()
        for typed in (code, await half_in.code(-4)):
            assert (await self.enter(half_in, typed)).status == 422

    async def test_in_full_width_digits_and_with_spaces(self, half_in):
        code = (await half_in.code()).translate({48 + digit: 0xFF10 + digit for digit in range(10)})
        assert (await self.enter(half_in, f" {code[:3]} {code[3:]} ")).status in (200, 303)

    @pytest.mark.parametrize("path", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"])
    async def test_never_to_another_site(self, half_in, path):
        answer = await self.enter(half_in, await half_in.code(), next=path)
        assert answer.response.headers["hx-redirect" if half_in.visitor.htmx else "location"] == "/"

    async def test_after_five_tries_it_is_enough(self, half_in):
        for _ in range(5):
            assert (await self.enter(half_in, "000000")).status == 422
        answer = await self.enter(half_in, await half_in.code())
        assert answer.status == 429
        assert "Wait" in answer.words

    async def test_without_the_first_step_back_to_it(self, either):
        answer = await either.get(f"{SIGN_IN}?next=/cart")
        assert (answer.status, answer.response.headers["location"]) == (303, "/sign-in?next=%2Fcart")
        either.client.cookies.set("challenge", "made-up")
        assert (await either.get(SIGN_IN)).status == 303

    async def test_half_in_is_not_in(self, half_in):
        for path in ("/account/security", "/account/sessions", PAGE, "/account/confirm"):
            answer = await half_in.visitor.get(path)
            assert answer.response.headers["location"].startswith("/sign-in?next=")

    async def test_of_a_hundred_uses_of_one_code_one_is_accepted(self, half_in, engine):
        """Five are looked at, by the limit; with the limit reset in between, still only one gets in."""
        code = await half_in.code()
        form = (await half_in.visitor.get(SIGN_IN)).form(SIGN_IN) | {"code": code}
        challenge = half_in.visitor.client.cookies["challenge"]

        async def use():
            return (await half_in.visitor.post(SIGN_IN, form, headers={"cookie": f"challenge={challenge}"})).response

        answers = [await asyncio.gather(*(use() for _ in range(25)))]
        for _ in range(3):
            await change("DELETE FROM throttle")
            answers.append(await asyncio.gather(*(use() for _ in range(25))))
        signed_in = sum(
            "access=" in str(answer.headers.get_list("set-cookie")) for batch in answers for answer in batch
        )
        assert signed_in == 1
        assert Counter(answer.status_code for answer in answers[1]) == {422: 5, 429: 20}
        assert await engine.fetchval("SELECT count(*) FROM user_session") == 1


class TestRecoveryCodes:
    @pytest_asyncio.fixture
    async def codes(self, ada) -> list[str]:
        await ada.sign_in()
        return await set_up(ada)

    async def test_one_of_them_gets_somebody_in_once(self, ada, codes, new_visitor):
        ada.visitor = new_visitor()
        for status in (303, 422):
            await ada.challenge()
            form = (await ada.visitor.get(SIGN_IN)).form(SIGN_IN) | {"code": codes[0].upper()}
            assert (await ada.visitor.post(SIGN_IN, form)).status == status
            ada.visitor = new_visitor()

    async def test_a_file_holds_them_all(self, ada, codes):
        page = await ada.visitor.get(PAGE)
        action = "/account/security/recovery-codes"
        answer = await ada.visitor.post(action, page.form(action))
        fresh = re.findall(r"<code>([a-z0-9-]{19})</code>", answer.text)
        assert len(fresh) == 10 and not set(fresh) & set(codes)
        link = next(link for link in answer.links if link.startswith("data:text/plain"))
        assert all(code in link for code in fresh)
        assert "data-print" in answer.text


class TestSwitchingOff:
    async def test_needs_password_and_code(self, ada, engine):
        await ada.enrol()
        await ada.sign_in()
        action = f"{PAGE}/removal"
        form = (await ada.visitor.get(PAGE)).form(action)
        wrong = await ada.visitor.post(action, form | {"current_password": "wrong", "off_code": await ada.code()})
        assert (wrong.status, "not your present password" in wrong.words) == (422, True)
        wrong = await ada.visitor.post(action, form | {"current_password": PASSWORD, "off_code": "000000"})
        assert (wrong.status, "That is not the code" in wrong.words) == (422, True)
        done = await ada.visitor.post(action, form | {"current_password": PASSWORD, "off_code": await ada.code()})
        assert (done.status, done.response.headers["location"]) == (303, "/account/security")
        assert not await engine.fetchval("SELECT two_factor_enabled FROM users")

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.SELLER])
    async def test_staff_are_offered_no_such_thing(self, shop, visitor, role, engine):
        member = await new_member(shop, visitor, role_id=role)
        await member.enrol()
        await member.sign_in()
        page = await member.visitor.get(PAGE)
        assert "so it stays on" in page.words and f"{PAGE}/removal" not in page.text
        form = page.form(PAGE) | {"current_password": PASSWORD, "off_code": await member.code()}
        assert (await member.visitor.post(f"{PAGE}/removal", form)).status == 422
        assert await engine.fetchval("SELECT two_factor_enabled FROM users")


@pytest.mark.parametrize("action", ["", "/activation", "/cancellation", "/removal"])
async def test_a_form_of_another_session_does_nothing(ada, action, engine):
    await ada.sign_in()
    assert (await ada.visitor.post(PAGE + action, {"csrf_token": "made-up"})).status == 403
    assert await factories.db().fetchval("SELECT two_factor_pending FROM users") is None


class TestWholeWay:
    """From the password to the page one was going to."""

    async def sign_in(self, visitor, next_path):
        page = await visitor.get(f"/sign-in?next={next_path}")
        form = page.form("/sign-in") | {"email": "ada@shop.example", "password": PASSWORD}
        return await visitor.post("/sign-in", {name: value for name, value in form.items() if name != "show"})

    async def test_with_a_second_factor(self, shop, visitor, engine):
        ada = await new_member(shop, visitor)
        await ada.enrol()
        half = await self.sign_in(visitor, "/account/sessions")
        assert half.response.headers["location"] == "/sign-in/two-factor?next=%2Faccount%2Fsessions"
        page = await visitor.get(half.response.headers["location"])
        done = await visitor.post(SIGN_IN, page.form(SIGN_IN) | {"code": await ada.code()})
        assert done.response.headers["location"] == "/account/sessions"
        assert (await visitor.get("/account/sessions")).status == 200

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.SELLER])
    async def test_staff_without_one_are_led_to_its_set_up(self, shop, visitor, role, engine):
        ada = await new_member(shop, visitor, role_id=role)
        answer = await self.sign_in(visitor, "/account/sessions")
        assert answer.response.headers["location"] == f"{PAGE}?next=%2Faccount%2Fsessions"
        page = await visitor.get(answer.response.headers["location"])
        assert "Your role needs the second factor" in page.words
        assert len(await set_up(ada)) == 10


class TestWithAScript:
    """The same steps, each swapped into the page."""

    async def test_from_off_to_on_and_off_again(self, ada, engine):
        await ada.sign_in()
        visitor = ada.visitor
        visitor.htmx = True
        begun = await visitor.post(PAGE, (await visitor.get(PAGE)).form(PAGE))
        assert begun.status == 200 and "<html" not in begun.text and 'id="step"' in begun.text
        ada.secret = re.search(r"<code>([A-Z2-7 ]+)</code>", begun.text)[1].replace(" ", "")
        action = f"{PAGE}/activation"
        wrong = await visitor.post(action, begun.form(action) | {"code": "000000"})
        assert wrong.status == 422 and "<html" not in wrong.text
        assert re.search(r'role="alert" tabindex="-1" data-takes-focus', wrong.text), "the focus goes to what is wrong"
        on = await visitor.post(action, wrong.form(action) | {"code": await ada.code()})
        assert on.status == 200 and "<html" not in on.text
        assert len(re.findall(r"<code>([a-z0-9-]{19})</code>", on.text)) == 10
        page = await visitor.get(PAGE)
        new = await visitor.post(RENEWAL, page.form(RENEWAL))
        assert len(re.findall(r"<code>([a-z0-9-]{19})</code>", new.text)) == 10
        removal = f"{PAGE}/removal"
        form = page.form(removal) | {"current_password": "wrong", "off_code": "1"}
        wrong = await visitor.post(removal, form)
        assert wrong.status == 422 and "not your present password" in wrong.words and "<html" not in wrong.text
        right = {"current_password": PASSWORD, "off_code": await ada.code(1)}
        off = await visitor.post(removal, wrong.form(removal) | right)
        assert off.response.headers["hx-redirect"] == "/account/security"
        assert not await engine.fetchval("SELECT two_factor_enabled FROM users")

    async def test_given_up(self, ada):
        await ada.sign_in()
        ada.visitor.htmx = True
        begun = await ada.visitor.post(PAGE, (await ada.visitor.get(PAGE)).form(PAGE))
        action = f"{PAGE}/cancellation"
        done = await ada.visitor.post(action, begun.form(action))
        assert done.response.headers["hx-redirect"] == "/account/security"
