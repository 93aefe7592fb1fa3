"""How an order and its payment go on after the checkout, as staff may move them."""

from collections.abc import Mapping

from app.core.orders import OrderStatus

# An order waits for its money until the payment is noted, and only that confirms it.
ORDER: Mapping[str, tuple[str, ...]] = {
    OrderStatus.PENDING: (OrderStatus.CANCELLED,),
    OrderStatus.CONFIRMED: (OrderStatus.SHIPPED, OrderStatus.CANCELLED),
    OrderStatus.SHIPPED: (OrderStatus.DELIVERED,),
}

PAYMENT: Mapping[str, tuple[str, ...]] = {
    "pending": ("completed", "failed"),
    "failed": ("pending", "completed"),
    "completed": ("refunded",),
}


def next_order_statuses(status: str) -> tuple[str, ...]:
    """What staff may make of an order; nothing once it is closed."""
    return ORDER.get(status, ())


def next_payment_statuses(status: str) -> tuple[str, ...]:
    """What staff may make of a payment; money that came is never said not to have come."""
    return PAYMENT.get(status, ())
