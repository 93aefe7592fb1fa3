"""Accounts in PostgreSQL."""

from typing import Any

import asyncpg

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.accounts import User
from app.core.accounts import Role, UserStatus
from app.core.errors import EmailTaken
from app.ports.accounts import Account

FIND = """
SELECT id, email, coalesce(first_name, '') AS first_name, role_id, status, email_verified_at IS NOT NULL AS is_verified,
    password, two_factor_enabled, last_login IS NOT NULL AS has_signed_in
FROM users WHERE deleted_at IS NULL AND
"""
FIND_BY_ID = f"{FIND} id = $1"
FIND_BY_EMAIL = f"{FIND} lower(email) = lower($1)"
FIND_BY_USERNAME = f"{FIND} lower(username) = lower($1)"
OPEN_LOCKED = f"{FIND_BY_ID} FOR NO KEY UPDATE"

ADD = """
INSERT INTO users (email, password, role_id, first_name, last_name, email_verified_at)
VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''), CASE WHEN $6 THEN now() END)
ON CONFLICT (lower(email)) WHERE deleted_at IS NULL DO NOTHING RETURNING id
"""
SET_EMAIL = "UPDATE users SET email = $2, email_verified_at = now() WHERE id = $1"


class PiccoloAccounts:
    async def find(self, user_id: int) -> Account | None:
        return _account(await _db().fetchrow(FIND_BY_ID, user_id))

    async def find_by_email(self, email: str) -> Account | None:
        return _account(await _db().fetchrow(FIND_BY_EMAIL, email))

    async def find_by_name(self, name: str) -> Account | None:
        if "@" in name:
            return await self.find_by_email(name)
        return _account(await _db().fetchrow(FIND_BY_USERNAME, name))

    async def open_locked(self, user_id: int) -> Account | None:
        return _account(await _db().fetchrow(OPEN_LOCKED, user_id))

    async def add(
        self,
        email: str,
        password_hash: str | None,
        *,
        role: Role,
        is_verified: bool,
        first_name: str = "",
        last_name: str = "",
    ) -> int:
        user_id = await _db().fetchval(ADD, email, password_hash, role.value, first_name, last_name, is_verified)
        if user_id is None:
            raise EmailTaken
        return int(user_id)

    async def set_password(self, user_id: int, password_hash: str | None) -> None:
        await _db().execute("UPDATE users SET password = $2 WHERE id = $1", user_id, password_hash)

    async def set_name(self, user_id: int, first_name: str, last_name: str) -> None:
        await _db().execute(
            "UPDATE users SET first_name = nullif($2, ''), last_name = nullif($3, '') WHERE id = $1",
            user_id,
            first_name,
            last_name,
        )

    async def set_email(self, user_id: int, email: str) -> None:
        try:
            await _db().execute(SET_EMAIL, user_id, email)
        except asyncpg.UniqueViolationError as error:
            raise EmailTaken from error

    async def mark_verified(self, user_id: int) -> None:
        await _db().execute(
            "UPDATE users SET email_verified_at = coalesce(email_verified_at, now()) WHERE id = $1", user_id
        )

    async def set_status(self, user_id: int, status: UserStatus) -> None:
        await _db().execute("UPDATE users SET status = $2 WHERE id = $1", user_id, status.value)

    async def note_sign_in(self, user_id: int) -> None:
        await _db().execute("UPDATE users SET last_login = now() WHERE id = $1", user_id)

    async def renew_hash(self, user_id: int, *, old: str, new: str) -> None:
        await _db().execute("UPDATE users SET password = $3 WHERE id = $1 AND password = $2", user_id, old, new)


def _db() -> ShopEngine:
    return engine_of(User)


def _account(row: Any) -> Account | None:
    if row is None:
        return None
    return Account(
        id=row["id"],
        email=row["email"],
        first_name=row["first_name"],
        role=Role(row["role_id"]),
        status=UserStatus(row["status"]),
        is_verified=row["is_verified"],
        password=row["password"],
        two_factor_enabled=row["two_factor_enabled"],
        has_signed_in=row["has_signed_in"],
    )
