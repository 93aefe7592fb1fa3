from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State


def added(shopper: Shopper, shop: RunningShop) -> None:
    """The toast, or the flash message."""
    shopper.open("/c/carry")
    shopper.button("Add to cart").click()
    place = "#toasts" if shopper.scripts else ".flash"
    expect(shopper.page.locator(place)).to_contain_text("Added to your cart")


def filters(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open("/c/electronics?available=1")
    summary = shopper.page.locator(".filter-box > summary")
    if shopper.page.locator(".filter-box").get_attribute("open") is None:
        summary.dispatch_event("click")
    expect(shopper.page.locator("#filters")).to_be_visible()


def suggestions(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open("/terms")
    shopper.page.get_by_role("searchbox").press_sequentially("lam")
    expect(shopper.page.locator(".suggestions")).to_be_visible()


def more(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open("/search?price_from=1")
    shopper.link("Show 24 more").click()
    expect(shopper.page.locator("#grid > li")).to_have_count(48)


STATES = [
    State("category", "/c/kitchen", alike=True),
    State("category with its filters open", filters, alike=True),
    State("category filtered", "/c/kitchen?colour=Sand&available=1&price_to=60&sort=price", alike=True),
    State("category where no product fits", "/c/kitchen?colour=Sand&rating=4&price_to=3", alike=True),
    State("category with wrong filters", "/c/kitchen?price_from=abc&price_to=-1&brand=nobody", {422}, alike=True),
    State("list that goes on", more, alike=True),
    State("second page of a list", "/search?price_from=1&page=2", alike=True),
    State("search with corrected spelling", "/search?q=lampp", alike=True),
    State("suggestions", suggestions, alike=True),
    State("page that a category does not have", "/c/kitchen?page=999", {404}, alike=True),
    State("search", "/search?q=lamp", alike=True),
    State("search without words", "/search", alike=True),
    State("search that finds nothing", "/search?q=" + "zeppelin-" * 20, alike=True),
    State("added to the cart", added),
]
