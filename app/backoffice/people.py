"""Accounts, roles and rights: what staff may make of other people's, and what they may not make of their own.

Nobody sets a password but its owner: a new account gets a mail with a link to set one, and so does any account on
request. What lets people in or out needs the right to do so and a fresh proof, and is told to whom it concerns.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pydantic
from piccolo_admin.endpoints import FormConfig
from starlette.requests import Request

from app.adapters.db.tables.accounts import User, UserProfile, UserSession
from app.backoffice.changes import Row, Values, column_names, refuse
from app.backoffice.turns import Turn, require, require_proof, this_turn
from app.core.accounts import Role, UserStatus, normalised_email
from app.core.errors import InvalidEmail
from app.core.identity import Ended
from app.core.permissions import Permission, PermissionType
from app.core.profile import BadPreferences, read_links, read_preferences
from app.services.browser import Browser
from app.services.notices import What

NEW_USER = frozenset({"first_name", "last_name", "role_id", "address", "phone_number", "email", "username", "status"})
RIGHTS = ("role_id", "status", "deleted_at")
"""Fields of an account that decide what it may do, with the permission that changing them needs."""
NEEDED = {
    "role_id": Permission.CHANGE_ROLE,
    "status": Permission.SUSPEND_ACCOUNT,
    "deleted_at": Permission.SUSPEND_ACCOUNT,
}
ALWAYS_GIVEN = frozenset({Permission.CHANGE_ROLE, Permission.VIEW_ACCOUNTS})
"""Somebody must be able to give back what was taken: the role ADMIN keeps these."""


async def check_new_user(piccolo_crud: object, request: Request) -> None:
    """For accounts the library calls no hook, so this works on the very object that it will read."""
    fields = await request.json()
    if fields.get("password"):
        refuse("password", "is for the owner to set: leave it empty, and a mail with a link goes to the address")
    for name in set(fields) - NEW_USER:
        del fields[name]
    fields["created_by"] = request.user.user_id
    fields["email"] = _checked_email(fields.get("email"))
    if fields.get("role_id") not in (None, Role.CUSTOMER.value, str(Role.CUSTOMER.value)):
        await require_proof(request, "role_id", Permission.CHANGE_ROLE)
    this_turn().after_commit(partial(_send_password_link, this_turn(), fields["email"]))


async def check_changed_user(user: Row, changed: Values, request: Request) -> None:
    """Nobody locks themselves out, and what takes rights away also ends the sessions that were begun with them."""
    names = column_names(changed)
    if user["id"] == request.user.user_id and (own := names & set(RIGHTS)):
        refuse(min(own), "of your own account is for somebody else to change")
    for name in RIGHTS:
        if name in names:
            await require_proof(request, name, NEEDED[name])
    if "email" in names:
        await _change_email(user, changed, request)
    if names & {"email", *RIGHTS}:
        await _end_sessions(user["id"])
    if changed.get(User.status) == UserStatus.SUSPENDED.value:
        await this_turn().accounts.notices.queue(this_turn(), user["id"], What.SUSPENDED)


async def check_new_permission(piccolo_crud: object, request: Request) -> None:
    await require_proof(request, "permission", Permission.CHANGE_ROLE)
    fields = await request.json()
    _check_grant(fields.get("permission"), fields.get("permission_type"))


async def check_changed_permission(row: Row, changed: Values, request: Request) -> None:
    """A right that is given or taken holds with the next request of whoever has the role."""
    names = column_names(changed)
    if not names & {"role_id", "permission", "permission_type", "effective_date", "deleted_at"}:
        return
    await require_proof(request, min(names), Permission.CHANGE_ROLE)
    if row["role_id"] == Role.ADMIN and row["permission"] in ALWAYS_GIVEN:
        refuse(min(names), f"of {row['permission']} stays as it is for ADMIN, so that somebody can give rights")
    if not names & {"permission", "permission_type"}:
        return
    by_name = {column._meta.name: value for column, value in changed.items()}
    after: Mapping[str, Any] = {**row, **by_name}
    _check_grant(after["permission"], after["permission_type"])


async def check_new_profile(piccolo_crud: object, request: Request) -> None:
    fields = await request.json()
    _check_profile(fields.get("preferences"), fields.get("social_media_links"))


async def check_changed_profile(row: Row, changed: Values, request: Request) -> None:
    _check_profile(changed.get(UserProfile.preferences), changed.get(UserProfile.social_media_links))


class PasswordLink(pydantic.BaseModel):
    email: str = pydantic.Field(max_length=254)


async def send_password_link(request: Request, data: PasswordLink) -> str:
    """The answer is the same for an unknown address, as everywhere."""
    require(request, Permission.CHANGE_ACCOUNT)
    email = _checked_email(data.email)
    this_turn().after_commit(partial(_send_password_link, this_turn(), email))
    return f"If {email} has an account, a mail with a link to set a password is on its way."


FORMS = [
    FormConfig(
        name="Send a password link",
        pydantic_model=PasswordLink,
        endpoint=send_password_link,
        description="Nobody but its owner sets a password. This mails the owner a code and a link that let them.",
    )
]


async def _change_email(user: Row, changed: Values, request: Request) -> None:
    """A new address opens the account to whoever reads it: it has to be proven, and the old one is told."""
    changed[User.email] = _checked_email(changed[User.email])
    permission = Permission.CHANGE_ACCOUNT if user["role_id"] == Role.CUSTOMER else Permission.CHANGE_ROLE
    await require_proof(request, "email", permission)
    changed[User.email_verified_at] = None
    turn = this_turn()
    await turn.accounts.notices.queue(turn, user["id"], What.EMAIL_CHANGED, recipient=user["email"])


async def _end_sessions(user_id: int) -> None:
    await UserSession.update(
        {UserSession.revoked_at: datetime.now(UTC), UserSession.revoked_reason: Ended.STAFF.value}
    ).where(UserSession.user_id == user_id, UserSession.revoked_at.is_null())


async def _send_password_link(turn: Turn, email: str) -> None:
    browser = Browser(address=turn.address, token="", device="", place=turn.address, known="", locale="")
    await turn.passwords.send_reset(email, browser=browser)


def _check_grant(name: object, kind: object) -> None:
    """A row that names no right of the shop's, or too weak a type, would grant nothing and look as if it did."""
    if name not in Permission.__members__:
        refuse("permission", f"is none of {', '.join(Permission)}")
    permission = Permission(str(name))
    if kind not in set(PermissionType) or not PermissionType(str(kind)).covers(permission.needs):
        refuse("permission_type", f"must be at least {permission.needs} for {permission}")


def _check_profile(preferences: object, links: object) -> None:
    for name, given, read in (
        ("preferences", preferences, read_preferences),
        ("social_media_links", links, read_links),
    ):
        try:
            if given is not None:
                read(str(given))
        except BadPreferences as error:
            refuse(name, f"cannot be: {error}")


def _checked_email(given: object) -> str:
    try:
        return normalised_email(str(given or ""))
    except InvalidEmail:
        refuse("email", "is not an email address")
