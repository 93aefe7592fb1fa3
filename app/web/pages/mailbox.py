"""Contexts of the development mailbox."""

from dataclasses import dataclass

from app.ports.mail import MailboxEntry
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """templates/mailbox/index.html"""

    frame: Frame
    mails: tuple[MailboxEntry, ...]


@dataclass(frozen=True, slots=True)
class MailPage:
    """templates/mailbox/show.html; the links of the mail are shown as real links."""

    frame: Frame
    mail: MailboxEntry
