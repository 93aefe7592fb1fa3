"""Contexts of the pages about the copy of one's data."""

from dataclasses import dataclass

from app.ports.export import ExportView
from app.web.pages.frame import Flash, Frame


@dataclass(frozen=True, slots=True)
class ExportPage:
    """templates/export/show.html. `export` is the latest copy that was asked for."""

    frame: Frame
    export: ExportView | None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class ExportReply:
    """templates/export/progress.hx.html"""

    page: ExportPage
    toast: Flash | None = None
