"""Where carts are kept. A cart is reached through its visitor, never by bare id."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.core.cart import Cart, CartLine, Offer


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose things are meant: a person's own, in whatever browser; a guest's by the token of theirs."""

    token_hash: str
    user_id: int | None = None
    """Of whoever is signed in; the token does not count then."""

    @property
    def scope(self) -> str:
        """What idempotency keys of theirs are kept under."""
        return self.token_hash if self.user_id is None else f"user:{self.user_id}"


class Carts(Protocol):
    async def find(self, visitor: Visitor) -> Cart | None:
        """The visitor's active cart with today's offers, or None when there is none or it has expired."""
        ...

    async def open_locked(self, visitor: Visitor) -> Cart | None:
        """As `find`, holding the cart's row lock until the transaction ends."""
        ...

    async def open_or_start(self, visitor: Visitor) -> Cart:
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
        """Close the cart: an order was placed from it. Its draft is gone."""
        ...

    async def find_draft(self, visitor: Visitor) -> Mapping[str, str]:
        """What was typed into the checkout within the last day; empty where nothing was."""
        ...

    async def keep_draft(self, cart: Cart, draft: Mapping[str, str]) -> None: ...

    async def forget_drafts(self) -> int:
        """Wipe those that are older than a day; returns how many."""
        ...

    async def retire(self, cart: Cart, *, into: Cart) -> None:
        """Close the cart: what was in it is in `into` now, and its draft goes there too."""
        ...

    async def count(self, visitor: Visitor) -> int:
        """Units in the visitor's cart; 0 without one."""
        ...
