"""One table of the back office, described in a few words, and what Piccolo Admin makes of it.

A column that is not named in `edits` belongs to the shop: its books, its counters, its times. Rows are retired by
`deleted_at`: deleting one sets it, clearing it brings the row back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from piccolo.columns import Column
from piccolo.table import Table
from piccolo_admin.endpoints import TableConfig
from piccolo_api.crud.endpoints import OrderBy
from piccolo_api.crud.validators import ValidatorFunction

from app.backoffice.changes import AndThen
from app.backoffice.rules import Needs, Rules
from app.backoffice.uploads import UploadedPictures
from app.core.permissions import Permission
from app.ports.files import Files
from app.ports.vault import Vault


@dataclass(frozen=True)
class Desk:
    """One table. Columns are named in one string, as one would say them.

    `once` are columns given when a row is made and kept from then on; without `once` and `adds`, only the shop makes
    rows. `removes` lets staff retire rows. `sees` is the right that opens the desk; whoever adds, edits or retires rows
    needs `changes` as well, where `creates` and `retires` name no other.
    """

    group: str
    table: type[Table]
    sees: Permission
    shows: str
    filters: str = ""
    edits: str = ""
    once: str = ""
    adds: bool = False
    removes: bool = False
    order: str = "id"
    and_then: AndThen | None = None
    checks_new: ValidatorFunction | None = None
    seals: str = ""
    """Columns that are written but never shown, and stored encrypted."""
    uploads: str = ""
    """The column whose value is a file."""
    changes: Permission | None = None
    creates: Permission | None = None
    retires: Permission | None = None

    @property
    def needs(self) -> Needs:
        changes = self.changes or self.sees
        return Needs(self.sees, self.creates or changes, changes, self.retires or changes)


def table_configs(desks: Iterable[Desk], files: Files, vault: Vault) -> list[TableConfig]:
    """What Piccolo Admin is built from."""
    return [_config(desk, files, vault) for desk in desks]


def _config(desk: Desk, files: Files, vault: Vault) -> TableConfig:
    rules = Rules(
        desk.table,
        edits=_columns(desk.table, desk.edits),
        once=_columns(desk.table, desk.once),
        adds=desk.adds,
        removes=desk.removes,
        and_then=desk.and_then,
        checks_new=desk.checks_new,
        needs=desk.needs,
        seals=_columns(desk.table, desk.seals),
        vault=vault,
    )
    return TableConfig(
        desk.table,
        menu_group=desk.group,
        visible_columns=_columns(desk.table, desk.shows),
        visible_filters=_columns(desk.table, desk.filters),
        order_by=[OrderBy(_columns(desk.table, desk.order.lstrip("-"))[0], ascending=not desk.order.startswith("-"))],
        hooks=rules.hooks(),
        validators=rules.validators(),
        media_storage=[UploadedPictures(files, *_columns(desk.table, desk.uploads))] if desk.uploads else None,
    )


def _columns(table: type[Table], names: str) -> list[Column]:
    return [table._meta.get_column_by_name(name) for name in names.split()]
