"""Flash sales, as the last click meets them."""

from collections.abc import Sequence
from typing import Protocol


class FlashSales(Protocol):
    async def claim(self, wanted: Sequence[tuple[int, int]]) -> bool:
        """Take (item id, units) out of what is left at the sale price, in key order; the same item may come twice.

        False where a sale is over or has too few left: the caller rolls back. An order that is closed gives its units
        back by itself.
        """
        ...
