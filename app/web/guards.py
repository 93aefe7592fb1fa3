"""Who may call a route. Every route names its `access`; a test fails on one that does not."""

from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from app.core.errors import ForgedRequest

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Access(StrEnum):
    ANYONE = "anyone"
    VISITOR = "visitor"
    """Anyone, but only for the things that belong to the caller's own cart token."""
    LINK_HOLDER = "link holder"
    """Whoever has the secret link."""
    DEVELOPER = "developer"
    """Anyone, and the route exists in development only."""


async def refuse_cross_site(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Unsafe methods must come from a page of this shop: by Sec-Fetch-Site, else by Origin, else not at all.

    Async only because the framework would run a plain function in a thread, for every request.
    """
    if connection.scope.get("method") in SAFE:
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise ForgedRequest
        return
    origin = urlsplit(connection.headers.get("origin", ""))
    if not origin.netloc or origin.netloc != connection.headers.get("host"):
        raise ForgedRequest
