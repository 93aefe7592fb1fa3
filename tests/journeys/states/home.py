from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import NOTEBOOK, State, Way

NARROW = 320


def menu(shopper: Shopper, shop: RunningShop) -> None:
    shopper.page.set_viewport_size({"width": NARROW, "height": 800})
    shopper.open("/")
    shopper.page.locator("summary").first.click()
    expect(shopper.page.get_by_role("navigation", name="Main")).to_be_visible()


def more(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open("/")
    cards = shopper.page.locator("#explore > li")
    before = cards.count()
    shopper.link("Show").click()
    expect(cards).not_to_have_count(before)


def seen(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open(NOTEBOOK)
    shopper.page.wait_for_load_state("networkidle")
    shopper.open("/")
    expect(shopper.page.locator("#seen .card")).to_have_count(1)


def lately(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open(NOTEBOOK)
    shopper.page.wait_for_load_state("networkidle")
    shopper.open("/lately-seen")


@contextmanager
def sales(shop: RunningShop, *, running: bool, coming: bool) -> Iterator[None]:
    """What is switched off here is on again after the block, for everybody else's pages."""
    off = "UPDATE flash_sale SET is_active = false WHERE "
    if not running:
        shop.fetch(off + "now() BETWEEN starts_at AND ends_at")
    if not coming:
        shop.fetch(off + "starts_at > now()")
    try:
        yield
    finally:
        shop.fetch("UPDATE flash_sale SET is_active = true")


def with_sales(path: str, *, running: bool, coming: bool) -> Way:
    def way(shopper: Shopper, shop: RunningShop) -> None:
        with sales(shop, running=running, coming=coming):
            shopper.open(path)

    return way


def sale_ends(shopper: Shopper, shop: RunningShop) -> None:
    """Its countdown runs out while somebody looks."""
    shopper.page.clock.install()
    shopper.open("/")
    flash = shopper.page.locator("#flash")
    expect(flash).to_contain_text("Midweek flash sale")
    with sales(shop, running=False, coming=False):
        for milliseconds in (72 * 3600 * 1000, 2000, 2000):
            shopper.page.clock.fast_forward(milliseconds)
        expect(flash).to_contain_text("This sale is over")


STATES = [
    State("home", "/", alike=True),
    State("home, more shown", more, alike=True),
    State("home, later page", "/?page=2", alike=True),
    State("home, products seen", seen, alike=True),
    State("home, sale to come", with_sales("/", running=False, coming=True), alike=True),
    State("home, no sale", with_sales("/", running=False, coming=False), alike=True),
    State("home, sale ends", sale_ends, alike=True),
    State("flash sale", "/flash-sale", alike=True),
    State("flash sale to come", with_sales("/flash-sale", running=False, coming=True), alike=True),
    State("flash sale, none", with_sales("/flash-sale", running=False, coming=False), alike=True),
    State("lately seen", lately, alike=True),
    State("lately seen, nothing", "/lately-seen", alike=True),
    State("menu on a narrow screen", menu, alike=True),
]
