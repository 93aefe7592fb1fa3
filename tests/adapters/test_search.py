"""Lists of products: what they show and count, against plain Python over random catalogues, and as the shop changes."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from app.adapters.db import facets, search
from app.adapters.db.engine import ShopEngine
from app.adapters.db.search import PiccoloSearch
from app.core.listing import PAGE_SIZE, Sort, Wish
from app.ports.catalog import Listing
from tests import factories

COLOURS, SIZES = ("Ink", "Sand", "Sage"), ("S", "M", "L")
MATERIALS, WIDTHS = ("Oak", "Steel"), ("10", "22.5")
WORDS = ("Lamp", "Chair", "Bowl")
MONTH = timedelta(days=30)
CUT = Decimal(4)


@dataclass(frozen=True)
class Thing:
    """One variant as the oracle knows it."""

    colour: str
    size: str
    price: Decimal
    is_available: bool


@dataclass
class Goods:
    """One product as the oracle knows it; `shelves` are its categories from the bottom up."""

    slug: str
    shelves: tuple[str, ...]
    brand: str
    word: str
    rating: Decimal
    ratings: int
    sold: int
    published_at: datetime
    cut: str
    """How its price was lowered: not at all, for all, or while a sale runs."""
    materials: tuple[str, ...]
    width: str
    is_washable: bool | None
    things: list[Thing] = field(default_factory=list)

    @property
    def price(self) -> Decimal:
        return min(thing.price for thing in self.things)

    @property
    def is_new(self) -> bool:
        return self.published_at > datetime.now(UTC) - MONTH


def values_of(goods: Goods, thing: Thing) -> dict[str, set[str]]:
    """Field to the values that this variant of these goods answers to."""
    found = {
        "brand": {goods.brand},
        "colour": {thing.colour},
        "size": {thing.size},
        "rating": {str(stars) for stars in (1, 2, 3, 4) if goods.rating >= stars},
        "available": {"1"} if thing.is_available else set(),
        "sale": set() if goods.cut == "plain" else {"1"},
        "new": {"1"} if goods.is_new else set(),
        "a.material": set(goods.materials),
        "a.width": {goods.width},
        "a.washable": set() if goods.is_washable is None else {"yes" if goods.is_washable else "no"},
    }
    return {name: values for name, values in found.items() if values}


class Oracle:
    """The rules of a list, said as plainly as they can be: every variant is looked at, every time."""

    def __init__(self, goods: list[Goods]) -> None:
        self.goods = goods

    def matching(self, wish: Wish, *, without: str = "") -> list[tuple[Goods, list[Thing]]]:
        """What fits, each with the variants that meet all that is asked for; `without` one of the filters."""
        now = datetime.now(UTC)
        groups: dict[str, set[str]] = {}
        for name, value in wish.chosen:
            groups.setdefault(name, set()).add(value)
        groups.pop(without, None)

        def fits(goods: Goods, thing: Thing) -> bool:
            values = values_of(goods, thing)
            return all(values.get(name, set()) & wanted for name, wanted in groups.items()) and (
                without == "price"
                or (
                    (wish.lowest is None or thing.price >= wish.lowest)
                    and (wish.highest is None or thing.price <= wish.highest)
                )
            )

        found = []
        for goods in self.goods:
            if goods.published_at > now or (wish.category and wish.category not in goods.shelves):
                continue
            if wish.words and wish.words.lower() != goods.word.lower():
                continue
            if fitting := [thing for thing in goods.things if fits(goods, thing)]:
                found.append((goods, fitting))
        return found

    def count(self, wish: Wish, name: str) -> Counter[str]:
        """How many products each value of a field would show, the field's own choice aside."""
        counted: Counter[str] = Counter()
        for goods, things in self.matching(wish, without=name):
            if name == "category":
                counted.update(goods.shelves)
                continue
            counted.update(set().union(*(values_of(goods, thing).get(name, set()) for thing in things)))
        return counted

    def slugs(self, wish: Wish) -> list[str]:
        order: dict[Sort, Callable[[Goods], Any]] = {
            Sort.RELEVANCE: lambda goods: -goods.sold,
            Sort.NEWEST: lambda goods: -goods.published_at.timestamp(),
            Sort.PRICE_UP: lambda goods: goods.price,
            Sort.PRICE_DOWN: lambda goods: -goods.price,
            Sort.RATING: lambda goods: (-goods.rating, -goods.ratings),
        }
        return [goods.slug for goods in sorted((goods for goods, _ in self.matching(wish)), key=order[wish.sort])]


