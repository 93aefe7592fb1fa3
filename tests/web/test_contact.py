"""The contact form: to the shop and nobody else, with everything wrong told at once, and not too often."""

from typing import Any

import asyncpg
import pytest

from app.bootstrap import Shop
from app.core.throttle import CONTACT_FROM
from tests.services.conftest import Post
from tests.web.conftest import NewVisitor, Visitor

FORM = {
    "topic": "order",
    "order_number": "4f7k2mq",
    "name": "Ada Lovelace",
    "email": "ada@shop.example",
    "message": "Where is it?\nI am curious.",
    "website": "",
}


async def queued(superuser: asyncpg.Connection) -> list[asyncpg.Record]:
    return list(await superuser.fetch("SELECT kind, recipient_email, data::text, locale FROM email ORDER BY id"))


async def test_a_message_goes_to_the_shop(
    either: Visitor, shop: Shop, post: Post, superuser: asyncpg.Connection
) -> None:
    answer = await either.post("/de/contact", FORM)
    if either.htmx:
        assert answer.status == 200 and 'id="contact"' in answer.text and "<form" not in answer.text
    else:
        assert (answer.status, answer.response.headers["location"]) == (303, "/de/contact")
        assert 'class="flash success"' in (await either.get("/de/contact")).text
    rows = await queued(superuser)
    assert [(row["kind"], row["recipient_email"], row["locale"]) for row in rows] == [
        ("contact_message", "orders@exclusive.example", "en_US")
    ]
    await shop.services.emails.sweep()
    mail = post.sent[-1]
    assert mail.recipient == "orders@exclusive.example"
    assert mail.rendered.subject == "Contact: An order, from Ada Lovelace"
    for word in ("4F7K2MQ", "I am curious.", "ada@shop.example"):
        assert word in mail.rendered.text


async def test_everything_wrong_is_told_at_once_and_nothing_typed_is_lost(
    either: Visitor, superuser: asyncpg.Connection
) -> None:
    wrong = {"topic": "gossip", "name": " ", "email": "ada@", "message": "", "order_number": "x" * 30}
    answer = await either.post("/contact", wrong)
    assert answer.status == 422
    for field in wrong:
        assert f'href="#{field}"' in answer.text and f'id="{field}-error"' in answer.text
    assert answer.form("/contact")["email"] == "ada@" and answer.form("/contact")["order_number"] == "x" * 30
    assert ("<!doctype" in answer.text) != either.htmx
    assert await queued(superuser) == []


async def test_what_is_typed_is_text_and_no_mark_up(visitor: Visitor, engine: Any) -> None:
    answer = await visitor.post(
        "/contact", FORM | {"name": "<script>x</script>", "email": '"><b>', "message": "</textarea>"}
    )
    assert answer.status == 422 and "<script>x" not in answer.text and '"><b>' not in answer.text
    assert answer.fields["message"].strip() == "</textarea>"


async def test_a_name_starts_no_header(visitor: Visitor, shop: Shop, post: Post, engine: Any) -> None:
    await visitor.post("/contact", FORM | {"name": "Ada\r\nBcc: all@evil.example"})
    await shop.services.emails.sweep()
    mail = post.sent[-1]
    assert mail.recipient == "orders@exclusive.example"
    assert mail.rendered.subject.endswith("Ada Bcc: all@evil.example")


async def test_programs_that_fill_in_everything_are_asked_again(either: Visitor, superuser: asyncpg.Connection) -> None:
    answer = await either.post("/contact", FORM | {"website": "https://spam.example"})
    assert answer.status == 422 and "hidden field" in answer.words and answer.fields["name"] == "Ada Lovelace"
    assert answer.fields["website"] == ""
    assert await queued(superuser) == []


async def test_too_many_messages_are_told_to_wait(either: Visitor, superuser: asyncpg.Connection) -> None:
    for number in range(CONTACT_FROM.most):
        assert (await either.post("/contact", FORM | {"email": f"a{number}@shop.example"})).status in (200, 303)
    answer = await either.post("/contact", FORM | {"email": "last@shop.example"})
    assert answer.status == 429 and 0 < int(answer.response.headers["retry-after"]) <= 3600
    assert answer.form("/contact")["email"] == "last@shop.example" and "Wait 60 minutes" in answer.words
    assert len(await queued(superuser)) == CONTACT_FROM.most


async def test_an_address_cannot_be_written_from_everywhere(
    new_visitor: NewVisitor, settings: Any, superuser: asyncpg.Connection
) -> None:
    """X-Forwarded-For is nobody's say without a trusted proxy, so both limits hold for this one place."""
    stranger = new_visitor()
    for number in range(CONTACT_FROM.most):
        await stranger.post("/contact", FORM, headers={"x-forwarded-for": f"203.0.113.{number}"})
    refused = await stranger.post("/contact", FORM, headers={"x-forwarded-for": "203.0.113.99"})
    assert refused.status == 429


@pytest.mark.parametrize(
    "query", ["?topic=return&order=4F7K2MQ", "?topic=%00%22%3E&order=%22%3E%3Cb%3E", "?topic=" + "x" * 5000]
)
async def test_the_form_can_be_filled_in_beforehand(query: str, visitor: Visitor, engine: Any) -> None:
    page = await visitor.get("/contact" + query)
    assert page.status == 200 and '"><b>' not in page.text
    if "return" in query:
        assert page.fields["topic"] == "return" and page.fields["order_number"] == "4F7K2MQ"
