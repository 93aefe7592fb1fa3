"""The queue on a Redis-protocol server: handing jobs over (web, sweeper) and running them (worker).

All that knows arq is here. A job that a killed worker had begun runs again once its time limit and 10 s are over.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from arq.connections import ArqRedis
from arq.worker import Function, Worker, func
from redis.asyncio import BlockingConnectionPool, ConnectionPool

from app.core.jobs import Job

log = structlog.get_logger()

JobRunner = Callable[..., Awaitable[object]]

KEPT_AT_MOST = timedelta(minutes=10)
"""How long the queue keeps a job that nobody runs. It is only a hint: the sweeper gives it again."""
CONNECTIONS = 8
AT_ONCE = 20
POLL_SECONDS = 0.25
"""With AT_ONCE it bounds the pace to 80 jobs a second, since arq begins jobs only when it polls."""
MOST_TRIES = 3
SERVING_SOCKET_SECONDS = 5.0


class ArqJobs:
    """Hands jobs over within `enqueue_seconds`, or not at all. Connects when it is first used."""

    def __init__(self, url: str, *, enqueue_seconds: float) -> None:
        self._url = url
        self._seconds = enqueue_seconds
        self._client: ArqRedis | None = None

    async def enqueue(self, job: Job, *ids: int, job_id: str) -> bool:
        # What is there already under this id stays there once; arq answers None then, which is as good.
        problem = await self._problem_with(
            lambda client: client.enqueue_job(job.value, *ids, _job_id=job_id, _expires=KEPT_AT_MOST)
        )
        if problem:
            log.warning("job_not_enqueued", job=job, job_id=job_id, error=problem)
        return not problem

    async def ping(self) -> bool:
        return not await self._problem_with(lambda client: client.ping())

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                await client.aclose(close_connection_pool=True)

    async def _problem_with(self, command: Callable[[ArqRedis], Awaitable[object]]) -> str:
        """What kept `command` from being done in time; empty when it was done."""
        # A task of its own: stopped half-way, the client would first tidy up its connection, at its leisure.
        attempt = asyncio.create_task(self._attempt(command))
        done, _ = await asyncio.wait({attempt}, timeout=self._seconds)
        if done:
            return attempt.result()
        attempt.cancel()
        return "no answer in time"

    async def _attempt(self, command: Callable[[ArqRedis], Awaitable[object]]) -> str:
        try:
            if self._client is None:
                pool = BlockingConnectionPool.from_url(
                    self._url, max_connections=CONNECTIONS, timeout=self._seconds, **_socket_limits(self._seconds)
                )
                self._client = _client(pool)
            await command(self._client)
        except Exception as error:
            return type(error).__name__
        return ""


async def serve_queue(
    url: str, runners: Mapping[Job, JobRunner], *, context: Mapping[str, object], seconds: float, stop: asyncio.Event
) -> None:
    """Run queued jobs until `stop`; each gets `context` and its ids and may take `seconds`, then or before the end.

    Raises when the server cannot be reached or goes away; jobs already begun are waited for then too.
    """
    pool = ConnectionPool.from_url(url, **_socket_limits(SERVING_SOCKET_SECONDS))
    client = _client(pool)
    worker = Worker(
        [_function(job, run) for job, run in runners.items()],
        redis_pool=client,
        ctx=dict(context),
        handle_signals=False,
        max_jobs=AT_ONCE,
        job_timeout=seconds,
        poll_delay=POLL_SECONDS,
        max_tries=MOST_TRIES,
        keep_result=0,
        log_results=False,
        job_serializer=_to_bytes,
        job_deserializer=json.loads,
    )
    polling = asyncio.create_task(worker.async_run())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        worker.allow_pick_jobs = False
        await _wait_for_running(worker, seconds)
        if polling.done():
            polling.result()
    finally:
        await _end([polling, stopping, *worker.tasks.values()])
        with suppress(Exception):
            await client.aclose(close_connection_pool=True)


async def _wait_for_running(worker: Worker, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while running := [task for task in worker.tasks.values() if not task.done()]:
                await asyncio.wait(running)


async def _end(tasks: list[asyncio.Task[Any]]) -> None:
    """Cancel, again if need be: before Python 3.12 asyncio.wait_for, which the client uses, may lose a cancellation."""
    while unfinished := [task for task in tasks if not task.done()]:
        for task in unfinished:
            task.cancel()
        await asyncio.wait(unfinished, timeout=0.1)
    await asyncio.gather(*tasks, return_exceptions=True)


def _function(job: Job, run: JobRunner) -> Function:
    async def guarded(ctx: dict[Any, Any], *ids: Any, **_: Any) -> None:
        try:
            await run(ctx, *ids)
        except Exception as error:
            # Here, since arq would log the text of the error too. The sweeper gives the job again if it still matters.
            log.error("job_failed", job=job, ids=ids, exc_info=error)

    return func(guarded, name=job.value)


def _client(pool: ConnectionPool) -> ArqRedis:
    return ArqRedis(pool, job_serializer=_to_bytes, job_deserializer=json.loads)


def _to_bytes(value: object) -> bytes:
    return json.dumps(value, default=repr).encode()


def _socket_limits(seconds: float) -> dict[str, float]:
    return {"socket_timeout": seconds, "socket_connect_timeout": seconds}
