"""What a visitor does with the cart. Every method is one transaction; a refusal changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core import cart as rules
from app.core.cart import Cart, CartLine, Merged
from app.core.errors import NotFound
from app.ports.cart import Carts, Visitor
from app.ports.transactions import Transactions

LONGEST_DRAFT = 1_000
"""Characters of one field; what is longer is refused by the form anyway."""


@dataclass(frozen=True)
class CartService:
    carts: Carts
    transactions: Transactions

    async def show(self, visitor: Visitor) -> Cart:
        """The visitor's cart as it stands now; an empty one where there is none."""
        return await self.carts.find(visitor) or Cart(0)

    async def count(self, visitor: Visitor) -> int:
        """Units in the visitor's cart."""
        return await self.carts.count(visitor)

    async def merge(self, guest: Visitor, user_id: int) -> Merged:
        """At a sign-in: what the guest's cart holds goes into the person's own, by `core.cart.merge`; once, however
        many sign-ins there are at once. The guest's cart is closed: whoever else has its token has nothing.

        The person's cart is locked first and the guest's after it; nobody takes them the other way round.
        """
        if await self.carts.find(guest) is None:
            return Merged()
        person = Visitor("", user_id)
        async with self.transactions.begin(actor=user_id):
            own = await self.carts.open_or_start(person)
            cart = await self.carts.open_locked(guest)
            if cart is None:  # another sign-in was faster
                return Merged()
            merged = rules.merge(own, cart)
            for line in merged.lines:
                await self.carts.save_line(own, line)
            await self.carts.retire(cart, into=own)
        return merged

    async def draft(self, visitor: Visitor) -> Mapping[str, str]:
        """What was typed into the checkout within the last day."""
        return await self.carts.find_draft(visitor)

    async def keep_draft(self, visitor: Visitor, draft: Mapping[str, str]) -> None:
        """Keep what was typed into the checkout, beside the cart; it goes along at a sign-in."""
        async with self.transactions.begin(actor=visitor.user_id):
            cart = await self.carts.open_or_start(visitor)
            await self.carts.keep_draft(cart, {name: value[:LONGEST_DRAFT] for name, value in draft.items()})

    async def forget_drafts(self) -> int:
        """Wipe what was typed more than a day ago; returns how many drafts."""
        async with self.transactions.begin():
            return await self.carts.forget_drafts()

    async def add(
        self, visitor: Visitor, *, variant_id: int | None, slug: str, options: Mapping[str, str], quantity: int
    ) -> tuple[Cart, CartLine]:
        """Put units of one variant into the cart, named by id or by product and options.

        Raises NotFound, NotForSale, NotEnoughStock, QuantityOutOfRange, CartFull.
        """
        async with self.transactions.begin(actor=visitor.user_id):
            cart = await self.carts.open_or_start(visitor)
            if variant_id is not None:
                offer = await self.carts.find_offer(variant_id)
            else:
                offer = await self.carts.find_offer_by_options(slug, options)
            if offer is None:
                raise NotFound("variant", slug or str(variant_id))
            line = await self.carts.save_line(cart, rules.add(cart, offer, quantity))
        return rules.with_line(cart, line), line

    async def change(self, visitor: Visitor, line_id: int, quantity: int) -> tuple[Cart, CartLine]:
        """Set a line's quantity. Raises NotFound, NotForSale, NotEnoughStock, QuantityOutOfRange."""
        async with self.transactions.begin(actor=visitor.user_id):
            cart, line = await self._open(visitor, line_id)
            line = await self.carts.save_line(cart, rules.change(cart, line, quantity))
        return rules.with_line(cart, line), line

    async def remove(self, visitor: Visitor, line_id: int) -> tuple[Cart, CartLine]:
        async with self.transactions.begin(actor=visitor.user_id):
            cart, line = await self._open(visitor, line_id)
            line = await self.carts.save_line(cart, rules.remove(line))
        return rules.with_line(cart, line), line

    async def restore(self, visitor: Visitor, line_id: int) -> tuple[Cart, CartLine]:
        """Undo a removal. Raises NotFound, NotForSale, NotEnoughStock."""
        async with self.transactions.begin(actor=visitor.user_id):
            cart, line = await self._open(visitor, line_id)
            line = await self.carts.save_line(cart, rules.restore(line))
        return rules.with_line(cart, line), line

    async def _open(self, visitor: Visitor, line_id: int) -> tuple[Cart, CartLine]:
        cart = await self.carts.open_locked(visitor)
        if cart is None:
            raise NotFound("cart line", str(line_id))
        return cart, cart.line(line_id)
