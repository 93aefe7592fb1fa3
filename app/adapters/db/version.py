"""The version of what everybody sees: pages that no visitor has a part in are kept under it."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context
from typing import Generic, TypeVar

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.catalog import CatalogueChange

# Whoever reads the sum has a snapshot that holds exactly the changes counted in it, so what is read afterwards is never
# older. Time changes pages, too: what is published or released by a date, sales. The last such moment is part of the
# version, and so is the day, by which things are new. What was sold decides an order of products, which is new once the
# worker has listed them anew: that is a change like any other.
VERSION = """
SELECT concat_ws('.', coalesce(max(id), 0), coalesce(sum(changes), 0), extract(epoch FROM greatest(
    (SELECT max(published_at) FROM product WHERE status = 'active' AND deleted_at IS NULL AND published_at <= now()),
    (SELECT max(released_at) FROM product WHERE released_at <= now()),
    (SELECT max(starts_at) FROM flash_sale WHERE starts_at <= now()),
    (SELECT max(ends_at) FROM flash_sale WHERE ends_at <= now())
)), floor(extract(epoch FROM now()) / 86400))
FROM catalogue_change
"""

VERSION_HERE = f"({VERSION}) AS version"
"""A column of other questions: the version as of the rows they see."""

# The sum stays what it is, and so does the highest id: nobody sees a difference. Two at once take different rows.
SUM_UP = """
WITH gone AS (
    DELETE FROM catalogue_change WHERE id IN (SELECT id FROM catalogue_change ORDER BY id FOR UPDATE SKIP LOCKED)
    RETURNING id, changes
)
INSERT INTO catalogue_change (id, changes) SELECT max(id), sum(changes) FROM gone HAVING count(*) > 0
"""
ENOUGH_TO_SUM_UP = 100
"""Rows; reading so many costs less than the rest of the question."""
A_DAY = 86_400


T = TypeVar("T")


class CatalogueVersion:
    """Reads the version, once for all who ask at the same time."""

    def __init__(self) -> None:
        self.read = OneAtATime(self._read)
        self.latest = ""
        """What was read last."""

    async def _read(self) -> str:
        self.latest = await _db().fetchval(VERSION)
        return self.latest


class OneAtATime(Generic[T]):
    """Those who ask while a read runs share the next one: what they are told is never older than their question."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._running: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        if self._next is None:
            # In a context of its own: who happens to ask first may be inside a transaction.
            self._next = asyncio.create_task(self._after(self._running), context=Context())
        return await asyncio.shield(self._next)

    async def _after(self, running: asyncio.Task[T] | None) -> T:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None
        return await self._read()


class KeptLately(Generic[T]):
    """What was read lately: for so many seconds, and at most as long as the version is the one it was read under."""

    def __init__(self, read: Callable[[], Awaitable[T]], version: CatalogueVersion, *, seconds: float) -> None:
        self._read = read
        self._version = version
        self._nanoseconds = int(seconds * 10**9)
        self._kept: tuple[str, int, T] | None = None
        """Version, when it is to be read anew, and what was read."""

    async def __call__(self) -> T:
        version = self._version.latest
        if self._kept is None or self._kept[0] != version or time.monotonic_ns() >= self._kept[1]:
            self._kept = (version, time.monotonic_ns() + self._nanoseconds, await self._read())
        return self._kept[2]


class KeptAnswers(Generic[T]):
    """Answers that were put together lately, the `room` asked for last: for so many seconds, and at most as long as the
    version is the one they were read under, which is asked for each time."""

    def __init__(self, version: CatalogueVersion, *, room: int, seconds: float = A_DAY) -> None:
        self._version = version
        self._room = room
        self._nanoseconds = int(seconds * 10**9)
        self._kept: OrderedDict[Hashable, tuple[str, int, T]] = OrderedDict()
        """Version, when it is to be read anew, and the answer."""

    async def find(self, key: Hashable) -> T | None:
        kept = self._kept.get(key)
        if kept is None or kept[1] <= time.monotonic_ns():
            return None
        self._kept.move_to_end(key)
        return kept[2] if kept[0] == await self._version.read() else None

    def keep(self, key: Hashable, version: str, answer: T) -> T:
        """`version` was read before or with the answer."""
        self._kept[key] = version, time.monotonic_ns() + self._nanoseconds, answer
        self._kept.move_to_end(key)
        if len(self._kept) > self._room:
            self._kept.popitem(last=False)
        return answer


async def sum_up_changes() -> int:
    """Make one row of many; how many there were, 0 where that is not worth it. Needs a transaction."""
    rows: int = await _db().fetchval("SELECT count(*) FROM catalogue_change")
    if rows < ENOUGH_TO_SUM_UP:
        return 0
    await _db().execute(SUM_UP)
    return rows


def _db() -> ShopEngine:
    return engine_of(CatalogueChange)
