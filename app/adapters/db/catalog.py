"""The shop window's reads: raw queries into read structs, since entities would cost several times as much."""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import msgspec

from app.adapters.db.cards import ON_SHOW, OPTIONS, TRAIL, KeptCards, departments_of, links_of, read_cards
from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.catalog import Product
from app.adapters.db.version import VERSION, VERSION_HERE, CatalogueVersion, KeptAnswers, KeptLately, sum_up_changes
from app.core.listing import LAST_PAGE
from app.ports.catalog import (
    LATEST_REVIEWS,
    REVIEWS_PER_PAGE,
    Card,
    CategoryLink,
    Detail,
    FlashOffer,
    FlashSaleView,
    HomeView,
    Image,
    Listing,
    ProductView,
    ReviewsView,
    ReviewView,
    Swatch,
    VariantView,
)

BEST_SELLERS = 4
NEW_ARRIVALS = 5
TOP_CATEGORIES = 6
KEPT_PRODUCTS = 1_000
"""Of some ten kilobytes each."""
EXPLORED = 16
"""Cards to a page of the explore grid: fewer than in a list, since the pictures of the other sections come, too."""

# Every category with what lies below it, and the picture of its best-selling product.
# What a category counts and what sells best in it stand ready in the tables of lists, with all that lies below it.
SHELVES = """
SELECT c.id, c.parent_id, c.name, c.slug, coalesce(c.description, '') AS description, c.wide_picture,
       n.products::int AS product_count, coalesce(i.sold, 0) AS sold, i.image_url, i.alt, i.width, i.height, i.widths
FROM category c
JOIN LATERAL (SELECT products FROM category_facets f WHERE f.category_id = c.id AND f.term = 0) n ON n.products > 0
LEFT JOIN LATERAL (
    SELECT best.sold, pi.image_url, pi.alt, pi.width, pi.height, pi.widths FROM (
        SELECT l.product_id, l.sold FROM listing_place l WHERE l.category_id = c.id AND l.published_at <= now()
        ORDER BY l.sold DESC, l.product_id LIMIT 8
    ) best
    LEFT JOIN product_image pi ON pi.product_id = best.product_id AND pi.deleted_at IS NULL
    ORDER BY pi.id IS NULL, best.sold DESC, best.product_id, pi.is_primary DESC, pi.position, pi.id LIMIT 1
) i ON true
WHERE c.deleted_at IS NULL ORDER BY c.position, c.name
"""

# The sale that runs, else the first to come within a week; only while something of it is left.
FLASH_SALE = f"""
SELECT f.id, f.name, f.starts_at, f.ends_at, f.starts_at <= now() AS is_running FROM flash_sale f
WHERE f.is_active AND f.deleted_at IS NULL AND f.ends_at > now() AND f.starts_at <= now() + interval '7 days'
    AND EXISTS (SELECT FROM flash_sale_item i JOIN product p ON p.id = i.product_id
                WHERE i.flash_sale_id = f.id AND i.deleted_at IS NULL AND i.sold < i.stock_cap AND {ON_SHOW})
ORDER BY f.starts_at > now(), CASE WHEN f.starts_at <= now() THEN f.ends_at ELSE f.starts_at END, f.id LIMIT 1
"""  # noqa: S608

FLASH_ITEMS = f"""
SELECT 'flash' AS section, p.id, row_number() OVER (ORDER BY i.id) AS place
FROM flash_sale_item i JOIN sale ON sale.id = i.flash_sale_id AND sale.is_running JOIN product p ON p.id = i.product_id
WHERE i.deleted_at IS NULL AND i.sold < i.stock_cap AND {ON_SHOW} ORDER BY i.id LIMIT 12
"""  # noqa: S608

