"""SQL is written down, never put together from what somebody sent: values travel as parameters."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import modules, tree

# What takes SQL, and in how many of its first arguments.
RUNNERS = dict.fromkeys(("fetch", "fetchrow", "fetchval", "execute", "executemany", "raw", "run_ddl", "QueryString"), 1)
RUNNERS["read_cards"] = 2  # app/adapters/db/cards.py

# Functions whose SQL is not one constant, and why nobody outside has a say in it.
KNOWN = {
    "app/adapters/db/cards.py:read_cards": "its parts are arguments, which this test looks at where it is called",
    "app/adapters/db/doctor.py:_exceptions": "wraps one of the constants in CHECKS",
    "app/adapters/db/vault.py:count_stale": "table and column are those of SEALED",
    "app/adapters/db/vault.py:find_stale": "table and column are those of SEALED",
    "app/adapters/db/vault.py:replace": "table and column are those of SEALED",
    "app/adapters/db/migrate.py:sql_file": "runs a file of piccolo_migrations, named by a migration",
}


def test_sql_is_constant() -> None:
    found = [fault for name, module in modules("app", "tasks") for fault in faults(name, module)]
    assert [fault for fault in found if fault.partition(": ")[0] not in KNOWN] == []
    assert KNOWN.keys() <= {fault.partition(": ")[0] for fault in found}, "a line of KNOWN is no longer needed"


@pytest.mark.parametrize(
    "statement",
    [
        "db.fetch(f'SELECT {name}')",
        "db.fetch('SELECT %s' % name)",
        "db.execute('SELECT {}'.format(name))",
        "db.fetchval('SELECT ' + name)",
        "db.fetchrow(sql)",
        "Product.raw(f'SELECT {limit}')",
        "LIMIT = input()\ndb.fetch(f'SELECT {LIMIT}')",
        "read_cards('p.id = $1', f'p.{order}')",
    ],
)
def test_sql_that_is_put_together_is_found(statement: str) -> None:
    assert list(faults("sample.py", ast.parse(statement)))


@pytest.mark.parametrize(
    "statement",
    [
        "db.fetch('SELECT $1', name)",
        "A = 'a'\nB = f'SELECT {A}'\ndb.fetch(f'{B} WHERE x = $1', x)",
        "A = 'a = {}'\nB = A.format('b')\ndb.fetch(B)",
        "from app.adapters.db.cart import OFFERS\ndb.fetch(OFFERS)",
    ],
)
def test_sql_that_is_written_down_is_not(statement: str) -> None:
    assert not list(faults("sample.py", ast.parse(statement)))


def faults(name: str, module: ast.Module) -> Iterator[str]:
    for statement in module.body:
        classes = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        for part in classes:
            for node in ast.walk(part):
                if isinstance(node, ast.Call) and not all(
                    _is_written_down(sql, module) for sql in node.args[: RUNNERS.get(_called(node), 0)]
                ):
                    yield f"{name}:{getattr(part, 'name', '')}: {ast.unparse(node)[:100]}"


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_written_down(value: ast.expr, module: ast.Module) -> bool:
    """Text, or names of constants that hold text, put together from nothing else."""
    match value:
        case ast.Constant(value=str() | int()):
            return True
        case ast.JoinedStr(values=parts):
            return all(_is_written_down(part, module) for part in parts)
        case ast.FormattedValue(value=inner, format_spec=None):
            return _is_written_down(inner, module)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_written_down(left, module) and _is_written_down(right, module)
        case ast.Call(func=ast.Attribute(value=text, attr="format"), args=parts, keywords=[]):
            return all(_is_written_down(part, module) for part in (text, *parts))
        case ast.Name(id=name):
            return name.isupper() and _is_constant(name, module)
    return False


def _is_constant(name: str, module: ast.Module) -> bool:
    for statement in module.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return _is_written_down(value, module)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                return _is_written_down(value, module)
            case ast.ImportFrom(module=str(source), names=names) if name in [alias.name for alias in names]:
                return source.startswith("app.") and _is_constant(name, tree(f"{source.replace('.', '/')}.py"))
    return False
