"""The shop window's reads: raw queries into read structs, since entities would cost several times as much."""

import re
import time
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.catalog import Product
from app.core.listing import PAGE_SIZE, Wish
from app.ports.catalog import (
    Card,
    CategoryLink,
    CategoryView,
    Department,
    FlashSaleView,
    Found,
    HomeView,
    Image,
    Listing,
    ProductView,
    Suggestions,
    VariantView,
)

WORD = re.compile(r"[^\W_]+")
ON_SHOW = "p.status = 'active' AND p.deleted_at IS NULL AND p.published_at <= now()"

# One row per product: its pictures, price span and stock come from laterals, so that only the page's rows are joined.
CARDS = """
SELECT p.slug, p.name, p.price, p.compare_at_price, p.rating_average, p.rating_count,
       p.published_at > now() - interval '30 days' AS is_new,
       i.image_url, i.alt, i.width, i.height,
       v.lowest, v.highest, v.available, v.variant_count, v.variant_id
FROM page p
LEFT JOIN LATERAL (
    SELECT image_url, alt, width, height FROM product_image
    WHERE product_id = p.id AND deleted_at IS NULL ORDER BY is_primary DESC, position, id LIMIT 1
) i ON true
CROSS JOIN LATERAL (
    SELECT p.price + coalesce(min(pv.price_adjustment), 0) AS lowest,
           p.price + coalesce(max(pv.price_adjustment), 0) AS highest,
           coalesce(sum(greatest(s.quantity - s.reserved, 0)), 0)::int AS available,
           count(*)::int AS variant_count, min(pv.id) AS variant_id
    FROM product_variant pv JOIN inventory s ON s.variant_id = pv.id
    WHERE pv.product_id = p.id AND pv.is_active AND pv.deleted_at IS NULL
) v
ORDER BY p.place
"""

NAVIGATION = f"""
SELECT c.name, c.slug, count(p.id)::int AS product_count
FROM category c JOIN product p ON p.category_id = c.id AND {ON_SHOW}
WHERE c.deleted_at IS NULL AND c.parent_id IS NULL
GROUP BY c.id ORDER BY c.position, c.name
"""  # noqa: S608

DEPARTMENTS = f"""
SELECT c.name, c.slug, n.product_count, i.image_url, i.alt, i.width, i.height
FROM category c
CROSS JOIN LATERAL (
    SELECT count(*)::int AS product_count FROM product p WHERE p.category_id = c.id AND {ON_SHOW}
) n
LEFT JOIN LATERAL (
    SELECT pi.image_url, pi.alt, pi.width, pi.height
    FROM product p JOIN product_image pi ON pi.product_id = p.id AND pi.deleted_at IS NULL
    WHERE p.category_id = c.id AND {ON_SHOW} ORDER BY p.sold_count DESC, pi.is_primary DESC, p.id, pi.position LIMIT 1
) i ON true
WHERE c.deleted_at IS NULL AND c.parent_id IS NULL AND n.product_count > 0
ORDER BY c.position, c.name
"""  # noqa: S608

CATEGORY = f"""
SELECT c.id, c.name, c.slug, coalesce(c.description, '') AS description,
       (SELECT count(*) FROM product p WHERE p.category_id = c.id AND {ON_SHOW})::int AS total
FROM category c WHERE c.slug = $1 AND c.deleted_at IS NULL
"""  # noqa: S608

PRODUCT = f"""
SELECT p.id, p.slug, p.name, p.description, p.price, p.compare_at_price, p.rating_average, p.rating_count,
       p.category_id, c.name AS category_name, c.slug AS category_slug,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('url', image_url, 'alt', alt, 'width', width, 'height', height)
                            ORDER BY is_primary DESC, position, id)
           FROM product_image WHERE product_id = p.id AND deleted_at IS NULL), '[]') AS images,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'id', pv.id, 'sku', pv.sku, 'label', pv.variant_value, 'options', pv.options,
                      'price', (p.price + pv.price_adjustment)::text,
                      'available', greatest(s.quantity - s.reserved, 0))
                            ORDER BY pv.position, pv.id)
           FROM product_variant pv JOIN inventory s ON s.variant_id = pv.id
           WHERE pv.product_id = p.id AND pv.is_active AND pv.deleted_at IS NULL), '[]') AS variants
FROM product p JOIN category c ON c.id = p.category_id
WHERE p.slug = $1 AND {ON_SHOW}
"""  # noqa: S608

# Every word must be found, as a whole or as a beginning; a SKU is found as typed.
MATCHES = f"""
FROM product p, to_tsquery('english', unaccent($1)) AS terms
WHERE {ON_SHOW} AND (p.search_vector @@ terms OR EXISTS (
    SELECT FROM product_variant pv WHERE pv.product_id = p.id AND pv.deleted_at IS NULL AND lower(pv.sku) = lower($2)))
"""


