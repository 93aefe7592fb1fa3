"""The shop as `shop up` runs it, with its demo, in a directory and on a port of its own."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg

from app.adapters.embedded.postgres import running_url
from app.adapters.embedded.supervisor import SIGN_INS
from app.adapters.identity.totp import PyotpAuthenticator
from app.core.two_factor import STEP_SECONDS

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
OURS = ("DATABASE_URL", "REDIS_URL", "SHOP_ENV", "SECRET_KEYS", "BASE_URL", "ALLOWED_HOSTS", "MAIL_URL")


class RunningShop:
    """Nothing is set that `make run` does not set: what these tests see is what a newcomer sees."""

    def __init__(self) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="shop-journey-", dir="/tmp"))  # sockets need a short path
        self._log = self.data_dir / "said.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        given = {name: value for name, value in os.environ.items() if name not in OURS}
        with self._log.open("w") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "up", "--end-with-parent"],
                cwd=ROOT,
                env=given | {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "HOST": "127.0.0.1"},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    @property
    def said(self) -> str:
        return self._log.read_text()

    def sign_in(self, role: str) -> tuple[str, str]:
        """Email and password of the demo account with `role`, like ADMIN."""
        for line in (self.data_dir / SIGN_INS).read_text().splitlines():
            if line.split()[0] == role:
                _, email, password, *_ = line.split()
                return email, password
        raise LookupError(role)

    def code(self, role: str) -> str:
        """What the authenticator of the demo account with `role` shows, good for another sign-in."""
        line = next(line for line in (self.data_dir / SIGN_INS).read_text().splitlines() if line.startswith(role))
        self.fetch("UPDATE users SET two_factor_step = NULL")
        self.fetch("DELETE FROM throttle")
        return PyotpAuthenticator().code(line.split()[3], int(time.time()) // STEP_SECONDS)

    def fetch(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """What the database answers, over a connection beside the shop's own."""
        with ThreadPoolExecutor(1) as another:  # playwright's loop runs in this thread
            return another.submit(asyncio.run, self._fetch(sql, values)).result()

    async def _fetch(self, sql: str, values: tuple[Any, ...]) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(running_url(self.data_dir))
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    def stop(self) -> str:
        """Stop as Ctrl-C does; returns everything that was said."""
        self._process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(40)
        self._process.kill()
        self._process.wait()
        said = self.said
        shutil.rmtree(self.data_dir, ignore_errors=True)
        return said

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if "Ctrl-C stops everything" in self.said:
                return
            time.sleep(0.1)
        raise RuntimeError(f"the shop did not start:\n{self.said}")
