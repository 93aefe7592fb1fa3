"""Units at a flash price are claimed by one conditional update, so that no more go at it than were meant to."""

from collections.abc import Sequence

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.sales import FlashSaleItem

# Waiting for another buyer may take until after the end of the sale: the clock is read when the row is ours.
CLAIM = """
WITH wanted AS (
    SELECT id, sum(units)::int AS units FROM unnest($1::bigint[], $2::int[]) AS w (id, units) GROUP BY id
),
locked AS (
    SELECT i.id, w.units FROM flash_sale_item i JOIN wanted w ON w.id = i.id ORDER BY i.id FOR UPDATE OF i
)
UPDATE flash_sale_item i SET sold = i.sold + l.units
FROM locked l, flash_sale f
WHERE i.id = l.id AND f.id = i.flash_sale_id AND i.sold + l.units <= i.stock_cap AND i.deleted_at IS NULL
    AND f.is_active AND f.deleted_at IS NULL AND f.starts_at <= clock_timestamp() AND f.ends_at > clock_timestamp()
RETURNING i.id
"""


class PiccoloFlashSales:
    async def claim(self, wanted: Sequence[tuple[int, int]]) -> bool:
        items = {item for item, _ in wanted}
        claimed = await _db().fetch(CLAIM, [item for item, _ in wanted], [units for _, units in wanted])
        return len(claimed) == len(items)


def _db() -> ShopEngine:
    return engine_of(FlashSaleItem)
