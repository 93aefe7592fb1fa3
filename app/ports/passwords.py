"""Passwords: slow hashes, and the list of those that everybody tries first."""

from typing import Protocol


class Passwords(Protocol):
    """Nothing here holds the event loop up: the hashing runs on a few threads of its own."""

    async def hash(self, password: str) -> str:
        """Argon2id of the password in its normal form, with the salt inside. Raises PasswordTooLong."""
        ...

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one that was stored; without `stored` False, after just as much work."""
        ...

    def needs_rehash(self, stored: str) -> bool:
        """Whether `stored` was made with other parameters than those in use now."""
        ...

    async def is_common(self, *candidates: str) -> bool:
        """Whether one of these is on the list of common passwords; they are compared in lower case."""
        ...
