"""Stock is promised once, in key order, and comes back when nobody pays."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.adapters.db.orders import PiccoloOrders
from app.adapters.db.stock import PiccoloStock
from tests import factories

stock = PiccoloStock()
orders = PiccoloOrders()


async def held(variant, quantity: int, *, expired: bool):
    """An unpaid order that holds `quantity` units."""
    order = await factories.make_order()
    expires_at = datetime.now(UTC) + timedelta(seconds=-1 if expired else 60)
    await factories.insert(
        "stock_reservation", order_id=order["id"], variant_id=variant["id"], quantity=quantity, expires_at=expires_at
    )
    async with factories.db().transaction():
        await factories.db().execute(
            "UPDATE inventory SET reserved = reserved + $2 WHERE variant_id = $1", variant["id"], quantity
        )
    return order


async def test_what_is_reserved_is_no_longer_available(transactions):
    product = await factories.make_product(stock=3)
    variant = await factories.variant_of(product)
    async with transactions.begin():
        assert await stock.reserve([(variant["id"], 2)]) == ()
    assert await factories.stock_of(product) == (3, 2, 1)


async def test_a_line_that_is_short_is_named_and_the_caller_rolls_back(transactions):
    plenty, little = await factories.make_product(stock=9), await factories.make_product(stock=1)
    wanted = [((await factories.variant_of(product))["id"], 2) for product in (plenty, little)]
    with pytest.raises(RuntimeError):
        async with transactions.begin():
            assert await stock.reserve(wanted) == (wanted[1][0],)
            raise RuntimeError
    assert await factories.stock_of(plenty) == (9, 0, 9)
    assert await factories.stock_of(little) == (1, 0, 1)


async def test_an_expired_hold_gives_way_to_a_buyer(transactions):
    product = await factories.make_product(stock=2)
    variant = await factories.variant_of(product)
    order = await held(variant, 2, expired=True)
    async with transactions.begin():
        assert await stock.reserve([(variant["id"], 1)]) == ()
    assert await factories.stock_of(product) == (2, 1, 1)
    async with transactions.begin():
        assert await orders.lapse_unpaid(10) == 1
    assert await factories.stock_of(product) == (2, 1, 1)
    assert await factories.db().fetchval("SELECT status FROM orders WHERE id = $1", order["id"]) == "lapsed"


async def test_a_hold_that_still_runs_does_not(transactions):
    product = await factories.make_product(stock=2)
    variant = await factories.variant_of(product)
    await held(variant, 2, expired=False)
    async with transactions.begin():
        assert await stock.reserve([(variant["id"], 1)]) == (variant["id"],)
    async with transactions.begin():
        assert await orders.lapse_unpaid(10) == 0


async def test_unpaid_orders_lapse_and_free_all_they_held(transactions):
    product = await factories.make_product(stock=5)
    variant = await factories.variant_of(product)
    for _ in range(2):
        await held(variant, 2, expired=True)
    async with transactions.begin():
        assert await orders.lapse_unpaid(1) == 1
    assert await factories.stock_of(product) == (5, 2, 3)
    async with transactions.begin():
        assert await orders.lapse_unpaid(10) == 1
    assert await factories.stock_of(product) == (5, 0, 5)
    kinds = await factories.db().fetch("SELECT kind FROM order_event")
    assert [row["kind"] for row in kinds] == ["lapsed", "lapsed"]


async def test_two_sweepers_free_a_hold_once(transactions):
    product = await factories.make_product(stock=5)
    variant = await factories.variant_of(product)
    await held(variant, 3, expired=True)

    async def sweep() -> int:
        async with transactions.begin():
            return await orders.lapse_unpaid(10)

    assert sorted(await asyncio.gather(*(sweep() for _ in range(6)))) == [0, 0, 0, 0, 0, 1]
    assert await factories.stock_of(product) == (5, 0, 5)


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=3), max_size=12))
async def test_sold_and_free_always_add_up_to_what_there_was(transactions, carts):
    products = [await factories.make_product(stock=6) for _ in range(3)]
    variants = [(await factories.variant_of(product))["id"] for product in products]
    sold = dict.fromkeys(variants, 0)

    async def buy(cart):
        wanted = {variants[index]: quantity for index, quantity in cart}
        try:
            async with transactions.begin():
                if await stock.reserve(list(wanted.items())):
                    raise _Short
        except _Short:
            return
        for variant, quantity in wanted.items():
            sold[variant] += quantity

    await asyncio.gather(*(buy(cart) for cart in carts))
    for product, variant in zip(products, variants, strict=True):
        on_hand, reserved, available = await factories.stock_of(product)
        assert (on_hand, reserved) == (6, sold[variant])
        assert available == on_hand - reserved >= 0


class _Short(Exception):
    pass
