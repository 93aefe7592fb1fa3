"""Granian as the shop runs it, with a three-line application in place of the shop."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.embedded import all_gone, environment, wait_for

SERVER = """
import asyncio, os, sys, types
import app.serve
from app.settings import Settings

async def answer(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["path"] == "/slow":
        await asyncio.sleep(1.5)
    status = 503 if scope["path"] == "/ready" and os.path.exists(os.environ["SHOP_DRAIN_FILE"]) else 200
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})

sys.modules["app.main"] = types.SimpleNamespace(web=lambda: answer)
app.serve.HEADER_MILLISECONDS = 500
app.serve.serve(Settings.from_environment(os.environ))
"""


class Web:
    def __init__(self, *, port: int, **variables: str) -> None:
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            env={**environment(), "PORT": str(port), "HOST": "localhost", **variables},
            stderr=subprocess.PIPE,
            text=True,
        )

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(self.get("/"))
        return False

    def get(self, path: str, *headers: str) -> str:
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
        return self.say("\r\n".join(lines))

    def say(self, text: str) -> str:
        """Everything that comes back until the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(text.encode())
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
        return b"".join(parts).decode()

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def web(request: pytest.FixtureRequest) -> Iterator[Web]:
    server = Web(port=free_port(), **getattr(request, "param", {}))
    assert wait_for(server.answers)
    yield server
    server.close()


def test_limits_on_headers(web: Web) -> None:
    assert " 200 OK" in web.get("/", "X: " + "a" * 15_000)
    assert web.get("/", "X: " + "a" * 17_000).startswith("HTTP/1.1 431")
    assert web.get("/" + "a" * 17_000).startswith("HTTP/1.1 431")
    assert web.get("/", *(f"X{n}: 1" for n in range(120))).startswith("HTTP/1.1 431")
    assert web.say("nonsense\r\n\r\n").startswith("HTTP/1.1 400")


def test_headers_that_never_end_are_cut_off(web: Web) -> None:
    began = time.monotonic()
    assert web.say("GET / HTTP/1.1\r\nHost: localhost\r\n") == ""
    assert 0.4 < time.monotonic() - began < 5


@pytest.mark.parametrize("web", [{"DRAIN_SECONDS": "0.7"}], indirect=True)
def test_sigterm_drains_and_finishes_what_is_in_flight(web: Web) -> None:
    answers: list[str] = []
    in_flight = threading.Thread(target=lambda: answers.append(web.get("/slow")))
    in_flight.start()
    time.sleep(0.2)
    assert " 200 OK" in web.get("/ready")
    web.process.terminate()
    assert wait_for(lambda: " 503 " in web.get("/ready"), seconds=0.5)
    assert " 200 OK" in web.get("/")  # for those that have not noticed yet
    assert web.process.wait(10) == 0
    in_flight.join()
    assert " 200 OK" in answers[0]


@pytest.mark.parametrize("web", [{"WEB_PROCESSES": "2"}], indirect=True)
def test_kill_9_of_the_main_process_leaves_no_worker(web: Web) -> None:
    workers = web.workers()
    assert len(workers) == 2
    web.process.kill()
    web.process.wait()
    assert all_gone(workers)


def test_a_worker_that_dies_is_replaced(web: Web) -> None:
    [worker] = web.workers()
    os.kill(worker, signal.SIGKILL)
    assert wait_for(lambda: web.answers() and str(worker) not in web.get("/"))


def test_another_process_may_take_over_the_port(web: Web) -> None:
    successor = Web(port=web.port)
    try:
        assert wait_for(lambda: bool(successor.workers()))
        web.process.terminate()
        assert web.process.wait(10) == 0
        assert wait_for(successor.answers)
    finally:
        successor.close()


def test_a_busy_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        web = Web(port=port)
        _, said = web.process.communicate(timeout=20)
    assert web.process.returncode == 1
    assert f"Port {port} on localhost is busy" in said


class Balancer:
    """Sends 50 requests a second to whichever of two servers says that it is ready, as a load balancer does."""

    def __init__(self, servers: list[Web]) -> None:
        self.servers = servers
        self.ready = list(servers)
        self.failures: list[str] = []
        self.answered = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._watch)]
        self._threads += [threading.Thread(target=self._ask, args=(number,)) for number in range(5)]

    def __enter__(self) -> "Balancer":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def sees(self, server: Web) -> bool:
        return server in self.ready

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.ready = [server for server in list(self.servers) if self._is_ready(server)]

    def _is_ready(self, server: Web) -> bool:
        with contextlib.suppress(OSError):
            return " 200 OK" in server.get("/ready")
        return False

    def _ask(self, number: int) -> None:
        while not self._stop.wait(0.1):
            server = self.ready[number % len(self.ready)]
            try:
                answer = server.get("/")
            except OSError as error:
                answer = repr(error)
            if " 200 OK" in answer:
                self.answered += 1
            else:
                self.failures.append(answer or "closed without an answer")


@pytest.mark.parametrize("restarts", [2, pytest.param(20, marks=pytest.mark.prove)])
def test_rolling_restarts_fail_no_request(restarts: int) -> None:
    balancer = roll(restarts, drain_seconds="1")
    assert balancer.failures == []
    assert balancer.answered > 0


def test_rolling_restarts_without_a_drain_do_fail_requests() -> None:
    # A restart between two requests is luck, so each turn is one more chance to be caught.
    assert any(roll(2, drain_seconds="0").failures for _ in range(10))


def roll(restarts: int, *, drain_seconds: str) -> Balancer:
    """Restart two servers in turn under load, each only while the other one is ready."""
    servers = [Web(port=free_port(), DRAIN_SECONDS=drain_seconds) for _ in range(2)]
    try:
        assert all(wait_for(server.answers) for server in servers)
        with Balancer(servers) as balancer:
            for turn in range(restarts):
                old = servers[turn % 2]
                old.process.terminate()
                assert old.process.wait(30) == 0
                new = servers[turn % 2] = Web(port=old.port, DRAIN_SECONDS=drain_seconds)
                assert wait_for(lambda new=new: balancer.sees(new), seconds=60)
        return balancer
    finally:
        for server in servers:
            server.close()
