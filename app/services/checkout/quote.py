"""What an order would cost and when it would arrive, if it were placed now."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core import checkout as rules
from app.core.cart import Cart
from app.core.checkout import DeliveryMethod
from app.core.errors import EmptyCart
from app.core.pricing import Totals, price
from app.ports.clock import Clock
from app.ports.orders import DeliveryMethods


@dataclass(frozen=True)
class Market:
    """Where and in what money the shop sells."""

    currency: str
    countries: tuple[str, ...]
    prices_include_tax: bool
    cash_limit: Decimal
    unpaid_days: int


@dataclass(frozen=True, slots=True)
class DeliveryOffer:
    method: DeliveryMethod
    cost: Decimal
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class Quote:
    cart: Cart
    country: str
    offers: tuple[DeliveryOffer, ...]
    chosen: DeliveryOffer
    totals: Totals
    digest: str


@dataclass(frozen=True)
class QuoteService:
    delivery_methods: DeliveryMethods
    clock: Clock
    market: Market

    async def quote(self, cart: Cart, *, country: str, delivery_code: str | None) -> Quote:
        """Raises EmptyCart, and MethodUnavailable when nothing delivers there or the code is not offered.

        An unknown country is quoted as the shop's first; the form refuses it on its own.
        """
        if not cart.buyable:
            raise EmptyCart
        if country not in self.market.countries:
            country = self.market.countries[0]
        today = self.clock.now().date()
        methods = await self.delivery_methods.all_active()
        tax_rate = await self.delivery_methods.tax_rate(country)
        chosen = rules.choose_delivery(methods, delivery_code, country=country, subtotal=cart.subtotal)
        totals = price(
            [(line.variant_id, line.quantity, line.offer.unit_price) for line in cart.buyable],
            shipping=chosen.cost(cart.subtotal),
            tax_rate=tax_rate,
            prices_include_tax=self.market.prices_include_tax,
        )
        return Quote(
            cart=cart,
            country=country,
            offers=tuple(_offer(m, cart.subtotal, today) for m in methods if m.reaches(country)),
            chosen=_offer(chosen, cart.subtotal, today),
            totals=totals,
            digest=rules.digest(totals, delivery_code=chosen.code, currency=self.market.currency),
        )

    async def cheapest_delivery(self, cart: Cart) -> Decimal | None:
        """What delivery to the shop's first country costs at least; None where nothing can be delivered."""
        methods = await self.delivery_methods.all_active() if cart.buyable else ()
        reaching = [method.cost(cart.subtotal) for method in methods if method.reaches(self.market.countries[0])]
        return min(reaching, default=None)


def _offer(method: DeliveryMethod, subtotal: Decimal, today: date) -> DeliveryOffer:
    return DeliveryOffer(method, method.cost(subtotal), *method.window(today))
