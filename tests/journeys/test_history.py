"""Back and Forward: what was on the page is on it again, and what has changed since is told as it is now."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, expect

from tests.journeys.chromium import QUIET, executable
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def remembering_browser(browser_type: BrowserType) -> Iterator[Browser]:
    """As people use it: playwright's own way of starting turns off the browser's memory of whole pages."""
    browser = browser_type.launch(
        executable_path=executable(whole=True), args=list(QUIET), ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


def test_a_page_out_of_the_browsers_memory_counts_the_cart_anew(
    remembering_browser: Browser, running_shop: RunningShop
) -> None:
    context = remembering_browser.new_context(locale="en-US", reduced_motion="reduce")
    shopper = Shopper(context, running_shop.address, scripts=True)
    page = shopper.page
    page.add_init_script("addEventListener('pageshow', (event) => { window.cameFromMemory = event.persisted })")
    shopper.open("/c/carry")
    page.evaluate("window.isStillThere = true")
    shopper.link("Folio pocket notebook").click()
    page.wait_for_url("**/p/folio-pocket-notebook")
    shopper.button("Add to cart").click()
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 1 item")
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile("/c/carry$"))
    assert page.evaluate("[window.cameFromMemory, window.isStillThere]") == [True, True]
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 1 item")
    page.go_forward(wait_until="commit")
    expect(page).to_have_url(re.compile("/p/folio-pocket-notebook$"))
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 1 item")
    assert not shopper.complaints
    context.close()


def test_choices_replace_each_other_so_that_back_leaves_the_product(shopper: Shopper) -> None:
    shopper.open("/c/lighting")
    shopper.link("Skagen pendant").click()
    shopper.page.wait_for_url("**/p/skagen-pendant")
    shopper.choose("Sand")
    shopper.choose("42 cm")
    if shopper.scripts:
        shopper.page.reload()
        expect(shopper.page.locator("#buy")).to_contain_text("SK-PEND-SAND-42CM")
        shopper.page.go_back()
        shopper.page.wait_for_url("**/c/lighting")
        shopper.page.go_forward()
        expect(shopper.page.locator("#buy")).to_contain_text("SK-PEND-SAND-42CM")
    else:
        expect(shopper.page.locator("#buy")).to_contain_text("SK-PEND-SAND-42CM")
        shopper.page.go_back()
        expect(shopper.page.locator("#buy legend .chosen").filter(has_text="Sand")).to_be_visible()
