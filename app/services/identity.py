"""Staying signed in: sessions, and the tokens that are exchanged for new ones."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.accounts import Role
from app.core.errors import NotFound
from app.core.identity import GRACE, Ended, Failed, Method, absolute_limit, idle_limit
from app.ports.identity import (
    Access,
    Refresh,
    SessionRow,
    Sessions,
    SessionView,
    SignedIn,
    SignInView,
    TokenRefused,
    Tokens,
)
from app.ports.transactions import Transactions
from app.services.browser import Browser
from app.services.notices import Notices, What


@dataclass(frozen=True, slots=True)
class TokenPair:
    """For the cookies of the browser that signed in."""

    access: str
    refresh: str
    session_id: int
    seconds: int
    """How long the refresh token lives, and so both cookies."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who a request comes from, and what its answer has to do with the cookies."""

    signed_in: SignedIn | None = None
    tokens: TokenPair | None = None
    """New ones to set; None where the ones that came are to stay."""
    forget: bool = False
    """The cookies that came are of no more use."""


MOST_SIGN_INS = 10
"""Lines of the page that lists them."""

STRANGER = Recognised()
GONE = Recognised(forget=True)


@dataclass(frozen=True)
class IdentityService:
    sessions: Sessions
    tokens: Tokens
    notices: Notices
    transactions: Transactions

    async def recognise(self, *, access: str, refresh: str, place: str) -> Recognised:
        """Who these cookies belong to. Empty strings are missing cookies.

        An access token that is over is renewed at once, whatever the request is, so that no form is lost. Of requests
        that bring the same refresh token at once, one gets the new tokens; the others are answered as signed in for
        this time, without any. A refresh token that comes back later ends its family, and the owner is told.
        """
        if not access and not refresh:
            return STRANGER
        if access and (signed_in := await self._read(access)):
            return Recognised(signed_in)
        try:
            claims = self.tokens.read_refresh(refresh)
        except TokenRefused:
            return GONE
        return await self._renew(claims, place)

    async def begin(self, user_id: int, role: Role, *, device: str, place: str, amr: Sequence[Method]) -> TokenPair:
        """Start a session in the running transaction, under new ids: nothing planted before it lives on."""
        session = await self.sessions.start(user_id, device=device, place=place, amr=amr, lifetime=absolute_limit(role))
        return await self._pair(session)

    async def prove_again(self, signed_in: SignedIn, method: Method) -> None:
        """The owner has just proven who they are, with `method`: what needs a fresh proof is open again."""
        async with self.transactions.begin(actor=signed_in.user_id):
            await self.sessions.prove_again(signed_in.session_id, list(dict.fromkeys([*signed_in.amr, method])))

    async def list(self, signed_in: SignedIn) -> Sequence[SessionView]:
        """The owner's live sessions, latest seen first; `signed_in.session_id` is the one that asks."""
        return await self.sessions.list_live(signed_in.user_id)

    async def sign_ins(self, signed_in: SignedIn) -> Sequence[SignInView]:
        """The owner's latest sign-ins, whatever has become of them."""
        return await self.sessions.list_sign_ins(signed_in.user_id, most=MOST_SIGN_INS)

    async def note_failure(self, user_id: int, what: Failed, browser: Browser) -> None:
        """For the owner to see. The same is done for nobody (0), so that it does not show who has an account."""
        async with self.transactions.begin():
            await self.sessions.note_failure(user_id, what, device=browser.device, place=browser.place)

    async def sign_out(self, signed_in: SignedIn) -> None:
        async with self.transactions.begin(actor=signed_in.user_id):
            await self.sessions.revoke(signed_in.session_id, Ended.SIGN_OUT, user_id=signed_in.user_id)

    async def revoke(self, signed_in: SignedIn, session_id: int) -> None:
        """End one of the owner's sessions, in every process at once. Raises NotFound, also for somebody else's."""
        async with self.transactions.begin(actor=signed_in.user_id):
            if not await self.sessions.revoke(session_id, Ended.REVOKED, user_id=signed_in.user_id):
                raise NotFound("session", str(session_id))

    async def revoke_others(self, signed_in: SignedIn) -> int:
        """End all of the owner's sessions but this one; returns how many."""
        async with self.transactions.begin(actor=signed_in.user_id):
            return await self.sessions.revoke_all(signed_in.user_id, Ended.REVOKED, keep=signed_in.session_id)

    async def revoke_all(self, signed_in: SignedIn) -> int:
        """End all of the owner's sessions, this one too; returns how many."""
        async with self.transactions.begin(actor=signed_in.user_id):
            return await self.sessions.revoke_all(signed_in.user_id, Ended.SIGN_OUT)

    async def _read(self, access: str) -> SignedIn | None:
        try:
            claims = self.tokens.read_access(access)
        except TokenRefused:
            return None
        return await self.sessions.find_signed_in(claims)

    async def _renew(self, claims: Refresh, place: str) -> Recognised:
        token_hash = _hash(claims.token_id)
        async with self.transactions.begin():
            session = await self.sessions.use_token(token_hash, place=place)
            pair = None if session is None else await self._pair(session)
        if session is not None and pair is not None:
            return Recognised(await self._who(session.id, session.user_id, session.version), pair)
        used = await self.sessions.find_used(token_hash, grace=GRACE)
        if used is None:
            return GONE
        if used.is_recent:
            return Recognised(await self._who(used.session_id, used.user_id, used.version))
        await self._close_family(used.user_id, used.session_id)
        return GONE

    async def _close_family(self, user_id: int, session_id: int) -> None:
        async with self.transactions.begin(actor=user_id) as transaction:
            if await self.sessions.revoke(session_id, Ended.REUSE, user_id=user_id):
                await self.notices.queue(transaction, user_id, What.SESSION_STOLEN)

    async def _pair(self, session: SessionRow) -> TokenPair:
        token_id, idle = self.tokens.new_id(), idle_limit(session.role)
        expires_at = await self.sessions.keep_token(session, _hash(token_id), idle=idle)
        return TokenPair(
            access=self.tokens.sign_access(session),
            refresh=self.tokens.sign_refresh(session, token_id=token_id, expires_at=expires_at),
            session_id=session.id,
            seconds=int(idle.total_seconds()),
        )

    async def _who(self, session_id: int, user_id: int, version: int) -> SignedIn | None:
        return await self.sessions.find_signed_in(Access(session_id, user_id, version))


def _hash(token_id: str) -> str:
    return hashlib.sha256(token_id.encode()).hexdigest()
