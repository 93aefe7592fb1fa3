"""A Redis-protocol server for tests, which they may flush, stop and start again."""

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from app.adapters.embedded.processes import RunningServer
from app.adapters.embedded.valkey import start_valkey


@dataclass
class TestQueue:
    __test__ = False

    url: str
    _folder: Path
    _server: RunningServer

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server = start_valkey(self._folder)

    def freeze(self) -> None:
        """It still takes connections, and answers none."""
        self._server.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._server.process.send_signal(signal.SIGCONT)

    async def flush(self) -> None:
        async with Redis.from_url(self.url) as client:
            await client.flushall()

    async def keys(self) -> set[str]:
        async with Redis.from_url(self.url) as client:
            return {key.decode() for key in await client.keys()}


@asynccontextmanager
async def queue_server() -> AsyncIterator[TestQueue]:
    """An empty embedded server of one's own."""
    folder = Path(tempfile.mkdtemp(prefix="shop-queue-"))
    queue = TestQueue("", folder, start_valkey(folder))
    queue.url = queue._server.url
    try:
        yield queue
    finally:
        queue.thaw()
        queue.stop()
        shutil.rmtree(folder)


def outside_queue() -> str:
    """The server at REDIS_URL that `make test-servers` runs, or nothing."""
    return os.environ.get("REDIS_URL", "")
