"""Accounts: how an address is written, and which passwords are good enough."""

import re
import unicodedata

from app.core.errors import InvalidEmail, PasswordTooLong, PasswordTooShort

SHORTEST_PASSWORD = 15
"""Characters, for a password that no second factor stands beside (NIST SP 800-63B-4)."""
LONGEST_PASSWORD = 128
LONGEST_EMAIL = 254

# One @ with something on both sides, and a dot in the domain: what is sure to be a slip is refused, the rest is proven
# by a mail that arrives.
EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@.\x00-\x1f\x7f]+(\.[^\s@.\x00-\x1f\x7f]+)+")


def normalised_email(text: str) -> str:
    """The address as it is stored and compared: trimmed, composed, in lower case. Raises InvalidEmail."""
    email = unicodedata.normalize("NFC", text.strip()).lower()
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
        raise InvalidEmail
    return email


def require_strong_password(password: str) -> None:
    """Length is the only rule; composition rules make passwords worse. Raises PasswordTooShort, PasswordTooLong."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise PasswordTooLong(LONGEST_PASSWORD)
