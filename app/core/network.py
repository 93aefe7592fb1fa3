"""Who is asking, as far as the network tells: for limits only, never for deciding who somebody is."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

IPV6_HOUSEHOLD = 64
"""Bits that one household of IPv6 has in common; the rest of its addresses it can change at will."""


def client_network(peer: str, forwarded: Iterable[str], proxies: Iterable[IPv4Network | IPv6Network] = ()) -> str:
    """The client's address, of IPv6 its household; "unknown" where there is none.

    `forwarded` are the values of X-Forwarded-For: read from their end, which the nearest proxy wrote, as far back as
    the proxies are our own.
    """
    found, ours = "unknown", tuple(proxies)
    hops = [part.strip() for part in ",".join(forwarded).split(",")]
    for text in (peer, *reversed(hops)):
        try:
            address = ip_address(text)
        except ValueError:
            break
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        found = str(
            ip_network((address, IPV6_HOUSEHOLD), strict=False) if isinstance(address, IPv6Address) else address
        )
        if not any(address in network for network in ours):
            break
    return found
