"""Looking round the shop."""

from dataclasses import dataclass

from app.core.errors import Gone, Moved, NotFound, ShopError
from app.core.listing import within_reach
from app.ports.catalog import Card, Catalog, CategoryLink, FlashSaleView, HomeView, ProductView, ReviewsView
from app.ports.transactions import Transactions

REMEMBERED_PRODUCTS = 8


@dataclass(frozen=True)
class CatalogService:
    catalog: Catalog
    transactions: Transactions

    async def home(self, *, page: int = 1) -> HomeView:
        """Raises NotFound for a page of the explore grid that does not exist."""
        home = await self.catalog.home(page=within_reach(page))
        if page > home.explore.last_page:
            raise NotFound("page", str(page))
        return home

    async def best_sellers(self) -> tuple[Card, ...]:
        return await self.catalog.best_sellers()

    async def flash_sale(self) -> FlashSaleView | None:
        return await self.catalog.flash_sale()

    async def navigation(self) -> tuple[CategoryLink, ...]:
        return await self.catalog.navigation()

    async def product(self, slug: str) -> ProductView:
        """Raises Moved for an old address, Gone for a product that was sold here once, else NotFound."""
        if found := await self.catalog.find_product(slug):
            return found
        raise await self._missing(slug)

    async def reviews(self, slug: str, *, stars: int = 0, page: int = 1) -> ReviewsView:
        """Raises what `product` raises, and NotFound for a page beyond the last."""
        found = await self.catalog.find_reviews(slug, stars=stars, page=within_reach(page))
        if found is None:
            raise await self._missing(slug)
        if page > found.last_page:
            raise NotFound("page", str(page))
        return found

    async def lately_seen(self, slugs: tuple[str, ...]) -> tuple[Card, ...]:
        return await self.catalog.cards(slugs[:REMEMBERED_PRODUCTS]) if slugs else ()

    async def version(self) -> str:
        return await self.catalog.version()

    async def sum_up_changes(self) -> int:
        """A chore of the worker; there is never more to do at once."""
        async with self.transactions.begin():
            await self.catalog.sum_up_changes()
        return 0

    async def _missing(self, slug: str) -> ShopError:
        if new := await self.catalog.moved_to("product", slug):
            return Moved("product", new)
        return (Gone if await self.catalog.was_published(slug) else NotFound)("product", slug)
