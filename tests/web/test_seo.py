"""What machines read: every page once, every offer as it is sold now, and nothing that is nobody's to find."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from app.adapters.db import feeds
from app.adapters.db.engine import ShopEngine
from app.bootstrap import Shop
from app.settings import Settings
from app.web.feeds import FeedWriter
from app.web.routes.feeds import AT_ONCE
from tests import factories
from tests.web.conftest import ORIGIN, Visitor

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
G = "{http://base.google.com/ns/1.0}"
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"


async def read(visitor: Visitor, path: str) -> ElementTree.Element:
    page = await visitor.get(path)
    assert page.status == 200, page.text
    assert page.response.headers["content-type"].startswith("application/xml")
    return ElementTree.fromstring(page.response.content)


async def offers(visitor: Visitor) -> dict[str, dict[str, str]]:
    """Article number to the fields of its item."""
    items = [
        {field.tag.replace(G, "g:"): field.text or "" for field in item}
        for item in (await read(visitor, "/feed.xml")).iter("item")
    ]
    return {item["g:id"]: item for item in items}


def addresses(root: ElementTree.Element) -> list[str]:
    return [place.text or "" for place in root.iter(f"{SITEMAP}loc")]


class TestSitemap:
    async def test_the_index_leads_to_every_page(self, visitor: Visitor, mug: Any, lamp: Any) -> None:
        index = await read(visitor, "/sitemap.xml")
        found = [
            address
            for part in addresses(index)
            for address in addresses(await read(visitor, part.removeprefix(ORIGIN)))
        ]
        assert len(found) == len(set(found))
        for path in ("/", "/p/everyday-mug", "/p/dune-lamp", "/de/p/dune-lamp", "/de/"):
            assert f"{ORIGIN}{path}" in found
        for address in found:
            assert (await visitor.get(address)).status == 200, address

    async def test_what_is_not_on_show_is_not_named(self, visitor: Visitor, mug: Any) -> None:
        await factories.make_product(slug="draft", published=False)
        await factories.make_product(slug="coming", published_at=datetime.now(UTC) + timedelta(days=1))
        await factories.make_category(slug="empty")
        named = (await visitor.get("/sitemap/pages.xml")).text + (await visitor.get(part_of(mug))).text
        assert "everyday-mug" in named
        assert not any(slug in named for slug in ("draft", "coming", "empty"))

    async def test_each_address_names_the_other_languages_and_its_day(self, visitor: Visitor, mug: Any) -> None:
        text = (await visitor.get(part_of(mug))).text
        for language, path in (("en", "/p"), ("de", "/de/p"), ("x-default", "/p")):
            link = f'<xhtml:link rel="alternate" hreflang="{language}" href="{ORIGIN}{path}/everyday-mug"/>'
            assert text.count(link) == 2, link
        assert f"<lastmod>{TODAY}</lastmod>" in text

    async def test_pages_of_the_store_join_up(
        self, visitor: Visitor, engine: ShopEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feeds, "PRODUCTS", feeds.PRODUCTS.replace("LIMIT 1000", "LIMIT 2"))
        first = await factories.make_product(slug="one")
        await engine_run(
            engine,
            "INSERT INTO product (name, slug, category_id, price, status, published_at)"
            " SELECT 'More', 'more-' || n, $1, 1, 'active', now() FROM generate_series(1, 6) n",
            first["category_id"],
        )
        numbers = {row["part"] for row in await engine.fetch(f"SELECT id / {feeds.SPAN} AS part FROM product")}
        found = [a for n in numbers for a in addresses(await read(visitor, f"/sitemap/products-{n}.xml"))]
        assert {f"{ORIGIN}/p/more-{n}" for n in range(1, 7)} < set(found)
        assert len(found) == len(set(found)) == 14

    @pytest.mark.parametrize(
        "part", ["products-999999999.xml", "products-9999999999999999999999.xml", "products-x.xml", "else.xml", "%00"]
    )
    async def test_no_other_part(self, part: str, visitor: Visitor, mug: Any) -> None:
        assert (await visitor.get(f"/sitemap/{part}")).status == 404

    async def test_who_has_it_is_told_so(self, visitor: Visitor, mug: Any, engine: ShopEngine) -> None:
        for path in ("/sitemap.xml", part_of(mug), "/feed.xml"):
            etag = (await visitor.get(path)).response.headers["etag"]
            assert (await visitor.get(path, headers={"if-none-match": etag})).status == 304
            await engine_run(engine, "UPDATE product SET price = price + 1")
            assert (await visitor.get(path, headers={"if-none-match": etag})).status == 200


class TestFeed:
    async def test_an_offer_for_each_variant(self, visitor: Visitor, mug: Any, lamp: Any) -> None:
        found = await offers(visitor)
        assert {"DUNE-S-M", "DUNE-S-L", "DUNE-I-M"} < set(found)
        large = found["DUNE-S-L"]
        assert large["title"] == "Dune lamp – Sand / L"
        assert large["g:price"] == "74.00 USD"
        assert (large["g:item_group_id"], large["g:color"], large["g:size"]) == ("dune-lamp", "Sand", "L")
        assert large["g:availability"] == "in_stock"
        assert found["DUNE-I-M"]["g:availability"] == "out_of_stock"
        shown = await visitor.get(large["link"].removeprefix(ORIGIN))
        assert "74.00" in shown.words and "DUNE-S-L" in shown.words

    async def test_prices_of_sales_and_dates_of_pre_orders(
        self, visitor: Visitor, mug: Any, engine: ShopEngine
    ) -> None:
        now = datetime.now(UTC)
        cheaper = await factories.make_product(price="10.00")
        async with engine.transaction():
            await engine.execute("UPDATE product SET price = 8, compare_at_price = 10 WHERE id = $1", cheaper["id"])
        later = await factories.make_product(released_at=now + timedelta(days=9))
        flash = await factories.insert(
            "flash_sale", name="Now", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
        )
        await factories.insert(
            "flash_sale_item", flash_sale_id=flash["id"], product_id=mug["id"], price=Decimal("11.00"), stock_cap=3
        )
        found = await offers(visitor)
        sold = {product: found[(await factories.variant_of(product))["sku"]] for product in (cheaper, later, mug)}
        assert (sold[cheaper]["g:price"], sold[cheaper]["g:sale_price"]) == ("10.00 USD", "8.00 USD")
        assert "g:sale_price_effective_date" not in sold[cheaper]
        assert (sold[mug]["g:price"], sold[mug]["g:sale_price"]) == ("14.00 USD", "11.00 USD")
        assert sold[mug]["g:sale_price_effective_date"].endswith(f"/{flash['ends_at']:%Y-%m-%dT%H:%MZ}")
        assert sold[later]["g:availability"] == "preorder"
        assert sold[later]["g:availability_date"].startswith(f"{later['released_at']:%Y-%m-%d}")

    async def test_any_text_makes_good_xml(self, visitor: Visitor, engine: ShopEngine) -> None:
        await factories.make_product(name="Cup & <saucer> \x0b\x1b", description="]]> \x08 “é” \U0001f375")
        (offer,) = (await offers(visitor)).values()
        assert offer["title"] == "Cup & <saucer> "

    async def test_pages_of_the_store_join_up(
        self, visitor: Visitor, lamp: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feeds, "OFFERS", feeds.OFFERS.replace("LIMIT 1000", "LIMIT 2"))
        assert set(await offers(visitor)) == {"DUNE-S-M", "DUNE-S-L", "DUNE-I-M"}

    async def test_an_empty_shop_has_an_empty_feed(self, visitor: Visitor, engine: ShopEngine) -> None:
        assert await offers(visitor) == {}
        assert addresses(await read(visitor, "/sitemap.xml")) == [f"{ORIGIN}/sitemap/pages.xml"]

    async def test_slow_readers_do_not_pile_up(self, visitor: Visitor, mug: Any, app: Any) -> None:
        turns = turns_of(app)
        for _ in range(AT_ONCE):
            await turns.acquire()
        try:
            refused = await visitor.get("/feed.xml")
            assert refused.status == 503
            assert int(refused.response.headers["retry-after"]) > 2
            assert (await visitor.get("/")).status == 200
        finally:
            for _ in range(AT_ONCE):
                turns.release()
        assert (await visitor.get("/feed.xml")).status == 200


class TestRobots:
    async def test_it_leads_to_the_sitemap_and_away_from_carts(self, visitor: Visitor) -> None:
        text = (await visitor.get("/robots.txt")).text
        assert f"Sitemap: {ORIGIN}/sitemap.xml" in text
        for path in ("/cart", "/checkout", "/orders", "/search", "/de/cart", "/admin"):
            assert f"Disallow: {path}\n" in text
        assert "Disallow: /\n" not in text

    def test_a_shop_without_an_address_stays_alone(self, shop: Shop, settings: Settings) -> None:
        writer = FeedWriter("Exclusive", "http://127.0.0.1:8000", "USD", settings.languages, str)
        assert writer.robots(open_to_all=False) == "User-agent: *\nDisallow: /\n"

    async def test_the_manifest_names_an_icon_that_is_there(self, visitor: Visitor) -> None:
        manifest = (await visitor.get("/site.webmanifest")).response
        assert manifest.headers["content-type"] == "application/manifest+json"
        for icon in manifest.json()["icons"]:
            assert (await visitor.get(icon["src"])).status == 200


def part_of(product: Any) -> str:
    return f"/sitemap/products-{product['id'] // feeds.SPAN}.xml"


def turns_of(app: Any) -> asyncio.Semaphore:
    while not hasattr(app, "state"):
        app = app._app
    turns: asyncio.Semaphore = app.state.long_answers
    return turns


async def engine_run(engine: ShopEngine, sql: str, *args: object) -> None:
    async with engine.transaction():
        await engine.execute(sql, *args)
