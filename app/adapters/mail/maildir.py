"""The development mailbox: mail is written to a Maildir and read in the browser; none leaves the machine."""

import asyncio
import os
import re
import time
from dataclasses import dataclass
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import uuid4

from app.adapters.mail.message import build_letter
from app.ports.mail import MailboxEntry, OutgoingMail, TemporaryMailError

LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class MaildirMailer:
    directory: Path
    sender: str
    """Name <address> that mails come from."""

    async def send(self, mail: OutgoingMail) -> None:
        letter = build_letter(mail, sender=self.sender)
        try:
            await asyncio.to_thread(self._write, letter.content)
        except OSError as error:
            raise TemporaryMailError(f"the mailbox cannot be written: {error.strerror}") from error

    def _write(self, content: bytes) -> None:
        """Whole or not at all: written aside, then moved. The name begins with the time, so names sort by it."""
        for folder in ("tmp", "new", "cur"):
            (self.directory / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns()}.{uuid4().hex}.shop"
        unfinished = self.directory / "tmp" / name
        with unfinished.open("xb") as file:
            file.write(content.replace(b"\r\n", b"\n"))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self.directory / "new" / name)


@dataclass(frozen=True)
class MaildirMailbox:
    directory: Path

    async def latest(self, limit: int) -> tuple[MailboxEntry, ...]:
        return await asyncio.to_thread(lambda: tuple(_read(path) for path in self._letters()[:limit]))

    async def find(self, key: str) -> MailboxEntry | None:
        return await asyncio.to_thread(self._find, key)

    def _find(self, key: str) -> MailboxEntry | None:
        # Compared with the names that are there, never made a path of: the key comes from an address.
        return next((_read(path) for path in self._letters() if path.name == key), None)

    def _letters(self) -> list[Path]:
        """All mails, the latest first."""
        found = [path for folder in ("new", "cur") for path in (self.directory / folder).glob("[0-9]*")]
        return sorted(found, key=lambda path: path.name, reverse=True)


def _read(path: Path) -> MailboxEntry:
    # International addresses stand in the headers as they are, which only the text parser understands.
    message = message_from_string(path.read_text(errors="replace"), _class=EmailMessage, policy=default)
    plain = message.get_body(preferencelist=("plain",))
    text = str(plain.get_content()) if plain else ""
    return MailboxEntry(
        key=path.name,
        sender=str(message["From"]),
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=text,
        links=tuple(dict.fromkeys(link.rstrip(".,;:!?)]") for link in LINK.findall(text))),
    )