class PiccoloCatalog:
    """Reads afresh each time, but for the departments: every page shows them, so they are kept for a few seconds."""

    def __init__(self, *, navigation_seconds: float) -> None:
        self._navigation_seconds = navigation_seconds
        self._navigation: tuple[CategoryLink, ...] = ()
        self._navigation_due = 0.0

    async def home(self, *, page: int = 1) -> HomeView:
        departments = await _db().fetch(DEPARTMENTS)
        return HomeView(
            departments=tuple(Department(r["name"], r["slug"], r["product_count"], _image(r)) for r in departments),
            on_sale=await _cards("p.compare_at_price IS NOT NULL", "p.sold_count DESC, p.id", limit=4),
            best_sellers=await _cards("true", "p.sold_count DESC, p.id", limit=8),
            new_arrivals=await _cards("true", "p.published_at DESC, p.id", limit=8),
        )

    async def navigation(self) -> tuple[CategoryLink, ...]:
        if time.monotonic() >= self._navigation_due:
            rows = await _db().fetch(NAVIGATION)
            self._navigation = tuple(CategoryLink(r["name"], r["slug"], r["product_count"]) for r in rows)
            self._navigation_due = time.monotonic() + self._navigation_seconds
        return self._navigation

    async def find_category(self, slug: str, wish: Wish) -> CategoryView | None:
        page = wish.page
        row = await _db().fetchrow(CATEGORY, slug)
        if row is None:
            return None
        cards = await _cards(
            "p.category_id = $1", "p.sold_count DESC, p.id", row["id"], limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
        )
        return CategoryView(row["name"], row["slug"], row["description"], Listing(cards, row["total"], page))

    async def find_product(self, slug: str) -> ProductView | None:
        row = await _db().fetchrow(PRODUCT, slug)
        if row is None:
            return None
        return ProductView(
            id=row["id"],
            slug=row["slug"],
            name=row["name"],
            description=row["description"],
            category=CategoryLink(row["category_name"], row["category_slug"]),
            images=tuple(msgspec.json.decode(row["images"], type=list[Image])),
            variants=tuple(msgspec.json.decode(row["variants"], type=list[VariantView])),
            price=row["price"],
            compare_at_price=row["compare_at_price"],
            rating_average=row["rating_average"],
            rating_count=row["rating_count"],
            related=await _cards(
                "p.category_id = $1 AND p.id <> $2", "p.sold_count DESC, p.id", row["category_id"], row["id"], limit=4
            ),
        )

    async def was_published(self, slug: str) -> bool:
        return bool(
            await _db().fetchval(
                "SELECT EXISTS (SELECT FROM product WHERE slug = $1 AND published_at <= now()"
                " AND (status = 'archived' OR deleted_at IS NOT NULL OR sold_count > 0))",
                slug,
            )
        )

    async def search(self, wish: Wish) -> Found:
        words, page = wish.words, wish.page
        terms = " & ".join(f"{word}:*" for word in WORD.findall(words))
        if not terms:
            return Found(words, Listing((), 0, 1))
        total = await _db().fetchval(f"SELECT count(*)::int {MATCHES}", terms, words)
        rows = await _db().fetch(
            f"WITH page AS (SELECT p.*, row_number() OVER (ORDER BY ts_rank_cd(p.search_vector, terms) DESC,"
            f" p.sold_count DESC, p.id) AS place {MATCHES} ORDER BY place LIMIT $3 OFFSET $4) {CARDS}",
            terms,
            words,
            PAGE_SIZE,
            (page - 1) * PAGE_SIZE,
        )
        return Found(words, Listing(_read_cards(rows), total, page))

    async def flash_sale(self) -> FlashSaleView | None:
        return None

    async def moved_to(self, kind: str, old_slug: str) -> str | None:
        return None

    async def suggest(self, words: str) -> Suggestions:
        return Suggestions()

    async def cards(self, slugs: tuple[str, ...]) -> tuple[Card, ...]:
        return await _cards("p.slug = ANY ($1)", "array_position($1, p.slug)", list(slugs), limit=len(slugs))

    async def version(self) -> str:
        return ""


def _db() -> ShopEngine:
    return engine_of(Product)


async def _cards(where: str, order: str, *args: object, limit: int, offset: int = 0) -> tuple[Card, ...]:
    """Cards of published products. `where` and `order` are constants of this module, never input."""
    rows = await _db().fetch(
        f"WITH page AS (SELECT p.*, row_number() OVER (ORDER BY {order}) AS place FROM product p"  # noqa: S608
        f" WHERE {ON_SHOW} AND {where} ORDER BY {order} LIMIT {int(limit)} OFFSET {int(offset)}) {CARDS}",
        *args,
    )
    return _read_cards(rows)


def _read_cards(rows: Iterable[Any]) -> tuple[Card, ...]:
    return tuple(
        Card(
            slug=row["slug"],
            name=row["name"],
            image=_image(row),
            price=row["lowest"],
            highest_price=row["highest"],
            compare_at_price=row["compare_at_price"],
            available=row["available"],
            variant_count=row["variant_count"],
            variant_id=row["variant_id"] if row["variant_count"] == 1 else None,
            is_new=row["is_new"],
            rating_average=row["rating_average"] or Decimal(0),
            rating_count=row["rating_count"],
        )
        for row in rows
    )


def _image(row: Any) -> Image | None:
    return Image(row["image_url"], row["alt"], row["width"], row["height"]) if row["image_url"] else None