# Which products stand where; their cards are read once, however often they are shown.
HOME = f"""
WITH sale AS ({FLASH_SALE})
SELECT section, id, place, NULL::text AS name, NULL::timestamptz AS starts_at, NULL::timestamptz AS ends_at,
       NULL::boolean AS is_running
FROM (
    (SELECT CASE WHEN place <= {BEST_SELLERS} THEN 'best' ELSE 'explore' END AS section, id, place
     FROM (SELECT p.id, row_number() OVER (ORDER BY p.sold_count DESC, p.id) AS place FROM product p
           WHERE {ON_SHOW} ORDER BY p.sold_count DESC, p.id LIMIT {BEST_SELLERS + EXPLORED}) b)
    UNION ALL
    (SELECT 'new', p.id, row_number() OVER (ORDER BY p.published_at DESC, p.id) FROM product p
     WHERE {ON_SHOW} ORDER BY p.published_at DESC, p.id LIMIT {NEW_ARRIVALS})
    UNION ALL
    ({FLASH_ITEMS})
) s
UNION ALL
SELECT 'sale', id, 0, name, starts_at, ends_at, is_running FROM sale
UNION ALL
SELECT 'version', 0, 0, ({VERSION}), NULL, NULL, NULL
"""  # noqa: S608

SALE = f"""
WITH sale AS ({FLASH_SALE})
SELECT section, id, place, NULL::text AS name, NULL::timestamptz AS starts_at, NULL::timestamptz AS ends_at,
       NULL::boolean AS is_running
FROM ({FLASH_ITEMS}) s
UNION ALL
SELECT 'sale', id, 0, name, starts_at, ends_at, is_running FROM sale
UNION ALL
SELECT 'version', 0, 0, ({VERSION}), NULL, NULL, NULL
"""  # noqa: S608

SHOWN_REVIEWS = "r.status = 'approved' AND r.deleted_at IS NULL"
AUTHOR = "concat_ws(' ', nullif(u.first_name, ''), left(nullif(u.last_name, ''), 1) || '.')"
RATINGS = f"""
ARRAY(SELECT count(r.id)::int FROM generate_series(1, 5) AS stars
      LEFT JOIN review r ON r.product_id = p.id AND r.rating = stars AND {SHOWN_REVIEWS}
      GROUP BY stars ORDER BY stars) AS ratings
"""  # noqa: S608

PRODUCT = f"""
SELECT p.id, p.slug, p.name, p.summary, p.description, coalesce(f.price, p.price) AS price,
       p.rating_average, p.rating_count, p.is_digital, {VERSION_HERE},
       CASE WHEN p.released_at > now() THEN p.released_at END AS released_at,
       f.ends_at, f.stock_cap, f.sold,
       p.category_id, c.name AS category_name, c.slug AS category_slug, {TRAIL},
       coalesce(b.name, '') AS brand, coalesce(b.slug, '') AS brand_slug,
       coalesce(nullif(seller.username, ''), concat_ws(' ', seller.first_name, seller.last_name)) AS seller,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'url', pi.image_url, 'alt', pi.alt, 'width', pi.width, 'height', pi.height, 'widths', pi.widths,
                      'colour', coalesce(shown.options ->> 'Colour', ''))
                            ORDER BY pi.is_primary DESC, pi.position, pi.id)
           FROM product_image pi LEFT JOIN product_variant shown ON shown.id = pi.variant_id
           WHERE pi.product_id = p.id AND pi.deleted_at IS NULL), '[]') AS images,
       coalesce((
           SELECT json_agg(json_build_object(
                      'id', v.id, 'sku', v.sku, 'label', v.variant_value, 'options', {OPTIONS},
                      'price', (coalesce(f.price, p.price) + v.price_adjustment)::text,
                      'available', greatest(s.available, 0),
                      'struck', struck.amount::text)
                            ORDER BY v.position, v.id)
           FROM product_variant v JOIN inventory s ON s.variant_id = v.id
           LEFT JOIN struck_prices(p.id) struck ON struck.variant_id = v.id
           WHERE v.product_id = p.id AND v.is_active AND v.deleted_at IS NULL), '[]') AS variants,
       coalesce((
           SELECT jsonb_agg(DISTINCT jsonb_build_object('name', k.name, 'hex', k.swatch))
           FROM product_variant pv JOIN colour k ON k.name = pv.options ->> 'Colour'
           WHERE pv.product_id = p.id AND pv.is_active AND pv.deleted_at IS NULL), '[]') AS swatches,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('name', d.name, 'kind', d.kind, 'value', d.value, 'unit', d.unit)
                            ORDER BY d.position, d.id)
           FROM (
               SELECT a.id, a.name, a.kind, a.unit, a.position,
                      CASE a.kind WHEN 'number' THEN trim_scale(max(pa.number_value))::text
                                  WHEN 'boolean' THEN bool_or(pa.boolean_value)::text
                                  ELSE string_agg(pa.text_value, ', ' ORDER BY pa.text_value) END AS value
               FROM product_attribute pa JOIN attribute a ON a.id = pa.attribute_id
               WHERE pa.product_id = p.id AND a.deleted_at IS NULL GROUP BY a.id
           ) d WHERE d.value IS NOT NULL), '[]') AS details,
       {RATINGS},
       coalesce((
           SELECT jsonb_agg(to_jsonb(latest))
           FROM (
               SELECT {AUTHOR} AS author, r.rating, r.comment AS text, r.created_at AS written_at, r.language
               FROM review r JOIN users u ON u.id = r.user_id WHERE r.product_id = p.id AND {SHOWN_REVIEWS}
               ORDER BY r.created_at DESC, r.id DESC LIMIT {LATEST_REVIEWS}
           ) latest), '[]') AS reviews
FROM product p JOIN category c ON c.id = p.category_id
LEFT JOIN brand b ON b.id = p.brand_id AND b.deleted_at IS NULL
LEFT JOIN users seller ON seller.id = p.seller_id
LEFT JOIN LATERAL running_flash(p.id) f ON true
WHERE p.slug = $1 AND {ON_SHOW}
"""  # noqa: S608