@pytest_asyncio.fixture
async def lists(engine: Any) -> PiccoloSearch:
    return PiccoloSearch()


async def stock_a_shop(rng: random.Random, *, products: int) -> Oracle:
    """A random catalogue of two levels, whose prices are cut once it stands, and the oracle that knows it."""
    async with factories.db().transaction():
        shelves: list[tuple[int, tuple[str, ...]]] = []
        for top in ("home", "wear"):
            row = await factories.make_category(slug=top)
            shelves.append((row["id"], (top,)))
            for below in ("one", "two"):
                child = await factories.make_category(slug=f"{top}-{below}", parent_id=row["id"])
                shelves.append((child["id"], (f"{top}-{below}", top)))
        brands = {slug: (await factories.insert("brand", name=slug.title(), slug=slug))["id"] for slug in ("ax", "by")}
        attributes = {
            code: (await factories.insert("attribute", name=code.title(), code=code, kind=kind))["id"]
            for code, kind in (("material", "text"), ("width", "number"), ("washable", "boolean"))
        }
        goods = [await _make(rng, number, rng.choice(shelves), brands, attributes) for number in range(products)]
    await _cut_prices()
    return Oracle(goods)


async def _cut_prices() -> None:
    """Of those whose names say so; what was never dearer is not on sale."""
    async with factories.db().transaction():
        db = factories.db()
        await db.execute(
            "UPDATE product SET price = price - $1, compare_at_price = price WHERE name LIKE '% reduced'", CUT
        )
        sale = await factories.insert(
            "flash_sale",
            name="Now",
            starts_at=datetime.now(UTC) - timedelta(hours=1),
            ends_at=datetime.now(UTC) + timedelta(hours=1),
        )
        await db.execute(
            "INSERT INTO flash_sale_item (flash_sale_id, product_id, price, stock_cap)"
            " SELECT $1, id, price - $2, 5 FROM product WHERE name LIKE '% flash'",
            sale["id"],
            CUT,
        )


async def _make(
    rng: random.Random,
    number: int,
    shelf: tuple[int, tuple[str, ...]],
    brands: dict[str, int],
    attributes: dict[str, int],
) -> Goods:
    base = Decimal(rng.randrange(5, 60))
    kind = rng.choice(("plain", "plain", "reduced", "flash"))
    age = timedelta(days=rng.choice((1, 10, 29, 31, 200)), minutes=number)
    made = Goods(
        slug=f"goods-{number}",
        shelves=shelf[1],
        brand=rng.choice(tuple(brands)),
        word=rng.choice(WORDS),
        rating=Decimal(rng.randrange(0, 501)) / 100,
        ratings=number,
        sold=rng.randrange(1000) * 1000 + number,  # no two alike, so that the order is one
        published_at=datetime.now(UTC) + MONTH if rng.random() < 0.1 else datetime.now(UTC) - age,
        cut=kind,
        materials=tuple(rng.sample(MATERIALS, rng.randrange(3))),
        width=rng.choice(WIDTHS),
        is_washable=rng.choice((True, False, None)),
    )
    cents = Decimal(number) / 100
    row = await factories.make_product(
        slug=made.slug,
        name=f"{made.word} number {number} {kind}",
        stock=None,
        price=base + cents,
        category_id=shelf[0],
        brand_id=brands[made.brand],
        rating_average=made.rating,
        rating_count=made.ratings,
        sold_count=made.sold,
        published_at=made.published_at,
    )
    if kind != "plain":
        base -= CUT
    for material in made.materials:
        await factories.insert(
            "product_attribute", product_id=row["id"], attribute_id=attributes["material"], text_value=material
        )
    await factories.insert(
        "product_attribute", product_id=row["id"], attribute_id=attributes["width"], number_value=Decimal(made.width)
    )
    if made.is_washable is not None:
        await factories.insert(
            "product_attribute",
            product_id=row["id"],
            attribute_id=attributes["washable"],
            boolean_value=made.is_washable,
        )
    for _ in range(rng.randrange(1, 4)):
        more = Decimal(rng.randrange(0, 20))
        thing = Thing(rng.choice(COLOURS), rng.choice(SIZES), base + cents + more, rng.random() < 0.7)
        await factories.make_variant(
            row,
            stock=int(thing.is_available) * 3,
            options={"Colour": thing.colour, "Size": thing.size},
            price_adjustment=more,
        )
        made.things.append(thing)
    return made


