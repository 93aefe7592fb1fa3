"""Coupons and where they were used."""

from decimal import Decimal

from piccolo.columns import Numeric, Text
from piccolo.columns.readable import Readable
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.choices import AppliedCouponStatus, DiscountType
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    money,
    one_of,
    refers_to,
    retired,
    serial_key,
    text,
)
from app.adapters.db.tables.orders import Order


class Coupon(Table, tablename="coupon", help_text="Discount codes."):
    id = serial_key()
    code = text(50, "What the shopper types; upper and lower case are one.")
    description = Text(default="", help_text="What the discount is for.")
    discount_type = choice(50, DiscountType, DiscountType.PERCENTAGE, "percentage or fixed.")
    discount_value = Numeric(digits=(12, 2), default=Decimal("0.00"), help_text="Per cent, or an amount of money.")
    start_date = moment("From when it is valid; null always was.")
    end_date = moment("Until when it is valid; null never ends.")
    created_by = refers_to(User, null=True, help_text="Who created the coupon.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    coupon_has_code = Check("code <> ''")
    coupon_discount_type_is_known = one_of("discount_type", DiscountType)
    coupon_value_is_sensible = Check("discount_value > 0 AND (discount_type <> 'percentage' OR discount_value <= 100)")
    coupon_dates_in_order = Check("end_date > start_date")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.code])


class AppliedCoupon(Table, tablename="applied_coupon", help_text="Coupons applied to orders."):
    id = serial_key()
    order_id = refers_to(Order)
    coupon_id = refers_to(Coupon, index=True)
    discount_applied = money("What the coupon took off the order.")
    status = choice(50, AppliedCouponStatus, AppliedCouponStatus.APPLIED, "applied or refunded.")
    created_at = created()
    deleted_at = retired()

    applied_coupon_once_per_order = Unique(["order_id", "coupon_id"])
    applied_coupon_status_is_known = one_of("status", AppliedCouponStatus)
    applied_coupon_discount_is_not_negative = Check("discount_applied >= 0")
