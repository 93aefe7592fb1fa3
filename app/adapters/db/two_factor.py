"""The second factor in PostgreSQL."""

from collections.abc import Sequence

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.two_factor import RecoveryCode
from app.core.two_factor import STEP_SECONDS
from app.ports.two_factor import Factor

FIND = f"""
SELECT two_factor_enabled, two_factor_secret, two_factor_pending,
    floor(extract(epoch FROM clock_timestamp()) / {STEP_SECONDS})::bigint AS step,
    (SELECT count(*) FROM recovery_code c WHERE c.user_id = u.id AND c.used_at IS NULL) AS codes_left
FROM users u WHERE id = $1 AND deleted_at IS NULL
"""  # noqa: S608

KEEP_PENDING = "UPDATE users SET two_factor_pending = $2 WHERE id = $1"

SWITCH_ON = """
UPDATE users
SET two_factor_enabled = true, two_factor_secret = $3, two_factor_step = $4, two_factor_pending = NULL
WHERE id = $1 AND two_factor_pending = $2 RETURNING id
"""

SWITCH_OFF = """
WITH codes AS (DELETE FROM recovery_code WHERE user_id = $1)
UPDATE users
SET two_factor_enabled = false, two_factor_secret = NULL, two_factor_step = NULL, two_factor_pending = NULL
WHERE id = $1 AND two_factor_enabled RETURNING id
"""

# Of many at once, the first takes the row's lock; the others wait, look again, and find the step used.
USE_STEP = """
UPDATE users SET two_factor_step = $2
WHERE id = $1 AND two_factor_enabled AND coalesce(two_factor_step < $2, true) RETURNING id
"""

KEEP_CODES = """
WITH old AS (DELETE FROM recovery_code WHERE user_id = $1)
INSERT INTO recovery_code (user_id, code_hash) SELECT $1, unnest($2::varchar[])
"""

USE_CODE = """
UPDATE recovery_code SET used_at = clock_timestamp()
WHERE user_id = $1 AND code_hash = ANY ($2) AND used_at IS NULL RETURNING id
"""
CODES_LEFT = "SELECT count(*) FROM recovery_code WHERE user_id = $1 AND used_at IS NULL"


class PiccoloTwoFactors:
    async def find(self, user_id: int) -> Factor | None:
        row = await _db().fetchrow(FIND, user_id)
        if row is None:
            return None
        return Factor(
            is_on=row["two_factor_enabled"],
            secret=row["two_factor_secret"],
            pending=row["two_factor_pending"],
            now=row["step"],
            codes_left=row["codes_left"],
        )

    async def keep_pending(self, user_id: int, sealed: str | None) -> None:
        await _db().execute(KEEP_PENDING, user_id, sealed)

    async def switch_on(self, user_id: int, *, pending: str, sealed: str, step: int) -> bool:
        return await _db().fetchval(SWITCH_ON, user_id, pending, sealed, step) is not None

    async def switch_off(self, user_id: int) -> bool:
        return await _db().fetchval(SWITCH_OFF, user_id) is not None

    async def use_step(self, user_id: int, step: int) -> bool:
        return await _db().fetchval(USE_STEP, user_id, step) is not None

    async def keep_codes(self, user_id: int, hashes: Sequence[str]) -> None:
        await _db().execute(KEEP_CODES, user_id, list(hashes))

    async def use_code(self, user_id: int, hashes: Sequence[str]) -> int | None:
        if await _db().fetchval(USE_CODE, user_id, list(hashes)) is None:
            return None
        return int(await _db().fetchval(CODES_LEFT, user_id))


def _db() -> ShopEngine:
    return engine_of(RecoveryCode)
