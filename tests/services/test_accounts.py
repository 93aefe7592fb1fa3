"""Accounts: the first one, and everybody's."""

import asyncio
import itertools
import statistics
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from app.adapters.db.tables.accounts import ARGON2, Role, User
from app.core.errors import (
    EmailTaken,
    InvalidEmail,
    NotVerified,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    SignInFailed,
    StepUpRequired,
    TooOften,
    WrongCode,
)
from app.core.identity import Method
from app.core.throttle import VERIFY_MAIL
from tests import factories
from tests.services.conftest import PASSWORD, browser, run, signed_in


async def test_an_admin_can_sign_in(accounts, engine):
    assert await accounts.create_admin("  Owner@Shop.Example ", PASSWORD) == "owner@shop.example"
    row = await engine.fetchrow("SELECT * FROM users")
    assert (row["email"], row["role_id"], row["status"]) == ("owner@shop.example", Role.ADMIN, "Active")
    assert row["password"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert ARGON2.verify(row["password"], PASSWORD)
    assert await User.login("owner@shop.example", PASSWORD) == row["id"]
    log = await engine.fetchrow("SELECT * FROM change_logs WHERE entity_type = 'User' AND action = 'INSERT'")
    assert "argon2" not in log["new_value"]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "owner",
        "owner@",
        "@shop.example",
        "owner@shop",
        "owner@shop..example",
        "two@at@shop.example",
        "own er@shop.example",
        "owner@shop.example\0",
        "owner\n@shop.example",
        "x" * 65 + "@shop.example",
        "o@" + "x" * 250 + ".example",
    ],
)
async def test_an_address_that_cannot_be_one(email, accounts, engine):
    with pytest.raises(InvalidEmail):
        await accounts.create_admin(email, PASSWORD)
    assert not await engine.fetch("SELECT * FROM users")


@pytest.mark.parametrize("email", ["o'neill+shop@sub.shop.example", "ünïcode@müller.example", "1@2.co"])
async def test_unusual_addresses_are_addresses(email, accounts):
    assert await accounts.create_admin(email, PASSWORD) == email


async def test_length_is_what_a_password_needs(accounts, engine):
    with pytest.raises(PasswordTooShort) as refused:
        await accounts.create_admin("owner@shop.example", "x" * 14)
    assert refused.value.shortest == 15
    with pytest.raises(PasswordTooLong):
        await accounts.create_admin("owner@shop.example", "x" * 129)
    assert not await engine.fetch("SELECT * FROM users")
    await accounts.create_admin("long@shop.example", ("correct horse battery staple " * 5)[:128])
    await accounts.create_admin("spaces@shop.example", "  pässwörd 🙂🙂🙂  ")


async def test_an_address_is_taken_once_in_whatever_case(accounts, engine):
    await factories.make_user(email="Owner@Shop.example")
    with pytest.raises(EmailTaken):
        await accounts.create_admin("owner@shop.example", PASSWORD)
    assert await engine.fetchval("SELECT count(*) FROM users") == 1


