"""What goes at a flash price, and how it comes back."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.adapters.db.orders import PiccoloOrders
from app.adapters.db.sales import PiccoloFlashSales
from tests import factories
from tests.factories import db, insert, make_flash_item

sales = PiccoloFlashSales()
orders = PiccoloOrders()


async def sold(item) -> int:
    return int(await db().fetchval("SELECT sold FROM flash_sale_item WHERE id = $1", item["id"]))


async def run(sql: str, *args: object) -> None:
    async with db().transaction():
        await db().execute(sql, *args)


async def test_units_are_claimed_up_to_the_cap_and_no_further(transactions):
    item = await make_flash_item(await factories.make_product(), price="9.00", cap=3)
    for units, claimed in ((2, True), (2, False), (1, True), (1, False)):
        async with transactions.begin():
            assert await sales.claim([(item["id"], units)]) is claimed
    assert await sold(item) == 3


async def test_two_lines_of_one_sale_claim_together(transactions):
    item = await make_flash_item(await factories.make_product(), price="9.00", cap=3)
    async with transactions.begin():
        assert not await sales.claim([(item["id"], 2), (item["id"], 2)])
        assert await sales.claim([(item["id"], 2), (item["id"], 1)])
    assert await sold(item) == 3


async def test_one_of_two_sales_that_fails_is_said_and_the_caller_rolls_back(transactions):
    plenty = await make_flash_item(await factories.make_product(), price="9.00", cap=9)
    little = await make_flash_item(await factories.make_product(), price="9.00", cap=1)
    with pytest.raises(RuntimeError):
        async with transactions.begin():
            assert not await sales.claim([(little["id"], 2), (plenty["id"], 2)])
            raise RuntimeError
    assert (await sold(plenty), await sold(little)) == (0, 0)


NOT_RUNNING = {
    "over": "UPDATE flash_sale SET ends_at = now() - interval '1 second'",
    "not begun": "UPDATE flash_sale SET starts_at = now() + interval '1 minute'",
    "switched off": "UPDATE flash_sale SET is_active = false",
    "retired": "UPDATE flash_sale SET deleted_at = now()",
    "without the product": "UPDATE flash_sale_item SET deleted_at = now()",
}


@pytest.mark.parametrize("change", NOT_RUNNING.values(), ids=NOT_RUNNING.keys())
async def test_a_sale_that_does_not_run_gives_nothing(transactions, change):
    item = await make_flash_item(await factories.make_product(), price="9.00")
    await run(change)
    async with transactions.begin():
        assert not await sales.claim([(item["id"], 1)])
    assert await sold(item) == 0


async def unpaid(product, item, units: int):
    """An order that had `units` at the sale price, and whose time to pay is over."""
    variant = await factories.variant_of(product)
    order = await factories.make_order()
    line = {"order_id": order["id"], "variant_id": variant["id"], "quantity": units}
    await insert("stock_reservation", **line, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    price = item["price"]
    await insert(
        "order_item",
        **line,
        product_id=product["id"],
        product_name="Mug",
        sku="MUG",
        unit_price=price,
        total_price=price * units,
        flash_sale_item_id=item["id"],
    )
    await run("UPDATE inventory SET reserved = reserved + $2 WHERE variant_id = $1", variant["id"], units)
    await run("UPDATE flash_sale_item SET sold = sold + $2 WHERE id = $1", item["id"], units)
    return order


async def lapse(transactions) -> int:
    async with transactions.begin():
        return await orders.lapse_unpaid(10)


async def test_an_order_that_lapses_gives_its_units_back_once(transactions):
    product = await factories.make_product(stock=10)
    item = await make_flash_item(product, price="9.00", cap=5)
    await unpaid(product, item, 2)
    await unpaid(product, item, 1)
    assert await sold(item) == 3
    assert sorted(await asyncio.gather(*(lapse(transactions) for _ in range(5)))) == [0, 0, 0, 0, 2]
    assert await sold(item) == 0
    assert await factories.stock_of(product) == (10, 0, 10)


async def test_units_come_back_to_a_sale_that_is_over_too(transactions):
    product = await factories.make_product(stock=10)
    item = await make_flash_item(product, price="9.00", cap=5)
    await unpaid(product, item, 2)
    await run("UPDATE flash_sale SET ends_at = now() - interval '1 minute', deleted_at = now()")
    assert await lapse(transactions) == 1
    assert await sold(item) == 0


# What was sold


async def counted(product) -> int:
    return int(await db().fetchval("SELECT sold_count FROM product WHERE id = $1", product["id"]))


async def count(transactions, limit: int = 100) -> int:
    async with transactions.begin():
        return await orders.count_sold(limit)


async def ordered(product, units: int, **values):
    order = await factories.make_order(**values)
    variant = await factories.variant_of(product)
    await insert(
        "order_item",
        order_id=order["id"],
        product_id=product["id"],
        variant_id=variant["id"],
        quantity=units,
        product_name="Mug",
        sku="MUG",
    )
    return order


async def test_what_was_ordered_is_counted_once(transactions):
    product = await factories.make_product(sold_count=40)
    await ordered(product, 2)
    await ordered(product, 1, status="shipped")
    assert await counted(product) == 40
    assert [await count(transactions), await count(transactions)] == [2, 0]
    assert await counted(product) == 43


async def test_what_is_closed_unsold_is_counted_off_again(transactions):
    product = await factories.make_product()
    kept, cancelled, early = [await ordered(product, units) for units in (1, 2, 4)]
    await run("UPDATE orders SET status = 'cancelled' WHERE id = $1", early["id"])
    await count(transactions)
    assert await counted(product) == 3
    await run("UPDATE orders SET status = 'cancelled' WHERE id = $1", cancelled["id"])
    await run("UPDATE orders SET status = 'confirmed' WHERE id = $1", kept["id"])
    assert [await count(transactions), await count(transactions)] == [1, 0]
    assert await counted(product) == 1


async def test_workers_that_count_at_once_count_each_line_once(transactions):
    products = [await factories.make_product() for _ in range(3)]
    for product in products * 8:
        await ordered(product, 2)
    await asyncio.gather(*(count(transactions, limit=5) for _ in range(6)))
    while await count(transactions):
        pass
    assert [await counted(product) for product in products] == [16, 16, 16]


async def test_a_count_that_is_lost_on_the_way_is_made_again(transactions):
    product = await factories.make_product()
    await ordered(product, 2)
    with pytest.raises(RuntimeError):
        async with transactions.begin():
            assert await orders.count_sold(10) == 1
            raise RuntimeError
    assert await counted(product) == 0
    assert await count(transactions) == 1
    assert await counted(product) == 2


async def test_an_order_being_cancelled_meanwhile_is_counted_as_cancelled(transactions):
    """Its row is held by whoever cancels it, so its line is left for the next time."""
    product = await factories.make_product()
    order = await ordered(product, 2)
    held, go_on = asyncio.Event(), asyncio.Event()

    async def cancel() -> None:
        async with transactions.begin():
            await db().execute("UPDATE orders SET status = 'cancelled' WHERE id = $1", order["id"])
            held.set()
            await go_on.wait()

    cancelling = asyncio.create_task(cancel())
    await held.wait()
    assert await count(transactions) == 0
    go_on.set()
    await cancelling
    assert await count(transactions) == 1
    assert await counted(product) == 0
