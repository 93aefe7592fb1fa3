"""What things cost and whether they can be had, from the product's page to the mail."""

import time

import pytest
from playwright.sync_api import expect

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper

pytestmark = pytest.mark.journey

ON_SALE = """
SELECT p.slug, p.name, to_char(f.price, 'FM$990.00') AS price FROM product p CROSS JOIN LATERAL running_flash(p.id) f
WHERE p.status = 'active' AND f.stock_cap - f.sold > 5
    AND NOT EXISTS (SELECT FROM product_variant v WHERE v.product_id = p.id AND v.price_adjustment <> 0)
    AND EXISTS (SELECT FROM inventory s WHERE s.product_id = p.id AND s.quantity - s.reserved > 5)
ORDER BY p.id LIMIT 1
"""
SIMPLE = """
SELECT p.slug, p.name, v.id FROM product p JOIN product_variant v ON v.product_id = p.id
WHERE p.status = 'active' AND p.published_at <= now() AND NOT p.is_digital
    AND (SELECT count(*) FROM product_variant o WHERE o.product_id = p.id) = 1
ORDER BY p.id DESC OFFSET $1 LIMIT 1
"""
TOLD_SECONDS = 45
"""The worker looks every half minute."""


def test_a_flash_price_lasts_from_the_product_to_the_mail(shopper: Shopper, running_shop: RunningShop) -> None:
    (product,) = running_shop.fetch(ON_SALE)
    shopper.open(f"/p/{product['slug']}")
    expect(shopper.page.locator("#buy .amount")).to_contain_text(product["price"])
    shopper.add()
    shopper.sees(product["price"])
    shopper.sees("Flash sale")
    shopper.to_checkout()
    expect(shopper.page.locator("#summary .mini-lines:visible")).to_contain_text(f"{product['price']}")
    shopper.fill_in()
    shopper.page.get_by_label("Bank transfer").check()
    shopper.place()
    shopper.sees(product["price"])
    shopper.read_mail()
    shopper.sees(product["name"])
    shopper.sees(f"{product['price']} each")


def test_who_asked_gets_a_mail_when_it_is_back(shopper: Shopper, running_shop: RunningShop) -> None:
    (product,) = running_shop.fetch(SIMPLE, int(shopper.scripts))
    running_shop.fetch("UPDATE inventory SET quantity = reserved WHERE variant_id = $1 RETURNING id", product["id"])
    shopper.open(f"/p/{product['slug']}")
    notify = shopper.page.locator("#notify")
    shopper.expected.add(422)
    notify.get_by_label("Tell me when it is back").fill("ada@nowhere")
    notify.get_by_role("button").click()
    expect(notify).to_contain_text("Enter an email address like name@example.com.")
    notify.get_by_label("Tell me when it is back").fill(shopper.email)
    notify.get_by_role("button").click()
    thanks = notify if shopper.scripts else shopper.page.locator(".flash")
    expect(thanks).to_contain_text("You get one mail")

    running_shop.fetch("UPDATE inventory SET quantity = reserved + 3 WHERE variant_id = $1 RETURNING id", product["id"])
    end = time.monotonic() + TOLD_SECONDS
    while not running_shop.fetch("SELECT FROM email WHERE recipient_email = $1", shopper.email):
        assert time.monotonic() < end, "nobody was told"
        time.sleep(0.2)
    shopper.read_mail()
    shopper.sees(product["name"])
    shopper.sees("Only 3 left at the moment")
    shopper.page.locator(f"main a[href*='/p/{product['slug']}']").click()
    shopper.page.wait_for_url(f"**/p/{product['slug']}")
    shopper.add()
    shopper.sees(product["name"])
