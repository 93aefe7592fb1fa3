"""The overview of an account and its orders: what waits, what was ordered, and nothing of anybody else."""

from decimal import Decimal
from typing import Any

import pytest

from app.bootstrap import Shop
from app.core.accounts import Role
from tests import factories
from tests.web.conftest import NewVisitor, Visitor
from tests.web.signing_in import sign_in


async def make_order(user_id: int | None, number: str, **values: Any) -> Any:
    product = await factories.make_product(name="Everyday mug")
    variant = await factories.variant_of(product)
    order = await factories.make_order(number=number, created_by=user_id, **values)
    await factories.insert(
        "order_item",
        order_id=order["id"],
        product_id=product["id"],
        variant_id=variant["id"],
        position=1,
        product_name="Everyday mug",
        sku=variant["sku"],
        unit_price=Decimal("10.00"),
        total_price=Decimal("10.00"),
    )
    await factories.insert("payment", order_id=order["id"], amount=Decimal("10.00"))
    await factories.insert(
        "billing_info", order_id=order["id"], full_name="Ada Lovelace", address="1 Road", email="ada@shop.example"
    )
    return order


@pytest.mark.parametrize("path", ["/account", "/account/orders", "/account/orders/T1", "/account/profile"])
async def test_strangers_are_led_to_the_sign_in_and_back(path: str, visitor: Visitor, engine: Any) -> None:
    answer = (await visitor.get(path)).response
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}"


async def test_the_overview_says_what_waits(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop, email="ada@shop.example", email_verified_at=None)
    page = await visitor.get("/account")
    assert "Hello, Ada" in page.words and "ada@shop.example" in page.words
    assert "has not been confirmed yet" in page.words and "second factor keeps others out" in page.words
    assert "You have not ordered anything" in page.words
    assert page.response.headers["cache-control"] == "no-store"
    async with engine.transaction():
        await engine.execute(
            "UPDATE users SET email_verified_at = now(), two_factor_enabled = true, two_factor_secret = 'sealed'"
        )
    page = await visitor.get("/account")
    assert "confirmed yet" not in page.words and "second factor" not in page.words.replace("second factor and", "")


async def test_staff_are_told_that_they_need_a_second_factor(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop, role_id=Role.SELLER)
    assert "Your role needs a second factor" in (await visitor.get("/account")).words


async def test_orders_are_listed_latest_first_and_by_the_page(visitor: Visitor, shop: Shop, engine: Any) -> None:
    user_id = await sign_in(visitor, shop)
    for number in range(12):
        await make_order(user_id, f"OWN{number:02}")
    await make_order(None, "GUEST")
    page = await visitor.get("/account")
    assert "OWN11" in page.words and "OWN08" not in page.words and "Show all 12 orders" in page.words
    first = await visitor.get("/account/orders")
    assert "OWN11" in first.words and "OWN01" not in first.words and "Page 1 of 2" in first.words
    assert "GUEST" not in first.words and "Everyday mug" in first.words and "$10.00" in first.words
    second = await visitor.get("/account/orders?page=2")
    assert "OWN01" in second.words and "OWN00" in second.words and "OWN02" not in second.words
    for odd in ("99", "0", "-3", "x", "%00", "9" * 30):
        assert (await visitor.get(f"/account/orders?page={odd}")).status == 200


async def test_an_order_is_its_owners_and_nobody_elses(new_visitor: NewVisitor, shop: Shop, engine: Any) -> None:
    owner, stranger = new_visitor(), new_visitor()
    user_id = await sign_in(owner, shop)
    await make_order(user_id, "MINE1")
    await make_order(None, "GUEST")
    page = await owner.get("/account/orders/mine1")
    assert page.status == 200 and "MINE1" in page.words and "only you know" not in page.words
    await sign_in(stranger, shop)
    for number in ("MINE1", "GUEST", "NONE", "%00", "x" * 500):
        assert (await stranger.get(f"/account/orders/{number}")).status == 404
    assert (await owner.get("/account/orders/GUEST")).status == 404
    assert (await stranger.get("/orders/MINE1")).status == 404, "a session is no key"


async def test_german(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    page = await visitor.get("/de/account")
    assert "Hallo, Ada" in page.words and "/de/account/profile" in page.links and "/account/profile" not in page.links
