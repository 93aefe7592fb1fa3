"""Every CHECK and UNIQUE of the database refuses what it is for, whoever writes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest
import pytest_asyncio

from tests import factories
from tests.factories import insert

NOW = datetime.now(UTC)


def again(table: str, columns: str, values: str | None = None) -> str:
    """The row of `table` once more, with other `values` for the columns where they are given."""
    return f"INSERT INTO {table} ({columns}) SELECT {values or columns} FROM {table}"


# What breaks each rule, on the rows that `world` makes. The names are compared with the database's own list.
VIOLATIONS = {
    # people
    "user_role_is_named": "UPDATE user_role SET role_name = ''",
    "user_role_role_name_key": "UPDATE user_role SET role_name = 'ADMIN' WHERE id = 2",
    "user_permission_is_named": "UPDATE user_permission SET permission = ''",
    "user_permission_type_is_known": "UPDATE user_permission SET permission_type = 'Everything'",
    "user_permission_once_per_role": "INSERT INTO user_permission (role_id, permission) VALUES (1, 'VIEW_ORDERS')",
    "users_status_is_known": "UPDATE users SET status = 'active'",
    "users_email_has_a_domain": "UPDATE users SET email = 'nobody'",
    "users_email_once": "INSERT INTO users (role_id, email) VALUES (3, 'ANN@shop.example')",
    "users_username_is_no_email": "UPDATE users SET username = 'a@b'",
    "users_username_once": "INSERT INTO users (role_id, email, username) VALUES (3, 'x@shop.example', 'ANN')",
    "users_password_is_hashed": "UPDATE users SET password = 'correct horse'",
    "users_second_factor_has_a_secret": "UPDATE users SET two_factor_enabled = true",
    "user_profile_one_per_user": again("user_profile", "user_id"),
    "listing_kind_once": again("listing_kind", "colour, size, is_available, tags"),
    "address_is_given": "UPDATE address SET city = ''",
    "address_country_is_a_code": "UPDATE address SET country = 'us'",
    "address_retired_is_no_default": "UPDATE address SET deleted_at = now()",
    "address_one_for_delivery": again(
        "address",
        "user_id, full_name, line1, city, country, is_delivery_default",
    ),
    "address_one_for_billing": again("address", "user_id, full_name, line1, city, country, is_billing_default"),
    "data_export_state_is_known": "UPDATE data_export SET state = 'lost'",
    "data_export_ready_has_file": "UPDATE data_export SET state = 'ready'",
    "data_export_parts_within": "UPDATE data_export SET parts_done = parts + 1",
    "data_export_one_waiting": again("data_export", "user_id"),
    "account_deletion_state_is_known": "UPDATE account_deletion SET state = 'perhaps', ended_at = now()",
    "account_deletion_ended_has_time": "UPDATE account_deletion SET state = 'done'",
    "account_deletion_one_waiting": again("account_deletion", "user_id, erase_at"),
    "refresh_token_is_given": "UPDATE refresh_token SET token = ''",
    "refresh_token_token_key": again(
        "refresh_token", "user_id, session_id, token, expires_at", "user_id, session_id, token, now()"
    ),
    "refresh_token_used_has_time": "UPDATE refresh_token SET used = true",
    "user_session_says_why": "UPDATE user_session SET revoked_at = now()",
    "user_session_version_counts_up": "UPDATE user_session SET version = 0",
    "otp_purpose_is_known": "UPDATE otp SET purpose = 'fun'",
    "otp_tries_are_few": "UPDATE otp SET tries = 6",
    "otp_is_hashed": "UPDATE otp SET otp = '12345678'",
    "failed_sign_in_what_is_known": "UPDATE failed_sign_in SET what = 'luck'",
    "email_undo_is_hashed": "UPDATE email_undo SET token_hash = 'short'",
    "recovery_code_is_hashed": "UPDATE recovery_code SET code_hash = 'abcd-efgh'",
    "recovery_code_code_hash_key": again("recovery_code", "user_id, code_hash"),
    "otp_one_live": again("otp", "user_id, purpose, otp, expires_at"),
    # identity and messages
    "oauth_provider_is_named": "UPDATE oauth_provider SET provider_name = ''",
    "oauth_provider_provider_name_key": again("oauth_provider", "provider_name"),
    "oauth_provider_slug": "UPDATE oauth_provider SET slug = 'Goo gle'",
    "oauth_provider_slug_key": again("oauth_provider", "slug, provider_name", "slug, 'Other'"),
    "oauth_provider_kind_is_known": "INSERT INTO oauth_provider (provider_name, kind) VALUES ('Other', 'saml')",
    "oauth_provider_is_complete": "UPDATE oauth_provider SET is_enabled = true",
    "a_provider_that_people_are_linked_to_stays_the_same": "UPDATE oauth_provider SET issuer = 'https://other.example'",
    "oauth_identity_once": again("oauth_identity", "user_id, provider_id, subject"),
    "oauth_identity_one_per_provider": again(
        "oauth_identity", "user_id, provider_id, subject", "user_id, provider_id, 'other'"
    ),
    "oauth_identity_is_somebody": "UPDATE oauth_identity SET subject = ''",
    "oauth_attempt_state_key": again("oauth_attempt", "provider_id, state, binding, expires_at"),
    "oauth_access_token_one_live": again("oauth_access_token", "user_id, provider_id"),
    "oauth_refresh_token_one_live": again("oauth_refresh_token", "user_id, provider_id"),
    "oauth_access_token_expires_in": "UPDATE oauth_access_token SET expires_in = -1",
    "otp_temporal_id_key": again(
        "otp", "user_id, purpose, otp, expires_at, temporal_id", "user_id, 'step_up', otp, now(), temporal_id"
    ),
    "email_status_is_known": "UPDATE email SET status = 'lost'",
    "email_attempts_count_up": "UPDATE email SET attempts = -1",
    "email_has_recipient": "UPDATE email SET recipient_email = ''",
    "email_has_kind": "UPDATE email SET kind = ''",
    "email_sent_has_time": "UPDATE email SET status = 'sent'",
    "email_sending_has_lease": "UPDATE email SET status = 'sending'",
    "email_temporal_id_key": "INSERT INTO email (kind, recipient_email, temporal_id) VALUES ('k', 'a@b', 'job')",
    "email_message_id_key": "INSERT INTO email (kind, recipient_email, message_id) VALUES ('k', 'a@b', '<m@shop>')",
    # catalogue
    "category_is_named": "UPDATE category SET name = ''",
    "category_slug_is_plain": "UPDATE category SET slug = 'Über uns'",
    "category_slug_key": again("category", "name, slug"),
    "category_is_not_its_own_parent": "UPDATE category SET parent_id = id",
    "category_wide_picture_is_ours": "UPDATE category SET wide_picture = 'https://elsewhere.example/a-1200.webp'",
    "brand_is_named": "UPDATE brand SET name = ''",
    "brand_slug_is_plain": "UPDATE brand SET slug = 'Not Plain'",
    "brand_slug_key": again("brand", "name, slug"),
    "attribute_code_is_plain": "UPDATE attribute SET code = 'Not Plain'",
    "attribute_code_key": again("attribute", "name, code"),
    "attribute_kind_is_known": "UPDATE attribute SET kind = 'colour'",
    "product_attribute_has_one_value": "UPDATE product_attribute SET number_value = 1",
    "product_attribute_once": again("product_attribute", "product_id, attribute_id, text_value"),
    "colour_name_key": again("colour", "name, swatch"),
    "colour_swatch_is_hex": "UPDATE colour SET swatch = 'green'",
    "slug_redirect_once": again("slug_redirect", "kind, old_slug, product_id"),
    "slug_redirect_kind_is_known": "UPDATE slug_redirect SET kind = 'brand'",
    "slug_redirect_leads_somewhere": "UPDATE slug_redirect SET product_id = NULL",
    "synonym_term_key": again("synonym", "term, means"),
    "synonym_has_words": "UPDATE synonym SET means = ''",
    "picture_upload_file_key_key": again("picture_upload", "product_id, file_key, alt"),
    "picture_upload_has_file": "UPDATE picture_upload SET file_key = '../secret'",
    "picture_upload_is_described": "UPDATE picture_upload SET alt = ''",
    "picture_upload_state_is_known": "UPDATE picture_upload SET state = 'lost'",
    "product_is_named": "UPDATE product SET name = ''",
    "product_slug_is_plain": "UPDATE product SET slug = 'a--b'",
    "product_slug_key": again("product", "name, slug, category_id"),
    "product_sku_key": again("product", "name, slug, category_id, sku", "name, 'new', category_id, sku"),
    "product_status_is_known": "UPDATE product SET status = 'Active'",
    "product_price_is_not_negative": "UPDATE product SET price = -0.01",
    "product_compare_at_price_is_higher": "UPDATE product SET compare_at_price = price",
    "product_rating_average_in_range": "UPDATE product SET rating_average = 5.01",
    "product_counters_are_not_negative": "UPDATE product SET sold_count = -1",
    "product_active_is_published": "UPDATE product SET published_at = NULL",
    "product_variant_has_sku": "UPDATE product_variant SET sku = ''",
    "product_variant_sku_key": again("product_variant", "product_id, sku"),
    "product_variant_options_is_object": "UPDATE product_variant SET options = '[]'",
    "product_image_has_url": "UPDATE product_image SET image_url = ''",
    "product_image_size_is_not_negative": "UPDATE product_image SET width = -1",
    "product_image_one_primary": again("product_image", "product_id, image_url, is_primary", "product_id, 'x', true"),
    "price_history_of_product_or_variant": "UPDATE price_history SET price = NULL, price_adjustment = NULL",
    # stock
    "inventory_one_per_variant": again("inventory", "product_id, variant_id"),
    "inventory_reserved_within_quantity": "UPDATE inventory SET reserved = quantity + 1",
    "inventory_keeps_its_variant": "UPDATE inventory SET variant_id = (SELECT max(id) FROM product_variant)",
    "stock_reservation_one_per_line": again("stock_reservation", "order_id, variant_id"),
    "stock_reservation_quantity_is_positive": "UPDATE stock_reservation SET quantity = 0",
    "stock_reservation_state_is_known": "UPDATE stock_reservation SET state = 'gone'",
    "stock_movement_moves_something": "UPDATE stock_movement SET quantity_delta = 0, reason = 'adjust'",
    # carts
    "cart_status_is_known": "UPDATE cart SET status = 'lost'",
    "cart_belongs_to_somebody": "UPDATE cart SET user_id = NULL, token_hash = NULL",
    "cart_token_is_a_hash": "UPDATE cart SET token_hash = 'the token itself'",
    "cart_one_active_per_token": again("cart", "token_hash") + " WHERE token_hash IS NOT NULL",
    "cart_one_active_per_user": "INSERT INTO cart (user_id) SELECT user_id FROM cart WHERE user_id IS NOT NULL",
    "cart_item_one_line_per_variant": again("cart_item", "cart_id, product_id, variant_id"),
    "cart_item_quantity_in_range": "UPDATE cart_item SET quantity = 100",
    "cart_item_price_is_not_negative": "UPDATE cart_item SET unit_price = -1",
    "cart_item_discount_is_not_negative": "UPDATE cart_item SET discount_applied = -1",
    # orders
    "orders_number_key": again("orders", "number, cart_id, email", "number, (SELECT max(id) FROM cart), email"),
    "orders_one_per_cart": again("orders", "number, cart_id, email, full_name", "'X', cart_id, email, full_name"),
    "orders_has_number": "UPDATE orders SET number = ''",
    "orders_status_is_known": "UPDATE orders SET status = 'paid'",
    "orders_currency_is_a_code": "UPDATE orders SET currency = 'usd'",
    "orders_amounts_are_not_negative": "UPDATE orders SET shipping = -1, total_price = total_price - 1",
    "orders_discount_within_subtotal": "UPDATE orders SET discount = 11, shipping = 1, total_price = 0",
    "orders_total_adds_up": "UPDATE orders SET tax = 1",
    "orders_has_email": "UPDATE orders SET email = ''",
    "orders_link_version_is_positive": "UPDATE orders SET link_version = 0",
    "order_item_quantity_is_positive": "UPDATE order_item SET quantity = 0, total_price = 0",
    "order_item_amounts_are_not_negative": "UPDATE order_item SET discount = -1",
    "order_item_total_multiplies": "UPDATE order_item SET total_price = total_price + 0.01",
    "order_item_discount_within_total": "UPDATE order_item SET discount = total_price + 0.01",
    "order_item_counted_within_quantity": "UPDATE order_item SET counted = quantity + 1",
    "order_item_tax_is_not_negative": "UPDATE order_item SET tax = -1",
    "order_event_has_kind": "UPDATE order_event SET kind = ''",
    "idempotency_key_once": again("idempotency_key", "scope, route, key, order_id"),
    "idempotency_key_is_given": "UPDATE idempotency_key SET key = ''",
    # payment and delivery
    "payment_amount_is_not_negative": "UPDATE payment SET amount = -1",
    "payment_status_is_known": "UPDATE payment SET status = 'Completed'",
    "payment_method_is_known": "UPDATE payment SET payment_method = 'cheque'",
    "payment_currency_is_a_code": "UPDATE payment SET currency = '$'",
    "payment_transaction_once": again("payment", "order_id, transaction_id"),
    "shipping_info_cost_is_not_negative": "UPDATE shipping_info SET shipping_cost = -1",
    "shipping_info_country_is_a_code": "UPDATE shipping_info SET country = 'us'",
    "shipping_info_delivered_after_shipped": "UPDATE shipping_info SET shipped_at = now(), delivered_at = '2020-01-01'",
    "shipping_info_promise_in_order": (
        "UPDATE shipping_info SET earliest_delivery_date = now(), estimated_delivery_date = '2020-01-01'"
    ),
    "shipping_method_has_code": "UPDATE shipping_method SET code = ''",
    "shipping_method_code_key": again("shipping_method", "code"),
    "shipping_method_price_is_not_negative": "UPDATE shipping_method SET free_from = -1",
    "shipping_method_days_in_order": "UPDATE shipping_method SET min_days = max_days + 1",
    "tax_rate_country_is_a_code": "UPDATE tax_rate SET country = 'us'",
    "tax_rate_country_key": again("tax_rate", "country"),
    "tax_rate_is_a_fraction": "UPDATE tax_rate SET rate = 19",
    # discounts and reviews
    "coupon_has_code": "UPDATE coupon SET code = ''",
    "coupon_code_once": "INSERT INTO coupon (code, discount_value) VALUES ('spring', 5)",
    "coupon_discount_type_is_known": "UPDATE coupon SET discount_type = 'Fixed'",
    "coupon_value_is_sensible": "UPDATE coupon SET discount_value = 101",
    "coupon_dates_in_order": "UPDATE coupon SET start_date = now(), end_date = now()",
    "applied_coupon_once_per_order": again("applied_coupon", "order_id, coupon_id"),
    "applied_coupon_status_is_known": "UPDATE applied_coupon SET status = 'void'",
    "applied_coupon_discount_is_not_negative": "UPDATE applied_coupon SET discount_applied = -1",
    "review_language_is_a_tag": "UPDATE review SET language = 'Dutch, mostly'",
    "review_rating_in_range": "UPDATE review SET rating = 6",
    "review_status_is_known": "UPDATE review SET status = 'Approved'",
    "review_once_per_customer": again("review", "user_id, product_id"),
    "shipping_review_rating_in_range": "UPDATE shipping_review SET rating = 0",
    "shipping_review_status_is_known": "UPDATE shipping_review SET status = 'lost'",
    "shipping_review_once_per_order": again("shipping_review", "order_id, user_id"),
    # changes
    "change_logs_action_is_known": "UPDATE change_logs SET action = 'update'",
    "flash_sale_is_named": "UPDATE flash_sale SET name = ''",
    "flash_sale_has_times": "UPDATE flash_sale SET ends_at = starts_at",
    "flash_sale_item_once": again("flash_sale_item", "flash_sale_id, product_id"),
    "flash_sale_item_price_is_not_negative": "UPDATE flash_sale_item SET price = -0.01",
    "flash_sale_item_sold_within_cap": "UPDATE flash_sale_item SET sold = stock_cap + 1",
    # requests
    "back_in_stock_request_has_email": "UPDATE back_in_stock_request SET email = ''",
    "back_in_stock_request_state_is_known": "UPDATE back_in_stock_request SET state = 'lost'",
    "back_in_stock_request_once": again("back_in_stock_request", "variant_id, email", "variant_id, upper(email)"),
    "newsletter_subscription_has_email": "UPDATE newsletter_subscription SET email = ''",
    "newsletter_subscription_state_is_known": "UPDATE newsletter_subscription SET state = 'lost'",
    "newsletter_subscription_once": again("newsletter_subscription", "email", "upper(email)"),
    # what is derived or counted
    "throttle_counts_up": "INSERT INTO throttle (key_hash, uses) VALUES ('key', 0)",
    "catalogue_change_counts": "UPDATE catalogue_change SET changes = 0",
    "listing_term_once": "INSERT INTO listing_term (field, value) VALUES ('new', '2'), ('new', '2')",
    "listing_clock_is_single_check": "INSERT INTO listing_clock (is_single, seen) VALUES (false, now())",
}

# No row can break them: `id` alone is unique already (it is what the composite foreign key of inventory needs), and the
# words are a view, whose index lets it be refreshed while it is read.
NOT_BREAKABLE = {"product_variant_of_product", "search_word_once"}
# Raised by a trigger, not listed as a constraint.
BY_TRIGGER = {"inventory_keeps_its_variant", "a_provider_that_people_are_linked_to_stays_the_same"}


@pytest_asyncio.fixture
async def world(engine):
    """One valid row, or a few, in every table that has a rule."""
    async with engine.transaction():
        ann = await factories.make_user(email="ann@shop.example", username="ann")
        product = await factories.make_product(sku="P-1")
        variant = await factories.variant_of(product)
        await factories.make_image(product)
        await insert("product_variant", product_id=product["id"], sku="SPARE")
        await insert("brand", name="Tarn", slug="tarn")
        material = await insert("attribute", name="Material", code="material")
        await insert("product_attribute", product_id=product["id"], attribute_id=material["id"], text_value="Stoneware")
        await insert("colour", name="Sage", swatch="#8a9a7b")
        await insert("slug_redirect", old_slug="old", product_id=product["id"])
        await insert("synonym", term="cup", means="mug")
        await insert("picture_upload", product_id=product["id"], file_key=f"incoming/{'0' * 32}", alt="Mug")
        cart = await factories.make_cart()
        await factories.make_cart(user_id=ann["id"], token_hash=None)
        await factories.make_cart_item(cart, variant)
        order = await factories.make_order()
        of_order = {"order_id": order["id"]}
        await insert(
            "order_item",
            **of_order,
            product_id=product["id"],
            variant_id=variant["id"],
            product_name="Shoe",
            sku="S",
            quantity=2,
            unit_price=Decimal(5),
            total_price=Decimal(10),
        )
        await insert("order_event", **of_order, kind="placed")
        await insert("idempotency_key", **of_order, scope="s", route="r", key="k", body_hash="h")
        await insert("stock_reservation", **of_order, variant_id=variant["id"])
        await insert("payment", **of_order, amount=Decimal(10), transaction_id="t")
        await insert("shipping_info", **of_order, country="US")
        await insert("email", kind="order", recipient_email="a@b", temporal_id="job", message_id="<m@shop>")
        await insert("user_profile", user_id=ann["id"])
        await insert(
            "address",
            user_id=ann["id"],
            full_name="Ann",
            line1="1 Main St",
            city="Springfield",
            country="US",
            is_delivery_default=True,
            is_billing_default=True,
        )
        await insert("data_export", user_id=ann["id"])
        await insert("account_deletion", user_id=ann["id"], erase_at=NOW)
        session = await insert("user_session", user_id=ann["id"], expires_at=NOW)
        await insert("refresh_token", user_id=ann["id"], session_id=session["id"], token="hash", expires_at=NOW)
        await insert("recovery_code", user_id=ann["id"], code_hash="0" * 64)
        await insert("failed_sign_in", user_id=ann["id"])
        await insert("email_undo", user_id=ann["id"], email="a@b.example", token_hash="0" * 64, expires_at=NOW)
        await insert("throttle", key_hash="k", expires_at=NOW)
        provider = await insert("oauth_provider", provider_name="google", slug="google")
        of_provider = {"user_id": ann["id"], "provider_id": provider["id"]}
        await insert("oauth_access_token", **of_provider)
        await insert("oauth_refresh_token", **of_provider)
        await insert("oauth_identity", **of_provider, subject="7")
        await insert(
            "oauth_attempt", provider_id=provider["id"], state="s" * 64, binding="b" * 64, expires_at=datetime.now(UTC)
        )
        await insert("otp", user_id=ann["id"], otp="0" * 64, expires_at=NOW, temporal_id="j")
        await factories.make_shipping_method()
        await factories.make_tax_rate("US", "0.08")
        coupon = await insert("coupon", code="SPRING", discount_value=Decimal(5))
        await insert("applied_coupon", **of_order, coupon_id=coupon["id"])
        await insert("review", user_id=ann["id"], product_id=product["id"])
        sale = await insert("flash_sale", name="Sale", starts_at=NOW, ends_at=NOW + timedelta(hours=1))
        await insert("flash_sale_item", flash_sale_id=sale["id"], product_id=product["id"])
        await insert("back_in_stock_request", variant_id=variant["id"], email="ann@shop.example")
        await insert("newsletter_subscription", email="ann@shop.example")
        await insert("shipping_review", **of_order, user_id=ann["id"])


@pytest.mark.parametrize("name", VIOLATIONS)
async def test_refuses(engine, world, name):
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as raised:
        async with engine.transaction():
            await engine.execute(VIOLATIONS[name])
    assert raised.value.constraint_name == name


async def test_every_rule_of_the_database_is_tried(engine):
    rules = await engine.fetch(
        """
        SELECT conname AS name FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u') AND conrelid <> 'migration'::regclass
        UNION
        SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace
        """
    )
    assert {rule["name"] for rule in rules} == (VIOLATIONS.keys() - BY_TRIGGER) | NOT_BREAKABLE


class TestReleasedByDeletion:
    """What is soft-deleted does not stand in the way of its successor."""

    @pytest.mark.parametrize(
        ("retire", "again"),
        [
            ("UPDATE users SET deleted_at = now()", VIOLATIONS["users_email_once"]),
            ("UPDATE users SET deleted_at = now()", VIOLATIONS["users_username_once"]),
            ("UPDATE product_image SET deleted_at = now()", VIOLATIONS["product_image_one_primary"]),
            ("UPDATE cart SET deleted_at = now()", VIOLATIONS["cart_one_active_per_user"]),
            ("UPDATE cart SET status = 'completed'", VIOLATIONS["cart_one_active_per_user"]),
            ("UPDATE coupon SET deleted_at = now()", VIOLATIONS["coupon_code_once"]),
            ("UPDATE review SET deleted_at = now()", VIOLATIONS["review_once_per_customer"]),
            ("UPDATE shipping_review SET deleted_at = now()", VIOLATIONS["shipping_review_once_per_order"]),
        ],
    )
    async def test_may_come_again(self, engine, world, retire, again):
        async with engine.transaction():
            await engine.execute(retire)
            await engine.execute(again)

    async def test_a_completed_cart_leaves_its_token(self, engine, world):
        async with engine.transaction():
            await engine.execute("UPDATE cart SET status = 'completed'")
            await engine.execute(VIOLATIONS["cart_one_active_per_token"] + " LIMIT 1")


class TestReferences:
    async def test_stock_belongs_to_the_variants_own_product(self, engine):
        shoe, hat = await factories.make_product(stock=None), await factories.make_product(stock=None)
        variant = await insert("product_variant", product_id=shoe["id"], sku="SHOE")
        with pytest.raises(asyncpg.ForeignKeyViolationError) as raised:
            await insert("inventory", product_id=hat["id"], variant_id=variant["id"])
        assert raised.value.constraint_name == "inventory_variant_of_product"

    async def test_a_variant_with_stock_cannot_move_to_another_product(self, engine):
        await factories.make_product()
        hat = await factories.make_product(stock=None)
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with engine.transaction():
                await engine.execute("UPDATE product_variant SET product_id = $1 WHERE sku <> ''", hat["id"])

    async def test_a_key_needs_its_order_only_at_commit(self, engine):
        cart = await factories.make_cart()
        key = "INSERT INTO idempotency_key (scope, route, key, body_hash, order_id) VALUES ('s', 'r', 'k', 'h', $1)"
        async with engine.transaction():
            order_id = await engine.fetchval("SELECT nextval('orders_id_seq')")
            await engine.execute(key, order_id)
            await factories.make_order(id=order_id, cart_id=cart["id"])
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with engine.transaction():
                await engine.execute(key.replace("'k'", "'other'"), order_id + 1000)

    async def test_a_sold_product_cannot_be_removed(self, engine, world):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with engine.transaction():
                await engine.execute("DELETE FROM product")


async def test_available_is_generated(engine):
    product = await factories.make_product(stock=7)
    async with engine.transaction():
        await engine.execute("UPDATE inventory SET reserved = 3")
    assert await factories.stock_of(product) == (7, 3, 4)


async def test_gross_prices_contain_their_tax(engine):
    ten, tax = Decimal("10.00"), Decimal("1.60")
    await factories.make_order(prices_include_tax=True, tax=tax, subtotal=ten, total_price=ten)
    await factories.make_order(prices_include_tax=False, tax=tax, subtotal=ten, total_price=ten + tax)
    with pytest.raises(asyncpg.CheckViolationError):
        await factories.make_order(prices_include_tax=True, tax=tax, subtotal=ten, total_price=ten + tax)
