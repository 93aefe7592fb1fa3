"""Contexts of the checkout's and the order's templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.accounts import SHORTEST_PASSWORD
from app.core.addresses import KeptAddress
from app.core.cart import CartLine, LineChange
from app.core.pricing import Totals
from app.ports.orders import OrderView
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    code: str
    name: str
    description: str
    cost: Decimal
    earliest: date
    latest: date
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PaymentOption:
    """`note` says what happens next; an option that cannot be used is shown disabled with the reason in `note`."""

    code: str
    name: str
    note: str
    is_chosen: bool
    is_available: bool


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """`field` is the input's name; its id is the same. `message` stands at the field and in the summary alike."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Quote:
    """templates/checkout/_summary.html (id="summary"): the order as it would be placed now."""

    lines: tuple[CartLine, ...]
    totals: Totals
    delivery_name: str
    digest: str

    @property
    def prices(self) -> str:
        """What the page says a unit of each variant costs, as the form sends it back."""
        return " ".join(f"{line.variant_id}:{line.price}" for line in self.lines)


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """templates/checkout/show.html. `values` holds every field as typed (strings), also after an error.

    Field names: email, full_name, line1, line2, city, region, postal_code, country, phone, note,
    delivery_method, payment_method; hidden: key (idempotency), digest, total, prices, csrf_token.
    `changes` and `is_changed` are set when the answer is 409: what differs from the page shown before.
    `region_label`, `postal_code_label` fit the country.
    """

    frame: Frame
    values: Mapping[str, str]
    errors: tuple[FieldError, ...]
    countries: tuple[Country, ...]
    deliveries: tuple[DeliveryOption, ...]
    payments: tuple[PaymentOption, ...]
    quote: Quote
    key: str
    needs_region: bool
    region_label: str
    postal_code_label: str
    is_delivered: bool = True
    """Whether anything is sent; else there is no delivery to choose, and the address is for the bill."""
    notice: str = ""
    is_changed: bool = False
    changes: tuple[LineChange, ...] = ()
    shown_total: Decimal | None = None
    """The total of the page the shopper saw, where it differs from now."""
    book: tuple[KeptAddress, ...] = ()
    """Addresses to choose from, in field `address`: an id, or new."""
    can_keep: bool = False
    """Whether a new address can be put into the book, by field `keep_address`."""
    account_email: str = ""
    """Of whoever is signed in: mail about the order goes there, and nowhere else."""

    def error(self, field: str) -> str:
        """The message at a field, or nothing."""
        return next((error.message for error in self.errors if error.field == field), "")


@dataclass(frozen=True, slots=True)
class QuoteReply:
    """templates/checkout/quoted.hx.html: deliveries and summary after the country or method changed."""

    page: CheckoutPage


@dataclass(frozen=True, slots=True)
class OrderPage:
    """templates/orders/show.html: the confirmation, and the order's page ever after."""

    frame: Frame
    order: OrderView
    bank_account: str
    is_own: bool = False
    """Opened by the session of its owner, not by the secret link."""
    key: str = ""
    """Of the secret link."""
    offers_account: bool = False
    """A guest can have an account with one more field, a password."""
    errors: tuple[FieldError, ...] = ()
    notice: str = ""
    shows_password: bool = False
    shortest_password: int = SHORTEST_PASSWORD
    next: str = "/"

    def error(self, field: str) -> str:
        """The message at a field, or nothing."""
        return next((error.message for error in self.errors if error.field == field), "")
