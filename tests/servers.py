"""Runs a command against throwaway servers of Debian: PostgreSQL 15 and Redis 7, over TCP and with passwords.

    python -m tests.servers pytest -m servers

DATABASE_URL names a superuser of the one, REDIS_URL the other; both end with this process.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.adapters.embedded.processes import CLEAN_ENVIRONMENT, identity_for

POSTGRES = Path("/usr/lib/postgresql/15/bin")


def main(command: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="shop-servers-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with postgres(folder) as database_url, redis(folder) as redis_url:
            return subprocess.call(command, env={**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url})


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    cluster, password = folder / "postgres", secrets.token_urlsafe(12)
    identity = identity_for(cluster)
    cluster.mkdir(mode=0o700)
    identity.give(cluster)
    (folder / "password").write_text(password)
    with (folder / "postgres.log").open("wb") as log:
        common = {"cwd": "/", "env": CLEAN_ENVIRONMENT, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        initdb = [POSTGRES / "initdb", "-D", cluster, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        with (folder / "password").open() as pwfile:
            subprocess.run(
                [*initdb, "-A", "scram-sha-256", "--pwfile=/dev/stdin"],
                check=True,
                **{**common, "stdin": pwfile},
                **identity.popen_options(signal.SIGKILL),
            )
        port = free_port()
        server = subprocess.Popen(
            [POSTGRES / "postgres", "-D", cluster, "-p", str(port), "-k", "", "-h", "127.0.0.1", "-F", "-N", "120"],
            **common,
            **identity.popen_options(signal.SIGINT),
        )
    with ended(server, signal.SIGINT):
        wait_for(port, server)
        yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    port, password = free_port(), secrets.token_urlsafe(12)
    options = identity_for(folder, refuses_root=False).popen_options(signal.SIGTERM)
    server = subprocess.Popen(
        ["redis-server", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        **options,
    )
    assert server.stdin
    server.stdin.write(f"bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ''\ndir {folder}\n".encode())
    server.stdin.close()
    with ended(server, signal.SIGTERM):
        wait_for(port, server)
        yield f"redis://:{password}@127.0.0.1:{port}"


@contextmanager
def ended(server: subprocess.Popen[bytes], stop: signal.Signals) -> Iterator[None]:
    try:
        yield
    finally:
        server.send_signal(stop)
        server.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{server.args!r} ended with exit code {server.returncode}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
