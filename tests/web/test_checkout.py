"""Guest checkout on both faces: one order, at the price that was shown, or a reason why not."""

import asyncio
import re
from decimal import Decimal

import pytest

from tests import factories
from tests.web.conftest import NewVisitor, Visitor


async def orders() -> int:
    return int(await factories.db().fetchval("SELECT count(*) FROM orders"))


async def run(sql: str, *args: object) -> None:
    async with factories.db().transaction():
        await factories.db().execute(sql, *args)


def destination(answer) -> str:
    """Where a placed order sends its buyer, on either face."""
    return answer.response.headers.get("hx-redirect") or answer.response.headers.get("location", "")


async def filled(visitor: Visitor, quantity: str = "2", **typed: str) -> dict[str, str]:
    await visitor.add("everyday-mug", quantity)
    return await visitor.checkout_form(**typed)


async def test_a_guest_order_from_an_empty_session_to_its_page(either: Visitor, mug):
    form = await filled(either)
    answer = await either.post("/checkout", form)
    assert answer.status == (200 if either.htmx else 303), answer.words
    page = await either.get(destination(answer))
    assert page.status == 200
    number = await factories.db().fetchval("SELECT number FROM orders")
    # 28.00 + 5.00 delivery + 2.31 and 0.41 tax
    for words in (number, "Everyday mug", "$28.00", "$5.00", "$2.72", "$35.72", "Ada Lovelace", "12 Analytical Way"):
        assert words in page.words
    assert await factories.stock_of(mug) == (20, 2, 18)
    cart = await either.get("/cart")
    assert "Your cart is empty" in cart.words
    assert destination(answer) in cart.links


async def test_the_order_is_written_whole(visitor: Visitor, mug):
    form = await filled(visitor, note="Leave it with the neighbour\n🙂", phone="(201) 555-0123")
    await visitor.post("/checkout", form)
    row = await factories.db().fetchrow(
        "SELECT o.*, i.product_name, i.unit_price, i.total_price AS line_total, i.tax_rate, i.tax AS line_tax, i.sku,"
        " p.amount, p.status AS paid, p.payment_date, s.address, s.shipping_cost, b.address AS billed,"
        " r.state, r.expires_at, e.status AS mail, e.recipient_email, c.status AS cart_status"
        " FROM orders o JOIN order_item i ON i.order_id = o.id JOIN payment p ON p.order_id = o.id"
        " JOIN shipping_info s ON s.order_id = o.id JOIN billing_info b ON b.order_id = o.id"
        " JOIN stock_reservation r ON r.order_id = o.id JOIN email e ON e.order_id = o.id"
        " JOIN cart c ON c.id = o.cart_id"
    )
    assert row is not None
    assert row["total_price"] == Decimal("35.72") == row["amount"]
    assert (row["unit_price"], row["line_total"], row["line_tax"]) == (14, 28, Decimal("2.31"))
    assert row["tax_rate"] == Decimal("0.0825")
    assert row["status"] == "confirmed"
    assert (row["paid"], row["payment_date"]) == ("pending", None)
    assert row["address"] == row["billed"] == "12 Analytical Way\n73301 Austin TX\nUS"
    assert (row["state"], row["expires_at"]) == ("held", None)
    assert (row["mail"], row["recipient_email"]) == ("queued", "ada@shop.example")
    assert row["cart_status"] == "completed"
    assert row["phone"] == "+12015550123"
    assert row["note"] == "Leave it with the neighbour\n🙂"


async def test_a_bank_transfer_waits_for_the_money_and_holds_the_goods_for_a_week(visitor: Visitor, mug):
    form = await filled(visitor, payment_method="bank_transfer")
    answer = await visitor.post("/checkout", form)
    page = await visitor.get(destination(answer))
    assert "IBAN" in page.words
    row = await factories.db().fetchrow(
        "SELECT o.status, r.expires_at - o.order_date AS held FROM orders o"
        " JOIN stock_reservation r ON r.order_id = o.id"
    )
    assert row is not None
    assert row["status"] == "pending"
    assert 6.9 < row["held"].total_seconds() / 86_400 < 7.1


async def test_an_empty_cart_cannot_be_checked_out(visitor: Visitor, mug):
    answer = await visitor.get("/checkout")
    assert (answer.status, answer.response.headers["location"]) == (303, "/cart")
    assert "Your cart is empty" in (await visitor.get("/cart")).words


REQUIRED = ["email", "full_name", "line1", "city", "region", "postal_code"]


