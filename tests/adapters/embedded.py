"""What the tests of the embedded servers share: a directory anybody may reach, and a parent that can be killed."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import app
from app.adapters.embedded.processes import is_alive

ROOT = Path(app.__file__).parents[1]
NOBODY = 65534

PARENT = """
import sys
from pathlib import Path
from app.adapters.embedded.postgres import start_postgres
from app.adapters.embedded.valkey import start_valkey
with start_postgres(Path(sys.argv[1])) as postgres, start_valkey(Path(sys.argv[1])) as valkey:
    print(postgres.url, valkey.url, postgres.process.pid, valkey.process.pid, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def reachable_dir() -> Iterator[Path]:
    """A temporary directory on a short path that other users may enter, unlike pytest's."""
    path = Path(tempfile.mkdtemp(prefix="exclusive-test-", dir="/tmp"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


class Parent:
    """Another process that started both servers on `data_dir`, as `user` if given."""

    def __init__(self, data_dir: Path, *, user: int | None = None) -> None:
        python = python_for(user) if user else sys.executable
        self.process = subprocess.Popen(
            [python, "-c", PARENT, str(data_dir)],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **_as(user),
        )
        assert self.process.stdout
        self.database_url, self.redis_url, postgres, valkey = self.process.stdout.readline().split()
        self.servers = [int(postgres), int(valkey)]

    def everything(self) -> list[int]:
        """The parent, its servers and their children."""
        return descendants(self.process.pid)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        assert self.process.wait(20) == 0


def descendants(pid: int) -> list[int]:
    """A process and all that descend from it, parents first."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for parent in found:
        found += [child for child, its_parent in parents.items() if its_parent == parent]
    return found


def kill_all(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def wait_for(condition: Callable[[], bool], *, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def all_gone(pids: list[int]) -> bool:
    return wait_for(lambda: not any(is_alive(pid) for pid in pids))


async def fetch(url: str, *statements: str) -> Any:
    """The single value of the last of `statements`."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


def environment() -> dict[str, str]:
    packages = Path(asyncpg.__file__).parents[1]
    return {**os.environ, "PYTHONPATH": f"{ROOT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"}


def python_for(user: int) -> str:
    """A Python that `user` can run on this checkout; the virtual environment's may lead into a private home."""
    for python in (sys.executable, "/usr/bin/python3.11", "/usr/bin/python3"):
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            probe = [python, "-c", "import app.adapters.embedded.postgres as p; p.binary('postgres').stat()"]
            subprocess.run(probe, check=True, env=environment(), cwd="/", stderr=subprocess.DEVNULL, **_as(user))
            return python
    pytest.skip(f"user {user} can reach neither a Python nor this checkout")


def _as(user: int | None) -> dict[str, Any]:
    return {"user": user, "group": user, "extra_groups": []} if user else {}
