"""Writes the generated half of docs/schema.md from the tables and the SQL of the migrations.

`python -m app.adapters.db.schema_doc` after a change of either; a test compares the page with what this would write.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.base import Default
from piccolo.columns.defaults.timestamptz import TimestamptzOffset
from piccolo.constraints import Unique
from piccolo.table import Table

from app.adapters.db.schema import MIGRATIONS
from app.adapters.db.tables import AREAS

PAGE = MIGRATIONS.parent / "docs" / "schema.md"
MARK = "<!-- Below this line: written by python -m app.adapters.db.schema_doc -->"

# The first that fits, so a subclass stands before its base.
TYPES: tuple[tuple[type[Column], str], ...] = (
    (BigSerial, "BIGSERIAL"),
    (BigInt, "BIGINT"),
    (Integer, "INTEGER"),
    (Boolean, "BOOLEAN"),
    (Timestamptz, "TIMESTAMPTZ"),
    (Date, "DATE"),
    (JSONB, "JSONB"),
    (Text, "TEXT"),
    (Array, "TEXT[]"),
    (ForeignKey, "BIGINT"),
)

GENERATED = re.compile(r"ALTER TABLE (\w+) ADD COLUMN IF NOT EXISTS (\w+) (\w+) GENERATED")
KEPT = re.compile(
    r"ALTER TABLE (\w+) ADD COLUMN IF NOT EXISTS (\w+) (\w+) NOT NULL[^;]*;\nCOMMENT ON COLUMN [\w.]+ IS '([^']*)';"
)
INDEX = re.compile(r"CREATE (UNIQUE )?INDEX IF NOT EXISTS (\w+) ON (\w+) (.*?);", re.DOTALL)
FURTHER_KEY = re.compile(r"ALTER TABLE (\w+) ADD CONSTRAINT (\w+)\s+(FOREIGN KEY .*?);", re.DOTALL)


def page(written_by_hand: str) -> str:
    """The whole page: what stands above MARK is kept, the rest is made anew."""
    kept = written_by_hand.partition(MARK)[0].rstrip()
    return "\n".join([kept, "", MARK, *_areas()]) + "\n"


def main() -> None:
    PAGE.write_text(page(PAGE.read_text()))


def _areas() -> Iterator[str]:
    generated, kept, rules = _from_sql()
    for area, tables in AREAS.items():
        yield from ("", f"## {area}", "", "```mermaid", "erDiagram", *_diagram(tables), "```")
        for table in tables:
            name = table._meta.tablename
            yield from ("", f"### {table.__name__}: `{name}`", "", table._meta.help_text or "", "")
            yield from ("| Column | Type | Null | Default | Meaning |", "|---|---|---|---|---|")
            yield from (_row(column) for column in _columns(table))
            yield from (f"| `{column}` | {kind} | yes | generated | |" for column, kind in generated[name])
            yield from (f"| `{column}` | {kind} | no | by trigger | {text} |" for column, kind, text in kept[name])
            yield from _rules(table, rules[name])


def _diagram(tables: Iterable[type[Table]]) -> Iterator[str]:
    for table in tables:
        yield f"    {table._meta.tablename} {{"
        for column in _columns(table):
            mark = " PK" if column._meta.primary_key else " FK" if isinstance(column, ForeignKey) else ""
            yield f"        {_diagram_type(column)} {column._meta.name}{mark}"
        yield "    }"
    for table in tables:
        for column in table._meta.foreign_key_columns:
            target = column._foreign_key_meta.resolved_references._meta.tablename
            ends = "|o--o{" if column._meta.null else "||--o{"
            yield f"    {target} {ends} {table._meta.tablename} : {column._meta.name}"


def _row(column: Column) -> str:
    kind = _type(column)
    if isinstance(column, ForeignKey):
        kind += f" → `{column._foreign_key_meta.resolved_references._meta.tablename}`"
    meaning = (column._meta.help_text or "").replace("|", "\\|")
    if column._meta.choices:
        meaning += f" One of: {', '.join(str(choice.value) for choice in column._meta.choices)}."
    null = "yes" if column._meta.null else "no"
    return f"| `{column._meta.name}` | {kind} | {null} | {_default(column)} | {meaning.strip()} |"


def _rules(table: type[Table], further: list[str]) -> Iterator[str]:
    rules = [f"`{column._meta.name}` is unique" for column in table._meta.columns if column._meta.unique]
    rules += [f"index on `{column._meta.name}`" for column in table._meta.columns if column._meta.index]
    for constraint in table._meta.constraints:
        params = constraint._meta.params
        said = f"unique ({', '.join(params['columns'])})" if isinstance(constraint, Unique) else params["condition"]
        rules.append(f"`{constraint._meta.name}`: `{said}`")
    yield ""
    yield from (f"- {rule}" for rule in [*rules, *further])


def _columns(table: type[Table]) -> list[Column]:
    """The key first, wherever a base class put it."""
    return sorted(table._meta.columns, key=lambda column: not column._meta.primary_key)


def _type(column: Column) -> str:
    if isinstance(column, Varchar):
        return f"VARCHAR({column.length})"
    if isinstance(column, Numeric):
        return f"NUMERIC({column.precision},{column.scale})"
    return next(name for kind, name in TYPES if isinstance(column, kind))


def _diagram_type(column: Column) -> str:
    """Mermaid wants one word."""
    return re.sub(r"\W+", "_", _type(column)).strip("_").lower()


def _default(column: Column) -> str:
    default = getattr(column, "default", None)
    if column._meta.primary_key:
        return "next number"
    if isinstance(default, TimestamptzOffset):
        return f"now() + {default.days} d" if default.days else f"now() + {default.hours} h"
    if isinstance(default, Default):
        return "now()"
    return "" if default is None else f"`{default!r}`" if isinstance(default, str) else f"`{default}`"


def _from_sql() -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[tuple[str, str, str]]], dict[str, list[str]]]:
    """Generated columns, those that triggers keep, and indexes and foreign keys, by table, as the SQL declares them."""
    sql = "\n".join(path.read_text() for path in sorted(Path(MIGRATIONS, "sql").glob("*.sql")))
    generated: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rules: dict[str, list[str]] = defaultdict(list)
    for table, column, kind in GENERATED.findall(sql):
        generated[table].append((column, kind.upper()))
    kept: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for table, column, kind, text in KEPT.findall(sql):
        kept[table].append((column, kind.upper(), text))
    for table, name, definition in FURTHER_KEY.findall(sql):
        rules[table].append(f"`{name}`: `{_one_line(definition)}`")
    for unique, name, table, definition in INDEX.findall(sql):
        rules[table].append(f"{'unique ' if unique else ''}index `{name}`: `{_one_line(definition)}`")
    return generated, kept, rules


def _one_line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    main()
