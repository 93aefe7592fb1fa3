"""The demo's categories, products, variants, stock, pictures and prices as rows."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product as every

from app.adapters.db.demo.catalogue import CATALOGUE
from app.adapters.db.demo.departments import DEPARTMENTS
from app.adapters.db.demo.records import DemoCategory, DemoProduct, Stage, Value
from app.adapters.db.demo.vocabulary import (
    ATTRIBUTES,
    BRANDS,
    COLOURS,
    PICTURE_WIDTHS,
    SHOWN_ON_PICTURES,
    SYNONYMS,
)
from app.adapters.db.engine import engine_of
from app.adapters.db.tables.catalog import (
    Attribute,
    Brand,
    Category,
    Colour,
    Product,
    ProductAttribute,
    ProductImage,
    ProductVariant,
    SlugRedirect,
    Synonym,
)
from app.adapters.db.tables.choices import AttributeKind, ProductStatus, SlugKind
from app.adapters.db.tables.stock import Inventory

# The trigger notes prices as of now; the demo's are older.
DATE_PRICES = """
UPDATE price_history h SET valid_from = CASE WHEN h.variant_id IS NULL THEN d.since ELSE d.published END
FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS d (product_id, since, published)
WHERE h.product_id = d.product_id
"""
ADD_PAST_PRICES = """
INSERT INTO price_history (product_id, price, valid_from)
SELECT product_id, price, valid_from FROM unnest($1::bigint[], $2::numeric[], $3::timestamptz[])
    AS past (product_id, price, valid_from)
