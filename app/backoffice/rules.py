"""What may be done to a row in the admin. The page sends back every field of a form, so what counts is what differs."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Never

from piccolo.columns import JSONB, Column
from piccolo.columns.combination import Or
from piccolo.table import Table
from piccolo_api.crud.hooks import Hook, HookType
from piccolo_api.crud.validators import Validators
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.adapters.db.tables.accounts import AdminSession, User
from app.adapters.db.tables.audit import ChangeLogs
from app.core.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD, normalised_email, require_strong_password
from app.core.errors import InvalidEmail, PasswordTooLong, PasswordTooShort

Values = dict[Column, Any]

MOVES_BY_ITSELF = frozenset(
    {
        "updated_at",
        "last_login",
        "sold_count",
        "rating_average",
        "rating_count",
        "attempts",
        "lease_until",
        "message_id",
    }
)
"""What changes while somebody fills in a form, so that what the form says of it is neither taken nor refused."""


class Rules:
    """The rules of one table, as hooks and validators for the library to call.

    `edits` may be changed at any time, `once` only as long as the row is new; the rest is the shop's own.
    """

    def __init__(
        self, table: type[Table], *, edits: list[Column], once: list[Column], adds: bool, removes: bool
    ) -> None:
        self._table = table
        self._retires = "deleted_at" in {column._meta.name for column in table._meta.columns}
        retired = [table._meta.get_column_by_name("deleted_at")] if removes and self._retires else []
        self._edits = {column._meta.name for column in [*edits, *retired]}
        self._once = {column._meta.name for column in once}
        self._adds = adds
        self._removes = removes

    def hooks(self) -> list[Hook]:
        """Sorted by kind, or the library forgets some."""
        return [
            Hook(HookType.pre_save, self.before_insert),
            Hook(HookType.pre_patch, self.before_update),
            Hook(HookType.pre_delete, self.before_delete),
        ]

    def validators(self) -> Validators:
        """A new one for each table, since the library adds to it."""
        return Validators(
            post_single=[*([] if self._adds else [_refuse_method]), *([check_new_user] if self._table is User else [])],
            patch_single=[] if self._edits else [_refuse_method],
            delete_single=[] if self._removes else [_refuse_method],
            put_single=[_refuse_method],
            delete_all=[_refuse_method],
        )

    async def before_insert(self, row: Table, request: Request) -> Table:
        fresh = self._table(_ignore_missing=True)
        for column in self._table._meta.columns:
            name = column._meta.name
            if name == "created_by":
                setattr(row, name, request.user.user_id)
            elif name in self._edits | self._once and (getattr(row, name) is not None or column._meta.null):
                setattr(row, name, _tidy(getattr(row, name)))
            elif not column._meta.primary_key:
                setattr(row, name, getattr(fresh, name))  # the shop's own, or left out
        return row

    async def before_update(self, row_id: int, values: Values, request: Request) -> Values:
        stored = await self._locked(row_id)
        changed: Values = {}
        for column, value in values.items():
            if not isinstance(column, Column):
                refuse(str(column), "is not a field")
            name, value = column._meta.name, _tidy(value)
            if column._meta.secret:
                # Never shown, so an empty field says nothing.
                if value and name not in self._edits:
                    refuse(name, "is kept by the shop")
                if value:
                    changed[column] = value
            elif _same(column, stored[name], value):
                continue
            elif name in self._edits:
                changed[column] = value
            elif name not in MOVES_BY_ITSELF:
                refuse(name, "is kept by the shop; if you did not change it, reload the row and try again")
            elif name == "updated_at" and await self._changed_by_others(row_id, value, request.user.user_id):
                refuse(name, "somebody else changed the row meanwhile; reload it and change it again")
        if self._table is User:
            await check_changed_user(row_id, changed, request)
        # The library refuses to change nothing, which is no mistake.
        first = self._table._meta.get_column_by_name(min(self._edits))
        return changed or {first: stored[first._meta.name]}

    async def before_delete(self, row_id: int, request: Request) -> None:
        """Retires the row where the table can; the answer is the one to a row deleted."""
        if not self._retires:
            return
        if self._table is User:
            await check_changed_user(row_id, {User.deleted_at: datetime.now(UTC)}, request)
        await self._table.update({"deleted_at": datetime.now(UTC)}).where(self._key == row_id)
        raise HTTPException(204)

    @property
    def _key(self) -> Column:
        return self._table._meta.primary_key

    async def _changed_by_others(self, row_id: int, form_from: datetime, user_id: int) -> bool:
        """Whether the log has a change by anybody else since the form was opened.

        The page does not reload a form that it has saved, so `updated_at` alone would refuse the second save.
        """
        return await ChangeLogs.exists().where(
            ChangeLogs.entity_type == self._table.__name__,
            ChangeLogs.entity_id == row_id,
            ChangeLogs.timestamp >= form_from.replace(microsecond=0) + timedelta(seconds=1),
            Or(ChangeLogs.user_id.is_null(), ChangeLogs.user_id != user_id),
        )

    async def _locked(self, row_id: int) -> dict[str, Any]:
        """The row as it stands, secrets left out, until the end of the transaction."""
        query = self._table.select(exclude_secrets=True).where(self._key == row_id).first().lock_rows("NO KEY UPDATE")
        row = await query
        if row is None:
            raise HTTPException(404)
        return dict(row)


def refuse(field: str, reason: str) -> Never:
    """Raises what the admin's pages show beside the form: "`field` field - `reason`"."""
    detail: Any = [{"loc": [field], "msg": reason, "type": "refused"}]
    raise HTTPException(422, detail=detail)


async def check_new_user(piccolo_crud: object, request: Request) -> None:
    """For accounts the library calls no hook, so this works on the very object that it will read."""
    fields = await request.json()
    for name in set(fields) - {column._meta.name for column in User._meta.columns if column._meta.name in NEW_USER}:
        del fields[name]
    fields["created_by"] = request.user.user_id
    fields["email"] = _checked_email(fields.get("email"))
    _check_password(fields.get("password"))


async def check_changed_user(user_id: int, changed: Values, request: Request) -> None:
    """Nobody locks themselves out, and what takes rights away also ends the sessions that were begun with them."""
    names = {column._meta.name for column in changed}
    if user_id == request.user.user_id and (own := names & {"role_id", "status", "deleted_at"}):
        refuse(min(own), "of your own account is for somebody else to change")
    if "email" in names:
        changed[User.email] = _checked_email(changed[User.email])
    if "password" in names:
        _check_password(changed[User.password])
    if names & {"password", "role_id", "status", "deleted_at"}:
        await AdminSession.delete().where(AdminSession.user_id == user_id)


NEW_USER = frozenset(
    {"first_name", "last_name", "role_id", "address", "phone_number", "email", "username", "password", "status"}
)


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


def _refuse_method(piccolo_crud: object, request: Request) -> None:
    raise HTTPException(405, detail="Rows of this table are kept by the shop.")


def _tidy(value: Any) -> Any:
    """As it was typed: a browser sends the line ends of a form in its own way."""
    return value.replace("\r\n", "\n") if type(value) is str else value


def _same(column: Column, stored: Any, given: Any) -> bool:
    """Whether the form says what the row says. Its fields for times end at the second."""
    if stored is None or given is None:
        return stored is given
    if isinstance(stored, datetime) and isinstance(given, datetime):
        return stored.replace(microsecond=0) == given.replace(microsecond=0)
    if isinstance(column, JSONB):
        return bool(json.loads(stored) == json.loads(given))
    return bool(_tidy(stored) == given)