# The best sellers of the same category, then those of the categories beside it: few rows of each, by its index.
RELATED = f"""
SELECT id FROM (
    SELECT near.id, near.sold_count, c.id <> $1 AS is_beside
    FROM category c CROSS JOIN LATERAL (
        SELECT p.id, p.sold_count FROM product p WHERE p.category_id = c.id AND p.id <> $2 AND {ON_SHOW}
        ORDER BY p.sold_count DESC, p.id LIMIT 4) near
    WHERE c.deleted_at IS NULL
        AND (c.id = $1 OR c.parent_id = $1 OR c.parent_id = (SELECT parent_id FROM category WHERE id = $1))
) candidates ORDER BY is_beside, sold_count DESC, id LIMIT 4
"""  # noqa: S608

REVIEWED = f"""
SELECT p.id, p.slug, p.name, p.rating_average, p.rating_count, {RATINGS} FROM product p
WHERE p.slug = $1 AND {ON_SHOW}
"""  # noqa: S608

REVIEWS = f"""
SELECT {AUTHOR} AS author, r.rating, r.comment, r.created_at, r.language FROM review r JOIN users u ON u.id = r.user_id
WHERE r.product_id = $1 AND {SHOWN_REVIEWS} AND ($2 = 0 OR r.rating = $2)
ORDER BY r.created_at DESC, r.id DESC LIMIT {REVIEWS_PER_PAGE} OFFSET $3
"""  # noqa: S608

MOVED = """
SELECT coalesce(
    (SELECT slug FROM product WHERE $1 = 'product' AND slug = lower($2) AND slug <> $2 AND deleted_at IS NULL),
    (SELECT slug FROM category WHERE $1 = 'category' AND slug = lower($2) AND slug <> $2 AND deleted_at IS NULL),
    (SELECT coalesce(p.slug, c.slug) FROM slug_redirect r
     LEFT JOIN product p ON p.id = r.product_id LEFT JOIN category c ON c.id = r.category_id
     WHERE r.kind = $1 AND r.old_slug = lower($2)))
"""

