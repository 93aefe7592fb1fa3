"""One row in each table, the way the shop would have written them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg

from tests import factories
from tests.factories import insert

SOON = datetime.now(UTC) + timedelta(hours=1)
DAY = timedelta(days=1)
PRICE = Decimal("10.00")


async def one_of_each() -> dict[str, int]:
    """Table name to the id of a row in it; references lead to the others."""
    rows: dict[str, asyncpg.Record] = {}
    buyer = rows["users"] = await factories.make_user(email="buyer@shop.example")
    product = rows["product"] = await factories.make_product(price=PRICE, stock=10)
    variant = rows["product_variant"] = await factories.variant_of(product)
    rows["category"] = {"id": product["category_id"]}
    rows["product_image"] = await factories.make_image(product)
    rows["picture_upload"] = await insert(
        "picture_upload", product_id=product["id"], file_key=f"incoming/{'0' * 32}", alt="Mug from the side"
    )
    rows["brand"] = await insert("brand", name="Tarn", slug="tarn")
    rows["attribute"] = await insert("attribute", name="Material", code="material")
    rows["product_attribute"] = await insert(
        "product_attribute", product_id=product["id"], attribute_id=rows["attribute"]["id"], text_value="Stoneware"
    )
    rows["colour"] = await insert("colour", name="Sage", swatch="#8a9a7b")
    rows["slug_redirect"] = await insert("slug_redirect", old_slug="old", product_id=product["id"])
    rows["synonym"] = await insert("synonym", term="cup", means="mug")
    rows["inventory"] = {"id": await factories.db().fetchval("SELECT id FROM inventory")}
    rows["catalogue_change"] = {"id": await factories.db().fetchval("SELECT min(id) FROM catalogue_change")}
    rows["price_history"] = {"id": await factories.db().fetchval("SELECT min(id) FROM price_history")}
    rows["stock_movement"] = {"id": await factories.db().fetchval("SELECT min(id) FROM stock_movement")}
    cart = rows["cart"] = await factories.make_cart(status="completed")
    rows["cart_item"] = await factories.make_cart_item(cart, variant)
    order = rows["orders"] = await factories.make_order(cart_id=cart["id"], created_by=buyer["id"])
    of_order = {"order_id": order["id"]}
    rows["order_item"] = await insert(
        "order_item",
        **of_order,
        product_id=product["id"],
        variant_id=variant["id"],
        position=1,
        product_name=product["name"],
        sku=variant["sku"],
        unit_price=PRICE,
        total_price=PRICE,
    )
    rows["order_event"] = await insert("order_event", **of_order, kind="placed")
    rows["payment"] = await insert("payment", **of_order, amount=PRICE)
    rows["billing_info"] = await insert(
        "billing_info", **of_order, full_name="Bo Buyer", address="1 Road", email="buyer@shop.example"
    )
    rows["shipping_info"] = await insert(
        "shipping_info",
        **of_order,
        full_name="Bo Buyer",
        line1="1 Road",
        city="Austin",
        country="US",
        address="1 Road\nAustin",
        method="standard",
        method_name="Standard",
    )
    rows["stock_reservation"] = await insert("stock_reservation", **of_order, variant_id=variant["id"], quantity=1)
    rows["email"] = await insert("email", **of_order, kind="order_confirmation", recipient_email="buyer@shop.example")
    rows["flash_sale"] = await insert("flash_sale", name="Weekend", starts_at=SOON - DAY, ends_at=SOON)
    rows["flash_sale_item"] = await insert(
        "flash_sale_item", flash_sale_id=rows["flash_sale"]["id"], product_id=product["id"], price=PRICE, stock_cap=5
    )
    rows["back_in_stock_request"] = await insert(
        "back_in_stock_request", variant_id=variant["id"], email="buyer@shop.example"
    )
    rows["newsletter_subscription"] = await insert("newsletter_subscription", email="buyer@shop.example")
    rows["shipping_method"] = await factories.make_shipping_method()
    rows["tax_rate"] = await factories.make_tax_rate("US", "0.08")
    rows["coupon"] = await insert("coupon", code="TEN", discount_value=PRICE)
    rows["applied_coupon"] = await insert(
        "applied_coupon", **of_order, coupon_id=rows["coupon"]["id"], discount_applied=PRICE
    )
    rows["review"] = await insert("review", product_id=product["id"], user_id=buyer["id"], rating=4)
    rows["shipping_review"] = await insert("shipping_review", **of_order, user_id=buyer["id"], rating=5)
    rows["user_profile"] = await insert("user_profile", user_id=buyer["id"])
    rows["address"] = await insert(
        "address", user_id=buyer["id"], full_name="Bo Buyer", line1="1 Road", city="Austin", country="US"
    )
    rows["data_export"] = await insert("data_export", user_id=buyer["id"])
    rows["account_deletion"] = await insert("account_deletion", user_id=buyer["id"], erase_at=SOON)
    rows["user_role"] = {"id": 3}
    rows["user_permission"] = await insert("user_permission", role_id=2, permission="EDIT_OWN_PRODUCTS")
    rows["change_logs"] = {"id": await factories.db().fetchval("SELECT min(id) FROM change_logs")}
    session = rows["user_session"] = await insert("user_session", user_id=buyer["id"], expires_at=SOON)
    rows["refresh_token"] = await insert(
        "refresh_token", user_id=buyer["id"], session_id=session["id"], token="a" * 64, expires_at=SOON
    )
    rows["failed_sign_in"] = await insert("failed_sign_in", user_id=buyer["id"])
    rows["email_undo"] = await insert(
        "email_undo", user_id=buyer["id"], email="was@shop.example", token_hash="0" * 64, expires_at=SOON
    )
    rows["recovery_code"] = await insert("recovery_code", user_id=buyer["id"], code_hash="0" * 64)
    rows["otp"] = await insert("otp", user_id=buyer["id"], otp="0" * 64, expires_at=SOON)
    provider = rows["oauth_provider"] = await insert(
        "oauth_provider", provider_name="idp", client_id="us", client_secret="sealed"
    )
    of_provider = {"user_id": buyer["id"], "provider_id": provider["id"]}
    rows["oauth_identity"] = await insert("oauth_identity", **of_provider, subject="buyer-1")
    rows["oauth_attempt"] = await insert(
        "oauth_attempt", provider_id=provider["id"], state="s" * 64, binding="b" * 64, expires_at=SOON
    )
    rows["oauth_access_token"] = await insert("oauth_access_token", **of_provider, access_token="sealed")
    rows["oauth_refresh_token"] = await insert("oauth_refresh_token", **of_provider, refresh_token="sealed")
    rows["idempotency_key"] = await insert(
        "idempotency_key", **of_order, scope="cart", route="checkout", key="k", body_hash="h"
    )
    return {table: row["id"] for table, row in rows.items()}
