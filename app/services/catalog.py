"""Looking round the shop."""

from dataclasses import dataclass

from app.core.errors import Gone, NotFound
from app.ports.catalog import Catalog, CategoryLink, CategoryView, HomeView, Listing, ProductView

LONGEST_SEARCH = 200
LAST_PAGE = 1000


@dataclass(frozen=True)
class CatalogService:
    catalog: Catalog

    async def home(self) -> HomeView:
        return await self.catalog.home()

    async def navigation(self) -> tuple[CategoryLink, ...]:
        return await self.catalog.navigation()

    async def category(self, slug: str, *, page: int) -> CategoryView:
        """Raises NotFound for an unknown category or a page beyond the last."""
        found = await self.catalog.find_category(slug, page=_within_reach(page))
        if found is None or (page > 1 and page > found.listing.last_page):
            raise NotFound("category", slug)
        return found

    async def product(self, slug: str) -> ProductView:
        """Raises Gone for a product that was sold here once, else NotFound."""
        found = await self.catalog.find_product(slug)
        if found is None:
            raise (Gone if await self.catalog.was_published(slug) else NotFound)("product", slug)
        return found

    async def search(self, words: str, *, page: int) -> Listing:
        """Matches for `words` (at most 200 characters count); nothing for an empty query."""
        words = words[:LONGEST_SEARCH].strip()
        if not words:
            return Listing((), 0, 1)
        return await self.catalog.search(words, page=_within_reach(page))


def _within_reach(page: int) -> int:
    return min(max(page, 1), LAST_PAGE)
