"""The shop window in a browser: what goes on by itself, what opens, and what both faces answer."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewShopper
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.home import sales

pytestmark = pytest.mark.journey

POCKET_NOTEBOOK = "/p/folio-pocket-notebook"


def test_the_end_of_a_countdown_shows_what_is_true_then(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    running_shop.fetch("UPDATE flash_sale SET is_active = false")
    running_shop.fetch(
        "WITH sale AS (INSERT INTO flash_sale (name, starts_at, ends_at, is_active)"
        " VALUES ('Last seconds', now() - interval '1 hour', now() + interval '6 seconds', true) RETURNING id)"
        " INSERT INTO flash_sale_item (flash_sale_id, product_id, price, stock_cap, sold)"
        " SELECT sale.id, p.id, 1, 9, 0 FROM sale, product p WHERE p.slug = 'folio-pocket-notebook'"
    )
    try:
        shopper = new_shopper()
        shopper.open("/")
        expect(shopper.page.locator("#flash")).to_contain_text("Last seconds")
        expect(shopper.page.locator("#flash .countdown .seconds")).to_be_hidden()  # minutes only under reduced motion
        expect(shopper.page.locator("#flash")).to_contain_text("This sale is over", timeout=15_000)
        asked = [response for response in shopper.responses if response.url.endswith("/flash-sale")]
        assert len(asked) == 1
        assert len(shopper.documents) == 1
    finally:
        running_shop.fetch("UPDATE flash_sale SET is_active = true WHERE name <> 'Last seconds'")


def test_without_scripts_a_sale_is_told_as_it_is(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    shopper = new_shopper(scripts=False)
    shopper.open("/")
    flash = shopper.page.locator("#flash")
    expect(flash.locator("time")).to_be_visible()
    expect(flash.locator(".countdown")).to_be_hidden()
    with sales(running_shop, running=False, coming=False):
        shopper.page.reload()
        expect(flash).to_have_count(0)
        shopper.open("/flash-sale")
        shopper.sees("No sale at the moment")


def test_more_products_come_below_or_on_a_page_of_their_own(shopper: Shopper) -> None:
    shopper.open("/")
    first = shopper.page.locator("#explore > li")
    expect(first).to_have_count(16)
    more = shopper.link("Show ")
    more.click()
    if shopper.scripts:
        expect(first).to_have_count(32)
        expect(shopper.page.locator("#more")).to_contain_text("32 of")
        expect(shopper.link("Show ")).to_be_focused()
        assert shopper.path == "/"
        assert len(shopper.documents) == 1
    else:
        shopper.page.wait_for_url("**/?page=2")
        shopper.sees("Page 2 of")
        shopper.link("Next").click()
        shopper.page.wait_for_url("**/?page=3")


def test_delivery_is_told_on_the_product(shopper: Shopper) -> None:
    shopper.expected = {422}
    shopper.open(POCKET_NOTEBOOK)
    shopper.field("postal_code").fill("1")
    shopper.button("Show delivery").click()
    expect(shopper.page.locator("#estimate")).to_contain_text("This is not a ZIP code")
    expect(shopper.field("postal_code")).to_have_value("1")
    shopper.field("postal_code").fill("10001")
    shopper.button("Show delivery").click()
    expect(shopper.page.locator("#estimate")).to_contain_text("Standard delivery")
    shopper.sees("Folio pocket notebook")
    assert len(shopper.documents) == (1 if shopper.scripts else 3)


def test_a_picture_opens_large_and_closes_again(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.open("/p/kiln-street-mug")
    large = shopper.page.locator("#zoom")
    shopper.link("Enlarge:").focus()
    shopper.page.keyboard.press("Enter")
    expect(large).to_be_visible()
    expect(large.locator("img")).to_have_attribute("alt", re.compile("."))
    shopper.page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(shopper.link("Enlarge:")).to_be_focused()


def test_without_scripts_a_picture_is_a_link_to_its_file(new_shopper: NewShopper) -> None:
    shopper = new_shopper(scripts=False)
    shopper.known = re.compile(r"inline style.*\.webp\)")  # the browser's own page around a picture
    shopper.open("/p/kiln-street-mug")
    shopper.link("Enlarge:").click()
    shopper.page.wait_for_url("**.webp")


def test_what_was_looked_at_is_remembered(shopper: Shopper) -> None:
    shopper.open(POCKET_NOTEBOOK)
    shopper.page.wait_for_load_state("networkidle")
    shopper.open("/p/kiln-street-mug")
    shopper.page.wait_for_load_state("networkidle")
    if shopper.scripts:
        expect(shopper.page.locator("#seen")).to_contain_text("Folio pocket notebook")
    shopper.open("/lately-seen")
    shopper.sees("Folio pocket notebook")
    shopper.sees("Kiln Street mug")


def test_buying_now_leads_to_checkout(shopper: Shopper) -> None:
    shopper.open(POCKET_NOTEBOOK)
    shopper.button("Buy now").click()
    shopper.page.wait_for_url("**/checkout")
    shopper.sees("Folio pocket notebook")


def test_reviews_are_chosen_by_stars_and_back_is_the_product(shopper: Shopper) -> None:
    shopper.open("/p/kiln-street-mug")
    shopper.page.locator("#reviews").get_by_role("link", name="5 stars").click()
    shopper.page.wait_for_url("**/p/kiln-street-mug/reviews?stars=5")
    expect(shopper.page.locator("#reviews")).to_contain_text("Show all reviews")
    shopper.page.go_back()
    shopper.page.wait_for_url("**/p/kiln-street-mug")
    expect(shopper.page.locator("#buy")).to_be_visible()
    expect(shopper.page.locator("#reviews")).to_contain_text("Read all")


def test_the_product_says_what_is_in_the_cart(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.put("folio-pocket-notebook", quantity="2")
    shopper.open(POCKET_NOTEBOOK)
    expect(shopper.page.locator("#in-cart")).to_contain_text("2 of these in your cart")
    shopper.button("Add to cart").click()
    expect(shopper.page.locator("#in-cart")).to_contain_text("3 of these in your cart")
