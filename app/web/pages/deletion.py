"""Contexts of the pages about deleting an account."""

from dataclasses import dataclass
from datetime import datetime

from app.web.pages.frame import Flash, Frame


@dataclass(frozen=True, slots=True)
class DeletionPage:
    """templates/deletion/show.html. `erase_at` is set while a deletion waits; staff cannot ask for one."""

    frame: Frame
    days: int
    erase_at: datetime | None
    is_staff: bool
    has_open_orders: bool


@dataclass(frozen=True, slots=True)
class DeletionReply:
    """templates/deletion/changed.hx.html"""

    page: DeletionPage
    toast: Flash
