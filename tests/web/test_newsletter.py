"""The newsletter: confirmed by a mail, ended by a link, and silent about who is on the list."""

import re
from typing import Any

import asyncpg
import pytest

from app.bootstrap import Shop
from app.core.throttle import NEWSLETTER_FROM
from tests.web.conftest import ORIGIN, Page, Visitor

EMAIL = "ada@shop.example"


async def state(superuser: asyncpg.Connection, email: str = EMAIL) -> str | None:
    return await superuser.fetchval(  # type: ignore[no-any-return]
        "SELECT state FROM newsletter_subscription WHERE lower(email) = lower($1)", email
    )


async def mailed_links(shop: Shop) -> list[str]:
    return [link.removeprefix(ORIGIN) for link in await links_in_the_mail(shop) if "/newsletter/" in link]


async def links_in_the_mail(shop: Shop) -> list[str]:
    """Those of the mail that was sent last."""
    await shop.services.emails.sweep()
    mailer: Any = shop.services.emails.mailer
    return list(dict.fromkeys(re.findall(r"https?://[^\s<>\"]+", mailer.sent[-1].rendered.text)))


async def press(visitor: Visitor, page: Page, step: str) -> Page:
    action = next(target for target, _ in page._parser.forms if target.endswith(f"/newsletter/{step}"))
    return await visitor.post(action, page.form(action))


async def test_asking_mails_a_link_and_promises_nothing_yet(
    either: Visitor, shop: Shop, superuser: asyncpg.Connection
) -> None:
    answer = await either.post("/newsletter", {"email": EMAIL, "return_to": "/about?x=1"})
    if either.htmx:
        assert answer.status == 200 and 'id="newsletter"' in answer.text and "Almost done" in answer.words
    else:
        assert (answer.status, answer.response.headers["location"]) == (303, "/about?x=1")
        assert "Almost done" in (await either.get("/about")).words
    assert await state(superuser) == "pending"
    assert len(await mailed_links(shop)) == 2


async def test_the_link_shows_a_button_and_the_button_confirms(
    visitor: Visitor, shop: Shop, superuser: asyncpg.Connection
) -> None:
    await visitor.post("/de/newsletter", {"email": EMAIL})
    confirmation, unsubscription = await mailed_links(shop)
    assert confirmation.startswith("/de/newsletter/confirmation?")
    page = await visitor.get(confirmation)
    assert page.status == 200 and EMAIL in page.words
    assert await state(superuser) == "pending", "a program that follows links confirms nothing"
    assert (await press(visitor, page, "confirmation")).status == 200
    row = await superuser.fetchrow("SELECT state, locale, wording, confirmed_at FROM newsletter_subscription")
    assert row is not None and (row["state"], row["locale"]) == ("confirmed", "de_DE")
    assert row["wording"] and row["confirmed_at"] is not None
    assert (await press(visitor, page, "confirmation")).status == 200, "twice does no harm"
    ending = await visitor.get(unsubscription)
    assert await state(superuser) == "confirmed"
    assert (await press(visitor, ending, "unsubscription")).status == 200
    assert await state(superuser) == "unsubscribed"


async def test_the_answer_does_not_tell_who_is_known(
    either: Visitor, shop: Shop, superuser: asyncpg.Connection
) -> None:
    def seen(page: Page) -> tuple[int, str, dict[str, str]]:
        kept = {name: value for name, value in page.response.headers.items() if name not in ("set-cookie", "date")}
        return page.status, page.text, kept

    unknown = seen(await either.post("/newsletter", {"email": EMAIL}))
    pending = seen(await either.post("/newsletter", {"email": EMAIL}))
    await superuser.execute("UPDATE newsletter_subscription SET state = 'confirmed', confirmed_at = now()")
    confirmed = seen(await either.post("/newsletter", {"email": EMAIL.upper()}))
    assert unknown == pending == confirmed
    assert await superuser.fetchval("SELECT count(*) FROM newsletter_subscription") == 1
    assert await superuser.fetchval("SELECT count(*) FROM email") == 2, "who is confirmed gets no more mail"


