"""The lowest price of the 30 days before a cut, out of histories as they happen."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from app.adapters.db.engine import ShopEngine
from tests import factories
from tests.factories import db, insert

NOW = datetime.now(UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


async def run(sql: str, *args: object) -> None:
    async with db().transaction():
        await db().execute(sql, *args)


async def product_with(
    *entries: tuple[float, str, str | None], published: float = 365, adjustment: str = "0.00"
) -> asyncpg.Record:
    """A product whose price was (days ago, price, struck-through price) in turn; the last entry holds today."""
    _, price, struck = entries[-1]
    product = await factories.make_product(
        price=price,
        stock=None,
        compare_at_price=None if struck is None else Decimal(struck),
        published_at=ago(published),
    )
    variant = await factories.make_variant(product, price_adjustment=Decimal(adjustment))
    await run("DELETE FROM price_history WHERE product_id = $1", product["id"])
    for days, price, struck in entries:
        await insert(
            "price_history",
            product_id=product["id"],
            price=Decimal(price),
            compare_at_price=None if struck is None else Decimal(struck),
            valid_from=ago(days),
        )
    first = entries[0][0]
    await adjusted(variant, first, adjustment)
    return product


async def adjusted(variant: asyncpg.Record, days: float, amount: str) -> None:
    await insert(
        "price_history",
        product_id=variant["product_id"],
        variant_id=variant["id"],
        price_adjustment=Decimal(amount),
        valid_from=ago(days),
    )


async def flash(product: asyncpg.Record, price: str, begins: float, ends: float, **values: Any) -> asyncpg.Record:
    """A flash sale from `begins` days ago until `ends` days ago; less than nothing is yet to come."""
    sale = await insert("flash_sale", name="Sale", starts_at=ago(begins), ends_at=ago(ends), **values)
    await insert(
        "flash_sale_item",
        flash_sale_id=sale["id"],
        product_id=product["id"],
        price=Decimal(price),
        stock_cap=5,
        created_at=ago(begins + 1),
    )
    return sale


async def lowest(product: asyncpg.Record) -> Decimal | None:
    variant = await factories.variant_of(product)
    found: Decimal | None = await db().fetchval(
        "SELECT lowest FROM lows_before_cut($1) WHERE variant_id = $2", product["id"], variant["id"]
    )
    return found


pytestmark = pytest.mark.usefixtures("engine")

HISTORIES = {
    "nothing is cut": ([(90, "10", None), (5, "8", None)], None),
    "a plain cut": ([(90, "10", None), (5, "8", "10")], "10"),
    "the price was raised shortly before the cut": ([(90, "10", None), (12, "15", None), (5, "8", "15")], "10"),
    "it was cheaper within the 30 days": ([(90, "10", None), (30, "7", None), (20, "10", None), (5, "8", "10")], "7"),
    "it was cheaper before the 30 days": ([(90, "7", None), (40, "10", None), (5, "8", "10")], "10"),
    "cheap until the 30 days had begun": ([(90, "7", None), (34.9, "10", None), (5, "8", "10")], "7"),
    "cut further under the same announcement": ([(90, "10", None), (9, "9", "10"), (5, "8", "10")], "10"),
    "announced anew with a higher price": ([(90, "10", None), (9, "8", "10"), (5, "8", "12")], "8"),
    "the same announcement after a pause": (
        [(90, "10", None), (60, "8", "10"), (20, "9", None), (5, "8", "10")],
        "8",
    ),
    "it never had another price": ([(5, "8", "10")], None),
}


@pytest.mark.parametrize(("entries", "expected"), HISTORIES.values(), ids=HISTORIES.keys())
async def test_histories(entries: list[tuple[float, str, str | None]], expected: str | None) -> None:
    product = await product_with(*entries)
    assert await lowest(product) == (None if expected is None else Decimal(expected))


async def test_what_was_not_yet_published_was_not_on_sale() -> None:
    product = await product_with((90, "1", None), (15, "10", None), (5, "8", "10"), published=10)
    assert await lowest(product) == 10


async def test_what_came_out_at_the_cut_price_never_cost_more() -> None:
    assert await lowest(await product_with((90, "10", None), (8, "8", "10"), published=5)) is None


async def test_two_changes_at_one_moment_are_the_later_one() -> None:
    assert await lowest(await product_with((90, "10", None), (20, "3", None), (20, "10", None), (5, "8", "10"))) == 10


async def test_a_variant_has_its_own_low() -> None:
    product = await product_with((90, "10", None), (5, "8", "10"), adjustment="2.50")
    variant = await factories.variant_of(product)
    assert await lowest(product) == Decimal("12.50")
    await adjusted(variant, 12, "1.00")
    await adjusted(variant, 10, "2.50")
    assert await lowest(product) == Decimal("11.00")


async def test_a_flash_price_is_cut_from_what_it_cost_before() -> None:
    product = await product_with((90, "10", None), (20, "9", None), (15, "12", None))
    await flash(product, "7", 1, -1)
    assert await lowest(product) == 9


async def test_an_earlier_flash_sale_is_a_price_of_those_days() -> None:
    product = await product_with((90, "10", None), (5, "8", "10"))
    await flash(product, "6", 12, 11)
    assert await lowest(product) == 6


@pytest.mark.parametrize("when", [(60, 50), (4, 3), (-1, -2)], ids=["long before", "since the cut", "to come"])
async def test_a_flash_sale_of_other_days_is_not(when: tuple[float, float]) -> None:
    product = await product_with((90, "10", None), (5, "8", "10"))
    await flash(product, "6", *when)
    assert await lowest(product) == 10


async def test_a_second_flash_sale_soon_after_the_first_promises_less() -> None:
    product = await product_with((90, "10", None))
    await flash(product, "6", 12, 11)
    await flash(product, "7", 1, -1)
    assert await lowest(product) == 6


async def test_a_flash_sale_without_units_left_announces_nothing() -> None:
    product = await product_with((90, "10", None))
    await flash(product, "6", 1, -1)
    await run("UPDATE flash_sale_item SET sold = stock_cap")
    assert await lowest(product) is None


async def test_a_flash_price_counts_only_while_there_was_something_to_be_had_at_it() -> None:
    product = await product_with((90, "10", None), (5, "8", "10"))
    sale = await flash(product, "6", 40, 6)
    assert await lowest(product) == 6
    await sold_out(sale, (38, None))
    assert await lowest(product) == 10
    await sold_out(sale, (38, 20), (19, None))  # for a day some came back
    assert await lowest(product) == 6
    await sold_out(sale, (41, None))
    assert await lowest(product) == 10


async def sold_out(sale: asyncpg.Record, *times: tuple[float, float | None]) -> None:
    """As if the item of the sale had been sold out then: from so many days ago until so many."""
    ranges = [(ago(begins), None if ends is None else ago(ends)) for begins, ends in times]
    await run(
        "UPDATE flash_sale_item SET sold_out = (SELECT range_agg(tstzrange(b, e)) FROM unnest($2::timestamptz[],"
        " $3::timestamptz[]) AS t (b, e)) WHERE flash_sale_id = $1",
        sale["id"],
        [begins for begins, _ in ranges],
        [ends for _, ends in ranges],
    )


async def test_the_shop_notes_when_nothing_is_left_and_when_there_is_again(engine: ShopEngine) -> None:
    item = await factories.make_flash_item(await factories.make_product(), cap=3)

    async def times(change: str) -> tuple[int, bool]:
        """How many times it was sold out, and whether it is."""
        await run(f"UPDATE flash_sale_item SET {change}")
        row = await engine.fetchrow(
            "SELECT (SELECT count(*) FROM unnest(sold_out)) AS times, upper_inf(sold_out) AS is_out"
            " FROM flash_sale_item"
        )
        assert row is not None
        return row["times"], row["is_out"]

    assert item["sold_out"] == []
    assert await times("sold = 2") == (0, False)
    assert await times("sold = 3") == (1, True)
    assert await times("price = 7") == (1, True)
    assert await times("sold = 2") == (1, False)  # an order lapsed
    assert await times("sold = 3") == (2, True)
    assert await times("stock_cap = 9") == (2, False)  # staff added some
    assert await times("stock_cap = 3") == (3, True)
    gone = await factories.make_flash_item(await factories.make_product(), cap=3, sold=3)
    (since,) = gone["sold_out"]
    assert since.lower == gone["created_at"] and since.upper_inf


async def struck(product: asyncpg.Record) -> dict[int, Decimal]:
    """By variant."""
    rows = await db().fetch("SELECT variant_id, amount FROM struck_prices($1)", product["id"])
    return {row["variant_id"]: row["amount"] for row in rows}


async def on_card(product: asyncpg.Record) -> Decimal | None:
    amount: Decimal | None = await db().fetchval("SELECT struck_on_card($1)", product["id"])
    return amount


async def is_listed_on_sale(product: asyncpg.Record) -> bool:
    await run("SELECT shop_list(ARRAY[$1::bigint])", product["id"])
    return bool(
        await db().fetchval(
            "SELECT EXISTS (SELECT FROM listing_product l JOIN listing_term t ON t.id = ANY (l.tags)"
            " WHERE l.product_id = $1 AND t.field = 'sale')",
            product["id"],
        )
    )


@pytest.mark.parametrize(
    ("entries", "published", "amount"),
    [
        ([(90, "10", None), (5, "8", "10")], 365, "10"),
        ([(90, "10", None), (5, "8", "25")], 365, "10"),
        ([(90, "10", None), (40, "14", None), (5, "8", "14")], 365, "14"),
        ([(90, "10", None), (12, "15", None), (5, "8", "15")], 365, "10"),
        ([(90, "7", None), (12, "15", None), (5, "8", "15")], 365, None),
        ([(90, "8", None), (12, "15", None), (5, "8", "15")], 365, None),
        ([(5, "8", "10")], 365, None),
        ([(90, "10", None), (8, "8", "10")], 5, None),
        ([(90, "10", None)], 365, None),
    ],
    ids=["cut", "boast", "dearer", "raised first", "cheaper before", "as before", "never dearer", "new", "no cut"],
)
async def test_struck_is_the_low_before_the_cut_where_it_is_higher(
    entries: list[tuple[float, str, str | None]], published: float, amount: str | None
) -> None:
    """On the page of the product, in lists, and in what they call on sale."""
    product = await product_with(*entries, published=published)
    assert list((await struck(product)).values()) == ([] if amount is None else [Decimal(amount)])
    assert await on_card(product) == (None if amount is None else Decimal(amount))
    assert await is_listed_on_sale(product) is (amount is not None)


async def test_a_flash_price_is_struck_by_the_same_rule() -> None:
    product = await product_with((90, "10", None))
    await flash(product, "6", 12, 11)
    await flash(product, "7", 1, -1)
    assert await struck(product) == {}
    assert await on_card(product) is None
    assert not await is_listed_on_sale(product)
    await run("UPDATE flash_sale_item SET price = 5 WHERE price = 7")
    assert await on_card(product) == 6
    assert await is_listed_on_sale(product)


async def test_a_card_strikes_nothing_where_a_variant_at_its_price_was_never_dearer() -> None:
    product = await product_with((90, "10", None), (5, "8", "10"))
    first = await factories.variant_of(product)
    dearer = await factories.make_variant(product, price_adjustment=Decimal("3.00"))
    assert await struck(product) == {first["id"]: Decimal(10)}
    assert await on_card(product) == 10
    same = await factories.make_variant(product)
    assert await on_card(product) is None
    assert not await is_listed_on_sale(product)
    await run("UPDATE product_variant SET is_active = false WHERE id = $1", same["id"])
    assert await on_card(product) == 10
    await run("UPDATE product_variant SET is_active = false WHERE id = $1", first["id"])
    assert await on_card(product) is None, dearer


async def test_a_sale_that_was_taken_back_before_it_began_never_ran() -> None:
    product = await product_with((90, "10", None), (5, "8", "10"))
    sale = await flash(product, "6", 12, 11)
    await run("UPDATE flash_sale SET deleted_at = $2 WHERE id = $1", sale["id"], ago(13))
    assert await lowest(product) == 10
    await run("UPDATE flash_sale SET deleted_at = $2 WHERE id = $1", sale["id"], ago(11.5))
    assert await lowest(product) == 6


async def test_the_histories_that_the_shop_writes_itself(engine: ShopEngine) -> None:
    product = await factories.make_product(price="10.00")
    variant = await factories.variant_of(product)
    await run("UPDATE price_history SET valid_from = now() - interval '20 hours'")
    await run("UPDATE product SET price = 8, compare_at_price = 10 WHERE id = $1", product["id"])
    assert await struck(product) == {variant["id"]: Decimal(10)}
    assert await engine.fetch("SELECT lows_before_cut(0)") == []
    assert await engine.fetchval("SELECT struck_on_card(0)") is None
