"""Stock: what is on hand, what is promised, and the ledger of both."""

from piccolo.columns import Integer
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.catalog import Product, ProductVariant
from app.adapters.db.tables.choices import ReservationState
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    one_of,
    refers_to,
    retired,
    serial_key,
    text,
)
from app.adapters.db.tables.orders import Order


class Inventory(
    Table,
    tablename="inventory",
    help_text="Stock of one variant. The database adds `available` = quantity - reserved, which is what sells.",
):
    id = serial_key()
    product_id = refers_to(Product, index=True)
    variant_id = refers_to(ProductVariant)
    quantity = Integer(default=0, help_text="Units on hand.")
    reserved = Integer(default=0, help_text="Units on hand that are promised to orders.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    inventory_one_per_variant = Unique(["variant_id"])
    inventory_reserved_within_quantity = Check("reserved >= 0 AND reserved <= quantity")


class StockReservation(Table, tablename="stock_reservation", help_text="What an order holds of one variant."):
    id = serial_key()
    order_id = refers_to(Order)
    variant_id = refers_to(ProductVariant)
    quantity = Integer(default=1, help_text="Units held.")
    state = choice(20, ReservationState, ReservationState.HELD, "held, consumed, released or lapsed.")
    expires_at = moment("When an unpaid hold may be given up; null never.")
    created_at = created()
    updated_at = changed()

    stock_reservation_one_per_line = Unique(["order_id", "variant_id"])
    stock_reservation_quantity_is_positive = Check("quantity > 0")
    stock_reservation_state_is_known = one_of("state", ReservationState)


class StockMovement(Table, tablename="stock_movement", help_text="Ledger of stock; written by trigger."):
    id = serial_key()
    product_id = refers_to(Product)
    variant_id = refers_to(ProductVariant)
    quantity_delta = Integer(default=0, help_text="Change of units on hand.")
    reserved_delta = Integer(default=0, help_text="Change of promised units.")
    quantity_after = Integer(default=0)
    reserved_after = Integer(default=0)
    reason = text(50, "initial, reserve, release, ship, adjust, remove, or what `app.stock_reason` said.")
    user_id = refers_to(User, null=True, help_text="Who caused it.")
    created_at = created()

    stock_movement_moves_something = Check("quantity_delta <> 0 OR reserved_delta <> 0 OR reason = 'initial'")
