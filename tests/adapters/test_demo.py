"""The demo shop is the same each time, and a shop in which everything can be tried."""

import json
import struct
from collections import Counter
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from app.adapters.db.catalog import PiccoloCatalog
from app.adapters.db.demo import DemoShop
from app.adapters.db.demo_catalogue import CATALOGUE, DEPARTMENTS, PICTURE_WIDTHS, SHOWN_ON_PICTURES
from app.adapters.db.doctor import PiccoloBooks
from app.adapters.db.tables.accounts import Role, User
from app.adapters.jinja.environment import narrowed
from app.core.errors import Gone, NotFound
from app.core.stock import LOW_STOCK
from app.services.catalog import CatalogService

STATIC = Path(__file__).resolve().parents[2] / "static"


@pytest.fixture
async def sign_ins(engine, transactions):
    return await DemoShop(transactions).seed(lambda _: None)


async def everything(engine) -> list[list[tuple]]:
    """What the shelves hold, without ids and times."""
    return [
        [tuple(row) for row in await engine.fetch(sql)]
        for sql in (
            "SELECT name, slug, description, position FROM category ORDER BY slug",
            "SELECT name, slug, sku, description, price, compare_at_price, status, rating_average, rating_count,"
            " sold_count FROM product ORDER BY slug",
            "SELECT v.sku, variant_name, variant_value, options, price_adjustment, position, quantity, reserved"
            " FROM product_variant v JOIN inventory s ON s.variant_id = v.id ORDER BY v.sku",
            "SELECT image_url, alt, is_primary, position, width, height, p.slug"
            " FROM product_image i JOIN product p ON p.id = i.product_id ORDER BY p.slug, position",
            "SELECT code, name, price, free_from, min_days, max_days FROM shipping_method ORDER BY code",
            "SELECT country, rate FROM tax_rate ORDER BY country",
        )
    ]


async def test_it_is_the_same_each_time(engine, transactions, superuser: asyncpg.Connection):
    from tests import database

    await DemoShop(transactions).seed(lambda _: None)
    first = await everything(engine)
    await superuser.execute(database.CLEAN)
    await DemoShop(transactions).seed(lambda _: None)
    assert await everything(engine) == first


async def test_a_shop_with_products_is_left_alone(engine, transactions, sign_ins):
    before = await everything(engine)
    said: list[str] = []
    assert await DemoShop(transactions).seed(said.append) == []
    assert len(said) == 1
    assert await everything(engine) == before


async def test_it_is_as_large_as_promised(engine, sign_ins):
    assert await engine.fetchval("SELECT count(*) FROM category WHERE parent_id IS NULL") == len(DEPARTMENTS) == 5
    assert await engine.fetchval("SELECT count(*) FROM product WHERE status = 'active'") >= 28
    assert await engine.fetchval("SELECT count(*) FROM product_variant") >= 75
    navigation = await PiccoloCatalog(navigation_seconds=0).navigation()
    assert [link.name for link in navigation] == [name for name, _ in DEPARTMENTS]
    assert min(link.product_count for link in navigation) >= 5
    assert Counter(p.name for p in CATALOGUE).most_common(1)[0][1] == 1


async def test_there_is_one_of_every_case(engine, sign_ins):
    products = {
        row["slug"]: row
        for row in await engine.fetch(
            "SELECT p.*, sum(s.available) AS available, min(s.available) AS least, count(*) AS variants"
            " FROM product p JOIN inventory s ON s.product_id = p.id GROUP BY p.id"
        )
    }
    shown = [row for row in products.values() if row["status"] == "active"]
    assert sum(row["compare_at_price"] is not None for row in shown) >= 5
    assert sum(row["available"] == 0 for row in shown) == 2
    assert sum(row["available"] > 0 and row["least"] == 0 for row in shown) >= 2
    assert sum(0 < row["least"] <= LOW_STOCK for row in shown) >= 5
    assert sum(row["seller_id"] is not None for row in shown) >= 3
    assert sum(row["variants"] == 1 for row in shown) >= 1
    assert min(row["price"] for row in shown) == Decimal("3.50")
    assert max(row["price"] for row in shown) == Decimal("1290.00")
    assert await engine.fetchval("SELECT count(*) FROM product_variant WHERE price_adjustment > 0") >= 5
    catalog = CatalogService(PiccoloCatalog(navigation_seconds=0))
    with pytest.raises(Gone):
        await catalog.product("norrvik-tour-headphones")
    for slug in ("kiln-street-espresso-cup", "otto-bench"):  # a draft, and one that appears next week
        with pytest.raises(NotFound):
            await catalog.product(slug)
    assert await engine.fetchval("SELECT published_at > now() FROM product WHERE slug = 'otto-bench'")
    home = await catalog.home()
    assert len(home.new_arrivals) == 8
    assert any(card.is_new for card in home.new_arrivals)
    assert not all(card.is_new for card in home.best_sellers)


async def test_options_say_what_the_label_says(engine, sign_ins):
    for row in await engine.fetch("SELECT * FROM product_variant"):
        options = json.loads(row["options"])
        assert set(row["variant_name"].split(" / ")) - {""} == set(options)
        assert set(row["variant_value"].split(" / ")) - {""} == set(options.values())
    same = "SELECT product_id, options FROM product_variant GROUP BY 1, 2 HAVING count(*) > 1"
    assert not await engine.fetch(same)


async def test_the_pictures_are_there_in_the_size_that_is_said(sign_ins, engine):
    rows = await engine.fetch("SELECT DISTINCT image_url, alt, width, height, widths FROM product_image")
    for row in rows:
        assert row["widths"] == list(PICTURE_WIDTHS)
        assert (row["width"], row["height"]) == (PICTURE_WIDTHS[-1], PICTURE_WIDTHS[-1])
        for width in PICTURE_WIDTHS:
            path = STATIC / narrowed(row["image_url"], width).removeprefix("/static/")
            assert webp_size(path) == (width, width), path.name
    assert {product.picture for product in CATALOGUE} <= set(SHOWN_ON_PICTURES)


async def test_the_books_agree_and_the_log_stays_short(engine, sign_ins):
    assert await PiccoloBooks().findings() == []
    assert await engine.fetchval("SELECT count(*) FROM change_logs") == 0
    assert await engine.fetchval("SELECT sum(quantity_delta) FROM stock_movement") == sum(
        sum(product.stock) for product in CATALOGUE
    )


async def test_everybody_can_sign_in_with_a_password_nobody_chose(engine, sign_ins):
    assert [(role, email) for role, email, _ in sign_ins] == [
        ("ADMIN", "admin@exclusive.example"),
        ("SELLER", "seller@exclusive.example"),
        ("CUSTOMER", "customer@exclusive.example"),
    ]
    for role, email, password in sign_ins:
        assert len(password) == 20
        user_id = await User.login(email, password)
        assert await engine.fetchval("SELECT role_id FROM users WHERE id = $1", user_id) == Role[role]
    assert len({password for *_, password in sign_ins}) == 3


def webp_size(path: Path) -> tuple[int, int]:
    """Width and height from the file's own header (simple, lossless or extended WebP)."""
    head = path.read_bytes()[:30]
    assert head[:4] == b"RIFF"
    assert head[8:12] == b"WEBP"
    match head[12:16]:
        case b"VP8X":
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            width, height = struct.unpack("<HH", head[26:30])
            return width & 0x3FFF, height & 0x3FFF
