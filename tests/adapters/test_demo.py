"""The demo shop is the same each time, and a shop in which everything can be tried."""

import json
import struct
import time
import unicodedata
from collections import Counter
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from app.adapters.db.catalog import PiccoloCatalog
from app.adapters.db.demo.catalogue import CATALOGUE
from app.adapters.db.demo.departments import DEPARTMENTS
from app.adapters.db.demo.people import PEOPLE, shoppers
from app.adapters.db.demo.records import Stage
from app.adapters.db.demo.seed import DemoShop
from app.adapters.db.demo.shelves import slug_of
from app.adapters.db.demo.vocabulary import COLOURS, PICTURE_WIDTHS, SHOWN_ON_PICTURES
from app.adapters.db.doctor import PiccoloBooks
from app.adapters.db.tables.accounts import Role, User
from app.adapters.db.transactions import PiccoloTransactions
from app.adapters.jinja.environment import narrowed
from app.adapters.vault.aes_gcm import AesGcmVault
from app.core.errors import Gone, NotFound
from app.core.stock import LOW_STOCK
from app.ports.vault import Place
from app.services.catalog import CatalogService

VAULT = AesGcmVault([("test", bytes(range(32)))])
STATIC = Path(__file__).resolve().parents[2] / "static"
ON_SHOW = "status = 'active' AND published_at <= now()"
SECONDS = 10
"""Far more than it takes; one row at a time would take longer."""

EVERYTHING = (
    "SELECT id, name, slug, description, position, parent_id FROM category ORDER BY id",
    "SELECT id, name, slug, description FROM brand ORDER BY id",
    "SELECT id, name, slug, sku, summary, description, category_id, brand_id, price, compare_at_price, status,"
    " found_by, is_digital, rating_average, rating_count, sold_count, seller_id FROM product ORDER BY id",
    "SELECT v.id, v.sku, variant_name, variant_value, options, price_adjustment, position, quantity, reserved"
    " FROM product_variant v JOIN inventory s ON s.variant_id = v.id ORDER BY v.id",
    "SELECT image_url, alt, is_primary, position, width, height, product_id, variant_id"
    " FROM product_image i ORDER BY id",
    "SELECT code, name, kind, unit, position, is_filter FROM attribute ORDER BY id",
    "SELECT product_id, attribute_id, text_value, number_value, boolean_value FROM product_attribute ORDER BY id",
    "SELECT name, swatch FROM colour ORDER BY id",
    "SELECT term, means FROM synonym ORDER BY id",
    "SELECT kind, old_slug, product_id, category_id FROM slug_redirect ORDER BY id",
    "SELECT id, email, first_name, last_name, role_id FROM users ORDER BY id",
    "SELECT product_id, user_id, rating, comment, status FROM review ORDER BY id",
    "SELECT name, ends_at - starts_at, is_active FROM flash_sale ORDER BY id",
    "SELECT flash_sale_id, product_id, price, stock_cap, sold FROM flash_sale_item ORDER BY id",
    "SELECT code, discount_type, discount_value FROM coupon ORDER BY id",
    "SELECT product_id, variant_id, price, price_adjustment FROM price_history"
    " ORDER BY product_id, variant_id NULLS FIRST, valid_from",
    "SELECT code, name, price, free_from, min_days, max_days FROM shipping_method ORDER BY code",
    "SELECT country, rate FROM tax_rate ORDER BY country",
)


@pytest.fixture
async def sign_ins(engine, transactions):
    return await DemoShop(transactions, VAULT).seed(lambda _: None)


async def everything(engine) -> list[list[tuple]]:
    """What the demo wrote, without times and passwords; ids count from the first one of their kind."""
    answers = [await engine.fetch(sql) for sql in EVERYTHING]
    firsts = {
        key: await engine.fetchval(f"SELECT min(id) FROM {table}")
        for key, table in (
            ("parent_id", "category"),
            ("category_id", "category"),
            ("brand_id", "brand"),
            ("product_id", "product"),
            ("variant_id", "product_variant"),
            ("attribute_id", "attribute"),
            ("user_id", "users"),
            ("seller_id", "users"),
            ("flash_sale_id", "flash_sale"),
        )
    }
    return [
        [
            tuple(
                value - (rows[0]["id"] if key == "id" else firsts[key])
                if value is not None and (key == "id" or key in firsts)
                else value
                for key, value in row.items()
            )
            for row in rows
        ]
        for rows in answers
    ]


