"""From a guest to somebody with an account, and out again."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewShopper
from tests.journeys.keyboard import press, tab_to
from tests.journeys.running import RunningShop
from tests.journeys.shopper import PASSWORD, Shopper
from tests.journeys.states.state import NOTEBOOK, let_ask_again

pytestmark = pytest.mark.journey

CLEARED = re.compile("Clear-Site-Data header on .*Cleared data types")
"""What the browser notes when somebody signs out."""


@pytest.fixture(autouse=True)
def _nobody_asked_before(running_shop: RunningShop) -> None:
    let_ask_again(running_shop)


def test_sign_up_order_sign_out_and_in_with_the_keyboard_alone(shopper: Shopper) -> None:
    page = shopper.page
    shopper.put("folio-pocket-notebook")
    shopper.open(NOTEBOOK)
    press(page, page.locator(".own").get_by_role("link", name="Sign in"))
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    press(page, shopper.link("Create an account"))
    page.wait_for_url(re.compile(r"/sign-up\?next="))
    for name, value in (("name", "Ada Lovelace"), ("email", shopper.email), ("password", PASSWORD)):
        tab_to(page, page.locator(f"#{name}"))
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.wait_for_url("**/verify")

    code = shopper.mailed_code()
    shopper.open("/verify")
    tab_to(page, page.locator("#code"))
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{NOTEBOOK}")
    shopper.sees("Your account is ready")
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 1 item")

    shopper.open("/checkout")
    shopper.sees(shopper.email)
    for name, value in (("line1", "12 Analytical Way"), ("city", "Austin"), ("region", "TX"), ("postal_code", "73301")):
        tab_to(page, shopper.field(name))
        page.keyboard.press("Control+a")
        page.keyboard.type(value)
    press(page, shopper.place_button)
    page.wait_for_url("**/orders/*")
    shopper.sees("Thank you, your order is placed")
    expect(page.get_by_text("Keep this order in an account")).to_have_count(0)

    shopper.known = CLEARED
    press(page, page.locator(".mine summary"))
    press(page, shopper.button("Sign out"))
    page.wait_for_url(re.compile(r"/$"))
    shopper.sees("You are signed out.")
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 0 items")

    press(page, page.locator(".own").get_by_role("link", name="Sign in"))
    page.wait_for_url("**/sign-in")
    tab_to(page, page.locator("#email"))
    page.keyboard.type(shopper.email)
    tab_to(page, page.locator("#password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    expect(page.locator(".mine summary")).to_be_visible()


def test_a_wrong_password_keeps_the_address_and_shows_itself(shopper: Shopper) -> None:
    page = shopper.page
    shopper.expected.add(422)
    shopper.open("/sign-in")
    page.locator("#email").fill(shopper.email)
    shopper.button("Show password").click()
    if not shopper.scripts:
        page.wait_for_load_state()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.locator("#password").fill("not the password")
    shopper.submit.click()
    problems = page.get_by_role("alert")
    expect(problems).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator("#email")).to_have_value(shopper.email)
    expect(page.locator("#password")).to_have_value("")
    problems.get_by_role("link").first.click()
    expect(page.locator("#password")).to_be_focused()


def test_signing_in_on_the_way_to_pay_keeps_what_was_typed(shopper: Shopper, new_shopper: NewShopper) -> None:
    other = new_shopper(scripts=False)
    other.email = shopper.email
    other.sign_up()
    other.verify()
    page = shopper.page
    shopper.fill_cart()
    shopper.to_checkout()
    shopper.fill_in(line1="7 Long Letter Lane")
    shopper.button("Sign in, and keep").click()
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    page.locator("#email").fill(shopper.email)
    page.locator("#password").fill(PASSWORD)
    shopper.submit.click()
    page.wait_for_url("**/checkout")
    expect(shopper.field("line1")).to_have_value("7 Long Letter Lane")
    shopper.sees(shopper.email)
    shopper.place()
    shopper.sees("Thank you, your order is placed")


def test_a_guest_makes_an_account_of_an_order(shopper: Shopper) -> None:
    page = shopper.page
    shopper.order()
    number = shopper.order_number
    page.locator("#password").fill(PASSWORD)
    page.locator("#account form button.wide").click()
    page.wait_for_url("**/verify")
    shopper.verify()
    page.wait_for_url(f"**/orders/{number}?key=*")
    shopper.sees("Your account is ready")


def test_a_new_password_by_the_link_in_the_mail(shopper: Shopper) -> None:
    page = shopper.page
    shopper.sign_up()
    shopper.verify()
    shopper.known = CLEARED
    shopper.open("/sign-out")
    shopper.submit.click()
    page.wait_for_url(re.compile(r"/$"))
    shopper.open("/password/reset")
    page.locator("#email").fill(shopper.email)
    shopper.submit.click()
    expect(page.locator("#code")).to_be_visible()
    expect(page.locator("#email")).to_have_count(0)
    shopper.read_mail()
    page.locator("main a[href*='token=']").click()
    page.locator("#password").fill("eleven green pears in a bowl")
    shopper.submit.click()
    page.wait_for_url("**/sign-in")
    shopper.sees("Your new password is set")
