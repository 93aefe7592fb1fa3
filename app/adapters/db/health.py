"""Whether the database and the queue answer, asked at the same time and never for longer than a second."""

import asyncio
from collections.abc import Coroutine

from app.adapters.db.engine import ShopEngine
from app.adapters.db.schema import schema_is_current
from app.ports.health import HealthReport
from app.ports.jobs import Jobs

SECONDS = 1.0


class ShopHealth:
    def __init__(self, engine: ShopEngine, jobs: Jobs) -> None:
        self._engine = engine
        self._jobs = jobs

    async def report(self) -> HealthReport:
        # Reading which migrations were applied is the ping: one query tells both.
        schema, queue = await asyncio.gather(_within(schema_is_current(self._engine)), _within(self._jobs.ping()))
        return HealthReport(database=schema is not None, schema=schema is True, queue=queue is True)


async def _within(question: Coroutine[object, object, bool]) -> bool | None:
    """The answer, or None where there is none in time.

    A late question is abandoned, not awaited: a driver that is cancelled first waits for its server.
    """
    asking = asyncio.ensure_future(question)
    asking.add_done_callback(lambda task: task.cancelled() or task.exception())  # nobody else may look at it
    done, _ = await asyncio.wait({asking}, timeout=SECONDS)
    if not done:
        asking.cancel()
        return None
    return None if asking.exception() else asking.result()
