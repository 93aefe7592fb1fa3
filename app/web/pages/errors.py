"""Context of the error pages."""

from dataclasses import dataclass

from app.ports.catalog import Card
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """templates/errors/show.html. `status` 4xx/5xx, `next_step` says what to do; best sellers fill a 404 or 410."""

    frame: Frame
    status: int
    title: str
    next_step: str
    request_id: str
    suggestions: tuple[Card, ...] = ()
