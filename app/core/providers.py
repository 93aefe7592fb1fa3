"""Providers: who else may say who somebody is, and how far the shop believes them.

Who somebody is at a provider is (provider, subject) and never an address: addresses move from one person to another.
"""

import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

ATTEMPT_LIFETIME = timedelta(minutes=10)
"""From the button to the end, a code by mail included."""
LONGEST_SUBJECT = 255
LONGEST_PARAMETER = 4_096
"""Characters of a code or state that are looked at, at most."""
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""What ID tokens may be signed with: public keys only, so that no key of ours or of theirs passes for another."""
CLOCK_SKEW = timedelta(seconds=60)
OLDEST_ID_TOKEN = timedelta(minutes=15)
"""A code is exchanged within its ten minutes, so an ID token from long before belongs to something else."""

RENEW_BEFORE = timedelta(minutes=5)
"""How long before its end a token is renewed, or half of its life where that is shorter."""
MOST_RENEWALS_LOST = 12
"""Tries in a row without an answer, hours apart in the end, after which a token is left to end."""

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
# What lies inside these belongs to another machine than its outside says.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class ProviderKind(StrEnum):
    """How a provider is spoken to."""

    OIDC = "oidc"
    GITHUB = "github"
    FACEBOOK = "facebook"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a provider says of somebody."""

    subject: str
    email: str = ""
    email_is_verified: bool = False
    """By the provider's word."""
    first_name: str = ""
    last_name: str = ""


def renewal_due(seconds: int) -> timedelta | None:
    """How long after its issue a token that lives so many seconds is to be renewed; None for one without an end."""
    life = timedelta(seconds=seconds)
    return life - min(RENEW_BEFORE, life / 2) if seconds > 0 else None


def is_public(address: str) -> bool:
    """Whether a network address is one of the open internet, whatever other address it has inside."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found in NAT64:
            return _is_open(ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF))
        inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if found.is_site_local or any(address is not None and not _is_open(address) for address in inner):
            return False
    return _is_open(found)


def _is_open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved
