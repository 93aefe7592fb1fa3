"""What `shop up` becomes: starts everything, shows what it says, and stops it in order.

It runs for as long as the shop does, so it imports the standard library only, and it has one thread, because the
kernel ends children with the *thread* that started them.
"""

import contextlib
import errno
import json
import os
import selectors
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from app.adapters.embedded.port import require_free_port
from app.adapters.embedded.postgres import start_postgres
from app.adapters.embedded.processes import (
    EmbeddedError,
    Identity,
    RunningServer,
    ServerFailed,
    end_with_parent,
    tail,
    take_lock,
)
from app.adapters.embedded.valkey import start_valkey

PLAN_VARIABLE = "SHOP_UP_PLAN"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_SECONDS = 60
LONGEST_PAUSE = 30.0
SIGN_INS = "demo-sign-ins.txt"
COLOURS = {"shop": "1", "release": "35", "demo": "35", "web": "36", "worker": "33"}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the supervisor has to know of the settings, which it does not read itself."""

    root: str
    """The directory of the Procfile."""
    data_dir: str
    host: str
    port: int
    origin: str
    keeps_secrets: bool
    """Make development secrets once and keep them in data_dir."""
    demo: list[str]
    """The command that seeds the demo shop on first start; empty for none."""
    shows_mailbox: bool
    web_stop_seconds: float
    worker_stop_seconds: float
    parent: int | None
    """End with this process."""

    def into(self, environment: Mapping[str, str]) -> dict[str, str]:
        return {**environment, PLAN_VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def taken_from(cls, environment: Any) -> Self:
        return cls(**json.loads(environment.pop(PLAN_VARIABLE)))


def main() -> int:
    """Run the plan that `shop up` left in the environment; returns the exit code."""
    plan = Plan.taken_from(os.environ)
    if plan.parent:
        end_with_parent(signal.SIGTERM, plan.parent)
    try:
        return Supervisor(plan).run()
    except EmbeddedError as error:
        print(f"shop: {error}", file=sys.stderr)
        return 1


def kept_secrets(data_dir: Path) -> str:
    """The development secrets of `data_dir`, or nothing."""
    try:
        return (data_dir / "secrets").read_text().strip()
    except OSError:
        return ""


class StopAsked(Exception):
    """Ctrl-C, SIGTERM, or the terminal went away."""


@dataclass
class Console:
    """Lines on standard output, each with who said it."""

    coloured: bool = field(default_factory=lambda: sys.stdout.isatty() and not os.environ.get("NO_COLOR"))

    def say(self, name: str, text: str) -> None:
        prefix = f"{name:<7} | "
        if self.coloured:
            prefix = f"\x1b[{COLOURS.get(name, '0')}m{prefix}\x1b[0m"
        self.show("".join(f"{prefix}{line}\n" for line in text.splitlines()))

    def show(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError as error:  # nobody reads any more: serve on in silence, unless it was a terminal that closed
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if error.errno == errno.EIO:
                signal.raise_signal(signal.SIGHUP)


@dataclass
class Child:
    """A process of the Procfile, restarted with growing pauses when it ends by itself."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    unfinished: bytes = b""
    started: float = 0.0
    failures: int = 0
    due: float | None = None

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def fileno(self) -> int:
        assert self.process is not None and self.process.stdout is not None
        return self.process.stdout.fileno()

    def start(self, *, root: str, environment: Mapping[str, str]) -> None:
        # SIGKILL: our database ends with us, so there is nothing left to finish gracefully.
        options = Identity().popen_options(signal.SIGKILL)
        self.due, self.started = None, time.monotonic()
        try:
            self.process = subprocess.Popen(
                self.command,
                cwd=root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                **options,
            )
        except OSError as error:
            raise ServerFailed(f"{self.name}: {self.command[0]} cannot be run: {error.strerror}") from error
        os.set_blocking(self.fileno(), False)

    def lines(self) -> list[str] | None:
        """What it said since the last call, or None when it will say nothing more."""
        try:
            data = os.read(self.fileno(), 65536)
        except BlockingIOError:
            return []
        if not data:
            return None
        *whole, self.unfinished = (self.unfinished + data).split(b"\n")
        return [line.decode(errors="replace") for line in whole]

    def plan_restart(self) -> float:
        """Seconds until it is due again."""
        ran_well = time.monotonic() - self.started > LONGEST_PAUSE
        self.failures = 0 if ran_well else self.failures + 1
        pause: float = min(LONGEST_PAUSE, 0.5 * 2**self.failures)
        self.due = time.monotonic() + pause
        return pause


