"""People's accounts."""

from typing import Protocol


class Accounts(Protocol):
    async def add_admin(self, email: str, password: str) -> int:
        """Store an active account that may enter the back office; returns its id. Hashes off the event loop.

        Raises EmailTaken where a live account has this address, in whatever case.
        """
        ...
