"""Who gets in, and who then acts: active accounts with the role ADMIN."""

from datetime import UTC, datetime, timedelta
from typing import cast

from piccolo.table import Table
from piccolo_api.session_auth.middleware import SessionsAuthBackend
from piccolo_api.shared.auth import User as SignedIn
from starlette.authentication import AuthCredentials, BaseUser
from starlette.requests import HTTPConnection

from app.adapters.db.tables.accounts import AdminSession, Role, User
from app.core.accounts import SHORTEST_PASSWORD

WHO_ACTS = "SELECT set_config('app.user_id', {}, true)"


class StaffDoor:
    """What signs people in: it knows no other accounts than those of staff."""

    @staticmethod
    async def login(username: str, password: str) -> int | None:
        """The id of the member of staff with this address or name and password, else None. Also sweeps old sessions."""
        user_id = await User.login(username, password)
        if user_id is None or not await User.exists().where(User.id == user_id, User.role_id == Role.ADMIN.value):
            return None
        await AdminSession.delete().where(AdminSession.max_expiry_date < datetime.now(UTC))
        return user_id


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
        await cast("type[Table]", User).raw(WHO_ACTS, str(user.id))
        return result
