"""What of accounts is forgotten, and when."""

import asyncio
from datetime import timedelta

import pytest_asyncio

from app.core.codes import KEPT
from app.core.identity import GRACE, KEPT_AFTER_END, Ended
from tests import factories
from tests.services.conftest import browser
from tests.signing_in import begin_session

HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def ada(engine):
    return await factories.make_user(email="ada@shop.example")


async def change(engine, sql, *arguments):
    async with engine.transaction():
        await engine.execute(sql, *arguments)


async def sweep(shop) -> int:
    """As the worker does: again, as long as there was something."""
    gone = 0
    while found := await shop.accounts.sweep():
        gone += found
    return gone


async def counts(engine) -> tuple[int, int, int]:
    return tuple([await engine.fetchval(f"SELECT count(*) FROM {t}") for t in ("user_session", "refresh_token", "otp")])


async def test_what_lives_is_left_alone(shop, engine, ada):
    tokens = await begin_session(shop, ada)
    await shop.services.identity.recognise(access="", refresh=tokens.refresh, place="")
    await shop.accounts.send_sign_in_code("ada@shop.example", browser=browser())
    before = await counts(engine)
    assert await sweep(shop) == 0
    assert await counts(engine) == before == (1, 2, 1)


async def test_a_used_token_is_remembered_as_long_as_it_could_be_brought_back(shop, engine, ada, post):
    tokens = await begin_session(shop, ada)
    await shop.services.identity.recognise(access="", refresh=tokens.refresh, place="")
    await change(engine, "UPDATE refresh_token SET used_at = used_at - $1::interval WHERE used", GRACE)
    await sweep(shop)
    assert (await shop.services.identity.recognise(access="", refresh=tokens.refresh, place="")).forget
    assert await engine.fetchval("SELECT revoked_reason FROM user_session") == Ended.REUSE


async def test_tokens_go_when_they_are_over(shop, engine, ada):
    await begin_session(shop, ada)
    await change(engine, "UPDATE refresh_token SET expires_at = now() - $1::interval", HOUR)
    assert await sweep(shop) == 1
    assert await counts(engine) == (1, 0, 0)


async def test_sessions_go_a_while_after_their_end(shop, engine, ada):
    revoked, over, recent = [await begin_session(shop, ada) for _ in range(3)]
    await change(engine, "UPDATE refresh_token SET expires_at = now() - $1::interval", HOUR)
    ended = "UPDATE user_session SET revoked_at = now() - $2::interval, revoked_reason = 'sign_out' WHERE id = $1"
    await change(engine, ended, revoked.session_id, KEPT_AFTER_END + HOUR)
    await change(engine, ended, recent.session_id, KEPT_AFTER_END - HOUR)
    expired = "UPDATE user_session SET expires_at = now() - $2::interval WHERE id = $1"
    await change(engine, expired, over.session_id, KEPT_AFTER_END + HOUR)
    assert await sweep(shop) == 5
    assert [row["id"] for row in await engine.fetch("SELECT id FROM user_session")] == [recent.session_id]


async def test_a_code_that_is_over_is_wiped_at_once_and_forgotten_later(shop, engine, ada):
    await shop.accounts.send_sign_in_code("ada@shop.example", browser=browser())
    await change(engine, "UPDATE otp SET expires_at = now() - $1::interval", KEPT - HOUR)
    assert await engine.fetchval("SELECT sealed_code FROM otp")
    assert await sweep(shop) == 1
    assert await engine.fetchval("SELECT sealed_code FROM otp") is None
    await change(engine, "UPDATE otp SET expires_at = now() - $1::interval", KEPT + HOUR)
    assert await sweep(shop) == 1
    assert await counts(engine) == (0, 0, 0)


async def test_a_sign_in_after_a_long_absence_is_still_told_of(shop, engine, ada, post):
    for _ in range(2):
        await shop.accounts.send_sign_in_code("ada@shop.example", browser=browser())
        code = await post.code("ada@shop.example")
        await shop.accounts.sign_in_by_code("ada@shop.example", code, browser=browser())
        for table in ("user_session", "refresh_token"):
            await change(engine, f"UPDATE {table} SET expires_at = now() - $1::interval", KEPT_AFTER_END + HOUR)
        await sweep(shop)
        assert (await counts(engine))[:2] == (0, 0)
    await post.deliver()
    assert ["New sign-in" in mail.rendered.subject for mail in post.sent].count(True) == 1


async def test_two_workers_at_once_forget_each_row_once(shop, engine, ada):
    for _ in range(5):
        await begin_session(shop, ada)
    await change(engine, "UPDATE refresh_token SET expires_at = now() - $1::interval", HOUR)
    assert sum(await asyncio.gather(*(shop.accounts.sweep() for _ in range(4)))) == 5
