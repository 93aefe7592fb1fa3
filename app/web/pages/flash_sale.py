"""Contexts of the flash sale."""

from dataclasses import dataclass

from app.ports.catalog import FlashSaleView
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class FlashSalePage:
    """templates/flash_sale/show.html"""

    frame: Frame
    flash_sale: FlashSaleView | None


@dataclass(frozen=True, slots=True)
class FlashSaleReply:
    """templates/flash_sale/section.hx.html"""

    flash_sale: FlashSaleView | None
