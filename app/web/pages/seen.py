"""Context of what a visitor looked at lately."""

from dataclasses import dataclass

from app.ports.catalog import Card
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class SeenPage:
    """templates/seen/show.html"""

    frame: Frame
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class SeenReply:
    """templates/seen/row.hx.html"""

    cards: tuple[Card, ...]
    now: str