async def test_it_is_the_same_each_time(engine, transactions, superuser: asyncpg.Connection):
    from tests import database

    await DemoShop(transactions, VAULT).seed(lambda _: None)
    first = await everything(engine)
    await superuser.execute(database.CLEAN)
    await DemoShop(transactions, VAULT).seed(lambda _: None)
    for before, after in zip(first, await everything(engine), strict=True):
        assert before
        assert after == before


async def test_a_shop_with_products_is_left_alone(engine, transactions, sign_ins):
    before = await everything(engine)
    said: list[str] = []
    assert await DemoShop(transactions, VAULT).seed(said.append) == []
    assert len(said) == 1
    assert await everything(engine) == before


async def test_it_says_what_it_made_and_takes_no_time(engine, transactions):
    said: list[str] = []
    begun = time.perf_counter()
    await DemoShop(transactions, VAULT).seed(said.append)
    assert time.perf_counter() - begun < SECONDS
    products, variants, reviews = [
        await engine.fetchval(f"SELECT count(*) FROM {table}") for table in ("product", "product_variant", "review")
    ]
    assert said == [
        "Demo: 4 accounts",
        f"Demo: {products} products with {variants} variants in 9 departments",
        f"Demo: {reviews} reviews by 400 shoppers",
        "Demo: 3 flash sales and 3 coupons",
    ]


async def test_it_is_as_large_as_promised(engine, sign_ins):
    assert await engine.fetchval("SELECT count(*) FROM category WHERE parent_id IS NULL") == len(DEPARTMENTS) == 9
    assert 27 <= await engine.fetchval("SELECT count(*) FROM category WHERE parent_id IS NOT NULL") <= 32
    assert await engine.fetchval(f"SELECT count(*) FROM product WHERE {ON_SHOW}") == 64
    assert 170 <= await engine.fetchval("SELECT count(*) FROM product_variant") <= 200
    navigation = await PiccoloCatalog(navigation_seconds=0).navigation()
    assert [link.name for link in navigation] == [department.name for department in DEPARTMENTS]
    assert min(link.product_count for link in navigation) >= 3
    assert Counter(p.name for p in CATALOGUE).most_common(1)[0][1] == 1


async def test_every_category_but_one_has_something_to_show(engine, sign_ins):
    counts = {
        row["slug"]: row["products"]
        for row in await engine.fetch(
            "SELECT c.slug, (SELECT count(*) FROM product"
            f" WHERE category_id IN (SELECT category_below(c.id)) AND {ON_SHOW}) AS products FROM category c"
        )
    }
    assert [slug for slug, count in counts.items() if not count] == ["garden-furniture"]
    assert "home" not in counts  # "Home / Home" would begin its trail
    # Three deep at one place, and all of it lies below a department.
    assert await engine.fetchval(
        "SELECT count(*) FROM category c JOIN category p ON p.id = c.parent_id WHERE p.parent_id IS NOT NULL"
    )
    below = "SELECT count(*) FROM category t, category_below(t.id) WHERE t.parent_id IS NULL"
    assert await engine.fetchval(below) == len(counts)


