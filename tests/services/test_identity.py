"""Staying signed in, and being signed out everywhere at once."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio

from app.adapters.db.identity import USE_TOKEN, PiccoloSessions
from app.bootstrap import Shop
from app.core.accounts import Role
from app.core.errors import NotFound, SignInFailed, StepUpRequired, WrongCode
from app.core.identity import Ended, Method, device_words, network_words
from app.core.permissions import Permission
from app.services.identity import TokenPair
from tests import factories
from tests.services.conftest import PASSWORD, browser, run, signed_in


class Person:
    def __init__(self, shop: Shop, user) -> None:
        self.shop, self.user = shop, user
        self.identity = shop.services.identity

    async def sign_in(self, device: str = "Firefox, Linux") -> TokenPair:
        async with self.identity.transactions.begin():
            return await self.identity.begin(
                self.user["id"],
                Role(self.user["role_id"]),
                device=device,
                place="203.0.113.0/24",
                amr=[Method.PASSWORD],
            )

    async def ask(self, tokens: TokenPair):
        return await self.identity.recognise(access=tokens.access, refresh=tokens.refresh, place="")

    async def renew(self, tokens: TokenPair):
        """As a browser whose access token is over."""
        return await self.identity.recognise(access="", refresh=tokens.refresh, place="198.51.100.0/24")


@pytest_asyncio.fixture
async def person(shop: Shop) -> Person:
    return Person(shop, await factories.make_user(email="ada@shop.example", first_name="Ada"))


async def change(engine, sql, *arguments):
    async with engine.transaction():
        await engine.execute(sql, *arguments)


async def test_the_cookies_of_a_sign_in_are_recognised(person):
    tokens = await person.sign_in()
    seen = await person.ask(tokens)
    assert (seen.tokens, seen.forget) == (None, False)
    who = seen.signed_in
    assert (who.user_id, who.session_id, who.email) == (person.user["id"], tokens.session_id, "ada@shop.example")
    assert (who.role, who.is_verified, who.amr, who.permissions) == (Role.CUSTOMER, True, ("pwd",), frozenset())
    assert who.is_fresh and not who.must_enrol


async def test_a_stranger_is_nobody(person):
    seen = await person.identity.recognise(access="", refresh="", place="")
    assert (seen.signed_in, seen.tokens, seen.forget) == (None, None, False)
    seen = await person.identity.recognise(access="nonsense", refresh="nonsense", place="")
    assert (seen.signed_in, seen.tokens, seen.forget) == (None, None, True)


async def test_only_a_hash_of_the_refresh_token_is_stored(person, engine):
    tokens = await person.sign_in()
    stored = await engine.fetchval("SELECT token FROM refresh_token")
    assert len(stored) == 64
    assert stored not in tokens.refresh
    token_id = person.identity.tokens.read_refresh(tokens.refresh).token_id
    assert len(token_id) == 43 and token_id not in stored


async def test_renewal_gives_new_tokens_of_the_same_session(person, engine):
    first = await person.sign_in()
    seen = await person.renew(first)
    assert seen.signed_in.session_id == seen.tokens.session_id == first.session_id
    assert {seen.tokens.access, seen.tokens.refresh}.isdisjoint({first.access, first.refresh})
    assert (await person.renew(seen.tokens)).tokens is not None
    assert await engine.fetchval("SELECT place FROM user_session") == "198.51.100.0/24"


async def test_of_fifty_at_once_one_gets_the_successor_and_nobody_is_alarmed(person, engine, post):
    tokens = await person.sign_in()
    seen = await asyncio.gather(*(person.renew(tokens) for _ in range(50)))
    assert sum(one.tokens is not None for one in seen) == 1
    assert all(one.signed_in is not None and not one.forget for one in seen), "a form that was sent is not lost"
    assert await engine.fetchval("SELECT count(*) FROM refresh_token") == 2
    assert await engine.fetchval("SELECT revoked_at FROM user_session") is None
    assert await post.deliver() == []


async def test_without_the_guard_several_would_get_one(person, engine, monkeypatch):
    """The control: the same race with a look first and the mark after it."""

    class Careless(PiccoloSessions):
        async def use_token(self, token_hash, *, place):
            if await engine.fetchval("SELECT used FROM refresh_token WHERE token = $1", token_hash):
                return None
            await asyncio.sleep(0.05)
            async_sql = USE_TOKEN.replace("AND NOT t.used ", "")
            row = await engine.fetchrow(async_sql, token_hash, place)
            from app.adapters.db.identity import _session

            return _session(row)

    tokens = await person.sign_in()
    object.__setattr__(person.identity, "sessions", Careless())
    seen = await asyncio.gather(*(person.renew(tokens) for _ in range(8)))
    assert sum(one.tokens is not None for one in seen) > 1


async def test_a_token_that_comes_back_later_ends_the_family_and_tells_the_owner_once(person, engine, post):
    stolen = await person.sign_in()
    mine = (await person.renew(stolen)).tokens
    await change(engine, "UPDATE refresh_token SET used_at = now() - interval '11 seconds' WHERE used")
    seen = await asyncio.gather(*(person.renew(stolen) for _ in range(10)))
    assert all(one.signed_in is None and one.tokens is None and one.forget for one in seen)
    assert (await person.ask(mine)).signed_in is None
    assert (await person.renew(mine)).signed_in is None
    assert await engine.fetchval("SELECT revoked_reason FROM user_session") == "reuse"
    (mail,) = await post.deliver()
    assert mail.recipient == "ada@shop.example"
    assert "used twice" in mail.rendered.text


async def test_other_sessions_outlive_it(person, engine):
    stolen, other = await person.sign_in(), await person.sign_in()
    await person.renew(stolen)
    await change(engine, "UPDATE refresh_token SET used_at = now() - interval '11 seconds' WHERE used")
    assert (await person.renew(stolen)).forget
    assert (await person.ask(other)).signed_in


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE user_session SET revoked_at = now(), revoked_reason = 'revoked'",
        "UPDATE user_session SET expires_at = now()",
        "UPDATE users SET status = 'Suspended'",
        "UPDATE users SET status = 'Inactive'",
        "UPDATE users SET deleted_at = now()",
    ],
)
async def test_works_at_the_very_next_request_with_either_token(person, engine, sql):
    tokens = await person.sign_in()
    await change(engine, sql)
    for seen in (await person.ask(tokens), await person.renew(tokens)):
        assert seen.signed_in is None and seen.tokens is None and seen.forget


async def test_a_session_ends_when_it_is_idle(person, engine):
    tokens = await person.sign_in()
    await change(engine, "UPDATE refresh_token SET expires_at = now()")
    assert (await person.renew(tokens)).signed_in is None


@pytest.mark.parametrize(
    ("role", "idle", "longest"),
    [
        (Role.CUSTOMER, timedelta(days=14), timedelta(days=30)),
        (Role.SELLER, timedelta(hours=1), timedelta(hours=24)),
        (Role.ADMIN, timedelta(hours=1), timedelta(hours=24)),
    ],
)
async def test_how_long_sessions_live(shop, engine, role, idle, longest):
    person = Person(shop, await factories.make_user(role_id=role))
    tokens = await person.sign_in()
    lives = "SELECT expires_at - created_at FROM "
    assert abs(await engine.fetchval(lives + "refresh_token") - idle) < timedelta(seconds=1)
    assert abs(await engine.fetchval(lives + "user_session") - longest) < timedelta(seconds=1)
    await change(engine, "UPDATE user_session SET expires_at = now() + interval '5 minutes'")
    await person.renew(tokens)
    left = await engine.fetchval("SELECT expires_at - now() FROM refresh_token WHERE NOT used")
    assert left <= timedelta(minutes=5), "no token outlives its session"


async def test_roles_and_permissions_are_those_of_this_moment(person, engine):
    tokens = await person.sign_in()
    await change(engine, "UPDATE users SET role_id = 2")
    who = (await person.ask(tokens)).signed_in
    assert who.role is Role.SELLER and who.may(Permission.CREATE_PRODUCT) and not who.may(Permission.CHANGE_ROLE)
    assert who.must_enrol
    await change(engine, "UPDATE user_permission SET deleted_at = now() WHERE permission = 'CREATE_PRODUCT'")
    assert not (await person.ask(tokens)).signed_in.may(Permission.CREATE_PRODUCT)


@pytest.mark.parametrize(("offset", "may"), [("+ interval '1 second'", False), ("", True), ("- interval '1 s'", True)])
async def test_a_permission_holds_from_its_second_on(person, engine, offset, may):
    tokens = await person.sign_in()
    await change(engine, "UPDATE users SET role_id = 2")
    await change(engine, f"UPDATE user_permission SET effective_date = now() {offset} WHERE permission = 'VIEW_ORDERS'")
    assert (await person.ask(tokens)).signed_in.may(Permission.VIEW_ORDERS) is may


async def test_the_owner_sees_and_ends_sessions(person, shop):
    phone, laptop = await person.sign_in("Safari, iPhone"), await person.sign_in()
    who = (await person.ask(laptop)).signed_in
    assert [(view.id, view.device) for view in await person.identity.list(who)] == [
        (laptop.session_id, "Firefox, Linux"),
        (phone.session_id, "Safari, iPhone"),
    ]
    await person.identity.revoke(who, phone.session_id)
    assert (await person.ask(phone)).signed_in is None
    with pytest.raises(NotFound):
        await person.identity.revoke(who, phone.session_id)
    stranger = Person(shop, await factories.make_user())
    theirs = await stranger.sign_in()
    with pytest.raises(NotFound):
        await person.identity.revoke(who, theirs.session_id)
    assert (await stranger.ask(theirs)).signed_in


async def test_all_others_all_and_this_one(person, engine):
    sessions = [await person.sign_in() for _ in range(3)]
    who = (await person.ask(sessions[0])).signed_in
    assert await person.identity.revoke_others(who) == 2
    assert [(await person.ask(one)).signed_in is not None for one in sessions] == [True, False, False]
    await person.identity.sign_out(who)
    assert (await person.ask(sessions[0])).signed_in is None
    await person.sign_in()
    assert await person.identity.revoke_all(who) == 1
    reasons = await engine.fetch("SELECT DISTINCT revoked_reason FROM user_session ORDER BY 1")
    assert [row[0] for row in reasons] == [Ended.REVOKED, Ended.SIGN_OUT]


async def test_a_proof_grows_old_and_is_renewed(person, engine, shop):
    tokens = await person.sign_in()
    await change(engine, "UPDATE user_session SET auth_time = now() - interval '16 minutes'")
    who = (await person.ask(tokens)).signed_in
    assert not who.is_fresh
    with pytest.raises(StepUpRequired):
        shop.services.accounts.require_fresh(who)
    await person.identity.prove_again(who, Method.MAILED_CODE)
    again = (await person.ask(tokens)).signed_in
    assert again.is_fresh and again.amr == ("pwd", "email")


async def test_another_process_sees_it_too(person, shop, settings, engine):
    """A second composition of the shop, with nothing in common but the database and the keys."""
    from app.bootstrap import build_shop

    tokens = await person.sign_in()
    elsewhere = build_shop(settings, engine=engine).services.identity
    assert (await elsewhere.recognise(access=tokens.access, refresh="", place="")).signed_in
    await person.identity.sign_out((await person.ask(tokens)).signed_in)
    assert not (await elsewhere.recognise(access=tokens.access, refresh="", place="")).signed_in


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8.5.0", ""),
        ("<script>alert(1)</script>" * 100, ""),
    ],
)
def test_a_device_in_words(agent, words):
    assert device_words(agent) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("127.0.0.1", "localhost"),
        ("unix", ""),
        ("", ""),
    ],
)
def test_a_place_is_a_network(address, words):
    assert network_words(address) == words


class TestFailures:
    """Sign-ins that failed, as the owner sees them."""

    async def lines(self, shop, email="ada@shop.example"):
        result = await shop.accounts.sign_in(email, PASSWORD, browser=browser(address="192.0.2.1"))
        me = await signed_in(shop.accounts, result)
        return [(line.failed, line.device) for line in await shop.services.identity.sign_ins(me)]

    async def test_are_told_with_browser_and_what_was_wrong(self, shop, ada):
        with pytest.raises(SignInFailed):
            await shop.accounts.sign_in("ada@shop.example", "wrong", browser=browser(device="Chrome, Windows"))
        assert await self.lines(shop) == [("", "Firefox, Linux"), ("password", "Chrome, Windows")]

    async def test_of_a_second_factor_too(self, shop, ada, engine):
        await run(engine, "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'sealed'")
        half = await shop.accounts.sign_in("ada@shop.example", PASSWORD, browser=browser())
        with pytest.raises(WrongCode):
            await shop.services.two_factor.finish_sign_in(half.challenge, "abcd", browser=browser(device="Edge"))
        assert await engine.fetchval("SELECT what FROM failed_sign_in") == "second_factor"

    async def test_the_latest_ten_are_kept_beside_those_that_got_in(self, shop, ada, engine):
        assert await self.lines(shop)
        for number in range(14):
            with pytest.raises(SignInFailed):
                where = browser(address=f"203.0.113.{number}", device=f"Browser {number}")
                await shop.accounts.sign_in("ada@shop.example", "wrong", browser=where)
            await run(engine, "DELETE FROM throttle")
        assert await engine.fetchval("SELECT count(*) FROM failed_sign_in") == 10
        told = await self.lines(shop)
        assert told[1] == ("password", "Browser 13") and told[-1] == ("", "Firefox, Linux")

    async def test_of_an_address_without_an_account_nothing_is_kept(self, shop, ada, engine):
        with pytest.raises(SignInFailed):
            await shop.accounts.sign_in("nobody@shop.example", "wrong", browser=browser())
        assert await engine.fetchval("SELECT count(*) FROM failed_sign_in") == 0

    async def test_go_after_ninety_days(self, shop, ada, engine):
        with pytest.raises(SignInFailed):
            await shop.accounts.sign_in("ada@shop.example", "wrong", browser=browser())
        await run(engine, "UPDATE failed_sign_in SET created_at = now() - interval '91 days'")
        assert await shop.accounts.sweep() == 1
