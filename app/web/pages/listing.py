"""Contexts of the lists of products."""

from dataclasses import dataclass

from app.ports.catalog import Card, Listing
from app.ports.search import CategoryView
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """templates/category/show.html"""

    frame: Frame
    category: CategoryView


@dataclass(frozen=True, slots=True)
class SearchPage:
    """templates/search/show.html; `suggestions` fill the page that found nothing."""

    frame: Frame
    words: str
    listing: Listing
    suggestions: tuple[Card, ...]
    corrected: str = ""
    """The spelling that was searched instead."""
