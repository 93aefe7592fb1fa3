"""What a shopper asks of a list of products: words, filters, order and page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

PAGE_SIZE = 24
COUNTED_EXACTLY = 10_000
"""Up to here matches are counted; beyond it a list says "10,000+"."""
LAST_PAGE = -(-COUNTED_EXACTLY // PAGE_SIZE)
"""Paging stops where counting stops: what lies beyond is found by a filter, not by turning pages."""
LONGEST_SEARCH = 200
VALUES_AT_FIRST = 10
"""So many values a filter shows, those with the most products; chosen ones always."""
MOST_VALUES = 200
"""So many where all of them are asked for."""
RATINGS = (4, 3, 2, 1)

AMOUNT = r"[$€£]?\s?(?P<{}>\d{{1,7}}(?:[.,]\d{{1,2}})?)\s?[$€£]?"
PRICE_IN_WORDS = re.compile(
    r"(?<!\S)(?:(?P<which>under|below|less than|up to|over|above|more than|unter|bis|weniger als|über|ab|mehr als)\s+"
    rf"{AMOUNT.format('amount')}|(?:between|from|zwischen|von)\s+{AMOUNT.format('lowest')}\s+(?:and|to|und|bis)\s+"
    rf"{AMOUNT.format('highest')})(?!\S)",
    re.IGNORECASE,
)
UPWARD = frozenset({"over", "above", "more than", "über", "ab", "mehr als"})


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
    whole: str = ""
    """The one field (as in `chosen`) whose values are all to be shown, not only those with the most products."""

    @property
    def is_filtered(self) -> bool:
        return bool(self.chosen or self.lowest is not None or self.highest is not None)

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """What is asked for besides words, prices and category, as (field, value), in the order of the form."""
        one = {
            "rating": str(self.rating) if self.rating else "",
            "available": "1" if self.in_stock else "",
            "sale": "1" if self.on_sale else "",
            "new": "1" if self.is_new else "",
        }
        many = {"brand": self.brands, "colour": self.colours, "size": self.sizes}
        return (
            *((name, value) for name, values in many.items() for value in sorted(values)),
            *((name, value) for name, value in one.items() if value),
            *((f"a.{code}", value) for code in sorted(self.attributes) for value in sorted(self.attributes[code])),
        )


def within_reach(page: int) -> int:
    return min(max(page, 1), LAST_PAGE)


def with_price_in_words(wish: Wish) -> Wish:
    """ "lamp under 50" is the word "lamp" and a price, "lampe unter 50" as well. A price that was asked for by itself
    counts more.
    """
    found = PRICE_IN_WORDS.search(wish.words)
    if found is None:
        return wish
    words = f"{wish.words[: found.start()].rstrip()} {wish.words[found.end() :].lstrip()}".strip()
    lowest, highest = found["lowest"], found["highest"]
    if found["which"]:
        lowest, highest = (found["amount"], None) if found["which"].lower() in UPWARD else (None, found["amount"])
    return replace(
        wish,
        words=words,
        lowest=_amount(lowest) if wish.lowest is None else wish.lowest,
        highest=_amount(highest) if wish.highest is None else wish.highest,
    )


def _amount(typed: str | None) -> Decimal | None:
    return Decimal(typed.replace(",", ".")) if typed else None
