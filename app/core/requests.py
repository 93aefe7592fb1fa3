"""Requests to be told that something is back in stock."""

from app.core.cart import Offer
from app.core.errors import InStock, NotForSale


def require_sold_out(offer: Offer) -> None:
    """Nobody waits for what can be had now, nor for what is not sold any more. Raises InStock, NotForSale."""
    if not offer.is_for_sale:
        raise NotForSale(offer.name)
    if offer.available > 0:
        raise InStock(offer.name)
