"""What an order would cost and when it would arrive, if it were placed now."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.core import checkout as rules
from app.core.cart import Cart
from app.core.checkout import DeliveryHint, DeliveryMethod, DeliveryOffer
from app.core.errors import EmptyCart
from app.core.money import ZERO
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
class Quote:
    cart: Cart
    country: str
    offers: tuple[DeliveryOffer, ...]
    chosen: DeliveryOffer | None
    """None where nothing has to be delivered."""
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
        lines = cart.buyable
        offers, chosen = await self._deliveries(cart, country=country, delivery_code=delivery_code)
        totals = price(
            [(line.variant_id, line.quantity, line.price) for line in lines],
            shipping=chosen.cost if chosen else ZERO,
            tax_rate=await self.delivery_methods.tax_rate(country),
            prices_include_tax=self.market.prices_include_tax,
        )
        code = chosen.method.code if chosen else rules.NO_DELIVERY
        return Quote(
            cart=cart,
            country=country,
            offers=offers,
            chosen=chosen,
            totals=totals,
            digest=rules.digest(totals, delivery_code=code, currency=self.market.currency),
        )

    async def delivery_hint(self, cart: Cart) -> DeliveryHint | None:
        """What delivery to the shop's first country costs at least; None where nothing can be delivered."""
        if not cart.buyable:
            return None
        if not rules.needs_delivery(cart.buyable):
            return DeliveryHint(ZERO)
        methods = await self.delivery_methods.all_active()
        return rules.delivery_hint(methods, cart.subtotal, country=self.market.countries[0])

    async def estimate(
        self, country: str, subtotal: Decimal, *, released_at: datetime | None = None
    ) -> tuple[DeliveryOffer, ...]:
        """How goods worth `subtotal` could be delivered to a country, the cheapest first; nothing where they cannot.

        What is not out yet is packed on the day of its release.
        """
        today = self.clock.now().date()
        packed = max(today, released_at.date()) if released_at else today
        methods = [method for method in await self.delivery_methods.all_active() if method.reaches(country)]
        return tuple(sorted((_offer(m, subtotal, packed) for m in methods), key=lambda offer: offer.cost))

    async def _deliveries(
        self, cart: Cart, *, country: str, delivery_code: str | None
    ) -> tuple[tuple[DeliveryOffer, ...], DeliveryOffer | None]:
        """What is offered there, and the one chosen. Where nothing is delivered no code is wrong."""
        lines = cart.buyable
        if not rules.needs_delivery(lines):
            return (), None
        packed = rules.packing_day(lines, self.clock.now().date())
        methods = await self.delivery_methods.all_active()
        chosen = rules.choose_delivery(methods, delivery_code, country=country, subtotal=cart.subtotal)
        offers = tuple(_offer(method, cart.subtotal, packed) for method in methods if method.reaches(country))
        return offers, next(offer for offer in offers if offer.method is chosen)


def _offer(method: DeliveryMethod, subtotal: Decimal, packed: date) -> DeliveryOffer:
    return DeliveryOffer(method, method.cost(subtotal), *method.window(packed))
