from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State


def answers(shopper: Shopper, shop: RunningShop) -> None:
    """Every question opened."""
    shopper.open("/faq")
    for question in shopper.page.locator(".answers summary").all():
        question.click()
    assert shopper.page.locator(".answers details:not([open])").count() == 0


STATES = [
    State("about us", "/about", alike=True),
    State("delivery and returns", "/delivery", alike=True),
    State("questions", "/faq", alike=True),
    State("questions with their answers", answers, alike=True),
    State("privacy", "/privacy", alike=True),
    State("terms of sale", "/terms", alike=True),
]
