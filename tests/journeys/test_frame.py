"""What stands around every page: colours, language, announcement, the way past the header, and the menu."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.keyboard import press, tab_to
from tests.journeys.looks import HEIGHT, NARROW
from tests.journeys.shopper import Shopper

pytestmark = pytest.mark.journey

PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 19, 23)"}


def test_colours_are_chosen_three_ways_and_stay(shopper: Shopper) -> None:
    page = shopper.page
    page.emulate_media(color_scheme="dark")
    shopper.open("/c/kitchen?colour=Sand")
    expect(page.locator("body")).to_have_css("background-color", PAPER["dark"])
    for choice, shown in (("Light", "light"), ("Dark", "dark"), ("System", "dark")):
        shopper.button(choice).click()
        expect(shopper.button(choice)).to_have_attribute("aria-pressed", "true")
        expect(page.locator("body")).to_have_css("background-color", PAPER[shown])
        assert page.url.endswith("/c/kitchen?colour=Sand")  # back where one was
        for path in ("/", "/p/skagen-pendant", "/cart", "/nothing"):
            shopper.expected.add(404)
            shopper.open(path)
            expect(page.locator("body")).to_have_css("background-color", PAPER[shown])
        shopper.open("/c/kitchen?colour=Sand")
    page.emulate_media(color_scheme="light")
    expect(page.locator("body")).to_have_css("background-color", PAPER["light"])  # as the system is


def test_a_chosen_colour_outweighs_the_system(shopper: Shopper) -> None:
    page = shopper.page
    shopper.open("/about")
    shopper.button("Dark").click()
    expect(shopper.button("Dark")).to_have_attribute("aria-pressed", "true")
    for system in ("light", "dark"):
        page.emulate_media(color_scheme=system)
        expect(page.locator("body")).to_have_css("background-color", PAPER["dark"])


def test_the_language_changes_and_everything_else_stays(shopper: Shopper) -> None:
    page = shopper.page
    shopper.put("folio-pocket-notebook")
    shopper.open("/c/kitchen?colour=Sand")
    foot = page.get_by_role("contentinfo").locator(".languages")
    foot.locator("summary").click()
    foot.get_by_role("link", name="Deutsch").click()
    page.wait_for_url("**/de/c/kitchen?colour=Sand")
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^de"))
    expect(page.locator(".chip.on")).to_have_count(1)
    expect(page.locator("#cart-link")).to_have_accessible_name("Warenkorb, 1 Artikel")
    page.locator("#grid h3 a").first.click()
    page.wait_for_url("**/de/p/*")
    page.locator("#cart-link").click()
    page.wait_for_url("**/de/cart")
    foot.locator("summary").click()
    foot.get_by_role("link", name="English").click()
    page.wait_for_url(re.compile(r"//[^/]+/cart$"))
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))


def test_the_announcement_is_put_away_for_good(shopper: Shopper) -> None:
    page = shopper.page
    shopper.open("/faq")
    page.get_by_role("button", name="Put this announcement away").click()
    expect(page.locator(".announcement")).to_have_count(0)
    assert shopper.path == "/faq"
    shopper.open("/")
    expect(page.locator(".announcement")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/c/kitchen", "/p/skagen-pendant", "/cart", "/checkout", "/faq", "/nothing"])
def test_the_first_stop_leads_past_the_header(path: str, shopper: Shopper) -> None:
    page = shopper.page
    shopper.expected.add(404)
    if path == "/checkout":
        shopper.put("folio-pocket-notebook")
    shopper.open(path)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


def test_the_narrow_menu_by_keyboard(shopper: Shopper) -> None:
    page = shopper.page
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    shopper.open("/")
    summary = page.locator(".menu summary")
    press(page, summary)
    kitchen = page.locator(".menu").get_by_role("link", name="Kitchen", exact=True)
    tab_to(page, kitchen)
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/kitchen")
    expect(page.locator(".menu .sheet")).to_be_hidden()
    press(page, summary)
    expect(page.locator(".menu").get_by_role("link", name="Kitchen", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    page.keyboard.press("Space")
    expect(page.locator(".menu .sheet")).to_be_hidden()
