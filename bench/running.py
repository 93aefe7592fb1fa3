"""The real shop, as `make run` starts it, on a port and in a data directory of its own."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from app.adapters.embedded import postgres
from bench import usage
from bench.shopper import Shopper

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
START_SECONDS = 90
STOP_SECONDS = 60
LOG = "shop.log"
NOT_PASSED_ON = ("DATABASE_URL", "REDIS_URL", "SHOP_ENV", "SECRET_KEYS", "BASE_URL", "ALLOWED_HOSTS", "MAIL_URL")


@dataclass
class RunningShop:
    """`start_seconds` is from the command to the first page."""

    port: int
    data_dir: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    log_began: int
    start_seconds: float = 0.0

    @property
    def database_url(self) -> str:
        return postgres.running_url(self.data_dir)

    @property
    def log(self) -> str:
        """What the shop has said since it was started."""
        return (self.data_dir / LOG).read_bytes()[self.log_began :].decode(errors="replace")

    @property
    def database_log(self) -> str:
        """What PostgreSQL has said, ever."""
        return (self.data_dir / "postgres.log").read_text(errors="replace")

    def shopper(self) -> Shopper:
        return Shopper(HOST, self.port)

    def parts(self) -> dict[str, int]:
        """The process that heads each part of the shop."""
        heads = {"supervisor": self.process.pid}
        signs = {"web": "shop web", "worker": "tasks.worker", "postgres": "/postgres", "valkey": "valkey-server"}
        for pid in usage.tree(self.process.pid)[1:]:
            for name, sign in signs.items():
                if name not in heads and sign in usage.command(pid):
                    heads[name] = pid
        return heads

    def web_processes(self) -> list[int]:
        """The processes that answer, without the one that holds them together."""
        answering = usage.tree(self.parts()["web"])[1:]
        return [pid for pid in answering if "resource_tracker" not in usage.command(pid)]

    @asynccontextmanager
    async def database(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        # What the bench itself asks is not counted where statements are.
        connection = await asyncpg.connect(self.database_url, server_settings={"pg_stat_statements.track": "none"})
        try:
            yield connection
        finally:
            await connection.close()

    async def all_mailed(self, *, seconds: float = 120) -> None:
        """Wait until the worker has sent every mail."""
        async with self.database() as database, asyncio.timeout(seconds):
            while await database.fetchval("SELECT EXISTS (SELECT FROM email WHERE status <> 'sent')"):
                await asyncio.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextmanager
def data_directory() -> Iterator[Path]:
    """A directory that is gone afterwards, on a path short enough for sockets."""
    path = Path(tempfile.mkdtemp(prefix="shop-bench-", dir="/tmp"))
    try:
        yield path
    finally:
        shutil.rmtree(path)


@asynccontextmanager
async def running_shop(data_dir: Path, **settings: str) -> AsyncIterator[RunningShop]:
    """`shop up` on `data_dir` until the end of the block.

    `settings` are variables of its environment, in which {port} stands for the port.
    """
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    environment |= {"HOST": HOST, "PORT": str(port), "DATA_DIR": str(data_dir)}
    environment |= {name: value.format(port=port) for name, value in settings.items()}
    began = time.monotonic()
    with open(data_dir / LOG, "ab") as output:
        log_began = output.tell()
        process = subprocess.Popen(
            [Path(sys.executable).parent / "shop", "up", "--end-with-parent"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    shop = RunningShop(port, data_dir, environment, process, log_began)
    try:
        await _first_page(shop)
        shop.start_seconds = time.monotonic() - began
        await _ready(shop)
        yield shop
    finally:
        shop.stop()


async def _first_page(shop: RunningShop) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            if shop.process.poll() is not None:
                raise RuntimeError(f"the shop ended while starting:\n{shop.log[-3000:]}")
            try:
                async with shop.shopper() as visitor:
                    if (await visitor.get("/")).status == 200:
                        return
            except (OSError, asyncio.IncompleteReadError):
                pass
            await asyncio.sleep(0.02)


async def _ready(shop: RunningShop) -> None:
    """Every part runs, which takes a little longer than the first page."""
    async with asyncio.timeout(START_SECONDS):
        while "Ctrl-C stops" not in shop.log or "worker_started" not in shop.log:
            await asyncio.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