async def test_everything_wrong_is_said_at_once_and_nothing_is_lost(either: Visitor, mug):
    form = await filled(either, **dict.fromkeys(REQUIRED, ""), note="Ring twice", phone="123")
    answer = await either.post("/checkout", form)
    assert answer.status == 422
    assert answer.title.startswith("Error:")
    for field in [*REQUIRED, "phone"]:
        assert f'href="#{field}"' in answer.text, field
    assert answer.text.count('aria-invalid="true"') == len(REQUIRED) + 1
    assert answer.fields["note"] == "Ring twice"
    assert answer.fields["phone"] == "123"
    assert answer.fields["key"] == form["key"]
    assert await orders() == 0


BAD = {
    "email without a domain": ("email", "ada@"),
    "email without an at": ("email", "ada"),
    "email with emoji": ("email", "💥@💥"),
    "email with a line break": ("email", "ada@shop.example\r\nBcc: all@shop.example"),
    "two emails": ("email", "ada@shop.example,bob@shop.example"),
    "long email": ("email", "a" * 250 + "@shop.example"),
    "email with a name": ("email", "Ada <ada@shop.example>"),
    "long name": ("full_name", "x" * 101),
    "name of control characters": ("full_name", "\x00\x07\x1b"),
    "long street": ("line1", "x" * 121),
    "long second line": ("line2", "x" * 121),
    "long city": ("city", "x" * 81),
    "long region": ("region", "x" * 81),
    "unknown region": ("region", "Atlantis"),
    "long postcode": ("postal_code", "1" * 21),
    "postcode of another country": ("postal_code", "SW1A 1AA"),
    "postcode with emoji": ("postal_code", "7330🙂"),
    "unknown country": ("country", "ZZ"),
    "lower-case country": ("country", "us"),
    "country we do not deliver to": ("country", "JP"),
    "no country": ("country", ""),
    "phone of letters": ("phone", "call me"),
    "long phone": ("phone", "1" * 40),
    "long note": ("note", "x" * 501),
    "no delivery method": ("delivery_method", ""),
    "unknown delivery method": ("delivery_method", "teleport"),
    "no payment method": ("payment_method", ""),
    "unknown payment method": ("payment_method", "card"),
    "lone surrogate for a name": ("full_name", "\ud800"),
}


