"""What htmx changes in place, and what the same click does without it."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewShopper
from tests.journeys.shopper import ADDRESS, Shopper, value_of

pytestmark = pytest.mark.journey


def test_adding_changes_count_and_toast_and_nothing_else(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.open("/c/carry")
    for count in ("Cart, 1 item", "Cart, 2 items"):
        shopper.button("Add to cart").click()
        expect(shopper.page.locator("#cart-link")).to_have_accessible_name(count)
        expect(shopper.button("Add to cart")).to_be_focused()
    expect(shopper.page.locator("#toasts")).to_have_attribute("role", "status")
    expect(shopper.page.locator("[data-toast]")).to_have_count(2)
    expect(shopper.page.locator("[data-toast]").last).to_contain_text("Folio pocket notebook")
    shopper.page.locator("[data-toast]").last.get_by_role("button", name="Dismiss").click()
    expect(shopper.page.locator("[data-toast]")).to_have_count(1)
    assert len(shopper.documents) == 1
    assert shopper.path == "/c/carry"


def test_choosing_an_option_follows_in_place(shopper: Shopper) -> None:
    shopper.open("/c/lighting")
    shopper.link("Skagen pendant").click()
    shopper.page.wait_for_url("**/p/skagen-pendant")
    shopper.choose("Sand")
    shopper.choose("42 cm")
    expect(shopper.page.locator("#buy")).to_contain_text("SK-PEND-SAND-42CM")
    expect(shopper.page.locator("#buy .amount")).to_contain_text("$305.00")
    expect(shopper.page).to_have_url(re.compile(r"\?.*option\.Colour=Sand&option\.Diameter=42\+cm"))
    if shopper.scripts:
        assert len(shopper.documents) == 2
        shopper.page.go_back()
        shopper.page.wait_for_url("**/c/lighting")  # choices replace each other, so Back leaves the product


def test_the_delivery_method_changes_the_total(shopper: Shopper) -> None:
    page = shopper.page
    shopper.put("folio-pocket-notebook", quantity="2")
    shopper.open("/checkout")
    shopper.fill_in()
    before = amount(shopper.place_button.inner_text())
    page.get_by_label("Express delivery").check()
    if not shopper.scripts:
        shopper.button("Update totals").click()
    expect(page.locator("#summary .sums:visible")).to_contain_text("Express delivery")
    after = amount(shopper.place_button.inner_text())
    assert after > before
    assert amount(page.locator("#summary .total:visible").inner_text()) == after
    for name, typed in (ADDRESS | {"email": shopper.email}).items():
        assert value_of(shopper.field(name)) == typed
    assert len(shopper.documents) == (1 if shopper.scripts else 2)
    shopper.place()
    assert amount(page.locator(".sums .total").inner_text()) == after


def test_the_country_changes_what_an_address_needs(shopper: Shopper) -> None:
    shopper.put("folio-pocket-notebook")
    shopper.open("/checkout")
    shopper.fill_in()
    shopper.page.get_by_label("Country").select_option("DE")
    if not shopper.scripts:
        shopper.button("Update totals").click()
    expect(shopper.field("region")).to_have_count(0)
    assert value_of(shopper.field("city")) == ADDRESS["city"]
    assert value_of(shopper.field("country")) == "DE"
    shopper.field("postal_code").fill("10115")
    shopper.place()
    shopper.sees("Germany")


def test_the_cart_changes_in_place(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    page = shopper.page
    shopper.put("folio-pocket-notebook")
    shopper.put("kiln-street-mug", Colour="Sand")
    shopper.open("/cart")
    more = page.locator(".line").filter(has_text="Kiln Street mug").get_by_role("button", name="One more")
    more.click()
    more.click()
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 4 items")
    expect(page.locator(".sums .total")).to_contain_text("$45.50")
    expect(more).to_be_focused()
    page.locator(".line").filter(has_text="Kiln Street mug").get_by_role("button", name="Remove").click()
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 1 item")
    expect(page.locator("#cart-title")).to_be_focused()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 4 items")
    assert len(shopper.documents) == 1


def test_a_failing_request_is_said_and_loses_nothing(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.put("folio-pocket-notebook")
    shopper.open("/checkout")
    shopper.fill_in()
    shopper.page.context.set_offline(True)
    shopper.place_button.click()
    expect(shopper.page.locator("#toasts")).to_contain_text("That did not work")
    assert value_of(shopper.field("email")) == shopper.email
    lost = re.compile("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    assert all(lost.search(complaint) for complaint in shopper.complaints), shopper.complaints
    shopper.forgive()
    shopper.page.context.set_offline(False)
    shopper.place()


def amount(text: str) -> Decimal:
    found = re.search(r"\$([\d,]+\.\d\d)", text)
    assert found, text
    return Decimal(found[1].replace(",", ""))
