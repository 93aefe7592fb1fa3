"""A real SMTP server for tests, in the test's own event loop."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Received:
    message_id: str
    recipient: str
    sender: str
    content: bytes
    over_tls: bool


@dataclass
class SmtpServer:
    """What it answers can be changed at any time; a mail counts as received once its last byte is here."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answer_recipient: str = "250 OK"
    answer_data: str = "250 OK"
    seconds: float = 0.0
    """Between the last byte of a mail and the answer to it."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    password: str = "right"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message_id = str(message_from_bytes(envelope.content)["Message-ID"]).strip()
        answer = self.answer_data
        if answer.startswith("250"):
            self.received.append(
                Received(
                    message_id, envelope.rcpt_tos[0], str(envelope.mail_from), envelope.content, session.ssl is not None
                )
            )
        self.arrived.set()
        await asyncio.sleep(self.seconds)
        return answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        sound = isinstance(data, LoginPassword) and data.password == self.password.encode()
        return AuthResult(success=sound, handled=False)


@asynccontextmanager
async def smtp_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[SmtpServer]:
    """A server on a free port of 127.0.0.1: with TLS from the first byte, with STARTTLS, or plain."""
    handler = SmtpServer()
    asked = {"hostname": "mx.test", "enable_SMTPUTF8": True, "authenticator": handler.authenticate, **options}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, tls_context=starttls, **asked), "127.0.0.1", 0, ssl=tls
    )
    handler.port = server.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        server.close()
        await server.wait_closed()


def make_certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """A certificate for an IP address, signed by itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "cert.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate_file, key_file
