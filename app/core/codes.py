"""One-time codes: what they open, for how long, how many guesses, and how people type them."""

import unicodedata
from datetime import timedelta
from enum import StrEnum

DIGITS = 8
LIFETIME = timedelta(minutes=10)
LINK_LIFETIME = timedelta(hours=1)
MOST_TRIES = 5
KEPT = timedelta(days=7)
"""How long a code that is over is remembered, and with it which browser asked for it."""


class Purpose(StrEnum):
    """One live code for each purpose and account; a new one replaces it."""

    VERIFY_EMAIL = "verify_email"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    RESET = "reset"
    RESET_LINK = "reset_link"
    """The secret in the link that is mailed beside the reset code; not bound to a browser."""
    CHANGE_EMAIL_OLD = "change_email_old"
    CHANGE_EMAIL_NEW = "change_email_new"
    LINK_PROVIDER = "link_provider"
    """Proves the address of somebody who has come from a provider, and links the two."""

    @property
    def lifetime(self) -> timedelta:
        return LINK_LIFETIME if self is Purpose.RESET_LINK else LIFETIME


def typed_code(text: str, digits: int = DIGITS) -> str:
    """The digits of what somebody typed: spaces and dashes do not count, and any script's digits do.

    Empty where it cannot be a code, so that it need not be counted as a guess.
    """
    if len(text) > 100:
        return ""
    kept = [character for character in unicodedata.normalize("NFKC", text) if not _is_spacing(character)]
    if len(kept) != digits or not all(character.isdecimal() for character in kept):
        return ""
    return "".join(str(unicodedata.decimal(character)) for character in kept)


def spaced(code: str) -> str:
    """As it is shown: 1234 5678."""
    return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"


def _is_spacing(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Pd", "Cf")
