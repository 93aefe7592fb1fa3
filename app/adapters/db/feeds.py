"""What machines read of the shop, in keyset pages: each costs the same however far in it lies."""

import json

from app.adapters.db.cards import ON_SHOW, OPTIONS, TRAIL
from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.catalog import Product
from app.ports.feeds import Offer, Place, SitemapPart

SPAN = 10_000
"""Ids in a part. A sitemap may hold 50,000 addresses, and each product has one in every language."""
PAGE = 1_000

PARTS = f"""
SELECT (p.id / {SPAN})::int AS number, max(p.updated_at) AS changed_at FROM product p WHERE {ON_SHOW}
GROUP BY 1 ORDER BY 1
"""  # noqa: S608

CATEGORIES = f"""
SELECT c.id, c.slug, c.updated_at AS changed_at FROM category c
WHERE c.deleted_at IS NULL AND EXISTS (
    SELECT FROM product p WHERE p.category_id IN (SELECT category_below(c.id)) AND {ON_SHOW})
ORDER BY c.id
"""  # noqa: S608

PRODUCTS = f"""
SELECT p.id, p.slug, p.updated_at AS changed_at FROM product p
WHERE p.id > $1 AND p.id < $2 AND {ON_SHOW} ORDER BY p.id LIMIT {PAGE}
"""  # noqa: S608

# Prices are those of cards (see CARDS): what holds now, and what it would be without the sale.
OFFERS = f"""
WITH next AS MATERIALIZED (
    SELECT v.id, v.product_id, v.sku, v.variant_name, v.variant_value, v.options, v.price_adjustment
    FROM product_variant v
    WHERE v.id > $1 AND v.is_active AND v.deleted_at IS NULL
        AND EXISTS (SELECT FROM product p WHERE p.id = v.product_id AND {ON_SHOW})
    ORDER BY v.id LIMIT {PAGE}
)
SELECT v.id, v.sku, v.variant_value, {OPTIONS} AS options, p.slug, p.name,
       coalesce(nullif(p.description, ''), p.summary) AS description,
       coalesce(b.name, '') AS brand, c.name AS category_name, {TRAIL}, coalesce(i.image_url, '') AS image,
       coalesce(f.price, p.price) + v.price_adjustment AS price,
       CASE WHEN f.price IS NOT NULL OR p.compare_at_price IS NOT NULL
           THEN (SELECT s.amount FROM struck_prices(p.id) s WHERE s.variant_id = v.id) END AS before,
       greatest(s.quantity - s.reserved, 0) AS available,
       CASE WHEN p.released_at > now() THEN p.released_at END AS released_at, f.ends_at,
       (SELECT e.starts_at FROM flash_sale_item n JOIN flash_sale e ON e.id = n.flash_sale_id
        WHERE n.id = f.item_id) AS starts_at
FROM next v
JOIN product p ON p.id = v.product_id
JOIN category c ON c.id = p.category_id
JOIN inventory s ON s.variant_id = v.id
LEFT JOIN brand b ON b.id = p.brand_id AND b.deleted_at IS NULL
LEFT JOIN LATERAL (
    SELECT pi.image_url FROM product_image pi WHERE pi.product_id = p.id AND pi.deleted_at IS NULL
    ORDER BY (pi.variant_id = v.id) IS TRUE DESC, pi.is_primary DESC, pi.position, pi.id LIMIT 1
) i ON true
LEFT JOIN LATERAL running_flash(p.id) f ON true
ORDER BY v.id
"""  # noqa: S608


class PiccoloFeeds:
    async def parts(self) -> tuple[SitemapPart, ...]:
        return tuple(SitemapPart(row["number"], row["changed_at"]) for row in await _db().fetch(PARTS))

    async def categories(self) -> tuple[Place, ...]:
        rows = await _db().fetch(CATEGORIES)
        return tuple(Place(row["id"], f"/c/{row['slug']}", row["changed_at"]) for row in rows)

    async def products(self, part: int, *, after: int = 0) -> tuple[Place, ...]:
        rows = await _db().fetch(PRODUCTS, max(after, part * SPAN - 1), (part + 1) * SPAN)
        return tuple(Place(row["id"], f"/p/{row['slug']}", row["changed_at"]) for row in rows)

    async def offers(self, *, after: int = 0) -> tuple[Offer, ...]:
        return tuple(
            Offer(
                id=row["id"],
                sku=row["sku"],
                slug=row["slug"],
                name=row["name"],
                label=row["variant_value"],
                options=json.loads(row["options"]),
                description=row["description"],
                brand=row["brand"],
                category=(*(link["name"] for link in json.loads(row["trail"])), row["category_name"]),
                image=row["image"],
                price=row["price"],
                before=row["before"],
                available=row["available"],
                released_at=row["released_at"],
                starts_at=row["starts_at"],
                ends_at=row["ends_at"],
            )
            for row in await _db().fetch(OFFERS, after)
        )


def _db() -> ShopEngine:
    return engine_of(Product)
