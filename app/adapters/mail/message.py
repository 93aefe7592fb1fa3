"""A mail as the bytes that travel: a plain and an HTML part, the same bytes every time it is built."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from app.ports.mail import OutgoingMail, PermanentMailError

LONGEST_ADDRESS = 254
LOCAL_PART = re.compile(r"[^\s\x00-\x20\x7f\"(),.:;<>@\[\\\]]+(\.[^\s\x00-\x20\x7f\"(),.:;<>@\[\\\]]+)*")
DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
BREAKING = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode categories that end a line or are no text: controls, surrogates, line and paragraph separators."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The message with its envelope. `international`: an address is not ASCII, so the server must know SMTPUTF8."""

    sender: str
    recipient: str
    content: bytes
    international: bool


def build_letter(mail: OutgoingMail, *, sender: str) -> Letter:
    """The letter from `sender` ("Name <address>" or an address). Raises PermanentMailError on a malformed address.

    Whatever the mail holds, no header but these is made, and none of them more than once.
    """
    name, own_address = parseaddr(sender)
    origin, recipient = _address(own_address, "sender"), _address(mail.recipient, "recipient")
    international = not (origin.addr_spec + recipient.addr_spec).isascii()
    message = EmailMessage(policy=SMTP.clone(utf8=international))
    message["From"] = Address(_one_line(name), origin.username, origin.domain)
    message["To"] = recipient
    message["Subject"] = _one_line(mail.rendered.subject)
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = _one_line(mail.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.rendered.text, cte="quoted-printable")
    message.make_alternative(boundary=hashlib.sha256(mail.message_id.encode()).hexdigest()[:40])
    message.add_alternative(mail.rendered.html, subtype="html", cte="quoted-printable")
    return Letter(origin.addr_spec, recipient.addr_spec, message.as_bytes(), international)


def message_host(sender: str) -> str:
    """The domain that Message-IDs of mails from `sender` end in."""
    return _address(parseaddr(sender)[1], "sender").domain


def _address(text: str, whose: str) -> Address:
    """An address of the everyday form, its domain in ASCII; no quoted names, comments or address literals."""
    local, _, domain = text.rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    # "=?" would be taken for an encoded word by whoever reads the header.
    sound = LOCAL_PART.fullmatch(local) and DOMAIN.fullmatch(domain) and _one_line(local) == local
    if not sound or len(text) > LONGEST_ADDRESS:
        raise PermanentMailError(f"the {whose}'s address is malformed")
    return Address(username=local, domain=domain)


def _one_line(text: str) -> str:
    """`text` as one line of a header, which no reader can take for more than that."""
    plain = "".join(" " if unicodedata.category(character) in BREAKING else character for character in text)
    return " ".join(plain.split()).replace("=?", "= ?")
