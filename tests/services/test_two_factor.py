"""The second factor: half set up it asks nobody, each code of it works once, and there is a way back in without it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from app.adapters.db.two_factor import USE_CODE, USE_STEP, PiccoloTwoFactors
from app.adapters.identity.passwords import Argon2Passwords
from app.adapters.identity.totp import PyotpAuthenticator
from app.bootstrap import Shop
from app.core.accounts import Role
from app.core.errors import (
    NotFound,
    PasswordTooShort,
    SecondFactorObligatory,
    SignInFailed,
    StepUpRequired,
    TooOften,
    WrongCode,
)
from app.core.throttle import SECOND_FACTOR
from app.core.two_factor import grouped
from app.ports.identity import SignedIn
from app.services.accounts import SignInResult
from app.services.identity import Recognised
from app.services.throttle import ThrottleService
from app.services.two_factor import TwoFactorService
from tests import factories
from tests.services.conftest import browser

PASSWORD = "three brown bears sing"
FULL_WIDTH = {48 + digit: 0xFF10 + digit for digit in range(10)}


class Countless:
    """A throttle that lets everybody through, for what has to hold without one."""

    async def take(self, key, *, limit, seconds):
        return None

    async def sweep(self):
        return 0


class Owner:
    """An account, its browser and its authenticator app."""

    def __init__(self, shop: Shop, user, engine) -> None:
        self.shop, self.user, self.engine = shop, user, engine
        self.app = PyotpAuthenticator()
        self.secret = ""
        self.recovery: list[str] = []

    @property
    def factor(self) -> TwoFactorService:
        return self.shop.services.two_factor

    async def sign_in(self) -> SignInResult:
        return await self.shop.accounts.sign_in(self.user["email"], PASSWORD, browser=browser())

    async def who(self, result: SignInResult) -> SignedIn:
        assert result.tokens is not None
        seen: Recognised = await self.shop.services.identity.recognise(
            access=result.tokens.access, refresh=result.tokens.refresh, place=""
        )
        assert seen.signed_in is not None
        return seen.signed_in

    async def code(self, later: int = 0) -> str:
        """What the app shows, or will show so many steps later."""
        step = await self.engine.fetchval("SELECT floor(extract(epoch FROM now()) / 30)::bigint")
        return self.app.code(self.secret, step + later)

    async def begin(self, me: SignedIn) -> None:
        await self.factor.begin(me)
        shown = await self.factor.set_up(me)
        assert shown is not None
        self.secret = shown.secret.replace(" ", "")

    async def switch_on(self, me: SignedIn) -> SignedIn:
        """And let the code that did it be of use again."""
        await self.begin(me)
        self.recovery = list(await self.factor.switch_on(me, await self.code(), browser=browser()))
        await change(self.engine, "UPDATE users SET two_factor_step = two_factor_step - 1 WHERE id = $1", me.user_id)
        return replace(me, two_factor_enabled=True)


@pytest_asyncio.fixture
async def owner(shop: Shop, engine) -> Owner:
    user = await factories.make_user(email="ada@shop.example", password=await Argon2Passwords().hash(PASSWORD))
    return Owner(shop, user, engine)


@pytest_asyncio.fixture
async def me(owner: Owner) -> SignedIn:
    return await owner.who(await owner.sign_in())


@pytest_asyncio.fixture
async def guarded(owner: Owner, me: SignedIn) -> SignedIn:
    return await owner.switch_on(me)


async def change(engine, sql, *arguments):
    async with engine.transaction():
        await engine.execute(sql, *arguments)


class TestSetUp:
    async def test_half_done_it_asks_for_nothing(self, owner, me):
        await owner.begin(me)
        state = await owner.factor.state(me)
        assert (state.is_on, state.is_pending, state.codes_left) == (False, True, 0)
        assert (await owner.sign_in()).tokens is not None

    async def test_the_secret_stays_the_same_until_it_is_given_up(self, owner, me):
        await owner.begin(me)
        first = owner.secret
        await owner.begin(me)
        assert owner.secret == first
        await owner.factor.give_up(me)
        assert await owner.factor.set_up(me) is None
        await owner.begin(me)
        assert owner.secret != first

    async def test_the_secret_has_160_bits_and_is_stored_sealed(self, owner, me, engine):
        await owner.begin(me)
        assert len(owner.secret) == 32
        shown = await owner.factor.set_up(me)
        assert shown.secret == grouped(owner.secret)
        assert shown.address.startswith("otpauth://totp/Exclusive:ada%40shop.example?secret=" + owner.secret)
        await owner.factor.switch_on(me, await owner.code(), browser=browser())
        row = await engine.fetchrow("SELECT two_factor_secret, two_factor_pending FROM users")
        assert row["two_factor_pending"] is None
        assert owner.secret not in row["two_factor_secret"]
        assert owner.secret not in str(await engine.fetch("SELECT * FROM change_logs"))

    async def test_one_valid_code_switches_it_on(self, owner, me, engine, post):
        elsewhere = await owner.sign_in()
        await owner.begin(me)
        wrong = f"{(int(await owner.code()) + 1) % 10**6:06d}"
        for typed in (wrong, "", "12345", "x" * 1_000):
            with pytest.raises(WrongCode):
                await owner.factor.switch_on(me, typed, browser=browser())
        assert not await engine.fetchval("SELECT two_factor_enabled FROM users")
        codes = await owner.factor.switch_on(me, await owner.code(), browser=browser())
        assert len(set(codes)) == 10
        assert (await owner.sign_in()).challenge
        who = await owner.shop.services.identity.recognise(access=elsewhere.tokens.access, refresh="", place="")
        assert who.signed_in is None, "other browsers are signed out"
        mails = [mail.rendered.text for mail in await post.deliver()]
        assert sum("asks for a code of your app" in text for text in mails) == 1

    async def test_the_browser_that_set_it_up_has_shown_it(self, owner, me, engine):
        await owner.switch_on(me)
        assert await engine.fetchval("SELECT amr FROM user_session WHERE revoked_at IS NULL") == "pwd otp mfa"

    async def test_only_with_a_fresh_proof(self, owner, me):
        stale = replace(me, proven_ago=timedelta(minutes=16))
        for attempt in (
            owner.factor.begin(stale),
            owner.factor.set_up(stale),
            owner.factor.switch_on(stale, "123456", browser=browser()),
            owner.factor.renew_codes(stale, browser=browser()),
        ):
            with pytest.raises(StepUpRequired):
                await attempt

    async def test_nothing_is_finished_that_was_not_begun(self, owner, me):
        with pytest.raises(NotFound):
            await owner.factor.switch_on(me, "123456", browser=browser())

    async def test_another_authenticator_takes_the_place_of_the_first(self, owner, guarded):
        first = owner.secret
        again = await owner.switch_on(guarded)
        assert owner.secret != first
        old, owner.secret = owner.secret, first
        with pytest.raises(WrongCode):
            await owner.factor.step_up(again, await owner.code(), browser=browser())
        owner.secret = old
        await owner.factor.step_up(again, await owner.code(), browser=browser())

    async def test_finished_twice_at_once_it_is_finished_once(self, owner, me, engine):
        await owner.begin(me)
        code = await owner.code()
        done = await asyncio.gather(
            *(owner.factor.switch_on(me, code, browser=browser()) for _ in range(4)), return_exceptions=True
        )
        assert sum(isinstance(one, list) for one in done) == 1
        assert await engine.fetchval("SELECT count(*) FROM recovery_code") == 10


class TestSignIn:
    async def finish(self, owner, typed, **where):
        challenge = (await owner.sign_in()).challenge
        return await owner.factor.finish_sign_in(challenge, typed, browser=browser(**where))

    async def test_by_a_code(self, owner, guarded):
        done = await self.finish(owner, await owner.code())
        assert (await owner.who(done)).amr == ("pwd", "otp", "mfa")

    @pytest.mark.parametrize("later", [-1, 0, 1])
    async def test_a_clock_may_be_a_step_off(self, owner, guarded, later, engine):
        await change(engine, "UPDATE users SET two_factor_step = NULL")
        if await engine.fetchval("SELECT extract(epoch FROM now())::bigint % 30 >= 25"):
            await asyncio.sleep(6)  # or the step before would be the one before that by the time it is looked at
        assert (await self.finish(owner, await owner.code(later))).tokens

    @pytest.mark.parametrize("later", [-3, 3])
    async def test_and_no_more(self, owner, guarded, later, engine):
        await change(engine, "UPDATE users SET two_factor_step = NULL")
        with pytest.raises(WrongCode):
            await self.finish(owner, await owner.code(later))

    @pytest.mark.parametrize("shape", ["{0} {1}", " {0}-{1} ", "{0}\u00a0{1}\n"])
    async def test_however_it_is_typed(self, owner, guarded, shape):
        code = await owner.code()
        assert (await self.finish(owner, shape.format(code[:3], code[3:]))).tokens

    async def test_in_full_width_digits(self, owner, guarded):
        assert (await self.finish(owner, (await owner.code()).translate(FULL_WIDTH))).tokens

    async def test_a_code_works_once(self, owner, guarded):
        code = await owner.code()
        assert (await self.finish(owner, code)).tokens
        with pytest.raises(WrongCode):
            await self.finish(owner, code)
        with pytest.raises(WrongCode):
            await self.finish(owner, await owner.code(-1))
        assert (await self.finish(owner, await owner.code(1))).tokens

    async def test_of_a_hundred_uses_at_once_one_is_accepted(self, owner, guarded, engine):
        object.__setattr__(owner.factor, "throttle", ThrottleService(Countless()))
        challenge, code = (await owner.sign_in()).challenge, await owner.code()
        done = await asyncio.gather(
            *(owner.factor.finish_sign_in(challenge, code, browser=browser()) for _ in range(100)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, SignInResult) for one in done) == 1
        assert sum(isinstance(one, WrongCode) for one in done) == 99

    async def test_without_the_guard_several_would_be(self, owner, guarded, engine):
        """The control: the same race with a look first and the mark after it."""

        class Careless(PiccoloTwoFactors):
            async def use_step(self, user_id, step):
                if await engine.fetchval("SELECT two_factor_step >= $2 FROM users WHERE id = $1", user_id, step):
                    return False
                await asyncio.sleep(0.05)
                await engine.execute(USE_STEP.partition("AND coalesce")[0], user_id, step)
                return True

        object.__setattr__(owner.factor, "throttle", ThrottleService(Countless()))
        object.__setattr__(owner.factor, "factors", Careless())
        challenge, code = (await owner.sign_in()).challenge, await owner.code()
        done = await asyncio.gather(
            *(owner.factor.finish_sign_in(challenge, code, browser=browser()) for _ in range(8)), return_exceptions=True
        )
        assert sum(isinstance(one, SignInResult) for one in done) > 1

    async def test_five_tries_in_five_minutes_whoever_tries(self, owner, guarded, engine):
        await change(engine, "DELETE FROM throttle")
        challenge, right = (await owner.sign_in()).challenge, await owner.code()
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        done = await asyncio.gather(
            *(
                owner.factor.finish_sign_in(challenge, wrong, browser=browser(address=f"203.0.113.{number}"))
                for number in range(40)
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(one, WrongCode) for one in done) == SECOND_FACTOR[0].most
        with pytest.raises(TooOften):
            await owner.factor.finish_sign_in(challenge, right, browser=browser(address="203.0.113.99"))

    async def test_only_after_what_came_before_it(self, owner, guarded):
        for challenge in ("", "x", (await owner.sign_in()).challenge[:-1]):
            with pytest.raises(SignInFailed):
                await owner.factor.finish_sign_in(challenge, await owner.code(), browser=browser())

    async def test_somebody_elses_code_is_nobodys(self, owner, guarded, shop, engine):
        other = await factories.make_user(email="bo@shop.example", password=await Argon2Passwords().hash(PASSWORD))
        bo = Owner(shop, other, engine)
        await bo.switch_on(await bo.who(await bo.sign_in()))
        challenge = (await bo.sign_in()).challenge
        for typed in (await owner.code(), owner.recovery[0]):
            with pytest.raises(WrongCode):
                await owner.factor.finish_sign_in(challenge, typed, browser=browser())


class TestRecoveryCodes:
    async def finish(self, owner, typed):
        return await TestSignIn().finish(owner, typed)

    async def test_each_opens_once_and_the_owner_is_told(self, owner, guarded, post, engine):
        done = await self.finish(owner, owner.recovery[3])
        assert (await owner.who(done)).amr == ("pwd", "rec", "mfa")
        assert any("recovery code of yours was used" in mail.rendered.text for mail in await post.deliver())
        with pytest.raises(WrongCode):
            await self.finish(owner, owner.recovery[3])
        assert (await owner.factor.state(guarded)).codes_left == 9

    @pytest.mark.parametrize("shape", [str.upper, lambda code: code.replace("-", ""), lambda code: f" {code} "])
    async def test_however_it_is_typed(self, owner, guarded, shape):
        assert (await self.finish(owner, shape(owner.recovery[0]))).tokens

    async def test_only_keyed_hashes_are_stored(self, owner, guarded, engine):
        stored = [row["code_hash"] for row in await engine.fetch("SELECT code_hash FROM recovery_code")]
        assert {len(one) for one in stored} == {64}
        for code in owner.recovery:
            assert len(code) == 19 and code.replace("-", "") not in str(stored)

    async def test_of_many_uses_at_once_one_is_accepted(self, owner, guarded):
        object.__setattr__(owner.factor, "throttle", ThrottleService(Countless()))
        challenge = (await owner.sign_in()).challenge
        done = await asyncio.gather(
            *(owner.factor.finish_sign_in(challenge, owner.recovery[0], browser=browser()) for _ in range(50)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, SignInResult) for one in done) == 1

    async def test_without_the_guard_several_would_be(self, owner, guarded, engine):
        class Careless(PiccoloTwoFactors):
            async def use_code(self, user_id, hashes):
                found = "SELECT id FROM recovery_code WHERE code_hash = ANY ($1) AND used_at IS NULL"
                if await engine.fetchval(found, hashes) is None:
                    return None
                await asyncio.sleep(0.05)
                await engine.execute(USE_CODE.replace("AND used_at IS NULL", ""), user_id, hashes)
                return 9

        object.__setattr__(owner.factor, "throttle", ThrottleService(Countless()))
        object.__setattr__(owner.factor, "factors", Careless())
        challenge = (await owner.sign_in()).challenge
        done = await asyncio.gather(
            *(owner.factor.finish_sign_in(challenge, owner.recovery[0], browser=browser()) for _ in range(8)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, SignInResult) for one in done) > 1

    async def test_after_the_last_the_owner_is_warned(self, owner, guarded, engine, post):
        await change(engine, "UPDATE recovery_code SET used_at = now() WHERE id <> (SELECT max(id) FROM recovery_code)")
        await self.finish(owner, owner.recovery[-1])
        assert any("The last of your recovery codes" in mail.rendered.text for mail in await post.deliver())
        assert (await owner.factor.state(guarded)).codes_left == 0

    async def test_a_new_set_ends_the_old_one(self, owner, guarded, post):
        fresh = await owner.factor.renew_codes(guarded, browser=browser())
        assert len(set(fresh)) == 10 and not set(fresh) & set(owner.recovery)
        with pytest.raises(WrongCode):
            await self.finish(owner, owner.recovery[0])
        assert (await self.finish(owner, fresh[0])).tokens
        assert any("New recovery codes" in mail.rendered.text for mail in await post.deliver())

    async def test_there_are_none_without_a_second_factor(self, owner, me):
        with pytest.raises(NotFound):
            await owner.factor.renew_codes(me, browser=browser())


class TestStepUp:
    async def test_by_either_kind_of_code(self, owner, guarded, engine):
        for typed in (await owner.code(), owner.recovery[0]):
            await change(engine, "UPDATE user_session SET auth_time = now() - interval '1 hour'")
            await owner.factor.step_up(guarded, typed, browser=browser())
            assert await engine.fetchval("SELECT now() - max(auth_time) FROM user_session") < timedelta(minutes=1)

    async def test_a_wrong_one_proves_nothing(self, owner, guarded, engine):
        await change(engine, "UPDATE user_session SET auth_time = now() - interval '1 hour'")
        with pytest.raises(WrongCode):
            await owner.factor.step_up(guarded, "abcd-efgh-jkmn-pqrs", browser=browser())
        assert await engine.fetchval("SELECT now() - max(auth_time) FROM user_session") > timedelta(minutes=59)


class TestSwitchingOff:
    async def test_needs_the_password_and_a_code(self, owner, guarded, engine, post):
        code = await owner.code()
        with pytest.raises(SignInFailed):
            await owner.factor.switch_off(guarded, "wrong", code, browser=browser())
        with pytest.raises(WrongCode):
            await owner.factor.switch_off(guarded, PASSWORD, "abc", browser=browser())
        assert await engine.fetchval("SELECT two_factor_enabled FROM users")
        await owner.factor.switch_off(guarded, PASSWORD, code, browser=browser())
        row = await engine.fetchrow("SELECT two_factor_enabled, two_factor_secret, two_factor_step FROM users")
        assert tuple(row) == (False, None, None)
        assert not await engine.fetchval("SELECT count(*) FROM recovery_code")
        assert (await owner.sign_in()).tokens
        assert any("no longer asks for a code" in mail.rendered.text for mail in await post.deliver())

    async def test_a_password_too_short_to_stand_alone_is_changed_first(self, owner, guarded, engine):
        await change(engine, "UPDATE users SET password = $1", await Argon2Passwords().hash("ninechars"))
        with pytest.raises(PasswordTooShort):
            await owner.factor.switch_off(guarded, "ninechars", await owner.code(), browser=browser())
        assert await engine.fetchval("SELECT two_factor_enabled FROM users")

    async def test_staff_do_not_go_without(self, owner, guarded, engine):
        for role in (Role.ADMIN, Role.SELLER):
            staff = replace(guarded, role=role)
            assert (await owner.factor.state(staff)).is_obligatory
            with pytest.raises(SecondFactorObligatory):
                await owner.factor.switch_off(staff, PASSWORD, await owner.code(), browser=browser())


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, for SHA-1; six digits of the eight there."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    vectors = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
    assert {time: PyotpAuthenticator().code(secret, time // 30) for time in vectors} == vectors