"""

CENT = Decimal("0.01")
PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Shelves:
    """What was written: product ids by article number, and how many variants and departments."""

    products: Mapping[str, int]
    variants: int
    departments: int


async def fill_shelves(people: Mapping[str, int], *, now: datetime) -> Shelves:
    """`people` are the ids of those who sign in, by their keys."""
    categories = await _add_categories(DEPARTMENTS, None)
    brands = [Brand(name=name, slug=slug_of(name), description=text) for name, text in BRANDS.items()]
    await Brand.insert(*brands)
    await Colour.insert(*(Colour(name=name, swatch=swatch) for name, swatch in COLOURS.items()))
    await Synonym.insert(*(Synonym(term=term, means=means) for term, means in SYNONYMS.items()))
    brand_ids = {brand.name: brand.id for brand in brands}
    products = [
        _product(
            sample,
            category_id=categories[sample.category],
            brand_id=brand_ids[sample.brand],
            seller_id=people[sample.seller] if sample.seller else None,
            now=now,
        )
        for sample in CATALOGUE
    ]
    await Product.insert(*products)
    pairs = list(zip(CATALOGUE, products, strict=True))
    variants = [_variants(sample, row.id) for sample, row in pairs]
    await ProductVariant.insert(*(variant for of_product in variants for variant in of_product))
    shelved = list(zip(CATALOGUE, variants, strict=True))
    await Inventory.insert(
        *(
            Inventory(product_id=variant.product_id, variant_id=variant.id, quantity=quantity)
            for sample, of_product in shelved
            for variant, quantity in zip(of_product, sample.stock, strict=True)
        )
    )
    await ProductImage.insert(*(image for sample, of_product in shelved for image in _pictures(sample, of_product)))
    await _add_details(pairs)
    await SlugRedirect.insert(*_old_addresses(pairs, categories))
    await _date_prices(pairs, now)
    return Shelves(
        products={sample.sku: row.id for sample, row in pairs},
        variants=sum(len(of_product) for of_product in variants),
        departments=len(DEPARTMENTS),
    )


async def _add_categories(branches: Sequence[DemoCategory], parent_id: int | None) -> dict[str, int]:
    """Write categories with all that lie below them; returns their ids by slug."""
    rows = [
        Category(
            name=branch.name,
            slug=branch.slug,
            description=branch.text,
            parent_id=parent_id,
            position=position,
            wide_picture=f"/static/img/wide/{branch.wide_picture}-1200.webp" if branch.wide_picture else "",
        )
        for position, branch in enumerate(branches, 1)
    ]
    await Category.insert(*rows)
    ids = {row.slug: row.id for row in rows}
    for branch, row in zip(branches, rows, strict=True):
        if branch.children:
            ids |= await _add_categories(branch.children, row.id)
    return ids


def _product(sample: DemoProduct, *, category_id: int, brand_id: int, seller_id: int | None, now: datetime) -> Product:
    status = {Stage.ARCHIVED: ProductStatus.ARCHIVED, Stage.DRAFT: ProductStatus.DRAFT}
    published_at = now - timedelta(days=sample.age)
    ratings = sum(sample.stars)
    total = sum(rating * count for rating, count in enumerate(sample.stars, 1))
    return Product(
        name=sample.name,
        slug=sample.slug or slug_of(sample.name),
        sku=sample.sku,
        summary=sample.summary,
        description=sample.text,
        category_id=category_id,
        brand_id=brand_id,
        price=Decimal(sample.price),
        compare_at_price=Decimal(sample.earlier_price) if sample.earlier_price else None,
        status=status.get(sample.stage, ProductStatus.ACTIVE).value,
        published_at=None if sample.stage is Stage.DRAFT else published_at,
        released_at=None if sample.released_in is None else now + timedelta(days=sample.released_in),
        is_digital=sample.is_digital,
        rating_average=(Decimal(total) / ratings).quantize(CENT) if ratings else Decimal("0.00"),
        rating_count=ratings,
        sold_count=sample.sold,
        seller_id=seller_id,
        created_at=min(now, published_at),
    )


def _variants(sample: DemoProduct, product_id: int) -> list[ProductVariant]:
    """Every colour with every size; a product with one variant leaves nothing to choose."""
    sizes = sample.sizes.values if sample.sizes else {"": "0.00"}
    variants = []
    for position, (colour, (size, adjustment)) in enumerate(every(sample.colours, sizes.items()), 1):
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
    """One per colour, the first on the card, and further views of the first colour.

    Of several colours each belongs to the first variant that has it.
    """
    if sample.picture is None:
        return []
    per_colour = len(variants) // len(sample.colours)
    first = sample.colours[0].lower()
    shown = [
        (f"{sample.picture}-{colour.lower()}", f"{SHOWN_ON_PICTURES[sample.picture]} in {colour.lower()}", place)
        for place, colour in enumerate(sample.colours)
    ]
    shown += [(f"{sample.picture}-{first}-{view}", f"{alt} in {first}", 0) for view, alt in sample.views.items()]
    return [
        ProductImage(
            product_id=variants[0].product_id,
            variant_id=variants[colour * per_colour].id if len(sample.colours) > 1 else None,
            image_url=f"/static/img/products/{file}-{PICTURE_WIDTHS[-1]}.webp",
            alt=alt,
            is_primary=position == 0,
            position=position,
            width=PICTURE_WIDTHS[-1],
            height=PICTURE_WIDTHS[-1],
            widths=list(PICTURE_WIDTHS),
        )
        for position, (file, alt, colour) in enumerate(shown)
    ]


async def _add_details(pairs: Sequence[tuple[DemoProduct, Product]]) -> None:
    attributes = [
        Attribute(
            name=attribute.name,
            code=attribute.code,
            kind=attribute.kind,
            unit=attribute.unit,
            is_filter=attribute.is_filter,
            position=position,
        )
        for position, attribute in enumerate(ATTRIBUTES, 1)
    ]
    await Attribute.insert(*attributes)
    known = {attribute.code: attribute for attribute in attributes}
    await ProductAttribute.insert(
        *(
            detail
            for sample, row in pairs
            for code, value in sample.details.items()
            for detail in _details(row.id, known[code], value)
        )
    )


def _details(product_id: int, attribute: Attribute, value: Value) -> Iterator[ProductAttribute]:
    for one in value if isinstance(value, tuple) else (value,):
        detail = ProductAttribute(product_id=product_id, attribute_id=attribute.id)
        if isinstance(one, bool):
            detail.boolean_value = one
        elif attribute.kind == AttributeKind.NUMBER:
            detail.number_value = Decimal(one)
        else:
            detail.text_value = one
        yield detail


def _old_addresses(
    pairs: Sequence[tuple[DemoProduct, Product]], categories: Mapping[str, int]
) -> Iterator[SlugRedirect]:
    for sample, row in pairs:
        if sample.old_slug:
            yield SlugRedirect(kind=SlugKind.PRODUCT.value, old_slug=sample.old_slug, product_id=row.id)
    for category in (*DEPARTMENTS, *(child for department in DEPARTMENTS for child in department.children)):
        if category.old_slug:
            yield SlugRedirect(
                kind=SlugKind.CATEGORY.value, old_slug=category.old_slug, category_id=categories[category.slug]
            )


async def _date_prices(pairs: Sequence[tuple[DemoProduct, Product]], now: datetime) -> None:
    """Let prices begin when the data says they did, so that the lowest one of 30 days can be told."""
    published = [min(now, now - timedelta(days=sample.age)) for sample, _ in pairs]
    since = [
        now - timedelta(days=sample.since) if sample.since else begun
        for (sample, _), begun in zip(pairs, published, strict=True)
    ]
    db = engine_of(Product)
    await db.execute(DATE_PRICES, [row.id for _, row in pairs], since, published)
    past = [
        (row.id, Decimal(price), now - timedelta(days=days))
        for sample, row in pairs
        for days, price in sample.past or (((sample.age, sample.earlier_price),) if sample.earlier_price else ())
    ]
    await db.execute(ADD_PAST_PRICES, *(list(column) for column in zip(*past, strict=True)))


def slug_of(name: str) -> str:
    """Lower-case words joined by hyphens: `Łódź T-shirt` is lodz-t-shirt."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(PLAIN_LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _code(part: str) -> str:
    """A part of an article number: "0.75 l" is 075L."""
    return re.sub(r"[^A-Z0-9-]", "", part.upper())
