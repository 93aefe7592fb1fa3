"""Which way imports run, and what importing costs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
ROOMS = {
    "adapters",
    "backoffice",
    "bootstrap.py",
    "cli.py",
    "core",
    "locale",
    "logs.py",
    "main.py",
    "ports",
    "serve.py",
    "services",
    "settings.py",
    "web",
    "wiring",
}
# One import that each contract forbids. What each house rule says is in pyproject.toml.
FORBIDDEN = {
    "app/core/imports.py": ["app.services", "litestar", "asyncpg", "time", "app.settings"],
    "app/ports/imports.py": ["tasks", "piccolo"],
    "app/services/imports.py": ["app.adapters", "litestar", "piccolo"],
    "app/web/imports.py": ["app.adapters.mail"],
    "app/backoffice/imports.py": ["app.adapters.db"],
    "app/adapters/db/imports.py": ["app.bootstrap", "app.web", "litestar"],
    "app/bootstrap.py": ["app.main", "app.backoffice"],
    "app/wiring/imports.py": ["app.bootstrap", "app.web"],
    "tasks/imports.py": ["app.web", "fastapi"],
}
ALLOWED = {
    "app/backoffice/fine.py": ["app.adapters.db.tables.orders"],
    "app/main.py": ["app.web", "app.backoffice", "app.bootstrap"],
    "app/adapters/db/fine.py": ["app.ports", "asyncpg", "piccolo"],
}


def test_every_room_has_its_place() -> None:
    """A module beside the layers would be bound by no contract."""
    assert {path.name for path in (ROOT / "app").iterdir() if not path.name.startswith("__")} == ROOMS


def test_imports_run_one_way() -> None:
    lint(ROOT, broken=0)


def test_each_contract_can_break(tmp_path: Path) -> None:
    house(tmp_path, ALLOWED)
    lint(tmp_path, broken=0)
    house(tmp_path, FORBIDDEN)
    contracts = re.findall(r'^name = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.M)[1:]
    said = lint(tmp_path, broken=len(contracts))
    for path, imports in FORBIDDEN.items():
        module = path.removesuffix(".py").replace("/", ".")
        for imported in imports:
            assert f"{module} -> {imported}" in said, f"nothing forbids {module} to import {imported}"


def lint(root: Path, *, broken: int) -> str:
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"}
    ran = subprocess.run(LINT, cwd=root, env=environment, capture_output=True, text=True, timeout=120)
    assert f"{broken} broken" in ran.stdout, ran.stdout + ran.stderr
    return ran.stdout


def house(root: Path, imports: dict[str, list[str]]) -> None:
    """A house of empty rooms, with these imports in it."""
    (root / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    rooms = [f"app/{room}" for room in ROOMS if "." not in room] + ["app/adapters/db/tables", "app/adapters/mail"]
    modules = [f"app/{room}" for room in ROOMS if room.endswith(".py")] + ["app/adapters/db/tables/orders.py", *imports]
    for package in ("app", "tasks", *rooms, "app/adapters/db"):
        (root / package).mkdir(parents=True, exist_ok=True)
        (root / package / "__init__.py").touch()
    for module in modules:
        (root / module).write_text("".join(f"import {name}\n" for name in imports.get(module, [])))


OPENED = """
import importlib, os, pkgutil, sys
opened = []
def watch(event, arguments):
    if event in {events!r} or event == "open" and {writing}:
        opened.append((event, str(arguments)[:80]))
sys.addaudithook(watch)
{code}
print(*opened, sep="\\n")
"""
EVENTS = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.fork",
    "os.mkdir",
    "sqlite3.connect",
)
WRITING = (
    "isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR) and '.pyc' not in str(arguments[0])"
)
EVERYTHING = """
import app, tasks
for package in (app, tasks):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
assert "app.main" in sys.modules and "tasks.worker" in sys.modules
"""


def test_importing_opens_nothing() -> None:
    assert python(OPENED.format(events=EVENTS, writing=WRITING, code=EVERYTHING)) == ""


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "open('/dev/null', 'w')",
    ],
)
def test_what_is_opened_is_seen(code: str) -> None:
    assert python(OPENED.format(events=EVENTS, writing=WRITING, code=code)) != ""


SINGLETONS = """
import gc, importlib, pkgutil, sys
from litestar import Litestar
from piccolo.engine.base import Engine
from redis.asyncio import Redis
from app.adapters.files.static import StaticFiles
from app.bootstrap import Shop
from app.settings import Settings
{code}
kinds = {{Litestar, Engine, Redis, StaticFiles, Shop, Settings}}
print(*(repr(type(thing)) for thing in gc.get_objects() if kinds & set(type(thing).__mro__)))
"""


def test_importing_makes_nothing_that_a_shop_owns() -> None:
    assert python(SINGLETONS.format(code=EVERYTHING)) == ""
    assert "Settings" in python(SINGLETONS.format(code="settings = Settings()"))


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("tasks.worker", "litestar granian fastapi starlette uvicorn piccolo_admin app.web app.main app.backoffice"),
        ("app.bootstrap", "litestar granian fastapi starlette uvicorn piccolo_admin app.web app.main app.backoffice"),
        ("app.main", "granian fastapi starlette uvicorn piccolo_admin app.backoffice tasks"),
        ("app.adapters.embedded.supervisor", "litestar piccolo asyncpg redis jinja2 pydantic structlog app.settings"),
    ],
)
def test_a_process_carries_only_what_it_needs(module: str, never: str) -> None:
    loaded = python(f"import sys, {module}; print(*sys.modules)").split()
    assert module in loaded
    assert set(never.split()) & set(loaded) == set()


def python(code: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()
