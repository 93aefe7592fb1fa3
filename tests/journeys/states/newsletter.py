import re

from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State, let_ask_again


def ask(shopper: Shopper, shop: RunningShop, email: str = "") -> None:
    let_ask_again(shop)
    shopper.open("/about")
    shopper.page.locator("#newsletter-email").fill(email or shopper.email)
    shopper.button("Subscribe").click()


def asked(shopper: Shopper, shop: RunningShop) -> None:
    ask(shopper, shop)
    place = "#newsletter" if shopper.scripts else ".flash"
    expect(shopper.page.locator(place)).to_contain_text("Almost done")


def refused(shopper: Shopper, shop: RunningShop) -> None:
    ask(shopper, shop, "nobody")
    expect(shopper.page.locator("#newsletter-error")).to_be_visible()


def follow(shopper: Shopper, shop: RunningShop, step: str) -> None:
    """The link of the mail that is for this step: confirmation or unsubscription."""
    asked(shopper, shop)
    shopper.read_mail()
    shopper.page.locator(f".links a[href*='/newsletter/{step}']").click()
    shopper.page.wait_for_url(f"**/newsletter/{step}?*")


def to_confirm(shopper: Shopper, shop: RunningShop) -> None:
    follow(shopper, shop, "confirmation")
    expect(shopper.page.get_by_role("heading", level=1)).to_have_text("Confirm the newsletter")


def confirmed(shopper: Shopper, shop: RunningShop) -> None:
    to_confirm(shopper, shop)
    shopper.button("Yes").click()
    expect(shopper.page.get_by_role("heading", level=1)).to_have_text("You get our newsletter")


def to_end(shopper: Shopper, shop: RunningShop) -> None:
    follow(shopper, shop, "unsubscription")
    expect(shopper.page.get_by_role("heading", level=1)).to_have_text("End the newsletter")


def ended(shopper: Shopper, shop: RunningShop) -> None:
    to_end(shopper, shop)
    shopper.button("End the newsletter").click()
    expect(shopper.page.get_by_role("heading", level=1)).to_have_text(re.compile("off the list"))


STATES = [
    State("newsletter asked for", asked),
    State("newsletter refused", refused, {422}),
    State("newsletter to confirm", to_confirm, alike=True),
    State("newsletter confirmed", confirmed, alike=True),
    State("newsletter to end", to_end, alike=True),
    State("newsletter ended", ended, alike=True),
    State("newsletter, wrong link", "/newsletter/confirmation?id=1&key=wrong", {404}, alike=True),
]
