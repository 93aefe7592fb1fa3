"""Deleting an account: the time to think it over, and what it has to wait for."""

from datetime import timedelta
from enum import StrEnum

from app.core.orders import OrderStatus

COOLING_OFF = timedelta(days=14)
PUT_OFF = timedelta(days=1)
"""How long a deletion waits, once it is due, before it looks again whether orders are still under way."""
UNPROVEN_KEPT = timedelta(days=30)
"""How long an account stays whose address nobody has proven."""
UNDER_WAY = (OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.SHIPPED)
"""Orders that still need the address they go to."""


class DeletionState(StrEnum):
    WAITING = "waiting"
    CANCELLED = "cancelled"
    DONE = "done"


def job_id(deletion_id: int) -> str:
    return f"deletion:{deletion_id}"
