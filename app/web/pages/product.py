"""Contexts of the product page."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.ports.catalog import Image, ProductView, ReviewsView, VariantView
from app.web.pages.cart import InCart
from app.web.pages.checkout import Country, DeliveryOption, FieldError
from app.web.pages.frame import Flash, Frame


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an option. `is_available` says whether a variant in stock has it with the other chosen values.

    `swatch` is a colour like #8a9a7b, "" for what is no colour or has none given.
    """

    value: str
    is_chosen: bool
    is_available: bool
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """A radio group. The form field is `option.<name>`."""

    name: str
    field: str
    chosen: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class NotifyForm:
    """templates/product/_notify.html (id="notify"). `message` takes the place of the form."""

    typed: str = ""
    error: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class BuyBox:
    """templates/product/_buy.html: everything that depends on the chosen variant.

    `variant` is the chosen one, or None when the choice is not complete or does not exist.
    `struck` is the struck-through price beside the one shown. `message` is a refusal to show in the box (announced),
    `quantity` what was typed.
    """

    product: ProductView
    groups: tuple[OptionGroup, ...]
    variant: VariantView | None
    lowest_price: Decimal
    highest_price: Decimal
    available: int
    quantity: str = "1"
    message: str = ""
    struck: Decimal | None = None
    notify: NotifyForm = NotifyForm()


@dataclass(frozen=True, slots=True)
class EstimateReply:
    """templates/product/estimated.hx.html: what delivery of one unit costs and how long it takes.

    `options` is None until somebody asked; empty where nothing is delivered to that country.
    """

    slug: str
    countries: tuple[Country, ...]
    postal_code_label: str
    values: Mapping[str, str]
    variant_id: int | None = None
    options: tuple[DeliveryOption, ...] | None = None
    errors: tuple[FieldError, ...] = ()

    def error(self, name: str) -> str:
        """The message at a field, or nothing."""
        return next((error.message for error in self.errors if error.field == name), "")


@dataclass(frozen=True, slots=True)
class NotifyReply:
    """templates/product/notify.hx.html"""

    product: ProductView
    variant: VariantView | None
    notify: NotifyForm


@dataclass(frozen=True, slots=True)
class ProductPage:
    """templates/product/show.html"""

    frame: Frame
    product: ProductView
    buy: BuyBox
    gallery: tuple[Image, ...]
    """All pictures, those of the chosen colour first."""
    reviews: ReviewsView
    estimate: EstimateReply
    data: tuple[Mapping[str, object], ...] = ()
    """What the page says of itself to search engines (JSON-LD)."""
    link_picture: str = ""
    """Absolute address of the picture that goes with a link to this page."""


@dataclass(frozen=True, slots=True)
class StockReply:
    """templates/product/stock.hx.html: the box with the stock of now, beside a toast about the cart."""

    frame: Frame | None
    buy: BuyBox
    toast: Flash
    in_cart: InCart | None = None
