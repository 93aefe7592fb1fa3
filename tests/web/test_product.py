"""A product's page: its states, its box, what delivery costs and what customers said."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests import factories
from tests.web.conftest import NewVisitor, Visitor
from tests.web.test_home import structured

HTMX = {"hx-request": "true", "hx-request-type": "partial"}
HOSTILE = "</script><script>alert(1)</script><!--\u2028"


async def db_run(sql: str) -> None:
    async with factories.db().transaction():
        await factories.db().execute(sql)


async def test_a_product_shows_its_price_options_and_stock(visitor: Visitor, lamp):
    page = await visitor.get("/p/dune-lamp")
    assert page.status == 200
    for words in ("Dune lamp", "Colour", "Size", "Sand", "Ink", "$64.00", "Add to cart", "Buy now", "Only 3 left"):
        assert words in page.words


async def test_choosing_an_option_shows_that_variant(visitor: Visitor, lamp):
    choice = {"option.Colour": "Sand", "option.Size": "L"}
    page = await visitor.get("/p/dune-lamp", params=choice)
    assert "$74.00" in page.words
    assert page.form("/cart/items")["option.Size"] == "L"
    part = await visitor.get("/p/dune-lamp", params=choice, headers=HTMX)
    assert "$74.00" in part.words
    assert "<html" not in part.text
    assert 'hx-target="#estimate-variant"' in part.text
    assert "HX-Request" in part.response.headers["vary"]


async def test_a_combination_that_does_not_exist_says_so(visitor: Visitor, lamp):
    page = await visitor.get("/p/dune-lamp", params={"option.Colour": "Ink", "option.Size": "L"})
    assert page.status == 200
    assert "Not made in this combination" in page.words
    answer = await visitor.add("dune-lamp", Colour="Ink", Size="L")
    assert answer.status in (404, 422)


async def test_a_variant_that_is_sold_out_says_so_and_cannot_be_added(visitor: Visitor, lamp):
    page = await visitor.get("/p/dune-lamp", params={"option.Colour": "Ink", "option.Size": "M"})
    assert "Sold out Other options are in stock." in page.words
    assert "Add to cart" not in page.words.partition("Delivery")[0]
    assert "(sold out)" in page.words


@pytest.mark.parametrize("value", ["", "\x00", "x" * 10_000, "💥", "<b>", "';--", "Sand\u202e", "%00"])
async def test_options_of_any_kind_are_answered(visitor: Visitor, lamp, value):
    page = await visitor.get("/p/dune-lamp", params={"option.Colour": value, "option.Size": value, "other": value})
    assert page.status == 200
    assert "<b>" not in page.text.partition('id="buy"')[2].partition("</form>")[0].replace("<b>$", "")


async def test_a_struck_price_moves_with_the_variant(visitor: Visitor, lamp):
    await db_run("UPDATE product SET price = 50, compare_at_price = 64")
    large = await visitor.get("/p/dune-lamp", params={"option.Colour": "Sand", "option.Size": "L"})
    assert "Sale price $60.00 Regular price $74.00" in large.words
    assert "Save 18%" in large.words


async def test_nothing_is_struck_through_that_was_never_asked(visitor: Visitor, engine):
    """An announced cut names the lowest price of the 30 days before it; where there is none, none is announced."""
    category = await factories.make_category(slug="lamps")
    await factories.make_product(
        slug="new", name="New lamp", price="8.00", compare_at_price=Decimal("10.00"), category_id=category["id"]
    )
    for path in ("/p/new", "/c/lamps", "/search?q=lamp", "/"):
        page = await visitor.get(path)
        assert "$8.00" in page.words
        for words in ("$10.00", "Regular price", "Save", "Lowest price", "−20%", "-20%"):
            assert words not in page.words, path
    feed = await visitor.get("/feed.xml")
    assert "sale_price" not in feed.text


async def test_a_variant_that_came_after_the_cut_was_never_dearer(visitor: Visitor, lamp):
    await db_run("UPDATE product SET price = 50, compare_at_price = 64")
    await factories.make_variant(lamp, options={"Colour": "Sage", "Size": "M"})
    new = await visitor.get("/p/dune-lamp", params={"option.Colour": "Sage", "option.Size": "M"})
    assert "Regular price" not in new.words.partition("Add to cart")[0]
    old = await visitor.get("/p/dune-lamp", params={"option.Colour": "Sand", "option.Size": "M"})
    assert "Sale price $50.00 Regular price $64.00" in old.words
    assert "Lowest price in the 30 days before: $64.00" in old.words


async def test_a_flash_price_says_until_when_and_for_how_many_and_what_was_the_lowest_before(visitor: Visitor, mug):
    await factories.make_flash_sale(mug, price="9.00", cap=20, sold=5)
    page = await visitor.get("/p/everyday-mug")
    assert "Sale price $9.00 Regular price $14.00" in page.words
    assert re.search(r"Flash sale until \w+, \w+ \d+, [\d:]+\s[AP]M UTC", page.words)
    assert "5 of 20 sold at this price" in page.words
    assert 'hx-get="/p/everyday-mug" hx-trigger="over" hx-target="#buy"' in page.text


async def test_a_pre_order_says_when_it_comes_out(visitor: Visitor, mug):
    await factories.make_product(slug="camera", released_at=datetime(2099, 12, 24, 12, tzinfo=UTC))
    page = await visitor.get("/p/camera")
    assert "Pre-order: out on December 24, 2099" in page.words
    assert "Add to cart" not in page.words.partition("Delivery")[0]
    assert structured(page)[0]["offers"]["availability"] == "https://schema.org/PreOrder"


async def test_a_product_without_picture_reviews_or_variants_is_a_page(visitor: Visitor, engine):
    await factories.make_product(slug="idea", stock=None)
    page = await visitor.get("/p/idea")
    assert page.status == 200
    for words in ("Picture to follow", "Nobody has reviewed this yet.", "Sold out"):
        assert words in page.words


async def test_what_comes_by_mail_asks_for_no_place(visitor: Visitor, engine):
    await factories.make_product(slug="pattern", is_digital=True)
    page = await visitor.get("/p/pattern")
    assert "it comes by email" in page.words
    assert "postal_code" not in page.fields


async def test_the_specification_speaks_the_language_of_the_page(visitor: Visitor, mug):
    for code, kind, value, unit in (
        ("height", "number", {"number_value": Decimal("1234.5")}, "cm"),
        ("washable", "boolean", {"boolean_value": False}, ""),
    ):
        attribute = await factories.insert("attribute", name=code.title(), code=code, kind=kind, unit=unit)
        await factories.insert("product_attribute", product_id=mug["id"], attribute_id=attribute["id"], **value)
    page = await visitor.get("/p/everyday-mug")
    assert "Height 1,234.5 cm" in page.words.replace("\xa0", " ")
    assert "Washable No" in page.words


async def test_a_product_names_its_seller_or_the_house(visitor: Visitor, mug):
    assert "Sold by Exclusive" in (await visitor.get("/p/everyday-mug")).words
    seller = await factories.make_user(username="harbour-goods")
    await factories.make_product(slug="bag", seller_id=seller["id"])
    assert "Sold by harbour-goods" in (await visitor.get("/p/bag")).words


async def test_what_is_not_published_does_not_exist(visitor: Visitor, engine):
    draft = await factories.make_product(published=False)
    scheduled = await factories.make_product(published_at=datetime.now(UTC) + timedelta(hours=1))
    removed = await factories.make_product(published=False, deleted_at=datetime.now(UTC))
    for product in (draft, scheduled, removed):
        assert (await visitor.get(f"/p/{product['slug']}")).status == 404
        assert (await visitor.get(f"/p/{product['slug']}/reviews")).status == 404


async def test_what_was_sold_once_is_gone_and_the_page_offers_others(visitor: Visitor, mug):
    archived = await factories.make_product(status="archived", sold_count=3)
    for path in (f"/p/{archived['slug']}", f"/p/{archived['slug']}/reviews"):
        page = await visitor.get(path)
        assert page.status == 410
        assert "Everyday mug" in page.words


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
    picture = r"http://shop\.test/static/img/products/bowl-sand-640\.[0-9a-f]{12}\.webp"
    assert re.fullmatch(picture, structured(page)[0]["image"][0])
    assert re.search(rf'property="og:image" content="{picture}"', page.text)


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
    headers = HTMX if either.htmx else {}
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


async def test_pages_for_everybody_carry_no_cookie_and_no_token(visitor: Visitor, mug):
    for path in ("/", "/p/everyday-mug", "/p/everyday-mug/reviews", "/flash-sale"):
        page = await visitor.get(path)
        assert "set-cookie" not in page.response.headers
        assert "csrf_token" not in page.fields
        assert page.response.headers["cache-control"] == "no-cache"


async def test_buying_now_adds_and_goes_to_checkout(either: Visitor, mug):
    data = {"product": "everyday-mug", "quantity": "2", "then": "checkout"}
    answer = await either.post("/cart/items", data)
    if either.htmx:
        assert (answer.status, answer.response.headers["hx-redirect"]) == (200, "/checkout")
    else:
        assert (answer.status, answer.response.headers["location"]) == (303, "/checkout")
    assert (await either.get("/checkout")).status == 200
    assert "Everyday mug" in (await either.get("/cart")).words


async def test_more_than_there_is_is_refused_and_the_box_says_what_is_left(either: Visitor, mug):
    await db_run("UPDATE inventory SET quantity = 2")
    answer = await either.post("/cart/items", {"product": "everyday-mug", "quantity": "5", "left": "20"})
    assert answer.status == 422
    assert "Only 2 of Everyday mug are left." in answer.words
    assert "Only 2 left" in answer.words
    if either.htmx:
        assert 'hx-target="#buy"' in answer.text
        assert answer.response.headers["hx-reswap"] == "none"
    else:
        assert answer.form("/cart/items")["quantity"] == "5"


@pytest.mark.parametrize(("left", "is_sent"), [("20", False), ("19", True), ("nonsense", True)])
async def test_the_box_comes_along_when_the_stock_is_not_what_the_page_showed(
    new_visitor: NewVisitor, mug, left, is_sent
):
    answer = await new_visitor(htmx=True).post(
        "/cart/items", {"product": "everyday-mug", "quantity": "1", "left": left}
    )
    assert answer.status == 200
    assert ('hx-target="#buy"' in answer.text) == is_sent
    assert 'hx-target="#cart-link"' in answer.text


async def test_more_than_an_order_may_have_says_how_many(visitor: Visitor, mug):
    answer = await visitor.add("everyday-mug", quantity="100")
    assert answer.status == 422
    assert "from 1 to 99" in answer.words


async def test_what_was_withdrawn_while_its_page_was_open_says_so(either: Visitor, mug):
    variant = await factories.variant_of(mug)
    await db_run("UPDATE product SET status = 'archived', sold_count = 1")
    answer = await either.post("/cart/items", {"variant": str(variant["id"]), "quantity": "1"})
    assert answer.status == 422
    assert "no longer sold" in answer.words
    again = await either.add("everyday-mug")
    assert again.status in (410, 422)


# Delivery


async def test_an_estimate_names_methods_costs_and_days(either: Visitor, mug):
    variant = await factories.variant_of(mug)
    form = {"product": "everyday-mug", "variant": str(variant["id"]), "country": "US", "postal_code": "10001"}
    answer = await either.post("/delivery-estimate", form)
    assert answer.status == 200
    for words in ("Standard", "$5.00", "Express", "$15.00", "–"):
        assert words in answer.words
    assert answer.fields["postal_code"] == "10001"
    assert ("<html" in answer.text) != either.htmx
    assert answer.response.headers["cache-control"] == "no-store"


async def test_an_estimate_is_free_where_the_price_is_high_enough(visitor: Visitor, mug):
    await factories.make_product(slug="chair", price="500.00")
    answer = await visitor.post("/delivery-estimate", {"product": "chair", "country": "US", "postal_code": "10001"})
    assert "Free" in answer.words


async def test_an_estimate_keeps_the_chosen_variant(visitor: Visitor, mug, lamp):
    page = await visitor.get("/p/dune-lamp", params={"option.Colour": "Sand", "option.Size": "L"})
    form = page.form("/delivery-estimate") | {"postal_code": "10001"}
    answer = await visitor.post("/delivery-estimate", form)
    assert "$74.00" in answer.words
    assert answer.form("/cart/items")["option.Size"] == "L"


@pytest.mark.parametrize(
    ("country", "postal_code", "said"),
    [
        ("US", "", "Enter the ZIP code, like"),
        ("US", "1000", "This is not a ZIP code"),
        ("US", "x" * 10_000, "Use at most 20 characters."),
        ("DE", "<b>\x00", "This is not a postal code"),
        ("XX", "10001", "Choose a country we deliver to."),
        ("", "", "Choose a country we deliver to."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(either: Visitor, mug, country, postal_code, said):
    form = {"product": "everyday-mug", "country": country, "postal_code": postal_code}
    answer = await either.post("/delivery-estimate", form)
    assert answer.status == 422
    assert said.lower().replace("postal code", "postcode") in answer.words.lower()
    assert 'aria-invalid="true"' in answer.text
    if len(postal_code) < 100:
        assert answer.fields["postal_code"] == postal_code.replace("\x00", "")


async def test_where_nothing_is_delivered_says_so(either: Visitor, mug):
    await db_run("UPDATE shipping_method SET countries = '{US}'")
    answer = await either.post(
        "/delivery-estimate", {"product": "everyday-mug", "country": "DE", "postal_code": "10115"}
    )
    assert answer.status == 200
    assert "We do not deliver to this country yet." in answer.words


@pytest.mark.parametrize("form", [{}, {"product": "nothing"}, {"product": "\x00"}, {"product": "x" * 10_000}])
async def test_an_estimate_for_nothing_is_not_found(either: Visitor, mug, form):
    assert (await either.post("/delivery-estimate", form)).status == 404


@pytest.mark.parametrize("variant", ["", "abc", "999999999", "-1", "1" * 400])
async def test_an_estimate_for_a_variant_that_is_none_is_for_the_product(visitor: Visitor, mug, variant):
    form = {"product": "everyday-mug", "variant": variant, "country": "US", "postal_code": "10001"}
    assert (await visitor.post("/delivery-estimate", form)).status == 200


# Reviews


async def test_reviews_are_shown_with_their_distribution(visitor: Visitor, mug):
    for rating in (5, 5, 4, 1):
        await factories.make_review(mug, rating=rating, comment="Warm & <b>round</b>.")
    page = await visitor.get("/p/everyday-mug")
    assert "Warm & <b>round</b>." in page.words
    assert "<b>round</b>" not in page.text
    assert "Ada L." in page.words
    assert "Lovelace" not in page.text
    assert re.search(r'<meter min="0" max="4" value="2" aria-label="5 stars">', page.text)


async def test_a_review_says_which_language_it_is_in(visitor: Visitor, mug):
    path = "/p/everyday-mug/reviews"
    for language, comment in {"en": "Fine.", "de": "Gut.", "ar": "جميل", "": "?", "pt-BR": "Bom.", "xx": "Xx."}.items():
        await factories.make_review(mug, comment=comment, language=language)
    english = (await visitor.get(path)).text
    assert '<p class="text">Fine.' in english
    assert '<p class="text" lang="de" dir="ltr">Gut.' in english
    assert '<p class="text" lang="ar" dir="rtl">جميل' in english
    assert '<p class="text" lang="pt-BR" dir="ltr">Bom.' in english
    assert '<p class="text" lang="xx" dir="auto">Xx.' in english
    assert '<p class="text" dir="auto">?' in english, "nobody knows"
    german = (await visitor.get("/de" + path)).text
    assert '<p class="text" lang="en" dir="ltr">Fine.' in german
    assert '<p class="text">Gut.' in german


async def test_reviews_come_by_stars_and_by_page(either: Visitor, mug):
    for number in range(13):
        await factories.make_review(
            mug, rating=5, comment=f"Text {number:02}.", created_at=datetime(2026, 1, 1 + number, tzinfo=UTC)
        )
    await factories.make_review(mug, rating=1, comment="Broke.")
    headers = HTMX if either.htmx else {}
    second = await either.get("/p/everyday-mug/reviews?stars=5&page=2", headers=headers)
    assert second.status == 200
    assert "Page 2 of 2" in second.words
    assert "Text 00." in second.words
    assert "Broke." not in second.words
    assert ("<html" in second.text) != either.htmx
    assert "Broke." in (await either.get("/p/everyday-mug/reviews?stars=1", headers=headers)).words


@pytest.mark.parametrize("query", ["stars=9", "stars=abc", "stars=-1", "page=0", "page=abc", "stars=" + "9" * 5000])
async def test_stars_and_pages_that_are_none_show_all(visitor: Visitor, mug, query):
    await factories.make_review(mug, comment="Round.")
    page = await visitor.get(f"/p/everyday-mug/reviews?{query}")
    assert page.status == 200
    assert "Round." in page.words


@pytest.mark.parametrize("query", ["page=2", "page=999999999", "stars=3&page=2"])
async def test_a_page_of_reviews_beyond_the_last_is_not_found(visitor: Visitor, mug, query):
    assert (await visitor.get(f"/p/everyday-mug/reviews?{query}")).status == 404


async def test_reviews_of_an_old_address_lead_on(visitor: Visitor, mug):
    await db_run("UPDATE product SET slug = 'new-name'")
    assert (await visitor.get("/p/everyday-mug/reviews")).response.headers["location"].startswith("/p/new-name")


# What the page tells machines


async def test_a_product_tells_machines_what_it_costs_and_whether_it_is_there(visitor: Visitor, mug):
    await db_run("UPDATE product SET rating_average = 4.5, rating_count = 2")
    product, breadcrumb = structured(await visitor.get("/p/everyday-mug"))
    assert product["name"] == "Everyday mug"
    assert product["offers"]["price"] == "14.00"
    assert product["offers"]["priceCurrency"] == "USD"
    assert product["offers"]["availability"] == "https://schema.org/InStock"
    assert product["aggregateRating"] == {"@type": "AggregateRating", "ratingValue": "4.50", "reviewCount": 2}
    assert product["url"] == "http://shop.test/p/everyday-mug"
    assert [part["position"] for part in breadcrumb["itemListElement"]] == [1, 2, 3]


async def test_variants_of_several_prices_are_offered_as_their_span(visitor: Visitor, lamp):
    offers = structured(await visitor.get("/p/dune-lamp"))[0]["offers"]
    assert (offers["@type"], offers["lowPrice"], offers["highPrice"]) == ("AggregateOffer", "64.00", "74.00")


async def test_what_is_sold_out_says_so_to_machines_and_without_reviews_claims_none(visitor: Visitor, engine):
    await factories.make_product(slug="gone", stock=0)
    data = structured(await visitor.get("/p/gone"))[0]
    assert data["offers"]["availability"] == "https://schema.org/SoldOut"
    assert "aggregateRating" not in data


async def test_no_name_ends_the_data_or_begins_a_script(visitor: Visitor, engine):
    brand = await factories.insert("brand", name=HOSTILE, slug="hostile")
    await factories.make_product(slug="hostile", name=HOSTILE, summary=HOSTILE, brand_id=brand["id"])
    page = await visitor.get("/p/hostile")
    assert "<script>alert" not in page.text
    assert "<!--" not in page.text.replace("<!--cart-->", "").replace("<!--message-->", "")
    data = structured(page)[0]
    assert (data["name"], data["brand"]["name"]) == (HOSTILE, HOSTILE)


async def test_what_is_said_to_machines_is_said_once(visitor: Visitor, mug):
    page = await visitor.get("/p/everyday-mug")
    assert "itemprop" not in page.text
    assert len(structured(page)) == 2
