"""Readiness: told within a second or so, whatever is down."""

import asyncio
import time

from app.adapters.db.engine import Limits, ShopEngine
from app.adapters.db.health import SECONDS, ShopHealth
from app.adapters.jobs.arq import ArqJobs
from app.adapters.jobs.none import NoJobs
from app.ports.health import HealthReport
from tests.queue import queue_server


class Queue(NoJobs):
    """A queue that answers after `seconds`."""

    def __init__(self, seconds: float = 0) -> None:
        self.seconds = seconds

    async def ping(self) -> bool:
        await asyncio.sleep(self.seconds)
        return True


async def test_all_is_well(engine):
    report = await ShopHealth(engine, Queue()).report()
    assert report == HealthReport(database=True, schema=True, queue=True)


async def test_without_the_queue_the_shop_is_ready_still(engine):
    report = await ShopHealth(engine, NoJobs()).report()
    assert report == HealthReport(database=True, schema=True, queue=False)
    assert report.is_ready


async def test_another_schema_is_not_ready(new_database):
    async with new_database(empty=True) as url:
        engine = ShopEngine(url)
        await engine.open()
        report = await ShopHealth(engine, Queue()).report()
        assert report == HealthReport(database=True, schema=False, queue=True)
        assert not report.is_ready
        await engine.close()


async def test_a_database_that_does_not_exist_any_more(new_database):
    async with new_database() as url:
        engine = ShopEngine(url)
        await engine.open()
    report = await ShopHealth(engine, Queue()).report()
    assert report == HealthReport(database=False, schema=False, queue=True)
    await engine.close()


async def test_what_does_not_answer_is_not_waited_for(database_url):
    """All connections are taken, and the queue hangs."""
    engine = ShopEngine(database_url, Limits(pool_size=1, acquire_seconds=30))
    await engine.open()
    connection = await engine.acquire()
    started = time.monotonic()
    report = await ShopHealth(engine, Queue(seconds=60)).report()
    assert time.monotonic() - started < SECONDS + 0.5
    assert report == HealthReport(database=False, schema=False, queue=False)
    await engine.release(connection)
    assert (await ShopHealth(engine, Queue()).report()).is_ready
    await engine.close()


async def test_the_queue_says_whether_it_is_there():
    async with queue_server() as queue:
        jobs = ArqJobs(queue.url, enqueue_seconds=0.3)
        assert await jobs.ping()
        queue.freeze()
        started = time.monotonic()
        assert not await jobs.ping()
        assert time.monotonic() - started < 0.6
        queue.thaw()
        assert await jobs.ping()
        queue.stop()
        assert not await jobs.ping()
        queue.start()
        assert await jobs.ping()
        await jobs.close()
