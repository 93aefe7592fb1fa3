"""Copies of personal data in PostgreSQL, and the list of what is kept about a person."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from piccolo.columns import Column
from piccolo.columns.combination import WhereRaw
from piccolo.table import Table

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.accounts import User, UserProfile, UserSession
from app.adapters.db.tables.addresses import Address
from app.adapters.db.tables.cart import Cart, CartItem
from app.adapters.db.tables.deletion import AccountDeletion
from app.adapters.db.tables.email_undo import EmailUndo
from app.adapters.db.tables.emails import Email
from app.adapters.db.tables.export import DataExport
from app.adapters.db.tables.failures import FailedSignIn
from app.adapters.db.tables.identity import OAuthIdentity
from app.adapters.db.tables.orders import Order, OrderEvent, OrderItem
from app.adapters.db.tables.payments import BillingInfo, Payment
from app.adapters.db.tables.requests import BackInStockRequest, NewsletterSubscription
from app.adapters.db.tables.reviews import Review, ShippingReview
from app.adapters.db.tables.shipping import ShippingInfo
from app.core.export import ExportState
from app.ports.export import ClaimedExport, ExportView

# Of two that ask at once both get the one that is made.
ASK = """
INSERT INTO data_export AS e (user_id, locale) VALUES ($1, $2)
ON CONFLICT (user_id) WHERE state = 'waiting' DO UPDATE SET locale = excluded.locale RETURNING id, attempts + 1 AS next
"""
NOTE_JOB = "UPDATE data_export SET temporal_id = 'export:' || id || ':' || (attempts + 1) WHERE id = $1"
FIND_LATEST = """
SELECT id, state, parts_done, parts, size, created_at, expires_at,
    state = 'ready' AND expires_at > clock_timestamp() AS is_there
FROM data_export WHERE user_id = $1 ORDER BY id DESC LIMIT 1
"""
FIND_FILE = """
SELECT file_key FROM data_export
WHERE user_id = $1 AND state = 'ready' AND expires_at > clock_timestamp() ORDER BY id DESC LIMIT 1
"""
CLAIM = """
UPDATE data_export SET attempts = attempts + 1, lease_until = now() + $2::interval, parts_done = 0
WHERE id = $1 AND state = 'waiting' AND (lease_until IS NULL OR lease_until < now())
RETURNING id, user_id, locale, attempts
"""
FIND_DUE = """
SELECT id FROM data_export WHERE state = 'waiting' AND (lease_until IS NULL OR lease_until < now()) ORDER BY id LIMIT $1
"""
PROGRESS = """
UPDATE data_export SET parts_done = $3, parts = $4 WHERE id = $1 AND attempts = $2 AND state = 'waiting' RETURNING id
"""
FINISH = """
UPDATE data_export SET state = 'ready', file_key = $3, size = $4, ready_at = now(), expires_at = now() + $5::interval,
    parts_done = parts, lease_until = NULL
WHERE id = $1 AND attempts = $2 AND state = 'waiting' RETURNING id
"""
FAIL = """
UPDATE data_export SET state = 'failed', lease_until = NULL
WHERE id = $1 AND attempts = $2 AND state = 'waiting' RETURNING id
"""
TAKE_EXPIRED = """
UPDATE data_export SET state = 'expired', file_key = NULL
FROM (
    SELECT id, file_key AS key FROM data_export e WHERE state = 'ready' AND (
        expires_at <= clock_timestamp()
        OR EXISTS (SELECT FROM data_export n WHERE n.user_id = e.user_id AND n.state = 'ready' AND n.id > e.id))
    ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
) gone
WHERE data_export.id = gone.id RETURNING gone.key
"""

UNTOLD = frozenset(
    {
        "token_hash",
        "temporal_id",
        "lease_until",
        "file_key",
        "profile_picture",
        "link_version",
        "binding",
        "sealed_code",
        "data",
    }
)
"""Columns that say nothing about a person: keys of files and links, hashes, and what the shop's machinery notes."""

Rows = Sequence[Mapping[str, Any]]
Reader = Callable[[int], Awaitable[Rows]]


class PiccoloExports:
    async def ask(self, user_id: int, *, locale: str) -> tuple[int, int]:
        row = await _db().fetchrow(ASK, user_id, locale)
        assert row is not None
        await _db().execute(NOTE_JOB, row["id"])
        return row["id"], row["next"]

    async def find_latest(self, user_id: int) -> ExportView | None:
        row = await _db().fetchrow(FIND_LATEST, user_id)
        if row is None:
            return None
        return ExportView(
            id=row["id"],
            state=ExportState(row["state"]),
            parts_done=row["parts_done"],
            parts=row["parts"],
            size=row["size"],
            asked_at=row["created_at"],
            expires_at=row["expires_at"],
            is_there=row["is_there"] is True,
        )

    async def find_file(self, user_id: int) -> str:
        return str(await _db().fetchval(FIND_FILE, user_id) or "")

    async def claim(self, export_id: int, *, lease: timedelta) -> ClaimedExport | None:
        row = await _db().fetchrow(CLAIM, export_id, lease)
        return None if row is None else ClaimedExport(row["id"], row["user_id"], row["locale"], row["attempts"])

    async def find_due(self, limit: int) -> Sequence[int]:
        return [row["id"] for row in await _db().fetch(FIND_DUE, limit)]

    async def note_progress(self, export: ClaimedExport, *, done: int, parts: int) -> bool:
        return await _db().fetchval(PROGRESS, export.id, export.attempt, done, parts) is not None

    async def finish(self, export: ClaimedExport, *, key: str, size: int, kept: timedelta) -> bool:
        return await _db().fetchval(FINISH, export.id, export.attempt, key, size, kept) is not None

    async def fail(self, export: ClaimedExport) -> bool:
        return await _db().fetchval(FAIL, export.id, export.attempt) is not None

    async def take_expired(self, limit: int) -> Sequence[str]:
        return [row["key"] for row in await _db().fetch(TAKE_EXPIRED, limit)]


