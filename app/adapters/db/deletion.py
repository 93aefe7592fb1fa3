"""Deleting accounts in PostgreSQL: what goes, what stays for the books without a person, and the log that says so."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.deletion import AccountDeletion
from app.core.accounts import Role
from app.core.deletion import UNDER_WAY
from app.ports.deletion import PendingDeletion
from app.services.notices import What

COLUMNS = "d.id, d.user_id, u.email, d.locale, d.erase_at"
FIND = f"""
SELECT {COLUMNS} FROM account_deletion d JOIN users u ON u.id = d.user_id WHERE d.user_id = $1 AND d.state = 'waiting'
"""  # noqa: S608
ASK = """
INSERT INTO account_deletion (user_id, locale, erase_at) VALUES ($1, $2, now() + $3::interval)
ON CONFLICT (user_id) WHERE state = 'waiting' DO NOTHING RETURNING id
"""
CANCEL = """
UPDATE account_deletion SET state = 'cancelled', ended_at = now() WHERE user_id = $1 AND state = 'waiting' RETURNING id
"""
OPEN_ORDERS = "SELECT EXISTS (SELECT FROM orders WHERE created_by = $1 AND deleted_at IS NULL AND status = ANY ($2))"
FIND_DUE = f"""
SELECT {COLUMNS} FROM account_deletion d JOIN users u ON u.id = d.user_id
WHERE d.state = 'waiting' AND d.erase_at <= clock_timestamp() ORDER BY d.erase_at, d.id LIMIT 1
"""  # noqa: S608
OPEN_LOCKED = """
SELECT d.id FROM account_deletion d JOIN users u ON u.id = d.user_id
WHERE d.id = $1 AND d.state = 'waiting' AND d.erase_at <= clock_timestamp() FOR UPDATE
"""
PUT_OFF = "UPDATE account_deletion SET erase_at = now() + $2::interval WHERE id = $1"
FILES = """
SELECT profile_picture AS key FROM user_profile WHERE user_id = $1 AND profile_picture IS NOT NULL
UNION ALL SELECT file_key FROM data_export WHERE user_id = $1 AND file_key IS NOT NULL
"""

# $1 is the account, $2 its address. Each statement may find nothing: then it was done before, or there was nothing.
# Tokens that are still to be revoked stay, sealed, until they are: adapters/db/provider_tokens.py deletes them then.
DELETE_ROWS = """
WITH tokens AS (DELETE FROM refresh_token WHERE user_id = $1),
sessions AS (DELETE FROM user_session WHERE user_id = $1),
codes AS (DELETE FROM otp WHERE user_id = $1),
failures AS (DELETE FROM failed_sign_in WHERE user_id = $1),
undos AS (DELETE FROM email_undo WHERE user_id = $1),
recovery AS (DELETE FROM recovery_code WHERE user_id = $1),
attempts AS (DELETE FROM oauth_attempt WHERE user_id = $1),
identities AS (DELETE FROM oauth_identity WHERE user_id = $1),
access AS (DELETE FROM oauth_access_token WHERE user_id = $1 AND next_attempt_at IS NULL),
refresh AS (
    DELETE FROM oauth_refresh_token r WHERE user_id = $1 AND NOT EXISTS (
        SELECT FROM oauth_access_token a WHERE a.id = r.access_token_id AND a.next_attempt_at IS NOT NULL)
),
profile AS (DELETE FROM user_profile WHERE user_id = $1),
addresses AS (DELETE FROM address WHERE user_id = $1)
DELETE FROM data_export WHERE user_id = $1
"""
KEPT_WITHOUT_A_PERSON: Mapping[str, str] = {
    "users": "orders, reviews and the log refer to it",
    "orders": "the books: what was sold, for how much, with what tax, to which country",
    "billing_info": "the books",
    "cart": "an order says which cart it came from; carts without one are deleted",
    "review": "what was published stays, by nobody; the rest loses its words",
    "shipping_review": "counts for the delivery, without words",
    "email": "when something was sent, not what and to whom",
    "account_deletion": "that and when the account was deleted",
    "change_logs": "who changed what and when, without values",
    "order_event": "the books: what happened to an order",
    "stock_movement": "the books of the stock",
    "product": "the catalogue",
    "coupon": "who made it",
    "category": "the catalogue",
    "order_item": "the books: who sold it",
    "shipping_info": "the books: whose parcel it was",
}
"""Tables that refer to an account and keep rows, and what for. A test knows every table by one or the other."""

DELETE_CART_LINES = """
DELETE FROM cart_item WHERE cart_id IN (
    SELECT id FROM cart c WHERE user_id = $1 AND NOT EXISTS (SELECT FROM orders o WHERE o.cart_id = c.id))