IMAGES = msgspec.json.Decoder(tuple[Image, ...])
VARIANTS = msgspec.json.Decoder(tuple[VariantView, ...])
DETAILS = msgspec.json.Decoder(tuple[Detail, ...])
SWATCHES = msgspec.json.Decoder(tuple[Swatch, ...])
LATEST = msgspec.json.Decoder(tuple[ReviewView, ...])


class PiccoloCatalog:
    """Keeps what everybody sees as long as its version stays: cards, and products, which are asked for once for each
    language, choice of options and form. The home page, the categories, which every page shows, and the best sellers,
    which fill pages that anybody can ask for as often as they like, are kept for some seconds."""

    def __init__(
        self, *, navigation_seconds: float, cards: KeptCards | None = None, version: CatalogueVersion | None = None
    ) -> None:
        self._cards = KeptCards() if cards is None else cards
        self._version = CatalogueVersion() if version is None else version
        self._products: KeptAnswers[ProductView] = KeptAnswers(self._version, room=KEPT_PRODUCTS)
        self._home: KeptAnswers[HomeView] = KeptAnswers(self._version, room=1, seconds=navigation_seconds)
        self._read_shelves = KeptLately(_shelves, self._version, seconds=navigation_seconds)
        self._read_best_sellers = KeptLately(_best_sellers, self._version, seconds=navigation_seconds)

    async def home(self, *, page: int = 1) -> HomeView:
        return (await self._home.find(page)) or await self._read_home(page)

    async def _read_home(self, page: int) -> HomeView:
        shelves, _ = await self._read_shelves()
        tops = [shelf for shelf in shelves if shelf["parent_id"] is None]
        listed = max(0, sum(top["product_count"] for top in tops) - BEST_SELLERS)
        total = min(listed, LAST_PAGE * EXPLORED)
        explore = partial(Listing, total=total, page=page, is_more=listed > total, size=EXPLORED)
        if page > 1:
            offset = BEST_SELLERS + (page - 1) * EXPLORED
            cards = await read_cards("true", "p.sold_count DESC, p.id", limit=EXPLORED, offset=offset)
            return HomeView((), (), (), explore=explore(cards))
        rows = await _db().fetch(HOME)
        sections = await self._with_cards(rows)
        below = sorted((shelf for shelf in shelves if shelf["parent_id"]), key=lambda shelf: -shelf["sold"])
        home = HomeView(
            departments=departments_of(tops),
            categories=departments_of(below[:TOP_CATEGORIES]),
            best_sellers=sections.cards("best"),
            new_arrivals=sections.cards("new"),
            flash_sale=sections.flash_sale(),
            explore=explore(sections.cards("explore")),
        )
        return self._home.keep(page, _version_in(rows), home)

    async def best_sellers(self) -> tuple[Card, ...]:
        return await self._read_best_sellers()

    async def flash_sale(self) -> FlashSaleView | None:
        return (await self._with_cards(await _db().fetch(SALE))).flash_sale()

    async def navigation(self) -> tuple[CategoryLink, ...]:
        _, navigation = await self._read_shelves()
        return navigation

    async def find_product(self, slug: str) -> ProductView | None:
        if kept := await self._products.find(slug):
            return kept
        row = await _db().fetchrow(PRODUCT, slug)
        if row is None:
            return None
        return self._products.keep(slug, row["version"], await self._product_of(row))

    async def _product_of(self, row: Any) -> ProductView:
        return ProductView(
            id=row["id"],
            slug=row["slug"],
            name=row["name"],
            description=row["description"],
            category=CategoryLink(row["category_name"], row["category_slug"]),
            images=IMAGES.decode(row["images"]),
            variants=VARIANTS.decode(row["variants"]),
            price=row["price"],
            rating_average=row["rating_average"],
            rating_count=row["rating_count"],
            related=await self._cards.in_order(
                [near["id"] for near in await _db().fetch(RELATED, row["category_id"], row["id"])], row["version"]
            ),
            summary=row["summary"],
            trail=links_of(row["trail"]),
            brand=row["brand"],
            brand_slug=row["brand_slug"],
            seller=row["seller"],
            details=DETAILS.decode(row["details"]),
            swatches=SWATCHES.decode(row["swatches"]),
            released_at=row["released_at"],
            is_digital=row["is_digital"],
            flash=FlashOffer(row["ends_at"], row["stock_cap"], row["sold"]) if row["ends_at"] else None,
            ratings=tuple(row["ratings"]),
            reviews=LATEST.decode(row["reviews"]),
        )

    async def find_reviews(self, slug: str, *, stars: int = 0, page: int = 1) -> ReviewsView | None:
        row = await _db().fetchrow(REVIEWED, slug)
        if row is None:
            return None
        reviews = await _db().fetch(REVIEWS, row["id"], stars, (page - 1) * REVIEWS_PER_PAGE)
        return ReviewsView(
            slug=row["slug"],
            name=row["name"],
            rating_average=row["rating_average"],
            rating_count=row["rating_count"],
            ratings=tuple(row["ratings"]),
            reviews=tuple(
                ReviewView(r["author"], r["rating"], r["comment"], r["created_at"], r["language"]) for r in reviews
            ),
            total=row["ratings"][stars - 1] if stars else sum(row["ratings"]),
            stars=stars,
            page=page,
        )

    async def was_published(self, slug: str) -> bool:
        return bool(
            await _db().fetchval(
                "SELECT EXISTS (SELECT FROM product WHERE slug = $1 AND published_at <= now()"
                " AND (status = 'archived' OR deleted_at IS NOT NULL OR sold_count > 0))",
                slug,
            )
        )

    async def moved_to(self, kind: str, old_slug: str) -> str | None:
        slug: str | None = await _db().fetchval(MOVED, kind, old_slug)
        return slug

    async def cards(self, slugs: tuple[str, ...]) -> tuple[Card, ...]:
        return await read_cards("p.slug = ANY ($1)", "array_position($1, p.slug)", list(slugs), limit=len(slugs))

    async def version(self) -> str:
        return await self._version.read()

    async def sum_up_changes(self) -> int:
        return await sum_up_changes()

    async def _with_cards(self, rows: Sequence[Any]) -> "_Sections":
        ids = {row["id"] for row in rows if row["section"] not in ("sale", "version")}
        return _Sections(rows, await self._cards.of(list(ids), _version_in(rows)))


