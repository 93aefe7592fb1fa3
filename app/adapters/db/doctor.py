"""What must hold between the tables of the shop, each rule as one query that returns its exceptions.

A query returns `subject`, `expected` and `found` as text. What a constraint says already is asked again where money
or stock hangs on it, since a restore or a hurried repair may have gone by the constraint.
"""

from typing import NamedTuple

from app.adapters.db.engine import ShopEngine, engine_of, milliseconds
from app.adapters.db.tables.orders import Order
from app.ports.doctor import Finding

SHOWN_PER_CHECK = 100
STATEMENT_SECONDS = 120


class Check(NamedTuple):
    name: str
    advice: str
    sql: str


CHECKS: tuple[Check, ...] = (
    Check(
        "stock on hand",
        "Count the shelf, then set the quantity in the back office; the ledger keeps the correction.",
        """
        SELECT coalesce(v.sku, 'variant ' || variant_id) AS subject, coalesce(m.total, 0)::text AS expected,
               coalesce(s.quantity, 0)::text AS found
        FROM inventory s
        FULL JOIN (SELECT variant_id, sum(quantity_delta) AS total FROM stock_movement GROUP BY variant_id) m
            USING (variant_id)
        LEFT JOIN product_variant v ON v.id = variant_id
        WHERE coalesce(s.quantity, 0) <> coalesce(m.total, 0)
        ORDER BY variant_id
        """,
    ),
)


class PiccoloBooks:
    async def findings(self) -> list[Finding]:
        """Opens its own read-only transaction: all checks look at one snapshot."""
        db, findings = engine_of(Order), []
        async with db.transaction(allow_nested=False):
            await db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            await db.fetchrow("SELECT set_config('statement_timeout', $1, true)", milliseconds(STATEMENT_SECONDS))
            for check in CHECKS:
                findings += await _exceptions(db, check)
        return findings


async def _exceptions(db: ShopEngine, check: Check) -> list[Finding]:
    rows = await db.fetch(f"SELECT * FROM ({check.sql}) AS found LIMIT {SHOWN_PER_CHECK + 1}")  # noqa: S608 constants
    findings = [Finding(check.name, row["subject"], row["expected"], row["found"], check.advice) for row in rows]
    if len(findings) > SHOWN_PER_CHECK:
        findings[-1] = Finding(check.name, "further ones", "none", "more than are shown here", check.advice)
    return findings
