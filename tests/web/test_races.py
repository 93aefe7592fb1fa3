"""Negative controls: the same rush at a shop with a careless adapter, to show that the rush would find it out.

The careless adapters live here, and the database they run on is a clone that is thrown away.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.adapters.db.engine import Limits, ShopEngine
from app.adapters.db.stock import PiccoloStock
from app.adapters.jobs.none import NoJobs
from app.bootstrap import build_shop
from app.main import create_app
from app.ports.orders import Stock
from app.ports.sales import FlashSales
from app.settings import Settings
from tests import factories
from tests.conftest import NewDatabase
from tests.factories import db
from tests.web.conftest import ORIGIN, Visitor

BUYERS, UNITS = 24, 6
MOMENT = 0.1
"""Seconds between a look and a deed: what other work or a slow network puts there."""

CHECKS = {"inventory_reserved_within_quantity": "inventory", "flash_sale_item_sold_within_cap": "flash_sale_item"}


class LookThenTake:
    """Reads what is there, then takes it without another look."""

    async def reserve(self, wanted: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        rows = await db().fetch(
            "SELECT variant_id, available FROM inventory WHERE variant_id = ANY ($1::bigint[])", [v for v, _ in wanted]
        )
        available = {row["variant_id"]: row["available"] for row in rows}
        short = tuple(variant for variant, quantity in wanted if available[variant] < quantity)
        if not short:
            await asyncio.sleep(MOMENT)
            for variant, quantity in wanted:
                await db().execute(
                    "UPDATE inventory SET reserved = reserved + $2 WHERE variant_id = $1", variant, quantity
                )
        return short


class LockAsTheyCome:
    """Takes carefully, but one line after the other, in the order of the cart. Two buyers have their first at once."""

    def __init__(self) -> None:
        self._both = asyncio.Barrier(2)

    async def reserve(self, wanted: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        first, second = wanted
        short = await PiccoloStock().reserve([first])
        await self._both.wait()
        return short + await PiccoloStock().reserve([second])


class LookThenClaim:
    """Reads what is left at the sale price, then takes it without another look."""

    async def claim(self, wanted: Sequence[tuple[int, int]]) -> bool:
        ((item, units),) = wanted
        left = await db().fetchval("SELECT stock_cap - sold FROM flash_sale_item WHERE id = $1", item)
        if left < units:
            return False
        await asyncio.sleep(MOMENT)
        await db().execute("UPDATE flash_sale_item SET sold = sold + $2 WHERE id = $1", item, units)
        return True


NewShop = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.fixture
def shop_with(new_database: NewDatabase, tmp_path: Path) -> NewShop:
    """`shop_with(stock)`: an application on a database of its own that sells `everyday-mug` and `plain-bowl`.

    Where `units` is given, that many of the `party-cup` go at the price of a flash sale. There is one of each colour,
    so that its buyers do not wait for one another at the stock.
    """

    @asynccontextmanager
    async def open_shop_with(
        stock: Stock | None = None,
        *,
        sales: FlashSales | None = None,
        checked: bool = True,
        colours: int = 0,
        units: int = 0,
    ) -> AsyncIterator[Any]:
        async with new_database() as url:
            settings = Settings.from_environment({"DATABASE_URL": url, "DATA_DIR": str(tmp_path), "BASE_URL": ORIGIN})
            engine = ShopEngine(url, Limits.of(settings))
            shop = build_shop(settings, engine=engine, jobs=NoJobs(), stock=stock, sales=sales)
            async with shop.opened():
                if not checked:
                    for check, table in CHECKS.items():
                        await engine.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check}")
                await factories.make_shipping_method(code="standard", price=Decimal("5.00"))
                for slug in ("everyday-mug", "plain-bowl"):
                    await factories.make_product(slug=slug, price="14.00", stock=UNITS)
                if units:
                    cup = await factories.make_product(slug="party-cup", price="14.00", stock=None)
                    await factories.make_flash_item(cup, price="9.00", cap=units)
                    for number in range(colours):
                        await factories.make_variant(cup, stock=1, options={"Colour": str(number)})
                yield create_app(shop)

    return open_shop_with


async def rush(app: Any, carts: Sequence[Sequence[str]]) -> Counter[int | str]:
    """A visitor for each cart stands at the last click; then all click. The statuses of their answers.

    Where that is 500, the name of the error in its place.
    """
    visitors = [Visitor(app) for _ in carts]
    forms = []
    for visitor, cart in zip(visitors, carts, strict=True):
        for wanted in cart:
            slug, _, colour = wanted.partition(" ")
            await visitor.add(slug, **({"Colour": colour} if colour else {}))
        forms.append(await visitor.checkout_form())
    clicks = [visitor.post("/checkout", form) for visitor, form in zip(visitors, forms, strict=True)]
    with capture_logs() as said:
        answers = await asyncio.gather(*clicks)
    for visitor in visitors:
        await visitor.client.aclose()
    found = Counter(answer.status for answer in answers if answer.status != 500)
    return found + Counter(type(entry["exc_info"]).__name__ for entry in said if entry["event"] == "unexpected_error")


async def orders() -> int:
    return int(await db().fetchval("SELECT count(*) FROM orders"))


async def left_of(slug: str) -> int:
    return int(
        await db().fetchval(
            "SELECT sum(quantity - reserved) FROM inventory s JOIN product p ON p.id = s.product_id WHERE slug = $1",
            slug,
        )
    )


async def test_a_conditional_update_sells_what_there_is(shop_with: NewShop) -> None:
    async with shop_with(PiccoloStock(), checked=False) as app:
        assert await rush(app, [["everyday-mug"]] * BUYERS) == {303: UNITS, 409: BUYERS - UNITS}
        assert (await orders(), await left_of("everyday-mug")) == (UNITS, 0)


async def test_a_look_before_taking_oversells(shop_with: NewShop) -> None:
    async with shop_with(LookThenTake(), checked=False) as app:
        statuses = await rush(app, [["everyday-mug"]] * BUYERS)
        assert await orders() == statuses[303] > UNITS
        assert await left_of("everyday-mug") == UNITS - statuses[303] < 0


async def test_the_database_itself_does_not_let_more_be_promised_than_there_is(shop_with: NewShop) -> None:
    async with shop_with(LookThenTake()) as app:
        statuses = await rush(app, [["everyday-mug"]] * BUYERS)
        assert statuses[303] == await orders() == UNITS
        assert statuses["CheckViolationError"] > 0
        assert await left_of("everyday-mug") == 0


OPPOSITE = [["everyday-mug", "plain-bowl"], ["plain-bowl", "everyday-mug"]]


async def test_locks_in_one_order_do_not_meet_head_on(shop_with: NewShop) -> None:
    async with shop_with(PiccoloStock()) as app:
        assert await rush(app, OPPOSITE * (UNITS // 2)) == {303: UNITS}


async def test_locks_in_the_order_of_the_cart_do(shop_with: NewShop) -> None:
    async with shop_with(LockAsTheyCome()) as app:
        assert await rush(app, OPPOSITE) == {303: 1, "DeadlockDetectedError": 1}
        assert await orders() == 1


def cups(count: int) -> list[list[str]]:
    return [[f"party-cup {colour}"] for colour in range(count)]


async def at_the_sale_price() -> int:
    return int(await db().fetchval("SELECT count(*) FROM order_item WHERE unit_price = 9"))


@pytest.mark.parametrize(("buyers", "units"), [(24, 6), pytest.param(200, 20, marks=pytest.mark.prove)])
async def test_no_more_go_at_the_sale_price_than_were_meant_to(shop_with: NewShop, buyers: int, units: int) -> None:
    async with shop_with(colours=buyers, units=units, checked=False) as app:
        assert await rush(app, cups(buyers)) == {303: units, 409: buyers - units}
        assert await at_the_sale_price() == units == await db().fetchval("SELECT sold FROM flash_sale_item")
        assert await left_of("party-cup") == buyers - units


async def test_a_look_before_claiming_sells_more_at_the_sale_price(shop_with: NewShop) -> None:
    async with shop_with(sales=LookThenClaim(), colours=BUYERS, units=UNITS, checked=False) as app:
        statuses = await rush(app, cups(BUYERS))
        assert statuses[303] == await at_the_sale_price() > UNITS


async def test_the_database_itself_does_not_let_more_go_at_the_sale_price(shop_with: NewShop) -> None:
    async with shop_with(sales=LookThenClaim(), colours=BUYERS, units=UNITS) as app:
        statuses = await rush(app, cups(BUYERS))
        assert statuses[303] == await at_the_sale_price() == UNITS
        assert statuses["CheckViolationError"] > 0
