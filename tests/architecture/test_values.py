"""Time comes from the clock and knows its zone; money is never binary."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import line, modules

READS_CLOCK = frozenset({"now", "today", "utcnow", "time", "time_ns"})
INWARD = ("app/core", "app/ports", "app/services", "app/web")
PROCESSES = "app/adapters/embedded/"  # starts servers; knows no money
FLOATS = {
    "app/adapters/jobs/arq.py:_socket_limits": "seconds by name",
}


def test_rules_and_use_cases_are_told_the_time() -> None:
    assert [fault for name, module in modules(*INWARD) for fault in clock_reads(name, module)] == []


def test_no_time_without_a_zone() -> None:
    assert [fault for name, module in modules("app", "tasks") for fault in naive_times(name, module)] == []


def test_money_is_no_float() -> None:
    looked_at = ((name, module) for name, module in modules("app", "tasks") if not name.startswith(PROCESSES))
    found = [fault for name, module in looked_at for fault in floats(name, module)]
    assert [fault for fault in found if fault.partition(": ")[0] not in FLOATS] == []
    assert FLOATS.keys() <= {fault.partition(": ")[0] for fault in found}, "a line of FLOATS is no longer needed"


@pytest.mark.parametrize("sample", ["datetime.now(UTC)", "date.today()", "time.time()", "datetime.utcnow()"])
def test_a_look_at_the_clock_is_found(sample: str) -> None:
    assert list(clock_reads("sample.py", ast.parse(sample)))
    assert not list(clock_reads("sample.py", ast.parse("self.clock.now()")))


@pytest.mark.parametrize(
    "sample",
    [
        "datetime.now()",
        "datetime.now(None)",
        "datetime.now(tz=None)",
        "datetime.utcnow()",
        "datetime.today()",
        "date.today()",
        "datetime.fromtimestamp(x)",
        "datetime.utcfromtimestamp(x)",
        "datetime(2026, 1, 1)",
    ],
)
def test_a_time_without_a_zone_is_found(sample: str) -> None:
    assert list(naive_times("sample.py", ast.parse(sample)))


@pytest.mark.parametrize(
    "sample",
    ["datetime.now(UTC)", "datetime.now(tz=UTC)", "datetime.fromtimestamp(x, UTC)", "datetime(2026, 1, 1, tzinfo=UTC)"],
)
def test_a_time_with_a_zone_is_not(sample: str) -> None:
    assert not list(naive_times("sample.py", ast.parse(sample)))


@pytest.mark.parametrize(
    "sample",
    ["float(price)", "def total(price: float): ...", "price: float = 1", "def f() -> float: ...", "x = p * 0.07"],
)
def test_a_float_is_found(sample: str) -> None:
    assert list(floats("app/core/sample.py", ast.parse(sample)))
    assert not list(floats("sample.py", ast.parse("def wait(seconds: float): ...\nlease_seconds: float = 0.5")))


def clock_reads(name: str, module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="datetime" | "date" | "time"), attr=read)):
                if read in READS_CLOCK:
                    yield line(name, node)
            case ast.ImportFrom(module="time"):
                yield line(name, node)


def naive_times(name: str, module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="datetime" | "date"), attr=made)):
                zones = {"now": 0, "fromtimestamp": 1}
                if made in ("utcnow", "utcfromtimestamp", "today") or (made in zones and not _zone(node, zones[made])):
                    yield line(name, node)
            case ast.Call(func=ast.Name(id="datetime")) if not _zone(node, 7, "tzinfo"):
                yield line(name, node)


def _zone(call: ast.Call, position: int, keyword: str = "tz") -> bool:
    given = [*call.args[position : position + 1], *(word.value for word in call.keywords if word.arg == keyword)]
    return any(not (isinstance(zone, ast.Constant) and zone.value is None) for zone in given)


def floats(name: str, module: ast.Module) -> Iterator[str]:
    """Each use of `float` that is not the type of a number of seconds; in the rules each fraction, too."""
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id="float")):
                yield line(name, node)
            case ast.Constant(value=float()) if name.startswith("app/core/"):
                yield line(name, node)
            case ast.arg(arg=called, annotation=ast.expr() as kind) if _has_float(kind) and "seconds" not in called:
                yield f"{name}:{called}: {ast.unparse(node)}"
            case ast.AnnAssign(target=target, annotation=kind) if _has_float(kind):
                called = target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)
                if "seconds" not in called:
                    yield f"{name}:{called}: {ast.unparse(node)[:100]}"
            case ast.FunctionDef(returns=ast.expr() as kind) | ast.AsyncFunctionDef(returns=ast.expr() as kind):
                if _has_float(kind) and "seconds" not in node.name:
                    yield f"{name}:{node.name}: -> {ast.unparse(kind)}"


def _has_float(kind: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "float" for node in ast.walk(kind))
