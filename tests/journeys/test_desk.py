"""A seller of the demo works at the desk, and shoppers see what came of it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewShopper
from tests.journeys.running import RunningShop
from tests.journeys.test_admin import enter, sign_in
from tests.journeys.test_admin_edit import save

pytestmark = pytest.mark.journey

OF = """
SELECT p.* FROM product p JOIN users u ON u.id = p.seller_id AND u.email = $1
WHERE p.status = 'active' AND p.compare_at_price IS NULL AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM flash_sale_item f WHERE f.product_id = p.id)
ORDER BY p.id DESC LIMIT 1
"""


def test_a_price_changed_at_the_desk_is_the_price_in_the_shop(
    new_shopper: NewShopper, running_shop: RunningShop
) -> None:
    email, _ = running_shop.sign_in("SELLER")
    (product,) = running_shop.fetch(OF, email)
    (foreign,) = running_shop.fetch("SELECT id, name FROM product WHERE slug = 'noon-wall-clock'")
    seller, shopper = new_shopper(), new_shopper(scripts=False)
    enter(seller, running_shop, "SELLER", "/desk/")
    page = seller.page
    for table in ("product", "inventory", "order item", "picture upload"):
        expect(page.get_by_role("link", name=table, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="users", exact=True)).to_have_count(0)
    page.get_by_role("link", name="product", exact=True).click()
    expect(page.get_by_role("row").filter(has_text=product["name"])).to_be_visible()
    expect(page.get_by_text(foreign["name"])).to_have_count(0)
    page.goto(f"{running_shop.address}/desk/#/product/{product['id']}")
    for price in ("81.00", str(product["price"])):
        save(page, price=price)
        expect(page.get_by_text("Successfully saved row")).to_be_visible()
        shopper.open(f"/p/{product['slug']}")
        expect(shopper.page.locator("#buy")).to_contain_text(f"${price}")
    seller.expected.add(404)
    answer = page.request.get(f"{running_shop.address}/desk/api/tables/product/{foreign['id']}/")
    assert answer.status == 404


def test_the_account_of_a_seller_leads_there(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    seller = new_shopper()
    enter(seller, running_shop, "SELLER", "/desk/")
    seller.open("/account")
    seller.page.get_by_role("main").get_by_role("link", name="Seller desk").click()
    seller.page.wait_for_url("**/desk/**")
    expect(seller.page.get_by_role("link", name="product", exact=True)).to_be_visible()


def test_a_customer_is_told_whose_desk_it_is(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    customer = new_shopper()
    customer.expected.add(403)
    sign_in(customer, *running_shop.sign_in("CUSTOMER"), "/desk/")
    customer.sees("This page is for sellers, and your account has the role CUSTOMER.")
