from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State, let_ask_again

SOLD_OUT = "/p/otto-side-table"


def ask(shopper: Shopper, shop: RunningShop, email: str = "") -> None:
    let_ask_again(shop)
    shopper.open(SOLD_OUT)
    shopper.page.locator("#notify-email").fill(email or shopper.email)
    shopper.button("Tell me").click()


def asked(shopper: Shopper, shop: RunningShop) -> None:
    ask(shopper, shop)
    place = "#notify" if shopper.scripts else ".flash"
    expect(shopper.page.locator(place)).to_contain_text("You get one mail")


def refused(shopper: Shopper, shop: RunningShop) -> None:
    ask(shopper, shop, "nobody")
    expect(shopper.page.locator("#notify-error")).to_be_visible()


def limited(shopper: Shopper, shop: RunningShop) -> None:
    asked(shopper, shop)
    shop.fetch("UPDATE throttle SET uses = 99")
    shopper.open(SOLD_OUT)
    shopper.page.locator("#notify-email").fill(shopper.email)
    shopper.button("Tell me").click()
    expect(shopper.page.locator("#notify-error")).to_be_visible()
    let_ask_again(shop)


STATES = [
    State("asked to be told", asked),
    State("asked to be told, refused", refused, {422}),
    State("asked to be told too often", limited, {429}, alike=True),
]