class PiccoloPersonalData:
    """Columns marked as secret are never read; nor are those in UNTOLD."""

    @property
    def parts(self) -> Sequence[str]:
        return tuple(PARTS)

    async def read(self, part: str, user_id: int) -> Sequence[Mapping[str, object]]:
        return await PARTS[part](user_id)


def _of(table: type[Table], owner: Column) -> Reader:
    async def read(user_id: int) -> Rows:
        return await _select(table, owner == user_id)

    return read


def _of_orders(table: type[Table], order: Column) -> Reader:
    async def read(user_id: int) -> Rows:
        ids = [row["id"] for row in await Order.select(Order.id).where(Order.created_by == user_id)]
        return await _select(table, order.is_in(ids)) if ids else []

    return read


def _of_carts(table: type[Table], cart: Column) -> Reader:
    async def read(user_id: int) -> Rows:
        ids = [row["id"] for row in await Cart.select(Cart.id).where(Cart.user_id == user_id)]
        return await _select(table, cart.is_in(ids)) if ids else []

    return read


def _to_address(table: type[Table], column: str) -> Reader:
    """Rows that know a person by the address alone; of an account whose address was not proven, none."""

    async def read(user_id: int) -> Rows:
        found = await User.select(User.email).where(User.id == user_id, User.email_verified_at.is_not_null()).first()
        if found is None:
            return []
        return await _select(table, WhereRaw(f"lower({column}) = lower({{}})", found["email"]))

    return read


async def _mails(user_id: int) -> Rows:
    by_address = await _to_address(Email, "recipient_email")(user_id)
    of_account = await _select(Email, Email.user_id == user_id)
    found = {row["id"]: row for row in (*by_address, *of_account)}
    return [found[row_id] for row_id in sorted(found)]


PARTS: Mapping[str, Reader] = {
    "account": _of(User, User.id),
    "profile": _of(UserProfile, UserProfile.user_id),
    "addresses": _of(Address, Address.user_id),
    "sessions": _of(UserSession, UserSession.user_id),
    "failed_sign_ins": _of(FailedSignIn, FailedSignIn.user_id),
    "former_addresses": _of(EmailUndo, EmailUndo.user_id),
    "linked_accounts": _of(OAuthIdentity, OAuthIdentity.user_id),
    "orders": _of(Order, Order.created_by),
    "order_lines": _of_orders(OrderItem, OrderItem.order_id),
    "order_events": _of_orders(OrderEvent, OrderEvent.order_id),
    "payments": _of_orders(Payment, Payment.order_id),
    "bills": _of_orders(BillingInfo, BillingInfo.order_id),
    "parcels": _of_orders(ShippingInfo, ShippingInfo.order_id),
    "carts": _of(Cart, Cart.user_id),
    "cart_lines": _of_carts(CartItem, CartItem.cart_id),
    "reviews": _of(Review, Review.user_id),
    "delivery_reviews": _of(ShippingReview, ShippingReview.user_id),
    "mails": _mails,
    "newsletter": _to_address(NewsletterSubscription, "email"),
    "back_in_stock_requests": _to_address(BackInStockRequest, "email"),
    "copies": _of(DataExport, DataExport.user_id),
    "deletions": _of(AccountDeletion, AccountDeletion.user_id),
}

LEFT_OUT: Mapping[str, str] = {
    "refresh_token": "keys of the sessions, which are in the copy",
    "recovery_code": "codes, of which only a keyed hash is kept",
    "otp": "codes, of which only a keyed hash is kept",
    "oauth_attempt": "sign-ins under way, which end within minutes",
    "oauth_access_token": "keys of the linked accounts, which are in the copy",
    "oauth_refresh_token": "keys of the linked accounts, which are in the copy",
    "product": "the catalogue: who sells or made it",
    "category": "the catalogue: who made it",
    "coupon": "who made it",
    "stock_movement": "the books of the stock: who moved it",
    "change_logs": "the log of changes: the things themselves are in the copy",
}
"""Tables that refer to an account and are no part of the copy, and why."""


async def _select(table: type[Table], where: Any) -> Rows:
    columns = [column for column in table._meta.columns if not column._meta.secret and column._meta.name not in UNTOLD]
    query = table.select(*columns).where(where).order_by(table._meta.primary_key).output(load_json=True)
    return cast("Rows", await query)


def _db() -> ShopEngine:
    return engine_of(DataExport)
