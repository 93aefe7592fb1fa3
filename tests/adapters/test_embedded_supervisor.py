"""`shop up` with three small processes in place of the shop's own, so that only the supervisor is on trial."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.adapters.embedded.processes import is_alive
from app.adapters.embedded.supervisor import Plan
from tests.adapters.embedded import all_gone, descendants, environment, fetch, reachable_dir, wait_for

WEB = """
import http.server, json, os, sys
record = {"timestamp": "2026-01-02T03:04:05.6Z", "level": "info", "event": "served", "pid": os.getpid()}
print(json.dumps(record), flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""
WORKER = """
import os, time
print("working", os.getpid(), bool(os.environ["SECRET_KEYS"]), flush=True)
time.sleep(600)
"""
NAMED = {"DATABASE_URL": "postgresql://db/shop", "REDIS_URL": "redis://queue"}
"""Saves starting servers where a test is not about them."""
RELEASE = "import os; print('migrating', os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"


class Up:
    """A running `shop up`, whose lines are kept in `said`."""

    def __init__(
        self,
        root: Path,
        *,
        port: int,
        variables: Mapping[str, str] | None = None,
        stdout: int | None = None,
        **changes: Any,
    ) -> None:
        plan = Plan(
            **{
                "root": str(root),
                "data_dir": str(root / "data"),
                "host": "127.0.0.1",
                "port": port,
                "origin": f"http://127.0.0.1:{port}",
                "keeps_secrets": True,
                "demo": [],
                "shows_mailbox": True,
                "web_stop_seconds": 5,
                "worker_stop_seconds": 5,
                "parent": None,
                **changes,
            }
        )
        inherited = {name: value for name, value in environment().items() if not name.endswith("_URL")}
        self.output = root / f"said-{os.urandom(4).hex()}"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.adapters.embedded.supervisor"],
                env=plan.into({**inherited, **(variables or {})}),
                stdout=stdout or output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def hears(self, pattern: str, *, times: int = 1) -> list[str]:
        """Wait until `pattern` was said so often; the first group of each."""
        assert wait_for(lambda: len(re.findall(pattern, self.said)) >= times, seconds=20), self.said
        return re.findall(pattern, self.said)

    def ends(self) -> int:
        return self.process.wait(20)

    def everything(self) -> list[int]:
        return descendants(self.process.pid)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def root() -> Iterator[Path]:
    with reachable_dir() as path:
        for name, code in (("web", WEB), ("worker", WORKER), ("release", RELEASE)):
            (path / f"{name}.py").write_text(code)
        (path / "Procfile").write_text("".join(f"{n}: python {n}.py\n" for n in ("release", "web", "worker")))
        yield path


@pytest.fixture
def up(root: Path, port: int) -> Iterator[Up]:
    shop = Up(root, port=port)
    try:
        shop.hears("Ctrl-C stops everything")
        yield shop
    finally:
        everything = shop.everything()
        shop.process.kill()
        shop.process.wait()
        assert all_gone(everything)


def test_starts_shows_and_stops_everything(up: Up, root: Path, port: int) -> None:
    everything = up.everything()
    assert len(everything) >= 9  # itself, web, worker, Valkey, PostgreSQL and its helpers
    assert f"http://127.0.0.1:{port}/mailbox" in up.said
    assert f"http://127.0.0.1:{port}/admin/" in up.said
    assert "release | migrating postgresql://" in up.said
    assert "web     | 03:04:05 served pid=" in up.said
    up.hears(r"worker  \| working \d+ True")
    assert (root / "data/secrets").stat().st_mode & 0o077 == 0
    up.process.send_signal(signal.SIGINT)
    assert up.ends() == 0
    assert all_gone(everything)
    assert up.said.endswith("Stopped.\n")


def test_a_second_start_on_the_same_data_says_who_is_there(up: Up, root: Path, port: int) -> None:
    second = Up(root, port=port + 1)
    assert second.ends() == 1
    assert f"already running, started by process {up.process.pid}" in second.said
    assert len(second.said.splitlines()) == 1


def test_a_busy_port_is_named_before_anything_starts(root: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        shop = Up(root, port=port)
        assert shop.ends() == 1
    assert shop.said == (
        f"shop: Port {port} on 127.0.0.1 is busy: something else listens there. Choose another, like PORT={port + 1}.\n"
    )
    assert not (root / "data/postgres").exists()


async def test_kill_9_leaves_nothing_and_the_next_start_goes_on(up: Up, root: Path, port: int) -> None:
    url = up.hears(r"migrating (\S+)")[0]
    await fetch(url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    secrets, everything = (root / "data/secrets").read_text(), up.everything()
    up.process.kill()
    up.process.wait()
    again = Up(root, port=port)  # at once, while the rest is still ending
    again.hears("Ctrl-C stops everything")
    assert all_gone(everything)
    assert await fetch(url, "SELECT n FROM kept") == 7
    assert (root / "data/secrets").read_text() == secrets
    again.process.terminate()
    assert again.ends() == 0


def test_processes_that_end_are_started_again(up: Up) -> None:
    worker, web = up.hears(r"working (\d+)")[0], up.hears(r"served pid=(\d+)")[0]
    os.kill(int(worker), signal.SIGKILL)
    os.kill(int(web), signal.SIGKILL)
    up.hears(r"working (\d+)", times=2)
    up.hears(r"served pid=(\d+)", times=2)
    assert "worker ended (killed by SIGKILL); starting it again in 1 s." in up.said


def test_valkey_is_started_again(up: Up) -> None:
    [valkey] = [pid for pid in up.everything() if b"valkey-server" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(valkey, signal.SIGKILL)
    up.hears("Valkey ended .* starting it again")
    assert wait_for(lambda: sum(b"valkey" in Path(f"/proc/{p}/cmdline").read_bytes() for p in up.everything()) == 1)


def test_without_the_database_everything_stops(up: Up) -> None:
    everything = up.everything()
    [postgres] = [pid for pid in everything if b"unix_socket_directories" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(postgres, signal.SIGKILL)
    assert up.ends() == 1
    assert "shop: PostgreSQL ended (killed by SIGKILL), so everything stops. Its log:" in up.said
    assert all_gone(everything)


@pytest.mark.parametrize("name", ["release", "web"])
def test_a_start_that_fails_says_so(root: Path, port: int, name: str) -> None:
    (root / f"{name}.py").write_text("import sys; print('the reason'); sys.exit(3)")
    shop = Up(root, port=port, variables=NAMED)
    assert shop.ends() == 1
    assert f"{name:<7} | the reason\n" in shop.said
    assert "is above." in shop.said


def test_servers_that_are_named_are_used_instead(root: Path, port: int) -> None:
    shop = Up(root, port=port, variables=NAMED)
    shop.hears("Ctrl-C stops everything")
    assert "migrating postgresql://db/shop redis://queue" in shop.said
    assert not (root / "data/postgres").exists()
    shop.process.terminate()
    assert shop.ends() == 0


def test_the_demo_is_seeded_once_and_its_sign_ins_are_shown(root: Path, port: int) -> None:
    program = root / "shop"
    program.write_text("#!/bin/sh\necho seeding\necho owner@demo pass > $DATA_DIR/demo-sign-ins.txt\n")
    program.chmod(0o755)
    for times in (1, 0):
        shop = Up(root, port=port, variables=NAMED, demo=[str(program)])
        shop.hears("  owner@demo pass\n")
        assert shop.said.count("demo    | seeding") == times
        shop.process.terminate()
        assert shop.ends() == 0


def test_stops_while_it_starts(root: Path, port: int) -> None:
    (root / "release.py").write_text("import time; print('long', flush=True); time.sleep(600)")
    shop = Up(root, port=port, variables=NAMED)
    shop.hears("release . long")
    everything = shop.everything()
    shop.process.send_signal(signal.SIGINT)
    assert shop.ends() == 0
    assert all_gone(everything)


def test_ends_with_the_process_that_started_it(root: Path, port: int) -> None:
    plan = {"root": str(root), "port": port}
    code = (
        "import sys, json, time; from pathlib import Path; from tests.adapters.test_embedded_supervisor import Up;"
        f"plan = json.loads({json.dumps(json.dumps(plan))});"
        "import os; up = Up(Path(plan['root']), port=plan['port'], parent=os.getpid());"
        "up.hears('Ctrl-C stops'); print(*up.everything(), flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], env=environment(), stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    everything = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(everything) >= 9
    assert all(is_alive(pid) for pid in everything)
    parent.kill()
    parent.wait()
    assert all_gone(everything)


def test_serves_on_when_nobody_reads_what_it_says(root: Path, port: int) -> None:
    reader, writer = os.pipe()
    shop = Up(root, port=port, variables=NAMED, stdout=writer)
    os.close(writer)
    os.close(reader)
    assert wait_for(lambda: _answers(port), seconds=20)
    shop.process.terminate()
    assert shop.ends() == 0


def test_stops_when_its_terminal_closes(root: Path, port: int) -> None:
    terminal, its_end = os.openpty()
    shop = Up(root, port=port, variables=NAMED, stdout=its_end)
    os.close(its_end)
    said = b""
    while b"Ctrl-C stops everything" not in said or b"working " not in said:
        said += os.read(terminal, 4096)
    everything = shop.everything()
    os.close(terminal)
    os.kill(int(re.findall(rb"working (\d+)", said)[0]), signal.SIGKILL)  # so that there is something to say
    assert shop.ends() == 0
    assert all_gone(everything)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
