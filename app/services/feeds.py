"""The shop for machines: sitemaps and the product feed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from app.core.errors import NotFound
from app.ports.feeds import Feeds, Offer, Place, SitemapPart


@dataclass(frozen=True)
class FeedService:
    feeds: Feeds

    async def parts(self) -> tuple[SitemapPart, ...]:
        return await self.feeds.parts()

    async def categories(self) -> tuple[Place, ...]:
        return await self.feeds.categories()

    async def products(self, part: int) -> AsyncIterator[tuple[Place, ...]]:
        """A part's products, page by page. Raises NotFound for one without any."""
        page = await self.feeds.products(part)
        if not page:
            raise NotFound("page", str(part))
        return self._products(part, page)

    async def _products(self, part: int, page: tuple[Place, ...]) -> AsyncIterator[tuple[Place, ...]]:
        while page:
            yield page
            page = await self.feeds.products(part, after=page[-1].id)

    async def offers(self) -> AsyncIterator[tuple[Offer, ...]]:
        """Every variant on sale, page by page."""
        page = await self.feeds.offers()
        while page:
            yield page
            page = await self.feeds.offers(after=page[-1].id)
