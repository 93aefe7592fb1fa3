"""Handing a mail over for delivery."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.core.emails import EmailKind
from app.ports.emails import RenderedEmail


class MailError(Exception):
    """Delivery failed; `reason` is fit for the back office and the log: no address, link or text of the mail."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporaryMailError(MailError):
    """Trying again later may work: no connection, a 4xx answer, a timeout, our own account refused."""


class PermanentMailError(MailError):
    """Trying again will not help: the address or the message was refused."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """The same on every attempt, to the byte: the receiver can drop a repeat by its `message_id`."""

    message_id: str
    recipient: str
    date: datetime
    """When the shop wrote it, timezone-aware."""
    rendered: RenderedEmail
    reply_to: str = ""
    """Who gets the answer, where that is not the sender. Left out of a mail where it is malformed."""
    unsubscribe: str = ""
    """Address of the page that ends mails of this kind; a POST to it ends them at once (RFC 8058)."""


class Mailer(Protocol):
    async def send(self, mail: OutgoingMail) -> None:
        """Deliver or raise TemporaryMailError / PermanentMailError."""
        ...


class MailRenderer(Protocol):
    def render(self, kind: EmailKind, *, locale: str, context: object) -> RenderedEmail:
        """Subject and bodies from templates/emails/<kind>/, in the given locale. The subject is one line."""
        ...


@dataclass(frozen=True, slots=True)
class MailboxEntry:
    """A mail in the development mailbox."""

    key: str
    sender: str
    recipient: str
    subject: str
    date: str
    text: str
    links: tuple[str, ...]


class Mailbox(Protocol):
    """The development mailer's other end."""

    async def latest(self, limit: int) -> tuple[MailboxEntry, ...]: ...

    async def find(self, key: str) -> MailboxEntry | None: ...
