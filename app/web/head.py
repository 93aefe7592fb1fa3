"""HEAD is GET without the body, for every route; the server leaves the body out by itself."""

from typing import cast

from litestar.types import ASGIApp, Receive, Scope, Send


class HeadAsGet:
    """ASGI wrapper."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") == "HEAD":
            scope = cast(Scope, {**scope, "method": "GET"})
        await self._app(scope, receive, send)
