"""What a state of a page is, and the short ways into one."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper

NOTEBOOK = "/p/folio-pocket-notebook"

Way = Callable[[Shopper, RunningShop], object]


@dataclass(frozen=True, eq=False)
class State:
    """A page as somebody comes to see it: `way` is an address, or what they do to get there.

    `statuses` are the refusals that belong to it. What is `alike` without JavaScript is looked at with it only.
    """

    name: str
    way: str | Way
    statuses: set[int] = field(default_factory=set)
    alike: bool = False

    @property
    def address(self) -> str:
        """Empty where more than an address is needed."""
        return self.way if isinstance(self.way, str) else ""

    def reach(self, shopper: Shopper, shop: RunningShop, *, language: str = "") -> None:
        """`language` is a prefix like /de, for what has an address."""
        shopper.expected |= self.statuses
        if isinstance(self.way, str):
            shopper.open(language + self.way)
        else:
            self.way(shopper, shop)

    @property
    def slug(self) -> str:
        return re.sub(r"\W+", "-", self.name)


def stock(shop: RunningShop, sku: str, quantity: int) -> None:
    variant = "SELECT id FROM product_variant WHERE sku = $2"
    shop.fetch(f"UPDATE inventory SET quantity = $1 WHERE variant_id = ({variant})", quantity, sku)


def let_ask_again(shop: RunningShop) -> None:
    """Forget who has sent how much: here everybody comes from one address."""
    shop.fetch("DELETE FROM throttle")
