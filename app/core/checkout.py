"""Checkout: who buys, where it goes, how it is paid, and the digest that ties an order to the page that was shown."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from app.core.cart import CartLine
from app.core.errors import MethodUnavailable
from app.core.money import ZERO
from app.core.pricing import Totals

NO_DELIVERY = "none"
"""In place of a delivery method's code where nothing is delivered."""


class PaymentMethod(StrEnum):
    CASH_ON_DELIVERY = "cash_on_delivery"
    BANK_TRANSFER = "bank_transfer"


@dataclass(frozen=True, slots=True)
class Address:
    full_name: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str


@dataclass(frozen=True, slots=True)
class Buyer:
    email: str
    phone: str
    address: Address
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryMethod:
    """A way to send an order. Days are working days from packing, both ends included; `countries` empty means all."""

    code: str
    name: str
    description: str
    price: Decimal
    free_from: Decimal | None
    min_days: int
    max_days: int
    countries: tuple[str, ...]

    def reaches(self, country: str) -> bool:
        return not self.countries or country in self.countries

    def cost(self, subtotal: Decimal) -> Decimal:
        return ZERO if self.free_from is not None and subtotal >= self.free_from else self.price

    def window(self, packed: date) -> tuple[date, date]:
        """The first and last day a parcel packed on that day is expected."""
        return working_days_after(packed, self.min_days), working_days_after(packed, self.max_days)


@dataclass(frozen=True, slots=True)
class DeliveryHint:
    """What delivery costs at least before the address is known, and how much more in goods would make it free.

    `missing` is None where no amount would, or where it is free already.
    """

    cost: Decimal
    missing: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DeliveryOffer:
    """What a method costs for one order, and the first and last day to expect it."""

    method: DeliveryMethod
    cost: Decimal
    earliest: date
    latest: date


def needs_delivery(lines: Sequence[CartLine]) -> bool:
    """Whether anything has to be sent; digital goods come by email."""
    return any(not line.offer.is_digital for line in lines)


def packing_day(lines: Sequence[CartLine], today: date) -> date:
    """When the parcel can be packed: one parcel, so what comes out last decides."""
    releases = [line.offer.released_at.date() for line in lines if line.offer.released_at and not line.offer.is_digital]
    return max([today, *releases])


def working_days_after(day: date, count: int) -> date:
    """The day `count` working days after `day` (Monday to Friday)."""
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
    return day


def choose_delivery(
    methods: Sequence[DeliveryMethod], code: str | None, *, country: str, subtotal: Decimal
) -> DeliveryMethod:
    """The method with `code`, or the cheapest when code is None. Raises MethodUnavailable."""
    reaching = [method for method in methods if method.reaches(country)]
    if code is not None:
        reaching = [method for method in reaching if method.code == code]
    if not reaching:
        raise MethodUnavailable("delivery_method")
    return min(reaching, key=lambda method: method.cost(subtotal))


def delivery_hint(methods: Sequence[DeliveryMethod], subtotal: Decimal, *, country: str) -> DeliveryHint | None:
    """None where nothing is delivered to the country."""
    reaching = [method for method in methods if method.reaches(country)]
    if not reaching:
        return None
    cost = min(method.cost(subtotal) for method in reaching)
    ahead = [method.free_from - subtotal for method in reaching if method.free_from is not None] if cost else []
    return DeliveryHint(cost, min(ahead, default=None))


def require_payment_method(
    method: PaymentMethod, total: Decimal, *, cash_limit: Decimal, is_delivered: bool = True
) -> None:
    """Raises MethodUnavailable for cash on delivery where no courier comes, or for more than he may collect."""
    if method is not PaymentMethod.CASH_ON_DELIVERY:
        return
    if not is_delivered:
        raise MethodUnavailable("payment_method")
    if total > cash_limit:
        raise MethodUnavailable("payment_method", limit=cash_limit)


def digest(totals: Totals, *, delivery_code: str, currency: str) -> str:
    """A fingerprint of everything the shopper pays for; equal digests mean an equal order."""
    lines = sorted(f"{line.variant_id}x{line.quantity}@{line.unit_price:.2f}" for line in totals.lines)
    text = "|".join(
        [*lines, delivery_code, f"{totals.shipping:.2f}", f"{totals.tax:.2f}", f"{totals.total:.2f}", currency]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:32]