"""
DELETE_CARTS = """
DELETE FROM cart c WHERE user_id = $1 AND NOT EXISTS (SELECT FROM orders o WHERE o.cart_id = c.id)
"""
DELETE_BY_ADDRESS = """
WITH newsletter AS (DELETE FROM newsletter_subscription WHERE lower(email) = lower($1))
DELETE FROM back_in_stock_request WHERE lower(email) = lower($1)
"""
ORDERS = """
UPDATE orders SET email = 'erased@erased.invalid', full_name = 'Erased', phone = '', note = '' WHERE created_by = $1
"""
BILLS = """
UPDATE billing_info SET email = 'erased@erased.invalid', full_name = 'Erased', phone = '', address = ''
WHERE user_id = $1 OR order_id IN (SELECT id FROM orders WHERE created_by = $1)
"""
PARCELS = """
UPDATE shipping_info SET full_name = 'Erased', phone = '', line1 = '', line2 = '', city = '', postal_code = '',
    address = country, tracking_number = NULL
WHERE order_id IN (SELECT id FROM orders WHERE created_by = $1)
"""
REVIEWS = "UPDATE review SET comment = '' WHERE user_id = $1 AND status <> 'approved'"
DELIVERY_REVIEWS = "UPDATE shipping_review SET comment = '' WHERE user_id = $1"
MAILS = """
UPDATE email SET recipient_email = 'erased@erased.invalid', subject = NULL, body = NULL, html_body = NULL, data = '{}',
    status = CASE status WHEN 'sent' THEN 'sent' ELSE 'failed' END, lease_until = NULL,
    failed_reason = CASE status WHEN 'sent' THEN failed_reason ELSE 'the account was erased' END
WHERE user_id = $1 OR lower(recipient_email) = lower($2) OR lower(data ->> 'email') = lower($2)
    OR lower(data ->> 'reply_to') = lower($2) OR order_id IN (SELECT id FROM orders WHERE created_by = $1)
"""
ACCOUNT = """
UPDATE users SET email = 'erased-' || id || '@erased.invalid', email_verified_at = NULL, first_name = NULL,
    last_name = NULL, address = NULL, phone_number = NULL, username = NULL, password = NULL, status = 'Inactive',
    two_factor_enabled = false, two_factor_secret = NULL, last_login = NULL, deleted_at = coalesce(deleted_at, now())
WHERE id = $1
"""
# Nobody has proven the address, nobody has ever signed in, and nothing was bought: nobody would miss it.
UNPROVEN = """
u.email_verified_at IS NULL AND u.last_login IS NULL AND u.deleted_at IS NULL AND u.role_id = $1
AND NOT EXISTS (SELECT FROM orders o WHERE o.created_by = u.id)
"""
LOCK_UNPROVEN = f"SELECT u.id FROM users u WHERE {UNPROVEN} AND u.id = $2 FOR UPDATE"  # noqa: S608
FIND_UNPROVEN = f"""
SELECT u.id FROM users u WHERE {UNPROVEN} AND u.created_at < now() - $2::interval
    AND NOT EXISTS (SELECT FROM otp WHERE otp.user_id = u.id AND otp.created_at > now() - interval '1 day')
ORDER BY u.id LIMIT $3
"""  # noqa: S608
NO_ADDRESS = ""
"""What is known by the address alone is somebody else's, where the address was not proven."""
DONE = "UPDATE account_deletion SET state = 'done', ended_at = now() WHERE id = $1"

