"""The newsletter: asked for at the foot of a page, confirmed by a button behind a link, and ended in the same way."""

import pytest
from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper, value_of
from tests.journeys.states.newsletter import ask

pytestmark = pytest.mark.journey


def test_the_newsletter_is_asked_for_confirmed_and_ended(shopper: Shopper, running_shop: RunningShop) -> None:
    page = shopper.page
    shopper.expected.add(422)
    ask(shopper, running_shop, "nobody")
    field = page.locator("#newsletter-email")
    expect(page.locator("#newsletter-error")).to_contain_text("Enter an email address")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert value_of(field) == "nobody"

    field.fill(shopper.email)
    shopper.button("Subscribe").click()
    if shopper.scripts:
        expect(page.locator("#newsletter [role=status]")).to_be_focused()
        assert shopper.path == "/about"
        assert len(shopper.documents) == 1
    else:
        expect(page.locator(".flash")).to_contain_text("Almost done")
    assert state_of(shopper, running_shop) == "pending"

    shopper.read_mail()
    page.locator(".links a[href*='/newsletter/confirmation']").click()
    page.wait_for_url("**/newsletter/confirmation?*")
    assert state_of(shopper, running_shop) == "pending"  # a program that follows links confirms nothing
    shopper.sees(shopper.email)
    shopper.button("Yes").click()
    shopper.sees("You get our newsletter")
    assert state_of(shopper, running_shop) == "confirmed"

    shopper.read_mail()
    page.locator(".links a[href*='/newsletter/unsubscription']").click()
    page.wait_for_url("**/newsletter/unsubscription?*")
    shopper.button("End the newsletter").click()
    shopper.sees("You are off the list")
    assert state_of(shopper, running_shop) == "unsubscribed"


def state_of(shopper: Shopper, shop: RunningShop) -> str:
    (row,) = shop.fetch("SELECT state FROM newsletter_subscription WHERE email = $1", shopper.email)
    return str(row["state"])
