"""Accounts that are to be deleted, and what is erased of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PendingDeletion:
    id: int
    user_id: int
    email: str
    locale: str
    erase_at: datetime


class Deletions(Protocol):
    """Everything that writes runs in a transaction; every time is judged by the database's clock."""

    async def find(self, user_id: int) -> PendingDeletion | None:
        """The one that waits."""
        ...

    async def ask(self, user_id: int, *, locale: str, wait: timedelta) -> tuple[PendingDeletion, bool]:
        """The one that waits, and whether it was only made now."""
        ...

    async def cancel(self, user_id: int) -> bool:
        """False where none waited."""
        ...

    async def has_open_orders(self, user_id: int) -> bool: ...

    async def find_due(self) -> PendingDeletion | None: ...

    async def open_locked(self, deletion: PendingDeletion) -> bool:
        """Whether it still waits and is due; nobody else works on it before the transaction ends."""
        ...

    async def put_off(self, deletion: PendingDeletion, *, by: timedelta) -> None: ...

    async def files_of(self, user_id: int) -> Sequence[str]:
        """Keys of everything of this person that lies among the files."""
        ...

    async def erase(self, deletion: PendingDeletion) -> None:
        """Nothing personal stays in any table; what the books need stays without a person."""
        ...

    async def erase_unproven(self, user_id: int) -> bool:
        """The same for a customer's account whose address nobody has proven, and that was never of use to anybody.

        What is known by its address alone stays: it may be somebody else's. False where there is no such account.
        """
        ...

    async def find_unproven(self, *, older: timedelta, limit: int) -> Sequence[int]:
        """Such accounts that were begun so long ago, and that no code was sent for in the last day."""
        ...

    async def forget_mail(self, data: Mapping[str, object]) -> None:
        """Wipe the last mail to somebody, once it has left."""
        ...