def _version_in(rows: Sequence[Any]) -> str:
    """Of rows of HOME or SALE."""
    return cast(str, next(row["name"] for row in rows if row["section"] == "version"))


class _Sections:
    """Rows of HOME or SALE, with the cards they name."""

    def __init__(self, rows: Sequence[Any], cards: dict[int, Card]) -> None:
        self._rows = rows
        self._cards = cards

    def cards(self, section: str) -> tuple[Card, ...]:
        rows = sorted((row["place"], row["id"]) for row in self._rows if row["section"] == section)
        return tuple(self._cards[product_id] for _, product_id in rows if product_id in self._cards)

    def flash_sale(self) -> FlashSaleView | None:
        row = next((row for row in self._rows if row["section"] == "sale"), None)
        if row is None:
            return None
        return FlashSaleView(row["name"], row["starts_at"], row["ends_at"], row["is_running"], self.cards("flash"))


async def _best_sellers() -> tuple[Card, ...]:
    return await read_cards("true", "p.sold_count DESC, p.id", limit=BEST_SELLERS)


async def _shelves() -> tuple[Sequence[Any], tuple[CategoryLink, ...]]:
    """Rows of SHELVES, the top categories and those below them in their order, and the menu they make."""
    rows = await _db().fetch(SHELVES)
    return rows, _links(rows, None)


def _links(shelves: Sequence[Any], parent_id: int | None) -> tuple[CategoryLink, ...]:
    return tuple(
        CategoryLink(shelf["name"], shelf["slug"], shelf["product_count"], _links(shelves, shelf["id"]))
        for shelf in shelves
        if shelf["parent_id"] == parent_id
    )


def _db() -> ShopEngine:
    return engine_of(Product)
