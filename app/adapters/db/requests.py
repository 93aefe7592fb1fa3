"""Who waits for what, in PostgreSQL. The row's state decides who tells whom, so that nobody is told twice."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from app.adapters.db.cards import ON_SHOW, OPTIONS
from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.requests import BackInStockRequest
from app.ports.requests import AnsweredRequest, RequestedGoods

ASK = """
INSERT INTO back_in_stock_request (variant_id, email, locale) VALUES ($1, $2, $3)
ON CONFLICT (variant_id, lower(email)) WHERE state = 'waiting' DO NOTHING
"""

# Whoever holds a row is telling that person: there is nothing to wait for.
ANSWER = f"""
WITH due AS (
    SELECT r.id FROM back_in_stock_request r
    JOIN product_variant v ON v.id = r.variant_id JOIN product p ON p.id = v.product_id
    JOIN inventory s ON s.variant_id = v.id
    WHERE r.state = 'waiting' AND s.quantity > s.reserved AND v.is_active AND v.deleted_at IS NULL AND {ON_SHOW}
    ORDER BY r.id LIMIT $1 FOR UPDATE OF r SKIP LOCKED
)
UPDATE back_in_stock_request r SET state = 'told', told_at = now() FROM due WHERE r.id = due.id
RETURNING r.id, r.email, r.locale
"""  # noqa: S608

GOODS = f"""
SELECT p.name, v.variant_value AS variant, p.slug, {OPTIONS} AS options, r.locale,
       greatest(coalesce(f.price, p.price) + v.price_adjustment, 0) AS price,
       greatest(s.quantity - s.reserved, 0) AS available
FROM back_in_stock_request r
JOIN product_variant v ON v.id = r.variant_id JOIN product p ON p.id = v.product_id
JOIN inventory s ON s.variant_id = v.id
LEFT JOIN LATERAL running_flash(p.id) f ON true
WHERE r.id = $1
"""  # noqa: S608


WITHDRAW = """
UPDATE back_in_stock_request SET state = 'withdrawn' WHERE lower(email) = lower($1) AND state = 'waiting'
"""

FORGET = """
WITH old AS (
    SELECT id FROM back_in_stock_request
    WHERE state <> 'waiting' AND updated_at < now() - $1::interval OR created_at < now() - $2::interval
    ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
)
DELETE FROM back_in_stock_request r USING old WHERE r.id = old.id RETURNING r.id
"""


class PiccoloRequests:
    async def ask(self, *, variant_id: int, email: str, locale: str) -> None:
        await _db().execute(ASK, variant_id, email, locale)

    async def answer(self, limit: int) -> Sequence[AnsweredRequest]:
        rows = await _db().fetch(ANSWER, limit)
        return sorted((AnsweredRequest(**row) for row in rows), key=lambda request: request.id)

    async def find_address(self, request_id: int) -> str | None:
        email: str | None = await _db().fetchval("SELECT email FROM back_in_stock_request WHERE id = $1", request_id)
        return email

    async def withdraw(self, email: str) -> None:
        await _db().execute(WITHDRAW, email)

    async def forget(self, *, ended: timedelta, asked: timedelta, limit: int) -> int:
        return len(await _db().fetch(FORGET, ended, asked, limit))

    async def find_goods(self, request_id: int) -> RequestedGoods | None:
        row = await _db().fetchrow(GOODS, request_id)
        if row is None:
            return None
        return RequestedGoods(**{**row, "options": msgspec.json.decode(row["options"], type=dict[str, str])})


def _db() -> ShopEngine:
    return engine_of(BackInStockRequest)
