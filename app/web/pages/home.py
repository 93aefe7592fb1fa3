"""Context of the first page."""

from dataclasses import dataclass

from app.ports.catalog import HomeView
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class HomePage:
    """templates/home/show.html"""

    frame: Frame
    home: HomeView
