from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State


def shown(shopper: Shopper, shop: RunningShop) -> None:
    """Not by its address: what is for developers has no budget, and is written in their language."""
    shopper.open("/styleguide")


STATES = [State("style guide", shown, alike=True)]
