"""One-time codes: stored as keyed hashes, sealed only until their mail has left."""

from dataclasses import dataclass
from typing import Protocol

from app.core.codes import Purpose


@dataclass(frozen=True, slots=True)
class NewCode:
    id: int
    user_id: int
    purpose: Purpose
    code_hash: str
    binding: str | None
    subject: str | None
    sealed: str


@dataclass(frozen=True, slots=True)
class TriedCode:
    """A live code was compared, and the try is counted."""

    id: int
    is_right: bool
    subject: str | None


@dataclass(frozen=True, slots=True)
class WaitingCode:
    """A live code whose mail has not left."""

    id: int
    purpose: Purpose
    sealed: str


class Codes(Protocol):
    """Everything that writes runs in a transaction; every time is judged by the database's clock."""

    async def next_id(self) -> int:
        """The id of a code to be written, which its sealed text is bound to."""
        ...

    async def keep(self, code: NewCode) -> None:
        """Store it in the place of the live one of its user and purpose."""
        ...

    async def note_job(self, code_id: int, job: str) -> None:
        """Which job delivers it."""
        ...

    async def try_code(
        self, user_id: int, purpose: Purpose, *, binding: str | None, hashes: list[str]
    ) -> TriedCode | None:
        """Compare with the live code of this user, purpose and browser: one statement counts the try, judges, and
        uses the code up where it is right. None where no code is live, or none of its tries is left.
        """
        ...

    async def undo_use(self, code_id: int) -> None:
        """A right code that was of no use, because another one beside it was wrong, in the same transaction."""
        ...

    async def is_bound(self, user_id: int, purpose: Purpose, binding: str) -> bool:
        """Whether the latest code of this user and purpose was asked for by this browser."""
        ...

    async def find_subject(self, user_id: int, purpose: Purpose, binding: str) -> str:
        """The subject of the live code that this browser asked for, or nothing."""
        ...

    async def void(self, user_id: int, *purposes: Purpose) -> None:
        """End the live codes of these purposes."""
        ...

    async def find_waiting(self, code_id: int) -> WaitingCode | None:
        """None once it was used, replaced or is over, or its mail has left."""
        ...

    async def sweep(self, limit: int) -> int:
        """Forget up to `limit` codes that were over long ago, and the sealed text of all that are over."""
        ...

    async def wipe(self, code_id: int) -> None:
        """Forget the sealed text."""
        ...
