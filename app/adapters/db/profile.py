"""Profiles in PostgreSQL: the names stand with the account, the rest in a row of its own."""

from collections.abc import Mapping
from datetime import date

import msgspec
import structlog

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.accounts import UserProfile
from app.core.profile import BadPreferences, Preferences, read_links, read_preferences, write_preferences
from app.ports.profile import Profile

FIND = """
SELECT u.email, coalesce(u.first_name, '') AS first_name, coalesce(u.last_name, '') AS last_name, p.date_of_birth,
    coalesce(p.social_media_links::text, '{}') AS links, coalesce(p.preferences::text, '{}') AS preferences,
    coalesce(p.profile_picture, '') AS picture
FROM users u LEFT JOIN user_profile p ON p.user_id = u.id AND p.deleted_at IS NULL
WHERE u.id = $1 AND u.deleted_at IS NULL
"""
SAVE_NAMES = "UPDATE users SET first_name = nullif($2, ''), last_name = nullif($3, '') WHERE id = $1"
SAVE = """
INSERT INTO user_profile (user_id, date_of_birth, social_media_links) VALUES ($1, $2, $3::jsonb)
ON CONFLICT (user_id) DO UPDATE
SET date_of_birth = excluded.date_of_birth, social_media_links = excluded.social_media_links, deleted_at = NULL
"""
SAVE_PREFERENCES = """
INSERT INTO user_profile (user_id, preferences) VALUES ($1, $2::jsonb)
ON CONFLICT (user_id) DO UPDATE SET preferences = excluded.preferences, deleted_at = NULL
"""
# The row is there and locked before the key is read, so that of two at once each puts away the other's or its own.
HAVE = "INSERT INTO user_profile (user_id) VALUES ($1) ON CONFLICT (user_id) DO NOTHING"
OPEN_LOCKED = "SELECT coalesce(profile_picture, '') FROM user_profile WHERE user_id = $1 FOR UPDATE"
CHANGE_PICTURE = "UPDATE user_profile SET profile_picture = nullif($2, ''), deleted_at = NULL WHERE user_id = $1"
FIND_PICTURE = "SELECT coalesce(profile_picture, '') FROM user_profile WHERE user_id = $1 AND deleted_at IS NULL"

log = structlog.get_logger()


class PiccoloProfiles:
    async def find(self, user_id: int) -> Profile | None:
        row = await _db().fetchrow(FIND, user_id)
        if row is None:
            return None
        return Profile(
            email=row["email"],
            first_name=row["first_name"],
            last_name=row["last_name"],
            date_of_birth=row["date_of_birth"],
            links=_links(row["links"], user_id),
            preferences=_preferences(row["preferences"], user_id),
            picture=row["picture"],
        )

    async def save(
        self, user_id: int, *, first_name: str, last_name: str, date_of_birth: date | None, links: Mapping[str, str]
    ) -> None:
        await _db().execute(SAVE_NAMES, user_id, first_name, last_name)
        await _db().execute(SAVE, user_id, date_of_birth, msgspec.json.encode(dict(links)).decode())

    async def save_preferences(self, user_id: int, preferences: Preferences) -> None:
        await _db().execute(SAVE_PREFERENCES, user_id, write_preferences(preferences))

    async def change_picture(self, user_id: int, key: str) -> str:
        await _db().execute(HAVE, user_id)
        before = str(await _db().fetchval(OPEN_LOCKED, user_id))
        await _db().execute(CHANGE_PICTURE, user_id, key)
        return before

    async def find_picture(self, user_id: int) -> str:
        return str(await _db().fetchval(FIND_PICTURE, user_id) or "")


def _db() -> ShopEngine:
    return engine_of(UserProfile)


def _preferences(text: str, user_id: int) -> Preferences:
    """What somebody wrote past the shop is no reason to lock the owner out of the page."""
    try:
        return read_preferences(text)
    except BadPreferences as error:
        log.warning("bad_preferences", user_id=user_id, error=str(error))
        return Preferences()


def _links(text: str, user_id: int) -> Mapping[str, str]:
    try:
        return read_links(text)
    except BadPreferences as error:
        log.warning("bad_links", user_id=user_id, error=str(error))
        return {}
