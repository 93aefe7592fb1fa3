"""Lists of products and search, in PostgreSQL: at most three raw queries into read structs."""

import difflib
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import msgspec

from app.adapters.db.cards import CARDS, ON_SHOW, TRAIL, KeptCards, cards_of, departments_of, links_of
from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.facets import COUNTS, KEPT_SECONDS, MOST_COUNTED, Asked, Outline, Outlines, outline_of
from app.adapters.db.tables.catalog import Product
from app.adapters.db.version import VERSION_HERE, CatalogueVersion, KeptAnswers
from app.core.listing import PAGE_SIZE, Sort, Wish
from app.ports.catalog import Card, CategoryLink, Department, Image, Listing
from app.ports.search import CategoryView, Found, Suggestions

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12
SHORTEST_BEGINNING = 3
"""Letters of a word that is found as a beginning; shorter ones begin half the dictionary."""
SHORTEST_CORRECTED = 4
CLOSE = 0.75
"""How much two spellings must have in common, by difflib; one wrong letter in four is still close."""
SUGGESTED = 8
SUGGESTED_WORDS = 3
SUGGESTED_CATEGORIES = 3
KEPT_LISTS = 500
"""Categories, and as many searches, each with up to two dozen cards of a kilobyte, most of which others show, too."""
RANKED = 1_000
"""So many matches are put in order by how well they fit; among more, names come before descriptions."""

# What the shop knows of the values that are asked for: $1 are their fields, $2 the values, as the form sends them.
ASKED = """
coalesce((
    SELECT jsonb_agg(jsonb_build_object('field', q.field, 'value', q.value, 'term', t.id, 'of_variant', t.of_variant,
                                        'kind', t.field, 'label', coalesce(b.name, k.name, q.value)))
    FROM unnest($1::text[], $2::text[]) AS q (field, value)
    LEFT JOIN brand b ON q.field = 'brand' AND b.slug = q.value AND b.deleted_at IS NULL
    LEFT JOIN category k ON q.field = 'category' AND k.slug = q.value AND k.deleted_at IS NULL
    LEFT JOIN attribute a ON q.field = 'a.' || a.code AND a.is_filter AND a.deleted_at IS NULL
    JOIN listing_term t ON t.field = coalesce('a.' || a.id, q.field)
        AND t.value = CASE q.field WHEN 'brand' THEN b.id::text WHEN 'category' THEN k.id::text ELSE q.value END
), '[]') AS asked
"""
CATEGORY = f"""
SELECT c.id, c.name, c.slug, coalesce(c.description, '') AS description, {TRAIL}, {VERSION_HERE}, {ASKED},
       (SELECT id FROM listing_term WHERE field = 'category' AND value = c.id::text) AS scope,
       EXISTS (SELECT FROM category below WHERE below.parent_id = c.id AND below.deleted_at IS NULL) AS has_children
FROM category c WHERE c.slug = $3 AND c.deleted_at IS NULL
"""  # noqa: S608

# The tiles of the categories right below one; the picture is that of what sells best there.
CHILDREN = """
SELECT c.name, c.slug, coalesce(c.description, '') AS description, f.products::int AS product_count,
       i.image_url, i.alt, i.width, i.height, i.widths
FROM category c
JOIN category_facets f ON f.category_id = c.id AND f.term = 0 AND f.products > 0
LEFT JOIN LATERAL (
    SELECT product_id FROM listing_place WHERE category_id = c.id AND published_at <= now()
    ORDER BY sold DESC, product_id LIMIT 1
) best ON true
LEFT JOIN LATERAL (
    SELECT image_url, alt, width, height, widths FROM product_image
    WHERE product_id = best.product_id AND deleted_at IS NULL ORDER BY is_primary DESC, position, id LIMIT 1
) i ON true
WHERE c.parent_id = $1 AND c.deleted_at IS NULL ORDER BY c.position, c.name
"""

