"""Buyers who click at the same moment, over HTTP, at the shop of `shop up` with two web processes.

What the same rush does to a careless shop is shown in tests/web/test_races.py.
"""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bench import usage
from bench.running import RunningShop, data_directory, running_shop
from bench.rush import (
    Buyer,
    Rush,
    all_click,
    at_the_last_click,
    available,
    leave_in_stock,
    orders_placed,
    products_on_sale,
)

BUYERS, UNITS = 200, 20
SUBMITS = 50
PAIRS = 100


@pytest_asyncio.fixture(scope="module")
async def shop() -> AsyncIterator[RunningShop]:
    with data_directory() as data_dir:
        async with running_shop(data_dir, WEB_PROCESSES="2") as shop:
            yield shop
            assert "unexpected_error" not in shop.log
            assert "deadlock" not in shop.database_log
            doctor = [str(Path(sys.executable).parent / "shop"), "doctor"]
            books = subprocess.run(doctor, env=shop.environment, capture_output=True, text=True)
            assert books.returncode == 0, books.stdout + books.stderr


async def sell_out(shop: RunningShop) -> Rush:
    """A rush for the last units, checked; the refused try once more."""
    (slug,) = await products_on_sale(shop, 1)
    await leave_in_stock(shop, slug, UNITS)
    before = await orders_placed(shop)
    buyers = await at_the_last_click(shop, [[slug]] * BUYERS)
    rush = await all_click(buyers)
    assert rush.statuses == {303: UNITS, 409: BUYERS - UNITS}
    assert len(rush.orders) == UNITS
    refused = [buyer for buyer, answer in zip(buyers, rush.answers, strict=True) if answer.status == 409]
    for answer in [answer for answer in rush.answers if answer.status == 409]:
        assert "sold out" in answer.words
    assert (await all_click(refused)).statuses == {409: BUYERS - UNITS}
    assert await available(shop, slug) == 0
    assert await orders_placed(shop) - before == UNITS
    return rush


async def opposite_carts(shop: RunningShop) -> Rush:
    """Pairs of buyers who want the same two things, added to their carts in opposite order."""
    first, second = await products_on_sale(shop, 2)
    for slug in (first, second):
        await leave_in_stock(shop, slug, 2 * PAIRS)
    rush = await all_click(await at_the_last_click(shop, [[first, second], [second, first]] * PAIRS))
    assert rush.statuses == {303: 2 * PAIRS}
    assert [await available(shop, slug) for slug in (first, second)] == [0, 0]
    return rush


async def test_the_last_units_are_sold_once_each_and_everyone_gets_an_answer(shop: RunningShop) -> None:
    before = [usage.cpu_seconds(pid) for pid in shop.web_processes()]
    report(f"{BUYERS} buyers for {UNITS} units", await sell_out(shop))
    worked = [usage.cpu_seconds(pid) - was for pid, was in zip(shop.web_processes(), before, strict=True)]
    assert len(worked) == 2 and min(worked) > 0.05, "both web processes take part"
    async with shop.database() as database:
        mails = await database.fetchval("SELECT count(*) FROM email")
        assert mails == await orders_placed(shop)


async def test_many_submits_of_one_form_are_one_order(shop: RunningShop) -> None:
    (slug,) = await products_on_sale(shop, 1)
    await leave_in_stock(shop, slug, UNITS)
    (buyer,) = await at_the_last_click(shop, [[slug]])
    rush = await all_click([again(shop, buyer) for _ in range(SUBMITS)])
    report(f"{SUBMITS} submits of one key", rush)
    assert rush.statuses == {303: SUBMITS}
    assert await available(shop, slug) == UNITS - 1
    assert await counts_of_the_only(rush, shop) == {"orders": 1, "payments": 1, "mails": 1}


async def test_two_tabs_are_one_order(shop: RunningShop) -> None:
    (slug,) = await products_on_sale(shop, 1)
    await leave_in_stock(shop, slug, UNITS)
    (first,) = await at_the_last_click(shop, [[slug]])
    second = again(shop, first)
    async with second.shopper as shopper:
        second.form = await shopper.checkout()
    assert first.form["key"] != second.form["key"]
    rush = await all_click([first, second])
    assert rush.statuses == {303: 2}
    assert await available(shop, slug) == UNITS - 1
    assert await counts_of_the_only(rush, shop) == {"orders": 1, "payments": 1, "mails": 1}


async def test_carts_in_opposite_order_do_not_deadlock(shop: RunningShop) -> None:
    report(f"{2 * PAIRS} carts in opposite order", await opposite_carts(shop))
    async with shop.database() as database:
        assert await database.fetchval("SELECT sum(deadlocks) FROM pg_stat_database") == 0


@pytest.mark.prove
async def test_rush_after_rush(shop: RunningShop) -> None:
    for _ in range(10):
        report("rush", await sell_out(shop))
        report("opposite carts", await opposite_carts(shop))


def again(shop: RunningShop, buyer: Buyer) -> Buyer:
    """The same visitor with the same form over another connection."""
    shopper = shop.shopper()
    shopper.cookies = dict(buyer.shopper.cookies)
    return Buyer(shopper, buyer.form)


async def counts_of_the_only(rush: Rush, shop: RunningShop) -> dict[str, int]:
    """What there is of the one order that everybody was sent to."""
    (address,) = rush.orders
    async with shop.database() as database:
        row = await database.fetchrow(
            """
            SELECT count(*) AS orders, (SELECT count(*) FROM payment WHERE order_id = min(o.id)) AS payments,
                   (SELECT count(*) FROM email WHERE order_id = min(o.id)) AS mails
            FROM orders o WHERE cart_id = (SELECT cart_id FROM orders WHERE number = $1)
            """,
            address.removeprefix("/orders/").partition("?")[0],
        )
    return dict(row or {})


def report(what: str, rush: Rush) -> None:
    """Shown by pytest -rP; how fast it was depends on what else the machine does, so nothing is made of it here."""
    print(f"{what}: over in {rush.seconds:.2f} s, the slowest answer after {max(rush.waits):.2f} s")
