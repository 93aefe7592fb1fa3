"""The cart: what may be put into it, and what has changed since.

Everything here is a value. A function returns the cart as it should be or raises a Refusal; the caller stores it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.core.errors import CartFull, NotEnoughStock, NotForSale, NotFound, QuantityOutOfRange
from app.core.money import ZERO, rounded

MAX_QUANTITY = 99
MAX_LINES = 100


@dataclass(frozen=True, slots=True)
class FlashPrice:
    """The lower price of a flash sale that runs. Its `left` units are shared by all variants of the product."""

    item_id: int
    unit_price: Decimal
    left: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What the shop sells at this moment: one variant with its usual price and what is left of it.

    `released_at` is set while it is sold before its release. Of digital goods nothing is delivered.
    """

    variant_id: int
    product_id: int
    slug: str
    name: str
    variant: str
    sku: str
    unit_price: Decimal
    available: int
    is_for_sale: bool
    image_url: str | None
    seller_id: int | None
    flash: FlashPrice | None = None
    released_at: datetime | None = None
    is_digital: bool = False


@dataclass(frozen=True, slots=True)
class CartLine:
    """`unit_price` is the price the shopper was last shown; `id` is 0 until stored.

    `sale_left` units are left at the flash sale's price once the lines before have theirs; the cart deals them out.
    """

    id: int
    variant_id: int
    product_id: int
    quantity: int
    unit_price: Decimal
    is_removed: bool
    offer: Offer
    sale_left: int = 0

    @property
    def can_be_bought(self) -> bool:
        return not self.is_removed and self.offer.is_for_sale and self.offer.available > 0

    @property
    def is_short(self) -> bool:
        """Whether fewer are left than the line asks for."""
        return self.can_be_bought and self.offer.available < self.quantity

    @property
    def units(self) -> int:
        """How many an order would take."""
        return min(self.quantity, self.offer.available) if self.can_be_bought else 0

    @property
    def flash(self) -> FlashPrice | None:
        """The flash price, where all of the line's units are still to be had at it: a line has one price."""
        return self.offer.flash if 0 < self.units <= self.sale_left else None

    @property
    def misses_sale(self) -> bool:
        """Whether fewer units would cost less each."""
        return self.can_be_bought and 0 < self.sale_left < self.units

    @property
    def price(self) -> Decimal:
        """What a unit costs today."""
        return self.flash.unit_price if self.flash else self.offer.unit_price

    @property
    def has_new_price(self) -> bool:
        return self.can_be_bought and self.price != self.unit_price

    @property
    def total(self) -> Decimal:
        """What the units that an order would take cost today."""
        return rounded(self.price * self.units)


@dataclass(frozen=True, slots=True)
class LineChange:
    """One difference between what the shopper last saw and now. None where that side did not change."""

    name: str
    variant: str
    available: int | None
    old_price: Decimal | None
    new_price: Decimal | None
    for_sale: bool


class Merging(StrEnum):
    """What became of a line when a guest's cart was put into a person's own."""

    ADDED_UP = "added_up"
    LOWERED = "lowered"
    """Fewer than both carts held: no more are left, or a line holds no more."""
    NEW_PRICE = "new_price"
    SOLD_OUT = "sold_out"
    NOT_FOR_SALE = "not_for_sale"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class MergeChange:
    """`units` the line holds now; the prices are those seen last and of today, where they differ."""

    how: Merging
    name: str
    variant: str
    units: int = 0
    old_price: Decimal | None = None
    new_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """`lines` of the person's cart to store, in the order of their keys, and what to tell."""

    lines: tuple[CartLine, ...] = ()
    changes: tuple[MergeChange, ...] = ()
    found_others: bool = False
    """Whether the person's cart held other things already."""


@dataclass(frozen=True, slots=True)
class Cart:
    """However a cart is made, the units of flash sales are dealt out to its lines, in their order."""

    id: int
    lines: tuple[CartLine, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(_with_sale_units(self.lines)))

    @property
    def shown(self) -> tuple[CartLine, ...]:
        return tuple(line for line in self.lines if not line.is_removed)

    @property
    def buyable(self) -> tuple[CartLine, ...]:
        """What an order would take: lines for sale, with no more units than are left.

        A line that became unavailable stays in the cart and blocks only itself.
        """
        return tuple(replace(line, quantity=line.units) for line in self.lines if line.can_be_bought)

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.shown)

    @property
    def subtotal(self) -> Decimal:
        return sum((line.total for line in self.buyable), ZERO)

    def line(self, line_id: int) -> CartLine:
        for line in self.lines:
            if line.id == line_id:
                return line
        raise NotFound("cart line", str(line_id))

    def line_for(self, variant_id: int) -> CartLine | None:
        return next((line for line in self.lines if line.variant_id == variant_id), None)


def add(cart: Cart, offer: Offer, quantity: int) -> CartLine:
    """The line that `quantity` more units of `offer` make.

    Raises NotForSale, NotEnoughStock, QuantityOutOfRange, CartFull.
    """
    line = cart.line_for(offer.variant_id)
    in_cart = 0 if line is None or line.is_removed else line.quantity
    _require_quantity(quantity, lowest=1)
    if line is None and len(cart.shown) >= MAX_LINES:
        raise CartFull(MAX_LINES)
    _require_sale(offer)
    if in_cart + quantity > offer.available:
        raise NotEnoughStock(offer.name, offer.available, in_cart)
    _require_quantity(in_cart + quantity, lowest=1)
    if line is None:
        line = CartLine(0, offer.variant_id, offer.product_id, 0, offer.unit_price, False, offer)
    return _at_todays_price(cart, replace(line, quantity=in_cart + quantity, is_removed=False, offer=offer))


