"""What each kind of mail shows; the context its templates get as `mail`."""

from dataclasses import dataclass

from app.ports.orders import OrderView


@dataclass(frozen=True, slots=True)
class OrderConfirmation:
    """templates/emails/order_confirmation/. `link` is the secret link to the order's page."""

    order: OrderView
    link: str
    shop_name: str
    origin: str
    bank_account: str
