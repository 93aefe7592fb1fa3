"""Accounts: what staff may make of other people's, and what they may not make of their own."""

from datetime import UTC, datetime

from starlette.requests import Request

from app.adapters.db.tables.accounts import AdminSession, User, UserSession
from app.backoffice.changes import Row, Values, column_names, refuse
from app.core.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD, normalised_email, require_strong_password
from app.core.errors import InvalidEmail, PasswordTooLong, PasswordTooShort
from app.core.identity import Ended

NEW_USER = frozenset(
    {"first_name", "last_name", "role_id", "address", "phone_number", "email", "username", "password", "status"}
)


async def check_new_user(piccolo_crud: object, request: Request) -> None:
    """For accounts the library calls no hook, so this works on the very object that it will read."""
    fields = await request.json()
    for name in set(fields) - NEW_USER:
        del fields[name]
    fields["created_by"] = request.user.user_id
    fields["email"] = _checked_email(fields.get("email"))
    _check_password(fields.get("password"))


async def check_changed_user(user: Row, changed: Values, request: Request) -> None:
    """Nobody locks themselves out, and what takes rights away also ends the sessions that were begun with them."""
    names = column_names(changed)
    if user["id"] == request.user.user_id and (own := names & {"role_id", "status", "deleted_at"}):
        refuse(min(own), "of your own account is for somebody else to change")
    if "email" in names:
        changed[User.email] = _checked_email(changed[User.email])
    if "password" in names:
        _check_password(changed[User.password])
    if names & {"password", "role_id", "status", "deleted_at"}:
        await AdminSession.delete().where(AdminSession.user_id == user["id"])
        await UserSession.update(
            {UserSession.revoked_at: datetime.now(UTC), UserSession.revoked_reason: Ended.STAFF.value}
        ).where(UserSession.user_id == user["id"], UserSession.revoked_at.is_null())


def _checked_email(given: object) -> str:
    try:
        return normalised_email(str(given or ""))
    except InvalidEmail:
        refuse("email", "is not an e-mail address")


def _check_password(given: object) -> None:
    try:
        require_strong_password(str(given or ""))
    except PasswordTooShort:
        refuse("password", f"needs at least {SHORTEST_PASSWORD} characters")
    except PasswordTooLong:
        refuse("password", f"may have at most {LONGEST_PASSWORD} characters")
