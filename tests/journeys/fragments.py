"""Every place where htmx changes a part of a page: how one gets there, what one does, and what is asked for then."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.journeys.shopper import Shopper

Find = Callable[[Page], Locator]


@dataclass(frozen=True)
class Fragment:
    """`asks` is found in the address of its request. `control` keeps the focus, `act` uses it once.

    What somebody typed or chose in `kept` (a selector) has to outlast a failure.
    """

    name: str
    page: str
    asks: str
    control: Find
    act: Callable[[Locator], object] = lambda control: control.click()
    method: str = "GET"
    kept: str = ""
    cart: tuple[str, ...] = ()
    is_once: bool = True
    """Whether a second press while the first one runs is no second request."""

    def reach(self, shopper: Shopper) -> Locator:
        for slug in self.cart:
            shopper.put(slug)
        shopper.open(self.page)
        return self.control(shopper.page)


def button(name: str) -> Find:
    return lambda page: page.locator("main").get_by_role("button", name=re.compile(f"^{name}")).first


FRAGMENTS = [
    Fragment("F1 card", "/c/carry", "/cart/items", button("Add to cart"), method="POST"),
    Fragment(
        "F1 product", "/p/folio-pocket-notebook", "/cart/items", button("Add to cart"), method="POST", kept="#quantity"
    ),
    Fragment(
        "F2 quantity", "/cart", "/cart/items/", button("One more"), method="POST", cart=("folio-pocket-notebook",)
    ),
    Fragment("F2 remove", "/cart", "/cart/items/", button("Remove"), method="POST", cart=("folio-pocket-notebook",)),
    Fragment(
        "F8 variant",
        "/p/skagen-pendant",
        "/p/skagen-pendant?",
        lambda page: page.locator("#buy input[type=radio]").nth(1),
        lambda control: control.check(force=True),
        is_once=False,
    ),
]
