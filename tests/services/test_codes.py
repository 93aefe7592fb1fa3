"""One-time codes: few guesses, one use, one browser, and nothing readable at rest."""

import asyncio
import hashlib
from datetime import timedelta

import pytest
import pytest_asyncio

from app.adapters.db.codes import TRY, PiccoloCodes
from app.core.codes import MOST_TRIES, Purpose, typed_code
from app.core.emails import EmailKind
from app.ports.codes import TriedCode
from tests import factories

BROWSER = "b" * 43
PURPOSE = Purpose.SIGN_IN


class Desk:
    """Asks for codes and types them, for one user."""

    def __init__(self, shop, user):
        self.codes, self.transactions, self.user = (
            shop.services.accounts.codes,
            shop.services.accounts.transactions,
            user,
        )

    async def ask(self, purpose=PURPOSE, browser=BROWSER, **options):
        async with self.transactions.begin() as transaction:
            await self.codes.send(
                transaction,
                self.user["id"],
                purpose,
                recipient=self.user["email"],
                browser=browser,
                locale="en_US",
                **options,
            )

    async def type(self, text, purpose=PURPOSE, browser=BROWSER, user_id=None):
        async with self.transactions.begin():
            tried = await self.codes.try_typed(user_id or self.user["id"], purpose, text, browser=browser)
        return tried is not None and tried.is_right


@pytest_asyncio.fixture
async def desk(shop):
    return Desk(shop, await factories.make_user(email="ada@shop.example"))


def wrong(code):
    return f"{(int(typed_code(code)) + 1) % 10**8:08d}"


async def at_once(times, work):
    """So many at a time as a process lets in: as many as the pool has connections."""
    line = asyncio.Semaphore(8)

    async def one(number):
        async with line:
            return await work(number)

    return await asyncio.gather(*(one(number) for number in range(times)))


async def test_a_code_comes_by_mail_and_opens_once(desk, post):
    await desk.ask()
    code = await post.code("ada@shop.example")
    assert code.replace(" ", "").isdecimal() and len(code) == 9
    assert await desk.type(code)
    assert not await desk.type(code)


@pytest.mark.parametrize("shape", ["{0}{1}", " {0}-{1} ", "{0}\u00a0{1}"])
async def test_however_it_is_typed(desk, post, shape):
    await desk.ask()
    assert await desk.type(shape.format(*(await post.code()).split()))


async def test_in_full_width_digits(desk, post):
    await desk.ask()
    assert await desk.type((await post.code()).translate({48 + digit: 0xFF10 + digit for digit in range(10)}))


async def test_for_its_user_purpose_and_browser_only(desk, post, shop):
    await desk.ask()
    code = await post.code()
    other = await factories.make_user()
    assert not await desk.type(code, purpose=Purpose.STEP_UP)
    assert not await desk.type(code, browser="c" * 43)
    assert not await desk.type(code, browser="")
    assert not await desk.type(code, user_id=other["id"])
    assert await desk.type(code)


async def test_a_new_one_replaces_the_old(desk, post):
    await desk.ask()
    old = await post.code()
    await desk.ask()
    assert not await desk.type(old)
    assert await desk.type(await post.code())


async def test_of_many_asked_for_at_once_one_lives(desk, engine):
    await asyncio.gather(*(desk.ask() for _ in range(8)))
    assert await engine.fetchval("SELECT count(*) FROM otp WHERE NOT used AND deleted_at IS NULL") == 1
    assert await engine.fetchval("SELECT count(*) FROM otp WHERE deleted_at IS NOT NULL AND sealed_code IS NULL") == 7


async def test_ten_minutes_by_the_databases_clock(desk, post, engine):
    await desk.ask()
    code = await post.code()
    assert await engine.fetchval("SELECT expires_at - created_at FROM otp") <= timedelta(minutes=10, seconds=1)
    async with engine.transaction():
        await engine.execute("UPDATE otp SET expires_at = now()")
    assert not await desk.type(code)


async def test_five_tries(desk, post):
    await desk.ask()
    code = await post.code()
    for _ in range(MOST_TRIES):
        assert not await desk.type(wrong(code))
    assert not await desk.type(code)


async def test_what_cannot_be_a_code_costs_no_try(desk, post, engine):
    await desk.ask()
    for text in ("", "1234", "abcdefgh", "1" * 1_000, "12345678\0"):
        assert not await desk.type(text)
    assert await engine.fetchval("SELECT tries FROM otp") == 0
    assert await desk.type(await post.code())


