"""Being signed in: for how long, how it was proven, and what a session is called on the page that lists them."""

import ipaddress
import re
from datetime import timedelta
from enum import StrEnum

from app.core.accounts import Role

ACCESS_LIFETIME = timedelta(minutes=10)
CHALLENGE_LIFETIME = timedelta(minutes=10)
"""Between the password and the second factor."""
GRACE = timedelta(seconds=10)
"""Two requests of one page may bring the same refresh token; after this, a second use is theft."""
KEPT_AFTER_END = timedelta(days=30)
"""How long a session that has ended can still be looked into."""
FRESH = timedelta(minutes=15)
"""How old a proof may be that lets somebody change passwords, addresses and factors."""


class Method(StrEnum):
    """How somebody proved who they are; RFC 8176 names where it has them."""

    PASSWORD = "pwd"  # noqa: S105
    MAILED_CODE = "email"
    """Proves the address only; it is no second factor."""
    TOTP = "otp"
    RECOVERY_CODE = "rec"
    PROVIDER = "fed"
    SECOND_FACTOR = "mfa"
    """Beside the two that were used."""


class Failed(StrEnum):
    """What was wrong about a sign-in of somebody who has an account."""

    PASSWORD = "password"  # noqa: S105
    SECOND_FACTOR = "second_factor"


FAILURES_KEPT = timedelta(days=90)
MOST_FAILURES = 10
"""Failed sign-ins that are kept for each account: the latest."""


class Ended(StrEnum):
    """Why a session was ended before its time."""

    SIGN_OUT = "sign_out"
    REVOKED = "revoked"
    REUSE = "reuse"
    PASSWORD = "password"  # noqa: S105
    EMAIL = "email"
    SECOND_FACTOR = "second_factor"
    PROVIDER = "provider"
    """A way to sign in was taken away."""
    STAFF = "staff"
    """Somebody with the right to do so changed role or status."""


def idle_limit(role: Role) -> timedelta:
    return timedelta(hours=1) if role.is_staff else timedelta(days=14)


def absolute_limit(role: Role) -> timedelta:
    return timedelta(hours=24) if role.is_staff else timedelta(days=30)


BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
SYSTEMS = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)


def device_words(user_agent: str) -> str:
    """ "Firefox, Windows" and the like; names only, so nothing needs translating. Empty where nothing is known."""
    said = user_agent[:1_000]
    found = [next((name for name, sign in kinds if sign.search(said)), "") for kinds in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)


def network_words(address: str) -> str:
    """The network an address belongs to: enough to recognise one's own, too little to follow a person."""
    try:
        parsed = ipaddress.ip_address(address.partition("/")[0])
    except ValueError:
        return ""
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{prefix}", strict=False)) if not parsed.is_loopback else "localhost"
