"""The second factor: six digits of an authenticator (RFC 6238), or one of ten recovery codes."""

import unicodedata

DIGITS = 6
STEP_SECONDS = 30
CODES = 10
"""Recovery codes of one set."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another."""
LENGTH = 16
"""Characters of a recovery code, 79 bits: more than can be guessed, even from its hash."""
GROUP = 4


def accepted_steps(now: int) -> tuple[int, ...]:
    """The steps whose code is taken: this one, and one to either side for clocks that differ."""
    return (now, now - 1, now + 1)


def grouped(text: str, by: str = " ") -> str:
    """In groups of four, as it is shown."""
    return by.join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def typed_recovery_code(text: str) -> str:
    """What somebody typed, as it is hashed: case, spaces and dashes do not count. Empty where it cannot be one."""
    if len(text) > 100:
        return ""
    letters = (c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())
    code = "".join(letters)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""
