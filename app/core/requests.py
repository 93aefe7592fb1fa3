"""Requests to be told that something is back in stock."""

from datetime import timedelta

from app.core.cart import Offer
from app.core.errors import InStock, NotForSale

KEPT_AFTER = timedelta(days=30)
"""So long an answered or withdrawn request is kept, for whoever asks what became of it."""
LONGEST_WAIT = timedelta(days=365)
"""What did not come back by then is not waited for any more."""


def require_sold_out(offer: Offer) -> None:
    """Nobody waits for what can be had now, nor for what is not sold any more. Raises InStock, NotForSale."""
    if not offer.is_for_sale:
        raise NotForSale(offer.name)
    if offer.available > 0:
        raise InStock(offer.name)