# $3 are the words as typed, $4 single words of them: article numbers, synonyms, categories by name.
WORDS = f"""
SELECT {VERSION_HERE}, {ASKED},
       ARRAY(SELECT DISTINCT v.product_id FROM product_variant v
             WHERE lower(v.sku) = lower($3) AND v.is_active AND v.deleted_at IS NULL
             UNION SELECT p.id FROM product p WHERE lower(p.sku) = lower($3)) AS named,
       coalesce((SELECT jsonb_object_agg(term, means) FROM synonym WHERE term = ANY ($4)), '{{}}') AS synonyms
"""  # noqa: S608

CATEGORIES = """
SELECT c.name, c.slug, f.products::int AS product_count
FROM category c JOIN category_facets f ON f.category_id = c.id AND f.term = 0 AND f.products > 0
WHERE c.deleted_at IS NULL AND to_tsvector('english'::regconfig, public.shop_plain(c.name)) @@ to_tsquery('english', $1)
ORDER BY f.products DESC, c.name LIMIT $2
"""

PLAIN_PAGE = f"""
WITH page AS (
    SELECT p.id, place FROM (
        SELECT product_id, row_number() OVER () AS place FROM (
            SELECT product_id FROM listing_place WHERE category_id = $1 AND published_at <= now()
            ORDER BY {{}} LIMIT $2 OFFSET $3
        ) placed
    ) found JOIN product p ON p.id = found.product_id WHERE {ON_SHOW}
) {CARDS}
"""  # noqa: S608
PLAIN_SOLD = PLAIN_PAGE.format("sold DESC, product_id")
PLAIN_NEWEST = PLAIN_PAGE.format("published_at DESC, product_id")
PLAIN_CHEAPEST = PLAIN_PAGE.format("lowest, product_id")
PLAIN_DEAREST = PLAIN_PAGE.format("lowest DESC, product_id DESC")
PLAIN_RATING = PLAIN_PAGE.format("rating DESC, rating_count DESC, product_id")

FILTERED_PAGE = f"""
WITH page AS (
    SELECT p.id, f.place
    FROM listing_page(to_tsquery('english', $1), to_tsquery('english', $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) f
    JOIN product p ON p.id = f.product_id WHERE {ON_SHOW}
) {CARDS}
"""  # noqa: S608

# Of a list of some colours each card shows one of them; $13 are their names.
COLOURED_PAGE = f"""
SELECT card.*, shown.colour AS shown_colour, shown.image_url AS shown_url, shown.alt AS shown_alt,
       shown.width AS shown_width, shown.height AS shown_height, shown.widths AS shown_widths
FROM (SELECT *, row_number() OVER () AS nth FROM ({FILTERED_PAGE}) found) card
LEFT JOIN LATERAL (
    SELECT v.options ->> 'Colour' AS colour, i.image_url, i.alt, i.width, i.height, i.widths
    FROM product_image i JOIN product_variant v ON v.id = i.variant_id
    WHERE i.product_id = card.id AND i.deleted_at IS NULL AND v.is_active AND v.deleted_at IS NULL
        AND v.options ->> 'Colour' = ANY ($13)
    ORDER BY array_position($13, v.options ->> 'Colour'), i.is_primary DESC, i.position, i.id LIMIT 1
) shown ON true
ORDER BY card.nth
"""  # noqa: S608

# Words that may have been meant: alike in their letters, or as long and with the same beginning.
ALIKE = """
SELECT word FROM search_word
WHERE word % $1 OR (left(word, 1) = left($1, 1) AND length(word) BETWEEN length($1) - 1 AND length($1) + 1)
ORDER BY similarity(word, $1) DESC, products DESC LIMIT 200
"""
KNOWN = """
SELECT EXISTS (SELECT FROM search_word WHERE word = $1 OR word LIKE $1 || '%')
    OR EXISTS (SELECT FROM synonym WHERE term = $1)
"""
BEGINNINGS = "SELECT word FROM search_word WHERE word LIKE $1 || '%' ORDER BY products DESC, word LIMIT $2"


_Shown = Mapping[str, tuple[str, Image]]
"""By slug, the colour that a card shows and its picture, where they are not those of every list."""


