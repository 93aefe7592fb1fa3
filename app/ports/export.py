"""Copies of personal data: what is asked for, how far it is, and where everything about a person is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.core.export import ExportState


@dataclass(frozen=True, slots=True)
class ExportView:
    """The latest copy somebody has asked for. `is_there` says whether it can be fetched at this moment."""

    id: int
    state: ExportState
    parts_done: int
    parts: int
    size: int
    asked_at: datetime
    expires_at: datetime | None
    is_there: bool


@dataclass(frozen=True, slots=True)
class ClaimedExport:
    """`attempt` counts from 1; whoever claims later has a higher one."""

    id: int
    user_id: int
    locale: str
    attempt: int


class Exports(Protocol):
    """Everything that writes runs in a transaction; every time is judged by the database's clock."""

    async def ask(self, user_id: int, *, locale: str) -> tuple[int, int]:
        """The id of the copy that is being made for this user, a new one if there is none, and its next attempt."""
        ...

    async def find_latest(self, user_id: int) -> ExportView | None: ...

    async def find_file(self, user_id: int) -> str:
        """The key of the file that lies ready for this user and has not expired; "" where there is none."""
        ...

    async def claim(self, export_id: int, *, lease: timedelta) -> ClaimedExport | None:
        """The copy if it waits and nobody works on it."""
        ...

    async def find_due(self, limit: int) -> Sequence[int]:
        """Copies that wait and that nobody works on."""
        ...

    async def note_progress(self, export: ClaimedExport, *, done: int, parts: int) -> bool:
        """False, here and below, where another process has taken it since, or it is over."""
        ...

    async def finish(self, export: ClaimedExport, *, key: str, size: int, kept: timedelta) -> bool: ...

    async def fail(self, export: ClaimedExport) -> bool: ...

    async def take_expired(self, limit: int) -> Sequence[str]:
        """End copies whose time is over, and those that a newer one has taken the place of; returns their keys."""
        ...


class PersonalData(Protocol):
    """All that is kept about a person, part by part, and nothing that opens anything."""

    @property
    def parts(self) -> Sequence[str]: ...

    async def read(self, part: str, user_id: int) -> Sequence[Mapping[str, object]]:
        """The rows of one part, each with the same names."""
        ...
