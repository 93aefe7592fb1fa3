"""Who is asking, as far as the network tells: for limits only, never for deciding who somebody is."""

from ipaddress import IPv6Address, ip_address, ip_network

from app.settings import Settings
from app.web.session import VisitorRequest

IPV6_HOUSEHOLD = 64
"""Bits that one household of IPv6 has in common; the rest of its addresses it can change at will."""


def client_network(request: VisitorRequest, settings: Settings) -> str:
    """The visitor's address, of IPv6 its household; "unknown" where there is none.

    X-Forwarded-For is read from its end, which the nearest proxy wrote, as far back as proxies are our own.
    """
    peer = request.scope.get("client")
    forwarded = ",".join(request.headers.getall("x-forwarded-for", [])).split(",")
    nearest_first = [peer[0] if peer else "", *reversed([part.strip() for part in forwarded])]
    found = "unknown"
    for text in nearest_first:
        try:
            address = ip_address(text)
        except ValueError:
            break
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        found = str(
            ip_network((address, IPV6_HOUSEHOLD), strict=False) if isinstance(address, IPv6Address) else address
        )
        if not any(address in network for network in settings.proxies):
            break
    return found