class PiccoloSearch:
    """Lists, and what they count, are kept for a short while under the version of the shop."""

    def __init__(self, cards: KeptCards | None = None, version: CatalogueVersion | None = None) -> None:
        self._outlines = Outlines()
        self._cards = KeptCards() if cards is None else cards
        version = CatalogueVersion() if version is None else version
        self._categories_asked: KeptAnswers[CategoryView] = KeptAnswers(version, room=KEPT_LISTS, seconds=KEPT_SECONDS)
        self._searches: KeptAnswers[Found] = KeptAnswers(version, room=KEPT_LISTS, seconds=KEPT_SECONDS)

    async def find_category(self, slug: str, wish: Wish) -> CategoryView | None:
        key = slug, _key(wish)
        if kept := await self._categories_asked.find(key):
            return kept
        fields, values = _columns(wish.chosen)
        row = await _db().fetchrow(CATEGORY, fields, values, slug)
        if row is None:
            return None
        asked = Asked.read(row["asked"], wish)
        children = await self._children(row["id"], row["version"]) if row["has_children"] else ()
        if row["scope"] is None:  # nothing was ever listed here
            listing = Listing((), 0, 1, dropped=asked.dropped)
        else:
            listing = await self._list(wish, asked, row["version"], category_id=row["id"], scope=row["scope"])
            below = {child.slug for child in children}
            listing = replace(
                listing,
                facets=tuple(
                    replace(facet, values=tuple(value for value in facet.values if value.value in below))
                    if facet.field == "category"
                    else facet
                    for facet in listing.facets
                ),
            )
        category = CategoryView(
            row["name"],
            row["slug"],
            row["description"],
            listing,
            trail=links_of(row["trail"]),
            children=children,
        )
        return self._categories_asked.keep(key, row["version"], category)

    async def search(self, wish: Wish) -> Found:
        """Where nothing has all of the words: what they may have meant, then those of them that the shop has."""
        if not WORD.search(wish.words) and (wish.words or not wish.is_filtered):
            return Found(wish.words, Listing((), 0, 1))
        key = _key(wish)
        if kept := await self._searches.find(key):
            return kept
        typed = await _typed(wish.words)
        found, version = await self._search(typed, wish)
        if not found.listing.total and typed and not wish.literal:
            meant = [await _spelt(word) for word in typed]
            had = [word for word in meant if await _is_known(word)]
            tried = [typed, []]
            for words in (meant, had):
                if not found.listing.total and words not in tried:
                    # What was found first, nothing, is no newer than its version.
                    tried.append(words)
                    found, _ = await self._search(words, wish)
                    found = replace(found, corrected=" ".join(words))
        return self._searches.keep(key, version, found)

    async def _search(self, words: list[str], wish: Wish) -> tuple[Found, str]:
        """What there is for these words, and the version it was read under."""
        chosen = wish.chosen + ((("category", wish.category),) if wish.category else ())
        fields, values = _columns(chosen)
        row = await _db().fetchrow(WORDS, fields, values, wish.words, [*words, *map(_singular, words)])
        assert row is not None
        synonyms = msgspec.json.decode(row["synonyms"], type=dict[str, str])
        terms = _terms(words, synonyms) if words else None
        categories: tuple[CategoryLink, ...] = ()
        asked = Asked.read(row["asked"], wish)
        if terms and not wish.is_filtered and wish.page == 1:
            categories = await self._categories(terms, row["version"])
        names = _terms(words, synonyms, in_names=True) if words else None
        listing = await self._list(wish, asked, row["version"], terms=terms, names=names, named=row["named"])
        return Found(wish.words, listing, categories=categories), row["version"]

    async def _list(
        self,
        wish: Wish,
        asked: Asked,
        version: str,
        *,
        category_id: int | None = None,
        scope: int | None = None,
        terms: str | None = None,
        names: str | None = None,
        named: list[int] | None = None,
    ) -> Listing:
        what = (terms, named or None, scope, asked.groups, asked.of_variant, wish.lowest, wish.highest)
        key = (version, terms, tuple(named or ()), scope, asked.key, wish.lowest, wish.highest, wish.whole)
        outline: Outline | None = self._outlines.find(key)
        if outline is None:
            rows = await _db().fetch(COUNTS, *what, asked.fields, MOST_COUNTED)
            outline = self._outlines.keep(key, outline_of(rows, asked, whole=wish.whole))
        cards: tuple[Card, ...] = ()
        offset = (wish.page - 1) * PAGE_SIZE
        if offset < outline.total:
            rows = await _products(category_id, what, asked, names, wish, outline, offset)
            cards, shown = self._cards.keep(rows, version), _shown(rows)
            cards = _in_colour(cards, shown) if shown else cards
        return Listing(
            cards,
            outline.total,
            wish.page,
            is_more=outline.is_more,
            facets=outline.facets,
            price_span=outline.price_span,
            without=outline.without,
            dropped=asked.dropped,
        )

    async def _children(self, category_id: int, version: str) -> tuple[Department, ...]:
        key = ("children", version, category_id)
        children = self._outlines.find(key)
        if children is None:
            children = self._outlines.keep(key, departments_of(await _db().fetch(CHILDREN, category_id)))
        return cast("tuple[Department, ...]", children)

    async def _categories(self, terms: str, version: str) -> tuple[CategoryLink, ...]:
        key = ("categories", version, terms)
        found = self._outlines.find(key)
        if found is None:
            rows = await _db().fetch(CATEGORIES, terms, SUGGESTED_CATEGORIES)
            found = self._outlines.keep(key, _links(rows))
        return cast("tuple[CategoryLink, ...]", found)

    async def suggest(self, words: str) -> Suggestions:
        typed = await _typed(words)
        if not typed:
            return Suggestions()
        begun = typed[-1]
        rows = await _db().fetch(BEGINNINGS, begun, SUGGESTED_WORDS)
        queries = tuple(" ".join([*typed[:-1], row["word"]]) for row in rows)
        beginnings = _terms(typed, {}, shortest=1)
        categories = await _db().fetch(CATEGORIES, beginnings, SUGGESTED_CATEGORIES)
        left = SUGGESTED - len(queries) - len(categories)
        named = _terms(typed, {}, shortest=1, in_names=True)
        if len(begun) < SHORTEST_BEGINNING:
            # A beginning of two letters fits too much; the words that it may become are few.
            whole = [row["word"] for row in rows]
            named, beginnings = _either(typed[:-1], [f"{word}:A" for word in whole]), _either(typed[:-1], whole)
        products: list[Any] = []
        for terms in filter(None, (named, beginnings)):
            products = products or await _db().fetch(SUGGESTED_PRODUCTS, terms, left)
        return Suggestions(
            queries,
            _links(categories),
            cards_of(products),
        )

    async def learn_words(self) -> None:
        await _db().execute("REFRESH MATERIALIZED VIEW CONCURRENTLY search_word")

    async def tend_lists(self) -> int:
        listed: int = await _db().fetchval("SELECT shop_tend_listing()")
        return listed


