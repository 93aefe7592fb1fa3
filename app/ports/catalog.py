"""What the shop window shows. Reads that fill a page; nothing here changes anything."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

PAGE_SIZE = 24


@dataclass(frozen=True, slots=True)
class CategoryLink:
    name: str
    slug: str
    product_count: int = 0


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """One product in a grid. `available` sums its variants; `variant_id` is set when there is nothing to choose."""

    slug: str
    name: str
    image: Image | None
    price: Decimal
    highest_price: Decimal
    compare_at_price: Decimal | None
    available: int
    variant_count: int
    variant_id: int | None
    is_new: bool
    rating_average: Decimal
    rating_count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of cards. `total` counts all matches, `page` starts at 1."""

    cards: tuple[Card, ...]
    total: int
    page: int

    @property
    def has_more(self) -> bool:
        return self.page * PAGE_SIZE < self.total

    @property
    def last_page(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Department:
    """A category with one picture for its tile."""

    name: str
    slug: str
    product_count: int
    image: Image | None


@dataclass(frozen=True, slots=True)
class HomeView:
    departments: tuple[Department, ...]
    on_sale: tuple[Card, ...]
    best_sellers: tuple[Card, ...]
    new_arrivals: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class CategoryView:
    name: str
    slug: str
    description: str
    listing: Listing


@dataclass(frozen=True, slots=True)
class VariantView:
    """One thing one can buy. `options` maps an option's name to the value this variant has, in display order."""

    id: int
    sku: str
    label: str
    options: dict[str, str]
    price: Decimal
    available: int


@dataclass(frozen=True, slots=True)
class ProductView:
    id: int
    slug: str
    name: str
    description: str
    category: CategoryLink
    images: tuple[Image, ...]
    variants: tuple[VariantView, ...]
    price: Decimal
    compare_at_price: Decimal | None
    rating_average: Decimal
    rating_count: int
    related: tuple[Card, ...]


class Catalog(Protocol):
    async def home(self) -> HomeView: ...

    async def navigation(self) -> tuple[CategoryLink, ...]:
        """Top-level categories that have something to show, in their order."""
        ...

    async def find_category(self, slug: str, *, page: int) -> CategoryView | None: ...

    async def find_product(self, slug: str) -> ProductView | None:
        """The published product, or None; drafts, archived and scheduled products do not exist for shoppers."""
        ...

    async def was_published(self, slug: str) -> bool:
        """Whether shoppers could once open this product, so that the answer is 410 and not 404."""
        ...

    async def search(self, words: str, *, page: int) -> Listing: ...
