"""The demo shop: the same products, stock and prices every time, and sign-ins with passwords nobody chose."""

import json
import re
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product as every
from typing import NamedTuple

import anyio.to_thread

from app.adapters.db.demo_catalogue import (
    CATALOGUE,
    DEPARTMENTS,
    PICTURE_WIDTHS,
    SHOWN_ON_PICTURES,
    DemoProduct,
    Stage,
)
from app.adapters.db.engine import engine_of
from app.adapters.db.tables.accounts import Role, User
from app.adapters.db.tables.catalog import Category, Product, ProductImage, ProductVariant
from app.adapters.db.tables.choices import ProductStatus
from app.adapters.db.tables.shipping import ShippingMethod, TaxRate
from app.adapters.db.tables.stock import Inventory
from app.ports.transactions import Transactions

# Two runs at once wait for each other. A whole catalogue is not worth a line per row in the change log.
BEGIN_LOAD = "SELECT pg_advisory_xact_lock(hashtext('demo shop')), set_config('app.bulk_load', 'on', true)"
HAS_PRODUCTS = "SELECT EXISTS (SELECT FROM product)"

PEOPLE = (
    (Role.ADMIN, "admin@exclusive.example", "Ada", "Marsh"),
    (Role.SELLER, "seller@exclusive.example", "Silas", "Kerr"),
    (Role.CUSTOMER, "customer@exclusive.example", "Cleo", "Lund"),
)

# Country, what the tax is called there, rate.
TAXES = (
    ("US", "Sales tax", "0.0825"),
    ("CA", "HST", "0.13"),
    ("GB", "VAT", "0.20"),
    ("DE", "VAT", "0.19"),
    ("FR", "VAT", "0.20"),
    ("AT", "VAT", "0.20"),
    ("NL", "VAT", "0.21"),
)


class SignIn(NamedTuple):
    role: str
    email: str
    password: str


class DemoShop:
    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def seed(self, progress: Callable[[str], None]) -> list[SignIn]:
        """Fill a shop that has no products. Returns the sign-ins it made: none where there was nothing to do."""
        db = engine_of(Product)
        if await db.fetchval(HAS_PRODUCTS):
            progress("The shop has products already; the demo changes nothing.")
            return []
        people = [await _person(*person) for person in PEOPLE]
        async with self._transactions.begin():
            await db.fetchrow(BEGIN_LOAD)
            if await db.fetchval(HAS_PRODUCTS):
                return []
            await User.insert(*(user for user, _ in people))
            progress(f"Demo: {len(people)} accounts")
            await ShippingMethod.insert(*_delivery_methods())
            await TaxRate.insert(*(TaxRate(country=c, name=name, rate=Decimal(rate)) for c, name, rate in TAXES))
            seller_id = next(user.id for user, _ in people if user.role_id == Role.SELLER)
            variants = await _fill_shelves(CATALOGUE, seller_id)
            await db.execute("REFRESH MATERIALIZED VIEW search_word")
            progress(f"Demo: {len(CATALOGUE)} products with {variants} variants in {len(DEPARTMENTS)} departments")
        return [sign_in for _, sign_in in people]


async def _person(role: Role, email: str, first_name: str, last_name: str) -> tuple[User, SignIn]:
    password = secrets.token_urlsafe(15)
    hashed = await anyio.to_thread.run_sync(User.hash_password, password)
    user = User(email=email, password=hashed, role_id=role.value, first_name=first_name, last_name=last_name)
    return user, SignIn(role.name, email, password)


def _delivery_methods() -> tuple[ShippingMethod, ...]:
    standard = ShippingMethod(
        code="standard",
        name="Standard delivery",
        description="By parcel post, with a tracking number.",
        price=Decimal("6.90"),
        free_from=Decimal("140.00"),
        min_days=3,
        max_days=5,
        position=1,
    )
    express = ShippingMethod(
        code="express",
        name="Express delivery",
        description="By courier, in the hands of whoever opens the door.",
        price=Decimal("14.90"),
        min_days=1,
        max_days=2,
        position=2,
    )
    return standard, express


