"""Delivery: what is offered, what an order was promised, and tax by country."""

from decimal import Decimal

from piccolo.columns import Array, Boolean, Integer, Numeric, Text, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.columns import (
    changed,
    created,
    moment,
    money,
    optional_money,
    optional_text,
    refers_to,
    retired,
    serial_key,
    text,
)
from app.adapters.db.tables.orders import Order


class ShippingInfo(Table, tablename="shipping_info", help_text="One parcel of an order: where to, how, and its state."):
    id = serial_key()
    order_id = refers_to(Order, index=True)
    seller_id = refers_to(User, null=True, index=True, help_text="Whose parcel it is; null is the house.")
    full_name = text(100, "Who receives it.")
    phone = text(20, "Phone number for the courier.", required=False)
    line1 = text(255, "First address line.")
    line2 = text(255, "Second address line.", required=False)
    city = text(100, "City.")
    region = text(100, "State, province or region.", required=False)
    postal_code = text(20, "Postal code.", required=False)
    country = text(2, "ISO 3166 code.")
    address = text(1000, "The whole address as printed on the parcel, several lines.")
    method = text(50, "Code of the delivery method.")
    method_name = text(100, "Name of the delivery method then.")
    shipping_cost = money("Cost of shipping this parcel.")
    tracking_number = optional_text(255, "Given by the carrier.")
    shipped_at = moment("When it left; null until then.")
    delivered_at = moment("When it arrived; null until then.")
    earliest_delivery_date = moment("Earliest day of arrival promised.")
    estimated_delivery_date = moment("Latest day of arrival promised.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    shipping_info_cost_is_not_negative = Check("shipping_cost >= 0")
    shipping_info_country_is_a_code = Check("country ~ '^[A-Z]{2}$'")
    shipping_info_delivered_after_shipped = Check("delivered_at >= shipped_at")
    shipping_info_promise_in_order = Check("estimated_delivery_date >= earliest_delivery_date")


class ShippingMethod(Table, tablename="shipping_method", help_text="Delivery methods on offer."):
    id = serial_key()
    code = text(50, "Short name that orders keep.", unique=True)
    name = text(100, "Name shown to shoppers.")
    description = text(255, "What to expect.", required=False)
    price = money("Cost of one parcel.")
    free_from = optional_money("Free for orders from this subtotal on; null never.")
    min_days = Integer(default=1, help_text="Fastest delivery, in working days.")
    max_days = Integer(default=5, help_text="Slowest delivery, in working days.")
    countries = Array(base_column=Text(), null=True, default=None, help_text="ISO codes it serves; null serves all.")
    position = Integer(default=0, help_text="Order in which methods are offered.")
    is_active = Boolean(default=True, help_text="Whether it is offered.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    shipping_method_has_code = Check("code <> ''")
    shipping_method_price_is_not_negative = Check("price >= 0 AND (free_from IS NULL OR free_from >= 0)")
    shipping_method_days_in_order = Check("min_days >= 0 AND max_days >= min_days")


class TaxRate(Table, tablename="tax_rate", help_text="Tax on deliveries to a country."):
    id = serial_key()
    country = Varchar(length=2, unique=True, default="", required=True, help_text="ISO 3166 code.")
    name = text(50, "What the tax is called there.")
    rate = Numeric(digits=(6, 4), default=Decimal("0.0000"), help_text="As a fraction: 0.19 is 19 per cent.")
    created_at = created()
    updated_at = changed()

    tax_rate_country_is_a_code = Check("country ~ '^[A-Z]{2}$'")
    tax_rate_is_a_fraction = Check("rate >= 0 AND rate < 1")
