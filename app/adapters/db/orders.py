"""Orders in PostgreSQL: written in one statement and read back as one struct."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.orders import Order
from app.core.checkout import Address, PaymentMethod
from app.core.orders import OrderStatus
from app.ports.cart import Visitor
from app.ports.orders import Claim, NewOrder, OrderLineView, OrderReference, OrderSummary, OrderView

# ON CONFLICT waits for the transaction that holds the key; when that one is rolled back, this one gets the key.
CLAIM_KEY = """
INSERT INTO idempotency_key (scope, route, key, body_hash, order_id)
VALUES ($1, $2, $3, $4, nextval(pg_get_serial_sequence('orders', 'id')))
ON CONFLICT (scope, route, key) DO NOTHING RETURNING order_id, body_hash
"""

# One statement, because every buyer of the same thing waits until it is done and the transaction over.
PLACE = """
WITH placed AS (
    INSERT INTO orders (id, number, cart_id, status, currency, subtotal, discount, shipping, tax, total_price,
                        prices_include_tax, email, full_name, phone, locale, note, created_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $31)
),
payable AS (INSERT INTO payment (order_id, payment_method, amount, currency) VALUES ($1, $17, $10, $5)),
billed AS (
    INSERT INTO billing_info (order_id, full_name, address, phone, email, method, user_id)
    VALUES ($1, $13, $18, $14, $12, $17, $31)
),
to_ship AS (
    INSERT INTO shipping_info (order_id, full_name, phone, line1, line2, city, region, postal_code, country, address,
                               method, method_name, shipping_cost, earliest_delivery_date, estimated_delivery_date)
    SELECT $1, $13, $14, $19, $20, $21, $22, $23, $24, $18, $25, $26, $8, $27, $28
    WHERE $28::timestamptz IS NOT NULL
),
told AS (INSERT INTO order_event (order_id, kind) VALUES ($1, 'placed')),
line AS (
    SELECT * FROM jsonb_to_recordset($29::jsonb) AS l (
        product_id bigint, variant_id bigint, position int, product_name text, variant_name text, sku text,
        image_url text, quantity int, unit_price numeric, total_price numeric, discount numeric, tax_rate numeric,
        tax numeric, seller_id bigint, flash_sale_item_id bigint, released_at timestamptz, is_digital boolean)
),
held AS (
    INSERT INTO stock_reservation (order_id, variant_id, quantity, state, expires_at)
    SELECT $1, variant_id, quantity, 'held', now() + make_interval(days => $30::int) FROM line
)
INSERT INTO order_item (order_id, product_id, variant_id, position, product_name, variant_name, sku, image_url,
                        quantity, unit_price, total_price, discount, tax_rate, tax, seller_id, flash_sale_item_id,
                        released_at, is_digital)
SELECT $1, line.* FROM line
"""

ORDER = """
SELECT o.id, o.number, o.link_version, o.status, o.order_date, o.email, o.phone, o.note, o.subtotal, o.discount,
       o.shipping, o.tax, o.total_price, o.prices_include_tax, o.currency, o.locale,
       o.created_by, o.full_name, b.address AS billing_address, s.full_name AS ship_to,
       s.line1, s.line2, s.city, s.region, s.postal_code, s.country, s.method_name,
       s.earliest_delivery_date, s.estimated_delivery_date, p.payment_method, p.status AS payment_status,
       (SELECT jsonb_agg(jsonb_build_object(
                   'name', i.product_name, 'variant', i.variant_name, 'sku', i.sku, 'image_url', i.image_url,
                   'quantity', i.quantity, 'unit_price', i.unit_price::text, 'total', i.total_price::text,
                   'released_at', i.released_at, 'is_digital', i.is_digital)
               ORDER BY i.position, i.id)
        FROM order_item i WHERE i.order_id = o.id AND i.deleted_at IS NULL) AS lines