async def test_of_two_at_once_one_gets_it(accounts, engine):
    outcomes = await asyncio.gather(
        *(accounts.create_admin("owner@shop.example", PASSWORD) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["EmailTaken"] * 3 + ["str"]
    assert await engine.fetchval("SELECT count(*) FROM users") == 1


async def test_a_retired_address_is_free_again(accounts):
    await factories.make_user(email="owner@shop.example", deleted_at=factories.datetime.now(factories.UTC))
    assert await accounts.create_admin("owner@shop.example", PASSWORD)


# People


async def sign_up(accounts, email="new@shop.example", password=PASSWORD, **options):
    return await accounts.sign_up(email, password, browser=options.pop("browser", browser()), **options)


class TestSigningUp:
    async def test_the_code_of_the_mail_opens_the_account(self, accounts, post, engine):
        assert await sign_up(accounts, "  New@Shop.Example ", first_name=" Nia ", last_name="New") == "new@shop.example"
        row = await engine.fetchrow("SELECT * FROM users")
        assert (row["role_id"], row["status"], row["first_name"], row["email_verified_at"]) == (
            3,
            "Active",
            "Nia",
            None,
        )
        result = await accounts.verify("NEW@shop.example", await post.code(), browser=browser())
        who = await signed_in(accounts, result)
        assert who.is_verified and who.email == "new@shop.example"
        assert (await accounts.sign_in("new@shop.example", PASSWORD, browser=browser())).tokens

    async def test_no_session_before_the_address_is_proven(self, accounts, post, engine):
        await sign_up(accounts)
        await post.deliver()
        with pytest.raises(NotVerified):
            await accounts.sign_in("new@shop.example", PASSWORD, browser=browser("c" * 43))
        assert not await engine.fetch("SELECT * FROM user_session")
        assert (await accounts.verify("new@shop.example", await post.code(), browser=browser("c" * 43))).tokens

    async def test_a_known_address_gets_a_mail_and_nothing_else(self, accounts, ada, post, engine):
        before = await engine.fetchrow("SELECT * FROM users")
        assert await sign_up(accounts, "ADA@shop.example", "another good passphrase") == "ada@shop.example"
        assert await engine.fetchrow("SELECT * FROM users") == before
        (mail,) = await post.deliver()
        assert (
            mail.recipient == "ada@shop.example" and mail.rendered.subject == "You have an account at Exclusive already"
        )
        assert not await engine.fetch("SELECT * FROM otp")

    async def test_somebody_who_took_the_address_first_gains_nothing(self, accounts, post, engine):
        """The owner signs up after a stranger did: only what the owner typed lives."""
        stranger, owner = browser("s" * 43, "198.51.100.1"), browser()
        await sign_up(accounts, password="the stranger's passphrase", browser=stranger)
        first = await post.code()
        await sign_up(accounts, browser=owner)
        code = await post.code()
        for where, text in ((stranger, first), (stranger, code), (owner, first)):
            with pytest.raises(WrongCode):
                await accounts.verify("new@shop.example", text, browser=where)
        assert (await accounts.verify("new@shop.example", code, browser=owner)).tokens
        with pytest.raises(SignInFailed):
            await accounts.sign_in("new@shop.example", "the stranger's passphrase", browser=stranger)

    async def test_a_resent_code_goes_to_the_browser_that_signed_up(self, accounts, post):
        """Else the owner, asking again, would open the account with the stranger's password."""
        stranger, owner = browser("s" * 43, "198.51.100.1"), browser()
        await sign_up(accounts, browser=stranger)
        await post.deliver()
        await accounts.resend_verification("new@shop.example", browser=owner)
        assert await post.deliver() == []
        await accounts.resend_verification("new@shop.example", browser=stranger)
        assert len(await post.deliver()) == 1

    async def test_a_code_to_sign_in_drops_a_password_that_proved_nothing(self, accounts, post, engine):
        await sign_up(accounts, browser=browser("s" * 43))
        await post.deliver()
        await accounts.send_sign_in_code("new@shop.example", browser=browser())
        assert (await accounts.sign_in_by_code("new@shop.example", await post.code(), browser=browser())).tokens
        assert await engine.fetchval("SELECT password FROM users") is None

    async def test_of_many_at_once_one_account_comes(self, accounts, engine):
        await asyncio.gather(*(sign_up(accounts, browser=browser(address=f"203.0.113.{n}")) for n in range(8)))
        assert await engine.fetchval("SELECT count(*) FROM users") == 1

    @pytest.mark.parametrize(
        ("password", "refusal"),
        [
            ("short", PasswordTooShort),
            ("x" * 1_000, PasswordTooLong),
            ("passwordpassword", PasswordTooCommon),
            ("1234567890123456", PasswordTooCommon),
            ("exclusive-shop-2026", PasswordTooCommon),
            ("new@shop.example1", PasswordTooCommon),
        ],
    )
    async def test_a_bad_password_is_refused_before_anything_is_looked_up(self, accounts, engine, password, refusal):
        with pytest.raises(refusal):
            await sign_up(accounts, password=password)
        assert not await engine.fetch("SELECT * FROM throttle")

    async def test_no_more_than_five_an_hour_from_one_address(self, accounts):
        for number in range(5):
            await sign_up(accounts, f"new{number}@shop.example")
        with pytest.raises(TooOften) as refused:
            await sign_up(accounts, "new5@shop.example")
        assert 3_000 < refused.value.retry_after <= 3_600

    async def test_an_address_gets_three_mails_in_six_hours_and_nobody_can_tell(self, accounts, post):
        for number in range(5):
            await sign_up(accounts, browser=browser(address=f"203.0.113.{number}"))
        assert len(await post.deliver()) == 1, "the others were replaced before they left"
        assert await accounts.throttle.is_left(VERIFY_MAIL, "new@shop.example") is False


class TestSigningIn:
    async def test_by_password(self, accounts, ada, engine):
        result = await accounts.sign_in(" ADA@shop.example", PASSWORD, browser=browser())
        who = await signed_in(accounts, result)
        assert (who.user_id, who.amr) == (ada["id"], ("pwd",))
        assert await engine.fetchval("SELECT last_login FROM users")
        assert await engine.fetchval("SELECT device FROM user_session") == "Firefox, Linux"

    @pytest.mark.parametrize(
        "name", ["ada@shop.example", "nobody@shop.example", "", "x" * 1_000, "a\0b", "'; DROP TABLE"]
    )
    async def test_what_does_not_fit_is_all_the_same(self, accounts, ada, name):
        with pytest.raises(SignInFailed):
            await accounts.sign_in(name, "a wrong passphrase", browser=browser())

    @pytest.mark.parametrize("status", ["Suspended", "Inactive"])
    async def test_a_suspended_account_is_as_good_as_none(self, accounts, ada, engine, status):
        await run(engine, "UPDATE users SET status = $1", status)
        with pytest.raises(SignInFailed):
            await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        await accounts.send_sign_in_code("ada@shop.example", browser=browser())
        assert not await engine.fetch("SELECT * FROM otp")

    async def test_an_old_hash_is_renewed(self, accounts, ada, engine):
        weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
        await run(engine, "UPDATE users SET password = $1", weak)
        await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        assert (await engine.fetchval("SELECT password FROM users")).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())

    async def test_a_second_factor_comes_between(self, accounts, ada, engine):
        await run(engine, "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'sealed'")
        result = await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        assert result.tokens is None and not await engine.fetch("SELECT * FROM user_session")
        assert accounts.read_challenge(result.challenge).user_id == ada["id"]
        for wrong in ("", "x", result.challenge[:-1]):
            with pytest.raises(SignInFailed):
                accounts.read_challenge(wrong)
        done = await accounts.finish_sign_in(result.challenge, Method.TOTP, browser=browser())
        assert (await signed_in(accounts, done)).amr == ("pwd", "otp", "mfa")

    async def test_a_mailed_code_does_not_pass_for_it(self, accounts, ada, engine, post):
        await run(engine, "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'sealed'")
        await accounts.send_sign_in_code("ada@shop.example", browser=browser())
        result = await accounts.sign_in_by_code("ada@shop.example", await post.code(), browser=browser())
        assert result.tokens is None and result.challenge

    async def test_by_code(self, accounts, ada, post):
        await accounts.send_sign_in_code("ada@shop.example", browser=browser())
        code = await post.code()
        with pytest.raises(WrongCode):
            await accounts.sign_in_by_code("nobody@shop.example", code, browser=browser())
        assert (await accounts.sign_in_by_code("ada@shop.example", code, browser=browser())).tokens
        with pytest.raises(WrongCode):
            await accounts.sign_in_by_code("ada@shop.example", code, browser=browser())

    async def test_ten_guesses_at_an_account_whoever_guesses(self, accounts, ada):
        for number in range(10):
            with pytest.raises(SignInFailed):
                await accounts.sign_in("ada@shop.example", "wrong", browser=browser(address=f"203.0.113.{number}"))
        with pytest.raises(TooOften):
            await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser(address="203.0.113.99"))

    async def test_ten_guesses_from_an_address_whatever_they_are_at(self, accounts, ada):
        for number in range(10):
            with pytest.raises(SignInFailed):
                await accounts.sign_in(f"user{number}@shop.example", "wrong", browser=browser())
        with pytest.raises(TooOften):
            await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        assert (await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser(address="203.0.113.99"))).tokens

    async def test_a_browser_that_was_in_before_gets_in_while_strangers_are_blocked(self, accounts, ada):
        result = await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        known = browser(known=accounts.known_device(result.account))
        for number in range(9):
            with pytest.raises(SignInFailed):
                await accounts.sign_in("ada@shop.example", "wrong", browser=browser(address=f"198.51.100.{number}"))
        with pytest.raises(TooOften):
            await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser(address="192.0.2.1"))
        assert (await accounts.sign_in("ada@shop.example", PASSWORD, browser=known)).tokens

    async def test_its_mark_is_of_no_use_to_another_account_and_has_a_limit_of_its_own(self, accounts, ada):
        other = await factories.make_user(email="eve@shop.example", password=ada["password"])
        eve = (await accounts.sign_in(other["email"], PASSWORD, browser=browser())).account
        marked = browser(known=accounts.known_device(eve), address="192.0.2.1")
        for _ in range(10):
            with pytest.raises(SignInFailed):
                await accounts.sign_in("ada@shop.example", "wrong", browser=marked)
        for _ in range(10):
            with pytest.raises(SignInFailed):
                await accounts.sign_in("eve@shop.example", "wrong", browser=marked)
        with pytest.raises(TooOften):
            await accounts.sign_in("eve@shop.example", PASSWORD, browser=marked)

    async def test_guesses_at_once_gain_nothing(self, accounts, ada, monkeypatch):
        looked_at = []

        async def verify(stored, password):
            looked_at.append(password)
            return False

        object.__setattr__(accounts, "passwords", _With(accounts.passwords, verify=verify))
        line = asyncio.Semaphore(8)

        async def guess(number):
            async with line:
                with pytest.raises((SignInFailed, TooOften)):
                    await accounts.sign_in("ada@shop.example", f"{number}", browser=browser(address=f"10.0.0.{number}"))

        await asyncio.gather(*(guess(number) for number in range(200)))
        assert len(looked_at) == 10

    async def test_a_new_device_is_told_and_a_known_one_is_not(self, accounts, ada, post):
        first = await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        assert await post.deliver() == []
        await accounts.sign_in(
            "ada@shop.example", PASSWORD, browser=browser(known=accounts.known_device(first.account))
        )
        assert await post.deliver() == []
        await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser(device="Safari, iPhone"))
        (mail,) = await post.deliver()
        assert "Safari, iPhone" in mail.rendered.text

    async def test_a_password_that_changes_in_that_moment_lets_nobody_in(self, accounts, ada, engine):
        verify = accounts.passwords.verify

        async def slow(stored, password):
            right = await verify(stored, password)
            await run(engine, "UPDATE users SET password = $1", await accounts.passwords.hash("a new good passphrase"))
            return right

        object.__setattr__(accounts, "passwords", _With(accounts.passwords, verify=slow))
        with pytest.raises(SignInFailed):
            await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())


