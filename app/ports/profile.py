"""What people say about themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.core.profile import Preferences


@dataclass(frozen=True, slots=True)
class Profile:
    """`links` by network; `picture` is the key of the file, or nothing."""

    email: str
    first_name: str
    last_name: str
    date_of_birth: date | None
    links: Mapping[str, str]
    preferences: Preferences
    picture: str = ""


class Profiles(Protocol):
    """What writes runs in a transaction, and makes the row where there is none yet."""

    async def find(self, user_id: int) -> Profile | None:
        """None where there is no such account."""
        ...

    async def save(
        self, user_id: int, *, first_name: str, last_name: str, date_of_birth: date | None, links: Mapping[str, str]
    ) -> None: ...

    async def save_preferences(self, user_id: int, preferences: Preferences) -> None: ...

    async def change_picture(self, user_id: int, key: str) -> str:
        """Put another picture in the place of the one there is, or none; returns the key of the one before."""
        ...

    async def find_picture(self, user_id: int) -> str: ...
