"""What machines read of the shop: every address for search engines, every offer for price comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SitemapPart:
    """Products of one span of ids; it keeps its number whatever is published around it."""

    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A page to be found. `id` is where to go on from."""

    id: int
    path: str
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant as it is sold now. `before` is what is struck through beside its price.

    `label` tells it from the product's other variants, `options` maps names to values, `category` are names from the
    top down, `starts_at` and `ends_at` are those of a flash price.
    """

    id: int
    sku: str
    slug: str
    name: str
    label: str
    options: Mapping[str, str]
    description: str
    brand: str
    category: tuple[str, ...]
    image: str
    price: Decimal
    before: Decimal | None
    available: int
    released_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None


class Feeds(Protocol):
    """Everything comes in pages of bounded size, so that a million products need no more memory than a thousand."""

    async def parts(self) -> tuple[SitemapPart, ...]: ...

    async def categories(self) -> tuple[Place, ...]:
        """Those with something to show."""
        ...

    async def products(self, part: int, *, after: int = 0) -> tuple[Place, ...]:
        """The next published products of a part with an id above `after`; empty at its end."""
        ...

    async def offers(self, *, after: int = 0) -> tuple[Offer, ...]:
        """The next variants with an id above `after`; empty at the end."""
        ...
