"""What the shop window reads: cards, the home page's sections, products and what was said of them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.adapters.db.cards import KeptCards
from app.adapters.db.catalog import PiccoloCatalog
from app.ports.catalog import Card, Detail, ProductView, Swatch
from tests import factories

SOON = timedelta(days=2)
pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def catalog() -> PiccoloCatalog:
    return PiccoloCatalog(navigation_seconds=0)


async def card_of(catalog: PiccoloCatalog, slug: str) -> Card:
    (card,) = await catalog.cards((slug,))
    return card


async def product_of(catalog: PiccoloCatalog, slug: str) -> ProductView:
    product = await catalog.find_product(slug)
    assert product is not None
    return product


async def run(sql: str) -> None:
    async with factories.db().transaction():
        await factories.db().execute(sql)


async def test_a_card_spans_the_prices_and_sums_the_stock_of_its_variants(catalog):
    lamp = await factories.make_product(slug="lamp", price="80.00", stock=None, rating_count=4)
    await factories.make_variant(lamp, stock=3, price_adjustment=Decimal("-4.00"))
    await factories.make_variant(lamp, stock=2, price_adjustment=Decimal("10.00"))
    await factories.make_variant(lamp, stock=9, is_active=False, price_adjustment=Decimal("-50.00"))
    await run("UPDATE product SET price = 64, compare_at_price = 80")
    card = await card_of(catalog, "lamp")
    assert (card.price, card.highest_price, card.struck) == (
        Decimal("60.00"),
        Decimal("74.00"),
        Decimal("76.00"),
    )
    assert (card.available, card.variant_count, card.variant_id) == (5, 2, None)


async def test_a_card_is_kept_until_something_changes(engine):
    lamp = await factories.make_product(slug="lamp", price="80.00")
    cards = KeptCards()
    before = await cards.in_order([lamp["id"]], "1")
    await run("UPDATE product SET price = 64")
    assert await cards.in_order([lamp["id"]], "1") == before
    assert [card.price for card in await cards.in_order([lamp["id"]], "2")] == [Decimal("64.00")]
    assert await cards.in_order([lamp["id"] + 1], "2") == ()


async def test_no_more_cards_are_kept_than_there_is_room_for(engine):
    products = [await factories.make_product(slug=f"lamp-{number}") for number in range(3)]
    cards = KeptCards(room=2)
    for product in products:
        assert [card.slug for card in await cards.in_order([product["id"]], "1")] == [product["slug"]]
    assert len(cards) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE product SET price = 64",
        "UPDATE product SET name = 'Lantern'",
        "UPDATE inventory SET quantity = 2",
        "UPDATE product_variant SET price_adjustment = 1",
        "UPDATE product_image SET image_url = '/media/new.webp'",
        "UPDATE product SET rating_average = 4.5, rating_count = 2",
    ],
)
async def test_lists_show_a_change_of_a_card_at_once(catalog, change):
    lamp = await factories.make_product(slug="lamp", price="80.00", stock=5)
    await run(f"INSERT INTO product_image (product_id, image_url, alt) VALUES ({lamp['id']}, '/media/old.webp', '')")
    kept = (await catalog.home()).best_sellers
    assert kept == (await card_of(catalog, "lamp"),)
    await run(change)
    assert (await catalog.home()).best_sellers == (await card_of(catalog, "lamp"),) != kept


async def test_a_product_is_read_once_and_anew_after_a_change(catalog, engine):
    await factories.make_product(slug="mug", name="Mug")
    read = await product_of(catalog, "mug")
    assert await product_of(catalog, "mug") is read
    async with engine.transaction():
        await engine.execute("UPDATE product SET name = 'Cup'")
    assert (await product_of(catalog, "mug")).name == "Cup"
    async with engine.transaction():
        await engine.execute("UPDATE product SET status = 'archived'")
    assert await catalog.find_product("mug") is None


async def test_a_card_with_nothing_to_choose_names_its_variant(catalog):
    mug = await factories.make_product(slug="mug")
    assert (await card_of(catalog, "mug")).variant_id == (await factories.variant_of(mug))["id"]


async def test_a_card_without_variants_is_sold_out(catalog):
    await factories.make_product(slug="idea", price="5.00", stock=None)
    card = await card_of(catalog, "idea")
    assert (card.price, card.available, card.variant_count) == (Decimal("5.00"), 0, 0)


async def test_options_come_in_the_order_that_the_variants_name_tells(catalog):
    shirt = await factories.make_product(slug="shirt", stock=None)
    await factories.make_variant(shirt, options={"Colour": "Sand", "Size": "S", "Fit": "Slim"})
    await factories.make_variant(shirt, options={"Colour": "Sand", "Size": "M", "Fit": "Slim"}, variant_name="")
    await factories.make_variant(shirt, options={"A": "1", "B": "2", "C": "3"}, variant_name="C / B")
    await factories.make_variant(shirt, options={})
    variants = (await product_of(catalog, "shirt")).variants
    assert [list(variant.options) for variant in variants] == [
        ["Colour", "Size", "Fit"],
        ["Fit", "Size", "Colour"],  # no order is told: that of the database
        ["C", "B", "A"],
        [],
    ]


async def test_swatches_name_each_colour_once_in_the_order_of_the_variants(catalog):
    for name, hex_ in (("Sand", "#d8c3a5"), ("Ink", "#2a2f3a")):
        await factories.insert("colour", name=name, swatch=hex_)
    vase = await factories.make_product(slug="vase", stock=None)
    for position, (colour, size) in enumerate([("Sand", "S"), ("Sand", "L"), ("Ink", "S"), ("Unknown", "S")]):
        await factories.make_variant(vase, options={"Colour": colour, "Size": size}, position=position)
    assert (await card_of(catalog, "vase")).swatches == (
        Swatch("Sand", "#d8c3a5"),
        Swatch("Ink", "#2a2f3a"),
        Swatch("Unknown", ""),
    )
    assert {swatch.hex for swatch in (await product_of(catalog, "vase")).swatches} == {"#d8c3a5", "#2a2f3a"}


async def test_one_colour_is_no_choice_and_has_no_swatch(catalog):
    vase = await factories.make_product(slug="vase", stock=None)
    await factories.make_variant(vase, options={"Colour": "Sand"})
    assert (await card_of(catalog, "vase")).swatches == ()


async def test_a_running_flash_sale_makes_todays_price_and_strikes_the_usual_one(catalog):
    mug = await factories.make_product(slug="mug", price="14.00")
    sale = await factories.make_flash_sale(mug, price="9.00", cap=20, sold=5)
    card = await card_of(catalog, "mug")
    assert (card.price, card.struck) == (Decimal("9.00"), Decimal("14.00"))
    assert card.flash is not None
    assert (card.flash.ends_at, card.flash.cap, card.flash.sold) == (sale["ends_at"], 20, 5)
    product = await product_of(catalog, "mug")
    assert (product.price, product.flash) == (card.price, card.flash)
    assert [(variant.price, variant.struck) for variant in product.variants] == [(card.price, card.struck)]


async def test_a_reduced_variant_strikes_its_lowest_price_before_the_cut(catalog):
    mug = await factories.make_product(slug="mug", price="14.00")
    await factories.make_product(slug="plain")
    await factories.make_flash_sale(mug, price="9.00", begins=timedelta(0))
    assert (await product_of(catalog, "plain")).variants[0].struck is None
    (variant,) = (await product_of(catalog, "mug")).variants
    assert variant.struck == Decimal("14.00")


async def test_what_was_never_dearer_is_not_struck_through_anywhere(catalog):
    new = await factories.make_product(slug="new", price="8.00", compare_at_price=Decimal("10.00"))
    assert (await card_of(catalog, "new")).struck is None
    assert (await product_of(catalog, "new")).variants[0].struck is None
    await run("UPDATE product SET published_at = now() + interval '1 second', compare_at_price = NULL")
    await factories.make_flash_sale(new, price="5.00")
    await run("UPDATE product SET published_at = now() - interval '1 second'")
    await run("UPDATE flash_sale_item SET created_at = now() - interval '1 minute'")
    card = await card_of(catalog, "new")
    assert (card.price, card.struck) == (Decimal("5.00"), None)
    assert card.flash is not None


@pytest.mark.parametrize(
    "sale",
    [
        {"begins": SOON, "ends": 2 * SOON},
        {"begins": -2 * SOON, "ends": -SOON},
        {"cap": 3, "sold": 3},
        {"is_active": False},
    ],
    ids=["to come", "over", "sold out", "switched off"],
)
async def test_a_flash_sale_that_does_not_hold_changes_no_price(catalog, sale):
    mug = await factories.make_product(slug="mug", price="14.00")
    await factories.make_flash_sale(mug, price="9.00", **sale)
    card = await card_of(catalog, "mug")
    assert (card.price, card.struck, card.flash) == (Decimal("14.00"), None, None)
    assert (await product_of(catalog, "mug")).price == Decimal("14.00")


async def test_a_release_to_come_is_said_and_a_past_one_is_not(catalog):
    await factories.make_product(slug="soon", released_at=datetime.now(UTC) + SOON)
    await factories.make_product(slug="out", released_at=datetime.now(UTC) - SOON)
    assert (await card_of(catalog, "soon")).released_at is not None
    assert (await card_of(catalog, "out")).released_at is None
    assert (await product_of(catalog, "out")).released_at is None


async def test_cards_keep_the_order_asked_for_and_leave_out_what_is_not_sold(catalog):
    for slug in ("one", "two", "three"):
        await factories.make_product(slug=slug)
    await factories.make_product(slug="draft", published=False)
    found = await catalog.cards(("three", "draft", "one", "unknown"))
    assert [card.slug for card in found] == ["three", "one"]


async def test_cards_are_values_that_can_be_kept(catalog):
    mug = await factories.make_product(slug="mug")
    await factories.make_image(mug, widths=[320, 640])
    await factories.make_flash_sale(mug)
    assert await card_of(catalog, "mug") == await card_of(catalog, "mug")
    assert len({await card_of(catalog, "mug"), await card_of(catalog, "mug")}) == 1


async def test_a_product_tells_who_makes_and_who_sells_it_and_where_it_stands(catalog):
    brand = await factories.insert("brand", name="Tarnbeck", slug="tarnbeck")
    seller = await factories.make_user(username="harbour-goods")
    top = await factories.make_category(name="Home", slug="home")
    below = await factories.make_category(name="Lamps", slug="lamps", parent_id=top["id"])
    await factories.make_product(
        slug="lamp", category_id=below["id"], brand_id=brand["id"], seller_id=seller["id"], summary="Soft light."
    )
    lamp = await product_of(catalog, "lamp")
    assert (lamp.brand, lamp.brand_slug, lamp.seller, lamp.summary) == (
        "Tarnbeck",
        "tarnbeck",
        "harbour-goods",
        "Soft light.",
    )
    assert ([link.name for link in lamp.trail], lamp.category.name) == (["Home"], "Lamps")


async def test_the_specification_has_a_line_per_attribute_in_their_order(catalog):
    mug = await factories.make_product(slug="mug")
    for position, (code, kind, unit, values) in enumerate(
        [
            ("material", "text", "", [{"text_value": "Oak"}, {"text_value": "Brass"}]),
            ("height", "number", "cm", [{"number_value": Decimal("12.500")}]),
            ("washable", "boolean", "", [{"boolean_value": False}]),
        ]
    ):
        attribute = await factories.insert(
            "attribute", name=code.title(), code=code, kind=kind, unit=unit, position=position
        )
        for value in values:
            await factories.insert("product_attribute", product_id=mug["id"], attribute_id=attribute["id"], **value)
    assert (await product_of(catalog, "mug")).details == (
        Detail("Material", "text", "Brass, Oak"),
        Detail("Height", "number", "12.5", "cm"),
        Detail("Washable", "boolean", "false"),
    )


async def test_reviews_show_the_approved_the_newest_first_by_first_name_and_initial(catalog):
    mug = await factories.make_product(slug="mug")
    now = datetime.now(UTC)
    for days, rating in enumerate([5, 4, 5, 1, 2]):
        await factories.make_review(mug, rating=rating, created_at=now - timedelta(days=days))
    await factories.make_review(mug, rating=1, status="pending")
    await factories.make_review(mug, rating=1, deleted_at=now)
    product = await product_of(catalog, "mug")
    assert product.ratings == (1, 1, 0, 1, 2)
    assert [review.rating for review in product.reviews] == [5, 4, 5, 1]
    assert {review.author for review in product.reviews} == {"Ada L."}


@pytest.mark.parametrize(
    ("names", "shown"), [(("Ada", None), "Ada"), ((None, None), ""), (("", ""), ""), (("Émile", "Žižek"), "Émile Ž.")]
)
async def test_a_reviewer_is_named_as_far_as_known(catalog, names, shown):
    mug = await factories.make_product(slug="mug")
    await factories.make_review(mug, first_name=names[0], last_name=names[1])
    assert (await product_of(catalog, "mug")).reviews[0].author == shown


async def test_reviews_come_by_stars_and_by_page(catalog):
    mug = await factories.make_product(slug="mug")
    for number in range(13):
        await factories.make_review(mug, rating=5 if number else 1)
    every = await catalog.find_reviews("mug")
    second = await catalog.find_reviews("mug", page=2)
    bad = await catalog.find_reviews("mug", stars=1)
    assert every and second and bad
    assert [len(page.reviews) for page in (every, second, bad)] == [10, 3, 1]
    assert (every.total, every.last_page, every.has_more, second.has_more, bad.total) == (13, 2, True, False, 1)
    assert await catalog.find_reviews("unknown") is None


async def test_related_are_of_the_same_category_first_and_then_from_beside_it(catalog):
    top = await factories.make_category()
    here = await factories.make_category(parent_id=top["id"])
    beside = await factories.make_category(parent_id=top["id"])
    await factories.make_product(slug="this", category_id=here["id"])
    await factories.make_product(slug="near", category_id=here["id"], sold_count=1)
    await factories.make_product(slug="beside", category_id=beside["id"], sold_count=99)
    await factories.make_product(slug="elsewhere", sold_count=999)
    assert [card.slug for card in (await product_of(catalog, "this")).related] == ["near", "beside"]


async def test_home_goes_on_where_the_best_sellers_end(catalog):
    for number in range(40):
        await factories.make_product(slug=f"p-{number:02}", sold_count=100 - number)
    first, second = await catalog.home(), await catalog.home(page=2)
    assert [card.slug for card in first.best_sellers] == [f"p-{number:02}" for number in range(4)]
    assert [card.slug for card in first.explore.cards] == [f"p-{number:02}" for number in range(4, 20)]
    assert [card.slug for card in second.explore.cards] == [f"p-{number:02}" for number in range(20, 36)]
    assert (first.explore.total, first.explore.left, second.explore.has_more) == (36, 16, True)
    assert len(first.new_arrivals) == 5


async def test_departments_count_and_picture_what_lies_below_them(catalog):
    top = await factories.make_category(name="Home", slug="home", description="All of it.")
    below = await factories.make_category(name="Lamps", slug="lamps", parent_id=top["id"])
    await factories.make_category(name="Empty")
    lamp = await factories.make_product(category_id=below["id"], sold_count=5)
    await factories.make_product(category_id=top["id"])
    await factories.make_image(lamp, image_url="/media/lamp.webp")
    await run("UPDATE category SET wide_picture = '/media/wide-1200.webp' WHERE slug = 'home'")
    home = await catalog.home()
    (department,), (category,) = home.departments, home.categories
    assert (department.slug, department.product_count, department.description) == ("home", 2, "All of it.")
    assert (category.slug, category.product_count) == ("lamps", 1)
    assert (department.wide_picture, category.wide_picture) == ("/media/wide-1200.webp", "")
    assert department.image and department.image.url == "/media/lamp.webp"
    (link,) = await catalog.navigation()
    assert (link.slug, link.product_count, [child.slug for child in link.children]) == ("home", 2, ["lamps"])


async def test_home_shows_the_sale_that_runs_and_before_it_the_next_one(catalog):
    mug = await factories.make_product(slug="mug")
    assert (await catalog.home()).flash_sale is None
    await factories.make_flash_sale(mug, name="Next", begins=SOON, ends=2 * SOON)
    await factories.make_flash_sale(mug, name="Far", begins=timedelta(days=20), ends=timedelta(days=21))
    coming = (await catalog.home()).flash_sale
    assert coming and (coming.name, coming.is_running, coming.cards) == ("Next", False, ())
    await factories.make_flash_sale(mug, name="Now")
    running = await catalog.flash_sale()
    assert running and (running.name, running.is_running) == ("Now", True)
    assert [card.slug for card in running.cards] == ["mug"]
    assert (await catalog.home()).flash_sale == running


async def test_a_sale_without_anything_left_is_over(catalog):
    mug = await factories.make_product()
    hidden = await factories.make_product(published=False)
    await factories.make_flash_sale(mug, cap=2, sold=2)
    await factories.make_flash_sale(hidden)
    assert await catalog.flash_sale() is None


async def test_home_and_product_ask_the_database_at_most_three_times(catalog, monkeypatch):
    mug = await factories.make_product(slug="mug")
    await factories.make_flash_sale(mug)
    asked: list[str] = []
    for name in ("fetch", "fetchrow", "fetchval"):
        real = getattr(factories.db(), name)

        async def counted(sql: str, *args: object, _real: object = real) -> object:
            asked.append(sql)
            return await _real(sql, *args)  # type: ignore[operator]

        monkeypatch.setattr(type(factories.db()), name, staticmethod(counted))
    await catalog.home()
    assert len(asked) <= 3, asked
    asked.clear()
    await catalog.find_product("mug")
    assert len(asked) <= 2, asked


async def test_a_retired_category_leaves_the_navigation(catalog):
    await factories.make_product()
    await run("UPDATE category SET deleted_at = now()")
    assert await catalog.navigation() == ()
