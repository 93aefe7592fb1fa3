"""The form beside something sold out, on both faces."""

from typing import Any

import pytest
import pytest_asyncio

from app.bootstrap import Shop
from app.core.throttle import REQUEST_FROM
from tests import factories
from tests.factories import db
from tests.web.conftest import ORIGIN, Visitor
from tests.web.test_checkout import run
from tests.web.test_newsletter import links_in_the_mail

ADA = "ada@shop.example"
PATH = "/p/dune-lamp/back-in-stock"


@pytest_asyncio.fixture
async def ink(lamp: Any) -> str:
    """The variant of the lamp that is sold out."""
    return str(await db().fetchval("SELECT id FROM product_variant WHERE sku = 'DUNE-I-M'"))


async def asked() -> list[tuple[str, str]]:
    rows = await db().fetch(
        "SELECT v.sku, r.email FROM back_in_stock_request r JOIN product_variant v ON v.id = r.variant_id ORDER BY r.id"
    )
    return [(row["sku"], row["email"]) for row in rows]


async def test_the_form_is_beside_what_is_sold_out_and_nothing_else(either: Visitor, ink):
    page = await either.get("/p/dune-lamp?option.Colour=Ink&option.Size=M")
    assert page.form(PATH)["variant"] == ink
    assert "Tell me when it is back" in page.words
    for path in ("/p/dune-lamp?option.Colour=Sand&option.Size=M", "/p/dune-lamp?option.Colour=Ink&option.Size=L"):
        assert PATH not in (await either.get(path)).text
    await run("UPDATE inventory SET quantity = 0")
    assert PATH in (await either.get("/p/dune-lamp")).text


async def test_whoever_asks_is_thanked_and_noted(either: Visitor, ink):
    answer = await either.post(PATH, {"variant": ink, "email": " Ada@SHOP.example "})
    if either.htmx:
        assert answer.status == 200
        assert 'id="notify"' in answer.text and "<form" not in answer.text
    else:
        assert answer.status == 303
        assert answer.response.headers["location"] == "/p/dune-lamp?option.Colour=Ink&option.Size=M"
        answer = await either.get(answer.response.headers["location"])
    assert "You get one mail" in answer.words
    assert await asked() == [("DUNE-I-M", "Ada@shop.example")]


async def test_asking_again_is_answered_alike(either: Visitor, ink):
    first, second = [await either.post(PATH, {"variant": ink, "email": ADA}) for _ in range(2)]
    assert (first.status, first.text) == (second.status, second.text)
    assert len(await asked()) == 1


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a b@shop.example", "ada@shop.example,b@b.example", "x" * 300])
async def test_an_address_that_is_none_is_said_at_the_field(either: Visitor, ink, email):
    answer = await either.post(PATH, {"variant": ink, "email": email})
    assert answer.status == 422
    assert "Enter an email address like name@example.com." in answer.words
    assert answer.form(PATH) == {"variant": ink, "email": email}
    assert await asked() == []


async def test_what_is_in_stock_is_not_waited_for(either: Visitor, ink):
    there = await db().fetchval("SELECT id FROM product_variant WHERE sku = 'DUNE-S-M'")
    answer = await either.post(PATH, {"variant": str(there), "email": ADA})
    assert answer.status == 422
    assert "Dune lamp is in stock" in answer.words
    assert await asked() == []


async def test_variants_that_are_not_of_the_product(either: Visitor, ink, mug):
    await run("UPDATE inventory SET quantity = 0")
    other = await factories.variant_of(mug)
    for variant, status in ((str(other["id"]), 404), ("999999999", 404), ("", 422), ("ink", 422), ("-1", 422)):
        assert (await either.post(PATH, {"variant": variant, "email": ADA})).status == status
    assert await asked() == []


async def test_products_that_are_not_there(either: Visitor, ink):
    assert (await either.post("/p/no-such-thing/back-in-stock", {"variant": ink, "email": ADA})).status == 404
    await run("UPDATE product SET status = 'draft'")
    assert (await either.post(PATH, {"variant": ink, "email": ADA})).status == 404
    assert await asked() == []


