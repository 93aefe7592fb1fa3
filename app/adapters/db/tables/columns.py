"""The columns nearly every table has, written once so that all tables spell them the same way."""

from decimal import Decimal
from enum import Enum
from typing import Any

from piccolo.columns import BigSerial, ForeignKey, Numeric, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table


def serial_key() -> BigSerial:
    return BigSerial(primary_key=True, help_text="Unique identifier.")


def refers_to(
    table: type[Table] | str, *, null: bool = False, index: bool = False, help_text: str = ""
) -> ForeignKey[Any]:
    """A foreign key that never deletes or renumbers along: rows are retired by `deleted_at`, not removed."""
    return ForeignKey(
        references=table,
        null=null,
        default=None,
        index=index,
        required=not null,
        on_delete=OnDelete.no_action,
        on_update=OnUpdate.no_action,
        help_text=help_text or None,
    )


def created() -> Timestamptz:
    return Timestamptz(default=TimestamptzNow(), help_text="When the row was created.")


def changed() -> Timestamptz:
    return Timestamptz(default=TimestamptzNow(), help_text="When the row was last changed; moved by trigger.")


def retired() -> Timestamptz:
    return Timestamptz(null=True, default=None, help_text="Soft delete: set once the row must no longer appear.")


def moment(help_text: str, *, index: bool = False) -> Timestamptz:
    """A time that is null until it happens."""
    return Timestamptz(null=True, default=None, index=index, help_text=help_text)


def text(length: int, help_text: str, *, unique: bool = False, default: str = "", required: bool = True) -> Varchar:
    return Varchar(length=length, unique=unique, default=default, required=required, help_text=help_text)


def optional_text(length: int, help_text: str, *, unique: bool = False) -> Varchar:
    """Null when absent: an empty string would collide with the next one where the column is unique."""
    return Varchar(length=length, null=True, default=None, unique=unique, help_text=help_text)


def secret(
    length: int, help_text: str, *, null: bool = False, unique: bool = False, required: bool | None = None
) -> Varchar:
    """Text that the admin's lists and the change log never show. What forms offer must not be `required`: the answer
    leaves it out.
    """
    return Varchar(
        length=length,
        null=null,
        default=None if null else "",
        unique=unique,
        required=not null if required is None else required,
        secret=True,
        help_text=help_text,
    )


def choice(length: int, choices: type[Enum], default: Enum, help_text: str) -> Varchar:
    """One word out of `choices`. Piccolo does not enforce them; pair it with `one_of`."""
    return Varchar(length=length, default=str(default.value), choices=choices, help_text=help_text)


def one_of(column: str, choices: type[Enum]) -> Check:
    return Check(f'"{column}" IN ({", ".join(repr(str(member.value)) for member in choices)})')


def money(help_text: str) -> Numeric:
    return Numeric(digits=(12, 2), default=Decimal("0.00"), help_text=help_text)


def optional_money(help_text: str) -> Numeric:
    return Numeric(digits=(12, 2), null=True, default=None, help_text=help_text)
