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
    enter(admin, running_shop)
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
    customer.expected.add(404)
    sign_in(customer, *running_shop.sign_in("CUSTOMER"))
    customer.sees("We could not find that page")


def test_who_signed_out_there_is_out_here(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    admin = new_shopper()
    enter(admin, running_shop)
    expect(admin.page.get_by_role("link", name="orders", exact=True)).to_be_visible()
    admin.open("/account/security")
    admin.sees("Second factor")
    admin.page.request.post(f"{running_shop.address}/sign-out", headers={"origin": running_shop.address})
    admin.open("/admin/")
    expect(admin.page).to_have_url(re.compile(r"/sign-in\?next="))


# Piccolo Admin thinks aloud and tries, in vain, one `new Function`.
ADMIN_SAYS = re.compile(r"/(admin|desk)/assets/|script-src eval|\[DOM\] Input elements")


def enter(shopper: Shopper, shop: RunningShop, role: str = "ADMIN", office: str = "/admin/") -> None:
    """As one of the demo's staff, by password and code."""
    shopper.known = ADMIN_SAYS
    sign_in(shopper, *shop.sign_in(role), office)
    shopper.page.wait_for_url("**/sign-in/two-factor**")
    shopper.page.get_by_label("Code of your app").fill(shop.code(role))
    shopper.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    shopper.page.wait_for_url(f"**{office}**")


def sign_in(shopper: Shopper, email: str, password: str, office: str = "/admin/") -> None:
    shopper.open(office)
    shopper.page.locator("#email").fill(email)
    shopper.page.locator("#password").fill(password)
    shopper.submit.click()
