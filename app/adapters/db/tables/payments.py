"""Payments and billing."""

from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.choices import PaymentKind, PaymentStatus
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
from app.adapters.db.tables.orders import Order


class Payment(Table, tablename="payment", help_text="Payments of orders."):
    id = serial_key()
    order_id = refers_to(Order, index=True)
    payment_date = moment("When the money arrived; null until then.")
    payment_method = choice(255, PaymentKind, PaymentKind.CASH_ON_DELIVERY, "How it is paid.")
    amount = money("What is paid.")
    currency = text(3, "ISO 4217 code.", default="USD")
    status = choice(50, PaymentStatus, PaymentStatus.PENDING, "pending, completed, failed or refunded.")
    transaction_id = optional_text(255, "Id given by the payment provider.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    payment_amount_is_not_negative = Check("amount >= 0")
    payment_status_is_known = one_of("status", PaymentStatus)
    payment_method_is_known = one_of("payment_method", PaymentKind)
    payment_currency_is_a_code = Check("currency ~ '^[A-Z]{3}$'")


class BillingInfo(Table, tablename="billing_info", help_text="Billing details of an order; a copy."):
    id = serial_key()
    user_id = refers_to(User, null=True, index=True, help_text="Null for a guest.")
    order_id = refers_to(Order, index=True)
    full_name = text(100, "Who is billed.")
    address = text(1000, "Billing address, several lines.")
    phone = text(20, "Phone number.", required=False)
    email = text(254, "E-mail address.")
    method = text(50, "How it is billed.", required=False)
    created_at = created()
    updated_at = changed()
    deleted_at = retired()
