"""Contexts of the account's overview and of the list of its orders."""

from dataclasses import dataclass
from datetime import datetime

from app.ports.orders import OrderList
from app.web.pages.frame import Frame


@dataclass(frozen=True, slots=True)
class AccountPage:
    """templates/account/show.html. What waits for its owner is said first: an address that is not proven, a second
    factor that is missing, a deletion that comes."""

    frame: Frame
    first_name: str
    email: str
    orders: OrderList
    is_verified: bool
    has_second_factor: bool
    needs_second_factor: bool
    address_count: int
    erase_at: datetime | None = None
    office: str = ""
    """Where staff work: "/admin/", "/desk/" or nowhere."""


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """templates/orders/index.html"""

    frame: Frame
    orders: OrderList
