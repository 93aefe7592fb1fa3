"""Carts in PostgreSQL. The row of the cart is the lock; lines come with the offers of the moment they are read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.cart import Cart as CartTable
from app.adapters.db.tables.cart import CartItem
from app.core.cart import Cart, CartLine, FlashPrice, Offer
from app.ports.cart import Visitor

LIFETIME = "interval '30 days'"

OFFER = """
v.id AS variant_id, v.product_id, p.slug, p.name, v.variant_value AS variant, v.sku,
p.price + v.price_adjustment AS unit_price, greatest(s.quantity - s.reserved, 0) AS available,
(p.status = 'active' AND p.deleted_at IS NULL AND p.published_at <= now()
    AND v.is_active AND v.deleted_at IS NULL) AS is_for_sale,
(SELECT image_url FROM product_image i WHERE i.product_id = p.id AND i.deleted_at IS NULL
    ORDER BY i.variant_id IS NOT DISTINCT FROM v.id DESC,
        (SELECT shown.options ->> 'Colour' FROM product_variant shown WHERE shown.id = i.variant_id)
            IS NOT DISTINCT FROM v.options ->> 'Colour' DESC,
        i.is_primary DESC, i.position, i.id LIMIT 1) AS image_url,
p.seller_id, p.is_digital, CASE WHEN p.released_at > now() THEN p.released_at END AS released_at,
f.item_id AS sale_item_id, greatest(f.price + v.price_adjustment, 0) AS sale_price, f.stock_cap - f.sold AS sale_left
"""

OFFERS = """
FROM product_variant v JOIN product p ON p.id = v.product_id JOIN inventory s ON s.variant_id = v.id
LEFT JOIN LATERAL running_flash(p.id) f ON true
"""

LINES = f"""
SELECT c.id AS line_id, c.quantity AS line_quantity, c.unit_price AS line_price,
       c.deleted_at IS NOT NULL AS is_removed, {OFFER}
{OFFERS} JOIN cart_item c ON c.variant_id = v.id
WHERE c.cart_id = $1 ORDER BY c.id
"""

ACTIVE = "(token_hash = $1 OR user_id = $2) AND status = 'active' AND deleted_at IS NULL AND expires_at > now()"
"""Of the token, or of the person: the other one is null, and an index finds each."""

# An expired cart of theirs makes room; of two that start at once, one inserts and the other waits.
MAKE_ROOM = """
UPDATE cart SET status = 'abandoned'
WHERE (token_hash = $1 OR user_id = $2) AND status = 'active' AND expires_at <= now()
"""
START = f"""
INSERT INTO cart ({{}}, status, expires_at) VALUES ($1, 'active', now() + {LIFETIME})
ON CONFLICT ({{}}) WHERE status = 'active' AND deleted_at IS NULL DO UPDATE SET expires_at = EXCLUDED.expires_at
RETURNING id
"""  # noqa: S608
START_FOR_GUEST = START.format("token_hash", "token_hash")
START_FOR_PERSON = START.format("user_id", "user_id")

DRAFT_LIFETIME = "interval '1 day'"
FORGET_DRAFTS = f"""
UPDATE cart SET draft = NULL, drafted_at = NULL WHERE id IN (
    SELECT id FROM cart WHERE drafted_at <= now() - {DRAFT_LIFETIME} ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)