async def test_who_ended_it_can_come_back(visitor: Visitor, shop: Shop, superuser: asyncpg.Connection) -> None:
    await visitor.post("/newsletter", {"email": EMAIL})
    await superuser.execute("UPDATE newsletter_subscription SET state = 'unsubscribed', unsubscribed_at = now()")
    await visitor.post("/newsletter", {"email": EMAIL})
    assert await state(superuser) == "pending"


@pytest.mark.parametrize("email", ["", "ada", "ada@", "@shop.example", "a b@shop.example", "x" * 300 + "@shop.example"])
async def test_a_wrong_address_is_told_and_kept(email: str, either: Visitor, superuser: asyncpg.Connection) -> None:
    answer = await either.post("/newsletter", {"email": email})
    assert answer.status == 422 and 'id="newsletter-error"' in answer.text and answer.fields["email"] == email
    assert answer.text.count('id="newsletter"') == 1
    assert await superuser.fetchval("SELECT count(*) FROM newsletter_subscription") == 0


async def test_the_trap_catches_programs(either: Visitor, superuser: asyncpg.Connection) -> None:
    answer = await either.post("/newsletter", {"email": EMAIL, "website": "x"})
    assert answer.status == 422 and await state(superuser) is None


async def test_an_address_is_not_flooded(either: Visitor, superuser: asyncpg.Connection) -> None:
    for _ in range(NEWSLETTER_FROM.most):
        assert (await either.post("/newsletter", {"email": EMAIL})).status in (200, 303)
    answer = await either.post("/newsletter", {"email": EMAIL})
    assert answer.status == 429 and int(answer.response.headers["retry-after"]) > 0
    assert answer.fields["email"] == EMAIL
    assert await superuser.fetchval("SELECT count(*) FROM email") == NEWSLETTER_FROM.most


@pytest.mark.parametrize("step", ["confirmation", "unsubscription"])
@pytest.mark.parametrize(
    "change", ["id=0", "id=x", "id=99999999999999999999", "key=", "key=x", "key=%00%ff", "key=\u00e9"]
)
async def test_a_link_that_was_tampered_with_opens_nothing(
    step: str, change: str, visitor: Visitor, shop: Shop, superuser: asyncpg.Connection
) -> None:
    await visitor.post("/newsletter", {"email": EMAIL})
    link = next(link for link in await mailed_links(shop) if step in link)
    path, _, query = link.partition("?")
    given = dict(part.partition("=")[::2] for part in query.split("&"))
    name, _, value = change.partition("=")
    tampered = given | {name: value}
    page = await visitor.get(path + "?" + "&".join(f"{key}={text}" for key, text in tampered.items()))
    assert page.status == 404
    assert (await visitor.post(path, tampered)).status == 404
    assert await state(superuser) == "pending"


ONE_CLICK = {"content": "List-Unsubscribe=One-Click"}
"""What a mail program sends: no page, no cookie, no origin."""


@pytest.mark.parametrize(
    "body",
    [
        ONE_CLICK | {"headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {},
    ],
    ids=["urlencoded", "multipart", "empty"],
)
async def test_a_mail_program_ends_it_with_one_request(
    visitor: Visitor, shop: Shop, superuser: asyncpg.Connection, body: dict[str, Any]
) -> None:
    await visitor.post("/de/newsletter", {"email": EMAIL})
    await superuser.execute("UPDATE newsletter_subscription SET state = 'confirmed', confirmed_at = now()")
    link = (await mailed_links(shop))[1]
    for _ in range(2):
        answer = await visitor.client.post(link, **body)
        assert answer.status_code == 200, "no redirect, so says RFC 8058"
        assert await state(superuser) == "unsubscribed"
    await superuser.execute("UPDATE newsletter_subscription SET state = 'pending', unsubscribed_at = NULL")
    confirmation = (await mailed_links(shop))[0]
    assert (await visitor.client.post(confirmation, **body)).status_code == 403, "nobody is made to confirm"
    assert await state(superuser) == "pending"


async def test_one_link_does_not_do_for_the_other(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await visitor.post("/newsletter", {"email": EMAIL})
    confirmation = (await mailed_links(shop))[0]
    assert (await visitor.get(confirmation.replace("confirmation", "unsubscription"))).status == 404
