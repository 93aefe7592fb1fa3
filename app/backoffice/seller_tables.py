"""The shop's tables as the seller desk knows them: fewer columns, and references among themselves only.

What is not here cannot be asked for, sorted by, joined to or written there. Whose rows are seen is for the database to
say (piccolo_migrations/sql/40_seller_desk.sql), which grants the role shop_seller these very columns.
"""

from typing import Any

from piccolo.columns import ForeignKey
from piccolo.table import Table, create_table_class

from app.adapters.db.tables import audit, catalog, orders, reviews, stock
from app.adapters.db.tables.columns import refers_to


def _narrow(table: type[Table], names: str, *others: type[Table]) -> type[Table]:
    """`table` with the columns `names`; those that refer to another table refer to one of `others`."""
    known = {other._meta.tablename: other for other in others}
    members: dict[str, Any] = {}
    for name in names.split():
        column = table._meta.get_column_by_name(name)
        if isinstance(column, ForeignKey):
            to = known[column._foreign_key_meta.resolved_references._meta.tablename]
            help_text = str(column._meta.help_text or "")
            column = refers_to(to, null=column._meta.null, help_text=help_text)
        members[name] = column
    if readable := table.__dict__.get("get_readable"):
        members["get_readable"] = readable
    # The same name, since the change log calls what it is about by it.
    return create_table_class(
        table.__name__,
        class_kwargs={"tablename": table._meta.tablename, "help_text": table._meta.help_text},
        class_members=members,
    )


Category = _narrow(catalog.Category, "id name slug")
Brand = _narrow(catalog.Brand, "id name slug")
Attribute = _narrow(catalog.Attribute, "id name code kind unit")
Product = _narrow(
    catalog.Product,
    "id name slug sku summary description category_id brand_id price compare_at_price status published_at released_at"
    " is_digital rating_average rating_count sold_count created_at updated_at deleted_at",
    Category,
    Brand,
)
ProductVariant = _narrow(
    catalog.ProductVariant,
    "id product_id sku variant_name variant_value options price_adjustment position is_active created_at updated_at"
    " deleted_at",
    Product,
)
ProductImage = _narrow(
    catalog.ProductImage,
    "id product_id variant_id image_url alt is_primary position width height created_at updated_at deleted_at",
    Product,
    ProductVariant,
)
PictureUpload = _narrow(
    catalog.PictureUpload,
    "id product_id variant_id file_key alt state fault image_id created_at updated_at",
    Product,
    ProductVariant,
    ProductImage,
)
ProductAttribute = _narrow(
    catalog.ProductAttribute,
    "id product_id attribute_id text_value number_value boolean_value created_at updated_at",
    Product,
    Attribute,
)
PriceHistory = _narrow(
    audit.PriceHistory,
    "id product_id variant_id price compare_at_price price_adjustment valid_from",
    Product,
    ProductVariant,
)
Inventory = _narrow(
    stock.Inventory, "id product_id variant_id quantity reserved created_at updated_at", Product, ProductVariant
)
StockMovement = _narrow(
    stock.StockMovement,
    "id product_id variant_id quantity_delta reserved_delta quantity_after reserved_after reason created_at",
    Product,
    ProductVariant,
)
Order = _narrow(orders.Order, "id number status currency prices_include_tax order_date delivery_date")
OrderItem = _narrow(
    orders.OrderItem,
    "id order_id product_id variant_id product_name variant_name sku quantity unit_price total_price discount tax_rate"
    " tax released_at is_digital created_at",
    Order,
    Product,
    ProductVariant,
)
Review = _narrow(reviews.Review, "id product_id rating comment status created_at", Product)
