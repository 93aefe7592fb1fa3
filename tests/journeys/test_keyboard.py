"""Without a mouse: everything is reached in the order of reading, is seen when it is reached, and can be left again."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewShopper
from tests.journeys.keyboard import jumps, press, tab_to, walk
from tests.journeys.looks import HEIGHT, NARROW, WIDE
from tests.journeys.shopper import ADDRESS, Shopper

pytestmark = pytest.mark.journey

PAGES = ["/", "/c/kitchen", "/search?q=lamp", "/p/skagen-pendant", "/cart", "/checkout"]


def test_the_keyboard_is_enough_from_the_start_page_to_a_filled_cart(shopper: Shopper) -> None:
    page = shopper.page
    shopper.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    press(page, page.locator("main a[href='/c/carry']").first)
    page.wait_for_url("**/c/carry")
    choose = page.get_by_role("link", name=re.compile("^Choose options.*Market tote"))
    press(page, choose)
    page.wait_for_url("**/p/market-tote*")
    tab_to(page, page.locator("#buy input[type=radio]").first)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    third = page.locator("#buy input[type=radio]").nth(2)
    expect(third).to_be_checked()
    if shopper.scripts:
        page.wait_for_url("**option*")
        expect(third).to_be_focused()
    quantity = page.get_by_label("Quantity", exact=True)
    tab_to(page, quantity)
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    add = shopper.button("Add to cart")
    press(page, add, "Space")
    if shopper.scripts:
        expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 3 items")
        expect(add).to_be_focused()
        press(page, page.locator("#toasts").get_by_role("link", name="View cart"))
    page.wait_for_url("**/cart")
    shopper.sees("Market tote")
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 3 items")


def test_the_keyboard_is_enough_from_the_cart_to_the_order(shopper: Shopper) -> None:
    page = shopper.page
    shopper.put("folio-pocket-notebook")
    shopper.open("/cart")
    press(page, shopper.link("Go to checkout"))
    page.wait_for_url("**/checkout")
    for name in ("email", "full_name", "line1", "city", "region", "postal_code"):
        tab_to(page, shopper.field(name))
        page.keyboard.type((ADDRESS | {"email": shopper.email})[name])
    tab_to(page, shopper.field("delivery_method").first)
    page.keyboard.press("ArrowDown")
    express = page.get_by_label("Express delivery")
    expect(express).to_be_checked()
    if shopper.scripts:
        expect(page.locator("#summary .sums:visible")).to_contain_text("Express delivery")
        expect(express).to_be_focused()
    else:
        press(page, shopper.button("Update totals"))
        expect(page.locator("#summary .sums:visible")).to_contain_text("Express delivery")
    press(page, shopper.place_button)
    page.wait_for_url("**/orders/*")
    shopper.sees("Express delivery")


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("path", PAGES)
def test_tab_goes_through_a_page_as_one_reads_it(path: str, width: int, new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    if path in ("/cart", "/checkout"):
        shopper.put("folio-pocket-notebook")
        shopper.put("kiln-street-mug", Colour="Sand")
    shopper.page.set_viewport_size({"width": width, "height": HEIGHT})
    shopper.open(path)
    stops = walk(shopper.page)
    assert len(stops) > 5
    assert [stop for stop in stops if stop.trouble] == []
    assert jumps(stops) == []
    reachable = shopper.page.evaluate(
        """() => new Set([...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
            .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0)
            .map((one) => one.type === "radio" ? one.name : one)).size"""
    )
    assert len(stops) >= reachable, "some controls are passed by"


def test_escape_closes_the_menu_and_gives_the_focus_back(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    page = shopper.page
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    shopper.open("/")
    summary = page.locator(".menu summary").first
    press(page, summary)
    menu = page.locator(".menu .sheet").first
    expect(menu).to_be_visible()
    tab_to(page, menu.get_by_role("link").first)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_missing_ring_a_trap_and_a_jump_would_be_seen(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    page = shopper.page
    shopper.open("/cart")
    page.evaluate(
        """() => {
            const style = new CSSStyleSheet();
            style.replaceSync(`.planted { outline: none !important }
                .back { position: relative; inset-block-start: -20rem }`);
            document.adoptedStyleSheets = [style];
            document.querySelector("main").insertAdjacentHTML("beforeend",
                '<button class="planted">No ring</button><br><button class="back">Up there</button>');
        }"""
    )
    stops = walk(page)
    assert any(stop.trouble == "no focus ring" and "No ring" in stop.what for stop in stops)
    assert any(re.search("up to .*Up there", jump) for jump in jumps(stops))
    page.evaluate("addEventListener('keydown', (event) => event.key === 'Tab' && event.preventDefault())")
    page.locator("main a").first.focus()
    with pytest.raises(pytest.fail.Exception):
        tab_to(page, page.locator("footer a").first)
