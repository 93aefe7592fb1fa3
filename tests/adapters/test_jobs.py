"""The queue against a real server: handing over in time or not at all, and running what was handed over."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.adapters.jobs import arq
from app.adapters.jobs.arq import ArqJobs, serve_queue
from app.adapters.jobs.none import NoJobs
from app.core.jobs import Job
from app.ports.jobs import Jobs
from tests.queue import TestQueue, outside_queue, queue_server

JOB = Job.DELIVER_EMAIL
SECONDS = 0.3


@pytest.fixture
async def queue() -> AsyncIterator[TestQueue]:
    async with queue_server() as found:
        yield found


@pytest.fixture
async def jobs(queue: TestQueue) -> AsyncIterator[ArqJobs]:
    found = ArqJobs(queue.url, enqueue_seconds=SECONDS)
    yield found
    await found.close()


class Runs:
    """What ran, and a door that jobs wait at."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.door = asyncio.Event()
        self.door.set()

    async def run(self, context: dict[str, object], number: int) -> None:
        self.begun.append(number)
        await self.door.wait()
        if context.get("fault"):
            raise RuntimeError("bo@buyer.example")
        self.ended.append(number)


@asynccontextmanager
async def serving(url: str, runs: Runs, *, seconds: float = 5, **context: object) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    serving = asyncio.create_task(serve_queue(url, {JOB: runs.run}, context=context, seconds=seconds, stop=stop))
    try:
        yield stop
    finally:
        stop.set()
        await serving


async def until(condition: Callable[[], bool | Awaitable[bool]], *, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.02)


# The contract, which both keep


@pytest.fixture(params=["arq", "arq without a server", "none"])
async def any_jobs(request: pytest.FixtureRequest, queue: TestQueue) -> AsyncIterator[Jobs]:
    if request.param == "arq without a server":
        queue.stop()
    found: Jobs = NoJobs() if request.param == "none" else ArqJobs(queue.url, enqueue_seconds=SECONDS)
    yield found
    await found.close()


async def test_handing_over_never_raises_and_says_whether_it_was_done(any_jobs: Jobs) -> None:
    is_there = await any_jobs.ping()
    assert await any_jobs.enqueue(JOB, 1, job_id="email:1:1") is is_there
    assert await any_jobs.enqueue(JOB, 1, job_id="email:1:1") is is_there
    await any_jobs.close()
    await any_jobs.close()


# Handing over


async def test_a_job_is_handed_over_once_under_its_id(jobs: ArqJobs, queue: TestQueue) -> None:
    runs = Runs()
    for _ in range(3):
        assert await jobs.enqueue(JOB, 7, job_id="email:7:1")
    async with serving(queue.url, runs):
        await until(lambda: runs.ended == [7])
        await asyncio.sleep(2 * arq.POLL_SECONDS)
    assert runs.begun == [7]


async def test_an_id_may_come_back_once_its_job_is_done(jobs: ArqJobs, queue: TestQueue) -> None:
    runs = Runs()
    async with serving(queue.url, runs):
        for count in (1, 2):
            assert await jobs.enqueue(JOB, 7, job_id="email:7:1")
            await until(lambda count=count: runs.ended == [7] * count)  # type: ignore[misc]


async def test_nothing_of_a_job_that_ran_stays_in_the_queue(jobs: ArqJobs, queue: TestQueue) -> None:
    runs = Runs()
    async with serving(queue.url, runs):
        await jobs.enqueue(JOB, 7, job_id="email:7:1")
        await until(lambda: runs.ended == [7])
    assert {key for key in await queue.keys() if "email" in key} == set()


async def test_only_name_and_ids_are_in_the_queue(jobs: ArqJobs, queue: TestQueue) -> None:
    await jobs.enqueue(JOB, 7, job_id="email:7:1")
    async with Redis.from_url(queue.url) as client:
        stored = await client.get("arq:job:email:7:1")
        life = await client.pttl("arq:job:email:7:1")
    assert b'"f": "deliver_email", "a": [7], "k": {}' in stored
    assert 0 < life <= arq.KEPT_AT_MOST.total_seconds() * 1000


async def test_a_server_that_does_not_answer_costs_no_more_than_the_limit(jobs: ArqJobs, queue: TestQueue) -> None:
    assert await jobs.enqueue(JOB, 1, job_id="email:1:1")
    queue.freeze()
    for number in (2, 3):
        began = time.monotonic()
        assert not await jobs.enqueue(JOB, number, job_id=f"email:{number}:1")
        assert time.monotonic() - began < SECONDS + 0.5
    queue.thaw()
    await until(lambda: jobs.enqueue(JOB, 4, job_id="email:4:1"), seconds=3)


