"""The shop window, as a visitor sees it."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests import factories
from tests.web.conftest import NewVisitor, Visitor


async def db_run(sql: str) -> None:
    async with factories.db().transaction():
        await factories.db().execute(sql)


async def test_home_shows_what_is_for_sale(visitor: Visitor, mug):
    page = await visitor.get("/")
    assert page.status == 200
    assert "Everyday mug" in page.words
    assert "$14.00" in page.words
    assert "/p/everyday-mug" in page.links


async def test_an_empty_shop_has_a_home(visitor: Visitor, engine):
    assert (await visitor.get("/")).status == 200


async def test_a_category_lists_its_products_a_page_at_a_time(visitor: Visitor, engine):
    category = await factories.make_category(name="Kitchen", slug="kitchen")
    for number in range(30):
        await factories.make_product(name=f"Bowl {number:02}", category_id=category["id"])
    first, second = await visitor.get("/c/kitchen"), await visitor.get("/c/kitchen?page=2")
    shown = [{link for link in page.links if link.startswith("/p/")} for page in (first, second)]
    assert [len(links) for links in shown] == [24, 6]
    assert not shown[0] & shown[1]
    assert "30" in first.words


@pytest.mark.parametrize("page", ["0", "-3", "abc", "1e9", "\x00", "", "%F0%9F%98%80"])
async def test_a_page_that_is_no_number_is_the_first(visitor: Visitor, mug, page):
    answer = await visitor.get("/search", params={"q": "mug", "page": page})
    assert answer.status == 200


@pytest.mark.parametrize("page", ["7", "999999999"])
async def test_a_page_beyond_the_last_is_not_found(visitor: Visitor, engine, page):
    await factories.make_category(slug="kitchen")
    assert (await visitor.get(f"/c/kitchen?page={page}")).status == 404


async def test_a_product_shows_its_price_options_and_stock(visitor: Visitor, lamp):
    page = await visitor.get("/p/dune-lamp")
    assert page.status == 200
    for words in ("Dune lamp", "Colour", "Size", "Sand", "Ink", "$64.00", "Add to cart"):
        assert words in page.words


async def test_choosing_an_option_shows_that_variant(visitor: Visitor, new_visitor: NewVisitor, lamp):
    choice = {"option.Colour": "Sand", "option.Size": "L"}
    page = await visitor.get("/p/dune-lamp", params=choice)
    assert "$74.00" in page.words
    assert page.form("/cart/items")["option.Size"] == "L"
    headers = {"hx-request": "true", "hx-request-type": "partial"}
    part = await visitor.get("/p/dune-lamp", params=choice, headers=headers)
    assert "$74.00" in part.words
    assert "<html" not in part.text
    assert "HX-Request" in part.response.headers["vary"]


async def test_a_combination_that_does_not_exist_says_so(visitor: Visitor, lamp):
    page = await visitor.get("/p/dune-lamp", params={"option.Colour": "Ink", "option.Size": "L"})
    assert page.status == 200
    answer = await visitor.add("dune-lamp", Colour="Ink", Size="L")
    assert answer.status in (404, 422)


async def test_what_is_not_published_does_not_exist(visitor: Visitor, engine):
    draft = await factories.make_product(published=False)
    scheduled = await factories.make_product(published_at=datetime.now(UTC) + timedelta(hours=1))
    removed = await factories.make_product(published=False, deleted_at=datetime.now(UTC))
    for product in (draft, scheduled, removed):
        assert (await visitor.get(f"/p/{product['slug']}")).status == 404


async def test_what_was_sold_once_is_gone_and_the_page_offers_others(visitor: Visitor, mug):
    archived = await factories.make_product(status="archived", sold_count=3)
    page = await visitor.get(f"/p/{archived['slug']}")
    assert page.status == 410
    assert "Everyday mug" in page.words


@pytest.mark.parametrize("path", ["/c/nothing", "/p/nothing", "/nothing", "/p/%00", "/p/%ED%A0%80", "/p/" + "x" * 900])
async def test_an_unknown_address_is_a_page_in_the_frame(visitor: Visitor, mug, path):
    page = await visitor.get(path)
    assert page.status == 404
    assert "Search" in page.words
    assert "/cart" in page.links


@pytest.mark.parametrize(
    ("words", "found"),
    [("mug", True), ("MUGS", True), ("every", True), ("DUNE-S-M", True), ("dune lamp", True), ("teapot", False)],
)
async def test_search_finds_words_beginnings_plurals_and_skus(visitor: Visitor, mug, lamp, words, found):
    page = await visitor.get("/search", params={"q": words})
    assert page.status == 200
    wanted = "/p/dune-lamp" if "une" in words.lower() else "/p/everyday-mug"
    assert (wanted in page.links) or not found
    assert page.fields["q"] == words
    if not found:
        assert "teapot" in page.words


@pytest.mark.parametrize(
    "words", ["", "   ", "!!!", "%", "_", "'", "a & b | !", ":*", "\u200f\u202e", "x" * 10_000, "\x00", "💥"]
)
async def test_search_takes_any_words(visitor: Visitor, mug, words):
    assert (await visitor.get("/search", params={"q": words})).status == 200


async def test_a_struck_price_stands_beside_a_lower_one(visitor: Visitor, mug):
    await factories.make_product(name="Reduced", slug="reduced", price="60.00", compare_at_price=Decimal("80.00"))
    page = await visitor.get("/p/reduced")
    assert "$60.00" in page.words
    assert "$80.00" in page.words


async def test_pages_for_everybody_carry_no_cookie_and_no_token(visitor: Visitor, mug):
    for path in ("/", "/p/everyday-mug", "/search?q=mug"):
        page = await visitor.get(path)
        assert "set-cookie" not in page.response.headers
        assert "csrf_token" not in page.fields
        assert page.response.headers["cache-control"] == "no-cache"


async def test_a_picture_in_several_widths_lets_the_browser_choose(visitor):
    product = await factories.make_product(slug="bowl")
    await factories.insert(
        "product_image",
        product_id=product["id"],
        image_url="/static/img/products/bowl-sand-640.webp",
        alt="Bowl, sand",
        width=640,
        height=640,
        widths=[320, 480, 640],
        is_primary=True,
    )
    page = await visitor.get("/p/bowl")
    for width in (320, 480, 640):
        assert re.search(rf"/static/img/products/bowl-sand-{width}\.[0-9a-f]{{12}}\.webp {width}w", page.text), width


async def test_the_pictures_follow_the_chosen_colour(either, visitor):
    product = await factories.make_product(slug="vase")
    await db_run("UPDATE product_variant SET options = '{\"Colour\": \"Clay\"}', variant_value = 'Clay'")
    clay = await factories.variant_of(product)
    sage = await factories.make_variant(product, sku="VASE-SAGE", options={"Colour": "Sage"})
    for position, (variant, colour) in enumerate([(clay, "clay"), (sage, "sage")]):
        await factories.insert(
            "product_image",
            product_id=product["id"],
            variant_id=variant["id"],
            image_url=f"/static/img/products/vase-{colour}-640.webp",
            alt=f"Vase in {colour}",
            is_primary=position == 0,
            position=position,
        )
    headers = {"hx-request": "true", "hx-request-type": "partial"} if either.htmx else {}
    page = await either.get("/p/vase?option.Colour=Sage", headers=headers)
    assert page.text.index("Vase in sage") < page.text.index("Vase in clay")
    assert ("hx-partial" in page.text) == either.htmx
    assert (await visitor.get("/p/vase?option.Colour=Clay")).text.index("Vase in clay") > 0


async def test_an_old_address_leads_to_the_present_one(visitor):
    await factories.make_product(slug="old-name")
    await db_run("UPDATE product SET slug = 'new-name'")
    answer = (await visitor.get("/p/old-name?option.Colour=Sage")).response
    assert (answer.status_code, answer.headers["location"]) == (301, "/p/new-name?option.Colour=Sage")
    await db_run("UPDATE product SET slug = 'old-name'")
    assert (await visitor.get("/p/old-name")).status == 200


async def test_a_slug_in_the_wrong_case_leads_to_the_right_one(visitor):
    await factories.make_product(slug="right-case")
    assert (await visitor.get("/p/Right-CASE")).response.headers["location"] == "/p/right-case"


async def test_a_category_shows_what_lies_below_it(visitor):
    top = await factories.make_category(name="Home", slug="home")
    below = await factories.make_category(name="Lamps", slug="lamps", parent_id=top["id"])
    await factories.make_product(slug="lantern", name="Lantern", category_id=below["id"])
    assert "Lantern" in (await visitor.get("/c/home")).words
    assert "Home" in (await visitor.get("/c/lamps")).words


async def test_search_finds_brands_and_categories_and_forgives_a_letter(visitor):
    brand = await factories.insert("brand", name="Tarnbeck", slug="tarnbeck")
    category = await factories.make_category(name="Lanterns", slug="lanterns")
    await factories.make_product(slug="x1", name="Storm light", category_id=category["id"], brand_id=brand["id"])
    await db_run("REFRESH MATERIALIZED VIEW search_word")
    for words in ("tarnbeck", "lantern", "storm", "strom", "tarnbek", "Tarnbeck storm"):
        assert "Storm light" in (await visitor.get("/search", params={"q": words})).words, words
    page = await visitor.get("/search", params={"q": "tarnbek"})
    assert "Showing results for tarnbeck" in page.words
    assert "Nothing matches" not in page.words
    assert "Nothing matches" in (await visitor.get("/search", params={"q": "tarnbek", "exact": "1"})).words


async def test_search_takes_synonyms(visitor):
    await factories.insert("synonym", term="cup", means="mug, beaker")
    await factories.make_product(slug="mug", name="Stoneware mug")
    assert "Stoneware mug" in (await visitor.get("/search?q=cup")).words


@pytest.mark.parametrize("words", ["%", "_", "'", "&|!", "\u200f\u200f", "-", "x" * 10_000, "a:* & !b", "%00"])
async def test_no_query_is_too_strange(visitor, words):
    assert (await visitor.get("/search", params={"q": words})).status == 200