def change(cart: Cart, line: CartLine, quantity: int) -> CartLine:
    """The line with `quantity` units at today's price. Raises NotForSale, NotEnoughStock, QuantityOutOfRange."""
    _require_quantity(quantity, lowest=1)
    _require_sale(line.offer)
    if quantity > line.offer.available:
        raise NotEnoughStock(line.offer.name, line.offer.available)
    return _at_todays_price(cart, replace(line, quantity=quantity, is_removed=False))


def remove(line: CartLine) -> CartLine:
    return replace(line, is_removed=True)


def restore(line: CartLine) -> CartLine:
    """Take back a removal, with as many units as are still left. Raises NotForSale, NotEnoughStock."""
    _require_sale(line.offer)
    if line.offer.available == 0:
        raise NotEnoughStock(line.offer.name, 0)
    return replace(line, is_removed=False, quantity=min(line.quantity, line.offer.available))


def with_line(cart: Cart, line: CartLine) -> Cart:
    """The cart with `line` in place of the one for the same variant, or at the end."""
    if cart.line_for(line.variant_id) is None:
        return replace(cart, lines=(*cart.lines, line))
    return replace(cart, lines=tuple(line if old.variant_id == line.variant_id else old for old in cart.lines))


def merge(own: Cart, guest: Cart) -> Merged:
    """What becomes of the person's own cart when the guest's is put into it at a sign-in.

    Quantities are added up, to no more than is left and a line may hold. What cannot be bought any more is left out,
    unless the person's own cart has it: there it stays, with its reason. Of two prices seen the guest's was seen last.
    """
    lines: list[CartLine] = []
    told: list[MergeChange] = []
    for line in sorted(guest.shown, key=lambda line: line.variant_id):
        present = own.line_for(line.variant_id)
        had = present.quantity if present and not present.is_removed else 0
        if not line.can_be_bought:
            if not had:
                told.append(_left_out(line, Merging.SOLD_OUT if line.offer.is_for_sale else Merging.NOT_FOR_SALE))
            continue
        if not had and len(own.shown) >= MAX_LINES:
            told.append(_left_out(line, Merging.NO_ROOM))
            continue
        units = min(had + line.quantity, MAX_QUANTITY, line.offer.available)
        own = with_line(own, replace(line, id=present.id if present else 0, quantity=units))
        lines.append(line)
        if units < had + line.quantity:
            told.append(MergeChange(Merging.LOWERED, line.offer.name, line.offer.variant, units))
        elif had:
            told.append(MergeChange(Merging.ADDED_UP, line.offer.name, line.offer.variant, units))
    together = tuple(one for line in lines if (one := own.line_for(line.variant_id)) is not None)
    told += [
        MergeChange(Merging.NEW_PRICE, one.offer.name, one.offer.variant, one.quantity, one.unit_price, one.price)
        for one in together
        if one.has_new_price
    ]
    others = any(all(line.variant_id != shown.variant_id for line in lines) for shown in own.shown)
    return Merged(together, tuple(told), found_others=bool(lines) and others)


def changes(cart: Cart, seen: Mapping[int, Decimal] | None = None) -> tuple[LineChange, ...]:
    """What differs between the cart as the shopper last saw it and now, line by line.

    `seen` are prices by variant that a page showed since the cart did; a sale may have begun and ended in between.
    """
    seen = seen or {}
    found = []
    for line in cart.shown:
        line = replace(line, unit_price=seen.get(line.variant_id, line.unit_price))
        gone = not line.offer.is_for_sale
        short = not gone and line.offer.available < line.quantity
        if gone or short or line.has_new_price:
            found.append(
                LineChange(
                    name=line.offer.name,
                    variant=line.offer.variant,
                    available=line.offer.available if short else None,
                    old_price=line.unit_price if line.has_new_price else None,
                    new_price=line.price if line.has_new_price else None,
                    for_sale=not gone,
                )
            )
    return tuple(found)


def _left_out(line: CartLine, how: Merging) -> MergeChange:
    return MergeChange(how, line.offer.name, line.offer.variant)


def _at_todays_price(cart: Cart, line: CartLine) -> CartLine:
    """The line as the cart shows it from now on; that price counts as seen."""
    shown = with_line(cart, line).line_for(line.variant_id)
    assert shown is not None
    return replace(shown, unit_price=shown.price)


def _with_sale_units(lines: Sequence[CartLine]) -> Iterator[CartLine]:
    """Each line that costs the sale price takes its units of what is left for the ones after it."""
    taken: dict[int, int] = {}
    for line in lines:
        sale = line.offer.flash
        left = max(sale.left - taken.get(sale.item_id, 0), 0) if sale else 0
        line = replace(line, sale_left=left)
        if line.flash:
            taken[line.flash.item_id] = taken.get(line.flash.item_id, 0) + line.units
        yield line


def _require_sale(offer: Offer) -> None:
    if not offer.is_for_sale:
        raise NotForSale(offer.name)


def _require_quantity(quantity: int, *, lowest: int) -> None:
    if not lowest <= quantity <= MAX_QUANTITY:
        raise QuantityOutOfRange(lowest, MAX_QUANTITY)
