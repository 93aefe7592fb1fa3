from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import NOTEBOOK, State, stock


def filled(shopper: Shopper, shop: RunningShop) -> None:
    shopper.fill_cart(NOTEBOOK)


def removed(shopper: Shopper, shop: RunningShop) -> None:
    shopper.fill_cart(NOTEBOOK)
    shopper.button("Remove").click()
    expect(shopper.button("Undo")).to_be_visible()


def in_trouble(shopper: Shopper, shop: RunningShop) -> None:
    """One line is dearer, one short, one sold out, one no longer sold, and one is fine."""
    shop.fetch("UPDATE product SET status = 'active' WHERE slug = 'cala-sunglasses'")
    stock(shop, "HB-CAP-SKY-L", 9)
    stock(shop, "FL-22-SKY", 9)
    shopper.put("folio-pocket-notebook")
    shopper.put("noon-wall-clock", Colour="Rose")
    shopper.put("harbour-cap", quantity="3", Colour="Sky", Size="L")
    shopper.put("fell-22-backpack", Colour="Sky")
    shopper.put("cala-sunglasses", Colour="Rose")
    shop.fetch("UPDATE product SET price = price + 1 WHERE slug = 'noon-wall-clock'")
    shop.fetch("UPDATE product SET status = 'archived' WHERE slug = 'cala-sunglasses'")
    stock(shop, "HB-CAP-SKY-L", 1)
    stock(shop, "FL-22-SKY", 0)
    shopper.open("/cart")
    for told in ("Only 1 left", "Sold out for now", "No longer sold", "The price changed from"):
        shopper.sees(told)


def refusal(shopper: Shopper, shop: RunningShop) -> None:
    shopper.fill_cart(NOTEBOOK)
    quantity = shopper.page.get_by_label("Quantity: Folio pocket notebook")
    quantity.fill("5000")
    quantity.press("Enter")
    shopper.sees("Error:")


def stale_form(shopper: Shopper, shop: RunningShop) -> None:
    shopper.fill_cart(NOTEBOOK)
    shopper.page.context.clear_cookies()
    shopper.button("Remove").click()
    place = "#toasts" if shopper.scripts else "h1"
    expect(shopper.page.locator(place)).not_to_be_empty()


STATES = [
    State("empty cart", "/cart", alike=True),
    State("cart", filled),
    State("cart in trouble", in_trouble),
    State("cart refuses a quantity", refusal, {422}),
    State("removed from the cart", removed),
    State("form of another visit", stale_form, {403}),
]
