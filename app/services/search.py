"""Finding things in the shop."""

from dataclasses import dataclass, replace

from app.core.errors import Moved, NotFound
from app.core.listing import LONGEST_SEARCH, Wish, with_price_in_words, within_reach
from app.ports.catalog import Catalog, Listing
from app.ports.search import CategoryView, Found, Search, Suggestions
from app.ports.transactions import Transactions

SHORTEST_SUGGESTED = 2


@dataclass(frozen=True)
class SearchService:
    lists: Search
    catalog: Catalog
    transactions: Transactions

    async def category(self, slug: str, wish: Wish) -> CategoryView:
        """Raises Moved for an old address, NotFound for an unknown category or a page beyond the last."""
        asked, wish = wish.page, replace(wish, page=within_reach(wish.page))
        found = await self.lists.find_category(slug, wish)
        if found is None:
            if new := await self.catalog.moved_to("category", slug):
                raise Moved("category", new)
            raise NotFound("category", slug)
        if max(asked, 1) > found.listing.last_page:
            raise NotFound("page", str(asked))
        return found

    async def search(self, wish: Wish) -> Found:
        """Matches for the words (at most 200 characters count); nothing for an empty query without filters.

        A price in words ("under 50") is a filter. Raises NotFound for a page beyond the last.
        """
        words = wish.words[:LONGEST_SEARCH].strip()
        page, wish = wish.page, replace(wish, words=words, page=within_reach(wish.page))
        asked = wish if wish.literal else with_price_in_words(wish)
        if not words and not wish.is_filtered:
            return Found("", Listing((), 0, 1), meant=wish)
        found = await self.lists.search(asked)
        if max(page, 1) > found.listing.last_page:
            raise NotFound("page", str(page))
        return replace(found, words=words, meant=asked)

    async def suggest(self, words: str) -> Suggestions:
        """Nothing below two characters."""
        words = words[:LONGEST_SEARCH].strip()
        return await self.lists.suggest(words) if len(words) >= SHORTEST_SUGGESTED else Suggestions()

    async def tend_lists(self) -> int:
        """A chore of the worker: what time changes in lists, and counters that only decide an order."""
        async with self.transactions.begin():
            return await self.lists.tend_lists()

    async def learn_words(self) -> int:
        """A chore of the worker; there is never more to do at once."""
        async with self.transactions.begin():
            await self.lists.learn_words()
        return 0
