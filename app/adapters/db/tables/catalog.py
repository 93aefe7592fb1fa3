"""What the shop shows: categories, products, their pictures and the variants one can buy."""

from decimal import Decimal

from piccolo.columns import JSONB, Array, Boolean, Integer, Numeric, Text
from piccolo.columns.readable import Readable
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.adapters.db.tables.accounts import User
from app.adapters.db.tables.choices import AttributeKind, ProductStatus, SlugKind, UploadState
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
    wide_picture = text(
        500,
        "Address of a wide picture, 1200 pixels across, ending in -1200.webp, with one of 800 beside it. "
        "A department with one may be put forward on the first page.",
        required=False,
    )
    created_by = refers_to(User, null=True, help_text="Who created the category.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    category_is_named = Check("name <> ''")
    category_slug_is_plain = Check(f"slug ~ {SLUG}")
    category_is_not_its_own_parent = Check("parent_id <> id")
    category_wide_picture_is_ours = Check(
        r"wide_picture = '' OR wide_picture ~ '^/(static|media)/[\w./-]+-1200\.webp$'"
    )

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class Brand(Table, tablename="brand", help_text="Who makes a product."):
    id = serial_key()
    name = text(100, "Name of the brand.")
    slug = text(120, "How addresses and filters name it.", unique=True)
    description = Text(default="", help_text="What shoppers read about it.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    brand_is_named = Check("name <> ''")
    brand_slug_is_plain = Check(f"slug ~ {SLUG}")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class Product(Table, tablename="product", help_text="Products; what one can buy of them are their variants."):
    id = serial_key()
    name = text(150, "Name of the product.")
    slug = text(170, "Part of its address: lower-case words joined by hyphens.", unique=True)
    sku = optional_text(64, "Article number of the product as a whole.", unique=True)
    summary = text(200, "One sentence under the name.", required=False)
    description = Text(default="", help_text="What the product page says.")
    category_id = refers_to(Category, help_text="The category it is listed in.")
    brand_id = refers_to(Brand, null=True, index=True, help_text="Who makes it.")
    price = money("Price of one unit before a variant's adjustment.")
    compare_at_price = optional_money(
        "Announces a price cut; what is struck through is the lowest of the 30 days before."
    )
    found_by = Text(default="", help_text="Names of its brand and categories, for search; written by trigger.")
    status = choice(20, ProductStatus, ProductStatus.DRAFT, "draft, active or archived.")
    published_at = moment("From when shoppers see it, once active.")
    released_at = moment("When it comes out; until then it is sold as a pre-order. Null: it is out.")
    is_digital = Boolean(default=False, help_text="Nothing is delivered: it comes by e-mail.")
    rating_average = Numeric(digits=(3, 2), default=Decimal("0.00"), help_text="Mean of approved reviews; 0 for none.")
    rating_count = Integer(default=0, help_text="Approved reviews.")
    sold_count = Integer(default=0, help_text="Units sold; brought up to date by the worker.")
    sold_before = Integer(default=0, help_text="Those of them that no order here knows of; kept from the first row.")
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
    variant_name = text(100, "Names of the options as shoppers see them in turn, like Colour / Size.", required=False)
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
    widths = Array(
        base_column=Integer(),
        default=list,
        help_text="Widths it is kept in, when its address ends in -<width>.webp; the address names the widest.",
    )
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    product_image_has_url = Check("image_url <> ''")
    product_image_size_is_not_negative = Check("width >= 0 AND height >= 0")


class PictureUpload(Table, tablename="picture_upload", help_text="Pictures as they came, until they are redrawn."):
    id = serial_key()
    product_id = refers_to(Product, index=True)
    variant_id = refers_to(ProductVariant, null=True, help_text="The variant it shows; null shows all.")
    file_key = text(255, "The file: choose one here.", unique=True)
    alt = text(255, "What the picture shows, for those who do not see it.")
    state = choice(10, UploadState, UploadState.WAITING, "waiting, ready or refused.")
    fault = text(200, "Why it was refused.", required=False)
    image_id = refers_to(ProductImage, null=True, help_text="The picture it became.")
    attempts = Integer(default=0, help_text="How often redrawing it was begun.")
    lease_until = moment("Until when a worker has it.")
    created_at = created()
    updated_at = changed()

    picture_upload_has_file = Check("file_key ~ '^incoming/[0-9a-f]{32}$'")
    picture_upload_is_described = Check("alt <> ''")
    picture_upload_state_is_known = one_of("state", UploadState)


class Attribute(Table, tablename="attribute", help_text="What products can be compared and filtered by."):
    id = serial_key()
    name = text(60, "What shoppers read, for example Material.")
    code = text(40, "How filter addresses name it, for example material.", unique=True)
    kind = choice(10, AttributeKind, AttributeKind.TEXT, "text, number or boolean.")
    unit = text(20, "Unit of a number, for example cm.", required=False)
    position = Integer(default=0, help_text="Order among the others.")
    is_filter = Boolean(default=True, help_text="Whether listings offer it as a filter.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    attribute_code_is_plain = Check(f"code ~ {SLUG}")
    attribute_kind_is_known = one_of("kind", AttributeKind)

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class ProductAttribute(Table, tablename="product_attribute", help_text="What a product has of an attribute."):
    id = serial_key()
    product_id = refers_to(Product)
    attribute_id = refers_to(Attribute, index=True)
    text_value = optional_text(100, "Set where the attribute's kind is text.")
    number_value = Numeric(digits=(12, 3), null=True, default=None, help_text="Set where the kind is number.")
    boolean_value = Boolean(null=True, default=None, help_text="Set where the kind is boolean.")
    created_at = created()
    updated_at = changed()

    product_attribute_once = Unique(["product_id", "attribute_id", "text_value"])
    product_attribute_has_one_value = Check("num_nonnulls(text_value, number_value, boolean_value) = 1")


class Colour(Table, tablename="colour", help_text="How the values of the option Colour look on a swatch."):
    id = serial_key()
    name = text(60, "The value as variants spell it.", unique=True)
    swatch = text(7, "Its colour, like #8a9a7b.")
    created_at = created()
    updated_at = changed()

    colour_swatch_is_hex = Check("swatch ~ '^#[0-9a-f]{6}$'")


class SlugRedirect(Table, tablename="slug_redirect", help_text="Old addresses and what they lead to now."):
    id = serial_key()
    kind = choice(10, SlugKind, SlugKind.PRODUCT, "product or category.")
    old_slug = text(170, "Part of the old address.")
    product_id = refers_to(Product, null=True, index=True)
    category_id = refers_to(Category, null=True, index=True)
    created_at = created()

    slug_redirect_once = Unique(["kind", "old_slug"])
    slug_redirect_kind_is_known = one_of("kind", SlugKind)
    slug_redirect_leads_somewhere = Check(
        "(kind = 'product' AND product_id IS NOT NULL) OR (kind = 'category' AND category_id IS NOT NULL)"
    )


class Synonym(Table, tablename="synonym", help_text="Words that search takes for one another."):
    id = serial_key()
    term = text(60, "The word as shoppers type it, in lower case.", unique=True)
    means = text(200, "What is searched besides, separated by commas.")
    created_at = created()
    updated_at = changed()

    synonym_has_words = Check("term <> '' AND means <> ''")


class CatalogueChange(
    Table,
    tablename="catalogue_change",
    help_text="That something shown to everybody has changed; written by trigger, summed up by the worker.",
):
    id = serial_key()
    changes = Integer(default=1, help_text="How many changes the row stands for.")

    catalogue_change_counts = Check("changes > 0")
