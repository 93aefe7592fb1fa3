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
    refuses: bool = False
    """Whether the server answers 422 to what is done here."""

    def reach(self, shopper: Shopper) -> Locator:
        if self.refuses:
            shopper.expected.add(422)
        for slug in self.cart:
            shopper.put(slug)
        shopper.open(self.page)
        shopper.page.wait_for_load_state("networkidle")  # what comes by itself later has come
        control = self.control(shopper.page)
        control.scroll_into_view_if_needed()
        return control


def button(name: str) -> Find:
    return lambda page: page.locator("main").get_by_role("button", name=re.compile(f"^{name}")).first


def link(name: str) -> Find:
    return lambda page: page.locator("main").get_by_role("link", name=re.compile(f"^{name}")).first


def by_price(control: Locator) -> None:
    control.focus()
    control.select_option("Price: low to high")


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
        "F5 suggestions",
        "/terms",
        "part=suggest",
        lambda page: page.get_by_role("searchbox"),
        lambda control: control.press_sequentially("lam"),
        is_once=False,
    ),
    Fragment(
        "F6 filter",
        "/c/kitchen",
        "/c/kitchen?",
        lambda page: page.locator("#filters label.option input[type=checkbox]:enabled").first,
        is_once=False,
    ),
    Fragment("F6 sort", "/c/kitchen", "sort=price", lambda page: page.locator("#sort"), by_price, is_once=False),
    Fragment("F6 chip", "/c/kitchen?colour=Sand&available=1", "/c/kitchen?", link("Remove filter"), is_once=False),
    Fragment("F7 more of a list", "/search?price_from=1", "page=2", link("Show 24 more")),
    Fragment("F7 more on the start page", "/", "page=2", link("Show ")),
    Fragment(
        "F8 variant",
        "/p/skagen-pendant",
        "/p/skagen-pendant?",
        lambda page: page.locator("#buy input[type=radio]").nth(1),
        lambda control: control.check(force=True),
        is_once=False,
    ),
    Fragment(
        "F9 delivery",
        "/p/folio-pocket-notebook",
        "/delivery-estimate",
        button("Show delivery"),
        method="POST",
        kept="#postal_code",
        is_once=False,
        refuses=True,
    ),
    Fragment("F13 reviews", "/p/kiln-street-mug", "/reviews", link("Read all"), is_once=False),
    Fragment(
        "F18 contact", "/contact", "/contact", button("Send message"), method="POST", kept="#message", refuses=True
    ),
    Fragment(
        "F18 newsletter",
        "/about",
        "/newsletter",
        lambda page: page.get_by_role("button", name="Subscribe"),
        method="POST",
        kept="#newsletter-email",
        refuses=True,
    ),
    Fragment(
        "back in stock",
        "/p/otto-side-table",
        "/back-in-stock",
        button("Tell me"),
        method="POST",
        kept="#notify-email",
        refuses=True,
    ),
]
