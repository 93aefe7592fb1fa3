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


STATES = [
    State("category", "/c/kitchen", alike=True),
    State("page that a category does not have", "/c/kitchen?page=999", {404}, alike=True),
    State("search", "/search?q=lamp", alike=True),
    State("search without words", "/search", alike=True),
    State("search that finds nothing", "/search?q=" + "zeppelin-" * 20, alike=True),
    State("added to the cart", added),
]
