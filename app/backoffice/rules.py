"""What may be done to a row in the admin. The page sends back every field of a form, so what counts is what differs."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from piccolo.columns import JSONB, Column
from piccolo.columns.combination import Or
from piccolo.table import Table
from piccolo_api.crud.hooks import Hook, HookType
from piccolo_api.crud.validators import ValidatorFunction, Validators
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.adapters.db.tables.audit import ChangeLogs
from app.backoffice.changes import AndThen, Row, Values, column_names, refuse
from app.backoffice.turns import require
from app.core.permissions import Permission
from app.ports.vault import Place, Vault

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

NEXT_ID = "SELECT nextval(pg_get_serial_sequence({}, 'id')) AS id"
LONGEST_SECRET = 500
"""Characters; sealed, it still fits its column."""


@dataclass(frozen=True)
class Needs:
    """The permission each kind of use takes."""

    to_see: Permission
    to_add: Permission
    to_change: Permission
    to_remove: Permission


class Rules:
    """The rules of one table, as hooks and validators for the library to call.

    `edits` may be changed at any time, `once` only as long as the row is new; the rest is the shop's own. `and_then`
    is called with each change, `checks_new` before a row is made. What is typed into one of `seals` is stored as
    `vault` seals it for its row.
    """

    def __init__(
        self,
        table: type[Table],
        *,
        edits: list[Column],
        once: list[Column],
        adds: bool,
        removes: bool,
        and_then: AndThen | None = None,
        checks_new: ValidatorFunction | None = None,
        needs: Needs,
        seals: list[Column] | None = None,
        vault: Vault | None = None,
    ) -> None:
        self._table = table
        self._retires = "deleted_at" in {column._meta.name for column in table._meta.columns}
        retired = [table._meta.get_column_by_name("deleted_at")] if removes and self._retires else []
        self._edits = {column._meta.name for column in [*edits, *retired]}
        self._once = {column._meta.name for column in once}
        self._adds = adds
        self._removes = removes
        self._and_then = and_then
        self._checks_new = checks_new
        self._needs = needs
        self._seals = {column._meta.name for column in seals or []}
        self._vault = vault

    def hooks(self) -> list[Hook]:
        """Sorted by kind, or the library forgets some."""
        return [
            Hook(HookType.pre_save, self.before_insert),
            Hook(HookType.pre_patch, self.before_update),
            Hook(HookType.pre_delete, self.before_delete),
        ]

    def validators(self) -> Validators:
        """A new one for each table, since the library adds to it."""
        checks_new = [self._checks_new] if self._checks_new else []
        needs = self._needs
        return Validators(
            every=[_need(needs.to_see)],
            post_single=[_need(needs.to_add), *checks_new] if self._adds else [_refuse_method],
            patch_single=[_need(needs.to_change)] if self._edits else [_refuse_method],
            delete_single=[_need(needs.to_remove)] if self._removes else [_refuse_method],
            put_single=[_refuse_method],
            delete_all=[_refuse_method],
        )

    async def before_insert(self, row: Table, request: Request) -> Table:
        fresh = self._table(_ignore_missing=True)
        for column in self._table._meta.columns:
            name = column._meta.name
            if name == "created_by":
                setattr(row, name, request.user.user_id)
            elif name in (self._edits | self._once) - {"deleted_at"} and (
                getattr(row, name) is not None or column._meta.null
            ):
                setattr(row, name, _tidy(getattr(row, name)))
            elif not column._meta.primary_key:
                setattr(row, name, getattr(fresh, name))  # the shop's own, or left out
        if self._seals:
            await self._seal_new(row)
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
                    changed[column] = self._sealed(name, value, row_id)
            elif _same(column, stored[name], value):
                continue
            elif name in self._edits:
                changed[column] = value
            elif name not in MOVES_BY_ITSELF:
                refuse(name, "is kept by the shop; if you did not change it, reload the row and try again")
            elif name == "updated_at" and value and await self._changed_by_others(row_id, value, request):
                refuse(name, "somebody else changed the row meanwhile; reload it and change it again")
        if "deleted_at" in column_names(changed):
            require(request, self._needs.to_remove)
        if self._and_then:
            await self._and_then(stored, changed, request)
        # The library refuses to change nothing, which is no mistake.
        first = self._table._meta.get_column_by_name(min(self._edits))
        return changed or {first: stored[first._meta.name]}

    async def before_delete(self, row_id: int, request: Request) -> None:
        """Retires the row where the table can; the answer is the one to a row deleted."""
        if not self._retires:
            return
        retired: Values = {self._table._meta.get_column_by_name("deleted_at"): datetime.now(UTC)}
        if self._and_then:
            await self._and_then(await self._locked(row_id), retired, request)
        await self._table.update(cast("dict[Column | str, Any]", retired)).where(self._key == row_id)
        raise HTTPException(204)

    async def _seal_new(self, row: Table) -> None:
        """What is sealed is bound to its row, which therefore needs its id first."""
        taken = await self._table.raw(NEXT_ID, self._table._meta.tablename)
        setattr(row, self._key._meta.name, taken[0]["id"])
        for name in self._seals:
            if value := getattr(row, name):
                setattr(row, name, self._sealed(name, value, taken[0]["id"]))

    def _sealed(self, name: str, value: Any, row_id: int) -> Any:
        if name not in self._seals or self._vault is None:
            return value
        if len(str(value)) > LONGEST_SECRET:
            refuse(name, f"is longer than {LONGEST_SECRET} characters")
        return self._vault.seal(str(value).strip(), Place(self._table._meta.tablename, name, row_id))

    @property
    def _key(self) -> Column:
        return self._table._meta.primary_key

    async def _changed_by_others(self, row_id: int, form_from: datetime, request: Request) -> bool:
        """Whether the log has a change by anybody else since the form was opened.

        The page does not reload a form that it has saved, so `updated_at` alone would refuse the second save.
        """
        # Of the log, a seller may read these four columns.
        others = ChangeLogs.select(ChangeLogs.entity_id).where(
            ChangeLogs.entity_type == self._table.__name__,
            ChangeLogs.entity_id == row_id,
            ChangeLogs.timestamp > form_from.replace(microsecond=999_999),
            Or(ChangeLogs.user_id.is_null(), ChangeLogs.user_id != request.user.user_id),
        )
        return await others.first() is not None

    async def _locked(self, row_id: int) -> Row:
        """The row as it stands, secrets left out, until the end of the transaction."""
        query = self._table.select(exclude_secrets=True).where(self._key == row_id).first().lock_rows("NO KEY UPDATE")
        row = await query
        if row is None:
            raise HTTPException(404)
        return dict(row)


def _need(permission: Permission) -> ValidatorFunction:
    def check(piccolo_crud: object, request: Request) -> None:
        require(request, permission)

    return check


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
