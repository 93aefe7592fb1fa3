"""Contexts of the product page."""

from dataclasses import dataclass
from decimal import Decimal

from app.ports.catalog import Image, ProductView, VariantView
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an option. `is_available` says whether a variant in stock has it with the other chosen values."""

    value: str
    is_chosen: bool
    is_available: bool


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """A radio group. The form field is `option.<name>`."""

    name: str
    field: str
    chosen: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class BuyBox:
    """templates/product/_buy.html: everything that depends on the chosen variant.

    `variant` is the chosen one, or None when the choice is not complete or does not exist.
    `message` is a refusal to show in the box (announced), `quantity` what was typed.
    """

    product: ProductView
    groups: tuple[OptionGroup, ...]
    variant: VariantView | None
    lowest_price: Decimal
    highest_price: Decimal
    available: int
    quantity: str = "1"
    message: str = ""


@dataclass(frozen=True, slots=True)
class ProductPage:
    """templates/product/show.html"""

    frame: Frame
    product: ProductView
    buy: BuyBox
    gallery: tuple[Image, ...]
    """All pictures, those of the chosen colour first."""
