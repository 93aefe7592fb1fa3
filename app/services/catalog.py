"""Looking round the shop."""

from dataclasses import dataclass, replace

from app.core.errors import Gone, Moved, NotFound
from app.core.listing import LAST_PAGE, LONGEST_SEARCH, Wish
from app.ports.catalog import (
    Card,
    Catalog,
    CategoryLink,
    CategoryView,
    FlashSaleView,
    Found,
    HomeView,
    Listing,
    ProductView,
    Suggestions,
)
from app.ports.transactions import Transactions

SHORTEST_SUGGESTED = 2
REMEMBERED_PRODUCTS = 8


@dataclass(frozen=True)
class CatalogService:
    catalog: Catalog
    transactions: Transactions

    async def home(self, *, page: int = 1) -> HomeView:
        return await self.catalog.home(page=within_reach(page))

    async def flash_sale(self) -> FlashSaleView | None:
        return await self.catalog.flash_sale()

    async def navigation(self) -> tuple[CategoryLink, ...]:
        return await self.catalog.navigation()

    async def category(self, slug: str, wish: Wish) -> CategoryView:
        """Raises Moved for an old address, NotFound for an unknown category or a page beyond the last."""
        wish = replace(wish, page=within_reach(wish.page))
        found = await self.catalog.find_category(slug, wish)
        if found is None:
            if new := await self.catalog.moved_to("category", slug):
                raise Moved("category", new)
            raise NotFound("category", slug)
        if wish.page > found.listing.last_page:
            raise NotFound("page", str(wish.page))
        return found

    async def product(self, slug: str) -> ProductView:
        """Raises Moved for an old address, Gone for a product that was sold here once, else NotFound."""
        found = await self.catalog.find_product(slug)
        if found is not None:
            return found
        if new := await self.catalog.moved_to("product", slug):
            raise Moved("product", new)
        raise (Gone if await self.catalog.was_published(slug) else NotFound)("product", slug)

    async def search(self, wish: Wish) -> Found:
        """Matches for the words (at most 200 characters count); nothing for an empty query."""
        words = wish.words[:LONGEST_SEARCH].strip()
        if not words:
            return Found("", Listing((), 0, 1))
        return await self.catalog.search(replace(wish, words=words, page=within_reach(wish.page)))

    async def suggest(self, words: str) -> Suggestions:
        """Nothing below two characters."""
        words = words[:LONGEST_SEARCH].strip()
        return await self.catalog.suggest(words) if len(words) >= SHORTEST_SUGGESTED else Suggestions()

    async def lately_seen(self, slugs: tuple[str, ...]) -> tuple[Card, ...]:
        return await self.catalog.cards(slugs[:REMEMBERED_PRODUCTS]) if slugs else ()

    async def learn_words(self) -> int:
        """A chore of the worker; there is never more to do at once."""
        async with self.transactions.begin():
            await self.catalog.learn_words()
        return 0

    async def version(self) -> str:
        return await self.catalog.version()


def within_reach(page: int) -> int:
    return min(max(page, 1), LAST_PAGE)
