"""Subscriptions of the newsletter in PostgreSQL."""

import asyncpg

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.requests import NewsletterSubscription
from app.core.newsletter import SubscriptionState
from app.ports.newsletter import Subscription

COLUMNS = "id, email, locale, state, wording"

# What a person agreed to last is what counts; whoever is confirmed already agrees to nothing new by asking again.
ASK = f"""
INSERT INTO newsletter_subscription AS s (email, locale, wording) VALUES ($1, $2, $3)
ON CONFLICT (lower(email)) WHERE deleted_at IS NULL DO UPDATE SET
    state = CASE WHEN s.state = 'confirmed' THEN s.state ELSE 'pending' END,
    locale = CASE WHEN s.state = 'confirmed' THEN s.locale ELSE excluded.locale END,
    wording = CASE WHEN s.state = 'confirmed' THEN s.wording ELSE excluded.wording END
RETURNING {COLUMNS}
"""  # noqa: S608

FIND = f"SELECT {COLUMNS} FROM newsletter_subscription WHERE id = $1 AND deleted_at IS NULL"  # noqa: S608

FIND_FOR = f"""
SELECT {COLUMNS} FROM newsletter_subscription WHERE lower(email) = lower($1) AND deleted_at IS NULL
"""  # noqa: S608

CONFIRM = """
UPDATE newsletter_subscription SET state = 'confirmed', confirmed_at = now(), unsubscribed_at = NULL
WHERE id = $1 AND state <> 'confirmed' AND deleted_at IS NULL
"""

END = """
UPDATE newsletter_subscription SET state = 'unsubscribed', unsubscribed_at = now()
WHERE id = $1 AND state <> 'unsubscribed' AND deleted_at IS NULL
"""


class PiccoloNewsletter:
    async def ask(self, *, email: str, locale: str, wording: str) -> Subscription:
        row = await _db().fetchrow(ASK, email, locale, wording)
        assert row is not None
        return _subscription(row)

    async def find(self, subscription_id: int) -> Subscription | None:
        row = await _db().fetchrow(FIND, subscription_id)
        return None if row is None else _subscription(row)

    async def find_for(self, email: str) -> Subscription | None:
        row = await _db().fetchrow(FIND_FOR, email)
        return None if row is None else _subscription(row)

    async def confirm(self, subscription_id: int) -> None:
        await _db().execute(CONFIRM, subscription_id)

    async def end(self, subscription_id: int) -> None:
        await _db().execute(END, subscription_id)


def _subscription(row: asyncpg.Record) -> Subscription:
    return Subscription(**{**row, "state": SubscriptionState(row["state"])})


def _db() -> ShopEngine:
    return engine_of(NewsletterSubscription)
