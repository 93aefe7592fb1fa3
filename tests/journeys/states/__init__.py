"""Every page in every state, once: axe walks this list, and so do the pictures of `make screenshots`."""

from tests.journeys.states import cart, checkout, errors, home, listing, orders, product
from tests.journeys.states.state import State

NOUNS = (home, listing, product, cart, checkout, orders, errors)
STATES: list[State] = [state for noun in NOUNS for state in noun.STATES]

__all__ = ["STATES", "State"]
