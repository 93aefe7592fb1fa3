"""Mailers against what they really talk to: an SMTP server, and a Maildir on disk."""

import asyncio
import mailbox
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from app.adapters.mail import smtp
from app.adapters.mail.maildir import MaildirMailbox, MaildirMailer
from app.adapters.mail.message import build_letter
from app.adapters.mail.smtp import SmtpMailer
from app.ports.emails import RenderedEmail
from app.ports.mail import Mailer, OutgoingMail, PermanentMailError, TemporaryMailError
from tests.smtp import SmtpServer, make_certificate, smtp_server

SENDER = "Exclusive <orders@shop.example>"
TEXT = "Thank you, Bo!\n\n.\nFrom Füssen: see https://shop.example/orders/A1?key=abc.\nand (https://shop.example/)\n"
MAIL = OutgoingMail(
    message_id="<email-1-0123456789abcdef@shop.example>",
    recipient="bo@buyer.example",
    date=datetime(2026, 11, 24, 12, tzinfo=UTC),
    rendered=RenderedEmail("Your order A1 – thank you", TEXT, "<p>Thank <b>you</b>, Bo €</p>"),
)


@dataclass
class Outbound:
    """A mailer and a way to read what reached the other end."""

    mailer: Mailer
    arrived: Callable[[], Awaitable[list[bytes]]]


@asynccontextmanager
async def over_smtp(folder: Path) -> AsyncIterator[Outbound]:
    async def arrived() -> list[bytes]:
        return [mail.content for mail in server.received]

    async with smtp_server() as server:
        yield Outbound(SmtpMailer(server.url, sender=SENDER, seconds=5), arrived)


@asynccontextmanager
async def into_maildir(folder: Path) -> AsyncIterator[Outbound]:
    async def arrived() -> list[bytes]:
        found = mailbox.Maildir(folder / "mail")
        return [found.get_bytes(key) for key in sorted(found.keys())]

    yield Outbound(MaildirMailer(folder / "mail", sender=SENDER), arrived)


@pytest.fixture(params=[over_smtp, into_maildir])
async def outbound(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Outbound]:
    async with request.param(tmp_path) as found:
        yield found


async def test_a_mail_arrives_whole(outbound: Outbound) -> None:
    await outbound.mailer.send(MAIL)
    (content,) = await outbound.arrived()
    message = message_from_bytes(content, _class=EmailMessage, policy=default)
    assert message["From"] == SENDER
    assert message["To"] == MAIL.recipient
    assert message["Subject"] == MAIL.rendered.subject
    assert message["Message-ID"] == MAIL.message_id
    assert message["Date"].datetime == MAIL.date
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == TEXT
    assert html.get_content_type() == "text/html"
    assert html.get_content().strip() == MAIL.rendered.html


async def test_a_repeat_is_the_same_to_the_byte(outbound: Outbound) -> None:
    await outbound.mailer.send(MAIL)
    await outbound.mailer.send(MAIL)
    first, second = await outbound.arrived()
    assert first == second


async def test_many_at_once_all_arrive(outbound: Outbound) -> None:
    mails = [replace(MAIL, message_id=f"<email-{number}-ab@shop.example>") for number in range(40)]
    await asyncio.gather(*(outbound.mailer.send(mail) for mail in mails))
    arrived = {str(message_from_bytes(content)["Message-ID"]).strip() for content in await outbound.arrived()}
    assert arrived == {mail.message_id for mail in mails}


@pytest.mark.parametrize(
    "recipient", ["", "bo", "bo@buyer.example\r\nBcc: eve@evil.example", "a@x.example, b@x.example"]
)
async def test_a_malformed_recipient_is_refused_for_good(outbound: Outbound, recipient: str) -> None:
    with pytest.raises(PermanentMailError):
        await outbound.mailer.send(replace(MAIL, recipient=recipient))
    assert await outbound.arrived() == []


async def test_an_international_recipient_is_reached(outbound: Outbound) -> None:
    await outbound.mailer.send(replace(MAIL, recipient="用户@bücher.example"))
    (content,) = await outbound.arrived()
    assert "用户@xn--bcher-kva.example".encode() in content


# The development mailbox


