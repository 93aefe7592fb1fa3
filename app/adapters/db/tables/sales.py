"""Flash sales: a lower price for a short time and for so many units."""

from piccolo.columns import Boolean, Integer
from piccolo.columns.readable import Readable
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.adapters.db.tables.catalog import Product
from app.adapters.db.tables.columns import (
    changed,
    created,
    moment,
    money,
    refers_to,
    retired,
    serial_key,
    text,
)


class FlashSale(Table, tablename="flash_sale", help_text="Sales that run for a short time; times are the shop's own."):
    id = serial_key()
    name = text(100, "What shoppers read above it.")
    starts_at = moment("From when its prices hold.")
    ends_at = moment("Until when they hold.")
    is_active = Boolean(default=True, help_text="Switched off, it does not run whatever its times say.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    flash_sale_is_named = Check("name <> ''")
    flash_sale_has_times = Check("starts_at IS NOT NULL AND ends_at IS NOT NULL AND ends_at > starts_at")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class FlashSaleItem(Table, tablename="flash_sale_item", help_text="What a flash sale offers, and how much of it."):
    id = serial_key()
    flash_sale_id = refers_to(FlashSale)
    product_id = refers_to(Product, index=True)
    price = money("Price of one unit before a variant's adjustment, while the sale runs and units are left.")
    stock_cap = Integer(default=1, help_text="How many units go at this price.")
    sold = Integer(default=0, help_text="How many of them have been ordered; moved with orders.")
    sold_before = Integer(default=0, help_text="Those of them that no order here knows of; kept from the first row.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    flash_sale_item_once = Unique(["flash_sale_id", "product_id"])
    flash_sale_item_price_is_not_negative = Check("price >= 0")
    flash_sale_item_sold_within_cap = Check("stock_cap > 0 AND sold >= 0 AND sold <= stock_cap")
