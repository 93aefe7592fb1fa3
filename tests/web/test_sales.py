"""The price of a flash sale on its way from the cart to the order, on both faces."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from app.bootstrap import Shop
from tests import factories
from tests.factories import db
from tests.web.conftest import NewVisitor, Visitor
from tests.web.test_checkout import destination, filled, orders, run

AGAIN = {"payment_method": "cash_on_delivery"}


@pytest_asyncio.fixture
async def sale(mug: Any) -> Any:
    """The mug at 9.00 instead of 14.00, five of them."""
    return await factories.make_flash_item(mug, price="9.00", cap=5)


async def sold(sale: Any) -> int:
    return int(await db().fetchval("SELECT sold FROM flash_sale_item WHERE id = $1", sale["id"]))


async def test_the_price_of_the_sale_reaches_the_order(either: Visitor, mug, sale, shop: Shop):
    form = await filled(either)
    assert "Flash sale" in (await either.get("/cart")).words
    answer = await either.post("/checkout", form)
    page = await either.get(destination(answer))
    assert page.status == 200, answer.words
    line = await db().fetchrow("SELECT * FROM order_item")
    assert line is not None
    assert (line["unit_price"], line["total_price"], line["flash_sale_item_id"]) == (9, 18, sale["id"])
    assert "$9.00" in page.words
    assert await sold(sale) == 2
    assert await shop.doctor.examine() == []


async def test_a_variant_has_its_adjustment_on_the_price_of_the_sale_too(visitor: Visitor, mug, lamp):
    await factories.make_flash_item(lamp, price="50.00")
    await visitor.add("dune-lamp", Colour="Sand", Size="L")
    assert await db().fetchval("SELECT unit_price FROM cart_item") == 60


async def test_more_than_are_left_cost_the_usual_price_and_the_cart_says_so(either: Visitor, mug, sale):
    await either.add("everyday-mug", "6")
    cart = await either.get("/cart")
    assert "$84.00" in cart.words
    assert "Only 5 are left at the sale price of $9.00" in cart.words
    line = await db().fetchval("SELECT id FROM cart_item")
    fields = {"csrf_token": cart.fields["csrf_token"], "quantity": "5"}
    await either.post(f"/cart/items/{line}", fields)
    cart = await either.get("/cart")
    assert "$45.00" in cart.words
    assert "at the sale price" not in cart.words


async def test_a_price_of_the_sale_that_is_no_lower_is_none(visitor: Visitor, mug):
    await factories.make_flash_item(mug, price="14.00")
    await visitor.add("everyday-mug")
    assert "Flash sale" not in (await visitor.get("/cart")).words


async def test_a_sale_that_ends_while_the_page_is_open_is_confirmed_first(either: Visitor, mug, sale):
    form = await filled(either)
    await run("UPDATE flash_sale SET ends_at = now() - interval '1 second'")
    answer = await either.post("/checkout", form)
    assert answer.status == 409
    assert "the price was $9.00 and is now $14.00" in answer.words
    assert (await orders(), await sold(sale)) == (0, 0)
    assert destination(await either.post("/checkout", answer.form("/checkout") | AGAIN))
    assert await db().fetchval("SELECT subtotal FROM orders") == 28
    assert await db().fetchval("SELECT flash_sale_item_id FROM order_item") is None


async def test_a_sale_that_comes_and_goes_is_told_by_line_and_by_what_the_page_showed(either: Visitor, mug, lamp):
    """The cart was filled before it, so only the page of the checkout knows its price."""
    await either.add("dune-lamp", Colour="Sand", Size="M")
    await either.add("everyday-mug", "2")
    await factories.make_flash_item(mug, price="9.00", cap=5)
    form = await either.checkout_form()
    await run("UPDATE flash_sale SET ends_at = now() - interval '1 second'")
    answer = await either.post("/checkout", form)
    assert answer.status == 409
    assert "Everyday mug: the price was $9.00 and is now $14.00." in answer.words
    assert "Dune lamp, Sand / M: the price" not in answer.words
    assert "The total was" in answer.words
    assert destination(await either.post("/checkout", answer.form("/checkout") | AGAIN))
    assert await db().fetchval("SELECT subtotal FROM orders") == 92


async def test_the_last_units_of_a_sale_bought_by_another_are_told_by_line(new_visitor: NewVisitor, mug, sale):
    slow, quick = new_visitor(), new_visitor()
    form = await filled(slow, "3")
    assert (await quick.post("/checkout", await filled(quick, "3"))).status == 303
    answer = await slow.post("/checkout", form)
    assert answer.status == 409
    assert "Everyday mug: the price was $9.00 and is now $14.00." in answer.words
    assert "The total was" in answer.words


@pytest.mark.parametrize(
    "prices", ["", "x", ":", "1:", ":1", "1:NaN", "1:Infinity", "1:1e999", "\x00:1", "-1:-1", "1:1 " * 9_000, "٣:💥"]
)
async def test_whatever_becomes_of_the_prices_that_were_shown(either: Visitor, mug, sale, prices):
    form = await filled(either)
    await run("UPDATE flash_sale_item SET sold = 4")
    answer = await either.post("/checkout", form | {"prices": prices})
    assert answer.status == 409
    assert "the price was $9.00 and is now $14.00" in answer.words
    await run("UPDATE flash_sale_item SET sold = 0")
    # They only tell; what an order costs is settled without them.
    form = answer.form("/checkout") | AGAIN
    again = await either.post("/checkout", form)
    assert again.status == 409
    assert destination(await either.post("/checkout", again.form("/checkout") | AGAIN | {"prices": prices}))
    assert await db().fetchval("SELECT subtotal FROM orders") == 18


async def test_units_that_are_gone_while_the_page_is_open_are_confirmed_first(either: Visitor, mug, sale):
    form = await filled(either)
    await run("UPDATE flash_sale_item SET sold = 4")
    answer = await either.post("/checkout", form)
    assert answer.status == 409
    assert "the price was $9.00 and is now $14.00" in answer.words
    assert (await orders(), await sold(sale)) == (0, 4)


async def test_a_sale_that_begins_while_the_page_is_open_is_said_too(either: Visitor, mug):
    form = await filled(either)
    sale = await factories.make_flash_item(mug, price="9.00", cap=5)
    answer = await either.post("/checkout", form)
    assert answer.status == 409
    assert "the price was $14.00 and is now $9.00" in answer.words
    assert destination(await either.post("/checkout", answer.form("/checkout") | AGAIN))
    assert await db().fetchval("SELECT subtotal FROM orders") == 18
    assert await sold(sale) == 2


async def test_a_refused_order_takes_nothing_from_the_sale(visitor: Visitor, mug, sale):
    form = await filled(visitor)
    await run("UPDATE inventory SET quantity = 1")
    assert (await visitor.post("/checkout", form)).status == 409
    assert await sold(sale) == 0


async def test_an_unpaid_order_that_lapses_gives_back_what_it_had(visitor: Visitor, mug, sale, shop: Shop):
    await visitor.post("/checkout", await filled(visitor, payment_method="bank_transfer"))
    assert await sold(sale) == 2
    await run("UPDATE stock_reservation SET expires_at = now() - interval '1 day'")
    assert await shop.services.orders.lapse_unpaid() == 1
    assert await sold(sale) == 0
    assert await shop.services.orders.count_sold() == 1
    assert await shop.doctor.examine() == []


async def test_the_last_units_at_the_price_go_to_the_first_and_the_others_are_asked(new_visitor: NewVisitor, mug, sale):
    visitors = [new_visitor() for _ in range(8)]
    forms = [await filled(visitor, "1") for visitor in visitors]
    answers = await asyncio.gather(
        *(visitor.post("/checkout", form) for visitor, form in zip(visitors, forms, strict=True))
    )
    assert sorted(answer.status for answer in answers) == [303] * 5 + [409] * 3
    assert await sold(sale) == 5
    for visitor, answer in zip(visitors, answers, strict=True):
        if answer.status == 409:
            assert (await visitor.post("/checkout", answer.form("/checkout") | AGAIN)).status == 303
    prices = await db().fetch("SELECT unit_price, count(*) AS lines FROM order_item GROUP BY 1 ORDER BY 1")
    assert [(row["unit_price"], row["lines"]) for row in prices] == [(Decimal("9.00"), 5), (Decimal("14.00"), 3)]
