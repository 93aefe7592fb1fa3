"""From the cart to the order."""

from functools import cached_property

from app.services.checkout.placement import PlacementService
from app.services.checkout.quote import Market, QuoteService
from app.services.orders import OrderLinks, OrderService
from app.wiring.base import SHOP_NAME, Base


class Buying(Base):
    @cached_property
    def orders(self) -> OrderService:
        return OrderService(
            orders=self.store.orders,
            transactions=self.store.transactions,
            links=OrderLinks(self.settings.secret_ring, self.settings.origin, self.settings.languages),
            shop_name=SHOP_NAME,
            bank_account=self.settings.bank_account,
        )

    @cached_property
    def quotes(self) -> QuoteService:
        return QuoteService(
            delivery_methods=self.store.delivery_methods,
            clock=self.clock,
            market=Market(
                currency=self.settings.currency,
                countries=self.settings.country_codes,
                prices_include_tax=self.settings.prices_include_tax,
                cash_limit=self.settings.cash_on_delivery_limit,
                unpaid_days=self.settings.unpaid_order_days,
            ),
        )

    @cached_property
    def placement(self) -> PlacementService:
        return PlacementService(
            carts=self.store.carts,
            orders=self.store.orders,
            stock=self.stock,
            sales=self.sales,
            emails=self.store.emails,
            transactions=self.store.transactions,
            quotes=self.quotes,
            outbox=self.outbox,
        )
