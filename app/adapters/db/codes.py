"""One-time codes in PostgreSQL. A try is counted in the statement that judges it."""

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.codes import OTP
from app.core.codes import KEPT, MOST_TRIES, Purpose
from app.ports.codes import NewCode, TriedCode, WaitingCode

# The account's row is the lock: of two that ask at once, the second replaces the first's code.
LOCK = "SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE"

VOID = """
UPDATE otp SET deleted_at = now(), sealed_code = NULL
WHERE user_id = $1 AND purpose = ANY ($2) AND NOT used AND deleted_at IS NULL
"""

KEEP = """
INSERT INTO otp (id, user_id, purpose, otp, binding, subject, sealed_code, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + $8::interval)
"""

LIVE = "NOT used AND deleted_at IS NULL AND expires_at > clock_timestamp()"

TRY = f"""
UPDATE otp SET tries = tries + 1, used = otp = ANY ($4)
WHERE user_id = $1 AND purpose = $2 AND binding IS NOT DISTINCT FROM $3 AND {LIVE} AND tries < {MOST_TRIES}
RETURNING id, used, subject
"""  # noqa: S608

IS_BOUND = """
SELECT binding = $3 FROM otp WHERE user_id = $1 AND purpose = $2 ORDER BY id DESC LIMIT 1
"""

FIND_SUBJECT = f"SELECT subject FROM otp WHERE user_id = $1 AND purpose = $2 AND binding = $3 AND {LIVE}"  # noqa: S608

FIND_WAITING = f"SELECT id, purpose, sealed_code FROM otp WHERE id = $1 AND sealed_code <> '' AND {LIVE}"  # noqa: S608

# Two statements in one, which must not touch the same rows.
SWEEP = """
WITH old AS (
    DELETE FROM otp WHERE id IN (
        SELECT id FROM otp WHERE expires_at < now() - $1::interval ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING id
), wiped AS (
    UPDATE otp SET sealed_code = NULL
    WHERE sealed_code IS NOT NULL AND expires_at BETWEEN now() - $1::interval AND now() RETURNING id
)
SELECT (SELECT count(*) FROM old) + (SELECT count(*) FROM wiped)
"""


class PiccoloCodes:
    async def next_id(self) -> int:
        return int(await _db().fetchval("SELECT nextval(pg_get_serial_sequence('otp', 'id'))"))

    async def keep(self, code: NewCode) -> None:
        await _db().execute(LOCK, code.user_id)
        await self.void(code.user_id, code.purpose)
        await _db().execute(
            KEEP,
            code.id,
            code.user_id,
            code.purpose.value,
            code.code_hash,
            code.binding,
            code.subject,
            code.sealed,
            code.purpose.lifetime,
        )

    async def note_job(self, code_id: int, job: str) -> None:
        await _db().execute("UPDATE otp SET temporal_id = $2 WHERE id = $1", code_id, job)

    async def try_code(
        self, user_id: int, purpose: Purpose, *, binding: str | None, hashes: list[str]
    ) -> TriedCode | None:
        row = await _db().fetchrow(TRY, user_id, purpose.value, binding, hashes)
        return None if row is None else TriedCode(row["id"], row["used"], row["subject"])

    async def undo_use(self, code_id: int) -> None:
        await _db().execute("UPDATE otp SET used = false WHERE id = $1", code_id)

    async def is_bound(self, user_id: int, purpose: Purpose, binding: str) -> bool:
        return bool(await _db().fetchval(IS_BOUND, user_id, purpose.value, binding))

    async def find_subject(self, user_id: int, purpose: Purpose, binding: str) -> str:
        return await _db().fetchval(FIND_SUBJECT, user_id, purpose.value, binding) or ""

    async def void(self, user_id: int, *purposes: Purpose) -> None:
        await _db().execute(VOID, user_id, [purpose.value for purpose in purposes])

    async def find_waiting(self, code_id: int) -> WaitingCode | None:
        row = await _db().fetchrow(FIND_WAITING, code_id)
        return None if row is None else WaitingCode(row["id"], Purpose(row["purpose"]), row["sealed_code"])

    async def sweep(self, limit: int) -> int:
        return int(await _db().fetchval(SWEEP, KEPT, limit))

    async def wipe(self, code_id: int) -> None:
        await _db().execute("UPDATE otp SET sealed_code = NULL WHERE id = $1 AND sealed_code IS NOT NULL", code_id)


def _db() -> ShopEngine:
    return engine_of(OTP)
