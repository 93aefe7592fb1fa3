"""What is sold out can be asked for, and whoever did is told once when it is back."""

import pytest
from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper, value_of
from tests.journeys.states.requests import ask

pytestmark = pytest.mark.journey


def test_what_is_sold_out_is_asked_for(shopper: Shopper, running_shop: RunningShop) -> None:
    page = shopper.page
    shopper.expected.add(422)
    ask(shopper, running_shop, "nobody")
    expect(page.locator("#notify-error")).to_contain_text("Enter an email address")
    field = page.locator("#notify-email")
    assert value_of(field) == "nobody"
    field.fill(shopper.email)
    shopper.button("Tell me").click()
    if shopper.scripts:
        expect(page.locator("#notify [role=status]")).to_be_focused()
        assert len(shopper.documents) == 1
    else:
        expect(page.locator(".flash")).to_contain_text("You get one mail")
        page.wait_for_url("**/p/otto-side-table*")
    assert running_shop.fetch("SELECT FROM back_in_stock_request WHERE email = $1", shopper.email)
