"""What a shopper asks of a list of products: words, filters, order and page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

PAGE_SIZE = 24
COUNTED_EXACTLY = 10_000
"""Up to here matches are counted; beyond it a list says "10,000+"."""
LAST_PAGE = COUNTED_EXACTLY // PAGE_SIZE
"""Paging stops where counting stops: what lies beyond is found by a filter, not by turning pages."""
LONGEST_SEARCH = 200


class Sort(StrEnum):
    """`RELEVANCE` is how well the words fit, and without words how well a product sells."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    PRICE_UP = "price"
    PRICE_DOWN = "price-down"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Wish:
    """One list asked for. Values within a filter are alternatives; filters add up, and one variant must meet them all.

    `category` and `brands` are slugs; `colours`, `sizes` and `attributes` (by code) hold values as the shop spells
    them; prices are inclusive; `rating` is the least average, 1 to 4. `page` starts at 1.
    """

    category: str = ""
    words: str = ""
    brands: frozenset[str] = frozenset()
    colours: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lowest: Decimal | None = None
    highest: Decimal | None = None
    rating: int = 0
    in_stock: bool = False
    on_sale: bool = False
    is_new: bool = False
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    literal: bool = False
    """Search for the words exactly as typed, without a corrected spelling."""

    @property
    def is_filtered(self) -> bool:
        return bool(
            self.brands
            or self.colours
            or self.sizes
            or self.attributes
            or self.lowest is not None
            or self.highest is not None
            or self.rating
            or self.in_stock
            or self.on_sale
            or self.is_new
        )


def within_reach(page: int) -> int:
    return min(max(page, 1), LAST_PAGE)
