from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State

NARROW = 320


def menu(shopper: Shopper, shop: RunningShop) -> None:
    shopper.page.set_viewport_size({"width": NARROW, "height": 800})
    shopper.open("/")
    shopper.page.locator("summary").first.click()
    expect(shopper.page.get_by_role("navigation", name="Main")).to_be_visible()


STATES = [
    State("home", "/", alike=True),
    State("menu on a narrow screen", menu, alike=True),
]
