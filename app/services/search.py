"""Finding things in the shop."""

from dataclasses import dataclass, replace

from app.core.errors import Moved, NotFound
from app.core.listing import LONGEST_SEARCH, Wish, within_reach
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
        wish = replace(wish, page=within_reach(wish.page))
        found = await self.lists.find_category(slug, wish)
        if found is None:
            if new := await self.catalog.moved_to("category", slug):
                raise Moved("category", new)
            raise NotFound("category", slug)
        if wish.page > found.listing.last_page:
            raise NotFound("page", str(wish.page))
        return found

    async def search(self, wish: Wish) -> Found:
        """Matches for the words (at most 200 characters count); nothing for an empty query."""
        words = wish.words[:LONGEST_SEARCH].strip()
        if not words:
            return Found("", Listing((), 0, 1))
        return await self.lists.search(replace(wish, words=words, page=within_reach(wish.page)))

    async def suggest(self, words: str) -> Suggestions:
        """Nothing below two characters."""
        words = words[:LONGEST_SEARCH].strip()
        return await self.lists.suggest(words) if len(words) >= SHORTEST_SUGGESTED else Suggestions()

    async def learn_words(self) -> int:
        """A chore of the worker; there is never more to do at once."""
        async with self.transactions.begin():
            await self.lists.learn_words()
        return 0
