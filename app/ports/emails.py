"""The outbox: mails are rows first, the queue is only a hint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.core.emails import EmailKind


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class ClaimedEmail:
    """A mail this process may send until its lease ends. `rendered` is kept from the first attempt, without keys."""

    id: int
    kind: EmailKind
    recipient: str
    locale: str
    data: Mapping[str, object]
    attempt: int
    message_id: str
    queued_at: datetime
    age: timedelta
    """Since it was queued, by the database's clock."""
    rendered: RenderedEmail | None
    repeated: bool
    """The attempt before ended without an outcome: the receiver may get this mail twice, under one Message-ID."""


@dataclass(frozen=True, slots=True)
class DueEmail:
    id: int
    attempt: int
    """Number of the attempt that comes next, 1 for the first."""


class Emails(Protocol):
    """Everything that writes runs in a transaction; every time is judged by the database's clock."""

    async def queue(
        self,
        *,
        kind: EmailKind,
        recipient: str,
        locale: str,
        data: Mapping[str, object],
        order_id: int | None,
        user_id: int | None = None,
    ) -> DueEmail:
        """Write the row; it leaves after commit, or by the sweeper."""
        ...

    async def claim(self, email_id: int, *, lease: timedelta, message_host: str) -> ClaimedEmail | None:
        """Take the mail for one attempt, or None when it is sent, failed, not due, or another process has it.

        The first claim gives it a Message-ID that ends in `message_host`.
        """
        ...

    async def keep_rendered(self, email_id: int, rendered: RenderedEmail) -> None:
        """Store what the first attempt rendered, so that every later attempt sends the same bytes.

        Keys of links are hidden in it by then (core.emails).
        """
        ...

    async def mark_sent(self, email_id: int, *, attempt: int) -> bool:
        """Record the outcome of `attempt`. False, here and below, when another process has taken the mail since."""
        ...

    async def mark_retry(self, email_id: int, *, attempt: int, wait: timedelta, reason: str) -> bool: ...

    async def mark_failed(self, email_id: int, *, attempt: int, reason: str) -> bool: ...

    async def find_due(self, limit: int, *, after: int = 0) -> Sequence[DueEmail]:
        """Mails whose time has come or whose lease ran out, by id from the one `after`. They stay due until claimed."""
        ...
