"""Secrets the shop must be able to read again, sealed for the one place they are stored in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text is stored. What was sealed for one place opens in no other.

    A new row has no id yet: take `nextval` of its sequence first and insert with that.
    """

    table: str
    column: str
    row: int


class VaultError(Exception):
    """A sealed text does not open. Says why, never what was inside."""


class UnknownKey(VaultError):
    """It was sealed with a key that is no longer in the ring."""


class Damaged(VaultError):
    """It was cut, altered, or sealed for another place."""


class Vault(Protocol):
    def seal(self, plain: str, place: Place) -> str:
        """Ciphertext for `place` only, under the ring's first key; each call gives another text."""
        ...

    def open(self, sealed: str, place: Place) -> str:
        """What was sealed for `place`. Raises UnknownKey, Damaged."""
        ...

    @property
    def writes_with(self) -> str:
        """Id of the key that seals; each text it sealed begins with this and a dot."""
        ...


@dataclass(frozen=True, slots=True)
class SealedRow:
    place: Place
    sealed: str


class SealedColumns(Protocol):
    """Every column that holds sealed texts, for the change of keys."""

    def columns(self) -> Sequence[tuple[str, str]]:
        """(table, column) of each."""
        ...

    async def count_stale(self, table: str, column: str, *, key: str) -> int:
        """Rows that are sealed with another key than `key`."""
        ...

    async def find_stale(self, table: str, column: str, *, key: str, after: int, limit: int) -> Sequence[SealedRow]:
        """The next of them by id, from the one `after`."""
        ...

    async def replace(self, row: SealedRow, sealed: str) -> bool:
        """Store `sealed` where the row still holds what was read; False when somebody has changed it since."""
        ...
