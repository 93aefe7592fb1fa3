"""Where orders are kept, and what an order page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from app.core.cart import CartLine
from app.core.checkout import Address, Buyer, DeliveryMethod, DeliveryOffer, PaymentMethod
from app.core.orders import OrderStatus
from app.core.pricing import Totals
from app.ports.cart import Visitor


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order about to be written, complete: nothing in it is looked up again."""

    id: int
    number: str
    cart_id: int
    status: OrderStatus
    buyer: Buyer
    lines: tuple[CartLine, ...]
    totals: Totals
    currency: str
    locale: str
    delivery: DeliveryOffer | None
    """None where nothing is sent."""
    payment_method: PaymentMethod
    hold_days: int | None
    """Days after which an unpaid order's stock is free again; None when nothing needs to be paid in advance."""
    user_id: int | None = None
    """Whose it is; None for a guest's."""


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """`released_at` is set where it was ordered before its release."""

    name: str
    variant: str
    sku: str
    image_url: str | None
    quantity: int
    unit_price: Decimal
    total: Decimal
    released_at: datetime | None = None
    is_digital: bool = False


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its buyer sees it, on the page and in the mail.

    `address` and the days of delivery are None where nothing is sent; `billing_address` is its lines as text.
    """

    id: int
    number: str
    link_version: int
    status: OrderStatus
    placed_at: datetime
    email: str
    phone: str
    note: str
    full_name: str
    billing_address: str
    address: Address | None
    lines: tuple[OrderLineView, ...]
    subtotal: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    prices_include_tax: bool
    currency: str
    locale: str
    delivery_name: str
    earliest_delivery: date | None
    latest_delivery: date | None
    payment_method: PaymentMethod
    payment_status: str
    user_id: int | None = None
    """Whose it is; None for a guest's."""


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """A line of the list of somebody's orders. `goods` names what was ordered first."""

    number: str
    status: OrderStatus
    placed_at: datetime
    total: Decimal
    currency: str
    units: int
    goods: str
    image_url: str | None
    payment_method: PaymentMethod


@dataclass(frozen=True, slots=True)
class OrderList:
    """One page of somebody's orders, the latest first; `pages` is at least 1."""

    orders: tuple[OrderSummary, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What an idempotency key stands for: a fresh id for this request's order, or the order it already made."""

    order_id: int
    is_new: bool
    body_hash: str


@dataclass(frozen=True, slots=True)
class OrderReference:
    """Enough of an order to link to it."""

    id: int
    number: str
    link_version: int


class Orders(Protocol):
    async def claim_key(self, *, scope: str, route: str, key: str, body_hash: str) -> Claim:
        """Bind the key to a new order id, or wait for the request that holds it and return what it made.

        Raises StillRunning when that request does not finish within the lock timeout.
        """
        ...

    async def find_key(self, *, scope: str, route: str, key: str) -> Claim | None:
        """What the key stands for, if it made an order."""
        ...

    async def next_number(self) -> int:
        """The next value of the order number sequence."""
        ...

    async def place(self, order: NewOrder) -> None:
        """Write the order with its lines, payment, addresses, parcel, reservations and first event."""
        ...

    async def find(self, number: str) -> OrderView | None: ...

    async def find_by_id(self, order_id: int) -> OrderView | None: ...

    async def find_of(self, user_id: int, number: str) -> OrderView | None:
        """The order if it is this user's."""
        ...

    async def list_of(self, user_id: int, *, limit: int, offset: int) -> Sequence[OrderSummary]:
        """The latest first."""
        ...

    async def count_of(self, user_id: int) -> int: ...

    async def find_latest_of(self, user_id: int) -> OrderView | None:
        """The person's latest order."""
        ...

    async def attach(self, user_id: int, email: str) -> int:
        """Make the guest orders of an address that the person has proven theirs; returns how many."""
        ...

    async def find_reference(self, order_id: int) -> OrderReference | None: ...

    async def find_placed_from(self, visitor: Visitor) -> OrderReference | None:
        """The latest order placed from a cart of this visitor within the last day."""
        ...

    async def lapse_unpaid(self, limit: int) -> int:
        """Close up to `limit` pending orders whose hold has run out, free what they held; returns how many."""
        ...

    async def count_sold(self, limit: int) -> int:
        """Bring the sold counters up to date for up to `limit` lines; returns for how many."""
        ...


class Stock(Protocol):
    async def reserve(self, wanted: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        """Promise (variant id, quantity) pairs, in key order, all or the caller rolls back.

        Where too little is left, expired holds of those variants are freed and it is tried once more.
        Returns the variant ids that are still short; empty means all are reserved.
        """
        ...


class DeliveryMethods(Protocol):
    async def all_active(self) -> tuple[DeliveryMethod, ...]:
        """In the order they are offered."""
        ...

    async def tax_rate(self, country: str) -> Decimal:
        """The tax rate of a country as a fraction; 0 where none is set."""
        ...

    async def tax_rates(self) -> Mapping[str, Decimal]:
        """By country, as fractions; a country without one is not in it."""
        ...
