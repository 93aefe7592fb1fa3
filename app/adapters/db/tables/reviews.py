"""Reviews of products and of deliveries."""

from piccolo.columns import Integer, Text, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.catalog import Product
from app.adapters.db.tables.choices import DeliveryStatus, ReviewStatus
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


class Review(Table, tablename="review", help_text="Reviews of products."):
    id = serial_key()
    product_id = refers_to(Product)
    user_id = refers_to(User)
    rating = Integer(default=5, help_text="1 to 5 stars.")
    comment = Text(default="", help_text="What the customer wrote.")
    language = text(35, "Language of the comment, like en or pt-BR; empty where nobody knows.", required=False)
    status = choice(50, ReviewStatus, ReviewStatus.PENDING, "pending, approved or rejected.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    review_language_is_a_tag = Check("language ~ '^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$'")
    review_rating_in_range = Check("rating BETWEEN 1 AND 5")
    review_status_is_known = one_of("status", ReviewStatus)


class ShippingReview(Table, tablename="shipping_review", help_text="Reviews of deliveries."):
    id = serial_key()
    order_id = refers_to(Order)
    user_id = refers_to(User, index=True)
    rating = Integer(default=5, help_text="1 to 5 stars.")
    comment = Text(default="", help_text="What the customer wrote.")
    delivery_time = moment("When the parcel was delivered.")
    status = Varchar(length=50, null=True, default=None, choices=DeliveryStatus, help_text="on_time or delayed.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    shipping_review_rating_in_range = Check("rating BETWEEN 1 AND 5")
    shipping_review_status_is_known = one_of("status", DeliveryStatus)
