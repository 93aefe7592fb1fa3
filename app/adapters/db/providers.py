"""Providers, sign-ins under way at them, and who is who there, in PostgreSQL."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.identity import OAuthProvider
from app.core.providers import Profile, ProviderKind
from app.ports.providers import Attempt, Identity, IdentityView, NewAttempt, Provider, ProviderLink

COLUMNS = "id, slug, provider_name, kind, issuer, client_id, client_secret, scopes, trusts_email"
FIND = f"SELECT {COLUMNS} FROM oauth_provider WHERE slug = $1 AND is_enabled"  # noqa: S608
FIND_ANY = f"SELECT {COLUMNS} FROM oauth_provider WHERE id = $1"  # noqa: S608
LIST_ENABLED = "SELECT slug, provider_name, kind FROM oauth_provider WHERE is_enabled ORDER BY lower(provider_name), id"

KEEP_ATTEMPT = """
INSERT INTO oauth_attempt (provider_id, state, binding, user_id, session_id, return_path, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7::interval)
"""
# The provider is part of the question: a state that went to one is of no use in the answer of another (mix-up).
TAKE = """
UPDATE oauth_attempt SET taken_at = clock_timestamp()
WHERE state = $2 AND provider_id = $1 AND binding = $3 AND taken_at IS NULL AND expires_at > clock_timestamp()
RETURNING id, provider_id, user_id, session_id, return_path, email, sealed_answer
"""
FIND_ANSWERED = """
SELECT id, provider_id, user_id, session_id, return_path, email, sealed_answer FROM oauth_attempt
WHERE binding = $2 AND provider_id = $1 AND sealed_answer IS NOT NULL AND expires_at > clock_timestamp()
ORDER BY id DESC LIMIT 1
"""
SWEEP = """
WITH gone AS (DELETE FROM oauth_attempt WHERE expires_at < clock_timestamp() RETURNING id) SELECT count(*) FROM gone
"""

FIND_IDENTITY = "SELECT id, user_id, provider_id FROM oauth_identity WHERE provider_id = $1 AND subject = $2"
FIND_OWN = "SELECT id, user_id, provider_id FROM oauth_identity WHERE user_id = $1 AND id = $2"
LIST_IDENTITIES = """
SELECT i.id, i.provider_id, p.slug, p.provider_name, p.kind, i.email, i.created_at, i.last_used_at
FROM oauth_identity i JOIN oauth_provider p ON p.id = i.provider_id WHERE i.user_id = $1 ORDER BY i.id
"""
ADD_IDENTITY = """
INSERT INTO oauth_identity (user_id, provider_id, subject, email) VALUES ($1, $2, $3, nullif($4, ''))
ON CONFLICT DO NOTHING RETURNING id
"""
REMOVE_ALL = """
WITH gone AS (DELETE FROM oauth_identity WHERE user_id = $1 RETURNING id) SELECT count(*) FROM gone
"""


class PiccoloProviders:
    async def find(self, slug: str) -> Provider | None:
        return _provider(await _db().fetchrow(FIND, slug))

    async def find_any(self, provider_id: int) -> Provider | None:
        return _provider(await _db().fetchrow(FIND_ANY, provider_id))

    async def list_enabled(self) -> Sequence[ProviderLink]:
        rows = await _db().fetch(LIST_ENABLED)
        return [ProviderLink(row["slug"], row["provider_name"], ProviderKind(row["kind"])) for row in rows]


class PiccoloAttempts:
    async def keep(self, attempt: NewAttempt, *, lifetime: timedelta) -> None:
        await _db().execute(
            KEEP_ATTEMPT,
            attempt.provider_id,
            attempt.state_hash,
            attempt.binding,
            attempt.user_id,
            attempt.session_id,
            attempt.return_path,
            lifetime,
        )

    async def take(self, provider_id: int, state_hash: str, binding: str) -> Attempt | None:
        return _attempt(await _db().fetchrow(TAKE, provider_id, state_hash, binding))

    async def keep_answer(self, attempt_id: int, sealed: str) -> None:
        await _db().execute("UPDATE oauth_attempt SET sealed_answer = $2 WHERE id = $1", attempt_id, sealed)

    async def find_answered(self, provider_id: int, binding: str) -> Attempt | None:
        return _attempt(await _db().fetchrow(FIND_ANSWERED, provider_id, binding))

    async def note_email(self, attempt_id: int, email: str) -> None:
        await _db().execute("UPDATE oauth_attempt SET email = $2 WHERE id = $1", attempt_id, email)

    async def end(self, attempt_id: int) -> bool:
        return await _db().fetchval("DELETE FROM oauth_attempt WHERE id = $1 RETURNING id", attempt_id) is not None

    async def sweep(self) -> int:
        return int(await _db().fetchval(SWEEP))


class PiccoloIdentities:
    async def find(self, provider_id: int, subject: str) -> Identity | None:
        return _identity(await _db().fetchrow(FIND_IDENTITY, provider_id, subject))

    async def find_own(self, user_id: int, identity_id: int) -> Identity | None:
        return _identity(await _db().fetchrow(FIND_OWN, user_id, identity_id))

    async def list_of(self, user_id: int) -> Sequence[IdentityView]:
        return [
            IdentityView(
                id=row["id"],
                provider_id=row["provider_id"],
                slug=row["slug"] or "",
                provider=row["provider_name"],
                kind=ProviderKind(row["kind"]),
                email=row["email"] or "",
                linked_at=row["created_at"],
                last_used_at=row["last_used_at"],
            )
            for row in await _db().fetch(LIST_IDENTITIES, user_id)
        ]

    async def add(self, user_id: int, provider_id: int, profile: Profile) -> bool:
        row = await _db().fetchval(ADD_IDENTITY, user_id, provider_id, profile.subject, profile.email[:254])
        return row is not None

    async def note_use(self, identity_id: int) -> None:
        await _db().execute("UPDATE oauth_identity SET last_used_at = now() WHERE id = $1", identity_id)

    async def remove(self, identity_id: int) -> None:
        await _db().execute("DELETE FROM oauth_identity WHERE id = $1", identity_id)

    async def remove_all(self, user_id: int) -> int:
        return int(await _db().fetchval(REMOVE_ALL, user_id))


def _db() -> ShopEngine:
    return engine_of(OAuthProvider)


def _provider(row: Any) -> Provider | None:
    if row is None:
        return None
    return Provider(
        id=row["id"],
        slug=row["slug"] or "",
        name=row["provider_name"],
        kind=ProviderKind(row["kind"]),
        issuer=row["issuer"],
        client_id=row["client_id"],
        sealed_secret=row["client_secret"],
        scopes=row["scopes"],
        trusts_email=row["trusts_email"],
    )


def _attempt(row: Any) -> Attempt | None:
    if row is None:
        return None
    return Attempt(
        id=row["id"],
        provider_id=row["provider_id"],
        user_id=row["user_id"],
        session_id=row["session_id"],
        return_path=row["return_path"],
        sealed=row["sealed_answer"] or "",
        email=row["email"] or "",
    )


def _identity(row: Any) -> Identity | None:
    return None if row is None else Identity(row["id"], row["user_id"], row["provider_id"])
