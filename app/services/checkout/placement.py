"""The last click. One transaction makes the order, its reservations and its mail, or nothing at all."""

from dataclasses import dataclass
from functools import partial

from app.core import checkout as rules
from app.core.checkout import Buyer, PaymentMethod
from app.core.emails import EmailKind
from app.core.errors import EmptyCart, KeyMissing, KeyReused, NotFound, QuoteChanged
from app.core.orders import OrderStatus, order_number
from app.ports.cart import Carts, Visitor
from app.ports.emails import Emails
from app.ports.orders import Claim, NewOrder, OrderReference, Orders, Stock
from app.ports.sales import FlashSales
from app.ports.transactions import Transactions
from app.services.checkout.quote import Quote, QuoteService
from app.services.emails import EmailService

ROUTE = "POST /checkout"


@dataclass(frozen=True, slots=True)
class Placement:
    """What the shopper confirmed: `digest` of the page shown, `key` of the form, `body_hash` of what was sent."""

    buyer: Buyer
    delivery_code: str
    payment_method: PaymentMethod
    digest: str
    key: str
    body_hash: str
    locale: str


@dataclass(frozen=True)
class PlacementService:
    carts: Carts
    orders: Orders
    stock: Stock
    sales: FlashSales
    emails: Emails
    transactions: Transactions
    quotes: QuoteService
    outbox: EmailService

    async def place(self, visitor: Visitor, placement: Placement) -> OrderReference:
        """The order this key stands for: a new one, or the one an earlier submit of the key made.

        Raises KeyMissing, KeyReused, EmptyCart, QuoteChanged, MethodUnavailable; StillRunning when an
        earlier submit of the key has not finished within the lock timeout. A refusal consumes no key.
        """
        if not placement.key:
            raise KeyMissing
        async with self.transactions.begin(actor=visitor.user_id) as transaction:
            # The cart's lock comes first: a second submit waits here until the first has placed its order or failed.
            cart = await self.carts.open_locked(visitor)
            if cart is None or not cart.shown:
                return await self._placed_before(visitor, placement)
            claim = await self.orders.claim_key(
                scope=visitor.scope, route=ROUTE, key=placement.key, body_hash=placement.body_hash
            )
            if not claim.is_new:
                return await self._made_by(claim, placement)
            quote = await self.quotes.quote(
                cart, country=placement.buyer.address.country, delivery_code=placement.delivery_code
            )
            await self._reserve(quote, shown_digest=placement.digest)
            rules.require_payment_method(
                placement.payment_method,
                quote.totals.total,
                cash_limit=self.quotes.market.cash_limit,
                is_delivered=quote.chosen is not None,
            )
            order = await self._order(claim.order_id, quote, placement, visitor)
            await self.orders.place(order)
            await self.carts.complete(cart)
            email = await self.emails.queue(
                kind=EmailKind.ORDER_CONFIRMATION,
                recipient=order.buyer.email,
                locale=order.locale,
                data={"order_id": order.id},
                order_id=order.id,
                user_id=order.user_id,
            )
            transaction.after_commit(partial(self.outbox.enqueue, email))
        return OrderReference(order.id, order.number, 1)

    async def _reserve(self, quote: Quote, *, shown_digest: str) -> None:
        """Stock first, since a sold-out line is the likelier and the cheaper refusal."""
        short = await self.stock.reserve([(line.variant_id, line.quantity) for line in quote.cart.buyable])
        if short or quote.digest != shown_digest:
            raise QuoteChanged
        at_sale_price = [(line.flash.item_id, line.quantity) for line in quote.cart.buyable if line.flash]
        if at_sale_price and not await self.sales.claim(at_sale_price):
            raise QuoteChanged

    async def _order(self, order_id: int, quote: Quote, placement: Placement, visitor: Visitor) -> NewOrder:
        pays_later = placement.payment_method is PaymentMethod.CASH_ON_DELIVERY
        return NewOrder(
            id=order_id,
            number=order_number(await self.orders.next_number()),
            cart_id=quote.cart.id,
            status=OrderStatus.CONFIRMED if pays_later else OrderStatus.PENDING,
            buyer=placement.buyer,
            user_id=visitor.user_id,
            lines=quote.cart.buyable,
            totals=quote.totals,
            currency=self.quotes.market.currency,
            locale=placement.locale,
            delivery=quote.chosen,
            payment_method=placement.payment_method,
            hold_days=None if pays_later else self.quotes.market.unpaid_days,
        )

    async def _placed_before(self, visitor: Visitor, placement: Placement) -> OrderReference:
        """The order of an earlier submit of this form; in a second tab, the one that the first tab placed."""
        claim = await self.orders.find_key(scope=visitor.scope, route=ROUTE, key=placement.key)
        if claim is not None:
            return await self._made_by(claim, placement)
        reference = await self.orders.find_placed_from(visitor)
        if reference is None:
            raise EmptyCart
        return reference

    async def _made_by(self, claim: Claim, placement: Placement) -> OrderReference:
        if claim.body_hash != placement.body_hash:
            raise KeyReused
        reference = await self.orders.find_reference(claim.order_id)
        if reference is None:
            raise NotFound("order")
        return reference
