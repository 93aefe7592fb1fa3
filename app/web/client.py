"""Who is asking, as far as the network tells: for limits only, never for deciding who somebody is."""

from typing import Any

from litestar.connection import ASGIConnection

from app.core import network
from app.settings import Settings


def client_network(request: ASGIConnection[Any, Any, Any, Any], settings: Settings) -> str:
    """The visitor's address, of IPv6 its household; "unknown" where there is none."""
    peer = request.scope.get("client")
    return network.client_network(
        peer[0] if peer else "", request.headers.getall("x-forwarded-for", []), settings.proxies
    )
