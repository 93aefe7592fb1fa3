"""The address books of accounts."""

from collections.abc import Sequence
from typing import Protocol

from app.core.addresses import KeptAddress, Use
from app.core.checkout import Address


class Addresses(Protocol):
    """Each method is about one owner's addresses; somebody else's are not there. What writes runs in a transaction."""

    async def list_of(self, user_id: int) -> Sequence[KeptAddress]:
        """Defaults first, then the latest added."""
        ...

    async def find(self, user_id: int, address_id: int) -> KeptAddress | None: ...

    async def open_locked(self, user_id: int) -> Sequence[KeptAddress]:
        """As `list_of`, and nobody else changes this book before the transaction ends."""
        ...

    async def add(self, user_id: int, address: Address, phone: str) -> int: ...

    async def change(self, user_id: int, address_id: int, address: Address, phone: str) -> bool:
        """False where there is no such address, here and below."""
        ...

    async def retire(self, user_id: int, address_id: int) -> bool:
        """Take it out of the book. It is nobody's default any more."""
        ...

    async def restore(self, user_id: int, address_id: int) -> bool: ...

    async def make_default(self, user_id: int, address_id: int, use: Use) -> None:
        """In the place of the one that was."""
        ...
