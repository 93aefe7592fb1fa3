"""Cards of products, as every grid shows them, and the tiles of categories."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.catalog import Product
from app.ports.catalog import Card, CategoryLink, Department, FlashOffer, Image, Swatch

ON_SHOW = "p.status = 'active' AND p.deleted_at IS NULL AND p.published_at <= now()"

# Of a variant `v`, in the order that its name tells; a single one needs no order.
OPTIONS = """
CASE WHEN v.variant_name LIKE '% / %' THEN options_in_order(v.options, v.variant_name) ELSE v.options::json END
"""

# Follows `WITH page AS (...)`, which gives each product once, by `id` and `place`. Pictures, prices and stock are read
# for the whole page at once: a lateral per card costs more than twice as much. The limit tells the planner how few.
CARDS = """
, shown AS MATERIALIZED (SELECT id, place FROM page LIMIT 100)
SELECT p.id, p.slug, p.name, coalesce(b.name, '') AS brand, p.rating_average, p.rating_count,
       p.published_at >= new_since(now()) AS is_new,
       CASE WHEN p.released_at > now() THEN p.released_at END AS released_at,
       i.image_url, i.alt, i.width, i.height, i.widths,
       coalesce(f.price, p.price) + coalesce(v.lowest, 0) AS price,
       coalesce(f.price, p.price) + coalesce(v.highest, 0) AS highest_price,
       CASE WHEN f.price IS NOT NULL OR p.compare_at_price IS NOT NULL THEN struck_on_card(p.id) END AS struck,
       coalesce(v.available, 0) AS available, coalesce(v.variant_count, 0) AS variant_count, v.variant_id,
       v.colours, f.ends_at, f.stock_cap, f.sold
FROM shown JOIN product p ON p.id = shown.id
LEFT JOIN brand b ON b.id = p.brand_id AND b.deleted_at IS NULL
LEFT JOIN (
    SELECT DISTINCT ON (pi.product_id) pi.product_id, pi.image_url, pi.alt, pi.width, pi.height, pi.widths
    FROM shown JOIN product_image pi ON pi.product_id = shown.id
    WHERE pi.deleted_at IS NULL ORDER BY pi.product_id, pi.is_primary DESC, pi.position, pi.id
) i ON i.product_id = p.id
LEFT JOIN (
    SELECT pv.product_id, min(pv.price_adjustment) AS lowest, max(pv.price_adjustment) AS highest,
           sum(greatest(s.available, 0))::int AS available, count(*)::int AS variant_count, min(pv.id) AS variant_id,
           array_agg(concat(k.swatch, '|', pv.options ->> 'Colour') ORDER BY pv.position, pv.id) AS colours
    FROM shown JOIN product_variant pv ON pv.product_id = shown.id JOIN inventory s ON s.variant_id = pv.id
    LEFT JOIN colour k ON k.name = pv.options ->> 'Colour'
    WHERE pv.is_active AND pv.deleted_at IS NULL GROUP BY pv.product_id
) v ON v.product_id = p.id
LEFT JOIN LATERAL running_flash(p.id) f ON true
ORDER BY shown.place
"""

BY_ID = f"WITH page AS (SELECT id, id AS place FROM product WHERE id = ANY ($1)) {CARDS}"  # noqa: S608
KEPT = 6_000
"""Cards of a kilobyte each."""

DEPARTMENTS = f"""
SELECT c.name, c.slug, coalesce(c.description, '') AS description, n.product_count,
       i.image_url, i.alt, i.width, i.height, i.widths
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


class KeptCards:
    """Cards that were read lately, each as long as nothing changes that everybody sees; see version.py.

    Lists find out which products they show every time; what a card says is the greater part of their cost.
    """

    def __init__(self, *, room: int = KEPT) -> None:
        self._room = room
        self._version = ""
        self._kept: dict[int, Card] = {}

    def __len__(self) -> int:
        return len(self._kept)

    async def of(self, ids: Sequence[int], version: str) -> dict[int, Card]:
        """Cards by product. `version` was read before or with the ids, so that no card is older than it says."""
        kept = self._kept_under(version, len(ids))
        missing = [product_id for product_id in ids if product_id not in kept]
        read = {row["id"]: card_of(row) for row in await _db().fetch(BY_ID, missing)} if missing else {}
        # Whoever came with another version meanwhile has begun anew, and these go with the old ones.
        kept |= read
        return {product_id: card for product_id in ids if (card := kept.get(product_id))}

    async def in_order(self, ids: Sequence[int], version: str) -> tuple[Card, ...]:
        return tuple((await self.of(ids, version)).values())

    def keep(self, rows: Sequence[Any], version: str) -> tuple[Card, ...]:
        """Of rows of CARDS."""
        read = {row["id"]: card_of(row) for row in rows}
        self._kept_under(version, len(read)).update(read)
        return tuple(read.values())

    def _kept_under(self, version: str, more: int) -> dict[int, Card]:
        if version != self._version or len(self._kept) + more > self._room:
            self._version, self._kept = version, {}
        return self._kept


async def read_cards(where: str, order: str, *args: object, limit: int, offset: int = 0) -> tuple[Card, ...]:
    """Cards of published products. `where` and `order` are constants of this layer, never input."""
    rows = await _db().fetch(
        f"WITH page AS (SELECT p.id, row_number() OVER (ORDER BY {order}) AS place FROM product p"  # noqa: S608
        f" WHERE {ON_SHOW} AND {where} ORDER BY {order} LIMIT {int(limit)} OFFSET {int(offset)}) {CARDS}",
        *args,
    )
    return cards_of(rows)


def cards_of(rows: Iterable[Any]) -> tuple[Card, ...]:
    return tuple(card_of(row) for row in rows)


def card_of(row: Any) -> Card:
    return Card(
        slug=row["slug"],
        name=row["name"],
        image=_image(row),
        price=row["price"],
        highest_price=row["highest_price"],
        struck=row["struck"],
        available=row["available"],
        variant_count=row["variant_count"],
        variant_id=row["variant_id"] if row["variant_count"] == 1 else None,
        is_new=row["is_new"],
        rating_average=row["rating_average"] or Decimal(0),
        rating_count=row["rating_count"],
        brand=row["brand"],
        swatches=_swatches(tuple(row["colours"] or ())),
        released_at=row["released_at"],
        flash=FlashOffer(row["ends_at"], row["stock_cap"], row["sold"]) if row["ends_at"] else None,
    )


@lru_cache(maxsize=4096)
def _swatches(colours: tuple[str, ...]) -> tuple[Swatch, ...]:
    """The colours of a product's variants, each once and in their order; none where there is only one."""
    each = dict.fromkeys(colours)
    if len(each) < 2:
        return ()
    parts = (colour.partition("|") for colour in each)
    return tuple(Swatch(name, swatch) for swatch, _, name in parts if name)


def _image(row: Any) -> Image | None:
    if not row["image_url"]:
        return None
    return Image(row["image_url"], row["alt"], row["width"], row["height"], tuple(row["widths"]))


def links_of(trail: str) -> tuple[CategoryLink, ...]:
    return tuple(msgspec.json.decode(trail, type=list[CategoryLink]))


def departments_of(rows: Iterable[Any]) -> tuple[Department, ...]:
    return tuple(
        Department(
            row["name"],
            row["slug"],
            row["product_count"],
            _image(row),
            row["description"],
            row.get("wide_picture", ""),
        )
        for row in rows
    )


def _db() -> ShopEngine:
    return engine_of(Product)