def random_wish(rng: random.Random) -> Wish:
    def some(values: Iterable[str]) -> frozenset[str]:
        return frozenset(rng.sample(tuple(values), rng.choice((0, 0, 1, 2))))

    attributes = {
        code: chosen
        for code, values in (("material", MATERIALS), ("width", WIDTHS), ("washable", ("yes", "no")))
        if rng.random() < 0.25 and (chosen := some(values))
    }
    return Wish(
        category=rng.choice(("home", "wear-one", "wear")),
        brands=some(("ax", "by")) if rng.random() < 0.4 else frozenset(),
        colours=some(COLOURS),
        sizes=some(SIZES),
        attributes=attributes,
        lowest=Decimal(rng.randrange(1, 40)) if rng.random() < 0.3 else None,
        highest=Decimal(rng.randrange(20, 80)) if rng.random() < 0.3 else None,
        rating=rng.choice((0, 0, 0, 1, 3, 4)),
        in_stock=rng.random() < 0.3,
        on_sale=rng.random() < 0.2,
        is_new=rng.random() < 0.2,
        sort=rng.choice(tuple(Sort)),
    )


def agrees(listing: Listing, oracle: Oracle, wish: Wish) -> None:
    """The list, its total, every count and the price span are what the oracle says."""
    slugs = oracle.slugs(wish)
    start = (wish.page - 1) * PAGE_SIZE
    assert listing.total == len(slugs), wish
    assert [card.slug for card in listing.cards] == slugs[start : start + PAGE_SIZE], wish
    for facet in listing.facets:
        counted = oracle.count(wish, facet.field)
        for value in facet.values:
            assert value.count == counted[value.value], (wish, facet.field, value)
            assert value.is_chosen == ((facet.field, value.value) in wish.chosen) or facet.field == "category"
        if facet.field != "category":
            assert {name for name, count in counted.items() if count} <= {value.value for value in facet.values}, wish
    prices = [thing.price for _, things in oracle.matching(wish, without="price") for thing in things]
    assert listing.price_span == ((min(prices), max(prices)) if prices else None), wish
    for name, count in listing.without:
        assert count == len(oracle.matching(wish, without=name)), (wish, name)


@pytest.mark.parametrize("seed", range(3))
async def test_lists_and_counts_are_those_of_the_oracle(lists: PiccoloSearch, seed: int) -> None:
    rng = random.Random(seed)
    oracle = await stock_a_shop(rng, products=60)
    for _ in range(40):
        wish = random_wish(rng)
        found = await lists.find_category(wish.category, replace(wish, category=""))
        assert found is not None
        agrees(found.listing, oracle, wish)


WAYS = {
    "two indexes": "IF false AND places <=|IF true OR meeting <",
    "one index": "IF false AND places <=|IF false AND meeting <",
}
"""Of finding what a filter leaves: few products among many are not looked for as these few here are."""


