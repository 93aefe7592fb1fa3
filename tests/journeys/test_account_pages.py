"""Looking after one's account: with and without JavaScript, and with the keyboard alone."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.keyboard import press
from tests.journeys.running import RunningShop
from tests.journeys.shopper import ADDRESS, Shopper
from tests.journeys.states.state import let_ask_again

pytestmark = pytest.mark.journey


def enter(shopper: Shopper, shop: RunningShop) -> None:
    """Signed in to an account of one's own."""
    let_ask_again(shop)
    shopper.sign_up()
    shopper.verify()


def add_address(shopper: Shopper) -> None:
    shopper.open("/account/addresses/new")
    for name, value in ADDRESS.items():
        shopper.field(name).fill(value)
    shopper.button("Save the address").click()
    shopper.page.wait_for_url("**/account/addresses")


def portrait() -> dict[str, object]:
    file = io.BytesIO()
    Image.new("RGB", (400, 400), "#c2694a").save(file, "PNG")
    return {"name": "me.png", "mimeType": "image/png", "buffer": file.getvalue()}


def test_deleting_an_address_is_undone_with_the_keyboard(shopper: Shopper, running_shop: RunningShop) -> None:
    page = shopper.page
    enter(shopper, running_shop)
    add_address(shopper)
    press(page, shopper.button("Delete"))
    shopper.sees("No address yet")
    press(page, shopper.button("Undo"))
    shopper.sees("12 Analytical Way")


def test_a_picture_comes_and_goes(shopper: Shopper, running_shop: RunningShop) -> None:
    page = shopper.page
    enter(shopper, running_shop)
    shopper.open("/account/profile")
    shopper.field("picture").set_input_files(portrait())  # type: ignore[arg-type]
    shopper.button("Save the picture").click()
    shown = page.get_by_role("img", name="Your picture")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)" if shopper.scripts else "i => 320")
    shopper.button("Delete the picture").click()
    expect(shown).to_have_count(0)


def test_language_and_colours_hold_at_once(shopper: Shopper, running_shop: RunningShop) -> None:
    page = shopper.page
    enter(shopper, running_shop)
    shopper.open("/account/profile")
    page.locator("#preferences #language").select_option("de_DE")
    page.get_by_label("Dark").last.check()
    shopper.button("Save the preferences").click()
    page.wait_for_url("**/de/account/profile")
    expect(page.locator("html")).to_have_attribute("lang", "de-DE")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Profil")


def test_a_deletion_is_asked_for_and_thought_better_of(shopper: Shopper, running_shop: RunningShop) -> None:
    page = shopper.page
    enter(shopper, running_shop)
    shopper.open("/account/deletion")
    press(page, shopper.button("Delete my account"))
    shopper.sees("Your account is going to be deleted")
    shopper.open("/account")
    shopper.link("Keep it").click()
    press(page, shopper.button("Keep my account"))
    shopper.sees(re.compile("What happens"))
    shopper.open("/account")
    expect(page.get_by_text("going to be deleted")).to_have_count(0)
