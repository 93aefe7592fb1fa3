"""The web process: granian with the limits, the drain and the ends that the shop needs."""

import contextlib
import gc
import os
import secrets
import signal
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from app.adapters.embedded.port import require_free_port
from app.adapters.embedded.processes import end_with_parent
from app.settings import Settings

HEADER_BYTES = 16 * 1024
HEADER_MILLISECONDS = 10_000
CONNECTIONS = 1024
"""Open at once per process, idle ones included, so this is far above what is worked on at once (the pool)."""
GRACE_SECONDS = 20
"""What a request in flight has to finish once the process was told to stop."""


def serve(settings: Settings) -> None:
    """Answer HTTP until SIGTERM or SIGINT, then finish what is in flight.

    SIGTERM first makes /ready say no, by the file that SHOP_DRAIN_FILE names, for `drain_seconds`.
    ServerFailed when HOST and PORT cannot be listened on.
    """
    address = require_free_port(settings.host, settings.port, shared=True)
    # Made only when draining begins, under a name that nobody can guess.
    unguessable = f"{tempfile.gettempdir()}/exclusive-drain-{secrets.token_hex(16)}"
    drain_file = Path(os.environ.setdefault("SHOP_DRAIN_FILE", unguessable))
    drain_file.unlink(missing_ok=True)
    server = Granian(
        target="app.main:web",
        factory=True,
        address=address,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.web_processes,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=HEADER_BYTES),
        websockets=False,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig={"loggers": {"_granian": {"handlers": [], "propagate": True}}},
    )
    server.on_startup(partial(_drain_on_sigterm, server.signal_handler_interrupt, drain_file, settings.drain_seconds))
    try:
        server.serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)
    finally:
        with contextlib.suppress(OSError):
            drain_file.unlink()


def _drain_on_sigterm(stop: Callable[[], Any], drain_file: Path, seconds: float) -> None:
    def drain(*_: object) -> None:
        with contextlib.suppress(OSError):
            drain_file.touch()
        if seconds:
            timer = threading.Timer(seconds, stop)
            timer.daemon = True
            timer.start()
        else:
            stop()

    signal.signal(signal.SIGTERM, drain)


def _load(main_process: int) -> Any:
    """Runs in each worker: kill -9 of the main process must not leave it serving an orphaned port."""
    end_with_parent(signal.SIGKILL, main_process)
    from app.main import web

    app = web()
    gc.freeze()  # what exists by now stays; looking through it for garbage would hold up requests for 70 ms at a time
    return app
