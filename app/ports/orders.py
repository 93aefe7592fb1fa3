"""Where orders are kept, and what an order page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from app.core.cart import CartLine
from app.core.checkout import Address, Buyer, DeliveryMethod, PaymentMethod
from app.core.orders import OrderStatus
from app.core.pricing import Totals


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
    delivery: DeliveryMethod
    earliest_delivery: date
    latest_delivery: date
    payment_method: PaymentMethod
    hold_days: int | None
    """Days after which an unpaid order's stock is free again; None when nothing needs to be paid in advance."""


@dataclass(frozen=True, slots=True)
class OrderLineView:
    name: str
    variant: str
    sku: str
    image_url: str | None
    quantity: int
    unit_price: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its buyer sees it, on the page and in the mail."""

    id: int
    number: str
    link_version: int
    status: OrderStatus
    placed_at: datetime
    email: str
    phone: str
    note: str
    address: Address
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
    earliest_delivery: date
    latest_delivery: date
    payment_method: PaymentMethod
    payment_status: str


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

    async def find_reference(self, order_id: int) -> OrderReference | None: ...

    async def find_placed_from(self, token_hash: str) -> OrderReference | None:
        """The latest order placed from this visitor's cart within the last day."""
        ...

    async def lapse_unpaid(self, limit: int) -> int:
        """Close up to `limit` pending orders whose hold has run out, free their stock; returns how many."""
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