async def test_it_finds_back_to_a_server_that_was_away(jobs: ArqJobs, queue: TestQueue) -> None:
    assert await jobs.enqueue(JOB, 1, job_id="email:1:1")
    queue.stop()
    assert not await jobs.enqueue(JOB, 2, job_id="email:2:1")
    assert not await jobs.ping()
    queue.start()
    assert await jobs.enqueue(JOB, 2, job_id="email:2:1")


async def test_a_burst_shares_few_connections(jobs: ArqJobs, queue: TestQueue) -> None:
    done = await asyncio.gather(*(jobs.enqueue(JOB, number, job_id=f"email:{number}:1") for number in range(100)))
    assert all(done)
    async with Redis.from_url(queue.url) as client:
        assert len(await client.client_list()) <= arq.CONNECTIONS + 1


# Running


@pytest.mark.servers
async def test_what_was_handed_over_is_run_on_any_server(queue: TestQueue) -> None:
    url, runs = outside_queue() or queue.url, Runs()
    jobs = ArqJobs(url, enqueue_seconds=5)
    numbers = list(range(100))
    for number in numbers:
        assert await jobs.enqueue(JOB, number, job_id=f"servers:{number}:1")
    async with serving(url, runs):
        await until(lambda: len(runs.ended) == 100)
    await jobs.close()
    assert sorted(runs.begun) == numbers


async def test_a_fault_ends_nothing(jobs: ArqJobs, queue: TestQueue) -> None:
    runs = Runs()
    async with serving(queue.url, runs, fault=True):
        for number in (1, 2):
            await jobs.enqueue(JOB, number, job_id=f"email:{number}:1")
            await until(lambda number=number: number in runs.begun)  # type: ignore[misc]
    assert await queue.keys() <= {"arq:queue:health-check"}


async def test_a_job_may_take_so_long_and_no_longer(jobs: ArqJobs, queue: TestQueue) -> None:
    runs = Runs()
    runs.door.clear()
    await jobs.enqueue(JOB, 1, job_id="email:1:1")
    async with serving(queue.url, runs, seconds=0.2):
        await until(lambda: runs.begun == [1])
        await asyncio.sleep(0.5)
        runs.door.set()
        await jobs.enqueue(JOB, 2, job_id="email:2:1")
        await until(lambda: runs.ended == [2])
    assert runs.begun == [1, 2]


async def test_a_stop_waits_for_jobs_under_way_and_begins_no_more(jobs: ArqJobs, queue: TestQueue) -> None:
    runs = Runs()
    runs.door.clear()
    await jobs.enqueue(JOB, 1, job_id="email:1:1")
    async with serving(queue.url, runs) as stop:
        await until(lambda: runs.begun == [1])
        stop.set()
        await jobs.enqueue(JOB, 2, job_id="email:2:1")
        await asyncio.sleep(3 * arq.POLL_SECONDS)
        runs.door.set()
    assert (runs.begun, runs.ended) == ([1], [1])


async def test_a_stop_waits_no_longer_than_a_job_may_take(jobs: ArqJobs, queue: TestQueue) -> None:
    runs = Runs()
    runs.door.clear()
    await jobs.enqueue(JOB, 1, job_id="email:1:1")
    async with serving(queue.url, runs, seconds=0.5) as stop:
        await until(lambda: runs.begun == [1])
        began = time.monotonic()
        stop.set()
    assert time.monotonic() - began < 3
    assert runs.ended == []


async def test_a_server_that_goes_away_ends_the_serving_and_not_the_job(jobs: ArqJobs, queue: TestQueue) -> None:
    runs = Runs()
    runs.door.clear()
    await jobs.enqueue(JOB, 1, job_id="email:1:1")
    serving = asyncio.create_task(serve_queue(queue.url, {JOB: runs.run}, context={}, seconds=5, stop=asyncio.Event()))
    await until(lambda: runs.begun == [1])
    queue.stop()
    await asyncio.sleep(2 * arq.POLL_SECONDS)
    runs.door.set()
    with pytest.raises(RedisError):
        await serving
    assert runs.ended == [1]


async def test_serving_without_a_server_ends_at_once(queue: TestQueue) -> None:
    queue.stop()
    with pytest.raises(RedisError):
        await serve_queue(queue.url, {JOB: Runs().run}, context={}, seconds=5, stop=asyncio.Event())
