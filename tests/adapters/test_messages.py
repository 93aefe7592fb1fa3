"""No text that anybody typed can make a header, a recipient or a command."""

import re
from datetime import UTC, datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.adapters.mail.message import build_letter, message_host
from app.ports.emails import RenderedEmail
from app.ports.mail import OutgoingMail, PermanentMailError

SENDER = "Exclusive <orders@shop.example>"
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]
storable = st.text(st.characters(exclude_categories=["Cs"]))
"""What a database can hold; the mail's text comes from there."""
BREAKING = ["\r", "\n", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\ud800", " ", "\t", "\r\n.\r\n"]
MEANINGFUL = ["=?utf-8?q?=0D=0A?=", "Bcc: eve@evil.example", *'<>",;:@\\().', "é", "😀", "a"]
nasty = st.lists(st.sampled_from(BREAKING + MEANINGFUL), max_size=12).map("".join)


def outgoing(
    *, recipient: str = "bo@buyer.example", subject: str = "Hi", text: str = "text", html: str = "<p>x</p>"
) -> OutgoingMail:
    return OutgoingMail(
        "<email-1-0123456789abcdef@shop.example>",
        recipient,
        datetime(2026, 11, 24, 12, tzinfo=UTC),
        RenderedEmail(subject, text, html),
    )


def parsed(content: bytes) -> EmailMessage:
    return message_from_string(content.decode(), _class=EmailMessage, policy=default)


@given(subject=st.one_of(st.text(), nasty), text=storable, html=storable)
@example(subject="Order\r\nBcc: eve@evil.example", text="", html="")
@example(subject="=?utf-8?q?Order=0D=0ABcc:_eve@evil.example?=", text="", html="")
@example(subject="x" * 2000, text="y" * 2000, html="")
def test_a_subject_stays_one_header_and_text_stays_text(subject: str, text: str, html: str) -> None:
    letter = build_letter(outgoing(subject=subject, text=text, html=html), sender=SENDER)
    message = parsed(letter.content)
    assert message.keys() == HEADERS
    assert [message["From"].addresses[0].addr_spec, str(message["To"])] == ["orders@shop.example", "bo@buyer.example"]
    assert "\r" not in message["Subject"] and "\n" not in message["Subject"]
    assert [lines(part.get_content()) for part in message.iter_parts()] == [lines(text), lines(html)]
    assert all(len(line) <= 998 for line in letter.content.split(b"\r\n"))
    assert not re.search(rb"[^\r]\n|\r[^\n]", letter.content), "line ends are CRLF throughout"


@given(subject=st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_a_subject_of_plain_text_arrives_as_it_was(subject: str) -> None:
    received = parsed(build_letter(outgoing(subject=subject), sender=SENDER).content)["Subject"]
    assert " ".join(received.split()) == " ".join(subject.split()).replace("=?", "= ?")


@given(
    recipient=st.one_of(
        st.text(), nasty, nasty.map(lambda text: f"bo@{text}"), nasty.map(lambda text: f"{text}@a.example")
    )
)
@example(recipient="bo@buyer.example\r\nBcc: eve@evil.example")
@example(recipient="bo@buyer.example> SIZE=1")
@example(recipient="bo@buyer.example, eve@evil.example")
@example(recipient="Bo <bo@buyer.example>")
@example(recipient='"bo\r\nRCPT TO:<eve@evil.example>"@buyer.example')
def test_a_recipient_is_one_address_or_refused(recipient: str) -> None:
    try:
        letter = build_letter(outgoing(recipient=recipient), sender=SENDER)
    except PermanentMailError as error:
        assert error.reason == "the recipient's address is malformed"
        return
    message = parsed(letter.content)
    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == [letter.recipient]
    assert letter.recipient.count("@") == 1 and not re.search(r"[\s<>,;\x00-\x1f]", letter.recipient)
    assert letter.recipient.partition("@")[0] == recipient.partition("@")[0]


@pytest.mark.parametrize(
    "recipient",
    [
        "bo.o'buyer+tag@mail.buyer.example",
        "用户@buyer.example",
        "bo@bücher.example",
        "BO_1@X1.EXAMPLE",
        "o" * 64 + "@buyer.example",
    ],
)
def test_everyday_addresses_are_taken(recipient: str) -> None:
    letter = build_letter(outgoing(recipient=recipient), sender=SENDER)
    assert letter.international is (not recipient.partition("@")[0].isascii())
    assert letter.recipient.isascii() or letter.international


@pytest.mark.parametrize(
    "recipient", ["", "bo", "@buyer.example", "bo@", "a@b@c.example", "bo@-x.example", "o" * 250 + "@x.example"]
)
def test_malformed_addresses_are_refused_for_good(recipient: str) -> None:
    with pytest.raises(PermanentMailError):
        build_letter(outgoing(recipient=recipient), sender=SENDER)


def test_every_attempt_sends_the_same_bytes() -> None:
    assert build_letter(outgoing(), sender=SENDER) == build_letter(outgoing(), sender=SENDER)


def test_message_ids_end_in_the_domain_of_the_sender() -> None:
    assert message_host("Exclusive <orders@Läden.example>") == "xn--lden-loa.example"
    assert message_host("orders@shop.example") == "shop.example"


@pytest.mark.parametrize("sender", ["", "Exclusive", "Örders@shop.example", "a@b@shop.example", "orders@"])
def test_a_sender_nobody_could_answer_is_refused(sender: str) -> None:
    with pytest.raises(PermanentMailError):
        message_host(sender)


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("orders@shop.example", ""),
        ("Exclusive <orders@shop.example>", "Exclusive"),
        ("Läden & Söhne <orders@shop.example>", "Läden & Söhne"),
        ('"Ex \\"clusive\\", Inc." <orders@shop.example>', 'Ex "clusive", Inc.'),
    ],
)
def test_the_sender_may_have_a_name(sender: str, name: str) -> None:
    (address,) = parsed(build_letter(outgoing(), sender=sender).content)["From"].addresses
    assert (address.display_name, address.addr_spec) == (name, "orders@shop.example")


def lines(text: str) -> list[str]:
    """The lines of a text; mail has one kind of line end, and one after the last line too."""
    found = re.split("\r\n|\r|\n", text)
    return found if found[-1] or len(found) == 1 else found[:-1]
