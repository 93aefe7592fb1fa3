from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State, stock


def begun(shopper: Shopper, shop: RunningShop) -> None:
    shopper.put("folio-pocket-notebook", quantity="2")
    shopper.put("kiln-street-mug", Colour="Ink")
    shopper.open("/checkout")


def with_errors(shopper: Shopper, shop: RunningShop) -> None:
    begun(shopper, shop)
    shopper.place_button.click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("problems")


def changed(shopper: Shopper, shop: RunningShop) -> None:
    shopper.put("noon-wall-clock", Colour="Ink")
    shopper.open("/checkout")
    shopper.fill_in()
    shop.fetch("UPDATE product SET price = price + 1 WHERE slug = 'noon-wall-clock'")
    shopper.place_button.click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("Your order has changed")


def sold_out(shopper: Shopper, shop: RunningShop) -> None:
    stock(shop, "FL-22-SKY", 9)
    shopper.put("fell-22-backpack", Colour="Sky")
    shopper.open("/checkout")
    shopper.fill_in()
    stock(shop, "FL-22-SKY", 0)
    shopper.place_button.click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("has just sold out")


STATES = [
    State("checkout", begun),
    State("checkout with errors", with_errors, {422}),
    State("checkout after a change", changed, {409}),
    State("checkout of what just sold out", sold_out, {409}),
]
