"""Lists of products, as a visitor sees them: categories, filters, search and suggestions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import pytest_asyncio

from app.adapters.db import facets
from app.adapters.db.search import PiccoloSearch
from app.core.listing import COUNTED_EXACTLY, Wish
from app.ports.catalog import Listing
from app.web.forms.listing import MOST_PAIRS
from app.web.routes import listing
from tests import factories
from tests.web.conftest import Page, Visitor
from tests.web.markup import Element, parse

HTMX = {"hx-request": "true", "hx-request-type": "partial", "hx-target": "div#results", "hx-source": "form#filters"}
MORE = HTMX | {"hx-target": "ul#grid", "hx-source": "a"}


async def db_run(sql: str) -> None:
    async with factories.db().transaction():
        await factories.db().execute(sql)


def tree(page: Page) -> Element:
    root, faults = parse(page.text)
    assert not faults, faults
    return root


def shown(page: Page) -> list[str]:
    """The products of the list, in their order."""
    return [next(card.all("a"))["href"].rpartition("/p/")[2] for card in tree(page).all("article")]


def option(page: Page, field: str, value: str) -> Element:
    return next(
        box for box in tree(page).by_id("filters").all("input") if (box["name"], box["value"]) == (field, value)
    )


def count_of(page: Page, field: str, value: str) -> str:
    label = option(page, field, value).up("label")
    assert label is not None
    return next(part.text for part in label.all("span") if part["class"] == "tally").split()[0]


def chips(page: Page) -> dict[str, str]:
    """What is on, and where it is switched off."""
    return {
        chip.text.removeprefix("Remove filter: "): chip["href"]
        for chip in tree(page).all("a")
        if chip["class"] == "chip on"
    }


@pytest_asyncio.fixture
async def kitchen(engine: Any) -> None:
    """Three mugs and a bowl: a brand, colours and sizes, prices from 10 to 40."""
    async with factories.db().transaction():
        category = await factories.make_category(name="Kitchen", slug="kitchen")
        brand = await factories.insert("brand", name="Kiln & Co", slug="kiln")
        await factories.insert("colour", name="Ink", swatch="#112233")
        material = await factories.insert("attribute", name="Material", code="material")
        washable = await factories.insert("attribute", name="Washable", code="washable", kind="boolean")
        for number, (slug, (price, offers)) in enumerate(
            {
                "mug": ("10.00", [("Ink", "S", 5), ("Sand", "L", 5)]),
                "cup": ("25.00", [("Ink", "L", 5)]),
                "jug": ("30.00", [("Sand", "L", 0)]),
                "bowl": ("40.00", [("Sage", "L", 5)]),
            }.items()
        ):
            product = await factories.make_product(
                slug=slug,
                name=f"Stone {slug}",
                price=price,
                stock=None,
                category_id=category["id"],
                brand_id=brand["id"] if slug != "bowl" else None,
                sold_count=number,
                rating_average=Decimal(number + 1),
                rating_count=1,
                published_at=datetime.now(UTC) - timedelta(days=40 * number + 1),
            )
            await factories.insert(
                "product_attribute", product_id=product["id"], attribute_id=material["id"], text_value="Clay"
            )
            if slug != "bowl":
                await factories.insert(
                    "product_attribute",
                    product_id=product["id"],
                    attribute_id=washable["id"],
                    boolean_value=slug == "mug",
                )
            for colour, size, stock in offers:
                await factories.make_variant(product, stock=stock, options={"Colour": colour, "Size": size})
        await factories.make_product(slug="elsewhere", name="Elsewhere")
    async with factories.db().transaction():
        await factories.db().execute("UPDATE product SET price = 20, compare_at_price = price WHERE slug = 'cup'")


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["bowl", "jug", "cup", "mug"]),
        ("colour=Ink", ["cup", "mug"]),
        ("colour=Ink&colour=Sage", ["bowl", "cup", "mug"]),
        ("colour=Ink&size=L", ["cup"]),  # the mug comes in Ink and in L, but not in both at once
        ("brand=kiln&price_from=15", ["jug", "cup"]),
        ("available=1&size=L", ["bowl", "cup", "mug"]),
        ("sale=1", ["cup"]),
        ("new=1", ["mug"]),
        ("rating=3", ["bowl", "jug"]),
        ("a.washable=yes", ["mug"]),
        ("a.washable=no&a.material=Clay", ["jug", "cup"]),
        ("sort=price", ["mug", "cup", "jug", "bowl"]),
        ("sort=price-down", ["bowl", "jug", "cup", "mug"]),
        ("sort=newest", ["mug", "cup", "jug", "bowl"]),
        ("sort=rating", ["bowl", "jug", "cup", "mug"]),
        ("sort=by-magic", ["bowl", "jug", "cup", "mug"]),
        ("category=nothing&q=zeppelin&unknown=1", ["bowl", "jug", "cup", "mug"]),
    ],
)
async def test_filters_and_orders_leave_what_fits(visitor: Visitor, kitchen: None, query: str, slugs: list[str]):
    page = await visitor.get(f"/c/kitchen?{query}")
    assert page.status == 200
    assert shown(page) == slugs
    assert tree(page).by_id("count").text == f"{len(slugs)} product{'s' if len(slugs) > 1 else ''}"


async def test_each_option_says_what_it_would_show_and_what_would_show_nothing_is_disabled(visitor, kitchen):
    page = await visitor.get("/c/kitchen?colour=Ink")
    assert [count_of(page, "colour", colour) for colour in ("Ink", "Sand", "Sage")] == ["2", "2", "1"]
    assert [count_of(page, "size", size) for size in ("S", "L")] == ["1", "1"]
    assert "checked" in option(page, "colour", "Ink")
    page = await visitor.get("/c/kitchen?colour=Sage")
    assert count_of(page, "size", "S") == "0"
    assert "disabled" in option(page, "size", "S")
    assert "#112233" in page.text


async def test_chips_say_what_is_on_and_take_it_away(visitor, kitchen):
    page = await visitor.get("/c/kitchen?brand=kiln&colour=Ink&available=1&rating=1&price_to=25&sort=price")
    assert list(chips(page)) == [
        "Brand: Kiln & Co",
        "Colour: Ink",
        "Rating: 1 and up",
        "In stock",
        "Up to $25.00",
    ]
    without = dict(parse_qsl(urlsplit(chips(page)["Colour: Ink"]).query))
    assert without == {"brand": "kiln", "available": "1", "rating": "1", "price_to": "25", "sort": "price"}
    clear = next(link for link in tree(page).all("a") if link.text == "Clear all")
    assert clear["href"] == "/c/kitchen?sort=price"
    assert not chips(await visitor.get("/c/kitchen?sort=price"))


async def test_a_list_without_a_hit_says_which_filter_to_drop(visitor, kitchen):
    page = await visitor.get("/c/kitchen?colour=Sage&size=S&price_to=15")
    assert shown(page) == []
    assert "Nothing fits all of these filters" in page.words
    ways = [link for link in tree(page).all("a") if link.text.startswith("Without:")]
    for way in ways:
        count = way.text.split()[-2]
        assert str(len(shown(await visitor.get(way["href"])))) == count
    assert [way.text for way in ways] == ["Without: Sage 1 product"]


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("price_from=abc", "price_from", "Enter a price as a number"),
        ("price_to=-5", "price_to", "Enter a price as a number"),
        ("price_to=1e5", "price_to", "Enter a price as a number"),
        ("price_from=NaN", "price_from", "Enter a price as a number"),
        ("price_from=99999999999999999999", "price_from", "Enter a price as a number"),
        ("price_from=30&price_to=20", "price_to", "must not be below"),
    ],
)
async def test_a_price_that_is_none_is_said_at_its_field_and_kept(visitor, kitchen, query, field, message):
    page = await visitor.get(f"/c/kitchen?{query}&colour=Ink")
    assert page.status == 422
    control = tree(page).by_id(field)
    assert message in tree(page).by_id(control["aria-describedby"]).text
    assert control["value"] == dict(parse_qsl(query))[field]
    assert shown(page) == ["cup", "mug"]
    part = await visitor.get(f"/c/kitchen?{query}&colour=Ink", headers=HTMX)
    assert (part.status, message in part.words) == (422, True)


@pytest.mark.parametrize("typed", ["25", "25.00", "$25", " 25 ", "٢٥"])
async def test_a_price_is_read_as_people_write_it(visitor, kitchen, typed):
    assert shown(await visitor.get("/c/kitchen", params={"price_to": typed})) == ["cup", "mug"]


async def test_a_price_is_read_in_the_language_of_the_page(visitor, kitchen):
    german = await visitor.get("/de/c/kitchen", params={"price_to": "19,90"})
    if german.status == 404:
        pytest.skip("the shop of these tests speaks one language")
    assert shown(german) == ["mug"]


@pytest.mark.parametrize(
    "query",
    [
        "brand=nobody",
        "colour=purple",
        "size=%25",
        "rating=9",
        "rating=x",
        "available=maybe",
        "a.nothing=1",
        "a.material=Gold",
        "colour=" + "x" * 5_000,
    ],
)
async def test_a_value_that_does_not_exist_is_left_out_and_said(visitor, kitchen, query):
    page = await visitor.get(f"/c/kitchen?{query}")
    assert page.status == 200
    assert len(shown(page)) == 4
    assert "We left out what this shop does not know" in page.words
    assert not chips(page)


@pytest.mark.parametrize(
    "query",
    [
        "%00=%00",
        "colour=%ED%A0%80",
        "colour=" + "&colour=".join(str(n) for n in range(2 * MOST_PAIRS)),
        "a.=x",
        "a.%27%3B--=1",
        "price_from=",
        "sort=%F0%9F%98%80&page=%F0%9F%98%80",
        "&&&=&",
        "q=" + "x" * 10_000,
    ],
)
async def test_no_address_breaks_a_list(visitor, kitchen, query):
    for path in ("/c/kitchen", "/search"):
        assert (await visitor.get(f"{path}?{query}")).status == 200


async def test_filtered_lists_are_not_for_search_engines(visitor, kitchen):
    def head(page: Page) -> tuple[str, str]:
        robots = [meta["content"] for meta in tree(page).all("meta") if meta["name"] == "robots"]
        canonical = next(link["href"] for link in tree(page).all("link") if link["rel"] == "canonical")
        return "".join(robots), canonical.removeprefix("http://shop.test")

    assert head(await visitor.get("/c/kitchen")) == ("", "/c/kitchen")
    assert head(await visitor.get("/c/kitchen?colour=Ink")) == ("noindex,follow", "/c/kitchen")
    assert head(await visitor.get("/c/kitchen?all=size")) == ("", "/c/kitchen")
    assert head(await visitor.get("/c/kitchen?sort=price")) == ("noindex,follow", "/c/kitchen")
    await fill("kitchen", 30)
    assert head(await visitor.get("/c/kitchen?page=2")) == ("", "/c/kitchen?page=2")


@pytest_asyncio.fixture
async def brands(kitchen: None) -> None:
    """Fourteen brands with a product each, beside the one of the kitchen."""
    async with factories.db().transaction():
        category = await factories.db().fetchval("SELECT id FROM category WHERE slug = 'kitchen'")
        for letter in "nmlkjihgfedcba":
            brand = await factories.insert("brand", name=f"Works {letter.upper()}", slug=f"works-{letter}")
            await factories.make_product(name=f"Pan {letter}", category_id=category, brand_id=brand["id"])


def brands_of(page: Page) -> list[str]:
    boxes = [box for box in tree(page).by_id("filters").all("input") if box["name"] == "brand"]
    return [box["value"] for box in boxes]


def filter_box(page: Page) -> Element:
    return next(box for box in tree(page).all("details") if box["class"] == "filter-box")


async def test_a_long_filter_shows_ten_values_and_a_way_to_all_of_them_and_back(visitor, brands):
    page = await visitor.get("/c/kitchen?colour=Ink&sort=price")
    assert len(brands_of(page)) == 10
    link = tree(page).by_id("all-brand")
    assert link.text == "Show all 15: Brand"
    assert link["href"] == link["hx-get"] == "/c/kitchen?colour=Ink&sort=price&all=brand"
    whole = await visitor.get(link["href"])
    assert brands_of(whole) == ["kiln", *(f"works-{letter}" for letter in "abcdefghijklmn")]
    assert shown(whole) == shown(page)
    assert ("open" in filter_box(whole), "open" in filter_box(page)) == (True, False)  # where a narrow screen hides it
    fewer = tree(whole).by_id("all-brand")
    assert (fewer.text, fewer["href"]) == ("Show fewer: Brand", "/c/kitchen?colour=Ink&sort=price")
    assert list(chips(whole)) == ["Colour: Ink"]


async def test_all_values_of_a_filter_come_in_place_and_leave_the_list_alone(visitor, brands):
    await fill("kitchen", 30)
    address = "/c/kitchen?colour=&all=brand&page=2"
    part = await visitor.get(address, headers=HTMX | {"hx-target": "form#filters", "hx-source": "a#all-brand"})
    assert len(brands_of(part)) == 15
    assert [child["id"] for child in tree(part).children if isinstance(child, Element)] == ["filters"]
    assert part.response.headers["hx-push-url"] == "/c/kitchen?all=brand&page=2"
    assert tree(part).by_id("all-brand")["href"] == "/c/kitchen?page=2"


async def test_what_is_shown_whole_stays_so_while_one_goes_on(visitor, brands):
    page = await visitor.get("/c/kitchen?all=brand&brand=works-a&brand=works-n")
    assert page.fields["all"] == "brand"
    assert sorted(shown(page)) == sorted(shown(await visitor.get("/c/kitchen?brand=works-a&brand=works-n")))
    assert chips(page)["Brand: Works A"] == "/c/kitchen?brand=works-n&all=brand"
    by_form = await visitor.get("/c/kitchen?brand=works-b&all=brand", headers=HTMX)
    assert by_form.response.headers["hx-push-url"] == "/c/kitchen?brand=works-b&all=brand"
    assert len(brands_of(by_form)) == 15


async def test_a_search_shows_all_values_too(visitor, brands):
    page = await visitor.get("/search?q=pan&all=brand")
    assert len(brands_of(page)) == 14
    assert tree(page).by_id("all-brand")["href"] == "/search?q=pan"


@pytest.mark.parametrize("value", ["", "1", "size", "rating", "price", "BRAND", "a.", "a.nothing", "%00", "x" * 9000])
async def test_what_is_no_long_filter_is_not_shown_whole(visitor, brands, value):
    page = await visitor.get(f"/c/kitchen?all={value}")
    assert page.status == 200
    assert len(brands_of(page)) == 10
    assert "all" not in page.fields
    assert "We left out" not in page.words
    assert tree(page).by_id("all-brand")["href"] == "/c/kitchen?all=brand"


async def test_the_whole_of_a_filter_has_an_end(visitor, brands, monkeypatch):
    for module in (facets, listing):
        monkeypatch.setattr(module, "MOST_VALUES", 12)
    page = await visitor.get("/c/kitchen?all=brand&brand=works-a")
    assert len(brands_of(page)) == 12
    assert "works-a" in brands_of(page)
    assert tree(await visitor.get("/c/kitchen?brand=works-a")).by_id("all-brand").text == "Show 12 of 15: Brand"


async def fill(slug: str, products: int) -> None:
    async with factories.db().transaction():
        category = await factories.db().fetchval("SELECT id FROM category WHERE slug = $1", slug)
        for number in range(products):
            await factories.make_product(name=f"Plate {number:02}", category_id=category)


async def test_a_filter_changes_the_list_in_place(visitor, kitchen):
    part = await visitor.get("/c/kitchen?colour=Ink&price_to=&sort=relevance", headers=HTMX)
    assert part.status == 200
    assert "<html" not in part.text
    root = tree(part)
    assert root.by_id("results") and root.by_id("count").text == "2 products"
    parts = {element["hx-target"]: element["hx-swap"] for element in root.all("hx-partial")}
    assert parts == {"#count": "outerMorph", "#filters": "outerMorph"}
    assert part.response.headers["hx-push-url"] == "/c/kitchen?colour=Ink"
    by_chip = await visitor.get("/c/kitchen?colour=Ink", headers=HTMX | {"hx-source": "a"})
    assert {e["hx-swap"] for e in tree(by_chip).all("hx-partial") if e["hx-target"] == "#filters"} == {"outerHTML"}
    for answer in (part, by_chip, await visitor.get("/c/kitchen?colour=Ink")):
        assert {"HX-Request", "HX-Target", "HX-Source"} <= set(answer.response.headers["vary"].split(", "))
    restored = await visitor.get("/c/kitchen?colour=Ink", headers={"hx-history-restore-request": "true"})
    assert "<html" in restored.text


async def test_cards_show_the_colour_that_was_asked_for(visitor, kitchen):
    db = factories.db()
    async with db.transaction():
        mug = await db.fetchrow("SELECT * FROM product WHERE slug = 'mug'")
        colours = "SELECT id, options ->> 'Colour' AS colour FROM product_variant WHERE product_id = $1 ORDER BY id"
        for row in await db.fetch(colours, mug["id"]):
            url, is_ink = f"/media/mug-{row['colour'].lower()}.webp", row["colour"] == "Ink"
            await factories.make_image(mug, variant_id=row["id"], image_url=url, is_primary=is_ink)

    async def card_of(query: str) -> Element:
        page = await visitor.get(f"/c/kitchen{query}")
        return next(card for card in tree(page).all("article") if "Stone mug" in card.text)

    for _ in range(2):  # the second time out of what is kept
        for query in ("", "?available=1", "?colour=Ink", "?colour=Ink&colour=Sage&sort=price"):
            assert next((await card_of(query)).all("img"))["src"] == "/media/mug-ink.webp"
        sand = await card_of("?colour=Sand&sort=price")
        assert next(sand.all("img"))["src"] == "/media/mug-sand.webp"
        assert {link["href"] for link in sand.all("a")} == {
            "/p/mug?option.Colour=Sand",
            "/p/mug?option.Colour=Sand#buy",
        }
    assert "Colour: Sand" in (await visitor.get("/p/mug?option.Colour=Sand")).words
    assert shown(await visitor.get("/c/kitchen?colour=Sand&sort=price-down")) == ["jug", "mug?option.Colour=Sand"]


async def test_cards_tell_the_choice_there_is(visitor, kitchen):
    await factories.insert("colour", name="Sand", swatch="#ddccbb")
    pan = await factories.make_product(name="Stone pan", stock=None)
    for size in ("20 cm", "24 cm", "28 cm"):
        await factories.make_variant(pan, options={"Size": size})
    cards = {next(card.all("h3")).text: card.text for card in tree(await visitor.get("/search?q=stone")).all("article")}
    assert "3 options" in cards["Stone pan"]
    assert "Colours: Ink, Sand" in cards["Stone mug"] and "options" not in cards["Stone mug"].replace(
        "Choose options", ""
    )
    assert "option" not in cards["Stone cup"], "there is one"


async def test_more_of_the_list_is_appended(visitor, kitchen):
    await fill("kitchen", 50)
    first = await visitor.get("/c/kitchen")
    link = next(link for link in tree(first).all("a") if link["rel"] == "next")
    assert link.text == "Show 24 more of 54 products"
    assert (link["href"], link["hx-get"]) == ("/c/kitchen?page=2", "/c/kitchen?page=2")
    more = await visitor.get(link["href"], headers=MORE)
    assert len(shown(more)) == 24
    assert not set(shown(more)) & set(shown(first))
    items = [item for item in tree(more).all("li") if "tabindex" in item]
    assert [item["tabindex"] for item in items] == ["-1"]
    last = await visitor.get("/c/kitchen?page=3", headers=MORE)
    assert len(shown(last)) == 6
    assert not [link for link in tree(last).all("a") if link["rel"] == "next"]
    assert (await visitor.get("/c/kitchen?page=4", headers=MORE)).status == 404
    plain = await visitor.get("/c/kitchen?page=2")
    assert [link["href"] for link in tree(plain).all("a") if link["rel"] == "prev"] == ["/c/kitchen"]


async def test_a_department_shows_its_shelves(visitor, kitchen):
    top = await factories.db().fetchval("SELECT id FROM category WHERE slug = 'kitchen'")
    below = await factories.make_category(name="Plates", slug="plates", parent_id=top)
    await factories.make_category(name="Nothing yet", slug="nothing-yet", parent_id=top)
    await factories.make_product(category_id=below["id"])
    page = await visitor.get("/c/kitchen")
    shelves = [link.text for link in tree(page).all("a") if link["class"] == "shelf"]
    assert shelves == ["Plates1 product"]


async def test_a_category_without_goods_leads_to_others(visitor, kitchen):
    await factories.make_category(name="Empty", slug="empty")
    page = await visitor.get("/c/empty")
    assert "Nothing here at the moment" in page.words
    offered = [link["href"] for link in next(tree(page).all("main")).all("a")]
    assert "/c/kitchen" in offered
    assert "/c/empty" not in offered


async def test_a_slug_in_the_wrong_case_keeps_its_question(visitor, kitchen):
    answer = (await visitor.get("/c/Kitchen?colour=Ink")).response
    assert (answer.status_code, answer.headers["location"]) == (301, "/c/kitchen?colour=Ink")


async def test_a_listing_costs_three_questions(visitor, kitchen, monkeypatch):
    await visitor.get("/c/kitchen")
    asked: list[str] = []
    engine = factories.db()
    run = engine._run

    async def count(verb: str, sql: str, args: Any) -> Any:
        if "catalogue_change" not in sql and "best.sold_count" not in sql:  # kept for all pages of a moment
            asked.append(sql)
        return await run(verb, sql, args)

    monkeypatch.setattr(engine, "_run", count)
    for query in ("sort=price", "colour=Ink", "colour=Ink&size=L&price_to=90", "page=1&new=1"):
        asked.clear()
        await visitor.get(f"/c/kitchen?{query}")
        assert 1 <= len(asked) <= 3, asked


# Search


async def test_search_filters_like_a_category(visitor, kitchen):
    page = await visitor.get("/search?q=stone&colour=Ink&sort=price")
    assert shown(page) == ["mug", "cup"]
    assert page.fields["q"] == "stone"
    form = {field["name"]: field["value"] for field in tree(page).by_id("filters").all("input")}
    assert form["q"] == "stone"
    links = [link["href"] for link in tree(page).by_id("filters").all("a")]
    assert "/search?q=stone&colour=Ink&sort=price&category=kitchen" in links
    inside = await visitor.get("/search?q=stone&category=kitchen")
    assert list(chips(inside)) == ["Category: Kitchen"]
    assert len(shown(inside)) == 4


async def test_brands_can_be_listed_without_words(visitor, kitchen):
    page = await visitor.get("/search?brand=kiln")
    assert sorted(shown(page)) == ["cup", "jug", "mug"]


async def test_a_price_in_words_filters(visitor, kitchen):
    assert sorted(shown(await visitor.get("/search?q=stone+under+25"))) == ["cup", "mug"]
    assert sorted(shown(await visitor.get("/search?q=over+35"))) == ["bowl"]


async def test_a_price_in_words_stands_in_its_field_and_can_be_taken_away(visitor, kitchen):
    page = await visitor.get("/search?q=stone+under+25&sort=price")
    assert "stone under 25" in page.words
    assert chips(page) == {"Up to $25.00": "/search?q=stone&sort=price"}
    form = {field["name"]: field["value"] for field in tree(page).by_id("filters").all("input")}
    assert (form["q"], form["price_to"]) == ("stone", "25")
    assert "/search?q=stone&price_to=25&sort=price&category=kitchen" in page.links
    own = await visitor.get("/search?q=stone+under+25&price_to=35")
    assert list(chips(own)) == ["Up to $35.00"]


async def test_where_only_the_price_in_words_leaves_nothing_that_is_said(visitor, kitchen):
    page = await visitor.get("/search?q=stone+under+5")
    assert "Nothing fits all of these filters" in page.words
    ways = [link for link in tree(page).all("a") if link.text.startswith("Without:")]
    assert [(way.text, way["href"]) for way in ways] == [("Without: Up to $5.00 4 products", "/search?q=stone")]
    nothing = await visitor.get("/search?q=zeppelin+under+5")
    for words in ("Nothing matches these words", "Best sellers"):
        assert words in nothing.words
    both = await visitor.get("/search?q=stone+under+5&colour=Sand")
    assert "Nothing fits all of these filters" in both.words
    bad = await visitor.get("/search?q=zeppelin&price_from=x")
    assert (bad.status, "Enter a price as a number" in bad.words) == (422, True)


async def test_search_shows_categories_that_fit(visitor, kitchen):
    page = await visitor.get("/search?q=kitchen")
    nav = next(nav for nav in tree(page).all("nav") if nav["aria-label"] == "Categories that fit")
    assert [link["href"] for link in nav.all("a")] == ["/c/kitchen"]


async def test_search_folds_accents_and_plurals(visitor, engine):
    await factories.make_product(slug="cafe", name="Café crème cups")
    await factories.make_product(slug="lodz", name="Łódź Été straße")
    for words in ("cafe", "CAFÉ", "cafe\u0301", "creme", "cup", "cups", "caf", "crem cup"):
        page = await visitor.get("/search", params={"q": words})
        assert shown(page) == ["cafe"], words
        assert "Showing results for" not in page.words, "nothing was misspelt"
    for words in ("Łódź", "lodz", "été", "ete", "Straße", "STRASSE", "łódź ete"):
        assert shown(await visitor.get("/search", params={"q": words})) == ["lodz"], words
    assert "/p/lodz" in (await suggested(visitor, "Łódź")).links


async def test_words_that_the_shop_does_not_have_are_left_out_before_nothing_is_found(visitor, kitchen):
    await db_run("REFRESH MATERIALIZED VIEW search_word")
    page = await visitor.get("/search?q=cheap+mug+zeppelin")
    assert shown(page) == ["mug"]
    assert "Showing results for mug" in page.words
    exact = await visitor.get("/search?q=cheap+mug+zeppelin&exact=1")
    assert "Nothing matches these words" in exact.words
    assert "Nothing matches these words" in (await visitor.get("/search?q=zeppelin+balloon")).words
    assert "Nothing matches these words" in (await visitor.get("/search?q=mug+jug")).words, "the shop has both"


async def test_the_plural_of_a_synonym_means_the_same(visitor, kitchen):
    await factories.insert("synonym", term="beaker", means="mug")
    for words in ("beaker", "beakers", "Beakers"):
        assert shown(await visitor.get("/search", params={"q": words})) == ["mug"], words


async def test_names_come_before_descriptions(visitor, engine):
    await factories.make_product(slug="told", name="Table", description="Fits a lamp.", sold_count=900)
    await factories.make_product(slug="named", name="Lamp", sold_count=1)
    assert shown(await visitor.get("/search?q=lamp")) == ["named", "told"]


async def test_an_article_number_is_found_as_typed_and_first(visitor, engine):
    await factories.make_product(slug="other", name="Kit for AB 12", sold_count=900)
    product = await factories.make_product(slug="exact", name="Something", stock=None)
    await factories.make_variant(product, sku="AB-12")
    assert shown(await visitor.get("/search?q=ab-12"))[0] == "exact"


async def test_a_search_without_result_is_no_dead_end(visitor, kitchen):
    page = await visitor.get("/search?q=zeppelin")
    assert "Nothing matches these words" in page.words
    assert "Best sellers" in page.words and "/c/kitchen" in page.links
    assert "/p/bowl" in page.links


@pytest.mark.parametrize("path", ["/search", "/search?q=", "/search?q=%20"])
async def test_an_empty_search_asks_for_words(visitor, kitchen, path):
    page = await visitor.get(path)
    assert "What are you looking for?" in page.words


async def test_a_search_page_beyond_the_last_is_not_found(visitor, kitchen):
    assert (await visitor.get("/search?q=stone&page=2")).status == 404


async def suggested(visitor: Visitor, words: str) -> Page:
    return await visitor.get(
        "/search", params={"q": words, "part": "suggest"}, headers=HTMX | {"hx-target": "div#suggest"}
    )


async def test_suggestions_name_searches_categories_and_products(visitor, kitchen):
    await db_run("REFRESH MATERIALIZED VIEW search_word")
    page = await suggested(visitor, "ki")
    assert "/search?q=kitchen" in page.links and "/c/kitchen" in page.links
    assert "<mark>Ki</mark>tchen" in page.text
    await factories.make_product(slug="tray", name="Tray", description="Carries a mug.", sold_count=900)
    products = await suggested(visitor, "mug")
    assert "/p/mug" in products.links and "/p/tray" not in products.links, "what is named so comes first"
    assert "/p/tray" in (await suggested(visitor, "carries")).links
    products = await suggested(visitor, "stone mu")
    assert "/p/mug" in products.links
    assert "<mark>Stone</mark> <mark>mu</mark>g" in products.text
    assert len(products.links) <= 8
    assert "<html" not in page.text


@pytest.mark.parametrize("words", ["", "k", "zz", "%", "<q>", "'", "x" * 10_000, "&|!"])
async def test_suggestions_of_little_or_strange_words_are_none(visitor, kitchen, words):
    page = await suggested(visitor, words)
    assert (page.status, page.links) == (200, [])


async def test_suggestions_are_for_htmx_and_a_browser_gets_results(visitor, kitchen):
    page = await visitor.get("/search?q=stone&part=suggest")
    assert len(shown(page)) == 4


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


FAR = ["2", "417", "418", "999999999", "1000000000", "9" * 400]


@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize("path", ["/c/kitchen?", "/search?q=stone&", "/c/kitchen?colour=Ink&"])
async def test_a_page_beyond_the_last_is_not_found(visitor: Visitor, kitchen, path, far):
    assert (await visitor.get(f"{path}page={far}")).status == 404
    part = await visitor.get(f"{path}page={far}", headers=MORE)
    assert (part.status, part.response.headers["hx-reswap"]) == (404, "none")


@pytest.mark.parametrize("far", FAR[2:])
async def test_pages_end_where_counting_ends_however_many_match(visitor: Visitor, kitchen, far, monkeypatch):
    plain = PiccoloSearch._list

    async def endless(self: PiccoloSearch, wish: Wish, *args: Any, **options: Any) -> Listing:
        first = await plain(self, replace(wish, page=1), *args, **options)
        return replace(first, page=wish.page, total=COUNTED_EXACTLY, is_more=True)

    monkeypatch.setattr(PiccoloSearch, "_list", endless)
    for path in ("/c/kitchen?", "/search?q=stone&", "/c/kitchen?colour=Ink&"):
        assert (await visitor.get(f"{path}page={far}")).status == 404
        last = await visitor.get(f"{path}page=417")
        assert (last.status, "Page 417 of 417" in last.words) == (200, True)
        assert not [link for link in tree(last).all("a") if link["rel"] == "next"]


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
