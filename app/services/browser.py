"""Where a request comes from, for the use cases of accounts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request comes from."""

    address: str
    """Network address as the server saw it; nothing a header says."""
    token: str
    """Random, in a cookie of this browser: codes it asks for are of use to it alone. Empty where it has none."""
    device: str
    """In words, for the list of sessions."""
    place: str
    known: str
    """The cookie that `AccountService.known_device` gave out, or nothing."""
    locale: str
