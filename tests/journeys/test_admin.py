"""The order of a shopper stands in Piccolo Admin."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewShopper
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper

pytestmark = pytest.mark.journey


def test_an_admin_finds_the_order(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    buyer = new_shopper()
    buyer.order()
    admin = new_shopper()
    enter(admin, *running_shop.sign_in("ADMIN"))
    page = admin.page
    page.get_by_role("link", name="orders", exact=True).click()
    row = page.get_by_role("row").filter(has_text=buyer.order_number)
    expect(row).to_contain_text(buyer.email)
    row.get_by_role("link").first.click()
    page.wait_for_function(
        "number => [...document.querySelectorAll('input')].some(input => input.value === number)",
        arg=buyer.order_number,
    )


def test_others_do_not_enter(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    customer = new_shopper()
    enter(customer, *running_shop.sign_in("CUSTOMER"))
    customer.page.wait_for_timeout(500)
    expect(customer.page.get_by_role("button", name="Login")).to_be_visible()
    expect(customer.page.get_by_role("link", name="orders", exact=True)).to_have_count(0)


# Piccolo Admin thinks aloud and tries, in vain, one `new Function`.
ADMIN_SAYS = re.compile(r"/admin/assets/|script-src eval|\[DOM\] Input elements")


def enter(shopper: Shopper, email: str, password: str) -> None:
    shopper.expected |= {401, 403}  # the page asks who it is before anybody has signed in
    shopper.known = ADMIN_SAYS
    shopper.open("/admin/")
    shopper.page.locator("input").first.fill(email)
    shopper.page.locator("input[type=password]").fill(password)
    shopper.button("Login").click()
