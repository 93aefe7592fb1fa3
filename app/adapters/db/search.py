"""Lists of products and search, in PostgreSQL: raw queries into read structs."""

import difflib
import re
from collections.abc import Mapping

from app.adapters.db.cards import CARDS, DEPARTMENTS, ON_SHOW, TRAIL, cards_of, departments_of, links_of, read_cards
from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.catalog import Product
from app.core.listing import PAGE_SIZE, Wish
from app.ports.catalog import Listing
from app.ports.search import CategoryView, Found, Suggestions

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12
SHORTEST_CORRECTED = 4
CLOSE = 0.75
"""How much two spellings must have in common, by difflib; one wrong letter in four is still close."""

CATEGORY = f"""
SELECT c.id, c.name, c.slug, coalesce(c.description, '') AS description, {TRAIL},
       (SELECT count(*) FROM product p
        WHERE p.category_id IN (SELECT category_below(c.id)) AND {ON_SHOW})::int AS total
FROM category c WHERE c.slug = $1 AND c.deleted_at IS NULL
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


class PiccoloSearch:
    async def find_category(self, slug: str, wish: Wish) -> CategoryView | None:
        page = wish.page
        row = await _db().fetchrow(CATEGORY, slug)
        if row is None:
            return None
        cards = await read_cards(
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
            trail=links_of(row["trail"]),
            children=departments_of(await _db().fetch(DEPARTMENTS, row["id"])),
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
        return Listing(cards_of(rows), total, wish.page)

    async def suggest(self, words: str) -> Suggestions:
        return Suggestions()

    async def learn_words(self) -> None:
        await _db().execute("REFRESH MATERIALIZED VIEW search_word")


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


def _db() -> ShopEngine:
    return engine_of(Product)
