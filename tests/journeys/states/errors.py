from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states.state import State
from tests.web.rendering import environment


def broken(shopper: Shopper, shop: RunningShop) -> None:
    """The last resort, which the shop sends when it cannot even ask the database."""
    words = {
        "status": 503,
        "title": "We will be right back",
        "next_step": "Please wait.",
        "request_id": "5f3a",
        "shop_name": "Exclusive",
        "theme": "",
    }
    page = environment().get_template("errors/plain.html").render(words)
    shopper.page.route("**/broken", lambda route: route.fulfill(status=503, body=page, content_type="text/html"))
    shopper.open("/broken")


STATES = [
    State("not found", "/nothing", {404}, alike=True),
    State("gone", "/p/norrvik-tour-headphones", {410}, alike=True),
    State("wrong method", "/cart/items", {405}, alike=True),
    State("broken", broken, {503}, alike=True),
]
