"""Bounded admission: a burst waits in line, in order, instead of fighting over database connections.

As many requests run at once as the pool has connections, so that none of them ever waits inside the pool;
a wait there means connections are lost. Then everyone in line is told to come back, rather than queueing
behind requests that cannot finish.
"""

import asyncio
from collections import deque

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from app.core.errors import Busy

OUTSIDE = (b"/static/", b"/live", b"/ready", b"/feed.xml", b"/sitemap/")


class Line:
    """A FIFO semaphore of `places` whose waiting line can be sent away."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self) -> None:
        """Wait for a place. Raises Busy when the line is sent away meanwhile."""
        if self._free > 0:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave()  # the place was handed over just as this request went away
            raise

    def leave(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def send_away(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(Busy())


class Admission:
    """Litestar middleware. Health checks, static files and what only machines read pass by the line."""

    def __init__(self, app: ASGIApp, line: Line) -> None:
        self._app = app
        self._line = line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or (scope.get("raw_path") or b"").startswith(OUTSIDE):
            await self._app(scope, receive, send)
            return
        await self._line.enter()
        try:
            await self._app(scope, receive, send)
        finally:
            self._line.leave()