# Last of all, since everything above was logged, too: entries stay, their values go. Which rows were this person's is
# told by the tables where they are kept, and by the log itself where they are gone.
LOG = """
WITH own_order AS (SELECT id FROM orders WHERE created_by = $1),
own (entity_type, entity_id) AS (
    SELECT 'User', $1::bigint
    UNION ALL SELECT 'Order', id FROM own_order
    UNION ALL SELECT 'BillingInfo', id FROM billing_info WHERE user_id = $1 OR order_id IN (SELECT id FROM own_order)
    UNION ALL SELECT 'ShippingInfo', id FROM shipping_info WHERE order_id IN (SELECT id FROM own_order)
    UNION ALL SELECT 'OrderEvent', id FROM order_event WHERE order_id IN (SELECT id FROM own_order)
    UNION ALL SELECT 'Review', id FROM review WHERE user_id = $1 AND status <> 'approved'
    UNION ALL SELECT 'ShippingReview', id FROM shipping_review WHERE user_id = $1
    UNION ALL SELECT 'Email', id FROM email WHERE user_id = $1 OR order_id IN (SELECT id FROM own_order)
    UNION ALL SELECT entity_type, entity_id FROM change_logs
        WHERE action IN ('INSERT', 'DELETE') AND entity_type <> ALL (ARRAY['User', 'Order', 'Review'])
        AND (coalesce(old_value, new_value)::jsonb ->> 'user_id' = $1::text
            OR lower(coalesce(old_value, new_value)::jsonb ->> 'email') = lower($2)
            OR lower(coalesce(old_value, new_value)::jsonb ->> 'recipient_email') = lower($2))
)
UPDATE change_logs l SET old_value = NULL, new_value = NULL
FROM (SELECT DISTINCT entity_type, entity_id FROM own) own
WHERE l.entity_type = own.entity_type AND l.entity_id = own.entity_id
    AND coalesce(l.field_name, '') <> ALL (ARRAY['status', 'role_id', 'deleted_at', 'total_price'])
    AND (l.old_value IS NOT NULL OR l.new_value IS NOT NULL)
"""
LOG_OF_MAILS = """
UPDATE change_logs SET old_value = NULL, new_value = NULL
WHERE entity_type = 'Email' AND field_name = 'recipient_email'
    AND (lower(old_value) = lower($1) OR lower(new_value) = lower($1))
"""
FORGET_MAIL = """
UPDATE email SET recipient_email = 'erased@erased.invalid', subject = NULL, body = NULL, html_body = NULL
WHERE kind = 'notice' AND (data ->> 'deletion_id')::bigint = $1
"""
FORGET_LOG_OF_MAIL = """
UPDATE change_logs SET old_value = NULL, new_value = NULL
WHERE entity_type = 'Email' AND field_name = 'recipient_email' AND entity_id IN (
    SELECT id FROM email WHERE kind = 'notice' AND (data ->> 'deletion_id')::bigint = $1)
"""


class PiccoloDeletions:
    async def find(self, user_id: int) -> PendingDeletion | None:
        return _pending(await _db().fetchrow(FIND, user_id))

    async def ask(self, user_id: int, *, locale: str, wait: timedelta) -> tuple[PendingDeletion, bool]:
        is_new = await _db().fetchval(ASK, user_id, locale, wait) is not None
        pending = await self.find(user_id)
        assert pending is not None
        return pending, is_new

    async def cancel(self, user_id: int) -> bool:
        return await _db().fetchval(CANCEL, user_id) is not None

    async def has_open_orders(self, user_id: int) -> bool:
        return bool(await _db().fetchval(OPEN_ORDERS, user_id, [status.value for status in UNDER_WAY]))

    async def find_due(self) -> PendingDeletion | None:
        return _pending(await _db().fetchrow(FIND_DUE))

    async def open_locked(self, deletion: PendingDeletion) -> bool:
        return await _db().fetchval(OPEN_LOCKED, deletion.id) is not None

    async def put_off(self, deletion: PendingDeletion, *, by: timedelta) -> None:
        await _db().execute(PUT_OFF, deletion.id, by)

    async def files_of(self, user_id: int) -> Sequence[str]:
        return [row["key"] for row in await _db().fetch(FILES, user_id)]

    async def erase(self, deletion: PendingDeletion) -> None:
        await self._erase(deletion.user_id, deletion.email)
        await _db().execute(DONE, deletion.id)

    async def erase_unproven(self, user_id: int) -> bool:
        if await _db().fetchval(LOCK_UNPROVEN, Role.CUSTOMER.value, user_id) is None:
            return False
        await self._erase(user_id, NO_ADDRESS)
        return True

    async def find_unproven(self, *, older: timedelta, limit: int) -> Sequence[int]:
        return [row["id"] for row in await _db().fetch(FIND_UNPROVEN, Role.CUSTOMER.value, older, limit)]

    async def _erase(self, user_id: int, email: str) -> None:
        await _db().execute(DELETE_ROWS, user_id)
        await _db().execute(DELETE_CART_LINES, user_id)
        await _db().execute(DELETE_CARTS, user_id)
        await _db().execute(DELETE_BY_ADDRESS, email)
        await _db().execute(MAILS, user_id, email)
        await _db().execute(BILLS, user_id)
        await _db().execute(PARCELS, user_id)
        await _db().execute(ORDERS, user_id)
        await _db().execute(REVIEWS, user_id)
        await _db().execute(DELIVERY_REVIEWS, user_id)
        await _db().execute(ACCOUNT, user_id)
        await _db().execute(LOG, user_id, email)
        await _db().execute(LOG_OF_MAILS, email)

    async def forget_mail(self, data: Mapping[str, object]) -> None:
        if data.get("what") == What.ACCOUNT_ERASED.value:
            deletion_id = int(str(data["deletion_id"]))
            await _db().execute(FORGET_MAIL, deletion_id)
            await _db().execute(FORGET_LOG_OF_MAIL, deletion_id)


def _db() -> ShopEngine:
    return engine_of(AccountDeletion)


def _pending(row: Any) -> PendingDeletion | None:
    if row is None:
        return None
    return PendingDeletion(row["id"], row["user_id"], row["email"], row["locale"], row["erase_at"])
