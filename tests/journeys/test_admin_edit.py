"""What staff change in Piccolo Admin is what shoppers see, and what cannot be is said beside the form."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewShopper
from tests.journeys.running import RunningShop
from tests.journeys.test_admin import enter

pytestmark = pytest.mark.journey


def test_a_price_changed_there_is_the_price_here(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    (product,) = running_shop.fetch("SELECT id, price FROM product WHERE slug = 'noon-wall-clock'")
    admin, shopper = new_shopper(), new_shopper(scripts=False)
    enter(admin, running_shop)
    admin.expected.add(422)
    page = admin.page
    expect(page.get_by_role("link", name="orders", exact=True)).to_be_visible()
    page.goto(f"{running_shop.address}/admin/#/product/{product['id']}")
    filled_in(page, "slug", "noon-wall-clock")
    for price in ("81.00", "82.50", str(product["price"])):  # the same form, saved again and again
        save(page, price=price)
        expect(page.get_by_text("Successfully saved row")).to_be_visible()
        shopper.open("/p/noon-wall-clock")
        expect(shopper.page.locator("#buy")).to_contain_text(f"${price}")
    save(page, compare_at_price="1.00")
    expect(page.get_by_text("this must hold: product compare at price is higher")).to_be_visible()
    page.reload()
    filled_in(page, "slug", "noon-wall-clock")
    save(page, sold_count="1", slug="noon-wall-clock")
    (inventory,) = running_shop.fetch("SELECT quantity FROM inventory WHERE id = 1")
    page.goto(f"{running_shop.address}/admin/#/inventory/1")
    filled_in(page, "quantity", str(inventory["quantity"]))
    save(page, reserved="7")
    expect(page.get_by_text("reserved field - is kept by the shop")).to_be_visible()
    (row,) = running_shop.fetch(
        "SELECT price, compare_at_price, sold_count FROM product WHERE slug = 'noon-wall-clock'"
    )
    assert (row["price"], row["compare_at_price"]) == (product["price"], None)
    assert row["sold_count"] != 1


def filled_in(page: Page, name: str, value: str) -> None:
    """The form is drawn first and filled in by the answer that follows, which overwrites what was typed before it."""
    expect(page.locator(f"input[name={name}]")).to_have_value(value)


def save(page: Page, **typed: str) -> None:
    page.wait_for_load_state("networkidle")  # what follows upon saving is over
    for name, value in typed.items():
        page.locator(f"input[name={name}]").fill(value)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="Save").click()
