"""Sessions, and the signed tokens that browsers carry for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.core.accounts import Role
from app.core.identity import FRESH, Ended, Failed, Method
from app.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is asking, as the database has it at this moment. Read anew for each request."""

    user_id: int
    session_id: int
    email: str
    first_name: str
    role: Role
    is_verified: bool
    two_factor_enabled: bool
    permissions: frozenset[Permission]
    amr: tuple[str, ...]
    proven_ago: timedelta
    """Since they last proved who they are, by the database's clock."""
    version: int

    @property
    def is_fresh(self) -> bool:
        """Whether they may change what keeps others out."""
        return self.proven_ago <= FRESH

    @property
    def must_enrol(self) -> bool:
        """Staff without a second factor get to no page of staff."""
        return self.role.is_staff and not self.two_factor_enabled

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Access:
    """What a sound access token says. It grants nothing by itself: the session's row decides."""

    session_id: int
    user_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Refresh:
    session_id: int
    user_id: int
    token_id: str
    """Its `jti`, 256 bits; stored as SHA-256."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """The password was right; the second factor is still to come."""

    user_id: int
    amr: tuple[str, ...]


class TokenRefused(Exception):
    """Not a token of ours for this use, or no longer; why is nobody's business."""


class Tokens(Protocol):
    """Signed tokens: short, typed, each claim required. Reading raises TokenRefused."""

    def new_id(self) -> str:
        """256 bits from the system's generator."""
        ...

    def sign_access(self, session: "SessionRow") -> str: ...

    def read_access(self, token: str) -> Access: ...

    def sign_refresh(self, session: "SessionRow", *, token_id: str, expires_at: datetime) -> str: ...

    def read_refresh(self, token: str) -> Refresh: ...

    def sign_challenge(self, challenge: Challenge) -> str: ...

    def read_challenge(self, token: str) -> Challenge: ...


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: int
    user_id: int
    version: int
    role: Role
    auth_time: datetime
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsedToken:
    """A refresh token that was exchanged before."""

    session_id: int
    user_id: int
    version: int
    is_recent: bool
    """Within the grace: another request of the same browser was first."""


@dataclass(frozen=True, slots=True)
class SessionView:
    """A line of the page that lists somebody's sessions."""

    id: int
    device: str
    place: str
    created_at: datetime
    last_seen_at: datetime
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignInView:
    """A line of the page that lists somebody's sign-ins; `ended` is why it is over, or nothing.

    `failed` is what was wrong (core.identity.Failed) where nobody got in; there is no session then.
    """

    session_id: int
    device: str
    place: str
    at: datetime
    amr: tuple[str, ...]
    ended: str
    failed: str = ""


class Sessions(Protocol):
    """Everything that writes runs in a transaction; every time is judged by the database's clock."""

    async def start(
        self, user_id: int, *, device: str, place: str, amr: Sequence[Method], lifetime: timedelta
    ) -> SessionRow: ...

    async def keep_token(self, session: SessionRow, token_hash: str, *, idle: timedelta) -> datetime:
        """Store a refresh token of this session; returns when it ends, which is never after the session does."""
        ...

    async def find_signed_in(self, access: Access) -> SignedIn | None:
        """Who the session belongs to, or None: revoked, over, of an older version, or the account may not sign in.

        One query by primary keys; it is asked with each request of somebody who is signed in.
        """
        ...

    async def use_token(self, token_hash: str, *, place: str) -> SessionRow | None:
        """Exchange a refresh token, once: of any number at a time one gets the session, the rest None."""
        ...

    async def find_used(self, token_hash: str, *, grace: timedelta) -> UsedToken | None:
        """The token if it was exchanged before and its session still lives."""
        ...

    async def prove_again(self, session_id: int, amr: Sequence[str]) -> None:
        """Note that the owner has just proven who they are."""
        ...

    async def revoke(self, session_id: int, reason: Ended, *, user_id: int) -> bool:
        """End one session of this user; False when there was none to end."""
        ...

    async def revoke_all(self, user_id: int, reason: Ended, *, keep: int | None = None) -> int:
        """End all of this user's sessions but `keep`, those of the back office too; returns how many."""
        ...

    async def list_live(self, user_id: int) -> Sequence[SessionView]:
        """Latest seen first."""
        ...

    async def list_sign_ins(self, user_id: int, *, most: int) -> Sequence[SignInView]:
        """Latest first, those that are over too; up to `most` of them, and as many that failed."""
        ...

    async def note_failure(self, user_id: int, what: Failed, *, device: str, place: str) -> None:
        """Remember a sign-in that failed, in the place of the oldest. For nobody (0) it does the same in vain."""
        ...

    async def sweep(self, limit: int) -> int:
        """Forget up to `limit` of each: sessions that ended long ago with their tokens, and tokens nobody could use."""
        ...
