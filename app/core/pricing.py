"""What an order costs. One pass from lines to total, every stored amount rounded once.

Tax acts on the amount after discount. Where prices are net it is added; where they include tax it is only
shown. Each line's tax is rounded on its own, so that the parts of an invoice add up to its total.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.money import ZERO, rounded


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`unit_price` and `total` as shown to the shopper; `tax` is inside `total` where prices include tax."""

    variant_id: int
    quantity: int
    unit_price: Decimal
    total: Decimal
    discount: Decimal
    tax_rate: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    subtotal: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    prices_include_tax: bool
    lines: tuple[PricedLine, ...]


def price(
    lines: Sequence[tuple[int, int, Decimal]],
    *,
    shipping: Decimal,
    tax_rate: Decimal,
    prices_include_tax: bool,
) -> Totals:
    """Totals for `lines` of (variant id, quantity, unit price); `tax_rate` is a fraction, 0.0825 for 8.25 %."""
    priced = tuple(_line(*line, tax_rate=tax_rate, included=prices_include_tax) for line in lines)
    subtotal = sum((line.total for line in priced), ZERO)
    discount = sum((line.discount for line in priced), ZERO)
    tax = sum((line.tax for line in priced), ZERO) + tax_on(shipping, tax_rate, included=prices_include_tax)
    total = subtotal - discount + shipping + (ZERO if prices_include_tax else tax)
    return Totals(subtotal, discount, shipping, tax, total, prices_include_tax, priced)


def tax_on(amount: Decimal, rate: Decimal, *, included: bool) -> Decimal:
    """The tax on a net `amount`, or the tax inside a gross one."""
    if included:
        return rounded(amount - amount / (1 + rate))
    return rounded(amount * rate)


def _line(variant_id: int, quantity: int, unit_price: Decimal, *, tax_rate: Decimal, included: bool) -> PricedLine:
    total = rounded(unit_price * quantity)
    return PricedLine(
        variant_id, quantity, unit_price, total, ZERO, tax_rate, tax_on(total, tax_rate, included=included)
    )
