"""Where carts are kept. A cart is reached through its visitor's token (hashed), never by bare id."""

from collections.abc import Mapping
from typing import Protocol

from app.core.cart import Cart, CartLine, Offer


class Carts(Protocol):
    async def find(self, token_hash: str) -> Cart | None:
        """The visitor's active cart with today's offers, or None when there is none or it has expired."""
        ...

    async def open_locked(self, token_hash: str) -> Cart | None:
        """As `find`, holding the cart's row lock until the transaction ends."""
        ...

    async def open_or_start(self, token_hash: str) -> Cart:
        """As `open_locked`, starting an empty cart where there is none."""
        ...

    async def find_offer(self, variant_id: int) -> Offer | None: ...

    async def find_offer_by_options(self, product_slug: str, options: Mapping[str, str]) -> Offer | None:
        """The variant of a product that has exactly these options (all of them, in any order)."""
        ...

    async def save_line(self, cart: Cart, line: CartLine) -> CartLine:
        """Store one line (insert, or update by variant) and return it with its id."""
        ...

    async def complete(self, cart: Cart) -> None:
        """Close the cart: an order was placed from it."""
        ...

    async def change_token(self, old_hash: str, new_hash: str) -> None:
        """Whatever carts were found under the old token are found under the new one only."""
        ...

    async def count(self, token_hash: str) -> int:
        """Units in the visitor's cart; 0 without one."""
        ...
