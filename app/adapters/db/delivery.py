"""Delivery methods and tax rates, as staff set them in the back office."""

from collections.abc import Mapping
from decimal import Decimal

from app.adapters.db.engine import engine_of
from app.adapters.db.tables.shipping import ShippingMethod
from app.core.checkout import DeliveryMethod

ACTIVE = """
SELECT code, name, description, price, free_from, min_days, max_days, coalesce(countries, '{}') AS countries
FROM shipping_method WHERE is_active AND deleted_at IS NULL ORDER BY position, id
"""


class PiccoloDeliveryMethods:
    async def all_active(self) -> tuple[DeliveryMethod, ...]:
        rows = await engine_of(ShippingMethod).fetch(ACTIVE)
        return tuple(DeliveryMethod(**{**row, "countries": tuple(row["countries"])}) for row in rows)

    async def tax_rate(self, country: str) -> Decimal:
        rate = await engine_of(ShippingMethod).fetchval("SELECT rate FROM tax_rate WHERE country = $1", country)
        return Decimal(rate or 0)

    async def tax_rates(self) -> Mapping[str, Decimal]:
        rows = await engine_of(ShippingMethod).fetch("SELECT country, rate FROM tax_rate ORDER BY country")
        return {row["country"]: row["rate"] for row in rows}