async def test_of_a_thousand_guesses_at_once_five_are_looked_at(desk, post, engine):
    await desk.ask()
    code = await post.code()
    await at_once(1_000, lambda number: desk.type(f"{(int(typed_code(code)) + 1 + number) % 10**8:08d}"))
    assert await engine.fetchval("SELECT tries FROM otp") == 5
    assert not await desk.type(code)


async def test_of_a_hundred_right_ones_at_once_one_opens(desk, post):
    await desk.ask()
    code = await post.code()
    assert sum(await at_once(100, lambda _: desk.type(code))) == 1


class Careless(PiccoloCodes):
    """The control: looks first, judges, and writes down the try afterwards."""

    def __init__(self, engine):
        self.engine, self.looked_at = engine, 0

    async def try_code(self, user_id, purpose, *, binding, hashes):
        row = await self.engine.fetchrow("SELECT id, otp, tries, used FROM otp WHERE user_id = $1", user_id)
        if row["used"] or row["tries"] >= MOST_TRIES:
            return None
        self.looked_at += 1
        for _ in range(500):  # until the others have looked, too, however slow the machine is
            if self.looked_at > MOST_TRIES:
                break
            await asyncio.sleep(0.01)
        right = row["otp"] in hashes
        await self.engine.execute(
            "UPDATE otp SET tries = $2, used = $3 WHERE id = $1", row["id"], row["tries"] + 1, right
        )
        return TriedCode(row["id"], right, None)


@pytest.mark.parametrize("guess", ["right", "wrong"])
async def test_without_the_guard_more_get_through(desk, post, engine, guess):
    await desk.ask()
    code = await post.code()
    careless = Careless(engine)
    object.__setattr__(desk.codes, "codes", careless)
    opened = sum(await at_once(24, lambda _: desk.type(code if guess == "right" else wrong(code))))
    assert opened > 1 if guess == "right" else careless.looked_at > MOST_TRIES


def test_the_guard_is_one_statement():
    assert TRY.count(";") == 0 and "tries = tries + 1" in TRY and f"tries < {MOST_TRIES}" in TRY


async def test_nothing_readable_is_left(desk, post, engine):
    await desk.ask()
    rows = await engine.fetch("SELECT otp, sealed_code, temporal_id FROM otp")
    assert rows[0]["sealed_code"] and rows[0]["temporal_id"].startswith("email:")
    assert rows[0]["temporal_id"].endswith(":1")
    code = typed_code(await post.code())
    assert await engine.fetchval("SELECT sealed_code FROM otp") is None, "wiped once the mail has left"
    assert await engine.fetchval("SELECT otp FROM otp") != hashlib.sha256(code.encode()).hexdigest()
    for table in ("email", "otp", "change_logs"):
        text = await engine.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t")
        assert code not in text and f"{code[:4]} {code[4:]}" not in text
    row = await engine.fetchrow("SELECT kind, status, subject, body, user_id, data::text FROM email")
    assert (row["kind"], row["status"], row["body"]) == (EmailKind.CODE, "sent", None)
    assert row["user_id"] == desk.user["id"]


async def test_a_failed_attempt_is_made_again_with_the_same_code(desk, post, engine, shop):
    from app.ports.mail import TemporaryMailError

    await desk.ask()
    send, seen = post.send, []

    async def fail(mail):
        seen.append(mail)
        raise TemporaryMailError("no connection")

    post.send = fail
    await post.deliver()
    post.send = send
    assert await engine.fetchval("SELECT sealed_code FROM otp")
    async with engine.transaction():
        await engine.execute("UPDATE email SET next_attempt_at = now()")
    (mail,) = await post.deliver()
    assert (mail.message_id, mail.rendered) == (seen[0].message_id, seen[0].rendered)


async def test_a_code_that_is_of_no_more_use_is_not_sent(desk, post, engine):
    await desk.ask()
    await desk.ask()
    assert len(await post.deliver()) == 1
    assert await engine.fetchval("SELECT failed_reason FROM email WHERE status = 'failed'") == "no longer needed"


async def test_keyed_hashes_outlive_a_change_of_the_secret(desk, post):
    await desk.ask()
    code = await post.code()
    before = desk.codes.secrets
    object.__setattr__(desk.codes, "secrets", (b"new secret", *before))
    assert await desk.type(code)
    await desk.ask()
    object.__setattr__(desk.codes, "secrets", (b"another",))
    assert not await desk.type(await post.code())