class TestProvingAgain:
    @pytest_asyncio.fixture
    async def me(self, accounts, ada):
        return await signed_in(accounts, await accounts.sign_in("ada@shop.example", PASSWORD, browser=browser()))

    async def test_proving_it_again(self, accounts, me, post, engine):
        await run(engine, "UPDATE user_session SET auth_time = now() - interval '1 hour'")
        with pytest.raises(SignInFailed):
            await accounts.step_up_by_password(me, "wrong", browser=browser())
        await accounts.step_up_by_password(me, PASSWORD, browser=browser())
        assert await engine.fetchval("SELECT now() - auth_time FROM user_session") < timedelta(minutes=1)
        await run(engine, "UPDATE user_session SET auth_time = now() - interval '1 hour'")
        await accounts.send_step_up_code(me, browser=browser())
        with pytest.raises(WrongCode):
            await accounts.step_up_by_code(me, "00000000", browser=browser("c" * 43))
        await accounts.step_up_by_code(me, await post.code(), browser=browser())
        assert await engine.fetchval("SELECT now() - auth_time FROM user_session") < timedelta(minutes=1)

    async def test_with_a_second_factor_nothing_less_will_do(self, accounts, me):
        guarded = replace(me, two_factor_enabled=True)
        with pytest.raises(StepUpRequired):
            await accounts.step_up_by_password(guarded, PASSWORD, browser=browser())
        with pytest.raises(StepUpRequired):
            await accounts.step_up_by_code(guarded, "00000000", browser=browser())


