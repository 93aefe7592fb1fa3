"""Sessions in PostgreSQL. Each decision is one conditional statement, by the database's clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.accounts import UserSession
from app.core.accounts import Role
from app.core.identity import FAILURES_KEPT, KEPT_AFTER_END, MOST_FAILURES, Ended, Failed, Method
from app.core.permissions import granted
from app.ports.identity import Access, SessionRow, SessionView, SignedIn, SignInView, UsedToken

LIVE_SESSION = "s.revoked_at IS NULL AND s.expires_at > clock_timestamp()"
LIVE_USER = "u.status = 'Active' AND u.deleted_at IS NULL"
COLUMNS = "s.id, s.user_id, s.version, s.auth_time, s.amr, u.role_id"

START = f"""
WITH s AS (
    INSERT INTO user_session (user_id, device, place, amr, auth_time, last_seen_at, expires_at)
    VALUES ($1, $2, $3, $4, now(), now(), now() + $5::interval) RETURNING *
)
SELECT {COLUMNS} FROM s JOIN users u ON u.id = s.user_id
"""  # noqa: S608

KEEP = """
INSERT INTO refresh_token (user_id, session_id, token, expires_at)
SELECT user_id, id, $2, least(now() + $3::interval, expires_at) FROM user_session WHERE id = $1 RETURNING expires_at
"""

FIND_SIGNED_IN = f"""
SELECT u.id, u.email, u.first_name, u.role_id, u.email_verified_at IS NOT NULL AS is_verified, u.two_factor_enabled,
    s.amr, s.version, now() - s.auth_time AS proven_ago,
    ARRAY(SELECT permission || ' ' || permission_type FROM user_permission p
          WHERE p.role_id = u.role_id AND p.deleted_at IS NULL AND p.effective_date <= clock_timestamp()) AS permissions
FROM user_session s JOIN users u ON u.id = s.user_id
WHERE s.id = $1 AND s.user_id = $2 AND s.version = $3 AND {LIVE_SESSION} AND {LIVE_USER}
"""  # noqa: S608

# Of many at once, the first takes the row's lock; the others wait, look again, and find it used.
USE_TOKEN = f"""
WITH used AS (
    UPDATE refresh_token t SET used = true, used_at = clock_timestamp()
    FROM user_session s JOIN users u ON u.id = s.user_id
    WHERE t.token = $1 AND NOT t.used AND t.deleted_at IS NULL AND t.expires_at > clock_timestamp()
        AND s.id = t.session_id AND {LIVE_SESSION} AND {LIVE_USER}
    RETURNING t.session_id
), s AS (
    UPDATE user_session SET last_seen_at = now(), place = coalesce(nullif($2, ''), place)
    FROM used WHERE user_session.id = used.session_id RETURNING user_session.*
)
SELECT {COLUMNS} FROM s JOIN users u ON u.id = s.user_id
"""  # noqa: S608

FIND_USED = f"""
SELECT s.id, s.user_id, s.version, t.used_at > clock_timestamp() - $2::interval AS is_recent
FROM refresh_token t JOIN user_session s ON s.id = t.session_id WHERE t.token = $1 AND t.used AND {LIVE_SESSION}
"""  # noqa: S608

REVOKE = """
UPDATE user_session SET revoked_at = now(), revoked_reason = $2
WHERE id = $1 AND user_id = $3 AND revoked_at IS NULL RETURNING id
"""

REVOKE_ALL = """
WITH ended AS (
    UPDATE user_session SET revoked_at = now(), revoked_reason = $2
    WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3 RETURNING id
)
SELECT count(*) FROM ended
"""

LIST_LIVE = f"""
SELECT s.id, s.device, s.place, s.created_at, s.last_seen_at, s.amr FROM user_session s
WHERE s.user_id = $1 AND {LIVE_SESSION}
    AND EXISTS (SELECT FROM refresh_token t
                WHERE t.session_id = s.id AND NOT t.used AND t.expires_at > clock_timestamp())
