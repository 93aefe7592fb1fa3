"""The cart on both faces: each refusal has its reason, and nothing typed is lost."""

import re
from decimal import Decimal

import pytest

from tests import factories
from tests.web.conftest import NewVisitor, Visitor


async def db_run(sql: str) -> None:
    async with factories.db().transaction():
        await factories.db().execute(sql)


async def cart_of(visitor: Visitor):
    return await visitor.get("/cart")


async def line_path(visitor: Visitor) -> str:
    page = await cart_of(visitor)
    row = await factories.db().fetchrow("SELECT id FROM cart_item ORDER BY id DESC LIMIT 1")
    assert row is not None, page.words
    return f"/cart/items/{row['id']}"


async def change(visitor: Visitor, path: str, **fields: str):
    token = (await cart_of(visitor)).fields.get("csrf_token", "")
    return await visitor.post(path, {"csrf_token": token, **fields})


async def test_adding_shows_the_cart_to_a_browser_and_a_toast_to_htmx(either: Visitor, mug):
    answer = await either.add("everyday-mug", "2")
    if either.htmx:
        assert answer.status == 200
        assert answer.response.headers["hx-reswap"] == "none"
        assert "cart-link" in answer.text
        assert "Everyday mug" in answer.words
    else:
        assert answer.status == 303
        assert answer.response.headers["location"] == "/cart"
    page = await cart_of(either)
    assert "Everyday mug" in page.words
    assert "$28.00" in page.words
    assert "Cart, 2 items" in page.text


async def test_adding_on_the_page_of_a_product_tells_how_many_are_in_the_cart(new_visitor: NewVisitor, mug):
    visitor = new_visitor(htmx=True)
    assert "2 of these in your cart" in (await visitor.add("everyday-mug", "2")).words
    more = await visitor.add("everyday-mug", "18")
    assert "20 of these in your cart" in more.words
    assert "No more of it is left." in more.words
    card = await new_visitor(htmx=True).post(
        "/cart/items", {"variant": str((await factories.variant_of(mug))["id"]), "quantity": "1"}
    )
    assert card.status == 200
    assert "in-cart" not in card.text, "a card has no place for it"


async def test_the_most_of_an_order_is_said_where_it_is_reached(new_visitor: NewVisitor, engine):
    product = await factories.make_product(slug="nail", stock=500)
    visitor = new_visitor(htmx=True)
    assert "One order may have no more of it." not in (await visitor.add("nail", "98")).words
    assert "One order may have no more of it." in (await visitor.add("nail", "1")).words
    assert (await visitor.add("nail", "1")).status == 422, product


async def test_the_cart_says_what_is_missing_for_free_delivery(either: Visitor, mug):
    await either.add("everyday-mug")
    assert re.search(r"\$[\d.]+ more, and delivery is free", (await cart_of(either)).words)
    await db_run("UPDATE shipping_method SET free_from = 14")
    assert "delivery is free" not in (await cart_of(either)).words
    assert "Delivery Free" in (await cart_of(either)).words
    await db_run("UPDATE shipping_method SET free_from = NULL")
    assert "delivery is free" not in (await cart_of(either)).words


async def test_a_message_is_shown_once(visitor: Visitor, mug):
    await visitor.add("everyday-mug")
    page = await cart_of(visitor)
    assert "Added to your cart" in page.words
    assert "View cart" not in page.words, "this is the cart"
    assert "Added to your cart" not in (await cart_of(visitor)).words


@pytest.mark.parametrize("quantity", ["0", "-1", "1e9", "1000000000", "abc", "", "1.5", "100", "٣x", "\x00"])
async def test_a_bad_quantity_is_refused_with_its_reason(either: Visitor, mug, quantity):
    answer = await either.add("everyday-mug", quantity)
    assert answer.status == 422
    assert "Choose a whole quantity from 1 to 99." in answer.words
    assert "Your cart is empty" in (await cart_of(either)).words


async def test_more_than_there_is_is_refused_with_what_is_left(either: Visitor, mug):
    answer = await either.add("everyday-mug", "21")
    assert answer.status == 422
    assert "Only 20 of Everyday mug are left" in answer.words
    await either.add("everyday-mug", "19")
    again = await either.add("everyday-mug", "2")
    assert "your cart already has 19" in again.words


async def test_digits_of_any_script_are_understood(visitor: Visitor, mug):
    assert (await visitor.add("everyday-mug", "３")).status == 303
    assert "Cart, 3 items" in (await cart_of(visitor)).text


async def test_the_variant_is_found_by_its_options(either: Visitor, lamp, mug):
    await either.add("dune-lamp", Colour="Sand", Size="L")
    page = await cart_of(either)
    assert "Sand / L" in page.words
    assert "$74.00" in page.words


async def test_a_card_adds_by_variant(either: Visitor, mug):
    variant = await factories.variant_of(mug)
    answer = await either.post("/cart/items", {"variant": str(variant["id"]), "quantity": "1"})
    assert answer.status in (200, 303)
    assert "Everyday mug" in (await cart_of(either)).words


@pytest.mark.parametrize("fields", [{"variant": "999999"}, {"product": "nothing"}, {}, {"variant": "abc"}])
async def test_an_unknown_thing_is_not_found(either: Visitor, mug, fields):
    assert (await either.post("/cart/items", {"quantity": "1", **fields})).status == 404


async def test_what_is_sold_out_or_unpublished_cannot_be_added(either: Visitor, lamp, engine):
    assert (await either.add("dune-lamp", Colour="Ink", Size="M")).status == 422
    draft = await factories.make_product(published=False)
    variant = await factories.variant_of(draft)
    answer = await either.post("/cart/items", {"variant": str(variant["id"]), "quantity": "1"})
    assert answer.status == 422
    assert "no longer sold" in answer.words