async def test_the_mailbox_shows_the_latest_first_with_its_links(tmp_path: Path) -> None:
    mailer, box = MaildirMailer(tmp_path, sender=SENDER), MaildirMailbox(tmp_path)
    assert await box.latest(10) == ()
    for number in range(3):
        await mailer.send(replace(MAIL, rendered=replace(MAIL.rendered, subject=f"Mail {number}")))
    assert [mail.subject for mail in await box.latest(2)] == ["Mail 2", "Mail 1"]
    mail = (await box.latest(1))[0]
    assert (mail.sender, mail.recipient) == (SENDER, MAIL.recipient)
    assert mail.text.splitlines() == TEXT.splitlines()
    assert mail.links == ("https://shop.example/orders/A1?key=abc", "https://shop.example/")
    assert await box.find(mail.key) == mail


@pytest.mark.parametrize("key", ["", ".", "..", "../secret", "/etc/passwd", "new", "nothing", "\x00"])
async def test_a_key_opens_mails_only(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text("Subject: not a mail")
    await MaildirMailer(tmp_path / "box", sender=SENDER).send(MAIL)
    assert await MaildirMailbox(tmp_path / "box").find(key) is None


async def test_a_mailbox_that_cannot_be_written_is_a_temporary_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TemporaryMailError, match="cannot be written"):
        await MaildirMailer(tmp_path / "file", sender=SENDER).send(MAIL)


async def test_a_mail_program_is_told_how_to_end_mails_of_a_kind(outbound: Outbound) -> None:
    url = "https://shop.example/newsletter/unsubscription?id=7&key=" + "k" * 40
    await outbound.mailer.send(replace(MAIL, unsubscribe=url))
    (content,) = await outbound.arrived()
    message = message_from_bytes(content, _class=EmailMessage, policy=default)
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert max(map(len, content.partition(b"MIME-Version")[0].splitlines())) <= 160


@pytest.mark.parametrize(
    ("url", "once"),
    [
        ("", None),
        ("http://shop.example/end?id=7", False),  # one click is for https alone, says RFC 8058
        ("https://shop.example/a>\r\nBcc: all@shop.example", None),
        ("https://shop.example/a b", None),
        ("mailto:list@shop.example", None),
    ],
)
def test_no_other_address_is_offered_and_none_for_one_click_that_is_not_safe(url: str, once: bool | None) -> None:
    letter = build_letter(replace(MAIL, unsubscribe=url), sender=SENDER)
    message = message_from_bytes(letter.content, _class=EmailMessage, policy=default)
    assert (message["List-Unsubscribe"] is not None) is (once is not None)
    assert (message["List-Unsubscribe-Post"] is not None) is bool(once)
    assert message["Bcc"] is None


# SMTP alone: what the server says, and what can go wrong on the way


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with smtp_server() as found:
        yield found


def mailer_for(server: SmtpServer, *, seconds: float = 5, url: str = "") -> SmtpMailer:
    return SmtpMailer(url or server.url, sender=SENDER, seconds=seconds)


async def test_the_envelope_names_the_sender_and_the_one_recipient(server: SmtpServer) -> None:
    await mailer_for(server).send(MAIL)
    assert (server.received[0].sender, server.received[0].recipient) == ("orders@shop.example", MAIL.recipient)


@pytest.mark.parametrize("where", ["answer_recipient", "answer_data"])
@pytest.mark.parametrize(("answer", "kind"), [("451 try later", TemporaryMailError), ("550 never", PermanentMailError)])
async def test_the_server_says_whether_it_is_for_good(
    server: SmtpServer, where: str, answer: str, kind: type[Exception]
) -> None:
    setattr(server, where, answer)
    with pytest.raises(kind) as caught:
        await mailer_for(server).send(MAIL)
    assert answer in str(caught.value)


async def test_a_reason_quotes_neither_address_nor_link(server: SmtpServer) -> None:
    server.answer_data = "550 <bo@buyer.example> spam: https://shop.example/orders/A1?key=abc is listed " + "x" * 400
    with pytest.raises(PermanentMailError) as caught:
        await mailer_for(server).send(MAIL)
    assert "listed" in caught.value.reason
    assert "buyer" not in caught.value.reason and "key" not in caught.value.reason and len(caught.value.reason) <= 300


async def test_a_server_that_is_not_there_is_a_temporary_fault(unused_tcp_port: int) -> None:
    with pytest.raises(TemporaryMailError, match="cannot be used"):
        await SmtpMailer(f"smtp://127.0.0.1:{unused_tcp_port}", sender=SENDER, seconds=5).send(MAIL)