class Supervisor:
    """Holds every process of the shop, from the first lock to the last stop."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.data_dir = Path(plan.data_dir)
        self.console = Console()
        self.procfile = _read_procfile(Path(plan.root) / "Procfile")
        self.environment = _environment(plan)
        self.postgres: RunningServer | None = None
        self.valkey: RunningServer | None = None
        self.web = Child("web", self.procfile["web"])
        self.worker = Child("worker", self.procfile["worker"])
        self.selector = selectors.DefaultSelector()
        self.stops_asked = 0

    def run(self) -> int:
        """Until a signal (exit code 0) or a failure (EmbeddedError); nothing is left running either way."""
        self._listen_to_signals()
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        take_lock(self.data_dir / "shop.lock", "The shop")
        require_free_port(self.plan.host, self.plan.port)
        try:
            self._start_servers()
            self._keep_secrets()
            self._complete("release", self.procfile["release"])
            if self.plan.demo and not (self.data_dir / SIGN_INS).exists():
                self._complete("demo", self.plan.demo)
            self._start(self.web)
            self._start(self.worker)
            self._wait_until_ready()
            self._welcome()
            while True:
                self._watch()
        except StopAsked:
            return 0
        finally:
            self._stop()

    def _listen_to_signals(self) -> None:
        read, write = os.pipe()
        for end in (read, write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        self.selector.register(read, selectors.EVENT_READ)
        for number in STOP_SIGNALS:
            signal.signal(number, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only so that the end of a child wakes us
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def _note_stop(self, *_: object) -> None:
        self.stops_asked += 1

    def _start_servers(self) -> None:
        if not self.environment.get("DATABASE_URL"):
            self.console.say("shop", f"PostgreSQL: {self.data_dir}/postgres")
            self.postgres = start_postgres(self.data_dir)
            self.environment["DATABASE_URL"] = self.postgres.url
        if not self.environment.get("REDIS_URL"):
            self._start_valkey()

    def _start_valkey(self) -> None:
        self.console.say("shop", f"Valkey: {self.data_dir}/valkey")
        self.valkey = start_valkey(self.data_dir)
        self.environment["REDIS_URL"] = self.valkey.url

    def _keep_secrets(self) -> None:
        if not self.plan.keeps_secrets:
            return
        if not kept_secrets(self.data_dir):
            with open(os.open(self.data_dir / "secrets", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(os.urandom(32).hex() + "\n")
        self.environment["SECRET_KEYS"] = kept_secrets(self.data_dir)

    def _complete(self, name: str, command: list[str]) -> None:
        """Run a process that has to end well before anything else starts."""
        child = Child(name, command)
        self._start(child)
        try:
            while child.runs:
                self._attend()
        finally:
            self._end(child, seconds=5)
        assert child.process is not None
        if child.process.returncode:
            raise ServerFailed(
                f"{name} ({shlex.join(command)}) failed with exit code {child.process.returncode}; its reason is above."
            )

    def _start(self, child: Child) -> None:
        child.start(root=self.plan.root, environment=self.environment)
        self.selector.register(child, selectors.EVENT_READ, child)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while (answer := self._ready()) != "200":
            if not self.web.runs:
                self._hear_out(self.web)
                raise ServerFailed("The web process ended before it answered; its reason is above.")
            if time.monotonic() > deadline:
                raise ServerFailed(f"The shop did not get ready within {READY_SECONDS} s (/ready says {answer}).")
            self._attend(0.1)
            self._restart_if_ended(self.worker)

    def _ready(self) -> str:
        """The status that /ready answers with, or what came instead."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.plan.host, self.plan.host)  # noqa: S104
        authority = self.plan.origin.partition("://")[2]
        try:
            with socket.create_connection((host, self.plan.port), timeout=2) as connection:
                connection.sendall(f"GET /ready HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n".encode())
                return connection.recv(64).decode(errors="replace").partition(" ")[2][:3]
        except OSError as error:
            return error.strerror or "nothing"

    def _welcome(self) -> None:
        origin = self.plan.origin.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
        lines = ["", f"  Shop     {origin}/"]
        if self.plan.shows_mailbox:
            lines.append(f"  Mailbox  {origin}/mailbox")
        lines += [f"  Admin    {origin}/admin/", f"  Data     {self.data_dir}", ""]
        with contextlib.suppress(OSError):
            lines += [f"  {line}" for line in (self.data_dir / SIGN_INS).read_text().splitlines()] + [""]
        self.console.show("\n".join([*lines, "  Ctrl-C stops everything; the data stays.", "", ""]))

    def _watch(self) -> None:
        self._attend(self._until_next_restart())
        self._restart_if_ended(self.web)
        self._restart_if_ended(self.worker)
        if self.valkey and self.valkey.process.poll() is not None:
            self.console.say("shop", f"Valkey ended ({_ending(self.valkey.process)}); starting it again.")
            self._start_valkey()

    def _until_next_restart(self) -> float | None:
        due = [child.due for child in (self.web, self.worker) if child.due is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _restart_if_ended(self, child: Child) -> None:
        if child.due is not None:
            if time.monotonic() >= child.due:
                self._start(child)
        elif not child.runs:
            self._hear_out(child)
            assert child.process is not None
            pause = child.plan_restart()
            self.console.say(
                "shop", f"{child.name} ended ({_ending(child.process)}); starting it again in {pause:g} s."
            )

    def _attend(self, seconds: float | None = None) -> None:
        """Listen, and raise what ends the shop: a signal, or the end of the database."""
        self._listen(seconds)
        if self.stops_asked:
            raise StopAsked
        if self.postgres and self.postgres.process.poll() is not None:
            ending, log = _ending(self.postgres.process), tail(self.postgres.log)
            raise ServerFailed(f"PostgreSQL ended ({ending}), so everything stops. Its log:\n{log}")

    def _listen(self, seconds: float | None = None) -> None:
        """Pass on what children say until something happens or `seconds` are over."""
        for key, _ in self.selector.select(seconds):
            if isinstance(key.data, Child):
                self._pass_on(key.data)
            else:
                with contextlib.suppress(BlockingIOError):
                    os.read(key.fd, 4096)

    def _pass_on(self, child: Child) -> bool:
        """Whether there may be more to hear."""
        lines = child.lines()
        if lines is None:
            self.selector.unregister(child)
            if child.unfinished:
                self.console.say(child.name, _readable(child.unfinished.decode(errors="replace")))
            child.unfinished = b""
            assert child.process is not None and child.process.stdout is not None
            child.process.stdout.close()
            return False
        for line in lines:
            self.console.say(child.name, _readable(line))
        return bool(lines)

    def _hear_out(self, child: Child) -> None:
        """Pass on the last words of a child that ended, and close its end of the conversation."""
        assert child.process is not None and child.process.stdout is not None
        while not child.process.stdout.closed:
            if not self._pass_on(child) and not child.process.stdout.closed:
                # Somebody it started still holds the other end.
                self.selector.unregister(child)
                child.process.stdout.close()

    def _stop(self) -> None:
        if self.stops_asked:
            self.console.say("shop", "Stopping.")
        self._end(self.web, seconds=self.plan.web_stop_seconds)
        self._end(self.worker, seconds=self.plan.worker_stop_seconds)
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        if self.stops_asked:
            self.console.say("shop", "Stopped.")

    def _end(self, child: Child, *, seconds: float) -> None:
        """SIGTERM, and SIGKILL when the time is over or a second Ctrl-C asks for it."""
        if child.process is None:
            return
        deadline, asked = time.monotonic() + seconds, self.stops_asked
        if child.runs:
            child.process.terminate()
        while child.runs and time.monotonic() < deadline and self.stops_asked == asked:
            self._listen(deadline - time.monotonic())
        if child.runs:
            child.process.kill()
            child.process.wait()
        self._hear_out(child)


def _environment(plan: Plan) -> dict[str, str]:
    programs = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}",
        "HOST": plan.host,
        "PORT": str(plan.port),
        "DATA_DIR": plan.data_dir,
        "TZ": "UTC",
        "PYTHONUNBUFFERED": "1",
    }


def _read_procfile(path: Path) -> dict[str, list[str]]:
    lines = (line.partition(":") for line in path.read_text().splitlines() if line.strip() and line[0] != "#")
    return {name.strip(): shlex.split(command) for name, _, command in lines}


def _readable(line: str) -> str:
    """A JSON log record as a short line for people; anything else as it is."""
    try:
        record = json.loads(line) if line.startswith("{") else None
    except ValueError:
        record = None
    if not isinstance(record, dict) or "event" not in record:
        return line
    moment = str(record.pop("timestamp", ""))[11:19]
    level, event = str(record.pop("level", "")), str(record.pop("event"))
    exception = record.pop("exception", "")
    rest = " ".join(f"{name}={value}" for name, value in record.items() if value is not None)
    text = " ".join(part for part in (moment, level if level != "info" else "", event, rest) if part)
    return f"{text}\n{exception}" if exception else text


def _ending(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


if __name__ == "__main__":
    sys.exit(main())