async def test_a_quantity_can_be_changed(either: Visitor, mug):
    await either.add("everyday-mug")
    answer = await change(either, await line_path(either), quantity="3")
    assert answer.status == (200 if either.htmx else 303)
    assert "$42.00" in (await cart_of(either)).words


@pytest.mark.parametrize("quantity", ["0", "-1", "abc", "21", "1000000000", ""])
async def test_a_refused_change_keeps_the_line_and_says_why(either: Visitor, mug, quantity):
    await either.add("everyday-mug", "2")
    answer = await change(either, await line_path(either), quantity=quantity)
    assert answer.status == 422
    reason = "Only 20" if quantity == "21" else "Choose a whole quantity"
    assert reason in answer.words
    assert "$28.00" in (await cart_of(either)).words


async def test_a_removed_line_can_be_taken_back(either: Visitor, mug):
    await either.add("everyday-mug", "2")
    path = await line_path(either)
    token = (await cart_of(either)).fields["csrf_token"]
    await either.post(path, {"csrf_token": token, "action": "remove"})
    assert (await factories.db().fetchval("SELECT count(*) FROM cart_item WHERE deleted_at IS NULL")) == 0
    page = await cart_of(either)
    assert "Your cart is empty" in page.words
    answer = await either.post(path, {"csrf_token": token, "action": "restore"})
    assert answer.status in (200, 303)
    assert "$28.00" in (await cart_of(either)).words


async def test_removing_offers_to_undo(either: Visitor, mug):
    await either.add("everyday-mug", "2")
    path = await line_path(either)
    answer = await change(either, path, action="remove")
    page = answer if either.htmx else await cart_of(either)
    undo = page.form(path)
    assert undo["action"] == "restore"
    assert (await either.post(path, undo)).status in (200, 303)
    assert "Cart, 2 items" in (await cart_of(either)).text


async def test_a_line_that_is_no_longer_sold_stays_and_is_explained(visitor: Visitor, mug, lamp):
    await visitor.add("everyday-mug")
    await visitor.add("dune-lamp", Colour="Sand", Size="M")
    async with factories.db().transaction():
        await factories.db().execute("UPDATE product SET status = 'draft' WHERE id = $1", mug["id"])
    page = await cart_of(visitor)
    assert "Everyday mug" in page.words
    assert "$64.00" in page.words
    assert "$78.00" not in page.words


async def test_a_new_price_is_shown_beside_the_old_one(visitor: Visitor, mug):
    await visitor.add("everyday-mug")
    async with factories.db().transaction():
        await factories.db().execute("UPDATE product SET price = 15 WHERE id = $1", mug["id"])
    page = await cart_of(visitor)
    assert "$14.00" in page.words
    assert "$15.00" in page.words
    await change(visitor, await line_path(visitor), quantity="1")
    assert "$14.00" not in (await cart_of(visitor)).words


async def test_stock_that_shrank_is_said(visitor: Visitor, mug):
    await visitor.add("everyday-mug", "5")
    async with factories.db().transaction():
        await factories.db().execute("UPDATE inventory SET quantity = 2 WHERE product_id = $1", mug["id"])
    page = await cart_of(visitor)
    assert "2 left" in page.words or "Only 2" in page.words
    assert "$28.00" in page.words


@pytest.mark.parametrize("token", ["forged", "x" * 43, "", "a" * 5000, "ü" * 10])
async def test_a_forged_token_is_a_new_visitor_and_no_error(visitor: Visitor, mug, token):
    visitor.client.cookies.set("cart", token.encode("ascii", "replace").decode())
    assert "Your cart is empty" in (await cart_of(visitor)).words
    assert (await visitor.add("everyday-mug")).status == 303


async def test_an_expired_cart_is_a_new_cart_and_no_error(visitor: Visitor, mug):
    await visitor.add("everyday-mug", "2")
    async with factories.db().transaction():
        await factories.db().execute("UPDATE cart SET expires_at = now() - interval '1 second'")
    assert "Your cart is empty" in (await cart_of(visitor)).words
    await visitor.add("everyday-mug", "1")
    assert "Cart, 1 item" in (await cart_of(visitor)).text
    statuses = await factories.db().fetch("SELECT status FROM cart ORDER BY id")
    assert [row["status"] for row in statuses] == ["abandoned", "active"]


async def test_carts_are_apart(visitor: Visitor, new_visitor: NewVisitor, mug):
    await visitor.add("everyday-mug")
    other = new_visitor()
    await other.add("everyday-mug", "2")
    path = await line_path(other)
    assert (await change(visitor, path, quantity="9")).status == 404
    assert (await change(visitor, path, action="remove")).status == 404
    assert "Cart, 2 items" in (await cart_of(other)).text


async def test_the_token_is_stored_only_as_its_hash(visitor: Visitor, mug):
    await visitor.add("everyday-mug")
    token = visitor.client.cookies["cart"]
    stored = await factories.db().fetchval("SELECT token_hash FROM cart")
    assert token not in stored
    assert len(token) == 43


async def test_reading_pages_changes_nothing(visitor: Visitor, mug):
    await visitor.add("everyday-mug")
    before = await factories.db().fetch("SELECT * FROM cart, cart_item")
    for path in ("/", "/cart", "/checkout", "/p/everyday-mug", "/search?q=mug"):
        await visitor.get(path)
    assert await factories.db().fetch("SELECT * FROM cart, cart_item") == before


async def test_a_hundred_things_fit_and_no_more(visitor: Visitor, mug):
    category = await factories.make_category()
    for _ in range(100):
        product = await factories.make_product(category_id=category["id"], price=Decimal("1.00"))
        await visitor.add(product["slug"])
    assert (await visitor.add("everyday-mug")).status == 422
