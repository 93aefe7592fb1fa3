"""Tokens that providers gave, in PostgreSQL. An access token's row drives both: the refresh token hangs on it."""

from collections.abc import Sequence
from datetime import timedelta

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.identity import OAuthAccessToken
from app.ports.providers import ClaimedToken, DueToken, SealedTokens, TokenIds

IDS = """
SELECT coalesce(
        (SELECT id FROM oauth_access_token WHERE user_id = $1 AND provider_id = $2 AND deleted_at IS NULL FOR UPDATE),
        nextval(pg_get_serial_sequence('oauth_access_token', 'id'))) AS access,
    coalesce(
        (SELECT id FROM oauth_refresh_token WHERE user_id = $1 AND provider_id = $2 AND deleted_at IS NULL FOR UPDATE),
        nextval(pg_get_serial_sequence('oauth_refresh_token', 'id'))) AS refresh
"""
KEEP_ACCESS = """
INSERT INTO oauth_access_token
    (id, user_id, provider_id, access_token, token_type, expires_in, expires_at, next_attempt_at)
VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + nullif($6, 0) * interval '1 second',
    clock_timestamp() + $7::interval)
ON CONFLICT (id) DO UPDATE SET access_token = excluded.access_token, token_type = excluded.token_type,
    expires_in = excluded.expires_in, expires_at = excluded.expires_at, attempts = 0,
    next_attempt_at = excluded.next_attempt_at
"""
KEEP_REFRESH = """
INSERT INTO oauth_refresh_token (id, user_id, provider_id, access_token_id, refresh_token) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET refresh_token = excluded.refresh_token, access_token_id = excluded.access_token_id
"""
HAS_REFRESH = "SELECT EXISTS (SELECT FROM oauth_refresh_token WHERE id = $1 AND refresh_token <> '')"
NOTHING_DUE = "UPDATE oauth_access_token SET next_attempt_at = NULL WHERE id = $1"

# Only what was claimed: a sign-in meanwhile has stored newer tokens and set the count to nought.
KEEP_RENEWED = """
UPDATE oauth_access_token SET access_token = $3, token_type = $4, expires_in = $5,
    expires_at = clock_timestamp() + nullif($5, 0) * interval '1 second', attempts = 0,
    next_attempt_at = clock_timestamp() + $6::interval
WHERE id = $1 AND attempts = $2 AND deleted_at IS NULL RETURNING id
"""
KEEP_NEXT_REFRESH = "UPDATE oauth_refresh_token SET refresh_token = $2 WHERE id = $1 AND deleted_at IS NULL"

RETIRE = """
WITH gone AS (
    UPDATE oauth_access_token SET deleted_at = now(), attempts = 0, next_attempt_at = clock_timestamp()
    WHERE user_id = $1 AND ($2::bigint IS NULL OR provider_id = $2) AND deleted_at IS NULL RETURNING id
), refresh AS (
    UPDATE oauth_refresh_token SET deleted_at = now()
    WHERE user_id = $1 AND ($2::bigint IS NULL OR provider_id = $2) AND deleted_at IS NULL
)
SELECT id FROM gone ORDER BY id
"""
FIND_DUE = """
SELECT id, deleted_at IS NOT NULL AS is_retired, attempts FROM oauth_access_token
WHERE next_attempt_at <= clock_timestamp() AND id > $2 ORDER BY id LIMIT $1
"""
# The next attempt is set at once, twice as far away each time: a lease for this one, and the wait after it.
CLAIM = """
UPDATE oauth_access_token SET attempts = attempts + 1,
    next_attempt_at = clock_timestamp() + least(60 * 2 ^ least(attempts, 9), 21600) * interval '1 second'
WHERE id = $1 AND next_attempt_at <= clock_timestamp()
RETURNING id, user_id, provider_id, access_token, deleted_at IS NOT NULL AS is_retired, attempts
"""
FIND_REFRESH = """
SELECT id, refresh_token FROM oauth_refresh_token WHERE access_token_id = $1 AND refresh_token <> ''
ORDER BY id DESC LIMIT 1
"""
WIPE_ACCESS = """
UPDATE oauth_access_token SET access_token = '', next_attempt_at = NULL, deleted_at = coalesce(deleted_at, now())
WHERE id = $1 AND attempts = $2
"""
WIPE_REFRESH = """
UPDATE oauth_refresh_token SET refresh_token = '', deleted_at = coalesce(deleted_at, now())
WHERE access_token_id = $1 AND EXISTS (SELECT FROM oauth_access_token WHERE id = $1 AND access_token = '')
"""
# Of an account that was deleted nothing stays, once its tokens are revoked or nobody takes them back.
FORGET_REFRESH = """
DELETE FROM oauth_refresh_token r USING users u WHERE r.access_token_id = $1 AND r.refresh_token = ''
    AND u.id = r.user_id AND u.deleted_at IS NOT NULL
"""
FORGET_ACCESS = """
DELETE FROM oauth_access_token a USING users u WHERE a.id = $1 AND a.access_token = ''
    AND u.id = a.user_id AND u.deleted_at IS NOT NULL
"""


