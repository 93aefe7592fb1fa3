"""The outbox in PostgreSQL. One conditional update, by the database's clock, decides who may send a mail."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.emails import Email
from app.core.emails import EmailKind
from app.ports.emails import ClaimedEmail, DueEmail, RenderedEmail

QUEUE = """
INSERT INTO email (kind, recipient_email, locale, data, order_id, user_id) VALUES ($1, $2, $3, $4::jsonb, $5, $6)
RETURNING id
"""

IS_DUE = "(status = 'queued' AND next_attempt_at <= now() OR status = 'sending' AND lease_until < now())"

# Whoever holds the row is claiming it: there is nothing to wait for. temporal_id is spelt as core's job_id spells it.
CLAIM = f"""
WITH due AS (SELECT id, status FROM email WHERE id = $1 AND {IS_DUE} FOR UPDATE SKIP LOCKED)
UPDATE email e SET
    status = 'sending', attempts = e.attempts + 1, lease_until = now() + $2::interval,
    message_id = coalesce(
        e.message_id, format('<email-%s-%s@%s>', e.id, left(replace(gen_random_uuid()::text, '-', ''), 16), $3::text)),
    temporal_id = format('email:%s:%s', e.id, e.attempts + 1)
FROM due WHERE e.id = due.id
RETURNING e.id, e.kind, e.recipient_email, e.locale, e.data, e.attempts, e.message_id, e.created_at, e.subject, e.body,
    e.html_body, now() - e.created_at AS age, due.status = 'sending' AS repeated
"""  # noqa: S608

KEEP_RENDERED = "UPDATE email SET subject = $2, body = $3, html_body = $4 WHERE id = $1"

# An outcome counts only for the attempt that still holds the mail: a late one must not undo what came after it.
MARK = "UPDATE email SET lease_until = NULL, {} WHERE id = $1 AND status = 'sending' AND attempts = $2 RETURNING id"
MARK_SENT = MARK.format("status = 'sent', sent_at = clock_timestamp()")
MARK_RETRY = MARK.format("status = 'queued', next_attempt_at = now() + $3::interval, failed_reason = $4")
MARK_FAILED = MARK.format("status = 'failed', failed_reason = $3")

# No locks: the claim decides, so a mail that is handed over twice is still sent once.
FIND_DUE = f"SELECT id, attempts FROM email WHERE id > $2 AND {IS_DUE} ORDER BY id LIMIT $1"  # noqa: S608


class PiccoloEmails:
    async def queue(
        self,
        *,
        kind: EmailKind,
        recipient: str,
        locale: str,
        data: Mapping[str, object],
        order_id: int | None,
        user_id: int | None = None,
    ) -> DueEmail:
        email_id = await _db().fetchval(QUEUE, kind.value, recipient, locale, json.dumps(dict(data)), order_id, user_id)
        return DueEmail(int(email_id), attempt=1)

    async def claim(self, email_id: int, *, lease: timedelta, message_host: str) -> ClaimedEmail | None:
        row = await _db().fetchrow(CLAIM, email_id, lease, message_host)
        if row is None:
            return None
        rendered = None
        if row["subject"] is not None:
            rendered = RenderedEmail(row["subject"], row["body"], row["html_body"])
        return ClaimedEmail(
            id=row["id"],
            kind=EmailKind(row["kind"]),
            recipient=row["recipient_email"],
            locale=row["locale"],
            data=json.loads(row["data"]),
            attempt=row["attempts"],
            message_id=row["message_id"],
            queued_at=row["created_at"],
            age=row["age"],
            rendered=rendered,
            repeated=row["repeated"],
        )

    async def keep_rendered(self, email_id: int, rendered: RenderedEmail) -> None:
        await _db().fetch(KEEP_RENDERED, email_id, rendered.subject, rendered.text, rendered.html)

    async def mark_sent(self, email_id: int, *, attempt: int) -> bool:
        return await _db().fetchval(MARK_SENT, email_id, attempt) is not None

    async def mark_retry(self, email_id: int, *, attempt: int, wait: timedelta, reason: str) -> bool:
        return await _db().fetchval(MARK_RETRY, email_id, attempt, wait, reason) is not None

    async def mark_failed(self, email_id: int, *, attempt: int, reason: str) -> bool:
        return await _db().fetchval(MARK_FAILED, email_id, attempt, reason) is not None

    async def find_due(self, limit: int, *, after: int = 0) -> Sequence[DueEmail]:
        rows = await _db().fetch(FIND_DUE, limit, after)
        return [DueEmail(row["id"], row["attempts"] + 1) for row in rows]


def _db() -> ShopEngine:
    return engine_of(Email)