async def test_there_is_one_of_every_case(engine, sign_ins):
    products = {
        row["slug"]: row
        for row in await engine.fetch(
            "SELECT p.*, sum(s.available) AS available, min(s.available) AS least, count(*) AS variants"
            " FROM product p JOIN inventory s ON s.product_id = p.id GROUP BY p.id"
        )
    }
    shown = [row for row in products.values() if row["status"] == "active" and row["sku"] != "OT-BENCH"]
    assert sum(row["compare_at_price"] is not None for row in shown) >= 5
    assert sum(row["available"] == 0 for row in shown) == 2
    assert sum(row["available"] > 0 and row["least"] == 0 for row in shown) == 3
    assert sum(0 < row["least"] <= LOW_STOCK for row in shown) >= 5
    assert sum(row["variants"] == 1 for row in shown) >= 5
    assert max(row["variants"] for row in shown) == 12
    assert max(len(row["name"]) for row in shown) == 90
    assert min(row["price"] for row in shown) == Decimal("3.50")
    dearest = "SELECT max(price + price_adjustment) FROM product p JOIN product_variant v ON v.product_id = p.id"
    assert await engine.fetchval(dearest) == Decimal("2499.00")
    new = f"SELECT count(*) FROM product WHERE {ON_SHOW} AND published_at >= new_since(now())"
    assert await engine.fetchval(new) == 8
    assert [row["slug"] for row in shown if row["is_digital"]] == ["hollis-cushion-cover-sewing-pattern-pdf"]
    pre_orders = (
        "SELECT p.slug FROM product p JOIN inventory s ON s.product_id = p.id"
        " WHERE released_at > now() GROUP BY p.id HAVING sum(available) > 0"
    )
    assert {row["slug"] for row in await engine.fetch(pre_orders)} == {"obscura-35-camera", "lodz-winter-scarf"}
    without = "SELECT slug FROM product p WHERE NOT EXISTS (SELECT FROM product_image WHERE product_id = p.id)"
    assert [row["slug"] for row in await engine.fetch(without)] == ["hollis-wool-blanket"]
    sellers = await engine.fetch("SELECT count(*) FROM product WHERE seller_id IS NOT NULL GROUP BY seller_id")
    assert sorted(row["count"] for row in sellers) == [4, 5]
    assert await engine.fetchval("SELECT count(*) FROM product WHERE brand_id IS NULL OR summary = ''") == 0


async def test_what_is_not_on_show_is_there_too(engine, sign_ins):
    catalog = CatalogService(PiccoloCatalog(navigation_seconds=0), PiccoloTransactions())
    with pytest.raises(Gone):
        await catalog.product("norrvik-tour-headphones")
    for slug in ("kiln-street-espresso-cup", "otto-bench"):  # a draft, and one that appears next week
        with pytest.raises(NotFound):
            await catalog.product(slug)
    assert await engine.fetchval("SELECT published_at > now() FROM product WHERE slug = 'otto-bench'")
    assert await PiccoloCatalog(navigation_seconds=0).moved_to("product", "folio-journal") == "folio-notebook"
    assert await PiccoloCatalog(navigation_seconds=0).moved_to("category", "sound") == "audio"
    assert await engine.fetchval("SELECT count(*) FROM slug_redirect") == 2


async def test_a_sale_runs_one_comes_and_one_is_over(engine, sign_ins):
    sales = await engine.fetch(
        "SELECT f.starts_at <= now() AS begun, f.ends_at <= now() AS over, count(*) AS items, min(cap - sold) AS least,"
        " sum(sold) AS sold, bool_and(i.price < p.price) AS cheaper, bool_and(cap - sold <= stock) AS there"
        " FROM flash_sale f JOIN (SELECT *, stock_cap AS cap FROM flash_sale_item) i ON i.flash_sale_id = f.id"
        " JOIN product p ON p.id = i.product_id JOIN LATERAL"
        " (SELECT sum(available) AS stock FROM inventory WHERE product_id = p.id) s ON true GROUP BY f.id ORDER BY f.id"
    )
    running, coming, over = sales
    assert (running["begun"], running["over"], running["items"]) == (True, False, 6)
    assert running["least"] > 0
    assert running["sold"] > 0
    assert (coming["begun"], coming["sold"]) == (False, 0)
    assert (over["over"], over["least"]) == (True, 0)
    assert all(sale["cheaper"] and sale["there"] for sale in sales)
    offers = "SELECT count(*) FROM product p, running_flash(p.id)"
    assert await engine.fetchval(offers) == 6


async def test_coupons_are_good_or_over(engine, sign_ins):
    rows = await engine.fetch("SELECT discount_type, coalesce(end_date <= now(), false) AS over FROM coupon")
    assert sorted(map(tuple, rows)) == [("fixed", False), ("percentage", False), ("percentage", True)]