async def _fill_shelves(catalogue: Sequence[DemoProduct], seller_id: int) -> int:
    """Write departments, products, variants, stock and pictures; returns the number of variants."""
    departments = [
        Category(name=name, slug=_slug(name), description=text, position=position)
        for position, (name, text) in enumerate(DEPARTMENTS, 1)
    ]
    await Category.insert(*departments)
    category_ids = {department.name: department.id for department in departments}
    now = datetime.now(UTC)
    products = [
        _product(sample, category_ids[sample.department], seller_id=seller_id if sample.by_seller else None, now=now)
        for sample in catalogue
    ]
    await Product.insert(*products)
    variants = [_variants(sample, product.id) for sample, product in zip(catalogue, products, strict=True)]
    await ProductVariant.insert(*(variant for of_product in variants for variant in of_product))
    await Inventory.insert(
        *(
            Inventory(product_id=variant.product_id, variant_id=variant.id, quantity=quantity)
            for sample, of_product in zip(catalogue, variants, strict=True)
            for variant, quantity in zip(of_product, sample.stock, strict=True)
        )
    )
    await ProductImage.insert(
        *(
            picture
            for sample, of_product in zip(catalogue, variants, strict=True)
            for picture in _pictures(sample, of_product)
        )
    )
    return sum(len(of_product) for of_product in variants)


def _product(sample: DemoProduct, category_id: int, *, seller_id: int | None, now: datetime) -> Product:
    status = {Stage.ARCHIVED: ProductStatus.ARCHIVED, Stage.DRAFT: ProductStatus.DRAFT}
    return Product(
        name=sample.name,
        slug=_slug(sample.name),
        sku=sample.sku,
        description=sample.text,
        category_id=category_id,
        price=Decimal(sample.price),
        compare_at_price=Decimal(sample.earlier_price) if sample.earlier_price else None,
        status=status.get(sample.stage, ProductStatus.ACTIVE).value,
        published_at=None if sample.stage is Stage.DRAFT else now - timedelta(days=sample.age),
        rating_average=Decimal(sample.rating),
        rating_count=sample.ratings,
        sold_count=sample.sold,
        seller_id=seller_id,
    )


def _variants(sample: DemoProduct, product_id: int) -> list[ProductVariant]:
    """Every colour with every size; a product with one variant leaves nothing to choose."""
    sizes = sample.sizes.values if sample.sizes else {"": "0.00"}
    combinations = list(every(sample.colours, sizes.items()))
    variants = []
    for position, (colour, (size, adjustment)) in enumerate(combinations, 1):
        # With one colour there is only the size to choose.
        options = {"Colour": colour} if len(sample.colours) > 1 else {}
        if sample.sizes:
            options[sample.sizes.name] = size
        parts = [sample.sku, colour, size] if size else [sample.sku, colour]
        variants.append(
            ProductVariant(
                product_id=product_id,
                sku="-".join(_code(part) for part in parts),
                variant_name=" / ".join(options),
                variant_value=" / ".join(options.values()),
                options=json.dumps(options),
                price_adjustment=Decimal(adjustment),
                position=position,
            )
        )
    return variants


def _pictures(sample: DemoProduct, variants: Sequence[ProductVariant]) -> list[ProductImage]:
    """One per colour, the first on the card. Of several colours each belongs to the first variant that has it."""
    per_colour = len(variants) // len(sample.colours)
    return [
        ProductImage(
            product_id=variants[0].product_id,
            variant_id=variants[position * per_colour].id if len(sample.colours) > 1 else None,
            image_url=f"/static/img/products/{sample.picture}-{colour.lower()}-{PICTURE_WIDTHS[-1]}.webp",
            alt=f"{SHOWN_ON_PICTURES[sample.picture]} in {colour.lower()}",
            is_primary=position == 0,
            position=position,
            width=PICTURE_WIDTHS[-1],
            height=PICTURE_WIDTHS[-1],
            widths=list(PICTURE_WIDTHS),
        )
        for position, colour in enumerate(sample.colours)
    ]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _code(part: str) -> str:
    """A part of an article number: "0.75 l" is 075L."""
    return re.sub(r"[^A-Z0-9-]", "", part.upper())
