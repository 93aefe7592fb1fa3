"""Every page in every state, once: axe walks this list, and so do the pictures of `make screenshots`."""

from tests.journeys.states import (
    account,
    cart,
    checkout,
    contact,
    entry,
    errors,
    help,
    home,
    listing,
    newsletter,
    orders,
    product,
    requests,
    security,
    styleguide,
)
from tests.journeys.states.state import State

NOUNS = (
    home,
    listing,
    product,
    requests,
    cart,
    checkout,
    orders,
    entry,
    account,
    security,
    help,
    contact,
    newsletter,
    errors,
    styleguide,
)
STATES: list[State] = [state for noun in NOUNS for state in noun.STATES]

__all__ = ["STATES", "State"]
