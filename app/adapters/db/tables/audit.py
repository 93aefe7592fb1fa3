"""Who changed what, and what things cost when. Both are written by triggers, so that no path escapes them."""

from piccolo.columns import BigInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.catalog import Product, ProductVariant
from app.adapters.db.tables.choices import ChangeAction
from app.adapters.db.tables.columns import one_of, optional_money, optional_text, refers_to, serial_key, text


class ChangeLogs(Table, tablename="change_logs", help_text="Changes made to entities; written by trigger."):
    id = serial_key()
    entity_type = text(255, "What was changed, for example Order.")
    entity_id = BigInt(null=True, default=None, help_text="Id of the changed row.")
    field_name = optional_text(255, "The changed field; null for INSERT and DELETE.")
    old_value = Text(null=True, default=None, help_text="Value before; for DELETE the row as JSON. Secrets are masked.")
    new_value = Text(null=True, default=None, help_text="Value after; for INSERT the row as JSON. Secrets are masked.")
    action = Varchar(length=50, default="UPDATE", choices=ChangeAction, help_text="INSERT, UPDATE or DELETE.")
    timestamp = Timestamptz(default=TimestamptzNow(), help_text="When the change was made.")
    user_id = refers_to(User, null=True, index=True, help_text="Who made it; null is the shop itself or a guest.")
    description = Text(null=True, default=None, help_text="More about the change, if any.")

    change_logs_action_is_known = one_of("action", ChangeAction)


class PriceHistory(Table, tablename="price_history", help_text="What things cost from when on; written by trigger."):
    id = serial_key()
    product_id = refers_to(Product)
    variant_id = refers_to(ProductVariant, null=True, help_text="Null for the product's own price.")
    price = optional_money("The product's price; null in a variant's row.")
    compare_at_price = optional_money("The product's struck-through price.")
    price_adjustment = optional_money("The variant's adjustment; null in a product's row.")
    valid_from = Timestamptz(default=TimestamptzNow(), help_text="From when on.")

    price_history_of_product_or_variant = Check(
        "(variant_id IS NULL AND price IS NOT NULL AND price_adjustment IS NULL)"
        " OR (variant_id IS NOT NULL AND price IS NULL AND price_adjustment IS NOT NULL)"
    )