ORDER BY s.last_seen_at DESC, s.id DESC
"""  # noqa: S608

# A used token stays until it is over, so that it is noticed when it comes back. A session goes a round after its last.
SWEEP = """
WITH ended AS (
    SELECT id FROM user_session WHERE least(revoked_at, expires_at) < now() - $1::interval
    LIMIT $2 FOR UPDATE SKIP LOCKED
), tokens AS (
    DELETE FROM refresh_token WHERE id IN (
        SELECT id FROM refresh_token WHERE expires_at < now() ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING id
), sessions AS (
    DELETE FROM user_session WHERE id IN (
        SELECT id FROM ended WHERE NOT EXISTS (SELECT FROM refresh_token WHERE session_id = ended.id))
    RETURNING id
), failures AS (
    DELETE FROM failed_sign_in WHERE id IN (
        SELECT id FROM failed_sign_in WHERE created_at < now() - $3::interval LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING id
)
SELECT (SELECT count(*) FROM tokens) + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM failures)
"""


# As many of each, or a flood of failures would hide who got in.
LIST_SIGN_INS = """
(SELECT id, device, place, created_at, amr, coalesce(revoked_reason, '') AS ended, '' AS failed FROM user_session
WHERE user_id = $1 ORDER BY id DESC LIMIT $2)
UNION ALL
(SELECT 0, device, place, created_at, '', '', what FROM failed_sign_in WHERE user_id = $1 ORDER BY id DESC LIMIT $2)
ORDER BY created_at DESC
"""
# Nothing to wait for: that the row is written must not be told by the time the answer takes.
AT_LEISURE = "SELECT set_config('synchronous_commit', 'off', true)"
NOTE_FAILURE = """
WITH noted AS (
    INSERT INTO failed_sign_in (user_id, what, device, place)
    SELECT id, $2, $3, $4 FROM users WHERE id = $1 AND deleted_at IS NULL
)
DELETE FROM failed_sign_in WHERE id IN (
    SELECT id FROM failed_sign_in WHERE user_id = $1 ORDER BY id DESC OFFSET $5)
"""


class PiccoloSessions:
    async def start(
        self, user_id: int, *, device: str, place: str, amr: Sequence[Method], lifetime: timedelta
    ) -> SessionRow:
        row = await _db().fetchrow(START, user_id, device[:255], place[:100], " ".join(amr), lifetime)
        assert row is not None
        return _session(row)

    async def keep_token(self, session: SessionRow, token_hash: str, *, idle: timedelta) -> datetime:
        expires_at: datetime = await _db().fetchval(KEEP, session.id, token_hash, idle)
        return expires_at

    async def find_signed_in(self, access: Access) -> SignedIn | None:
        row = await _db().fetchrow(FIND_SIGNED_IN, access.session_id, access.user_id, access.version)
        if row is None:
            return None
        return SignedIn(
            user_id=row["id"],
            session_id=access.session_id,
            email=row["email"],
            first_name=row["first_name"] or "",
            role=Role(row["role_id"]),
            is_verified=row["is_verified"],
            two_factor_enabled=row["two_factor_enabled"],
            permissions=granted(tuple(grant.split(" ", 1)) for grant in row["permissions"]),
            amr=tuple(row["amr"].split()),
            proven_ago=row["proven_ago"],
            version=row["version"],
        )

    async def use_token(self, token_hash: str, *, place: str) -> SessionRow | None:
        row = await _db().fetchrow(USE_TOKEN, token_hash, place[:100])
        return None if row is None else _session(row)

    async def find_used(self, token_hash: str, *, grace: timedelta) -> UsedToken | None:
        row = await _db().fetchrow(FIND_USED, token_hash, grace)
        return None if row is None else UsedToken(row["id"], row["user_id"], row["version"], row["is_recent"])

    async def prove_again(self, session_id: int, amr: Sequence[str]) -> None:
        await _db().execute(
            "UPDATE user_session SET auth_time = clock_timestamp(), amr = $2 WHERE id = $1", session_id, " ".join(amr)
        )

    async def revoke(self, session_id: int, reason: Ended, *, user_id: int) -> bool:
        return await _db().fetchval(REVOKE, session_id, reason.value, user_id) is not None

    async def revoke_all(self, user_id: int, reason: Ended, *, keep: int | None = None) -> int:
        return int(await _db().fetchval(REVOKE_ALL, user_id, reason.value, keep))

    async def list_live(self, user_id: int) -> Sequence[SessionView]:
        rows = await _db().fetch(LIST_LIVE, user_id)
        return [
            SessionView(
                row["id"],
                row["device"],
                row["place"],
                row["created_at"],
                row["last_seen_at"],
                tuple(row["amr"].split()),
            )
            for row in rows
        ]

    async def list_sign_ins(self, user_id: int, *, most: int) -> Sequence[SignInView]:
        rows = await _db().fetch(LIST_SIGN_INS, user_id, most)
        return [
            SignInView(
                row["id"],
                row["device"],
                row["place"],
                row["created_at"],
                tuple(row["amr"].split()),
                row["ended"],
                row["failed"],
            )
            for row in rows
        ]

    async def note_failure(self, user_id: int, what: Failed, *, device: str, place: str) -> None:
        await _db().execute(AT_LEISURE)
        await _db().execute(NOTE_FAILURE, user_id, what.value, device[:255], place[:100], MOST_FAILURES - 1)

    async def sweep(self, limit: int) -> int:
        return int(await _db().fetchval(SWEEP, KEPT_AFTER_END, limit, FAILURES_KEPT))


def _db() -> ShopEngine:
    return engine_of(UserSession)


def _session(row: Any) -> SessionRow:
    return SessionRow(
        id=row["id"],
        user_id=row["user_id"],
        version=row["version"],
        role=Role(row["role_id"]),
        auth_time=row["auth_time"],
        amr=tuple(row["amr"].split()),
    )
