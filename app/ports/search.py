"""Finding products: lists by category, words and filters."""

from dataclasses import dataclass, field
from typing import Protocol

from app.core.listing import Wish
from app.ports.catalog import Card, CategoryLink, Department, Listing


@dataclass(frozen=True, slots=True)
class CategoryView:
    """`trail` are the categories above it, outermost first; `children` those right below it."""

    name: str
    slug: str
    description: str
    listing: Listing
    trail: tuple[CategoryLink, ...] = ()
    children: tuple[Department, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought. `corrected` is the spelling that was searched instead, where that found more.

    `categories` are those whose name fits the words. `meant` is what was asked for, a price in words being a filter.
    """

    words: str
    listing: Listing
    corrected: str = ""
    categories: tuple[CategoryLink, ...] = ()
    meant: Wish = field(default_factory=Wish)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """At most 8 in all, best first."""

    queries: tuple[str, ...] = ()
    categories: tuple[CategoryLink, ...] = ()
    products: tuple[Card, ...] = ()


class Search(Protocol):
    async def find_category(self, slug: str, wish: Wish) -> CategoryView | None:
        """The category with what `wish` asks for. Options and prices asked for are met by one and the same variant."""
        ...

    async def search(self, wish: Wish) -> Found:
        """Words in any form, as beginnings, with one wrong letter, as synonyms, or an article number."""
        ...

    async def suggest(self, words: str) -> Suggestions: ...

    async def tend_lists(self) -> int:
        """List anew what time has changed, and fold counts together; how many products it were."""
        ...

    async def learn_words(self) -> None:
        """Read anew which words the catalogue uses; what people type is corrected to these."""
        ...
