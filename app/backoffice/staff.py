"""Who gets in by the shop's own sign-in, and who then acts: active accounts with a second factor, administrators at
/admin/, sellers at /desk/.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import structlog
from litestar.types import Scope
from piccolo.table import Table
from piccolo_api.rate_limiting.middleware import RateLimitProvider
from piccolo_api.shared.auth import User as Acting
from starlette.authentication import AuthCredentials, AuthenticationBackend, AuthenticationError, BaseUser
from starlette.requests import HTTPConnection

from app.adapters.db.tables.accounts import User
from app.core.accounts import Role
from app.core.errors import (
    DeskClosed,
    NotFound,
    NotVerified,
    RoleMissing,
    SecondFactorMissing,
    ShopError,
    SignInFailed,
    SignInRequired,
    WrongCode,
)
from app.core.identity import Method, device_words, network_words
from app.ports.identity import Challenge, SignedIn
from app.services.accounts import AccountService, SignInResult
from app.services.browser import Browser
from app.services.identity import IdentityService
from app.services.two_factor import TwoFactorService

WHO_ACTS = "SELECT set_config('app.user_id', {}, true)"
AS_SELLER = "SET LOCAL ROLE shop_seller"
DESK_FAULT = "SELECT shop_desk_fault() AS fault"
ENTERED, LEFT = "entered", "left"
"""What `web.identity.Identify` finds in the state of a request: a sign-in whose cookies it sets, or a sign-out."""


log = structlog.get_logger()


class CodeMissing(Exception):
    """Name and password are those of a member of staff; the code is still to come."""


@dataclass(frozen=True)
class Door:
    """The way in by the form of Piccolo Admin, which somebody meets whose session ended while the page was open."""

    accounts: AccountService
    identity: IdentityService
    two_factor: TwoFactorService
    locale: str
    role: Role

    async def enter(self, scope: Scope, name: str, password: str, code: str | None, *, address: str) -> None:
        """Sign in to the shop. Raises CodeMissing, SignInFailed, WrongCode, TooOften; SecondFactorMissing."""
        agent = next((value for key, value in scope["headers"] if key == b"user-agent"), b"").decode("latin-1")
        place = network_words(address)
        known = str(_state(scope).get("known", ""))
        browser = Browser(
            address=address, token="", device=device_words(agent), place=place, known=known, locale=self.locale
        )
        account = await self.accounts.check_staff(name, password, role=self.role, browser=browser)
        if not account.two_factor_enabled:
            raise SecondFactorMissing
        if code is None:
            raise CodeMissing
        challenge = self.accounts.tokens.sign_challenge(Challenge(account.id, (Method.PASSWORD,)))
        entered: SignInResult = await self.two_factor.finish_sign_in(challenge, code, browser=browser)
        _state(scope)[ENTERED] = entered

    async def leave(self, scope: Scope) -> None:
        if who := signed_in(scope):
            await self.identity.sign_out(who)
        _state(scope)[LEFT] = True


def signed_in(scope: Scope) -> SignedIn | None:
    """Who the shop's own cookies belong to."""
    return cast("SignedIn | None", _state(scope).get("signed_in"))


class Nobody:
    """What the library would sign people in with; `Door` does. It still judges where the request comes from."""

    @staticmethod
    async def login(username: str, password: str) -> int | None:
        return None


class NoSessions:
    """What the library would keep its sessions in. The shop's own sessions are the only ones."""

    @classmethod
    async def create_session(cls, **_: Any) -> SimpleNamespace:
        raise SignInFailed

    @classmethod
    async def remove_session(cls, token: str) -> None:
        pass


class Unlimited(RateLimitProvider):
    """In the place of the library's own limit, which blocks an address until the process is restarted."""

    def increment(self, identifier: str) -> None:
        pass


class StaffBackend(AuthenticationBackend):
    """Who acts in this request, as the shop's session has it: role, status and second factor are read each time."""

    def require(self, scope: Scope) -> SignedIn:
        """Raises SignInRequired; NotFound for whom there is no back office; SecondFactorMissing."""
        who = signed_in(scope)
        if who is None:
            raise SignInRequired
        if who.role is not Role.ADMIN:
            raise NotFound("page")
        if who.must_enrol:
            raise SecondFactorMissing
        return who

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser]:
        try:
            who = self.require(cast("Scope", conn.scope))
        except ShopError:
            raise AuthenticationError("Sign in first.") from None
        user = await User.objects().get(User.id == who.user_id)
        if user is None:
            raise AuthenticationError("Sign in first.")
        # The library greets people by their user name; ours sign in with their address. The row is only read.
        user.username = user.email
        # What the rules of the desks ask for: rights as they are at this moment, and whether the last proof is fresh.
        whose = cast("Any", user)
        whose.permissions, whose.is_fresh = who.permissions, who.is_fresh
        await self.begin(who)
        return AuthCredentials(["authenticated"]), Acting(user=user)

    async def require_open(self) -> None:
        """Nothing keeps /admin/ closed."""

    async def begin(self, who: SignedIn) -> None:
        """Tell the transaction who acts in it."""
        await cast("type[Table]", User).raw(WHO_ACTS, str(who.user_id))


class SellerBackend(StaffBackend):
    """The same for a seller; from here to its end, the transaction sees that seller's rows alone."""

    def require(self, scope: Scope) -> SignedIn:
        """Raises SignInRequired, RoleMissing, NotVerified, SecondFactorMissing."""
        who = signed_in(scope)
        if who is None:
            raise SignInRequired
        if who.role is not Role.SELLER:
            raise RoleMissing(who.role)
        if not who.is_verified:
            raise NotVerified
        if who.must_enrol:
            raise SecondFactorMissing
        return who

    async def require_open(self) -> None:
        """Raises DeskClosed unless the database, asked anew, keeps sellers apart. The log says why."""
        rows = await cast("type[Table]", User).raw(DESK_FAULT)
        if fault := rows[0]["fault"]:
            log.error("seller_desk_closed", fault=fault)
            raise DeskClosed

    async def begin(self, who: SignedIn) -> None:
        """Raises DeskClosed."""
        await self.require_open()
        await super().begin(who)
        await cast("type[Table]", User).raw(AS_SELLER)


def _state(scope: Scope) -> dict[str, Any]:
    return scope.setdefault("state", {})


REFUSED = (SignInFailed, WrongCode, SecondFactorMissing)
"""Told alike, and as little as possible."""