async def test_too_many_requests_are_slowed_down(either: Visitor, ink):
    for number in range(REQUEST_FROM.most):
        await either.post(PATH, {"variant": ink, "email": f"ada{number}@shop.example"})
    answer = await either.post(PATH, {"variant": ink, "email": "ada9@shop.example"})
    assert answer.status == 429
    assert int(answer.response.headers["retry-after"]) > 0
    assert "several times" in answer.words
    assert len(await asked()) == REQUEST_FROM.most


async def test_a_form_on_another_site_does_not_work(visitor: Visitor, ink):
    answer = await visitor.post(PATH, {"variant": ink, "email": ADA}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status == 403
    assert await asked() == []


# Enough of it


async def withdrawal(shop: Shop, visitor: Visitor, *skus: str, email: str = ADA) -> str:
    """The link in the mail that tells of the first; the others are waited for yet."""
    for sku in skus:
        variant = await db().fetchval("SELECT id FROM product_variant WHERE sku = $1", sku)
        await run("INSERT INTO back_in_stock_request (variant_id, email) VALUES ($1, $2)", variant, email)
    await run(
        "UPDATE inventory SET quantity = 5 WHERE variant_id = (SELECT id FROM product_variant WHERE sku = $1)", skus[0]
    )
    assert await shop.services.requests.answer() == 1
    (url,) = [link for link in await links_in_the_mail(shop) if "/back-in-stock/withdrawal?" in link]
    mailer: Any = shop.services.emails.mailer
    assert mailer.sent[-1].unsubscribe == url
    return str(url.removeprefix(ORIGIN))


async def states() -> list[str]:
    return [row["state"] for row in await db().fetch("SELECT state FROM back_in_stock_request ORDER BY id")]


@pytest_asyncio.fixture
async def nothing_left(lamp: Any) -> None:
    await run("UPDATE inventory SET quantity = 0")


async def test_the_link_in_the_mail_shows_a_button_and_the_button_ends_all_waits(shop, visitor, nothing_left):
    link = await withdrawal(shop, visitor, "DUNE-I-M", "DUNE-S-M", "DUNE-S-L")
    await run(
        "INSERT INTO back_in_stock_request (variant_id, email) SELECT id, 'bo@shop.example' FROM product_variant"
        " WHERE sku = 'DUNE-S-L'"
    )
    page = await visitor.get(link)
    assert page.status == 200 and ADA in page.words
    assert await states() == ["told", "waiting", "waiting", "waiting"], "a program that follows links ends nothing"
    for _ in range(2):
        done = await visitor.post("/back-in-stock/withdrawal", page.form("/back-in-stock/withdrawal"))
        assert done.status == 200 and "You wait for nothing more" in done.words
        assert await states() == ["told", "withdrawn", "withdrawn", "waiting"]


async def test_a_mail_program_ends_all_waits_with_one_request(shop, visitor, nothing_left):
    link = await withdrawal(shop, visitor, "DUNE-I-M", "DUNE-S-M", email="Ada@shop.example")
    answer = await visitor.client.post(link, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert await states() == ["told", "withdrawn"]


@pytest.mark.parametrize("change", ["id=0", "id=x", "id=" + "9" * 30, "id=", "key=", "key=x", "key=%00%ff", "key=é"])
async def test_a_link_that_was_tampered_with_ends_nothing(shop, visitor, nothing_left, change):
    link = await withdrawal(shop, visitor, "DUNE-I-M", "DUNE-S-M")
    path, _, query = link.partition("?")
    given = dict(part.partition("=")[::2] for part in query.split("&"))
    name, _, value = change.partition("=")
    tampered = path + "?" + "&".join(f"{key}={text}" for key, text in (given | {name: value}).items())
    assert (await visitor.get(tampered)).status == 404
    assert (await visitor.client.post(tampered)).status_code == 404
    assert (await visitor.post(path, given | {name: value})).status == 404
    assert await states() == ["told", "waiting"]
