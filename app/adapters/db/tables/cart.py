"""Carts. A guest's cart is found by the hash of the token in the visitor's cookie."""

from piccolo.columns import JSONB, Integer, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzOffset
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.catalog import Product, ProductVariant
from app.adapters.db.tables.choices import CartStatus
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    money,
    one_of,
    optional_text,
    refers_to,
    retired,
    serial_key,
)


class Cart(Table, tablename="cart", help_text="A visitor's shopping cart."):
    id = serial_key()
    user_id = refers_to(User, null=True, help_text="Whose cart it is; null for a guest.")
    token_hash = optional_text(64, "SHA-256 of the guest's cart token, in hexadecimal.")
    status = choice(50, CartStatus, CartStatus.ACTIVE, "active, completed or abandoned.")
    expires_at = Timestamptz(default=TimestamptzOffset(days=30), help_text="When an idle cart is forgotten.")
    draft = JSONB(default=None, null=True, help_text="What was typed into the checkout so far; kept for a day.")
    drafted_at = moment("When that was; null without a draft.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    cart_status_is_known = one_of("status", CartStatus)
    cart_belongs_to_somebody = Check("user_id IS NOT NULL OR token_hash IS NOT NULL")
    cart_token_is_a_hash = Check("token_hash ~ '^[0-9a-f]{64}$'")


class CartItem(Table, tablename="cart_item", help_text="Lines of a cart; a removed one keeps its row with deleted_at."):
    id = serial_key()
    cart_id = refers_to(Cart)
    product_id = refers_to(Product)
    variant_id = refers_to(ProductVariant, index=True)
    quantity = Integer(default=1, help_text="Units wanted.")
    unit_price = money("Price of a unit that the shopper was last shown.")
    discount_applied = money("Discount on this line, if any.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    cart_item_one_line_per_variant = Unique(["cart_id", "variant_id"])
    cart_item_quantity_in_range = Check("quantity BETWEEN 1 AND 99")
    cart_item_price_is_not_negative = Check("unit_price >= 0")
    cart_item_discount_is_not_negative = Check("discount_applied >= 0")
