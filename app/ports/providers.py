"""Providers that people sign in with: which there are, what is under way, who is linked, and the tokens they gave."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from app.core.providers import Profile, ProviderKind


@dataclass(frozen=True, slots=True)
class Provider:
    """A row of oauth_provider."""

    id: int
    slug: str
    """Its part of the address: /oauth/{slug}/callback."""
    name: str
    kind: ProviderKind
    issuer: str
    """Origin (OIDC: the issuer, to the letter) of the provider."""
    client_id: str
    sealed_secret: str = field(repr=False)
    scopes: str
    trusts_email: bool
    """Whether an address that it calls verified counts as proven."""


@dataclass(frozen=True, slots=True)
class ProviderLink:
    """For a button."""

    slug: str
    name: str
    kind: ProviderKind


class Providers(Protocol):
    """Only those that are switched on, unless it says otherwise."""

    async def find(self, slug: str) -> Provider | None: ...

    async def find_any(self, provider_id: int) -> Provider | None:
        """Also one that is switched off: its tokens are to be revoked all the same."""
        ...

    async def list_enabled(self) -> Sequence[ProviderLink]: ...


@dataclass(frozen=True, slots=True)
class NewAttempt:
    provider_id: int
    state_hash: str
    binding: str
    """Hash of the browser's token; nobody else's browser can go on with it."""
    user_id: int | None
    """Who wants to link; None for a sign-in."""
    session_id: int | None
    return_path: str


@dataclass(frozen=True, slots=True)
class Attempt:
    id: int
    provider_id: int
    user_id: int | None
    session_id: int | None
    return_path: str
    sealed: str = field(default="", repr=False)
    """Once the provider has answered and the address is to be proven: its answer."""
    email: str = ""
    """The address that a code was sent to."""


class Attempts(Protocol):
    """Sign-ins under way. Everything that writes runs in a transaction; time is the database's."""

    async def keep(self, attempt: NewAttempt, *, lifetime: timedelta) -> None: ...

    async def take(self, provider_id: int, state_hash: str, binding: str) -> Attempt | None:
        """The live attempt of this provider, state and browser; of any number at a time one gets it, once."""
        ...

    async def keep_answer(self, attempt_id: int, sealed: str) -> None: ...

    async def find_answered(self, provider_id: int, binding: str) -> Attempt | None:
        """The browser's latest attempt whose address is still to be proven."""
        ...

    async def note_email(self, attempt_id: int, email: str) -> None: ...

    async def end(self, attempt_id: int) -> bool:
        """Whether it was there to be ended."""
        ...

    async def sweep(self) -> int:
        """Remove what is over; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    id: int
    user_id: int
    provider_id: int


@dataclass(frozen=True, slots=True)
class IdentityView:
    """A line of the page that lists how somebody signs in."""

    id: int
    provider_id: int
    slug: str
    provider: str
    kind: ProviderKind
    email: str
    linked_at: datetime
    last_used_at: datetime | None


class Identities(Protocol):
    async def find(self, provider_id: int, subject: str) -> Identity | None: ...

    async def find_own(self, user_id: int, identity_id: int) -> Identity | None: ...

    async def list_of(self, user_id: int) -> Sequence[IdentityView]: ...

    async def add(self, user_id: int, provider_id: int, profile: Profile) -> bool:
        """False where this identity, or another one of the account at this provider, is there already."""
        ...

    async def note_use(self, identity_id: int) -> None: ...

    async def remove(self, identity_id: int) -> None: ...

    async def remove_all(self, user_id: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave, in the clear: never stored like this, and never printed."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    kind: str = "Bearer"
    seconds: int = 0
    """Until the access token ends; 0 where it does not say."""


@dataclass(frozen=True, slots=True)
class SealedTokens:
    """`refresh` is None where the provider gave none this time: one from before stays."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    kind: str
    seconds: int


@dataclass(frozen=True, slots=True)
class TokenIds:
    """The rows that tokens are sealed for."""

    access: int
    refresh: int


@dataclass(frozen=True, slots=True)
class DueToken:
    id: int
    is_retired: bool
    attempt: int


@dataclass(frozen=True, slots=True)
class ClaimedToken:
    """Ours to renew (or, once retired, to revoke) until the time that `claim` set."""

    id: int
    user_id: int
    provider_id: int
    sealed_access: str = field(repr=False)
    refresh_id: int | None
    sealed_refresh: str = field(repr=False)
    is_retired: bool
    attempt: int


class ProviderTokens(Protocol):
    """Everything that writes runs in a transaction."""

    async def ids(self, user_id: int, provider_id: int) -> TokenIds:
        """The live rows of this account at this provider, locked; ids of rows to be where there are none."""
        ...

    async def keep(
        self, user_id: int, provider_id: int, ids: TokenIds, tokens: SealedTokens, *, renew_in: timedelta | None
    ) -> None:
        """Store tokens in the place of the live ones. `renew_in` is None where nothing is to be renewed."""
        ...

    async def keep_renewed(self, claimed: ClaimedToken, tokens: SealedTokens, *, renew_in: timedelta | None) -> bool:
        """False where they were retired or replaced meanwhile; nothing is stored then."""
        ...

    async def retire(self, user_id: int, provider_id: int | None = None) -> Sequence[DueToken]:
        """Take tokens out of use; they are due to be revoked now."""
        ...

    async def find_due(self, limit: int, *, after: int = 0) -> Sequence[DueToken]: ...

    async def claim(self, token_id: int) -> ClaimedToken | None:
        """Nobody else gets it for a while, longer with each attempt; None where it is not due."""
        ...

    async def wipe(self, claimed: ClaimedToken) -> None:
        """Nothing is left to read; a live one is retired with it. Of a deleted account no row is left either."""
        ...


@dataclass(frozen=True, slots=True)
class Client:
    """The shop as the provider knows it."""

    provider: Provider
    secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """What ties a provider's answer to the question. Each follows from the state and the browser; none is stored."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)


class ProviderError(Exception):
    """`reason` is for the log: no token, no address, nothing that the provider wrote in prose."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporaryProviderError(ProviderError):
    """No answer, or one that says to come back."""


class PermanentProviderError(ProviderError):
    """It refuses, or what it says does not hold."""


class ProviderClient(Protocol):
    """Speaks to providers. Every method but for its own faults raises only ProviderError, and ends in time."""

    async def authorization_url(self, client: Client, secrets: Secrets) -> str:
        """Where to send the browser."""
        ...

    async def exchange(self, client: Client, secrets: Secrets, *, code: str, issuer: str) -> tuple[Tokens, Profile]:
        """What the provider gives for a code. `issuer` is what its answer called itself (RFC 9207), or nothing."""
        ...

    async def renew(self, client: Client, refresh: str) -> Tokens: ...

    async def revoke(self, client: Client, *, access: str, refresh: str) -> bool:
        """False where the provider offers no way to."""
        ...
