"""What the shop window shows. Reads that fill a page; nothing here changes anything."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.core.listing import LAST_PAGE, PAGE_SIZE

__all__ = ["PAGE_SIZE"]

REVIEWS_PER_PAGE = 10
LATEST_REVIEWS = 4
"""How many a product's own page shows."""


@dataclass(frozen=True, slots=True)
class CategoryLink:
    """A category in a menu; `children` are shown below it, with counts of all that lies under them."""

    name: str
    slug: str
    product_count: int = 0
    children: tuple["CategoryLink", ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """`url` names the widest file. `widths` are those it is kept in (`-<width>.webp` in the url); empty: this one only.

    `colour` is the value of the option Colour it shows, "" where it shows all of them.
    """

    url: str
    alt: str
    width: int
    height: int
    widths: tuple[int, ...] = ()
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour a product comes in; `hex` is like #8a9a7b, "" where nobody said how it looks."""

    name: str
    hex: str


@dataclass(frozen=True, slots=True)
class Card:
    """One product in a grid. `available` sums its variants; `variant_id` is set when there is nothing to choose.

    `price` is today's lowest, flash sale included; `struck` what is struck through beside it: see VariantView.
    `released_at` is set while it is sold before its release. `flash` is set while a flash sale runs for it.
    """

    slug: str
    name: str
    image: Image | None
    price: Decimal
    highest_price: Decimal
    struck: Decimal | None
    available: int
    variant_count: int
    variant_id: int | None
    is_new: bool
    rating_average: Decimal
    rating_count: int
    brand: str = ""
    swatches: tuple[Swatch, ...] = ()
    released_at: datetime | None = None
    flash: "FlashOffer | None" = None
    colour: str = ""
    """That of the picture, where a list was asked for colours; its links lead to it."""

    def __hash__(self) -> int:
        """Of as much as tells most cards apart: pages look up each of theirs by value."""
        return hash((self.slug, self.colour, self.available, self.rating_count))


@dataclass(frozen=True, slots=True)
class FlashOffer:
    """What a flash sale says of one product; `sold` of `cap` units are gone at its price."""

    ends_at: datetime
    cap: int
    sold: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`value` is what the form sends, `label` what shoppers read; `count` is what choosing it too would show.

    `is_least`: there are at least so many; counting stopped there.
    """

    value: str
    label: str
    count: int
    is_chosen: bool
    swatch: str = ""
    is_least: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter. `field` is the form's name for it: brand, colour, size, rating, available, sale, new, a.<code>.

    Category facets have the field `category` and are links, not boxes. `label` is set for attributes (theirs come from
    the shop); the others are named by the template. `known` counts the values there are, shown or not; `is_whole` where
    they were asked for.
    """

    field: str
    values: tuple[FacetValue, ...]
    label: str = ""
    known: int = 0
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of cards. `total` counts matches up to COUNTED_EXACTLY; `is_more` says that there are more than that.

    `price_span` is the lowest and the highest price among the matches without the price filter.
    """

    cards: tuple[Card, ...]
    total: int
    page: int
    is_more: bool = False
    facets: tuple[Facet, ...] = ()
    price_span: tuple[Decimal, Decimal] | None = None
    without: tuple[tuple[str, int], ...] = ()
    """For each filter that is asked for (by its field, `price` too): how many there would be without it."""
    dropped: tuple[tuple[str, str], ...] = ()
    """(field, value) that was asked for and that the shop does not know; it was left out."""
    size: int = PAGE_SIZE
    """Cards to a page."""

    @property
    def has_more(self) -> bool:
        return self.page < self.last_page

    @property
    def last_page(self) -> int:
        return min(max(1, -(-self.total // self.size)), LAST_PAGE)

    @property
    def upto(self) -> int:
        """How many cards this page and those before it have."""
        return min(self.page * self.size, self.total)

    @property
    def left(self) -> int:
        """How many cards the next page would add."""
        return max(0, min(self.total - self.page * self.size, self.size))


@dataclass(frozen=True, slots=True)
class Department:
    """A category with one picture for its tile.

    `wide_picture` is the address of one 1200 pixels wide that has one of 800 beside it (-800.webp in its place), ""
    where there is none or nobody asked.
    """

    name: str
    slug: str
    product_count: int
    image: Image | None
    description: str = ""
    wide_picture: str = ""


@dataclass(frozen=True, slots=True)
class FlashSaleView:
    """The sale that runs, or the next one: `is_running` tells. A sale to come has no cards: it says no prices yet."""

    name: str
    starts_at: datetime
    ends_at: datetime
    is_running: bool
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class HomeView:
    """`departments` are the top categories, `categories` those below them that sell best.

    `explore` goes on where the best sellers end. Of a later page of it, only that page is filled.
    """

    departments: tuple[Department, ...]
    best_sellers: tuple[Card, ...]
    new_arrivals: tuple[Card, ...]
    flash_sale: FlashSaleView | None = None
    categories: tuple[Department, ...] = ()
    explore: Listing = field(default_factory=lambda: Listing((), 0, 1))


@dataclass(frozen=True, slots=True)
class VariantView:
    """One thing one can buy. `options` maps an option's name to the value this variant has, in display order.

    `struck` is what is struck through beside its price: the lowest of the 30 days before today's price cut, None where
    it was not dearer then.
    """

    id: int
    sku: str
    label: str
    options: dict[str, str]
    price: Decimal
    available: int
    struck: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """A line of the specification. `kind` is text, number or boolean; a number is written with a decimal point."""

    name: str
    kind: str
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """`author` is a first name and an initial ("Ada L."), "" where there is none to show; `rating` is 1 to 5.

    `language` is that of the text (en, pt-BR), "" where nobody knows.
    """

    author: str
    rating: int
    text: str
    written_at: datetime
    language: str = ""


@dataclass(frozen=True, slots=True)
class ReviewsView:
    """A page of what customers said of a product. `ratings` counts all of them, `total` those with `stars` (0: all)."""

    slug: str
    name: str
    rating_average: Decimal
    rating_count: int
    ratings: tuple[int, int, int, int, int]
    reviews: tuple[ReviewView, ...]
    total: int
    stars: int = 0
    page: int = 1

    @property
    def last_page(self) -> int:
        return min(max(1, -(-self.total // REVIEWS_PER_PAGE)), LAST_PAGE)

    @property
    def has_more(self) -> bool:
        return self.page < self.last_page


@dataclass(frozen=True, slots=True)
class ProductView:
    """`price` is today's base price, flash sale included.

    `seller` is "" for the house.
    """

    id: int
    slug: str
    name: str
    description: str
    category: CategoryLink
    images: tuple[Image, ...]
    variants: tuple[VariantView, ...]
    price: Decimal
    rating_average: Decimal
    rating_count: int
    related: tuple[Card, ...]
    summary: str = ""
    trail: tuple[CategoryLink, ...] = ()
    brand: str = ""
    brand_slug: str = ""
    seller: str = ""
    details: tuple[Detail, ...] = ()
    swatches: tuple[Swatch, ...] = ()
    released_at: datetime | None = None
    is_digital: bool = False
    flash: FlashOffer | None = None
    ratings: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    """How many approved reviews gave 1, 2, 3, 4 and 5 stars."""
    reviews: tuple[ReviewView, ...] = ()
    """The latest `LATEST_REVIEWS`; the rest comes with the reviews' own page."""


class Catalog(Protocol):
    async def home(self, *, page: int = 1) -> HomeView:
        """`page` is that of the explore grid."""
        ...

    async def best_sellers(self) -> tuple[Card, ...]:
        """What a page shows that has nothing else to show. One query at most."""
        ...

    async def flash_sale(self) -> FlashSaleView | None:
        """The running flash sale, else the next one within a week."""
        ...

    async def navigation(self) -> tuple[CategoryLink, ...]:
        """Top-level categories that have something to show, in their order, with the ones below them."""
        ...

    async def find_product(self, slug: str) -> ProductView | None:
        """The published product, or None; drafts, archived and scheduled products do not exist for shoppers."""
        ...

    async def find_reviews(self, slug: str, *, stars: int = 0, page: int = 1) -> ReviewsView | None:
        """Approved reviews of a published product, the newest first; None for what `find_product` does not find."""
        ...

    async def was_published(self, slug: str) -> bool:
        """Whether shoppers could once open this product, so that the answer is 410 and not 404."""
        ...

    async def moved_to(self, kind: str, old_slug: str) -> str | None:
        """The present slug of a product or category that once had `old_slug`."""
        ...

    async def cards(self, slugs: tuple[str, ...]) -> tuple[Card, ...]:
        """Cards of the published products among `slugs`, in that order: what somebody looked at lately."""
        ...

    async def version(self) -> str:
        """Changes whenever anything that pages without a visitor show has changed. One cheap query at most."""
        ...

    async def sum_up_changes(self) -> int:
        """Keep `version` cheap to read; how many changes were summed up, 0 where there is nothing to gain. In a
        transaction."""
        ...