@pytest.mark.parametrize("way", WAYS)
async def test_whichever_way_a_list_is_found_it_is_the_same(
    lists: PiccoloSearch, superuser: asyncpg.Connection, way: str
) -> None:
    rng = random.Random(7)
    oracle = await stock_a_shop(rng, products=60)
    chosen: str = await superuser.fetchval("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'listing_from'")
    places, meeting = WAYS[way].split("|")
    forced = chosen.replace("IF places <=", places).replace("IF meeting <", meeting)
    assert forced.count("IF false") + forced.count("IF true") == 2
    await superuser.execute(forced)
    try:
        for _ in range(60):
            wish = random_wish(rng)
            found = await lists.find_category(wish.category, replace(wish, category=""))
            assert found is not None
            agrees(found.listing, oracle, wish)
    finally:
        await superuser.execute(chosen)
    assert await factories.db().fetchval("SHOW enable_seqscan") == "on"


@pytest.mark.parametrize("seed", range(10, 12))
async def test_searches_count_like_categories(lists: PiccoloSearch, seed: int) -> None:
    rng = random.Random(seed)
    oracle = await stock_a_shop(rng, products=60)
    for _ in range(25):
        wish = replace(random_wish(rng), words=rng.choice(WORDS), category="")
        agrees((await lists.search(wish)).listing, oracle, wish)


DERIVED = {
    "product": "SELECT * FROM listing_product ORDER BY 1",
    "place": "SELECT * FROM listing_place ORDER BY 1, 2",
    "facets": "SELECT * FROM category_facets WHERE products <> 0 ORDER BY 1, 2",
    "lines": "SELECT * FROM category_line ORDER BY 1, 2",
}


async def derived() -> dict[str, list[Any]]:
    return {name: [tuple(row) for row in await factories.db().fetch(sql)] for name, sql in DERIVED.items()}


async def run(sql: str, *args: Any) -> None:
    async with factories.db().transaction():
        await factories.db().execute(sql, *args)


CHANGES = (
    "UPDATE inventory SET quantity = reserved WHERE id IN (SELECT id FROM inventory ORDER BY random() LIMIT 3)",
    "UPDATE inventory SET quantity = quantity + 2 WHERE id IN (SELECT id FROM inventory ORDER BY random() LIMIT 3)",
    "UPDATE product SET price = price + 1 WHERE id IN (SELECT id FROM product ORDER BY random() LIMIT 3)",
    "UPDATE product SET status = 'archived' WHERE id IN (SELECT id FROM product ORDER BY random() LIMIT 2)",
    "UPDATE product SET status = 'active' WHERE published_at IS NOT NULL",
    "UPDATE product SET deleted_at = now() WHERE id = (SELECT max(id) FROM product)",
    "UPDATE product SET deleted_at = NULL",
    "UPDATE product SET published_at = now() - interval '40 days' WHERE id = (SELECT min(id) FROM product)",
    "UPDATE product SET rating_average = 4.5, sold_count = sold_count + 1 WHERE id % 7 = 0",
    "UPDATE product SET brand_id = NULL, name = 'Renamed' WHERE id % 11 = 0",
    "UPDATE product SET category_id = (SELECT min(id) FROM category) WHERE id % 13 = 0",
    "UPDATE product_variant SET is_active = NOT is_active WHERE id % 5 = 0",
    'UPDATE product_variant SET options = options || \'{"Colour": "Lime"}\' WHERE id % 9 = 0',
    "UPDATE product_variant SET price_adjustment = price_adjustment + 3, sku = sku || 'X' WHERE id % 8 = 0",
    "DELETE FROM product_attribute WHERE id % 6 = 0",
    "UPDATE product_attribute SET text_value = 'Cork' WHERE text_value = 'Oak' AND id % 2 = 0",
    "UPDATE flash_sale_item SET sold = stock_cap WHERE id % 3 = 0",
    "UPDATE flash_sale SET is_active = NOT is_active",
    "UPDATE category SET parent_id = (SELECT id FROM category WHERE slug = 'wear') WHERE slug = 'home-one'",
    "UPDATE category SET deleted_at = now() WHERE slug = 'wear-one'",
    "UPDATE category SET deleted_at = NULL, parent_id = NULL WHERE slug = 'wear-one'",
)


