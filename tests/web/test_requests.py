"""The form beside something sold out, on both faces."""

from typing import Any

import pytest
import pytest_asyncio

from app.core.throttle import REQUEST_FROM
from tests import factories
from tests.factories import db
from tests.web.conftest import Visitor
from tests.web.test_checkout import run

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
    assert "Enter an e-mail address like name@example.com." in answer.words
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
