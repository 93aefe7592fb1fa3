"""How the embedded servers are started, guarded against a second start, watched and stopped.

Three promises, whatever kills whom: a server ends when the process that started it ends, two servers never
share one data directory, and a server whose files were left behind by a crash starts again.
"""

import ctypes
import fcntl
import os
import pwd
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel takes 107, and PostgreSQL appends to the name for its lock file."""
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
LARGEST_LOG = 1_000_000
CLEAN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
"""All a server gets: PGPORT and friends would move it, and secrets are none of its business."""

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 4  # else access(2), which PostgreSQL asks about its programs, looks away from capabilities
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_CAPABILITY_VERSION_3 = 0x20080522
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class EmbeddedError(Exception):
    """Something a person has to put right; the text says what."""


class AlreadyServed(EmbeddedError):
    """Another process serves these files."""


class ServerFailed(EmbeddedError):
    """A server did not start; the text ends with the last lines of its log."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """As whom a server runs. PostgreSQL refuses to run as root, so root has to become somebody.

    namespace: a user namespace in which we look like `nobody` while the files stay root's.
    setuid: (uid, gid) to become for real, the owner of the files; may still pass through directories that are root's.
    """

    namespace: bool = False
    setuid: tuple[int, int] | None = None

    def popen_options(self, death_signal: signal.Signals) -> dict[str, Any]:
        """Keywords for Popen: who the child is, and `death_signal` when the thread that starts it ends."""
        return {"preexec_fn": _before_exec(self, death_signal), "process_group": 0}

    def give(self, path: Path) -> None:
        """Hand a file or directory that we just made to the server's user."""
        if self.setuid:
            os.chown(path, *self.setuid)


@dataclass(kw_only=True)
class RunningServer:
    """A server that answers. `url` is its address; leaving the `with` block stops it."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signals: tuple[signal.Signals, ...]
    """Tried in turn, the polite one first."""

    def stop(self) -> None:
        """End the server with everything on disk; returns when it is gone."""
        for stop_signal in (*self.stop_signals, signal.SIGKILL):
            if self.process.poll() is not None:
                return
            self.process.send_signal(stop_signal)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                continue

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def identity_for(directory: Path, *, refuses_root: bool = True) -> Identity:
    """As whom to run a server on `directory`: whoever owns it, and never as root where that is refused."""
    if os.geteuid() != 0:
        return Identity()
    owner = directory.stat() if directory.exists() else None
    if owner and owner.st_uid != 0:
        return Identity(setuid=(owner.st_uid, owner.st_gid))
    if not refuses_root:
        return Identity()
    if user_namespaces_work():
        return Identity(namespace=True)
    if owner:
        raise ServerFailed(
            f"{directory} belongs to root, as whom this server does not run: chown -R nobody {directory}"
        )
    nobody = pwd.getpwnam("nobody")
    return Identity(setuid=(nobody.pw_uid, nobody.pw_gid))


def user_namespaces_work() -> bool:
    """Whether this machine lets us make one; containers often do not."""
    try:
        subprocess.run(["true"], check=True, **Identity(namespace=True).popen_options(signal.SIGKILL))
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def end_with_parent(death_signal: signal.Signals, parent: int) -> None:
    """Ask the kernel to send this process `death_signal` when `parent` ends, by kill -9 too. Linux only.

    The kernel watches the *thread* that started us, so children are started from the main thread.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal))
    if os.getppid() != parent:
        os._exit(1)


def take_lock(path: Path, what: str) -> int:
    """An open file that holds the lock at `path` until its last copy closes; AlreadyServed names who has it.

    A server inherits the file, so the lock lasts as long as any process of it. Where the starter or the server
    was killed, the rest is on its way out and is waited for.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + 30
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            holders = _numbers_in(path)
            if time.monotonic() > deadline or (holders and all(map(is_alive, holders))):
                os.close(lock)
                starter = holders[0] if holders else "unknown"
                raise AlreadyServed(
                    f"{what} in {path.parent} is already running, started by process {starter}. "
                    f"Stop that one first (kill {starter}), or choose another DATA_DIR."
                ) from None
        time.sleep(0.05)
    _sign(lock, os.getpid())
    return lock


def is_alive(pid: int) -> bool:
    """Whether process `pid` runs; one that has ended but was not collected by its parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return not Path("/proc/self").exists()


