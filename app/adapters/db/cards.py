"""Cards of products, as every grid shows them, and the tiles of categories."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.catalog import Product
from app.ports.catalog import Card, CategoryLink, Department, Image

ON_SHOW = "p.status = 'active' AND p.deleted_at IS NULL AND p.published_at <= now()"

# One row per product: its pictures, price span and stock come from laterals, so that only the page's rows are joined.
CARDS = """
SELECT p.slug, p.name, p.price, p.compare_at_price, p.rating_average, p.rating_count,
       p.published_at > now() - interval '30 days' AS is_new,
       i.image_url, i.alt, i.width, i.height, i.widths,
       v.lowest, v.highest, v.available, v.variant_count, v.variant_id
FROM page p
LEFT JOIN LATERAL (
    SELECT image_url, alt, width, height, widths FROM product_image
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

DEPARTMENTS = f"""
SELECT c.name, c.slug, n.product_count, i.image_url, i.alt, i.width, i.height, i.widths
FROM category c
CROSS JOIN LATERAL (
    SELECT count(*)::int AS product_count FROM product p
    WHERE p.category_id IN (SELECT category_below(c.id)) AND {ON_SHOW}
) n
LEFT JOIN LATERAL (
    SELECT pi.image_url, pi.alt, pi.width, pi.height, pi.widths
    FROM product p JOIN product_image pi ON pi.product_id = p.id AND pi.deleted_at IS NULL
    WHERE p.category_id IN (SELECT category_below(c.id)) AND {ON_SHOW}
    ORDER BY p.sold_count DESC, pi.is_primary DESC, p.id, pi.position LIMIT 1
) i ON true
WHERE c.deleted_at IS NULL AND c.parent_id IS NOT DISTINCT FROM $1 AND n.product_count > 0
ORDER BY c.position, c.name
"""  # noqa: S608

TRAIL = """
coalesce((
    WITH RECURSIVE above AS (
        SELECT u.id, u.name, u.slug, u.parent_id, 1 AS depth FROM category u WHERE u.id = c.parent_id
        UNION ALL
        SELECT u.id, u.name, u.slug, u.parent_id, depth + 1 FROM category u JOIN above ON u.id = above.parent_id
        WHERE depth < 9
    )
    SELECT jsonb_agg(jsonb_build_object('name', name, 'slug', slug) ORDER BY depth DESC) FROM above), '[]') AS trail
"""


async def read_cards(where: str, order: str, *args: object, limit: int, offset: int = 0) -> tuple[Card, ...]:
    """Cards of published products. `where` and `order` are constants of this module, never input."""
    rows = await _db().fetch(
        f"WITH page AS (SELECT p.*, row_number() OVER (ORDER BY {order}) AS place FROM product p"  # noqa: S608
        f" WHERE {ON_SHOW} AND {where} ORDER BY {order} LIMIT {int(limit)} OFFSET {int(offset)}) {CARDS}",
        *args,
    )
    return cards_of(rows)


def cards_of(rows: Iterable[Any]) -> tuple[Card, ...]:
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
    if not row["image_url"]:
        return None
    return Image(row["image_url"], row["alt"], row["width"], row["height"], tuple(row["widths"]))


def links_of(trail: str) -> tuple[CategoryLink, ...]:
    return tuple(msgspec.json.decode(trail, type=list[CategoryLink]))


def departments_of(rows: Iterable[Any]) -> tuple[Department, ...]:
    return tuple(Department(row["name"], row["slug"], row["product_count"], _image(row)) for row in rows)


def _db() -> ShopEngine:
    return engine_of(Product)
