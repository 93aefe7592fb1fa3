"""Mail over SMTP, one connection per mail."""

import asyncio
import re
import ssl
from contextlib import suppress
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from app.adapters.mail.message import Letter, build_letter, message_host
from app.ports.mail import MailError, OutgoingMail, PermanentMailError, TemporaryMailError

LONGEST_REASON = 300
GOODBYE_SECONDS = 0.5
PRIVATE = re.compile(r"\S+@\S+|https?://\S+")
"""What a server's answer may quote and no log or back office needs: addresses, and links with their keys."""


class SmtpMailer:
    """smtps, and whatever carries credentials off this machine, is TLS with a checked certificate, or does not happen.

    Elsewhere TLS is used where it is offered, unchecked, which is still better than plain text.
    """

    def __init__(self, url: str, *, sender: str, seconds: float) -> None:
        """`url` is smtp://user:password@host:port or smtps://..., user and password percent-encoded.

        `sender` is the "Name <address>" that mails come from; `seconds` is what one mail may take in all.
        """
        parts = urlsplit(url)
        self._sender = sender
        self._seconds = seconds
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._tls else 587 if parts.username else 25)
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def send(self, mail: OutgoingMail) -> None:
        letter = build_letter(mail, sender=self._sender)
        client = self._client()
        try:
            async with asyncio.timeout(self._seconds):
                await client.connect()
                await _hand_over(client, letter)
        except (SMTPException, OSError, ValueError) as error:
            raise _as_mail_error(error) from error
        else:
            # The mail is accepted: nothing that goes wrong from here on may send it again.
            with suppress(Exception):
                await client.quit(timeout=GOODBYE_SECONDS)
        finally:
            client.close()

    def _client(self) -> SMTP:
        return SMTP(
            hostname=self._host,
            port=self._port,
            # Looking up this machine's own name can take seconds where there is no name server.
            local_hostname=message_host(self._sender),
            username=self._username,
            password=self._password,
            timeout=self._seconds,
            use_tls=self._tls,
            start_tls=False if self._tls else True if self._is_checked else None,
            tls_context=self._tls_context,
        )

    @property
    def _is_checked(self) -> bool:
        return self._tls or (self._username is not None and not _is_this_machine(self._host))

    @cached_property
    def _tls_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self._is_checked:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


async def _hand_over(client: SMTP, letter: Letter) -> None:
    options = ["SMTPUTF8", "BODY=8BITMIME"] if letter.international else []
    await client.sendmail(letter.sender, [letter.recipient], letter.content, mail_options=options)


def _as_mail_error(error: Exception) -> MailError:
    """Permanent only where the server refused this address or this text for good.

    A refused password, sender or connection would be refused for every mail, and is put right by people.
    """
    match error:
        case SMTPRecipientsRefused(recipients=[refused, *_]):
            return _refusal("the recipient was refused", refused)
        case SMTPDataError():
            return _refusal("the message was refused", error)
        case SMTPResponseException():
            return TemporaryMailError(_reason("the mail server refused the shop", error))
        case SMTPNotSupported():
            return PermanentMailError("the mail server takes no international addresses")
        case TimeoutError():
            return TemporaryMailError("the mail server did not answer in time")
    return TemporaryMailError(_reason("the mail server cannot be used", error))


def _refusal(what: str, error: SMTPResponseException) -> MailError:
    kind = PermanentMailError if error.code >= 500 else TemporaryMailError
    return kind(_reason(what, error))


def _reason(what: str, error: Exception) -> str:
    """What went wrong, with the server's own words, less what it may quote from the mail."""
    words = f"{error.code} {error.message}" if isinstance(error, SMTPResponseException) else str(error)
    words = PRIVATE.sub("...", " ".join(words.split()))
    return f"{what}: {words}"[:LONGEST_REASON]


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