async def test_a_host_that_does_not_exist_is_a_temporary_fault() -> None:
    with pytest.raises(TemporaryMailError):
        await SmtpMailer("smtp://no-such-host.invalid", sender=SENDER, seconds=5).send(MAIL)


async def test_a_mail_takes_no_longer_than_it_may(server: SmtpServer) -> None:
    server.seconds = 30
    began = time.monotonic()
    with pytest.raises(TemporaryMailError, match="in time"):
        await mailer_for(server, seconds=0.3).send(MAIL)
    assert time.monotonic() - began < 3


async def test_a_server_that_says_nothing_is_a_temporary_fault() -> None:
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(30), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(TemporaryMailError, match="in time"):
        await SmtpMailer(f"smtp://127.0.0.1:{port}", sender=SENDER, seconds=0.3).send(MAIL)
    silent.close()


async def test_an_accepted_mail_is_sent_even_if_the_goodbye_fails(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def handle_QUIT(*_: object) -> str:
        await asyncio.sleep(30)
        return "221 Bye"

    monkeypatch.setattr(server, "handle_QUIT", handle_QUIT, raising=False)
    await mailer_for(server).send(MAIL)
    assert len(server.received) == 1


async def test_without_smtputf8_an_international_recipient_is_refused_for_good() -> None:
    async with smtp_server(enable_SMTPUTF8=False) as server:
        with pytest.raises(PermanentMailError, match="international"):
            await mailer_for(server).send(replace(MAIL, recipient="用户@buyer.example"))


# TLS and credentials


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"), "127.0.0.1")


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the server were another machine."""
    monkeypatch.setattr(smtp, "_is_this_machine", lambda host: False)


async def test_smtps_checks_the_certificate(tls: ssl.SSLContext, trusted: None) -> None:
    async with smtp_server(tls=tls) as server:
        await mailer_for(server, url=server.url.replace("smtp:", "smtps:")).send(MAIL)
        assert len(server.received) == 1


async def test_smtps_to_a_stranger_is_a_temporary_fault(tls: ssl.SSLContext) -> None:
    async with smtp_server(tls=tls) as server:
        with pytest.raises(TemporaryMailError):
            await mailer_for(server, url=server.url.replace("smtp:", "smtps:")).send(MAIL)
        assert server.received == []


async def test_a_relay_that_offers_tls_gets_it_whatever_its_certificate(tls: ssl.SSLContext) -> None:
    async with smtp_server(starttls=tls) as server:
        await mailer_for(server).send(MAIL)
        assert server.received[0].over_tls


def with_login(server: SmtpServer, password: str = "right") -> str:
    return server.url.replace("//", f"//shop%40shop.example:{password}@")


async def test_credentials_travel_over_checked_tls(tls: ssl.SSLContext, trusted: None, elsewhere: None) -> None:
    async with smtp_server(starttls=tls) as server:
        server.password = "p@ss:/word"
        await mailer_for(server, url=with_login(server, "p%40ss%3A%2Fword")).send(MAIL)
        assert server.received[0].over_tls


async def test_credentials_are_not_told_to_a_stranger(tls: ssl.SSLContext, elsewhere: None) -> None:
    async with smtp_server(starttls=tls) as server:
        with pytest.raises(TemporaryMailError):
            await mailer_for(server, url=with_login(server)).send(MAIL)


async def test_credentials_do_not_travel_in_the_clear(elsewhere: None) -> None:
    async with smtp_server(auth_require_tls=False) as server:
        with pytest.raises(TemporaryMailError, match="STARTTLS"):
            await mailer_for(server, url=with_login(server)).send(MAIL)
        assert server.received == []


async def test_credentials_may_reach_this_machine_in_the_clear() -> None:
    async with smtp_server(auth_require_tls=False) as server:
        await mailer_for(server, url=with_login(server)).send(MAIL)
        assert len(server.received) == 1


async def test_a_wrong_password_is_temporary_since_people_put_it_right(tls: ssl.SSLContext) -> None:
    async with smtp_server(starttls=tls) as server:
        with pytest.raises(TemporaryMailError) as caught:
            await mailer_for(server, url=with_login(server, "wrong")).send(MAIL)
        assert "535" in caught.value.reason and "wrong" not in caught.value.reason