SUGGESTED_PRODUCTS = f"""
WITH page AS (
    SELECT p.id, f.place FROM listing_page(
        to_tsquery('english', $1), NULL, NULL, NULL, '{{}}', '{{}}', NULL, NULL, 'relevance', true, $2, 0) f
    JOIN product p ON p.id = f.product_id WHERE {ON_SHOW}
) {CARDS}
"""  # noqa: S608


async def _products(
    category_id: int | None,
    what: tuple[Any, ...],
    asked: Asked,
    names: str | None,
    wish: Wish,
    outline: Outline,
    offset: int,
) -> list[Any]:
    """The cards of a page, in its order."""
    if category_id is not None and not asked.groups and wish.lowest is None and wish.highest is None:
        return await _plain_page(category_id, wish.sort, offset)
    return await _page(what, names, wish, outline, offset)


async def _plain_page(category_id: int, sort: Sort, offset: int) -> list[Any]:
    db, args = _db(), (category_id, PAGE_SIZE, offset)
    match sort:
        case Sort.NEWEST:
            return await db.fetch(PLAIN_NEWEST, *args)
        case Sort.PRICE_UP:
            return await db.fetch(PLAIN_CHEAPEST, *args)
        case Sort.PRICE_DOWN:
            return await db.fetch(PLAIN_DEAREST, *args)
        case Sort.RATING:
            return await db.fetch(PLAIN_RATING, *args)
    return await db.fetch(PLAIN_SOLD, *args)


