"""People look after the safety of their account, with a mouse, without a script, and with keys alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewShopper
from tests.journeys.keyboard import press, tab_to
from tests.journeys.running import RunningShop
from tests.journeys.shopper import PASSWORD, Shopper
from tests.journeys.states.security import SECURITY, begun, code, finished, grow_stale, half_in, member
from tests.journeys.states.state import let_ask_again

pytestmark = pytest.mark.journey


def enter(shopper: Shopper, typed: str) -> None:
    shopper.page.get_by_label("Code of your app").fill(typed)
    shopper.page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_password_then_code_then_where_one_was_going(shopper: Shopper, running_shop: RunningShop) -> None:
    shopper.expected.add(422)
    key = half_in(shopper, running_shop)
    let_ask_again(running_shop)
    enter(shopper, "123")
    shopper.sees("That is not the code")
    enter(shopper, code(running_shop, key))
    shopper.page.wait_for_url("**/account/sessions")
    expect(shopper.page.get_by_text("This browser")).to_be_visible()


def test_a_recovery_code_in_the_place_of_a_lost_phone(shopper: Shopper, running_shop: RunningShop) -> None:
    finished(shopper, running_shop)
    kept = shopper.page.locator(".recovery code").first.inner_text()
    with shopper.page.expect_download() as download:
        shopper.link("Download as text").click()
    assert kept in download.value.path().read_text()
    shopper.page.context.clear_cookies()
    let_ask_again(running_shop)
    shopper.open("/sign-in?next=/account/security")
    shopper.page.locator("#email").fill(shopper.email)
    shopper.page.locator("#password").fill(PASSWORD)
    shopper.submit.click()
    shopper.page.wait_for_url("**/sign-in/two-factor**")
    enter(shopper, kept)
    shopper.page.wait_for_url("**/account/security")
    shopper.sees("9 recovery codes are left")


def test_a_browser_signed_out_from_afar_is_out_at_once(
    shopper: Shopper, new_shopper: NewShopper, running_shop: RunningShop
) -> None:
    member(shopper, running_shop)
    other = new_shopper()
    other.email = shopper.email
    other.sign_in()
    other.open("/account/sessions")
    shopper.open("/account/sessions")
    rows = shopper.page.locator(".session-row")
    expect(rows).to_have_count(2)
    rows.get_by_role("button", name=re.compile("^Sign out")).click()
    expect(rows).to_have_count(1)
    expect(shopper.page.get_by_text("That browser is signed out").first).to_be_visible()
    other.open("/account/sessions")
    expect(other.page).to_have_url(re.compile(r"/sign-in"))


def test_a_form_that_has_to_wait_for_a_proof_is_not_lost(shopper: Shopper, running_shop: RunningShop) -> None:
    shopper.expected.add(403)
    member(shopper, running_shop)
    shopper.open(f"{SECURITY}/email")
    shopper.page.get_by_label("New email address").fill(f"new-{shopper.email}")
    grow_stale(shopper, running_shop)
    shopper.button("Send the codes").click()
    shopper.sees("Nothing you have entered is lost")
    shopper.field("confirm_password").fill(PASSWORD)
    shopper.button("Confirm").click()
    shopper.sees("Code sent to the new address")
    shopper.sees(f"new-{shopper.email}")


def test_set_up_by_keys_alone(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    shopper = new_shopper()
    key = begun(shopper, running_shop)
    page = shopper.page
    tab_to(page, page.get_by_label("Code of the app"))
    page.keyboard.type(code(running_shop, key))
    page.keyboard.press("Enter")
    shopper.sees("Your recovery codes")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_focused()
    press(page, shopper.link("I have kept them"))
    page.wait_for_url("**/account/security")
    shopper.sees("10 recovery codes are left")
