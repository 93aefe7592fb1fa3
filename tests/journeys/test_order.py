"""From the start page to the confirmation mail, as people do it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewShopper
from tests.journeys.running import RunningShop
from tests.journeys.shopper import ADDRESS, Shopper, value_of

pytestmark = pytest.mark.journey


def test_a_guest_orders_and_gets_a_mail(shopper: Shopper) -> None:
    page = shopper.page
    shopper.open("/")
    page.get_by_role("navigation", name="Main").get_by_text("Departments").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Lighting").click()
    page.wait_for_url("**/c/lighting")
    shopper.link("Lumen & Moss Dusk lamp").click()
    page.wait_for_url("**/p/lumen-moss-dusk-lamp")
    shopper.choose("Sky")
    shopper.add()

    shopper.sees("Lumen & Moss Dusk lamp")
    shopper.sees("Sky")
    page.get_by_label("Quantity: Lumen & Moss Dusk lamp").fill("2")
    if shopper.scripts:
        page.get_by_label("Quantity: Lumen & Moss Dusk lamp").press("Tab")
    else:
        shopper.button("Update").click()
    expect(page.locator(".sums .total")).to_contain_text("$128.00")
    shopper.button("Remove").click()
    shopper.sees("Your cart is empty")
    shopper.button("Undo").click()
    expect(page.locator(".sums .total")).to_contain_text("$128.00")
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 2 items")

    shopper.to_checkout()
    shopper.expected.add(422)
    shopper.field("full_name").fill("Ada Lovelace")
    shopper.field("email").fill("ada@nowhere")
    shopper.field("note").evaluate("note => note.closest('details').open = true")
    shopper.field("note").fill("Ring twice")
    shopper.place_button.click()
    problems = page.get_by_role("alert")
    expect(problems).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    for link in problems.get_by_role("link").all():
        field = page.locator(str(link.get_attribute("href")))
        expect(field).to_have_attribute("aria-invalid", "true")
        described = str(field.get_attribute("aria-describedby")).split()
        expect(page.locator(f"#{described[-1]}")).to_contain_text(link.inner_text())
    problems.get_by_role("link").first.click()
    expect(shopper.field("email")).to_be_focused()
    assert value_of(shopper.field("email")) == "ada@nowhere"
    assert value_of(shopper.field("full_name")) == "Ada Lovelace"
    assert value_of(shopper.field("note")) == "Ring twice"

    shopper.fill_in()
    total = shopper.place_button.inner_text().rpartition(" ")[2]
    assert page.locator("#summary .total:visible").inner_text().split()[-1] == total
    shopper.place()
    shopper.sees("Thank you, your order is placed")
    shopper.sees(shopper.order_number)
    shopper.sees("Cash on delivery")
    shopper.sees("Ring twice")
    expect(page.locator(".key-facts")).to_contain_text(total)
    number = shopper.order_number

    shopper.read_mail()
    shopper.sees(number)
    shopper.sees(f"Total: {total}")
    page.locator("main a[href*='/orders/']").click()
    page.wait_for_url(f"**/orders/{number}?key=*")
    shopper.sees(ADDRESS["line1"])
    expect(page.locator("#cart-link")).to_have_accessible_name("Cart, 0 items")


def test_a_bank_transfer_names_account_and_reference(shopper: Shopper) -> None:
    shopper.fill_cart()
    shopper.to_checkout()
    shopper.fill_in()
    shopper.page.get_by_label("Bank transfer").check()
    shopper.place()
    shopper.sees("Waiting for payment")
    shopper.sees("IBAN DE02 1203 0000 0000 2020 51")
    number = shopper.order_number
    expect(shopper.page.locator(".pay")).to_contain_text(number)
    shopper.read_mail()
    shopper.sees("IBAN DE02 1203 0000 0000 2020 51")
    shopper.sees(f"Reference: {number}")


def test_what_was_bought_is_no_longer_available(shopper: Shopper, new_shopper: NewShopper) -> None:
    slug, colour, left = ("ara-vase", "Sage", 2) if shopper.scripts else ("lumen-moss-dune-lamp", "Rose", 3)
    chosen = f"/p/{slug}?option.Colour={colour}"
    shopper.open(chosen)
    expect(shopper.page.locator("#buy .state")).to_contain_text(f"Only {left} left")
    shopper.page.get_by_label("Quantity").fill(str(left))
    shopper.add()
    shopper.to_checkout()
    shopper.fill_in()
    shopper.place()
    other = new_shopper(scripts=shopper.scripts)
    other.open(chosen)
    expect(other.page.locator("#buy .state")).to_contain_text("Sold out")
    expect(other.page.locator("#buy label").filter(has_text=colour)).to_contain_text("sold out")
    expect(other.page.locator("#buy").get_by_role("button", name="Add to cart")).to_have_count(0)


def test_a_double_click_makes_one_order(shopper: Shopper, running_shop: RunningShop) -> None:
    shopper.fill_cart()
    shopper.to_checkout()
    shopper.fill_in()
    shopper.place_button.dblclick()
    shopper.page.wait_for_url("**/orders/*")
    shopper.read_mail()
    assert orders_of(running_shop, shopper) == 1
    assert len(running_shop.fetch("SELECT FROM email WHERE recipient_email = $1", shopper.email)) == 1


def test_back_from_the_confirmation_orders_nothing_again(shopper: Shopper, running_shop: RunningShop) -> None:
    shopper.order()
    posts = sum(response.request.method == "POST" for response in shopper.responses)
    shopper.page.go_back()
    shopper.page.wait_for_url("**/cart")
    shopper.sees("Your cart is empty")
    shopper.link("See your latest order").click()
    shopper.sees("Thank you, your order is placed")
    shopper.page.reload()
    shopper.sees("Thank you, your order is placed")
    assert sum(response.request.method == "POST" for response in shopper.responses) == posts
    assert orders_of(running_shop, shopper) == 1


def orders_of(shop: RunningShop, shopper: Shopper) -> int:
    return len(shop.fetch("SELECT FROM orders WHERE email = $1", shopper.email))
