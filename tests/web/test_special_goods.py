"""Pre-orders, what comes by email, and goods that cannot be bought at the moment."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from app.bootstrap import Shop
from tests import factories
from tests.factories import db
from tests.web.conftest import Visitor
from tests.web.test_checkout import destination, orders, run

OUT = datetime.now(UTC) + timedelta(days=40)
OUT_SAID = f"Pre-order, out on {OUT:%B} {OUT.day}, {OUT.year}"
TRANSFER = {"payment_method": "bank_transfer"}


@pytest_asyncio.fixture
async def radio(mug: Any) -> Any:
    return await factories.make_product(
        name="Pocket radio", slug="pocket-radio", price="40.00", released_at=OUT, stock=2
    )


@pytest_asyncio.fixture
async def card(mug: Any) -> Any:
    return await factories.make_product(name="Gift card", slug="gift-card", price="25.00", is_digital=True)


async def mail_of_the_order(shop: Shop) -> tuple[str, str]:
    """Its text and its mark-up."""
    order_id = await db().fetchval("SELECT max(id) FROM orders")
    context = await shop.services.orders.confirmation({"order_id": order_id})
    rendered = shop.services.emails.renderer.render("order_confirmation", locale="en_US", context=context)
    return rendered.text, rendered.html


async def test_a_pre_order_says_when_it_is_out_wherever_it_is_shown(either: Visitor, radio, shop: Shop):
    await either.add("pocket-radio")
    assert OUT_SAID in (await either.get("/cart")).words
    assert OUT_SAID in (await either.get("/checkout")).words
    page = await either.get(destination(await either.post("/checkout", await either.checkout_form())))
    assert OUT_SAID in page.words
    for part in await mail_of_the_order(shop):
        assert OUT_SAID in part
    assert await db().fetchval("SELECT released_at FROM order_item") == OUT


async def test_a_pre_order_is_delivered_after_its_release_with_all_that_goes_along(visitor: Visitor, mug, radio):
    await visitor.add("everyday-mug")
    await visitor.add("pocket-radio")
    await visitor.post("/checkout", await visitor.checkout_form())
    earliest, latest = await db().fetchrow(
        "SELECT earliest_delivery_date, estimated_delivery_date FROM shipping_info"
    ) or (None, None)
    assert OUT.date() < earliest.date() <= latest.date() < OUT.date() + timedelta(days=10)


async def test_a_pre_order_lasts_as_long_as_its_units(visitor: Visitor, radio):
    assert (await visitor.add("pocket-radio", "3")).status == 422
    await visitor.add("pocket-radio", "2")
    await visitor.post("/checkout", await visitor.checkout_form())
    assert await factories.stock_of(radio) == (2, 2, 0)


async def test_what_has_come_out_is_no_pre_order_any_more(visitor: Visitor, radio):
    await visitor.add("pocket-radio")
    await run("UPDATE product SET released_at = now() - interval '1 minute' WHERE id = $1", radio["id"])
    assert "Pre-order" not in (await visitor.get("/cart")).words
    assert "Pre-order" not in (await visitor.get("/checkout")).words


async def test_what_comes_by_mail_skips_the_delivery(either: Visitor, card, shop: Shop):
    await either.add("gift-card")
    page = await either.get("/checkout")
    assert "there is nothing to deliver" in page.words
    assert "Billing address" in page.words and "Delivery address" not in page.words
    assert page.fields["delivery_method"] == "none"
    form = await either.checkout_form() | TRANSFER | {"delivery_method": "none"}
    page = await either.get(destination(await either.post("/checkout", form)))
    assert page.status == 200
    # 25.00 and 2.06 tax of the country of the bill; no delivery
    for words in ("Gift card", "Comes by email", "$27.06", "Billing address", "12 Analytical Way"):
        assert words in page.words
    assert "Delivery" not in page.words.replace("Delivery and returns", "")
    assert await db().fetchval("SELECT count(*) FROM shipping_info") == 0
    assert await db().fetchval("SELECT shipping FROM orders") == 0
    text, html = await mail_of_the_order(shop)
    assert "Comes by email" in text and "BILLING ADDRESS" in text and "12 Analytical Way" in html
    assert "DELIVERY" not in text.upper()
    assert await shop.doctor.examine() == []


async def test_no_courier_collects_for_what_comes_by_mail(either: Visitor, card):
    await either.add("gift-card")
    form = await either.checkout_form() | {"payment_method": "cash_on_delivery"}
    answer = await either.post("/checkout", form)
    assert answer.status == 422
    assert 'href="#payment_method"' in answer.text
    assert await orders() == 0


async def test_a_method_that_nothing_needs_is_not_charged(visitor: Visitor, card):
    """The mug was taken out of the cart in another tab, and this one still offers delivery."""
    await visitor.add("everyday-mug")
    await visitor.add("gift-card")
    form = await visitor.checkout_form() | TRANSFER
    await run("UPDATE cart_item SET deleted_at = now() WHERE product_id <> $1", card["id"])
    answer = await visitor.post("/checkout", form)
    assert answer.status == 409
    again = answer.form("/checkout")
    assert again["delivery_method"] == "none"
    assert (await visitor.post("/checkout", again)).status == 303
    assert await db().fetchval("SELECT total_price FROM orders") == Decimal("27.06")


async def test_no_delivery_is_no_method_for_a_parcel(visitor: Visitor, mug):
    await visitor.add("everyday-mug")
    form = await visitor.checkout_form(delivery_method="none")
    answer = await visitor.post("/checkout", form)
    assert answer.status == 422
    assert 'href="#delivery_method"' in answer.text


async def test_a_mixed_cart_ships_the_rest(visitor: Visitor, mug, card, shop: Shop):
    await visitor.add("everyday-mug")
    await visitor.add("gift-card")
    page = await visitor.get(destination(await visitor.post("/checkout", await visitor.checkout_form())))
    assert "Comes by email" in page.words and "Delivery address" in page.words
    assert await db().fetchval("SELECT shipping FROM orders") == 5
    assert await db().fetchval("SELECT count(*) FROM shipping_info") == 1
    assert await shop.doctor.examine() == []


async def test_what_comes_by_mail_is_quoted_for_another_country(either: Visitor, card):
    await factories.make_tax_rate("DE", "0.19")
    await either.add("gift-card")
    answer = await either.post(
        "/checkout/quote", await either.checkout_form(country="DE") | {"delivery_method": "none"}
    )
    assert answer.status == 200
    assert "$29.75" in answer.words


# What the shop says of stock

STATES = {
    "sold out": ("UPDATE inventory SET quantity = 0", "Sold out for now"),
    "low": ("UPDATE inventory SET quantity = 1", "Only 1 left"),
    "scheduled": ("UPDATE product SET published_at = now() + interval '1 day'", "No longer sold"),
    "unpublished": ("UPDATE product SET status = 'draft'", "No longer sold"),
    "not offered": ("UPDATE product_variant SET is_active = false", "No longer sold"),
}


@pytest.mark.parametrize(("change", "words"), STATES.values(), ids=STATES.keys())
async def test_what_the_cart_says_of_a_line_that_changed(either: Visitor, mug, change, words):
    await either.add("everyday-mug", "2")
    await run(change)
    cart = await either.get("/cart")
    assert words in cart.words
    assert "Everyday mug" in cart.words


async def test_what_the_product_says_of_its_stock(visitor: Visitor, mug):
    for quantity, words in ((20, "In stock"), (3, "Only 3 left"), (0, "Sold out")):
        await run("UPDATE inventory SET quantity = $1", quantity)
        assert words in (await visitor.get("/p/everyday-mug")).words


async def test_what_is_published_later_cannot_be_bought_before(either: Visitor, mug):
    await run("UPDATE product SET published_at = now() + interval '1 hour'")
    assert (await either.get("/p/everyday-mug")).status == 404
    variant = await factories.variant_of(mug)
    assert (await either.post("/cart/items", {"variant": str(variant["id"])})).status == 422
    await run("UPDATE product SET published_at = now() - interval '1 second'")
    assert (await either.get("/p/everyday-mug")).status == 200
