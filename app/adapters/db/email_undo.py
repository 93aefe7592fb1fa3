"""Links that put a former address back, in PostgreSQL."""

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.email_undo import EmailUndo
from app.core.email_change import UNDO_LIFETIME
from app.ports.email_undo import NewUndo, Undo

LIVE = "ended_at IS NULL AND expires_at > clock_timestamp()"
KEEP = """
INSERT INTO email_undo (id, user_id, email, token_hash, sealed_code, had_second_factor, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7::interval)
"""
FIND = f"""
SELECT id, user_id, email, had_second_factor, created_at FROM email_undo WHERE id = $1 AND token_hash = $2 AND {LIVE}
"""  # noqa: S608
# Whoever got in and changed the address more than once is to be left without a way back.
USE = f"""
WITH used AS (UPDATE email_undo SET ended_at = now() WHERE id = $1 AND {LIVE} RETURNING id, user_id),
since AS (
    UPDATE email_undo SET ended_at = now() FROM used
    WHERE email_undo.user_id = used.user_id AND email_undo.id > used.id AND email_undo.ended_at IS NULL
)
SELECT count(*) FROM used
"""  # noqa: S608
FIND_WAITING = f"SELECT email, sealed_code FROM email_undo WHERE id = $1 AND sealed_code <> '' AND {LIVE}"  # noqa: S608
SWEEP = """
DELETE FROM email_undo WHERE id IN (
    SELECT id FROM email_undo WHERE expires_at < now() ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


class PiccoloEmailUndos:
    async def next_id(self) -> int:
        return int(await _db().fetchval("SELECT nextval(pg_get_serial_sequence('email_undo', 'id'))"))

    async def keep(self, undo: NewUndo) -> None:
        await _db().execute(
            KEEP,
            undo.id,
            undo.user_id,
            undo.email,
            undo.token_hash,
            undo.sealed,
            undo.had_second_factor,
            UNDO_LIFETIME,
        )

    async def find(self, undo_id: int, token_hash: str) -> Undo | None:
        row = await _db().fetchrow(FIND, undo_id, token_hash)
        if row is None:
            return None
        return Undo(row["id"], row["user_id"], row["email"], row["had_second_factor"], row["created_at"])

    async def use(self, undo_id: int) -> bool:
        return bool(await _db().fetchval(USE, undo_id))

    async def find_waiting(self, undo_id: int) -> tuple[str, str] | None:
        row = await _db().fetchrow(FIND_WAITING, undo_id)
        return None if row is None else (row["email"], row["sealed_code"])

    async def wipe(self, undo_id: int) -> None:
        await _db().execute("UPDATE email_undo SET sealed_code = NULL WHERE id = $1", undo_id)

    async def sweep(self, limit: int) -> int:
        return len(await _db().fetch(SWEEP, limit))


def _db() -> ShopEngine:
    return engine_of(EmailUndo)
