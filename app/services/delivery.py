"""What delivery costs and how long it takes, told before anything is in the cart."""

from dataclasses import dataclass
from decimal import Decimal

from app.core.checkout import DeliveryMethod
from app.ports.orders import DeliveryMethods


@dataclass(frozen=True, slots=True)
class CountryTax:
    """`rate` is a fraction; None where the shop charges no tax."""

    country: str
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    methods: tuple[DeliveryMethod, ...]
    taxes: tuple[CountryTax, ...]


@dataclass(frozen=True)
class DeliveryService:
    delivery_methods: DeliveryMethods
    countries: tuple[str, ...]
    """Where the shop delivers to."""

    async def terms(self) -> DeliveryTerms:
        rates = await self.delivery_methods.tax_rates()
        return DeliveryTerms(
            methods=await self.delivery_methods.all_active(),
            taxes=tuple(CountryTax(country, rates.get(country) or None) for country in self.countries),
        )
