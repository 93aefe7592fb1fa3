from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State, let_ask_again


def with_errors(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open("/contact")
    shopper.page.locator("#email").fill("ada at shop")
    shopper.button("Send message").click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("problems")


def write(shopper: Shopper) -> None:
    page = shopper.page
    shopper.open("/contact")
    page.get_by_label("What is it about?").select_option("An order")
    page.locator("#order_number").fill("4F7K2MQ")
    page.locator("#name").fill("Ada Lovelace")
    page.locator("#email").fill(shopper.email)
    page.locator("#message").fill("Can I still change the address?\nI typed the wrong number.")
    shopper.button("Send message").click()


def sent(shopper: Shopper, shop: RunningShop) -> None:
    let_ask_again(shop)
    write(shopper)
    shopper.sees("on its way")


def limited(shopper: Shopper, shop: RunningShop) -> None:
    sent(shopper, shop)
    shop.fetch("UPDATE throttle SET uses = 99")
    write(shopper)
    expect(shopper.page.get_by_role("alert")).to_contain_text("several times")
    let_ask_again(shop)


STATES = [
    State("contact", "/contact", alike=True),
    State("contact about an order", "/contact?topic=order&order=4F7K2MQ", alike=True),
    State("contact with errors", with_errors, {422}),
    State("contact, sent", sent),
    State("contact, too often", limited, {429}),
]
