"""The records that the demo's data is written in."""

from dataclasses import dataclass, field
from enum import StrEnum

Value = str | tuple[str, ...] | bool
"""Of an attribute: a number is written as text, several materials as a tuple."""


class Stage(StrEnum):
    """How far a product has come when the demo begins."""

    ON_SALE = "on sale"
    ARCHIVED = "archived"
    DRAFT = "draft"
    SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True)
class Sizes:
    """A second option beside the colour: its name, and what each of its values adds to the price."""

    name: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """`category` is a slug. A product's pictures are `<picture>-<colour>-<width>.webp`; None: it has none yet.

    Its variants are every colour with every size, in that order, and `stock` has one number for each of them.
    `stars` counts its reviews with 1 to 5 stars. Times are in days: `age` since it was published, `since` since it
    costs `price`, `released_in` until it is out. `past` are the prices before, as (days ago, price), the oldest first;
    without it, a product with an `earlier_price` had that one from its first day.
    """

    category: str
    name: str
    sku: str
    picture: str | None
    price: str
    summary: str
    text: str
    colours: tuple[str, ...]
    stock: tuple[int, ...]
    brand: str
    sizes: Sizes | None = None
    details: dict[str, Value] = field(default_factory=dict)
    earlier_price: str | None = None
    since: int = 0
    past: tuple[tuple[int, str], ...] = ()
    sold: int = 0
    stars: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    age: int = 90
    released_in: int | None = None
    is_digital: bool = False
    seller: str | None = None
    stage: Stage = Stage.ON_SALE
    slug: str = ""
    old_slug: str | None = None
    views: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoCategory:
    name: str
    slug: str
    text: str
    children: tuple["DemoCategory", ...] = ()
    old_slug: str | None = None
    wide_picture: str = ""
    """Named without its folder, width and ending."""


@dataclass(frozen=True, slots=True)
class DemoAttribute:
    code: str
    name: str
    kind: str
    unit: str = ""
    is_filter: bool = False


@dataclass(frozen=True, slots=True)
class FlashItem:
    """`sku` is a product's; `sold` of `cap` units have gone at `price`."""

    sku: str
    price: str
    cap: int
    sold: int = 0


@dataclass(frozen=True, slots=True)
class DemoSale:
    """Times are in hours from now; those of a sale that is over are negative."""

    name: str
    starts: int
    ends: int
    items: tuple[FlashItem, ...]


@dataclass(frozen=True, slots=True)
class DemoCoupon:
    """Times are in days from now; None is open."""

    code: str
    text: str
    kind: str
    value: str
    starts: int | None = None
    ends: int | None = None
