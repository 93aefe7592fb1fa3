"""Limits in PostgreSQL: one statement counts and decides, so that no two processes can both take the last use."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.throttle import Throttle

# now() is one moment for the whole statement. A second use waits for the row's lock, then sees the first one's count.
TAKE = """
INSERT INTO throttle AS t (key_hash, uses, expires_at) VALUES ($1, 1, now() + $3::interval)
ON CONFLICT (key_hash) DO UPDATE SET
    uses = CASE WHEN t.expires_at <= now() THEN 1 ELSE least(t.uses, $2::int) + 1 END,
    expires_at = CASE WHEN t.expires_at <= now() THEN now() + $3::interval ELSE t.expires_at END
RETURNING uses, greatest(ceil(extract(epoch FROM expires_at - now())), 1)::int AS seconds
"""

SWEEP = """
DELETE FROM throttle WHERE key_hash IN (
    SELECT key_hash FROM throttle WHERE expires_at < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING 1
"""


@dataclass(frozen=True)
class PiccoloThrottle:
    secret: bytes
    """Keys are stored hashed with it: addresses of visitors are nobody's business, and few enough to be guessed."""

    async def take(self, key: str, *, limit: int, seconds: int) -> int | None:
        db = _db()
        async with db.transaction(allow_nested=False):
            row = await db.fetchrow(TAKE, self._hash(key), limit, timedelta(seconds=seconds))
        assert row is not None
        return int(row["seconds"]) if row["uses"] > limit else None

    async def sweep(self) -> int:
        db = _db()
        async with db.transaction(allow_nested=False):
            ended = await db.fetch(SWEEP)
        return len(ended)

    def _hash(self, key: str) -> str:
        return hmac.new(self.secret, f"throttle:{key}".encode(), hashlib.sha256).hexdigest()


def _db() -> ShopEngine:
    return engine_of(Throttle)
