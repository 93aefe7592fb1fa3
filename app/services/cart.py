"""What a visitor does with the cart. Every method is one transaction; a refusal changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core import cart as rules
from app.core.cart import Cart, CartLine
from app.core.errors import NotFound
from app.ports.cart import Carts
from app.ports.transactions import Transactions


@dataclass(frozen=True)
class CartService:
    carts: Carts
    transactions: Transactions

    async def show(self, token_hash: str) -> Cart:
        """The visitor's cart as it stands now; an empty one where there is none."""
        return await self.carts.find(token_hash) or Cart(0)

    async def count(self, token_hash: str) -> int:
        """Units in the visitor's cart."""
        return await self.carts.count(token_hash)

    async def change_token(self, old_hash: str, new_hash: str) -> None:
        """At a sign-in: what the old token opened, the new one does, and whoever planted the old one has nothing."""
        async with self.transactions.begin():
            await self.carts.change_token(old_hash, new_hash)

    async def add(
        self, token_hash: str, *, variant_id: int | None, slug: str, options: Mapping[str, str], quantity: int
    ) -> tuple[Cart, CartLine]:
        """Put units of one variant into the cart, named by id or by product and options.

        Raises NotFound, NotForSale, NotEnoughStock, QuantityOutOfRange, CartFull.
        """
        async with self.transactions.begin():
            cart = await self.carts.open_or_start(token_hash)
            if variant_id is not None:
                offer = await self.carts.find_offer(variant_id)
            else:
                offer = await self.carts.find_offer_by_options(slug, options)
            if offer is None:
                raise NotFound("variant", slug or str(variant_id))
            line = await self.carts.save_line(cart, rules.add(cart, offer, quantity))
        return rules.with_line(cart, line), line

    async def change(self, token_hash: str, line_id: int, quantity: int) -> tuple[Cart, CartLine]:
        """Set a line's quantity. Raises NotFound, NotForSale, NotEnoughStock, QuantityOutOfRange."""
        async with self.transactions.begin():
            cart, line = await self._open(token_hash, line_id)
            line = await self.carts.save_line(cart, rules.change(cart, line, quantity))
        return rules.with_line(cart, line), line

    async def remove(self, token_hash: str, line_id: int) -> tuple[Cart, CartLine]:
        async with self.transactions.begin():
            cart, line = await self._open(token_hash, line_id)
            line = await self.carts.save_line(cart, rules.remove(line))
        return rules.with_line(cart, line), line

    async def restore(self, token_hash: str, line_id: int) -> tuple[Cart, CartLine]:
        """Undo a removal. Raises NotFound, NotForSale, NotEnoughStock."""
        async with self.transactions.begin():
            cart, line = await self._open(token_hash, line_id)
            line = await self.carts.save_line(cart, rules.restore(line))
        return rules.with_line(cart, line), line

    async def _open(self, token_hash: str, line_id: int) -> tuple[Cart, CartLine]:
        cart = await self.carts.open_locked(token_hash)
        if cart is None:
            raise NotFound("cart line", str(line_id))
        return cart, cart.line(line_id)
