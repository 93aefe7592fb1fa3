"""Limits in time: exact over all connections, started anew when their window ends, swept."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from app.adapters.db.engine import Limits, ShopEngine, engine_of
from app.adapters.db.tables import TABLES, Throttle
from app.adapters.db.throttle import PiccoloThrottle

HOUR = 3600
TAKERS = 200
LIMIT = 10


@pytest.fixture
def throttle(engine: ShopEngine) -> PiccoloThrottle:
    return PiccoloThrottle(b"secret")


@pytest_asyncio.fixture
async def busy(engine: ShopEngine, database_url: str) -> AsyncIterator[PiccoloThrottle]:
    """On a pool of many connections."""
    crowd = ShopEngine(database_url, Limits(pool_size=16, acquire_seconds=60))
    await crowd.open()
    crowd.bind(TABLES)
    yield PiccoloThrottle(b"secret")
    engine.bind(TABLES)
    await crowd.close()


async def test_a_limit_is_used_up_and_tells_how_long_to_wait(throttle: PiccoloThrottle) -> None:
    taken = [await throttle.take("a", limit=3, seconds=HOUR) for _ in range(5)]
    assert taken[:3] == [None] * 3
    assert all(wait is not None and HOUR - 60 < wait <= HOUR for wait in taken[3:])


async def test_each_key_has_its_own(throttle: PiccoloThrottle) -> None:
    assert await throttle.take("a", limit=1, seconds=HOUR) is None
    assert await throttle.take("b", limit=1, seconds=HOUR) is None
    assert await throttle.take("a", limit=1, seconds=HOUR) is not None


async def test_an_ended_window_starts_anew(throttle: PiccoloThrottle, superuser: asyncpg.Connection) -> None:
    for _ in range(4):
        await throttle.take("a", limit=2, seconds=HOUR)
    await superuser.execute("UPDATE throttle SET expires_at = now() - interval '1 second'")
    assert [await throttle.take("a", limit=2, seconds=HOUR) is None for _ in range(3)] == [True, True, False]


async def test_refused_uses_lengthen_nothing(throttle: PiccoloThrottle, superuser: asyncpg.Connection) -> None:
    await throttle.take("a", limit=1, seconds=HOUR)
    ends = await superuser.fetchval("SELECT expires_at FROM throttle")
    for _ in range(50):
        await throttle.take("a", limit=1, seconds=HOUR)
    row = await superuser.fetchrow("SELECT uses, expires_at FROM throttle")
    assert row is not None and tuple(row) == (2, ends)


async def test_keys_cannot_be_read_back(throttle: PiccoloThrottle, superuser: asyncpg.Connection) -> None:
    await throttle.take("203.0.113.7", limit=1, seconds=HOUR)
    await PiccoloThrottle(b"other").take("203.0.113.7", limit=1, seconds=HOUR)
    keys = [row["key_hash"] for row in await superuser.fetch("SELECT key_hash FROM throttle")]
    assert len(set(keys)) == 2 and all(len(key) == 64 and "203" not in key[:3] for key in keys)


async def test_ended_windows_are_swept(throttle: PiccoloThrottle, superuser: asyncpg.Connection) -> None:
    for key in "abc":
        await throttle.take(key, limit=1, seconds=HOUR)
    assert await throttle.sweep() == 0
    await superuser.execute("UPDATE throttle SET expires_at = now() - interval '1 second'")
    await throttle.take("d", limit=1, seconds=HOUR)
    assert await throttle.sweep() == 3
    assert await superuser.fetchval("SELECT count(*) FROM throttle") == 1


async def test_it_is_not_logged_to_disk(engine: ShopEngine) -> None:
    assert await engine.fetchval("SELECT relpersistence = 'u' FROM pg_class WHERE relname = 'throttle'")


async def test_many_at_once_take_exactly_the_limit(busy: PiccoloThrottle) -> None:
    taken = await asyncio.gather(*(busy.take("a", limit=LIMIT, seconds=HOUR) for _ in range(TAKERS)))
    assert taken.count(None) == LIMIT


async def test_without_the_one_statement_more_get_through(busy: PiccoloThrottle) -> None:
    """The negative control: reading and then writing lets those through who read the same count."""

    async def take_in_two_steps() -> bool:
        db = engine_of(Throttle)
        uses = await db.fetchval("SELECT coalesce(max(uses), 0) FROM throttle")
        if uses >= LIMIT:
            return False
        async with db.transaction(allow_nested=False):
            await db.execute(
                "INSERT INTO throttle AS t (key_hash, uses, expires_at) VALUES ('a', 1, now() + interval '1 hour') "
                "ON CONFLICT (key_hash) DO UPDATE SET uses = t.uses + 1"
            )
        return True

    assert sum(await asyncio.gather(*(take_in_two_steps() for _ in range(TAKERS)))) > LIMIT