async def test_earlier_prices_were_asked_indeed(engine, sign_ins):
    """What is struck through stands in the history, and the price of now is the newest row."""
    rows = await engine.fetch(
        "SELECT p.slug, p.price, p.compare_at_price, array_agg(h.price ORDER BY h.valid_from, h.id) AS prices,"
        " min(h.valid_from) <= p.published_at AS whole, max(h.valid_from) <= now() AS known"
        " FROM product p JOIN price_history h ON h.product_id = p.id AND h.variant_id IS NULL"
        f" WHERE {ON_SHOW} GROUP BY p.id"
    )
    assert len(rows) == 64
    assert all(row["whole"] and row["known"] for row in rows)
    for row in rows:
        assert row["prices"][-1] == row["price"], row["slug"]
        assert row["compare_at_price"] in ({None} if len(row["prices"]) == 1 else {row["prices"][-2]}), row["slug"]
    lowest = {
        row["slug"]: row["lowest"]
        for row in await engine.fetch(
            """
            WITH spans AS (
                SELECT product_id, price, valid_from AS begins,
                       lead(valid_from) OVER (PARTITION BY product_id ORDER BY valid_from, id) AS ends
                FROM price_history WHERE variant_id IS NULL
            )
            SELECT p.slug, min(before.price) AS lowest FROM product p
            JOIN spans cut ON cut.product_id = p.id AND cut.ends IS NULL
            JOIN spans before ON before.product_id = p.id
                AND before.ends > cut.begins - interval '30 days' AND before.begins < cut.begins
            WHERE p.compare_at_price IS NOT NULL GROUP BY p.id
            """
        )
    }
    assert len(lowest) == await engine.fetchval("SELECT count(*) FROM product WHERE compare_at_price IS NOT NULL")
    assert lowest.pop("otto-chair") == Decimal("289.00")  # raised, then cut: the earlier price was no bargain
    for slug, price in lowest.items():
        assert price == await engine.fetchval("SELECT compare_at_price FROM product WHERE slug = $1", slug)


async def test_ratings_are_those_of_the_reviews(engine, sign_ins):
    wrong = await engine.fetch(
        "SELECT p.slug FROM product p LEFT JOIN review r ON r.product_id = p.id AND r.status = 'approved'"
        " GROUP BY p.id HAVING count(r.id) <> p.rating_count OR coalesce(round(avg(r.rating), 2), 0) <> rating_average"
    )
    assert not wrong
    counts = {row["rating_count"] for row in await engine.fetch("SELECT rating_count FROM product")}
    assert {0, 1, 400} <= counts
    mug = await engine.fetch(
        "SELECT rating, comment, r.created_at > p.published_at AND r.created_at <= now() AS timely"
        " FROM review r JOIN product p ON p.id = r.product_id WHERE p.slug = 'kiln-street-mug'"
    )
    assert len(mug) == len({row["comment"] for row in mug}) == 400
    assert {row["rating"] for row in mug} == {1, 2, 3, 4, 5}
    assert all(row["timely"] for row in mug)
    early = "SELECT count(*) FROM review r JOIN product p ON p.id = product_id WHERE r.created_at < p.published_at"
    assert await engine.fetchval(early) == 0
    states = {row["status"] for row in await engine.fetch("SELECT DISTINCT status FROM review")}
    assert states == {"approved", "pending", "rejected"}


async def test_names_come_from_everywhere(engine, sign_ins):
    names = {f"{first} {last}" for _, first, last in shoppers()}
    assert len(names) == 400
    assert any(unicodedata.bidirectional(name[0]) in ("R", "AL") for name in names)
    assert {"Łukasz Wiśniewski", "Bo Ek"} <= names
    brands = {row["name"]: row["slug"] for row in await engine.fetch("SELECT name, slug FROM brand")}
    assert brands["Ålesund"] == "alesund"
    assert brands["Maison Été"] == "maison-ete"
    assert brands["Łódź Knitworks"] == slug_of("Łódź Knitworks") == "lodz-knitworks"
    assert await engine.fetchval("SELECT count(*) FROM users WHERE password IS NULL") == 400


