"""Stock moves by conditional updates in key order, so that it can neither be oversold nor deadlock."""

from collections.abc import Sequence

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.stock import Inventory

# The rows are locked in key order before any is changed; each row's condition is judged on its newest version.
RESERVE = """
WITH wanted AS (SELECT * FROM unnest($1::bigint[], $2::int[]) AS w (variant_id, quantity)),
locked AS (
    SELECT s.id, w.quantity FROM inventory s JOIN wanted w ON w.variant_id = s.variant_id ORDER BY s.id FOR UPDATE OF s
)
UPDATE inventory s SET reserved = s.reserved + l.quantity FROM locked l
WHERE s.id = l.id AND s.quantity - s.reserved >= l.quantity
RETURNING s.variant_id
"""

RELEASE_EXPIRED = """
WITH expired AS (
    UPDATE stock_reservation SET state = 'lapsed'
    WHERE state = 'held' AND expires_at <= now() AND variant_id = ANY ($1::bigint[])
    RETURNING variant_id, quantity
)
UPDATE inventory s SET reserved = s.reserved - e.quantity
FROM (SELECT variant_id, sum(quantity)::int AS quantity FROM expired GROUP BY variant_id) e
WHERE s.variant_id = e.variant_id
RETURNING s.variant_id
"""


class PiccoloStock:
    async def reserve(self, wanted: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        short = await self._try(wanted)
        if short and await _db().fetch(RELEASE_EXPIRED, short):
            short = await self._try([(variant, quantity) for variant, quantity in wanted if variant in short])
        return tuple(short)

    async def _try(self, wanted: Sequence[tuple[int, int]]) -> list[int]:
        variants, quantities = [v for v, _ in wanted], [q for _, q in wanted]
        reserved = {row["variant_id"] for row in await _db().fetch(RESERVE, variants, quantities)}
        return [variant for variant in variants if variant not in reserved]


def _db() -> ShopEngine:
    return engine_of(Inventory)
