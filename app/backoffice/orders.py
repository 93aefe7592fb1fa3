"""What else happens when staff move an order or note a payment: stock, parcel and history move with it."""

from datetime import UTC, datetime

from starlette.requests import Request

from app.adapters.db.tables.orders import Order, OrderEvent
from app.adapters.db.tables.payments import Payment
from app.adapters.db.tables.stock import StockReservation
from app.backoffice.changes import Row, Values, column_names, refuse
from app.core.fulfilment import next_order_statuses, next_payment_statuses
from app.core.orders import OrderStatus

# The stock rows are locked in key order before anything moves, as a checkout locks them.
GIVE_UP_HOLDS = """
WITH locked AS (
    SELECT s.id FROM inventory s
    WHERE s.variant_id IN (SELECT variant_id FROM stock_reservation WHERE order_id = {} AND state = 'held')
    ORDER BY s.id FOR UPDATE
),
held AS (
    UPDATE stock_reservation SET state = {}
    WHERE order_id = {} AND state = 'held' AND (SELECT count(*) FROM locked) >= 0
    RETURNING variant_id, quantity
)
UPDATE inventory s SET
    reserved = s.reserved - h.quantity, quantity = CASE WHEN {} THEN s.quantity - h.quantity ELSE s.quantity END
FROM held h WHERE s.variant_id = h.variant_id
"""

# After the stock rows and in key order, as a claim locks them; the order's own row is locked, so this happens once.
GIVE_UP_SALE = """
WITH locked AS (
    SELECT f.id, g.units FROM flash_sale_item f JOIN (
        SELECT flash_sale_item_id AS id, sum(quantity)::int AS units
        FROM order_item WHERE order_id = {} GROUP BY flash_sale_item_id
    ) g ON g.id = f.id
    ORDER BY f.id FOR UPDATE OF f
)
UPDATE flash_sale_item f SET sold = f.sold - l.units FROM locked l WHERE f.id = l.id
"""

PARCEL_LEFT = "UPDATE shipping_info SET shipped_at = now() WHERE order_id = {} AND shipped_at IS NULL"
PARCEL_ARRIVED = "UPDATE shipping_info SET delivered_at = now() WHERE order_id = {} AND delivered_at IS NULL"


async def move_order(order: Row, changed: Values, request: Request) -> None:
    """Shipping takes the held units off the shelf, cancelling gives them back; nothing else moves stock."""
    if "status" not in column_names(changed):
        return
    status = str(changed[Order.status])
    if status not in next_order_statuses(order["status"]):
        allowed = " or ".join(next_order_statuses(order["status"])) or "nothing else"
        refuse("status", f"of this order can become {allowed}; noting its payment confirms an order")
    match status:
        case OrderStatus.SHIPPED:
            await _give_up_holds(order["id"], leaves=True)
            await Order.raw(PARCEL_LEFT, order["id"])
        case OrderStatus.CANCELLED:
            await _give_up_holds(order["id"], leaves=False)
            await Order.raw(GIVE_UP_SALE, order["id"])
        case OrderStatus.DELIVERED:
            await Order.raw(PARCEL_ARRIVED, order["id"])
            changed[Order.delivery_date] = datetime.now(UTC)
    await _tell(order["id"], status, request)


async def note_payment(payment: Row, changed: Values, request: Request) -> None:
    """Money that came confirms the order that waited for it, as long as its units are still held."""
    if "status" not in column_names(changed):
        return
    status = str(changed[Payment.status])
    if status not in next_payment_statuses(payment["status"]):
        allowed = " or ".join(next_payment_statuses(payment["status"])) or "nothing else"
        refuse("status", f"of this payment can become {allowed}")
    if status == "completed" and payment["payment_date"] is None and "payment_date" not in column_names(changed):
        changed[Payment.payment_date] = datetime.now(UTC)
    await _tell(payment["order_id"], f"payment {status}", request)
    if status == "completed":
        await _confirm(payment["order_id"], request)


async def _confirm(order_id: int, request: Request) -> None:
    """Nothing for an order that did not wait, or whose time ran out: the doctor lists it for a refund."""
    order = await Order.select(Order.status).where(Order.id == order_id).first().lock_rows("NO KEY UPDATE")
    holds = StockReservation.order_id == order_id
    held = await StockReservation.select(StockReservation.state).where(holds).lock_rows("UPDATE")
    if not order or order["status"] != OrderStatus.PENDING or any(row["state"] != "held" for row in held):
        return
    await StockReservation.update({StockReservation.expires_at: None}).where(holds)
    await Order.update({Order.status: OrderStatus.CONFIRMED.value}).where(Order.id == order_id)
    await _tell(order_id, OrderStatus.CONFIRMED.value, request)


async def _give_up_holds(order_id: int, *, leaves: bool) -> None:
    await Order.raw(GIVE_UP_HOLDS, order_id, "consumed" if leaves else "released", order_id, leaves)


async def _tell(order_id: int, kind: str, request: Request) -> None:
    await OrderEvent.insert(OrderEvent(order_id=order_id, kind=kind, user_id=request.user.user_id))