class PiccoloProviderTokens:
    async def ids(self, user_id: int, provider_id: int) -> TokenIds:
        row = await _db().fetchrow(IDS, user_id, provider_id)
        assert row is not None
        return TokenIds(row["access"], row["refresh"])

    async def keep(
        self, user_id: int, provider_id: int, ids: TokenIds, tokens: SealedTokens, *, renew_in: timedelta | None
    ) -> None:
        await _db().execute(
            KEEP_ACCESS, ids.access, user_id, provider_id, tokens.access, tokens.kind, tokens.seconds, renew_in
        )
        if tokens.refresh is not None:
            await _db().execute(KEEP_REFRESH, ids.refresh, user_id, provider_id, ids.access, tokens.refresh)
        elif not await _db().fetchval(HAS_REFRESH, ids.refresh):
            await _db().execute(NOTHING_DUE, ids.access)

    async def keep_renewed(self, claimed: ClaimedToken, tokens: SealedTokens, *, renew_in: timedelta | None) -> bool:
        kept = await _db().fetchval(
            KEEP_RENEWED, claimed.id, claimed.attempt, tokens.access, tokens.kind, tokens.seconds, renew_in
        )
        if kept is not None and tokens.refresh is not None:
            await _db().execute(KEEP_NEXT_REFRESH, claimed.refresh_id, tokens.refresh)
        return kept is not None

    async def retire(self, user_id: int, provider_id: int | None = None) -> Sequence[DueToken]:
        rows = await _db().fetch(RETIRE, user_id, provider_id)
        return [DueToken(row["id"], is_retired=True, attempt=0) for row in rows]

    async def find_due(self, limit: int, *, after: int = 0) -> Sequence[DueToken]:
        rows = await _db().fetch(FIND_DUE, limit, after)
        return [DueToken(row["id"], is_retired=row["is_retired"], attempt=row["attempts"]) for row in rows]

    async def claim(self, token_id: int) -> ClaimedToken | None:
        row = await _db().fetchrow(CLAIM, token_id)
        if row is None:
            return None
        refresh = await _db().fetchrow(FIND_REFRESH, token_id)
        return ClaimedToken(
            id=row["id"],
            user_id=row["user_id"],
            provider_id=row["provider_id"],
            sealed_access=row["access_token"],
            refresh_id=refresh["id"] if refresh else None,
            sealed_refresh=refresh["refresh_token"] if refresh else "",
            is_retired=row["is_retired"],
            attempt=row["attempts"],
        )

    async def wipe(self, claimed: ClaimedToken) -> None:
        await _db().execute(WIPE_ACCESS, claimed.id, claimed.attempt)
        await _db().execute(WIPE_REFRESH, claimed.id)
        await _db().execute(FORGET_REFRESH, claimed.id)
        await _db().execute(FORGET_ACCESS, claimed.id)


def _db() -> ShopEngine:
    return engine_of(OAuthAccessToken)