@pytest.mark.parametrize(("field", "value"), BAD.values(), ids=BAD.keys())
async def test_a_bad_field_is_refused_at_the_field(visitor: Visitor, mug, field, value):
    form = await filled(visitor)
    body = "&".join(f"{name}={_encoded(text)}" for name, text in {**form, field: value}.items())
    answer = await visitor.post(
        "/checkout", content=body.encode(), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status == 422, answer.words
    assert f'href="#{field}' in answer.text or f'name="{field}"' in answer.text
    assert answer.title.startswith("Error:")
    assert await orders() == 0


GOOD = {
    "accents": ("full_name", "Zoë Müller-Ångström"),
    "right to left": ("full_name", "نور الهدى"),
    "emoji": ("full_name", "Ada 🙂"),
    "NUL within": ("line1", "12\x00 Analytical Way"),
    "pasted white space": ("email", "  ada@shop.example \t"),
    "mixed-case domain": ("email", "Ada@SHOP.example"),
    "spaces in a postcode": ("postal_code", " 73301 "),
    "ZIP+4": ("postal_code", "73301-1234"),
    "region by name": ("region", "texas"),
    "region in lower case": ("region", "tx"),
    "phone with punctuation": ("phone", "+1 (201) 555-0123"),
    "markup": ("note", "<script>alert(1)</script>"),
}


@pytest.mark.parametrize(("field", "value"), GOOD.values(), ids=GOOD.keys())
async def test_what_people_really_type_is_accepted(visitor: Visitor, mug, field, value):
    form = await filled(visitor, **{field: value})
    answer = await visitor.post("/checkout", form)
    assert answer.status == 303, answer.words
    page = await visitor.get(destination(answer))
    assert "<script>alert" not in page.text


async def test_another_country_has_its_own_rules(visitor: Visitor, mug):
    form = await filled(visitor, country="DE", postal_code="10115", region="", city="Berlin")
    answer = await visitor.post("/checkout", form)
    # The page was quoted for the first country; its tax differs, so the new total is confirmed first.
    assert answer.status == 409
    assert (
        await visitor.post("/checkout", answer.form("/checkout") | {"payment_method": "cash_on_delivery"})
    ).status == 303


async def test_the_second_submit_of_a_form_gets_the_same_answer(either: Visitor, mug):
    form = await filled(either)
    first, second = await either.post("/checkout", form), await either.post("/checkout", form)
    assert destination(first) == destination(second) != ""
    assert await orders() == 1
    assert await factories.db().fetchval("SELECT count(*) FROM email") == 1


async def test_fifty_submits_of_one_key_at_once_make_one_order(visitor: Visitor, mug):
    form = await filled(visitor)
    answers = await asyncio.gather(*(visitor.post("/checkout", form) for _ in range(50)))
    assert {answer.status for answer in answers} == {303}
    assert len({destination(answer) for answer in answers}) == 1
    assert await orders() == 1
    assert await factories.db().fetchval("SELECT count(*) FROM email") == 1
    assert await factories.stock_of(mug) == (20, 2, 18)


async def test_another_body_under_the_same_key_is_refused(visitor: Visitor, mug):
    form = await filled(visitor)
    await visitor.post("/checkout", form)
    answer = await visitor.post("/checkout", {**form, "full_name": "Bob"})
    assert answer.status == 422
    assert await orders() == 1


async def test_a_form_without_a_key_is_refused(visitor: Visitor, mug):
    form = await filled(visitor)
    assert (await visitor.post("/checkout", {**form, "key": ""})).status == 400
    assert await orders() == 0


async def test_a_key_belongs_to_its_visitor(visitor: Visitor, new_visitor: NewVisitor, mug):
    form = await filled(visitor)
    await visitor.post("/checkout", form)
    other = new_visitor()
    answer = await other.post("/checkout", await filled(other) | {"key": form["key"]})
    assert answer.status == 303
    assert await orders() == 2


async def test_a_refusal_uses_up_no_key(visitor: Visitor, mug):
    form = await filled(visitor)
    assert (await visitor.post("/checkout", {**form, "email": "ada@"})).status == 422
    assert (await visitor.post("/checkout", {**form, "digest": "stale"})).status == 409
    assert (await visitor.post("/checkout", form)).status == 303


async def test_two_tabs_with_two_keys_make_one_order(visitor: Visitor, mug):
    await visitor.add("everyday-mug")
    tabs = [await visitor.checkout_form(), await visitor.checkout_form()]
    assert tabs[0]["key"] != tabs[1]["key"]
    answers = await asyncio.gather(*(visitor.post("/checkout", form) for form in tabs))
    assert len({destination(answer) for answer in answers}) == 1
    assert await orders() == 1


async def test_a_price_that_moved_is_confirmed_before_anything_is_charged(either: Visitor, mug):
    form = await filled(either)
    await run("UPDATE product SET price = 15 WHERE id = $1", mug["id"])
    answer = await either.post("/checkout", form)
    assert answer.status == 409
    assert "$14.00" in answer.words
    assert "$15.00" in answer.words
    assert answer.fields["email"] == "ada@shop.example"
    assert await orders() == 0
    confirmed = await either.post("/checkout", answer.form("/checkout") | {"payment_method": "cash_on_delivery"})
    assert destination(confirmed), confirmed.words
    assert await factories.db().fetchval("SELECT subtotal FROM orders") == Decimal("30.00")


async def test_stock_that_shrank_is_confirmed_first(either: Visitor, mug):
    form = await filled(either, "5")
    await run("UPDATE inventory SET quantity = 2 WHERE product_id = $1", mug["id"])
    answer = await either.post("/checkout", form)
    assert answer.status == 409
    assert "2" in answer.words
    confirmed = await either.post("/checkout", answer.form("/checkout") | {"payment_method": "cash_on_delivery"})
    assert destination(confirmed), confirmed.words
    assert await factories.stock_of(mug) == (2, 2, 0)


async def test_the_last_one_sold_meanwhile_leads_back_to_the_cart_with_the_reason(either: Visitor, mug):
    form = await filled(either)
    await run("UPDATE inventory SET quantity = 0 WHERE product_id = $1", mug["id"])
    answer = await either.post("/checkout", form)
    assert answer.status == 409
    assert "sold out" in answer.words.lower()
    assert await orders() == 0


async def test_a_line_taken_off_sale_meanwhile_leaves_the_others(visitor: Visitor, mug, lamp):
    await visitor.add("dune-lamp", Colour="Sand", Size="M")
    form = await filled(visitor)
    await run("UPDATE product SET status = 'draft' WHERE id = $1", lamp["id"])
    answer = await visitor.post("/checkout", form)
    assert answer.status == 409
    assert "Dune lamp" in answer.words
    assert (
        await visitor.post("/checkout", answer.form("/checkout") | {"payment_method": "cash_on_delivery"})
    ).status == 303
    assert await factories.db().fetchval("SELECT count(*) FROM order_item") == 1


async def test_amounts_that_the_browser_sends_are_ignored(visitor: Visitor, mug):
    form = await filled(visitor)
    extra = dict.fromkeys(
        ("price", "unit_price", "subtotal", "shipping", "tax", "discount", "total_price", "status"), "0"
    )
    assert (await visitor.post("/checkout", {**form, **extra})).status == 303
    assert await factories.db().fetchval("SELECT total_price FROM orders") == Decimal("35.72")


async def test_another_delivery_method_is_quoted_and_keeps_what_was_typed(either: Visitor, mug):
    form = await filled(either, delivery_method="express", note="Ring twice")
    answer = await either.post("/checkout/quote", form)
    assert answer.status == 200
    assert "$46.55" in answer.words  # 28.00 + 15.00 + 2.31 + 1.24
    if not either.htmx:
        assert answer.fields["note"] == "Ring twice"
        assert answer.fields["delivery_method"] == "express"
    placed = await either.post("/checkout", {**form, "digest": answer.fields["digest"]})
    assert destination(placed), placed.words
    assert await factories.db().fetchval("SELECT total_price FROM orders") == Decimal("46.55")


async def test_a_method_chosen_without_a_new_quote_is_confirmed_first(visitor: Visitor, mug):
    form = await filled(visitor, delivery_method="express")
    answer = await visitor.post("/checkout", form)
    assert answer.status == 409
    assert "$35.72" in answer.words
    assert "$46.55" in answer.words


async def test_delivery_is_free_from_the_threshold(visitor: Visitor, mug):
    form = await filled(visitor, "10")
    assert (await visitor.post("/checkout", form)).status == 303
    assert await factories.db().fetchval("SELECT shipping FROM orders") == 0


async def test_cash_on_delivery_has_its_limit(visitor: Visitor, mug):
    sofa = await factories.make_product(slug="sofa", price="900.00", stock=1)
    await visitor.add(sofa["slug"])
    form = await visitor.checkout_form(payment_method="cash_on_delivery")
    answer = await visitor.post("/checkout", form)
    assert answer.status == 422
    assert "bank transfer" in answer.words.lower()
    assert (await visitor.post("/checkout", {**form, "payment_method": "bank_transfer"})).status == 303


async def test_the_total_on_the_button_is_what_is_charged_and_what_the_mail_says(visitor: Visitor, shop, mug):
    await visitor.add("everyday-mug", "3")
    page = await visitor.get("/checkout")
    (on_button,) = set(re.findall(r"Place order – (\$[\d.,]+)", page.words))
    await visitor.post("/checkout", await visitor.checkout_form())
    charged = await factories.db().fetchval("SELECT total_price FROM orders")
    assert on_button == f"${charged}"
    await shop.services.emails.sweep()
    body = await factories.db().fetchval("SELECT body FROM email")
    assert on_button in body


async def test_a_strangers_order_and_a_missing_one_look_alike(visitor: Visitor, new_visitor: NewVisitor, mug):
    answer = await visitor.post("/checkout", await filled(visitor))
    path = destination(answer)
    number = path.removeprefix("/orders/").partition("?")[0]
    stranger = new_visitor()
    assert (await stranger.get(path)).status == 200
    answers = [
        await stranger.get(f"/orders/{number}"),
        await stranger.get(f"/orders/{number}?key=wrong"),
        await stranger.get(f"/orders/{number}?key={'0' * 40}"),
        await stranger.get("/orders/0000000?key=wrong"),
        await stranger.get("/orders/%00?key=%00"),
    ]
    assert {page.status for page in answers} == {404}
    assert len({page.words for page in answers[:4]}) == 1


async def test_a_link_is_void_once_its_version_is_raised(visitor: Visitor, mug):
    path = destination(await visitor.post("/checkout", await filled(visitor)))
    await run("UPDATE orders SET link_version = 2")
    assert (await visitor.get(path)).status == 404


async def test_private_pages_are_never_stored(visitor: Visitor, mug):
    form = await filled(visitor)
    for path in ("/cart", "/checkout", destination(await visitor.post("/checkout", form))):
        assert (await visitor.get(path)).response.headers["cache-control"] == "no-store"


TOKENS = {
    "email": "email",
    "full_name": "shipping name",
    "line1": "shipping address-line1",
    "line2": "shipping address-line2",
    "city": "shipping address-level2",
    "region": "shipping address-level1",
    "postal_code": "shipping postal-code",
    "country": "shipping country",
    "phone": "shipping tel",
}


async def test_fields_carry_their_autocomplete_tokens(visitor: Visitor, mug):
    await visitor.add("everyday-mug")
    page = await visitor.get("/checkout")
    for field, token in TOKENS.items():
        tag = re.search(rf'<(?:input|select)[^>]*name="{field}"[^>]*>', page.text)
        assert tag is not None, field
        assert f'autocomplete="{token}"' in tag[0]


async def test_without_a_delivery_method_the_shop_says_so(visitor: Visitor, mug):
    await visitor.add("everyday-mug")
    await run("UPDATE shipping_method SET is_active = false")
    answer = await visitor.get("/checkout")
    assert answer.status == 422


def _encoded(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
