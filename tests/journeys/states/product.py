from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import NOTEBOOK, State


def not_added(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open(NOTEBOOK)
    shopper.page.get_by_label("Quantity").fill("5000")
    shopper.button("Add to cart").click()
    place = "#toasts" if shopper.scripts else "#buy"
    expect(shopper.page.locator(place)).to_contain_text("Error:")


PENDANT = "/p/skagen-pendant"

STATES = [
    State("product with two options", PENDANT),
    State("product without a choice", NOTEBOOK, alike=True),
    State("product chosen and sold out", f"{PENDANT}?option.Colour=Sky&option.Diameter=42+cm", alike=True),
    State("product half chosen", f"{PENDANT}?option.Colour=Sky", alike=True),
    State("product that does not exist so", f"{PENDANT}?option.Colour=Sky&option.Diameter=1+m", alike=True),
    State("product sold out", "/p/otto-side-table", alike=True),
    State("not added to the cart", not_added, {422}),
]
