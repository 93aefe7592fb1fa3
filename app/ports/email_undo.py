"""Links that put the address back which an account had before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class NewUndo:
    id: int
    user_id: int
    email: str
    """The address that it puts back."""
    token_hash: str
    sealed: str
    had_second_factor: bool


@dataclass(frozen=True, slots=True)
class Undo:
    id: int
    user_id: int
    email: str
    had_second_factor: bool
    """Before the address was changed."""
    changed_at: datetime


class EmailUndos(Protocol):
    """Everything that writes runs in a transaction; every time is judged by the database's clock."""

    async def next_id(self) -> int:
        """The id of a row to be written, which its sealed token is bound to."""
        ...

    async def keep(self, undo: NewUndo) -> None: ...

    async def find(self, undo_id: int, token_hash: str) -> Undo | None:
        """None where the key is another, or the link was used, ended or is over."""
        ...

    async def use(self, undo_id: int) -> bool:
        """Use it up, once, and with it the links of all changes since."""
        ...

    async def find_waiting(self, undo_id: int) -> tuple[str, str] | None:
        """Address and sealed token of a live link whose mail has not left."""
        ...

    async def wipe(self, undo_id: int) -> None:
        """Forget the sealed token."""
        ...

    async def sweep(self, limit: int) -> int:
        """Forget up to `limit` links that are over."""
        ...