async def _page(what: tuple[Any, ...], names: str | None, wish: Wish, outline: Outline, offset: int) -> list[Any]:
    terms, *rest = what
    order = "names" if wish.sort is Sort.RELEVANCE and outline.total > RANKED else str(wish.sort)
    args = (terms, names, *rest, order, outline.is_more, PAGE_SIZE, offset)
    if wish.colours:
        return await _db().fetch(COLOURED_PAGE, *args, sorted(wish.colours))
    return await _db().fetch(FILTERED_PAGE, *args)


def _shown(rows: Iterable[Any]) -> _Shown:
    return {
        row["slug"]: (
            row["shown_colour"],
            Image(row["shown_url"], row["shown_alt"], row["shown_width"], row["shown_height"], (*row["shown_widths"],)),
        )
        for row in rows
        if row.get("shown_colour")
    }


def _in_colour(cards: Iterable[Card], shown: _Shown) -> tuple[Card, ...]:
    return tuple(
        replace(card, colour=shown[card.slug][0], image=shown[card.slug][1]) if card.slug in shown else card
        for card in cards
    )


async def _spelt(word: str) -> str:
    """`word` as the shop spells it, or as it is where the shop knows it or nothing like it."""
    if len(word) < SHORTEST_CORRECTED or word.isdecimal() or await _is_known(word):
        return word
    alike = [row["word"] for row in await _db().fetch(ALIKE, word)]
    return next(iter(difflib.get_close_matches(word, alike, n=1, cutoff=CLOSE)), word)


async def _is_known(word: str) -> bool:
    """Whether the shop has the word, or one that begins so."""
    return bool(await _db().fetchval(KNOWN, word))


async def _typed(text: str) -> list[str]:
    """The words of a text as search sees them: without accents, which the database takes away as it does in names."""
    if not text.isascii():
        text = await _db().fetchval("SELECT shop_plain($1)", text)
    return [word.lower() for word in WORD.findall(text)][:MOST_WORDS]


def _singular(word: str) -> str:
    """Under which one may look up what a plural means."""
    return word.removesuffix("s") if len(word) > SHORTEST_BEGINNING else word


def _terms(
    words: list[str], synonyms: Mapping[str, str], *, shortest: int = SHORTEST_BEGINNING, in_names: bool = False
) -> str:
    """A tsquery: each word as a beginning, or what means the same; `in_names` looks at names and numbers only."""
    weight = "A" if in_names else ""

    def begun(word: str) -> str:
        mark = ("*" if len(word) >= shortest else "") + weight
        return f"{word}:{mark}" if mark else word

    return " & ".join(
        "({})".format(
            " | ".join(
                [begun(word)]
                + [
                    "({})".format(" & ".join(map(begun, WORD.findall(other.lower()))))
                    for other in (synonyms.get(word) or synonyms.get(_singular(word), "")).split(",")
                    if WORD.search(other)
                ]
            )
        )
        for word in words
    )


def _links(rows: Iterable[Any]) -> tuple[CategoryLink, ...]:
    return tuple(CategoryLink(row["name"], row["slug"], row["product_count"]) for row in rows)


def _either(words: list[str], endings: list[str]) -> str:
    """All of `words` and one of `endings`; nothing where there is no ending."""
    return " & ".join([*words, "({})".format(" | ".join(endings))]) if endings else ""


def _key(wish: Wish) -> Hashable:
    """All that a list is asked for by."""
    prices = wish.lowest, wish.highest
    return wish.category, wish.words, wish.chosen, prices, wish.sort, wish.page, wish.literal, wish.whole


def _columns(pairs: tuple[tuple[str, str], ...]) -> tuple[list[str], list[str]]:
    return [field for field, _ in pairs], [value for _, value in pairs]


def _db() -> ShopEngine:
    return engine_of(Product)
