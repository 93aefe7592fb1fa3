"""What the shop shows: categories, products, their pictures and the variants one can buy."""

from decimal import Decimal

from piccolo.columns import JSONB, Boolean, Integer, Numeric, Text
from piccolo.columns.readable import Readable
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.choices import ProductStatus
from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    money,
    one_of,
    optional_money,
    optional_text,
    refers_to,
    retired,
    serial_key,
    text,
)

SLUG = "'^[a-z0-9]+(-[a-z0-9]+)*$'"


class Category(Table, tablename="category", help_text="Groups products."):
    id = serial_key()
    name = text(100, "Name of the category.")
    slug = text(120, "Part of its address: lower-case words joined by hyphens.", unique=True)
    description = Text(default="", help_text="Introduction shown above the listing.")
    parent_id = refers_to("self", null=True, index=True, help_text="The category this one is part of.")
    position = Integer(default=0, help_text="Order among its neighbours.")
    created_by = refers_to(User, null=True, help_text="Who created the category.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    category_is_named = Check("name <> ''")
    category_slug_is_plain = Check(f"slug ~ {SLUG}")
    category_is_not_its_own_parent = Check("parent_id <> id")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class Product(Table, tablename="product", help_text="Products; what one can buy of them are their variants."):
    id = serial_key()
    name = text(150, "Name of the product.")
    slug = text(170, "Part of its address: lower-case words joined by hyphens.", unique=True)
    sku = optional_text(64, "Article number of the product as a whole.", unique=True)
    description = Text(default="", help_text="What the product page says.")
    category_id = refers_to(Category, help_text="The category it is listed in.")
    price = money("Price of one unit before a variant's adjustment.")
    compare_at_price = optional_money("Earlier price shown struck through; above `price`.")
    status = choice(20, ProductStatus, ProductStatus.DRAFT, "draft, active or archived.")
    published_at = moment("From when shoppers see it, once active.")
    rating_average = Numeric(digits=(3, 2), default=Decimal("0.00"), help_text="Mean of approved reviews; 0 for none.")
    rating_count = Integer(default=0, help_text="Approved reviews.")
    sold_count = Integer(default=0, help_text="Units sold.")
    seller_id = refers_to(User, null=True, index=True, help_text="Who sells it; null is the house.")
    created_by = refers_to(User, null=True, help_text="Who created the product.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    product_is_named = Check("name <> ''")
    product_slug_is_plain = Check(f"slug ~ {SLUG}")
    product_status_is_known = one_of("status", ProductStatus)
    product_price_is_not_negative = Check("price >= 0")
    product_compare_at_price_is_higher = Check("compare_at_price > price")
    product_rating_average_in_range = Check("rating_average BETWEEN 0 AND 5")
    product_counters_are_not_negative = Check("rating_count >= 0 AND sold_count >= 0")
    product_active_is_published = Check("status <> 'active' OR published_at IS NOT NULL")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class ProductVariant(Table, tablename="product_variant", help_text="One thing one can buy; every product has one."):
    id = serial_key()
    product_id = refers_to(Product, index=True)
    sku = text(64, "Article number.", unique=True)
    variant_name = text(100, "Names of the options, for example Colour / Size.", required=False)
    variant_value = text(100, "Their values, for example Red / L.", required=False)
    options = JSONB(default="{}", help_text="The same for choosing: option name to value.")
    price_adjustment = money("Added to the product's price; may be negative.")
    position = Integer(default=0, help_text="Order within the product.")
    is_active = Boolean(default=True, help_text="Whether it is offered.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    product_variant_has_sku = Check("sku <> ''")
    product_variant_options_is_object = Check("jsonb_typeof(options) = 'object'")
    product_variant_of_product = Unique(["id", "product_id"])

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s %s", columns=[cls.sku, cls.variant_value])


class ProductImage(Table, tablename="product_image", help_text="Pictures of products."):
    id = serial_key()
    product_id = refers_to(Product, index=True)
    variant_id = refers_to(ProductVariant, null=True, index=True, help_text="The variant it shows; null shows all.")
    image_url = text(255, "Address or path of the picture.")
    alt = text(255, "What the picture shows, for those who do not see it.", required=False)
    is_primary = Boolean(default=False, help_text="The picture on cards; one per product.")
    position = Integer(default=0, help_text="Order in the gallery.")
    width = Integer(default=0, help_text="Pixels.")
    height = Integer(default=0, help_text="Pixels.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    product_image_has_url = Check("image_url <> ''")
    product_image_size_is_not_negative = Check("width >= 0 AND height >= 0")
