"""One line per answered request: method, path without its query, status, milliseconds. Nothing of the body."""

import time

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

QUIET = ("/live", "/ready", "/static/")


class AccessLog:
    """ASGI wrapper."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(QUIET):
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method, path = scope["method"], scope["path"]
        try:
            await self._app(scope, receive, send_and_note)
        finally:
            elapsed = round((time.perf_counter() - started) * 1000, 1)
            log.info("request", method=method, path=path, status=status, ms=elapsed)
