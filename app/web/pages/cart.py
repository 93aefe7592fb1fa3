"""Contexts of the cart's templates."""

from dataclasses import dataclass

from app.core.cart import MAX_QUANTITY, Cart
from app.core.checkout import DeliveryHint
from app.web.pages.frame import Flash, Frame


@dataclass(frozen=True, slots=True)
class CartPage:
    """templates/cart/show.html, and templates/cart/_cart.html which is the part that htmx swaps (id="cart").

    `errors` maps a line's id to what is wrong with what was just asked of it; `typed` to the quantity as typed.
    `delivery` is what the cart can tell of it before the address, None where nothing.
    """

    frame: Frame
    cart: Cart
    errors: dict[int, str]
    typed: dict[int, str]
    latest_order: str = ""
    """Where the order is that this visitor has just placed, for an empty cart."""
    notice: str = ""
    """Why checkout sent the shopper back here."""
    delivery: DeliveryHint | None = None
    prices_include_tax: bool = False


@dataclass(frozen=True, slots=True)
class ToastReply:
    """templates/shared/toast.hx.html: a toast, and the cart link when `frame` is given; nothing else is swapped.

    `in_cart` is set where the page of the product is open that was put into the cart.
    """

    toast: Flash
    frame: Frame | None = None
    in_cart: "InCart | None" = None


@dataclass(frozen=True, slots=True)
class InCart:
    """templates/product/_in_cart.html (id="in-cart"): units of one product, and whether the cart takes no more of it:
    `is_most` since an order may have no more, `is_all` since no more are left."""

    units: int
    is_most: bool = False
    is_all: bool = False

    @classmethod
    def of(cls, cart: Cart, slug: str) -> "InCart":
        lines = [line for line in cart.shown if line.offer.slug == slug]
        return cls(
            sum(line.quantity for line in lines),
            is_most=any(line.quantity >= MAX_QUANTITY for line in lines),
            is_all=any(line.quantity >= line.offer.available for line in lines),
        )


@dataclass(frozen=True, slots=True)
class CartReply:
    """templates/cart/changed.hx.html: the cart, the cart link and a toast."""

    page: CartPage
    toast: Flash | None