RETURNING id
"""  # noqa: S608
RETIRE = """
WITH taken AS (
    UPDATE cart SET draft = g.draft, drafted_at = g.drafted_at FROM cart g
    WHERE cart.id = $2 AND g.id = $1 AND g.drafted_at > coalesce(cart.drafted_at, '-infinity')
)
UPDATE cart SET status = 'abandoned', deleted_at = now(), draft = NULL, drafted_at = NULL WHERE id = $1
"""


class PiccoloCarts:
    async def find(self, visitor: Visitor) -> Cart | None:
        cart_id = await _db().fetchval(f"SELECT id FROM cart WHERE {ACTIVE}", *_whose(visitor))  # noqa: S608
        return None if cart_id is None else await _with_lines(cart_id)

    async def open_locked(self, visitor: Visitor) -> Cart | None:
        cart_id = await _db().fetchval(f"SELECT id FROM cart WHERE {ACTIVE} FOR UPDATE", *_whose(visitor))  # noqa: S608
        return None if cart_id is None else await _with_lines(cart_id)

    async def open_or_start(self, visitor: Visitor) -> Cart:
        cart = await self.open_locked(visitor)
        if cart is not None:
            return cart
        await _db().execute(MAKE_ROOM, *_whose(visitor))
        if visitor.user_id is None:
            cart_id = await _db().fetchval(START_FOR_GUEST, visitor.token_hash)
        else:
            cart_id = await _db().fetchval(START_FOR_PERSON, visitor.user_id)
        return await _with_lines(cart_id)

    async def find_offer(self, variant_id: int) -> Offer | None:
        row = await _db().fetchrow(f"SELECT {OFFER} {OFFERS} WHERE v.id = $1", variant_id)
        return None if row is None else _offer(row)

    async def find_offer_by_options(self, product_slug: str, options: Mapping[str, str]) -> Offer | None:
        row = await _db().fetchrow(
            f"SELECT {OFFER} {OFFERS} WHERE p.slug = $1 AND v.options = $2::jsonb ORDER BY v.id LIMIT 1",
            product_slug,
            msgspec.json.encode(dict(options)).decode(),
        )
        return None if row is None else _offer(row)

    async def save_line(self, cart: Cart, line: CartLine) -> CartLine:
        line_id = await _db().fetchval(
            """
            INSERT INTO cart_item (cart_id, product_id, variant_id, quantity, unit_price, discount_applied, deleted_at)
            VALUES ($1, $2, $3, $4, $5, 0, CASE WHEN $6 THEN now() END)
            ON CONFLICT (cart_id, variant_id) DO UPDATE
            SET quantity = EXCLUDED.quantity, unit_price = EXCLUDED.unit_price, deleted_at = EXCLUDED.deleted_at
            RETURNING id
            """,
            cart.id,
            line.product_id,
            line.variant_id,
            line.quantity,
            line.unit_price,
            line.is_removed,
        )
        return replace(line, id=line_id)

    async def complete(self, cart: Cart) -> None:
        closed: dict[Any, Any] = {CartTable.status: "completed", CartTable.draft: None, CartTable.drafted_at: None}
        await CartTable.update(closed).where(CartTable.id == cart.id)

    async def find_draft(self, visitor: Visitor) -> Mapping[str, str]:
        kept = await _db().fetchval(
            f"SELECT draft FROM cart WHERE {ACTIVE} AND drafted_at > now() - {DRAFT_LIFETIME}",  # noqa: S608
            *_whose(visitor),
        )
        return {} if kept is None else msgspec.json.decode(kept, type=dict[str, str])

    async def keep_draft(self, cart: Cart, draft: Mapping[str, str]) -> None:
        await _db().execute(
            "UPDATE cart SET draft = $2::jsonb, drafted_at = now() WHERE id = $1",
            cart.id,
            msgspec.json.encode(dict(draft)).decode(),
        )

    async def forget_drafts(self) -> int:
        wiped = await _db().fetch(FORGET_DRAFTS)
        return len(wiped)

    async def retire(self, cart: Cart, *, into: Cart) -> None:
        await _db().execute(RETIRE, cart.id, into.id)

    async def count(self, visitor: Visitor) -> int:
        return int(
            await _db().fetchval(
                f"""
                SELECT coalesce(sum(quantity), 0) FROM cart_item
                WHERE deleted_at IS NULL AND cart_id = (SELECT id FROM cart WHERE {ACTIVE})
                """,  # noqa: S608
                *_whose(visitor),
            )
        )


def _whose(visitor: Visitor) -> tuple[str | None, int | None]:
    """The parameters of ACTIVE."""
    return (visitor.token_hash, None) if visitor.user_id is None else (None, visitor.user_id)


def _db() -> ShopEngine:
    return engine_of(CartItem)


async def _with_lines(cart_id: int) -> Cart:
    return Cart(cart_id, tuple(_line(row) for row in await _db().fetch(LINES, cart_id)))


def _line(row: Any) -> CartLine:
    return CartLine(
        id=row["line_id"],
        variant_id=row["variant_id"],
        product_id=row["product_id"],
        quantity=row["line_quantity"],
        unit_price=row["line_price"],
        is_removed=row["is_removed"],
        offer=_offer(row),
    )


def _offer(row: Any) -> Offer:
    return Offer(
        variant_id=row["variant_id"],
        product_id=row["product_id"],
        slug=row["slug"],
        name=row["name"],
        variant=row["variant"] or "",
        sku=row["sku"],
        unit_price=row["unit_price"],
        available=row["available"],
        is_for_sale=row["is_for_sale"],
        image_url=row["image_url"],
        seller_id=row["seller_id"],
        flash=FlashPrice(row["sale_item_id"], row["sale_price"], row["sale_left"]) if row["sale_item_id"] else None,
        released_at=row["released_at"],
        is_digital=row["is_digital"],
    )
