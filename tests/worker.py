"""The real worker process, with times short enough for tests."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from app.adapters.db.emails import PiccoloEmails
from app.adapters.db.transactions import PiccoloTransactions
from app.adapters.embedded.processes import end_with_parent
from app.core.emails import EmailKind
from app.ports.emails import DueEmail, RenderedEmail
from tests.factories import db

ROOT = Path(__file__).parents[1]
TIMES = {
    "MAIL_SECONDS": "1.5",
    "JOB_SECONDS": "2",
    "LEASE_SECONDS": "2.5",
    "SWEEP_SECONDS": "0.3",
    "FIRST_RETRY_SECONDS": "0.5",
}
FINAL_WITHIN = 2 + 10 + 0.3
"""Job timeout, 10 s, and one sweep."""


class WorkerProcess:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def names(self) -> list[str]:
        return [event["event"] for event in self.events]

    async def until(self, event: str, *, count: int = 1, seconds: float = 10) -> None:
        await until(lambda: self.names().count(event) >= count, seconds=seconds)

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        self.process.kill()
        await self.ended()

    async def ended(self, seconds: float = 15) -> int:
        try:
            async with asyncio.timeout(seconds):
                code = await self.process.wait()
                await self._reading
        except TimeoutError:
            self.process.kill()
            raise
        return code

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode().rstrip())


async def start_worker(settings: dict[str, str]) -> WorkerProcess:
    """The worker with `settings` as its whole environment, errors and logs in one stream."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tasks.worker",
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        preexec_fn=partial(end_with_parent, signal.SIGKILL, os.getpid()),
    )
    return WorkerProcess(process)


@asynccontextmanager
async def working(settings: dict[str, str]) -> AsyncIterator[WorkerProcess]:
    """A worker that has started; it is stopped at the end."""
    worker = await start_worker(settings)
    try:
        await worker.until("worker_started")
        yield worker
    finally:
        if worker.process.returncode is None:
            worker.process.send_signal(signal.SIGCONT)
            await worker.stop()


async def queue_mails(count: int) -> list[DueEmail]:
    """Committed mails with their text, as a first attempt leaves them, so that sending needs no order."""
    emails = PiccoloEmails()
    queued = []
    async with PiccoloTransactions().begin():
        for number in range(count):
            email = await emails.queue(
                kind=EmailKind.ORDER_CONFIRMATION,
                recipient=f"buyer{number}@buyer.example",
                locale="en_US",
                data={"order_id": number},
                order_id=None,
            )
            await emails.keep_rendered(email.id, RenderedEmail(f"Order {number}", "Confidential text", "<p>Text</p>"))
            queued.append(email)
    return queued


async def outbox() -> list[asyncpg.Record]:
    return await db().fetch("SELECT * FROM email ORDER BY id")


async def all_sent() -> bool:
    return not await db().fetchval("SELECT count(*) FROM email WHERE status <> 'sent'")


async def until(condition: Callable[[], bool | Awaitable[bool]], *, seconds: float = 10) -> float:
    """Wait for `condition`; returns how long it took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if isinstance(found, Awaitable) else found:
                return time.monotonic() - began
            await asyncio.sleep(0.02)
