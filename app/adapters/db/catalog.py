"""The shop window's reads: raw queries into read structs, since entities would cost several times as much."""

import time

import msgspec

from app.adapters.db.cards import DEPARTMENTS, ON_SHOW, TRAIL, departments_of, links_of, read_cards
from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.catalog import Product
from app.adapters.db.version import CatalogueVersion, sum_up_changes
from app.ports.catalog import Card, CategoryLink, FlashSaleView, HomeView, Image, ProductView, VariantView

# A category shows all that lies below it, too.
NAVIGATION = f"""
SELECT c.name, c.slug, n.product_count FROM category c
CROSS JOIN LATERAL (
    SELECT count(*)::int AS product_count FROM product p
    WHERE p.category_id IN (SELECT category_below(c.id)) AND {ON_SHOW}
) n
WHERE c.deleted_at IS NULL AND c.parent_id IS NULL AND n.product_count > 0
ORDER BY c.position, c.name
"""  # noqa: S608

PRODUCT = f"""
SELECT p.id, p.slug, p.name, p.description, p.price, p.compare_at_price, p.rating_average, p.rating_count,
       p.category_id, c.name AS category_name, c.slug AS category_slug, p.summary, {TRAIL},
       coalesce(b.name, '') AS brand, coalesce(b.slug, '') AS brand_slug,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'url', pi.image_url, 'alt', pi.alt, 'width', pi.width, 'height', pi.height, 'widths', pi.widths,
                      'colour', coalesce(shown.options ->> 'Colour', ''))
                            ORDER BY pi.is_primary DESC, pi.position, pi.id)
           FROM product_image pi LEFT JOIN product_variant shown ON shown.id = pi.variant_id
           WHERE pi.product_id = p.id AND pi.deleted_at IS NULL), '[]') AS images,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'id', pv.id, 'sku', pv.sku, 'label', pv.variant_value, 'options', pv.options,
                      'price', (p.price + pv.price_adjustment)::text,
                      'available', greatest(s.quantity - s.reserved, 0))
                            ORDER BY pv.position, pv.id)
           FROM product_variant pv JOIN inventory s ON s.variant_id = pv.id
           WHERE pv.product_id = p.id AND pv.is_active AND pv.deleted_at IS NULL), '[]') AS variants
FROM product p JOIN category c ON c.id = p.category_id LEFT JOIN brand b ON b.id = p.brand_id
WHERE p.slug = $1 AND {ON_SHOW}
"""  # noqa: S608

MOVED = """
SELECT coalesce(
    (SELECT slug FROM product WHERE $1 = 'product' AND slug = lower($2) AND slug <> $2 AND deleted_at IS NULL),
    (SELECT slug FROM category WHERE $1 = 'category' AND slug = lower($2) AND slug <> $2 AND deleted_at IS NULL),
    (SELECT coalesce(p.slug, c.slug) FROM slug_redirect r
     LEFT JOIN product p ON p.id = r.product_id LEFT JOIN category c ON c.id = r.category_id
     WHERE r.kind = $1 AND r.old_slug = lower($2)))
"""


class PiccoloCatalog:
    """Reads afresh each time, but for the departments: every page shows them, so they are kept for a few seconds."""

    def __init__(self, *, navigation_seconds: float) -> None:
        self._navigation_seconds = navigation_seconds
        self._navigation: tuple[CategoryLink, ...] = ()
        self._navigation_due = 0.0
        self._version = CatalogueVersion()

    async def home(self, *, page: int = 1) -> HomeView:
        departments = await _db().fetch(DEPARTMENTS, None)
        return HomeView(
            departments=departments_of(departments),
            on_sale=await read_cards("p.compare_at_price IS NOT NULL", "p.sold_count DESC, p.id", limit=4),
            best_sellers=await read_cards("true", "p.sold_count DESC, p.id", limit=8),
            new_arrivals=await read_cards("true", "p.published_at DESC, p.id", limit=8),
        )

    async def navigation(self) -> tuple[CategoryLink, ...]:
        if time.monotonic() >= self._navigation_due:
            rows = await _db().fetch(NAVIGATION)
            self._navigation = tuple(CategoryLink(r["name"], r["slug"], r["product_count"]) for r in rows)
            self._navigation_due = time.monotonic() + self._navigation_seconds
        return self._navigation

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
            summary=row["summary"],
            trail=links_of(row["trail"]),
            brand=row["brand"],
            brand_slug=row["brand_slug"],
            related=await read_cards(
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

    async def flash_sale(self) -> FlashSaleView | None:
        return None

    async def moved_to(self, kind: str, old_slug: str) -> str | None:
        slug: str | None = await _db().fetchval(MOVED, kind, old_slug)
        return slug

    async def cards(self, slugs: tuple[str, ...]) -> tuple[Card, ...]:
        return await read_cards("p.slug = ANY ($1)", "array_position($1, p.slug)", list(slugs), limit=len(slugs))

    async def version(self) -> str:
        return await self._version.read()

    async def sum_up_changes(self) -> int:
        return await sum_up_changes()


def _db() -> ShopEngine:
    return engine_of(Product)
