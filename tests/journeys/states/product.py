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


def estimated(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open(NOTEBOOK)
    shopper.page.locator("#postal_code").fill("10001")
    shopper.button("Show delivery").click()
    expect(shopper.page.locator("#estimate")).to_contain_text("Express")


def estimate_refused(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open(NOTEBOOK)
    shopper.page.locator("#postal_code").fill("1")
    shopper.button("Show delivery").click()
    expect(shopper.page.locator("#estimate")).to_contain_text("Error:")


def zoomed(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open(PENDANT)
    shopper.page.locator("[data-zoom]").first.click()
    expect(shopper.page.get_by_role("dialog")).to_be_visible()


def in_cart(shopper: Shopper, shop: RunningShop) -> None:
    shopper.put("folio-pocket-notebook")
    shopper.open(NOTEBOOK)
    expect(shopper.page.locator("#in-cart")).to_contain_text("in your cart")


def all_in_cart(shopper: Shopper, shop: RunningShop) -> None:
    shopper.put("arkitekt-3-desk-lamp", Colour="Clay")
    shopper.open("/p/arkitekt-3-desk-lamp?option.Colour=Clay")
    expect(shopper.page.locator("#in-cart")).to_contain_text("No more of it is left")


def reviews(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open("/p/kiln-street-mug")
    shopper.page.locator("#reviews").get_by_role("link", name="Read all").click()
    expect(shopper.page.get_by_role("navigation", name="Pages")).to_be_visible()


PENDANT = "/p/skagen-pendant"

STATES = [
    State("product with two options", PENDANT),
    State("product without a choice", NOTEBOOK, alike=True),
    State("product chosen and sold out", f"{PENDANT}?option.Colour=Sky&option.Diameter=42+cm", alike=True),
    State("product half chosen", f"{PENDANT}?option.Colour=Sky", alike=True),
    State("product that does not exist so", f"{PENDANT}?option.Colour=Sky&option.Diameter=1+m", alike=True),
    State("product sold out", "/p/otto-side-table", alike=True),
    State("product in a flash sale", "/p/norrvik-pebble-earbuds", alike=True),
    State("product reduced", "/p/fell-22-backpack", alike=True),
    State("product almost sold out", "/p/arkitekt-3-desk-lamp?option.Colour=Clay", alike=True),
    State("product to come", "/p/obscura-35-camera", alike=True),
    State("product with twelve variants", "/p/lodz-t-shirt", alike=True),
    State("product with a long name", "/p/tarn-sports-bottle", alike=True),
    State("product without a picture", "/p/hollis-wool-blanket", alike=True),
    State("product by email", "/p/hollis-cushion-cover-sewing-pattern-pdf", alike=True),
    State("product with 400 reviews", "/p/kiln-street-mug", alike=True),
    State("product, picture enlarged", zoomed, alike=True),
    State("product in the cart", in_cart),
    State("product of which all is in the cart", all_in_cart, alike=True),
    State("product, delivery estimated", estimated),
    State("product, delivery not estimated", estimate_refused, {422}),
    State("reviews", "/p/kiln-street-mug/reviews", alike=True),
    State("reviews read on", reviews, alike=True),
    State("not added to the cart", not_added, {422}),
]