async def test_whatever_changes_lists_are_as_if_made_anew(lists: PiccoloSearch) -> None:
    rng = random.Random(7)
    await stock_a_shop(rng, products=40)
    for sql in rng.sample(CHANGES, len(CHANGES)):
        await run(sql)
    await run("SELECT shop_tend_listing()")
    kept = await derived()
    assert kept["product"] and kept["facets"]
    await run("SELECT shop_fill_listing()")
    anew = await derived()
    for name in DERIVED:
        assert kept[name] == anew[name], name


async def test_a_list_follows_within_the_same_commit_and_not_before(lists: PiccoloSearch) -> None:
    category = await factories.make_category(slug="home")
    product = await factories.make_product(category_id=category["id"], stock=1)

    async def in_stock() -> int:
        found = await lists.find_category("home", Wish(in_stock=True))
        assert found is not None
        return found.listing.total

    assert await in_stock() == 1
    await run("UPDATE inventory SET reserved = 1 WHERE product_id = $1", product["id"])
    assert await in_stock() == 0
    with pytest.raises(ZeroDivisionError):
        async with factories.db().transaction():
            await factories.db().execute("UPDATE inventory SET reserved = 0")
            raise ZeroDivisionError
    assert await in_stock() == 0


LOCK = "        PERFORM pg_advisory_xact_lock(7, bucket);"
SHOP = """
INSERT INTO category (name, slug) VALUES ('Home', 'home');
INSERT INTO product (name, slug, category_id, price, status, published_at)
    SELECT 'Lamp', 'lamp', id, 9, 'active', now() FROM category;
INSERT INTO product_variant (product_id, sku, variant_name, variant_value)
    SELECT id, unnest(ARRAY['A', 'B', 'C']), '', '' FROM product;
INSERT INTO inventory (product_id, variant_id, quantity) SELECT product_id, id, (sku <> 'C')::int FROM product_variant;
"""
SELL = "UPDATE inventory SET reserved = 1 WHERE variant_id = (SELECT id FROM product_variant WHERE sku = $1)"
LEFT = """
SELECT count(*) FROM listing_product l JOIN listing_term t ON t.field = 'available'
WHERE t.id = ANY (l.tags) OR EXISTS (SELECT FROM listing_kind k WHERE k.id = ANY (l.kinds) AND t.id = ANY (k.tags))
"""


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "negative control"])
async def test_two_sales_of_one_product_at_once_leave_it_sold_out(new_database: Any, guarded: bool) -> None:
    """Each sees its own last unit go. Without the lock one trips over what the other has yet to commit, and is lost."""
    async with new_database() as url:
        one, two, watch = [await asyncpg.connect(url) for _ in range(3)]
        try:
            if not guarded:
                source = await one.fetchval("SELECT pg_get_functiondef('shop_list(bigint[])'::regprocedure)")
                assert LOCK in source
                await one.execute(source.replace(LOCK, "        NULL;"))
            await one.execute(SHOP)
            for buyer, sku in ((one, "A"), (two, "B")):
                await buyer.execute("BEGIN")
                await buyer.execute(SELL, sku)
            # What a commit does last, done first in the one, so that the other has to meet it.
            await one.execute("SET CONSTRAINTS listing_due_at_commit IMMEDIATE")
            second = asyncio.create_task(two.execute("COMMIT"))
            while not await watch.fetchval(
                "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $1", two.get_server_pid()
            ):
                await asyncio.sleep(0.01)
            await one.execute("COMMIT")
            await asyncio.wait([second])
            assert (second.exception() is None) == guarded
            assert (await watch.fetchval(LEFT) == 0) == guarded
        finally:
            for connection in (one, two, watch):
                await connection.close()


