"""The tables hold all of the design, and docs/schema.md tells them as they are."""

import pytest

from app.adapters.db.schema_doc import PAGE, page
from app.adapters.db.tables import TABLES

DESIGN = {
    "User": (
        "id first_name last_name role_id address phone_number email username password status last_login "
        "two_factor_enabled two_factor_secret created_by created_at updated_at deleted_at"
    ),
    "UserProfile": (
        "id user_id profile_picture preferences date_of_birth social_media_links created_at updated_at deleted_at"
    ),
    "UserRole": "id role_name description created_at updated_at deleted_at",
    "UserPermission": (
        "id role_id permission permission_type effective_date description created_at updated_at deleted_at"
    ),
    "RefreshToken": "id user_id token expires_at used created_at updated_at deleted_at",
    "OAuthProvider": "id provider_name client_id client_secret created_at updated_at",
    "OAuthAccessToken": "id user_id provider_id access_token token_type expires_in created_at updated_at deleted_at",
    "OAuthRefreshToken": "id user_id provider_id refresh_token created_at updated_at deleted_at",
    "Email": "id user_id temporal_id recipient_email subject body status sent_at failed_reason",
    "OTP": "id user_id temporal_id otp expires_at used created_at updated_at deleted_at",
    "Category": "id name created_by created_at updated_at deleted_at",
    "Product": "id name category_id created_by created_at updated_at deleted_at",
    "ProductImage": "id product_id image_url is_primary created_at updated_at deleted_at",
    "ProductVariant": "id product_id variant_name variant_value price_adjustment created_at updated_at deleted_at",
    "Order": "id total_price status order_date delivery_date created_by created_at updated_at deleted_at",
    "OrderItem": "id order_id product_id quantity unit_price total_price created_at updated_at deleted_at",
    "Inventory": "id product_id quantity created_at updated_at deleted_at",
    "Cart": "id user_id status created_at updated_at deleted_at",
    "CartItem": (
        "id cart_id product_id variant_id quantity unit_price discount_applied created_at updated_at deleted_at"
    ),
    "Payment": "id order_id payment_date payment_method amount status transaction_id created_at updated_at deleted_at",
    "BillingInfo": "id user_id order_id address phone email method created_at updated_at deleted_at",
    "ShippingInfo": (
        "id order_id address method shipping_cost tracking_number shipped_at delivered_at estimated_delivery_date "
        "created_at updated_at deleted_at"
    ),
    "Coupon": (
        "id code description discount_type discount_value start_date end_date created_by created_at updated_at "
        "deleted_at"
    ),
    "AppliedCoupon": "id order_id coupon_id discount_applied status created_at deleted_at",
    "Review": "id product_id user_id rating comment status created_at updated_at deleted_at",
    "ShippingReview": "id order_id user_id rating comment delivery_time status created_at updated_at deleted_at",
    "ChangeLogs": "id entity_type entity_id field_name old_value new_value action timestamp user_id description",
}
BY_NAME = {table.__name__: table for table in TABLES}


@pytest.mark.parametrize("entity", DESIGN)
def test_every_column_of_the_design_is_there_under_its_own_name(entity):
    columns = {column._meta.db_column_name for column in BY_NAME[entity]._meta.columns}
    assert set(DESIGN[entity].split()) <= columns


def test_all_27_entities():
    assert len(DESIGN) == 27


def test_every_table_and_column_says_what_it_is_for():
    for table in TABLES:
        assert table._meta.help_text, table


def test_the_page_is_fresh():
    """If this fails: python -m app.adapters.db.schema_doc"""
    assert page(PAGE.read_text()) == PAGE.read_text()
