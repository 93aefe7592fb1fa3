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
