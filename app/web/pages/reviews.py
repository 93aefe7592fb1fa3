"""Context of the page with everything customers said of a product."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.ports.catalog import ReviewsView
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """templates/reviews/show.html"""

    frame: Frame
    reviews: ReviewsView
    data: tuple[Mapping[str, object], ...] = ()
