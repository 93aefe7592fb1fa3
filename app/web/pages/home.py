"""Contexts of the first page."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.ports.catalog import Department, HomeView, Listing
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class HomePage:
    """templates/home/show.html; `promo` is put forward where no sale is, and has a wide picture."""

    frame: Frame
    home: HomeView
    promo: Department | None = None
    data: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class ExplorePage:
    """templates/explore/show.html: a later page of the explore grid."""

    frame: Frame
    explore: Listing


@dataclass(frozen=True, slots=True)
class ExploreReply:
    """templates/explore/more.hx.html: its cards, to go on the grid that is there."""

    explore: Listing
