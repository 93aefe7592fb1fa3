"""What must hold between the tables of the shop, each rule as one query that returns its exceptions.

A query returns `subject`, `expected` and `found` as text. What a constraint says already is asked again where money
or stock hangs on it, since a restore or a hurried repair may have gone by the constraint.
"""

from typing import TYPE_CHECKING, NamedTuple

from app.adapters.db.engine import engine_of
from app.adapters.db.tables.orders import Order
from app.ports.doctor import Finding

if TYPE_CHECKING:
    from app.adapters.db.engine import Connection

SHOWN_PER_CHECK = 100
SECONDS_PER_CHECK = 120


class Check(NamedTuple):
    name: str
    advice: str
    sql: str


COUNT = "Count the shelf and set the quantity in the back office; the ledger keeps the correction."
RELEASE = (
    "Compare with the open orders; correct inventory.reserved or the reservation in the database, with a note why."
)
AMOUNT = (
    "Compare with the confirmation mail, which holds what the customer agreed to; correct the amount that is wrong."
)

CHECKS: tuple[Check, ...] = (
    # Stock
    Check(
        "stock on hand is what the ledger adds up to",
        COUNT,
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
    Check(
        "reserved stock is what the ledger adds up to",
        RELEASE,
        """
        SELECT coalesce(v.sku, 'variant ' || variant_id) AS subject, coalesce(m.total, 0)::text AS expected,
               coalesce(s.reserved, 0)::text AS found
        FROM inventory s
        FULL JOIN (SELECT variant_id, sum(reserved_delta) AS total FROM stock_movement GROUP BY variant_id) m
            USING (variant_id)
        LEFT JOIN product_variant v ON v.id = variant_id
        WHERE coalesce(s.reserved, 0) <> coalesce(m.total, 0)
        ORDER BY variant_id
        """,
    ),
    Check(
        "reserved stock is what orders hold",
        RELEASE,
        """
        SELECT coalesce(v.sku, 'variant ' || variant_id) AS subject, coalesce(h.total, 0)::text AS expected,
               coalesce(s.reserved, 0)::text AS found
        FROM inventory s
        FULL JOIN (
            SELECT variant_id, sum(quantity) AS total FROM stock_reservation WHERE state = 'held' GROUP BY variant_id
        ) h USING (variant_id)
        LEFT JOIN product_variant v ON v.id = variant_id
        WHERE coalesce(s.reserved, 0) <> coalesce(h.total, 0)
        ORDER BY variant_id
        """,
    ),
    Check(
        "stock is neither negative nor promised twice",
        COUNT,
        """
        SELECT v.sku AS subject, 'reserved between 0 and ' || s.quantity AS expected, s.reserved::text AS found
        FROM inventory s JOIN product_variant v ON v.id = s.variant_id
        WHERE s.reserved < 0 OR s.reserved > s.quantity
        ORDER BY s.variant_id
        """,
    ),
    # An unpaid order whose time is up may have given its stock to somebody else already, before it is closed.
    Check(
        "an open order holds what was ordered",
        "Reserve the missing units, or write to the customer and cancel the order.",
        """
        SELECT 'order ' || o.number || ', ' || coalesce(v.sku, 'variant ' || w.variant_id) AS subject,
               w.ordered || ' held' AS expected, w.held || ' held' AS found
        FROM (
            SELECT order_id, variant_id, coalesce(l.quantity, 0) AS ordered, coalesce(r.quantity, 0) AS held
            FROM (
                SELECT order_id, variant_id, sum(quantity) AS quantity FROM order_item
                WHERE deleted_at IS NULL GROUP BY order_id, variant_id
            ) l
            FULL JOIN (
                SELECT r.order_id, r.variant_id, r.quantity
                FROM stock_reservation r JOIN orders o ON o.id = r.order_id
                WHERE r.state = 'held' OR (r.state = 'lapsed' AND o.status = 'pending')
            ) r USING (order_id, variant_id)
        ) w
        JOIN orders o ON o.id = w.order_id AND o.status IN ('pending', 'confirmed')
        LEFT JOIN product_variant v ON v.id = w.variant_id
        WHERE w.ordered <> w.held
        ORDER BY w.order_id, w.variant_id
        """,
    ),
    Check(
        "a closed order holds nothing",
        RELEASE,
        """
        SELECT 'order ' || o.number || ', ' || coalesce(v.sku, 'variant ' || r.variant_id) AS subject,
               'nothing held, since it is ' || o.status AS expected, r.quantity || ' held' AS found
        FROM stock_reservation r
        JOIN orders o ON o.id = r.order_id AND o.status NOT IN ('pending', 'confirmed')
        LEFT JOIN product_variant v ON v.id = r.variant_id
        WHERE r.state = 'held'
        ORDER BY r.order_id, r.variant_id
        """,
    ),
    Check(
        "every variant on offer has a stock row",
        "Add its stock in the back office, 0 if there is none; until then no page shows the variant.",
        """
        SELECT v.sku AS subject, 'a stock row' AS expected, 'none' AS found
        FROM product_variant v JOIN product p ON p.id = v.product_id AND p.status = 'active' AND p.deleted_at IS NULL
        WHERE v.is_active AND v.deleted_at IS NULL AND NOT EXISTS (SELECT FROM inventory s WHERE s.variant_id = v.id)
        ORDER BY v.id
        """,
    ),
    Check(
        "every product on sale has something to buy",
        "Add a variant to it, or take it out of the shop.",
        """
        SELECT p.name AS subject, 'a variant' AS expected, 'none' AS found
        FROM product p
        WHERE p.status = 'active' AND p.deleted_at IS NULL AND NOT EXISTS (
            SELECT FROM product_variant v WHERE v.product_id = p.id AND v.is_active AND v.deleted_at IS NULL)
        ORDER BY p.id
        """,
    ),
    # Orders
    Check(
        "a line costs its units",
        AMOUNT,
        """
        SELECT 'order ' || o.number || ', ' || i.sku AS subject,
               i.quantity || ' x ' || i.unit_price || ' = ' || i.quantity * i.unit_price AS expected,
               i.total_price::text AS found
        FROM order_item i JOIN orders o ON o.id = i.order_id
        WHERE i.total_price <> i.quantity * i.unit_price
        ORDER BY i.id
        """,
    ),
    Check(
        "the lines add up to the subtotal",
        AMOUNT,
        """
        SELECT 'order ' || o.number AS subject, coalesce(sum(i.total_price), 0)::text AS expected,
               o.subtotal::text AS found
        FROM orders o LEFT JOIN order_item i ON i.order_id = o.id AND i.deleted_at IS NULL
        GROUP BY o.id HAVING o.subtotal <> coalesce(sum(i.total_price), 0)
        ORDER BY o.id
        """,
    ),
    Check(
        "the lines' shares add up to the discount",
        AMOUNT,
        """
        SELECT 'order ' || o.number AS subject, coalesce(sum(i.discount), 0)::text AS expected,
               o.discount::text AS found
        FROM orders o LEFT JOIN order_item i ON i.order_id = o.id AND i.deleted_at IS NULL
        GROUP BY o.id HAVING o.discount <> coalesce(sum(i.discount), 0)
        ORDER BY o.id
        """,
    ),
    # Delivery is taxed as the lines are; where they differ among themselves only the lower bound is sure.
    Check(
        "the tax is that of the lines and of the delivery",
        AMOUNT,
        """
        SELECT 'order ' || number AS subject, expected::text, tax::text AS found
        FROM (
            SELECT o.id, o.number, o.tax, coalesce(sum(i.tax), 0) + CASE
                       WHEN o.prices_include_tax
                       THEN round(o.shipping - o.shipping / (1 + coalesce(max(i.tax_rate), 0)), 2)
                       ELSE round(o.shipping * coalesce(max(i.tax_rate), 0), 2)
                   END AS expected
            FROM orders o LEFT JOIN order_item i ON i.order_id = o.id AND i.deleted_at IS NULL
            GROUP BY o.id HAVING count(DISTINCT i.tax_rate) <= 1
        ) added
        WHERE tax <> expected
        ORDER BY id
        """,
    ),
    Check(
        "subtotal, discount, delivery and tax make the total",
        AMOUNT,
        """
        SELECT 'order ' || number AS subject, expected::text, total_price::text AS found
        FROM (
            SELECT id, number, total_price,
                   subtotal - discount + shipping + CASE WHEN prices_include_tax THEN 0 ELSE tax END AS expected
            FROM orders
        ) added
        WHERE total_price <> expected
        ORDER BY id
        """,
    ),
    Check(
        "the parcels cost what the order says",
        AMOUNT,
        """
        SELECT 'order ' || o.number AS subject, o.shipping::text AS expected, sum(s.shipping_cost)::text AS found
        FROM orders o JOIN shipping_info s ON s.order_id = o.id AND s.deleted_at IS NULL
        GROUP BY o.id HAVING o.shipping <> sum(s.shipping_cost)
        ORDER BY o.id
        """,
    ),
    Check(
        "coupons took off no more than the discount",
        AMOUNT,
        """
        SELECT 'order ' || o.number AS subject, 'at most ' || o.discount AS expected,
               sum(c.discount_applied)::text AS found
        FROM orders o JOIN applied_coupon c ON c.order_id = o.id AND c.deleted_at IS NULL AND c.status = 'applied'
        GROUP BY o.id HAVING sum(c.discount_applied) > o.discount
        ORDER BY o.id
        """,
    ),
    Check(
        "an order is complete",
        "It was not written by a checkout. Find out by what, then complete it by hand or cancel it.",
        """
        SELECT 'order ' || o.number AS subject, 'a ' || part.name AS expected, 'none' AS found
        FROM orders o
        CROSS JOIN LATERAL (
            VALUES
                ('line', EXISTS (SELECT FROM order_item x WHERE x.order_id = o.id AND x.deleted_at IS NULL)),
                ('payment', EXISTS (SELECT FROM payment x WHERE x.order_id = o.id AND x.deleted_at IS NULL)),
                ('billing address', EXISTS (SELECT FROM billing_info x WHERE x.order_id = o.id)),
                ('parcel', EXISTS (SELECT FROM shipping_info x WHERE x.order_id = o.id AND x.deleted_at IS NULL)
                    OR NOT EXISTS (SELECT FROM order_item x WHERE x.order_id = o.id AND NOT x.is_digital)),
                ('first event', EXISTS (SELECT FROM order_event x WHERE x.order_id = o.id AND x.kind = 'placed')),
                ('confirmation mail', EXISTS (SELECT FROM email x WHERE x.order_id = o.id))
        ) part (name, is_there)
        WHERE NOT part.is_there
        ORDER BY o.id, part.name
        """,
    ),
    Check(
        "an order's cart is closed",
        "Set the cart's status to completed in the database, or its lines can be ordered again.",
        """
        SELECT 'order ' || o.number AS subject, 'cart ' || c.id || ' completed' AS expected, c.status AS found
        FROM orders o JOIN cart c ON c.id = o.cart_id
        WHERE c.status <> 'completed'
        ORDER BY o.id
        """,
    ),
    Check(
        "a closed cart has its order",
        "The cart was closed by a checkout whose order is missing; look for a restore that lost rows.",
        """
        SELECT 'cart ' || c.id AS subject, 'an order' AS expected, 'none' AS found
        FROM cart c
        WHERE c.status = 'completed' AND NOT EXISTS (SELECT FROM orders o WHERE o.cart_id = c.id)
        ORDER BY c.id
        """,
    ),
    # Sales
    Check(
        "units at a flash price are what orders hold",
        "Correct flash_sale_item.sold in the database; while a sale runs it decides who still gets the price.",
        """
        SELECT 'item ' || f.id || ', ' || p.name AS subject, (f.sold_before + coalesce(h.units, 0))::text AS expected,
               f.sold::text AS found
        FROM flash_sale_item f JOIN product p ON p.id = f.product_id
        LEFT JOIN (
            SELECT i.flash_sale_item_id AS id, sum(i.quantity) AS units
            FROM order_item i JOIN orders o ON o.id = i.order_id AND o.status NOT IN ('cancelled', 'lapsed')
            GROUP BY i.flash_sale_item_id
        ) h ON h.id = f.id
        WHERE f.sold <> f.sold_before + coalesce(h.units, 0)
        ORDER BY f.id
        """,
    ),
    Check(
        "a line is counted as what became of its order",
        "Set to_count of the line in the database; the worker then counts it again.",
        """
        SELECT 'order ' || number || ', ' || sku AS subject, units::text AS expected, counted::text AS found
        FROM (
            SELECT i.id, o.number, i.sku, i.counted,
                   CASE WHEN o.status IN ('cancelled', 'lapsed') THEN 0 ELSE i.quantity END AS units
            FROM order_item i JOIN orders o ON o.id = i.order_id WHERE NOT i.to_count
        ) l
        WHERE counted <> units
        ORDER BY id
        """,
    ),
    Check(
        "units sold are what was counted",
        "Set product.sold_count to what is expected; best sellers are ordered by it.",
        """
        SELECT p.name AS subject, (p.sold_before + coalesce(l.units, 0))::text AS expected, p.sold_count::text AS found
        FROM product p
        LEFT JOIN (SELECT product_id, sum(counted) AS units FROM order_item GROUP BY product_id) l
            ON l.product_id = p.id
        WHERE p.sold_count <> p.sold_before + coalesce(l.units, 0)
        ORDER BY p.id
        """,
    ),
    # Money
    Check(
        "payments come to the order's total",
        "Compare with the bank or the courier; correct the payment, or refund the difference.",
        """
        SELECT 'order ' || o.number AS subject, o.total_price || ' ' || o.currency AS expected,
               sum(p.amount) || ' ' || string_agg(DISTINCT p.currency, ', ') AS found
        FROM orders o JOIN payment p ON p.order_id = o.id AND p.deleted_at IS NULL AND p.status <> 'failed'
        GROUP BY o.id HAVING sum(p.amount) <> o.total_price OR bool_or(p.currency <> o.currency)
        ORDER BY o.id
        """,
    ),
    Check(
        "money that came was noted with its day",
        "Enter the day the money arrived.",
        """
        SELECT 'order ' || o.number || ', payment ' || p.id AS subject, 'a payment date' AS expected, 'none' AS found
        FROM payment p JOIN orders o ON o.id = p.order_id
        WHERE p.status IN ('completed', 'refunded') AND p.payment_date IS NULL AND p.deleted_at IS NULL
        ORDER BY p.id
        """,
    ),
    Check(
        "an order that was paid goes ahead",
        "Its units may be gone: refund the money, or agree on a new order with the customer.",
        """
        SELECT 'order ' || o.number AS subject, 'confirmed, since it is paid' AS expected, o.status AS found
        FROM orders o
        WHERE o.status IN ('pending', 'lapsed', 'cancelled') AND EXISTS (
            SELECT FROM payment p WHERE p.order_id = o.id AND p.status = 'completed' AND p.deleted_at IS NULL)
        ORDER BY o.id
        """,
    ),
    Check(
        "nothing leaves unpaid that had to be paid first",
        "Ask the bank whether the money came; if not, ask the customer for it.",
        """
        SELECT 'order ' || o.number AS subject, 'paid, since it is ' || o.status AS expected, p.status AS found
        FROM orders o JOIN payment p ON p.order_id = o.id AND p.deleted_at IS NULL
        WHERE o.status IN ('confirmed', 'shipped', 'delivered') AND p.payment_method <> 'cash_on_delivery'
            AND p.status = 'pending'
        ORDER BY o.id
        """,
    ),
    # Mail and keys
    Check(
        "mail leaves within ten minutes",
        "See that a worker runs and what its log says; a mail that is due is sent as soon as one does.",
        """
        SELECT 'mail ' || id || ', ' || kind AS subject, 'sent or failed' AS expected,
               status || ' for ' || date_trunc('second', now() - due) AS found
        FROM (
            SELECT id, kind, status,
                   CASE WHEN status = 'sending' THEN lease_until ELSE next_attempt_at END AS due
            FROM email WHERE status IN ('queued', 'sending')
        ) waiting
        WHERE due < now() - interval '10 minutes'
        ORDER BY id
        """,
    ),
    Check(
        "a checkout's key leads to its order",
        "Delete the key in the database: whoever repeats that checkout gets an error instead of the order.",
        """
        SELECT 'key ' || k.id AS subject, 'order ' || k.order_id AS expected, 'none' AS found
        FROM idempotency_key k
        WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = k.order_id)
        ORDER BY k.id
        """,
    ),
)


class PiccoloBooks:
    async def findings(self) -> list[Finding]:
        """Opens its own read-only transaction: all checks look at one snapshot. May take minutes in a large shop."""
        findings: list[Finding] = []
        async with engine_of(Order).transaction(allow_nested=False) as transaction:
            connection = transaction.connection
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            await connection.execute(f"SET LOCAL statement_timeout = '{SECONDS_PER_CHECK}s'")
            for check in CHECKS:
                findings += await _exceptions(connection, check)
        return findings


async def _exceptions(connection: "Connection", check: Check) -> list[Finding]:
    """At most SHOWN_PER_CHECK findings, and a last one that says when there are more."""
    sql = f"SELECT * FROM ({check.sql}) AS found LIMIT {SHOWN_PER_CHECK + 1}"  # noqa: S608 constants of this module
    # The driver's own patience is that of a page; this query may take longer.
    rows = await connection.fetch(sql, timeout=SECONDS_PER_CHECK + 1)
    findings = [Finding(check.name, row["subject"], row["expected"], row["found"], check.advice) for row in rows]
    if len(findings) > SHOWN_PER_CHECK:
        findings[-1] = Finding(check.name, "others", "none", "more than are shown", check.advice)
    return findings