async def test_attributes_have_their_kind(engine, sign_ins):
    kinds = await engine.fetch(
        "SELECT kind, is_filter, count(*) AS products, count(text_value) AS texts, count(number_value) AS numbers,"
        " count(boolean_value) AS answers FROM attribute a JOIN product_attribute d ON d.attribute_id = a.id"
        " GROUP BY a.id"
    )
    assert {row["kind"] for row in kinds} == {"text", "number", "boolean"}
    assert sum(row["is_filter"] for row in kinds) >= 5
    for row in kinds:
        assert row["products"] >= 5
        assert row[{"text": "texts", "number": "numbers", "boolean": "answers"}[row["kind"]]] == row["products"]
    colours = await engine.fetch("SELECT DISTINCT options ->> 'Colour' AS name FROM product_variant")
    assert {row["name"] for row in colours} - {None} <= set(COLOURS)
    assert {colour for product in CATALOGUE for colour in product.colours} <= set(COLOURS)


async def test_synonyms_lead_to_something(engine, sign_ins):
    for row in await engine.fetch("SELECT term, means FROM synonym"):
        for words in row["means"].split(","):
            found = "SELECT count(*) FROM listing_product WHERE found @@ plainto_tsquery('english', $1)"
            assert await engine.fetchval(found, words), row["term"]


async def test_the_copy_is_calm_and_nobodys_twice(sign_ins):
    texts = [text for product in CATALOGUE for text in (product.summary, product.text)]
    assert Counter(texts).most_common(1)[0][1] == 1
    assert not [text for text in texts if "!" in text or len(text) < 20]
    for product in CATALOGUE:
        assert product.text.count(". ") <= 3, product.name
        if product.stage is Stage.ON_SALE:
            assert product.text.count(". ") >= 1, product.name


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
    assert {product.picture for product in CATALOGUE} - {None} <= set(SHOWN_ON_PICTURES)


async def test_departments_have_wide_pictures_that_are_there(sign_ins, engine):
    rows = await engine.fetch("SELECT wide_picture FROM category WHERE wide_picture <> ''")
    assert len(rows) == 5
    for row in rows:
        for width in (800, 1200):
            path = STATIC / narrowed(row["wide_picture"], width).removeprefix("/static/")
            assert webp_size(path) == (width, width * 2 // 5), path.name


async def test_lead_products_are_seen_from_further_sides(engine, sign_ins):
    """The further views belong to the first colour, and come after the pictures of all colours."""
    rows = await engine.fetch(
        "SELECT p.slug, array_agg(i.image_url ORDER BY i.position) AS urls, count(DISTINCT i.variant_id) AS colours,"
        " count(*) FILTER (WHERE i.variant_id = v.id) AS of_first FROM product_image i"
        " JOIN product p ON p.id = i.product_id JOIN product_variant v ON v.product_id = p.id AND v.position = 1"
        " GROUP BY p.id HAVING bool_or(i.image_url ~ '-(side|detail)-')"
    )
    assert len(rows) == 6
    for row in rows:
        assert row["of_first"] == 3
        assert len(row["urls"]) == row["colours"] + 2
        assert [url.rsplit("-", 2)[1] for url in row["urls"][-2:]] == ["side", "detail"]


async def test_the_books_agree_and_the_log_stays_short(engine, sign_ins):
    assert await PiccoloBooks().findings() == []
    assert await engine.fetchval("SELECT count(*) FROM change_logs") == 0
    assert await engine.fetchval("SELECT sum(quantity_delta) FROM stock_movement") == sum(
        sum(product.stock) for product in CATALOGUE
    )


async def test_everybody_can_sign_in_with_a_password_nobody_chose(engine, sign_ins):
    assert [(one.role, one.email) for one in sign_ins] == [(p.role.name, p.email) for p in PEOPLE]
    assert [role for role, *_ in sign_ins] == ["ADMIN", "SELLER", "SELLER", "CUSTOMER"]
    for role, email, password, key in sign_ins:
        assert len(password) == 20
        user_id = await User.login(email, password)
        assert await engine.fetchval("SELECT role_id FROM users WHERE id = $1", user_id) == Role[role]
        sealed = await engine.fetchval("SELECT two_factor_secret FROM users WHERE id = $1", user_id)
        assert (key == "") == (role == "CUSTOMER")
        assert not key or VAULT.open(sealed, Place("users", "two_factor_secret", user_id or 0)) == key
    assert len({one.password for one in sign_ins}) == 4


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