async def test_time_brings_products_and_sales(lists: PiccoloSearch, superuser: asyncpg.Connection) -> None:
    """As if time had passed: the moments move into the past behind the triggers' back."""
    category = await factories.make_category(slug="home")
    now = datetime.now(UTC)
    soon = await factories.make_product(slug="soon", category_id=category["id"], published_at=now + timedelta(hours=1))
    sold = await factories.make_product(slug="lamp", category_id=category["id"], price="20.00")
    aging = await factories.make_product(slug="aging", category_id=category["id"], published_at=now - timedelta(days=1))
    sale = await factories.insert(
        "flash_sale", name="Soon", starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2)
    )
    await factories.insert("flash_sale_item", flash_sale_id=sale["id"], product_id=sold["id"], price=5, stock_cap=9)
    await run("SELECT shop_tend_listing()")

    async def list_of(wish: Wish) -> Listing:
        found = await PiccoloSearch().find_category("home", wish)
        assert found is not None
        return found.listing

    assert (await list_of(Wish())).total == 2
    assert (await list_of(Wish(on_sale=True))).total == 0
    await superuser.execute(
        "BEGIN; SET LOCAL session_replication_role = replica;"
        "UPDATE product SET published_at = now() WHERE slug = 'soon';"
        f"UPDATE listing_product SET published_at = now() WHERE product_id = {soon['id']};"
        f"UPDATE listing_place SET published_at = now() WHERE product_id = {soon['id']};"
        "UPDATE flash_sale SET starts_at = now();"
        f"UPDATE product SET published_at = now() - interval '30 days' WHERE id = {aging['id']};"
        f"UPDATE listing_product SET published_at = now() - interval '30 days' WHERE product_id = {aging['id']};"
        "UPDATE listing_clock SET seen = now() - interval '1 day';"
        "COMMIT"
    )
    assert "soon" in {
        card.slug for card in (await list_of(Wish())).cards
    }  # in the list at once; counted a little later
    await run("SELECT shop_tend_listing()")
    listing = await list_of(Wish())
    assert listing.total == 3
    assert [card.slug for card in (await list_of(Wish(on_sale=True))).cards] == ["lamp"]
    assert (await list_of(Wish(sort=Sort.PRICE_UP))).cards[0].slug == "lamp"
    assert {card.slug for card in (await list_of(Wish(is_new=True))).cards} == {"lamp", "soon"}


@pytest.mark.parametrize(
    ("published", "is_new"),
    [("2026-03-31T00:00:00Z", True), ("2026-03-30T23:59:59Z", False), ("2026-04-29T23:59:59Z", True)],
)
async def test_what_is_new_is_so_until_the_end_of_a_day(engine: ShopEngine, published: str, is_new: bool) -> None:
    """At any moment of the thirtieth day, whatever the zone of the connection."""
    for moment in ("2026-04-29T00:00:00Z", "2026-04-29T23:59:59Z"):
        for zone in ("UTC", "Pacific/Auckland", "Europe/Berlin"):
            async with engine.transaction():
                await engine.execute(f"SET LOCAL timezone = '{zone}'")
                found = await engine.fetchval(
                    "SELECT $1::text::timestamptz >= new_since($2::text::timestamptz)", published, moment
                )
            assert found is is_new, (moment, zone)


async def test_counting_stops_and_says_so(lists: PiccoloSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a small limit in place of 10,000."""
    monkeypatch.setattr(facets, "COUNTED_EXACTLY", 3)
    monkeypatch.setattr(facets, "MOST_COUNTED", 4)
    monkeypatch.setattr(search, "MOST_COUNTED", 4)
    category = await factories.make_category(slug="home")
    for number in range(6):
        product = await factories.make_product(category_id=category["id"], stock=None, sold_count=number)
        await factories.make_variant(product, options={"Colour": "Ink" if number else "Sand"})
    plain = await lists.find_category("home", Wish())
    inky = await lists.find_category("home", Wish(colours=frozenset({"Ink"})))
    assert plain is not None and inky is not None
    assert (plain.listing.total, plain.listing.is_more) == (3, True)
    colours = {
        value.value: value for facet in plain.listing.facets if facet.field == "colour" for value in facet.values
    }
    assert (colours["Ink"].count, colours["Ink"].is_least) == (5, False)  # these stand ready
    assert (inky.listing.total, inky.listing.is_more) == (3, True)
    available = next(f for f in inky.listing.facets if f.field == "available").values[0]
    assert (available.count, available.is_least) == (4, True)
    assert [card.slug for card in inky.listing.cards][:1] == [
        await factories.db().fetchval("SELECT slug FROM product ORDER BY sold_count DESC LIMIT 1")
    ]
