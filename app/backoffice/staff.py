"""Who gets in, and who then acts: active accounts with the role ADMIN."""

from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from piccolo.table import Table
from piccolo_api.rate_limiting.middleware import RateLimitProvider
from piccolo_api.session_auth.middleware import SessionsAuthBackend
from piccolo_api.shared.auth import User as SignedIn
from starlette.authentication import AuthCredentials, BaseUser
from starlette.requests import HTTPConnection

from app.adapters.db.tables.accounts import AdminSession, User
from app.backoffice.turns import permissions_of
from app.core.accounts import SHORTEST_PASSWORD
from app.core.errors import SignInFailed
from app.services.accounts import AccountService, Browser

WHO_ACTS = "SELECT set_config('app.user_id', {}, true)"


_at_the_door: ContextVar[int | None] = ContextVar("at_the_door", default=None)


async def at_the_door(accounts: AccountService, name: str, password: str, *, address: str) -> None:
    """Check name and password as the shop does everywhere: counted first, hashed off the loop.

    Before the request's transaction, since the count stays whatever the answer is. `StaffDoor` then lets in whoever
    this was. A second factor is asked for here, too, once it is more than a flag. Raises TooOften.
    """
    _at_the_door.set(None)
    browser = Browser(address=address, token="", device="", place=address, known="", locale="")
    with suppress(SignInFailed):
        _at_the_door.set((await accounts.check_staff(name, password, browser=browser)).id)


class StaffDoor:
    """What the library signs people in with: it knows nobody but who has just shown a password at the door."""

    @staticmethod
    async def login(username: str, password: str) -> int | None:
        """The id of the member of staff, else None. Also sweeps old sessions."""
        user_id = _at_the_door.get()
        if user_id is None:
            return None
        await AdminSession.delete().where(AdminSession.max_expiry_date < datetime.now(UTC))
        return user_id


class Unlimited(RateLimitProvider):
    """In the place of the library's own limit, which blocks an address until the process is restarted."""

    def increment(self, identifier: str) -> None:
        pass


class StaffBackend(SessionsAuthBackend):
    """Checks role and status on every request, so that a suspended account is out at once."""

    def __init__(self, *, increase_expiry: timedelta) -> None:
        super().__init__(auth_table=User, session_table=AdminSession, increase_expiry=increase_expiry)

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser]:
        result = cast("tuple[AuthCredentials, SignedIn]", await super().authenticate(conn))
        user = cast("User", result[1].user)
        # The library greets people by their user name and asks for it again to change a password; ours sign in with
        # their address. The row is only read, never saved.
        user.username = user.email
        user._min_password_length = SHORTEST_PASSWORD
        # What the rules of the desks ask for: rights as they are at this moment, and the age of the sign-in.
        whose = cast("Any", user)
        whose.permissions = await permissions_of(user.role_id)
        whose.proven_at = await AdminSession.proven_at_of(conn.cookies[self.cookie_name])
        await cast("type[Table]", User).raw(WHO_ACTS, str(user.id))
        return result
