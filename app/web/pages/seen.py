"""Context of what a visitor looked at lately."""

from dataclasses import dataclass

from app.ports.catalog import Card
from app.web.pages.cart import InCart
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class SeenPage:
    """templates/seen/show.html"""

    frame: Frame
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class SeenReply:
    """templates/seen/row.hx.html. `in_cart` is told of the product that is being looked at, where the cart has it."""

    cards: tuple[Card, ...]
    now: str
    in_cart: InCart | None = None
