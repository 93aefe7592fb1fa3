"""The shop window's reads: raw queries into read structs, since entities would cost several times as much."""

import difflib
import re
import time
from collections.abc import Iterable, Mapping
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
MOST_WORDS = 12
SHORTEST_CORRECTED = 4
CLOSE = 0.75
"""How much two spellings must have in common, by difflib; one wrong letter in four is still close."""
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

CATEGORY = f"""
SELECT c.id, c.name, c.slug, coalesce(c.description, '') AS description, {TRAIL},
       (SELECT count(*) FROM product p
        WHERE p.category_id IN (SELECT category_below(c.id)) AND {ON_SHOW})::int AS total
FROM category c WHERE c.slug = $1 AND c.deleted_at IS NULL
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

# Every word must be found, as a whole or as a beginning; an article number is found as typed.
MATCHES = f"""
FROM product p, to_tsquery('english', unaccent($1)) AS terms
WHERE {ON_SHOW} AND ((p.search_vector || to_tsvector('english'::regconfig, p.found_by)) @@ terms OR EXISTS (
    SELECT FROM product_variant pv WHERE pv.product_id = p.id AND pv.deleted_at IS NULL AND lower(pv.sku) = lower($2)))
"""

SYNONYMS = "SELECT term, means FROM synonym WHERE term = ANY ($1)"

# Words that may have been meant: alike in their letters, or as long and with the same beginning.
ALIKE = """
SELECT word FROM search_word
WHERE word % $1 OR (left(word, 1) = left($1, 1) AND length(word) BETWEEN length($1) - 1 AND length($1) + 1)
ORDER BY similarity(word, $1) DESC, products DESC LIMIT 200
"""
KNOWN = "SELECT EXISTS (SELECT FROM search_word WHERE word = $1 OR word LIKE $1 || '%')"

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

    async def home(self, *, page: int = 1) -> HomeView:
        departments = await _db().fetch(DEPARTMENTS, None)
        return HomeView(
            departments=_departments(departments),
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
            "p.category_id IN (SELECT category_below($1))",
            "p.sold_count DESC, p.id",
            row["id"],
            limit=PAGE_SIZE,
            offset=(page - 1) * PAGE_SIZE,
        )
        return CategoryView(
            row["name"],
            row["slug"],
            row["description"],
            Listing(cards, row["total"], page),
            trail=_links(row["trail"]),
            children=_departments(await _db().fetch(DEPARTMENTS, row["id"])),
        )

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
            trail=_links(row["trail"]),
            brand=row["brand"],
            brand_slug=row["brand_slug"],
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
        typed = [word.lower() for word in WORD.findall(wish.words)][:MOST_WORDS]
        listing = await self._search(typed, wish)
        if listing.total or wish.literal or not typed:
            return Found(wish.words, listing)
        meant = [await _spelt(word) for word in typed]
        if meant == typed:
            return Found(wish.words, listing)
        return Found(wish.words, await self._search(meant, wish), corrected=" ".join(meant))

    async def _search(self, words: list[str], wish: Wish) -> Listing:
        if not words:
            return Listing((), 0, 1)
        terms = _terms(words, {row["term"]: row["means"] for row in await _db().fetch(SYNONYMS, words)})
        total = await _db().fetchval(f"SELECT count(*)::int {MATCHES}", terms, wish.words)
        rows = await _db().fetch(
            f"WITH page AS (SELECT p.*, row_number() OVER (ORDER BY ts_rank_cd(p.search_vector, terms) DESC,"
            f" p.sold_count DESC, p.id) AS place {MATCHES} ORDER BY place LIMIT $3 OFFSET $4) {CARDS}",
            terms,
            wish.words,
            PAGE_SIZE,
            (wish.page - 1) * PAGE_SIZE,
        )
        return Listing(_read_cards(rows), total, wish.page)

    async def flash_sale(self) -> FlashSaleView | None:
        return None

    async def moved_to(self, kind: str, old_slug: str) -> str | None:
        slug: str | None = await _db().fetchval(MOVED, kind, old_slug)
        return slug

    async def learn_words(self) -> None:
        await _db().execute("REFRESH MATERIALIZED VIEW search_word")

    async def suggest(self, words: str) -> Suggestions:
        return Suggestions()

    async def cards(self, slugs: tuple[str, ...]) -> tuple[Card, ...]:
        return await _cards("p.slug = ANY ($1)", "array_position($1, p.slug)", list(slugs), limit=len(slugs))

    async def version(self) -> str:
        return ""


async def _spelt(word: str) -> str:
    """`word` as the shop spells it, or as it is where the shop knows it or nothing like it."""
    if len(word) < SHORTEST_CORRECTED or word.isdecimal() or await _db().fetchval(KNOWN, word):
        return word
    alike = [row["word"] for row in await _db().fetch(ALIKE, word)]
    return next(iter(difflib.get_close_matches(word, alike, n=1, cutoff=CLOSE)), word)


def _terms(words: list[str], synonyms: Mapping[str, str]) -> str:
    """A tsquery: each word as a beginning, or what means the same."""
    return " & ".join(
        "({})".format(
            " | ".join([f"{word}:*", *(_phrase(other) for other in synonyms.get(word, "").split(","))]).rstrip(" |")
        )
        for word in words
    )


def _phrase(means: str) -> str:
    return " & ".join(f"{word}:*" for word in WORD.findall(means.lower()))


def _links(trail: str) -> tuple[CategoryLink, ...]:
    return tuple(msgspec.json.decode(trail, type=list[CategoryLink]))


def _departments(rows: Iterable[Any]) -> tuple[Department, ...]:
    return tuple(Department(row["name"], row["slug"], row["product_count"], _image(row)) for row in rows)


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
    if not row["image_url"]:
        return None
    return Image(row["image_url"], row["alt"], row["width"], row["height"], tuple(row["widths"]))