FROM orders o
JOIN LATERAL (SELECT * FROM billing_info WHERE order_id = o.id ORDER BY id LIMIT 1) b ON true
LEFT JOIN LATERAL (
    SELECT * FROM shipping_info WHERE order_id = o.id AND deleted_at IS NULL ORDER BY id LIMIT 1
) s ON true
JOIN LATERAL (SELECT * FROM payment WHERE order_id = o.id AND deleted_at IS NULL ORDER BY id DESC LIMIT 1) p ON true
"""

LIST_OF = """
SELECT o.number, o.status, o.order_date, o.total_price, o.currency, i.units, i.goods, i.image_url, p.payment_method
FROM orders o
JOIN LATERAL (
    SELECT sum(quantity)::int AS units, (array_agg(product_name ORDER BY position, id))[1] AS goods,
           (array_agg(image_url ORDER BY position, id))[1] AS image_url
    FROM order_item WHERE order_id = o.id AND deleted_at IS NULL
) i ON true
JOIN LATERAL (
    SELECT payment_method FROM payment WHERE order_id = o.id AND deleted_at IS NULL ORDER BY id DESC LIMIT 1
) p ON true
WHERE o.created_by = $1 AND o.deleted_at IS NULL ORDER BY o.order_date DESC, o.id DESC LIMIT $2 OFFSET $3
"""

# The stock rows are locked in key order before anything moves, as a reservation locks them, and after them the rows of
# flash sales, as a claim locks them.
LAPSE = """
WITH due AS (
    SELECT o.id FROM orders o
    WHERE o.status = 'pending' AND o.deleted_at IS NULL AND EXISTS (
        SELECT FROM stock_reservation r WHERE r.order_id = o.id AND r.expires_at <= now())
    ORDER BY o.id LIMIT $1 FOR UPDATE OF o SKIP LOCKED
),
locked AS (
    SELECT s.id FROM inventory s
    WHERE s.variant_id IN (SELECT r.variant_id FROM stock_reservation r JOIN due ON due.id = r.order_id)
    ORDER BY s.id FOR UPDATE
),
freed AS (
    UPDATE stock_reservation r SET state = 'lapsed' FROM due
    WHERE r.order_id = due.id AND r.state = 'held' AND (SELECT count(*) FROM locked) >= 0
    RETURNING r.variant_id, r.quantity
),
returned AS (
    UPDATE inventory s SET reserved = s.reserved - f.quantity
    FROM (SELECT variant_id, sum(quantity)::int AS quantity FROM freed GROUP BY variant_id) f
    WHERE s.variant_id = f.variant_id
),
sales AS (
    SELECT f.id, g.units FROM flash_sale_item f JOIN (
        SELECT i.flash_sale_item_id AS id, sum(i.quantity)::int AS units
        FROM order_item i JOIN due ON due.id = i.order_id GROUP BY i.flash_sale_item_id
    ) g ON g.id = f.id
    WHERE (SELECT count(*) FROM locked) >= 0 ORDER BY f.id FOR UPDATE OF f
),
unsold AS (UPDATE flash_sale_item f SET sold = f.sold - s.units FROM sales s WHERE f.id = s.id),
told AS (INSERT INTO order_event (order_id, kind, data) SELECT id, 'lapsed', '{}' FROM due)
UPDATE orders o SET status = 'lapsed' FROM due WHERE o.id = due.id RETURNING o.id
"""

# Order and line are locked together, so that the line is counted by what its order has just become; where somebody
# else holds one of them, the line waits for the next time. What closes an order marks its lines (orders_count_again).
COUNT_SOLD = """
WITH due AS (
    SELECT i.id, i.product_id, i.counted AS before,
           CASE WHEN o.status IN ('cancelled', 'lapsed') THEN 0 ELSE i.quantity END AS units
    FROM order_item i JOIN orders o ON o.id = i.order_id
    WHERE i.to_count ORDER BY i.id LIMIT $1
    FOR NO KEY UPDATE OF i SKIP LOCKED FOR SHARE OF o SKIP LOCKED
),
counted AS (UPDATE order_item i SET counted = d.units, to_count = false FROM due d WHERE i.id = d.id),
moved AS (
    SELECT p.id, m.units FROM product p JOIN (
        SELECT product_id, sum(units - before)::int AS units FROM due GROUP BY product_id
    ) m ON m.product_id = p.id
    WHERE m.units <> 0 ORDER BY p.id FOR NO KEY UPDATE OF p
),
raised AS (UPDATE product p SET sold_count = p.sold_count + m.units FROM moved m WHERE p.id = m.id)
SELECT count(*) FROM due
"""


ATTACH = """
WITH theirs AS (
    SELECT id FROM orders WHERE lower(email) = lower($2) AND created_by IS NULL AND deleted_at IS NULL
    ORDER BY id FOR NO KEY UPDATE
),
billed AS (UPDATE billing_info b SET user_id = $1 FROM theirs WHERE b.order_id = theirs.id AND b.user_id IS NULL)
UPDATE orders o SET created_by = $1 FROM theirs WHERE o.id = theirs.id RETURNING o.id
"""


class PiccoloOrders:
    async def claim_key(self, *, scope: str, route: str, key: str, body_hash: str) -> Claim:
        row = await _db().fetchrow(CLAIM_KEY, scope, route, key, body_hash)
        if row is not None:
            return Claim(row["order_id"], is_new=True, body_hash=body_hash)
        held = await self.find_key(scope=scope, route=route, key=key)
        assert held is not None, "keys are kept longer than any transaction"
        return held

    async def find_key(self, *, scope: str, route: str, key: str) -> Claim | None:
        row = await _db().fetchrow(
            "SELECT order_id, body_hash FROM idempotency_key WHERE scope = $1 AND route = $2 AND key = $3",
            scope,
            route,
            key,
        )
        return None if row is None else Claim(row["order_id"], is_new=False, body_hash=row["body_hash"])

    async def next_number(self) -> int:
        return int(await _db().fetchval("SELECT nextval('order_number_seq')"))

    async def place(self, order: NewOrder) -> None:
        buyer, address, totals = order.buyer, order.buyer.address, order.totals
        delivery = order.delivery
        lines = [
            {
                "product_id": line.product_id,
                "variant_id": line.variant_id,
                "position": position,
                "product_name": line.offer.name,
                "variant_name": line.offer.variant,
                "sku": line.offer.sku,
                "image_url": line.offer.image_url,
                "quantity": priced.quantity,
                "unit_price": priced.unit_price,
                "total_price": priced.total,
                "discount": priced.discount,
                "tax_rate": priced.tax_rate,
                "tax": priced.tax,
                "seller_id": line.offer.seller_id,
                "flash_sale_item_id": line.flash.item_id if line.flash else None,
                "released_at": line.offer.released_at,
                "is_digital": line.offer.is_digital,
            }
            for position, (line, priced) in enumerate(zip(order.lines, totals.lines, strict=True), 1)
        ]
        await _db().execute(
            PLACE,
            order.id,
            order.number,
            order.cart_id,
            order.status,
            order.currency,
            totals.subtotal,
            totals.discount,
            totals.shipping,
            totals.tax,
            totals.total,
            totals.prices_include_tax,
            buyer.email,
            address.full_name,
            buyer.phone,
            order.locale,
            buyer.note,
            order.payment_method,
            _as_text(address),
            address.line1,
            address.line2,
            address.city,
            address.region,
            address.postal_code,
            address.country,
            delivery.method.code if delivery else "",
            delivery.method.name if delivery else "",
            _midnight(delivery.earliest) if delivery else None,
            _midnight(delivery.latest) if delivery else None,
            msgspec.json.encode(lines).decode(),
            order.hold_days,
            order.user_id,
        )

    async def find(self, number: str) -> OrderView | None:
        return _view(await _db().fetchrow(f"{ORDER} WHERE o.number = $1 AND o.deleted_at IS NULL", number))

    async def find_by_id(self, order_id: int) -> OrderView | None:
        return _view(await _db().fetchrow(f"{ORDER} WHERE o.id = $1 AND o.deleted_at IS NULL", order_id))

    async def find_of(self, user_id: int, number: str) -> OrderView | None:
        return _view(
            await _db().fetchrow(
                f"{ORDER} WHERE o.number = $1 AND o.created_by = $2 AND o.deleted_at IS NULL", number, user_id
            )
        )

    async def list_of(self, user_id: int, *, limit: int, offset: int) -> Sequence[OrderSummary]:
        return [
            OrderSummary(
                number=row["number"],
                status=OrderStatus(row["status"]),
                placed_at=row["order_date"],
                total=row["total_price"],
                currency=row["currency"],
                units=row["units"] or 0,
                goods=row["goods"] or "",
                image_url=row["image_url"],
                payment_method=PaymentMethod(row["payment_method"]),
            )
            for row in await _db().fetch(LIST_OF, user_id, limit, offset)
        ]

    async def count_of(self, user_id: int) -> int:
        return int(
            await _db().fetchval("SELECT count(*) FROM orders WHERE created_by = $1 AND deleted_at IS NULL", user_id)
        )

    async def find_latest_of(self, user_id: int) -> OrderView | None:
        return _view(
            await _db().fetchrow(
                f"{ORDER} WHERE o.created_by = $1 AND o.deleted_at IS NULL ORDER BY o.id DESC LIMIT 1", user_id
            )
        )

    async def attach(self, user_id: int, email: str) -> int:
        return len(await _db().fetch(ATTACH, user_id, email))

    async def find_reference(self, order_id: int) -> OrderReference | None:
        row = await _db().fetchrow("SELECT id, number, link_version FROM orders WHERE id = $1", order_id)
        return None if row is None else OrderReference(**row)

    async def find_placed_from(self, visitor: Visitor) -> OrderReference | None:
        row = await _db().fetchrow(
            "SELECT o.id, o.number, o.link_version FROM orders o JOIN cart c ON c.id = o.cart_id"
            " WHERE (c.token_hash = $1 OR c.user_id = $2) AND o.order_date > now() - interval '1 day'"
            " ORDER BY o.id DESC LIMIT 1",
            visitor.token_hash if visitor.user_id is None else None,
            visitor.user_id,
        )
        return None if row is None else OrderReference(**row)

    async def lapse_unpaid(self, limit: int) -> int:
        return len(await _db().fetch(LAPSE, limit))

    async def count_sold(self, limit: int) -> int:
        return int(await _db().fetchval(COUNT_SOLD, limit))


def _db() -> ShopEngine:
    return engine_of(Order)


def _as_text(address: Address) -> str:
    place = " ".join(part for part in (address.postal_code, address.city, address.region) if part)
    return "\n".join(part for part in (address.line1, address.line2, place, address.country) if part)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _view(row: Any) -> OrderView | None:
    if row is None:
        return None
    return OrderView(
        id=row["id"],
        number=row["number"],
        link_version=row["link_version"],
        status=OrderStatus(row["status"]),
        placed_at=row["order_date"],
        email=row["email"],
        phone=row["phone"],
        note=row["note"],
        full_name=row["full_name"],
        billing_address=row["billing_address"],
        address=_address(row) if row["country"] else None,
        lines=tuple(msgspec.json.decode(row["lines"], type=list[OrderLineView])),
        subtotal=row["subtotal"],
        discount=row["discount"],
        shipping=row["shipping"],
        tax=row["tax"],
        total=row["total_price"],
        prices_include_tax=row["prices_include_tax"],
        currency=row["currency"],
        locale=row["locale"],
        delivery_name=row["method_name"] or "",
        earliest_delivery=_day(row["earliest_delivery_date"]),
        latest_delivery=_day(row["estimated_delivery_date"]),
        payment_method=PaymentMethod(row["payment_method"]),
        payment_status=row["payment_status"],
        user_id=row["created_by"],
    )


def _address(row: Any) -> Address:
    return Address(
        full_name=row["ship_to"],
        line1=row["line1"],
        line2=row["line2"],
        city=row["city"],
        region=row["region"],
        postal_code=row["postal_code"],
        country=row["country"],
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
