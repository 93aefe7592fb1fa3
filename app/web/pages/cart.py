"""Contexts of the cart's templates."""

from dataclasses import dataclass
from decimal import Decimal

from app.core.cart import Cart
from app.web.pages.frame import Flash, Frame


@dataclass(frozen=True, slots=True)
class CartPage:
    """templates/cart/show.html, and templates/cart/_cart.html which is the part that htmx swaps (id="cart").

    `errors` maps a line's id to what is wrong with what was just asked of it; `typed` to the quantity as typed.
    `delivery_from` is the cheapest delivery of this cart, None where the page cannot tell before the address.
    """

    frame: Frame
    cart: Cart
    errors: dict[int, str]
    typed: dict[int, str]
    latest_order: str = ""
    """Where the order is that this visitor has just placed, for an empty cart."""
    notice: str = ""
    """Why checkout sent the shopper back here."""
    delivery_from: Decimal | None = None
    prices_include_tax: bool = False


@dataclass(frozen=True, slots=True)
class ToastReply:
    """templates/shared/toast.hx.html: a toast, and the cart link when `frame` is given; nothing else is swapped."""

    toast: Flash
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class CartReply:
    """templates/cart/changed.hx.html: the cart, the cart link and a toast."""

    page: CartPage
    toast: Flash | None
