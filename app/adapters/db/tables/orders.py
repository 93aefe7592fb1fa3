"""Orders with their lines and history. What a line says is a copy: later changes in the catalogue never reach it."""

from decimal import Decimal

from piccolo.columns import JSONB, BigInt, Boolean, Integer, Numeric, Text, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.readable import Readable
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.cart import Cart
from app.adapters.db.tables.catalog import Product, ProductVariant
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
    text,
)
from app.adapters.db.tables.sales import FlashSaleItem
from app.core.orders import OrderStatus


class Order(Table, tablename="orders", help_text="A customer's order."):
    id = serial_key()
    number = text(16, "The number a person reads; not the key.", unique=True)
    cart_id = refers_to(Cart, help_text="The cart it was placed from; a cart makes one order.")
    status = choice(50, OrderStatus, OrderStatus.PENDING, "How far it has come.")
    currency = text(3, "ISO 4217 code of every amount of this order.", default="USD")
    subtotal = money("Sum of the lines.")
    discount = money("Taken off the subtotal.")
    shipping = money("Delivery cost.")
    tax = money("Tax; contained in the total where prices include it, else added.")
    total_price = money("What the customer pays.")
    prices_include_tax = Boolean(default=False, help_text="Whether line prices already contain the tax.")
    email = text(254, "Where mail about the order goes.")
    full_name = text(100, "Name of the customer.")
    phone = text(20, "Phone number of the customer.", required=False)
    locale = text(35, "Language of the customer.", default="en_US")
    note = Text(default="", help_text="What the customer asks for.")
    order_date = Timestamptz(default=TimestamptzNow(), help_text="When the order was placed.")
    delivery_date = moment("When everything was delivered; null until then.")
    link_version = Integer(default=1, help_text="Raising it makes all earlier secret links to the order invalid.")
    created_by = refers_to(User, null=True, index=True, help_text="The signed-in customer; null for a guest.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    orders_one_per_cart = Unique(["cart_id"])
    orders_has_number = Check("number <> ''")
    orders_status_is_known = one_of("status", OrderStatus)
    orders_currency_is_a_code = Check("currency ~ '^[A-Z]{3}$'")
    orders_amounts_are_not_negative = Check(
        "subtotal >= 0 AND discount >= 0 AND shipping >= 0 AND tax >= 0 AND total_price >= 0"
    )
    orders_discount_within_subtotal = Check("discount <= subtotal")
    orders_total_adds_up = Check(
        "total_price = subtotal - discount + shipping + CASE WHEN prices_include_tax THEN 0 ELSE tax END"
    )
    orders_has_email = Check("email <> ''")
    orders_link_version_is_positive = Check("link_version > 0")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.number])


class OrderItem(Table, tablename="order_item", help_text="Lines of an order, as they were when it was placed."):
    id = serial_key()
    order_id = refers_to(Order, index=True)
    product_id = refers_to(Product, index=True)
    variant_id = refers_to(ProductVariant, index=True)
    position = Integer(default=0, help_text="Order of the lines.")
    product_name = text(150, "Name of the product then.")
    variant_name = text(255, "Label of the variant then, for example Red / L.", required=False)
    sku = text(64, "Article number then.")
    image_url = optional_text(255, "Picture then.")
    quantity = Integer(default=1, help_text="Units ordered.")
    unit_price = money("Price of a unit then.")
    total_price = money("quantity * unit_price.")
    discount = money("Share of the order's discount that falls on this line.")
    tax_rate = Numeric(digits=(6, 4), default=Decimal("0.0000"), help_text="As a fraction: 0.19 is 19 per cent.")
    tax = money("Tax of this line.")
    flash_sale_item_id = refers_to(FlashSaleItem, null=True, index=True, help_text="What it was sold at the price of.")
    released_at = moment("When it was to come out, where it was ordered before; null otherwise.")
    is_digital = Boolean(default=False, help_text="Whether nothing of it is delivered.")
    counted = Integer(default=0, help_text="Units of it that product.sold_count has.")
    to_count = Boolean(default=True, help_text="Whether that counter has to be brought up to date for this line.")
    seller_id = refers_to(User, null=True, index=True, help_text="Who sold it; null is the house.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    order_item_quantity_is_positive = Check("quantity > 0")
    order_item_amounts_are_not_negative = Check("unit_price >= 0 AND discount >= 0")
    order_item_total_multiplies = Check("total_price = unit_price * quantity")
    order_item_discount_within_total = Check("discount <= total_price")
    order_item_counted_within_quantity = Check("counted BETWEEN 0 AND quantity")
    order_item_tax_is_not_negative = Check("tax_rate >= 0 AND tax >= 0")


class OrderEvent(Table, tablename="order_event", help_text="What happened to an order, oldest first."):
    id = serial_key()
    order_id = refers_to(Order, index=True)
    kind = text(50, "What happened, for example placed.")
    data = JSONB(default="{}", help_text="Details.")
    user_id = refers_to(User, null=True, help_text="Who did it; null is the customer or the shop itself.")
    created_at = created()

    order_event_has_kind = Check("kind <> ''")


class IdempotencyKey(
    Table,
    tablename="idempotency_key",
    help_text="A submitted form's key and the order it made, written in that order's transaction.",
):
    id = serial_key()
    scope = text(64, "Whose key it is.")
    route = text(64, "Which form it was submitted with.")
    key = text(255, "The key.")
    body_hash = text(64, "SHA-256 of the submitted form, in hexadecimal.")
    order_id = BigInt(
        default=None,
        required=True,
        help_text="References orders.id, checked at commit: the key is claimed before the order is written.",
    )
    created_at = created()

    idempotency_key_once = Unique(["scope", "route", "key"])
    idempotency_key_is_given = Check("key <> ''")
