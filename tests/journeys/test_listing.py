"""Filtering, sorting, paging and suggestions, with htmx and without any script."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import NewShopper
from tests.journeys.shopper import Shopper

pytestmark = pytest.mark.journey

EVERYTHING = "/search?price_from=1"


def box(shopper: Shopper, label: str) -> Locator:
    return shopper.page.locator("#filters label.option").filter(has_text=re.compile(f"^{label}")).locator("input").first


def tick(shopper: Shopper, label: str) -> None:
    box(shopper, label).click()
    if not shopper.scripts:
        shopper.button("Apply").click()


def count(shopper: Shopper) -> int:
    return int(shopper.page.locator("#count").inner_text().split()[0])


def cards(shopper: Shopper) -> Locator:
    return shopper.page.locator("#grid > li")


def test_filters_narrow_the_list_and_chips_widen_it(shopper: Shopper) -> None:
    shopper.open("/c/kitchen")
    everything = count(shopper)
    promised = box(shopper, "Sand").locator("xpath=..").locator(".tally").inner_text().split()[0]
    tick(shopper, "Sand")
    expect(shopper.page.locator(".chip.on")).to_contain_text("Colour: Sand")
    assert count(shopper) == int(promised) < everything
    expect(cards(shopper)).to_have_count(int(promised))
    expect(box(shopper, "Sand")).to_be_checked()
    if shopper.scripts:
        expect(box(shopper, "Sand")).to_be_focused()
        assert shopper.page.url.endswith("/c/kitchen?colour=Sand")  # nothing but what was chosen
        assert len(shopper.documents) == 1
    tick(shopper, "In stock")
    expect(shopper.page.locator(".chip.on")).to_have_count(2)
    shopper.page.get_by_role("link", name="Remove filter: Colour: Sand").click()
    expect(shopper.page.locator(".chip.on")).to_have_count(1)
    expect(box(shopper, "Sand")).not_to_be_checked()
    expect(box(shopper, "In stock")).to_be_checked()
    shopper.link("Clear all").click()
    expect(shopper.page.locator(".chip.on")).to_have_count(0)
    expect(shopper.page.locator("#count")).to_have_text(f"{everything} products")
    expect(box(shopper, "In stock")).not_to_be_checked()


def test_back_and_forward_right_after_filtering(shopper: Shopper) -> None:
    shopper.open("/")
    shopper.open("/c/kitchen")
    everything = count(shopper)
    tick(shopper, "Sand")
    expect(shopper.page.locator(".chip.on")).to_have_count(1)
    narrowed = count(shopper)
    shopper.page.go_back()
    expect(shopper.page.locator("#count")).to_have_text(f"{everything} products")
    expect(box(shopper, "Sand")).not_to_be_checked()
    shopper.page.go_forward()
    expect(shopper.page.locator("#count")).to_have_text(re.compile(f"^{narrowed} product"))
    expect(box(shopper, "Sand")).to_be_checked()
    cards(shopper).first.get_by_role("link").first.click()
    shopper.page.wait_for_url("**/p/*")
    shopper.page.go_back()
    expect(box(shopper, "Sand")).to_be_checked()
    expect(shopper.page.locator(".chip.on")).to_have_count(1)
    shopper.page.go_back()
    shopper.page.go_back()
    expect(shopper.page.locator("#hero-title")).to_be_visible()


def test_all_values_of_a_filter_in_place_and_back_again(shopper: Shopper) -> None:
    shopper.page.set_viewport_size({"width": 320, "height": 800})
    shopper.open(EVERYTHING)
    if shopper.page.locator(".filter-box").get_attribute("open") is None:
        shopper.page.locator(".filter-box > summary").click()
    brands = shopper.page.locator("#filters input[name=brand]")
    expect(brands).to_have_count(10)
    cards(shopper).first.evaluate("card => card.dataset.seen = ''")
    toggle = shopper.page.locator("#all-brand")
    toggle.focus()
    shopper.page.keyboard.press("Enter")
    expect(toggle).to_have_text(re.compile("^Show fewer"))
    everyone = brands.count()
    assert everyone > 20
    expect(brands.first).to_be_visible()
    if shopper.scripts:
        expect(toggle).to_be_focused()
        expect(cards(shopper).first).to_have_attribute("data-seen", "")  # the list was left alone
        assert len(shopper.documents) == 1
    last = brands.last
    last.click()
    if not shopper.scripts:
        shopper.button("Apply").click()
    expect(shopper.page.locator(".chip.on")).to_have_count(2)
    expect(brands).to_have_count(everyone)
    expect(last).to_be_checked()
    shopper.page.go_back()
    expect(shopper.page.locator(".chip.on")).to_have_count(1)
    expect(brands).to_have_count(everyone)
    shopper.page.go_back()
    expect(brands).to_have_count(10)
    shopper.page.go_forward()
    expect(brands).to_have_count(everyone)


def test_sorting_puts_the_cheapest_first(shopper: Shopper) -> None:
    shopper.open("/c/kitchen")
    shopper.page.get_by_label("Sort by").focus()
    shopper.page.get_by_label("Sort by").select_option("Price: low to high")
    if not shopper.scripts:
        shopper.button("Sort").click()
    expect(shopper.page).to_have_url(re.compile("sort=price$" if shopper.scripts else "sort=price"))
    expect(cards(shopper).first).to_contain_text("Kiln Street mug")
    if shopper.scripts:
        expect(shopper.page.get_by_label("Sort by")).to_be_focused()
    prices = [float(price.lstrip("$")) for price in shopper.page.locator("#grid .price b").all_inner_texts()]
    assert prices == sorted(prices)


def test_a_price_that_is_none_is_said_and_kept(shopper: Shopper) -> None:
    shopper.expected.add(422)
    shopper.open("/c/kitchen")
    field = shopper.page.get_by_label("From", exact=True)
    field.fill("cheap")
    field.press("Enter")
    expect(shopper.page.locator("#price_from-error")).to_contain_text("Enter a price as a number")
    expect(field).to_have_value("cheap")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("20")
    field.press("Enter")
    expect(shopper.page.locator(".chip.on")).to_contain_text("$20.00 or more")
    expect(shopper.page.locator("#price_from-error")).to_have_count(0)


def test_a_list_goes_on(shopper: Shopper) -> None:
    shopper.open(EVERYTHING)
    expect(cards(shopper)).to_have_count(24)
    more = shopper.page.get_by_role("link", name=re.compile("^Show 24 more of"))
    more.focus()
    shopper.page.keyboard.press("Enter")
    if shopper.scripts:
        expect(cards(shopper)).to_have_count(48)
        expect(cards(shopper).nth(24)).to_be_focused()
        assert len(shopper.documents) == 1
    expect(shopper.page).to_have_url(re.compile(r"[?&]page=2$"))
    names = shopper.page.locator("#grid h3").all_inner_texts()
    assert len(set(names)) == len(names)
    if shopper.scripts:
        shopper.page.go_back()  # pages of one list replace each other
        expect(shopper.page).not_to_have_url(re.compile("search"))
    else:
        shopper.page.get_by_role("link", name="Previous page").click()
        expect(shopper.page).not_to_have_url(re.compile("page="))


def test_nothing_fits_and_a_way_out_is_offered(shopper: Shopper) -> None:
    shopper.open("/c/kitchen?colour=Sand&price_to=1")
    expect(shopper.page.locator("#results")).to_contain_text("Nothing fits all of these filters")
    shopper.page.get_by_role("link", name=re.compile("^Without: Up to")).click()
    expect(shopper.page.locator(".chip.on")).to_have_count(1)
    expect(cards(shopper).first).to_be_visible()


def test_filters_open_before_the_list_on_a_narrow_screen(shopper: Shopper) -> None:
    shopper.page.set_viewport_size({"width": 320, "height": 800})
    shopper.open("/c/kitchen")
    expect(box(shopper, "Sand")).not_to_be_visible()
    shopper.page.locator(".filter-box > summary").click()
    tick(shopper, "Sand")
    expect(shopper.page.locator(".chip.on")).to_have_count(1)
    if shopper.scripts:
        expect(box(shopper, "Sand")).to_be_focused()  # and the filters stay open
    assert shopper.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_suggestions_by_keyboard(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.open("/")
    search = shopper.page.get_by_role("searchbox", name="Search products")
    search.press_sequentially("lam")
    suggestions = shopper.page.locator(".suggestions a")
    expect(suggestions.first).to_be_visible()
    assert suggestions.count() <= 8
    expect(shopper.page.locator(".suggestions mark").first).to_have_text(re.compile("^lam$", re.IGNORECASE))
    shopper.page.keyboard.press("Escape")
    expect(suggestions).to_have_count(0)
    expect(search).to_be_focused()
    search.press_sequentially("p")
    expect(suggestions.first).to_be_visible()
    shopper.page.keyboard.press("Tab")  # the button
    shopper.page.keyboard.press("Tab")
    expect(suggestions.first).to_be_focused()
    shopper.page.keyboard.press("Enter")
    shopper.page.wait_for_url(re.compile(r"/search\?q=lamps?$"))
    expect(cards(shopper).first).to_be_visible()


def test_suggestions_go_when_one_goes_on(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.open("/")
    shopper.page.get_by_role("searchbox").press_sequentially("lam")
    expect(shopper.page.locator(".suggestions")).to_be_visible()
    shopper.page.mouse.click(4, 500)  # beside everything
    expect(shopper.page.locator(".suggestions")).to_have_count(0)


def test_search_without_script_goes_to_the_results(new_shopper: NewShopper) -> None:
    shopper = new_shopper(scripts=False)
    shopper.open("/")
    search = shopper.page.get_by_role("searchbox")
    search.fill("lamp under 100")
    search.press("Enter")
    shopper.page.wait_for_url("**/search?q=*")
    expect(cards(shopper).first).to_be_visible()
    tick(shopper, "In stock")
    expect(shopper.page.get_by_role("searchbox")).to_have_value("lamp")
    expect(shopper.page.locator("#price_to")).to_have_value("100")
    expect(shopper.page.locator(".chip.on", has_text="In stock")).to_be_visible()
