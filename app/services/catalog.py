"""Looking round the shop."""

from dataclasses import dataclass

from app.core.errors import Gone, Moved, NotFound
from app.core.listing import within_reach
from app.ports.catalog import Card, Catalog, CategoryLink, FlashSaleView, HomeView, ProductView
from app.ports.transactions import Transactions

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

    async def product(self, slug: str) -> ProductView:
        """Raises Moved for an old address, Gone for a product that was sold here once, else NotFound."""
        found = await self.catalog.find_product(slug)
        if found is not None:
            return found
        if new := await self.catalog.moved_to("product", slug):
            raise Moved("product", new)
        raise (Gone if await self.catalog.was_published(slug) else NotFound)("product", slug)

    async def lately_seen(self, slugs: tuple[str, ...]) -> tuple[Card, ...]:
        return await self.catalog.cards(slugs[:REMEMBERED_PRODUCTS]) if slugs else ()

    async def version(self) -> str:
        return await self.catalog.version()

    async def sum_up_changes(self) -> int:
        """A chore of the worker; there is never more to do at once."""
        async with self.transactions.begin():
            await self.catalog.sum_up_changes()
        return 0