def socket_directory(home: Path, identity: Identity) -> Path:
    """Where a server of `home` keeps its socket: there, or a short private directory if the path is too long."""
    if len(os.fsencode(home)) + len("/.s.PGSQL.5432.lock") <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(home)):
        return home
    import hashlib  # rarely needed, and it brings OpenSSL

    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    usable = runtime and len(runtime) < 40 and not identity.setuid and os.access(runtime, os.W_OK)
    base = Path(runtime if usable else "/tmp")  # noqa: S108 (checked below)
    short = base / f"exclusive-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    try:
        short.mkdir(mode=0o700)
        identity.give(short)
    except FileExistsError:
        state = short.lstat()
        owner = identity.setuid[0] if identity.setuid else os.geteuid()
        if short.is_symlink() or state.st_uid != owner or state.st_mode & 0o077:
            raise ServerFailed(f"{short} is not a private directory of ours; remove it") from None
    return short


def open_log(path: Path) -> int:
    """`path` opened for appending, private; a large one is set aside first."""
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".old.log"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def spawn(
    command: Sequence[str | Path], *, identity: Identity, death_signal: signal.Signals, log: Path, lock: int
) -> subprocess.Popen[bytes]:
    """Start a server that holds `lock` and writes to `log`. ServerFailed when it cannot even be executed."""
    output = open_log(log)
    try:
        process = subprocess.Popen(
            command,
            cwd="/",
            env=CLEAN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(lock,),
            **identity.popen_options(death_signal),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerFailed(f"{command[0]} cannot be run: {error}.{advice(identity)}") from error
    finally:
        os.close(output)
    _sign(lock, os.getpid(), process.pid)
    return process


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], *, name: str, log: Path) -> None:
    """Return once `ready()`; ServerFailed when the process ends first or 60 s pass (crash recovery takes seconds)."""
    deadline = time.monotonic() + 60
    while not ready():
        if process.poll() is not None:
            raise ServerFailed(f"{name} stopped while starting (exit {process.returncode}). Its log:\n{tail(log)}")
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise ServerFailed(f"{name} was not ready after 60 s. Its log:\n{tail(log)}")
        time.sleep(0.01)


def tail(log: Path) -> str:
    """The last lines of a log, indented."""
    lines = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
    return "\n".join(f"    {line}" for line in lines)


def advice(identity: Identity) -> str:
    """What to do when a server's user cannot reach its files; empty when we run it as ourselves."""
    if not identity.setuid:
        return ""
    return (
        f" As root it runs as user {identity.setuid[0]} here, who must be able to reach the program and DATA_DIR:"
        " move both out of a private home, run as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )


def _before_exec(identity: Identity, death_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()
    nobody = pwd.getpwnam("nobody") if identity.namespace else None

    def prepare() -> None:
        if nobody:
            if _LIBC is None or _LIBC.unshare(_CLONE_NEWUSER):
                raise OSError(ctypes.get_errno(), "unshare")
            for name, line in (
                ("setgroups", "deny"),
                ("uid_map", f"{nobody.pw_uid} 0 1"),
                ("gid_map", f"{nobody.pw_gid} 0 1"),
            ):
                with open(f"/proc/self/{name}", "w") as control:
                    control.write(line)
        if identity.setuid:
            _become(*identity.setuid)
        # Last, because becoming somebody else clears it.
        end_with_parent(death_signal, parent)

    return prepare


def _become(uid: int, gid: int) -> None:
    """Be somebody else for good, keeping of root's powers only the way through directories (a private home).

    Where that power cannot be kept, the program and the files must be reachable by `uid`.
    """
    keeps = _LIBC is not None and not _LIBC.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if keeps and not any(map(_keep_only, (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE))):
        _keep_only(None)


def _keep_only(power: int | None) -> bool:
    """Drop every capability but one, which outlives the coming exec; False where that one is not ours to keep."""
    assert _LIBC is not None
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    kept = 0 if power is None else 1 << power
    if _LIBC.capset(header, (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)):  # effective, permitted, inheritable
        return False
    return power is None or not _LIBC.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, power, 0, 0)


def _sign(lock: int, *holders: int) -> None:
    """Write down who holds the lock: the starter, then the server."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, " ".join(map(str, holders)).encode() + b"\n", 0)


def _numbers_in(path: Path) -> list[int]:
    try:
        return [int(number) for number in path.read_text().split()]
    except (OSError, ValueError):
        return []
