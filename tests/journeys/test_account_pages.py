"""Looking after one's account: with and without JavaScript, and with the keyboard alone."""

import io
import re
import zipfile

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.keyboard import press, tab_to
from tests.journeys.running import RunningShop
from tests.journeys.shopper import ADDRESS, Shopper
from tests.journeys.states.account import add_address, enter, wait_for_copy

pytestmark = pytest.mark.journey


def portrait() -> dict[str, object]:
    file = io.BytesIO()
    Image.new("RGB", (400, 400), "#c2694a").save(file, "PNG")
    return {"name": "me.png", "mimeType": "image/png", "buffer": file.getvalue()}


def test_an_address_is_added_with_the_keyboard_and_the_next_order_takes_two_actions(
    shopper: Shopper, running_shop: RunningShop
) -> None:
    page = shopper.page
    enter(shopper, running_shop)
    shopper.open("/account")
    press(page, page.locator(".account-nav").get_by_role("link", name="Addresses"))
    page.wait_for_url("**/account/addresses")
    press(page, shopper.link("Add an address"))
    page.wait_for_url("**/account/addresses/new")
    for name, value in ADDRESS.items():
        tab_to(page, shopper.field(name))
        page.keyboard.type(value)
    press(page, shopper.button("Save the address"))
    page.wait_for_url("**/account/addresses")
    shopper.sees("12 Analytical Way")

    shopper.put("folio-pocket-notebook")
    shopper.open("/checkout")
    shopper.place()
    shopper.sees("Thank you, your order is placed")
    shopper.open("/account/orders")
    press(page, page.locator(".orders a").first)
    page.wait_for_url("**/account/orders/*")
    shopper.sees("12 Analytical Way")


def test_another_address_is_chosen_in_the_checkout(shopper: Shopper, running_shop: RunningShop) -> None:
    page = shopper.page
    enter(shopper, running_shop)
    add_address(shopper)
    add_address(shopper, line1="5 Second Street")
    shopper.put("folio-pocket-notebook")
    shopper.open("/checkout")
    page.locator("label.choice").filter(has_text="5 Second Street").click()
    if not shopper.scripts:
        shopper.button("Use the address I chose").click()
        page.wait_for_load_state()
    page.locator("label.choice").filter(has_text="Another address").click()
    if not shopper.scripts:
        shopper.button("Use the address I chose").click()
    for name, value in (ADDRESS | {"line1": "7 Third Street"}).items():
        shopper.field(name).fill(value)
    page.get_by_label("Keep this address in my account").check()
    shopper.place()
    shopper.sees("7 Third Street")
    shopper.open("/account/addresses")
    shopper.sees("7 Third Street")


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


def test_a_copy_of_ones_data_is_watched_and_fetched(shopper: Shopper, running_shop: RunningShop) -> None:
    page = shopper.page
    enter(shopper, running_shop)
    add_address(shopper)
    shopper.open("/account/export")
    press(page, shopper.button("Make a copy"))
    wait_for_copy(shopper)
    with page.expect_download() as waiting:
        shopper.link("Fetch the copy").click()
    archive = zipfile.ZipFile(waiting.value.path())
    assert b"12 Analytical Way" in archive.read("addresses.json")
    assert shopper.email.encode() in archive.read("account.json")


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
