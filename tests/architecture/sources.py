"""The shop's own Python files as syntax trees, for tests that read rather than run."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Path below the checkout and tree of every module in `folders`."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            yield name, tree(name)


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(), name)


def line(name: str, node: ast.stmt | ast.expr) -> str:
    return f"{name}:{node.lineno}: {ast.unparse(node)[:100]}"
