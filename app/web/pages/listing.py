"""Contexts of the lists of products."""

from dataclasses import dataclass
from decimal import Decimal

from app.core.listing import VALUES_AT_FIRST
from app.ports.catalog import Card, CategoryLink, Listing
from app.ports.search import CategoryView, Suggestions
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter; `is_off` where choosing it would show nothing. `address` is set where it is a link.

    `is_ours`: the label is in the language of the page, not in that of the catalogue.
    """

    value: str
    label: str
    count: str
    is_chosen: bool
    is_off: bool
    swatch: str = ""
    address: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Toggle:
    """The address of the list with all values of a filter, or with its first ones only, as the label says."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """A filter as the form shows it. `kind` is boxes, rating, switches (each option a field of its own) or links.

    `first` stand open, `rest` behind "Show more"; `is_open` where one of the rest is chosen. `toggle` is set where
    there are more values than are shown at first.
    """

    field: str
    label: str
    kind: str
    first: tuple[Option, ...]
    rest: tuple[Option, ...] = ()
    toggle: Toggle | None = None

    def __hash__(self) -> int:
        """Of as much as tells most of them apart: every list looks up each of its filters by value."""
        return hash((self.field, self.label, *[option.count for option in self.first]))

    @property
    def is_long(self) -> bool:
        return len(self.first) > VALUES_AT_FIRST

    @property
    def is_open(self) -> bool:
        return any(option.is_chosen for option in self.rest)

    @property
    def chosen(self) -> int:
        return sum(option.is_chosen for option in (*self.first, *self.rest))


@dataclass(frozen=True, slots=True)
class PriceFields:
    """`lowest` and `highest` are the prices there are; `typed_*` what stands in the fields."""

    typed_from: str
    typed_to: str
    error_from: str
    error_to: str
    lowest: Decimal | None
    highest: Decimal | None


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address of the list without it. `count`: how many there would be, "" if unknown."""

    label: str
    address: str
    count: str = ""


@dataclass(frozen=True, slots=True)
class SortOption:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ListView:
    """All of a list but its cards: the form, what is on, and where to go from here. Addresses have no language yet.

    `action` is the form's own address; `hidden` what it sends along; `here` this page of the list, as the address bar
    should name it; `ways_out` are the filters that keep an empty list empty, those that would bring most first.
    """

    action: str
    here: str
    count: str
    groups: tuple[FilterGroup, ...]
    price: PriceFields
    sorts: tuple[SortOption, ...]
    chips: tuple[Chip, ...]
    clear: str
    notes: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    next_page: str = ""
    previous_page: str = ""
    ways_out: tuple[Chip, ...] = ()
    is_filtered: bool = False
    is_whole: bool = False
    """A filter shows all its values."""
    keeps_place: bool = False
    """The form stays where it is while the list changes, so that what has the focus keeps it."""


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """templates/category/show.html and the fragments of templates/listing/"""

    frame: Frame
    category: CategoryView
    listing: Listing
    view: ListView


@dataclass(frozen=True, slots=True)
class SearchPage:
    """templates/search/show.html; `best_sellers` and `popular` categories fill the page that found nothing."""

    frame: Frame
    words: str
    listing: Listing
    view: ListView
    best_sellers: tuple[Card, ...] = ()
    popular: tuple[CategoryLink, ...] = ()
    corrected: str = ""
    """The spelling that was searched instead."""
    categories: tuple[CategoryLink, ...] = ()


@dataclass(frozen=True, slots=True)
class SuggestReply:
    """templates/search/suggest.hx.html"""

    words: str
    suggestions: Suggestions