@pytest.mark.prove
class TestTiming:
    """The same time whether or not the address exists: medians of 500 samples a side, taken in turns."""

    SAMPLES = 500

    async def gap(self, one, other):
        taken = [[], []]
        for _ in range(self.SAMPLES):
            for times, ask in zip(taken, (one, other), strict=True):
                began = time.perf_counter()
                await ask()
                times.append(time.perf_counter() - began)
        return abs(statistics.median(taken[0]) - statistics.median(taken[1])) * 1_000

    @pytest.fixture(autouse=True)
    def unlimited(self, accounts):
        async def take(key, *, limit, seconds):
            return await taken(key, limit=10**9, seconds=seconds)

        taken = accounts.throttle.throttle.take
        object.__setattr__(accounts.throttle, "throttle", _With(accounts.throttle.throttle, take=take))

    async def test_sign_in(self, accounts, ada):
        async def wrong(name):
            with pytest.raises(SignInFailed):
                await accounts.sign_in(name, "a wrong passphrase", browser=browser())

        gap = await self.gap(lambda: wrong("ada@shop.example"), lambda: wrong("nobody@shop.example"))
        print(f"sign-in: median gap {gap:.2f} ms")
        assert gap <= 5

    async def test_sign_up(self, accounts, ada):
        object.__setattr__(accounts.mailed, "even_seconds", 0.25)
        numbers = itertools.count()
        gap = await self.gap(
            lambda: sign_up(accounts, "ada@shop.example"), lambda: sign_up(accounts, f"new{next(numbers)}@shop.example")
        )
        print(f"sign-up: median gap {gap:.2f} ms")
        assert gap <= 5

    async def test_reset(self, accounts, passwords, ada):
        object.__setattr__(accounts.mailed, "even_seconds", 0.25)
        gap = await self.gap(
            lambda: passwords.send_reset("ada@shop.example", browser=browser()),
            lambda: passwords.send_reset("nobody@shop.example", browser=browser()),
        )
        print(f"reset: median gap {gap:.2f} ms")
        assert gap <= 5


class _With:
    """An adapter with some of its methods exchanged."""

    def __init__(self, inner, **methods):
        self._inner, self._methods = inner, methods

    def __getattr__(self, name):
        return self._methods.get(name) or getattr(self._inner, name)
