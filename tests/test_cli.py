"""The `shop` command: what it says when it cannot work, and that it works."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from app.cli import main
from tests.adapters.embedded import ROOT
from tests.conftest import NewDatabase

COMMANDS = (["up"], ["migrate"], ["demo"], ["create-admin", "a@shop.example", "--password-stdin"], ["doctor"], ["web"])
SECRET = "tops3cret"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEYS", "SHOP_ENV", "TZ"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        yield


@pytest.mark.parametrize("arguments", [["--help"], *([*command[:1], "--help"] for command in COMMANDS)])
def test_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(arguments)
    assert "usage: shop" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"postgresql://shop:{SECRET}@127.0.0.1:1/shop", "127.0.0.1:1"),
        (f"postgresql://shop:{SECRET}@nowhere.invalid/shop", "nowhere.invalid"),
        (f"postgresql://shop:{SECRET}#/@db/shop", "cannot be read"),
        (f"mysql://shop:{SECRET}@db/shop", "must begin with"),
        (f"postgresql://shop:{SECRET}@[bad", "cannot be read"),
    ],
)
def test_a_database_that_cannot_be_used(
    command: list[str], url: str, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(command) == 1
    said = capsys.readouterr()
    assert said.err.startswith("shop: DATABASE_URL: ")
    assert reason in said.err
    assert len(said.err.splitlines()) == 1
    assert SECRET not in said.err + said.out


@pytest.mark.parametrize("command", COMMANDS[1:], ids=lambda command: command[0])
def test_no_database_named_and_none_running(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 1
    assert "no `shop up` is running" in capsys.readouterr().err


@pytest.mark.parametrize(
    "url", [f"redis://:{SECRET}@127.0.0.1:1", f"redis://:{SECRET}@nowhere.invalid", f"redis://x:{SECRET}#@db:port"]
)
def test_a_queue_server_that_cannot_be_used(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    assert main(["up"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("shop: REDIS_URL: ")
    assert len(said.splitlines()) == 1
    assert SECRET not in said


def test_unsafe_settings_are_told_one_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOP_ENV", "production")
    monkeypatch.setenv("SECRET_KEYS", "change-me")
    monkeypatch.setenv("DEBUG", "1")
    assert main(["up"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert "shop: DEBUG: must be off in production" in lines
    assert all(line.startswith("shop: ") for line in lines)
    assert len(lines) > 3


def shop(*arguments: str, url: str, data_dir: Path, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": url, "DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, env=environment, input=text, capture_output=True, text=True, cwd=ROOT, timeout=60)


async def run(*arguments: str, url: str, data_dir: Path, text: str = "") -> tuple[int, str]:
    """The command in a process of its own: exit code and what it said."""
    done = await asyncio.to_thread(shop, *arguments, url=url, data_dir=data_dir, text=text)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


async def test_an_admin_is_made_once_and_with_a_good_password(
    database_url: str, superuser: asyncpg.Connection, clean: None, tmp_path: Path
) -> None:
    async def create(email: str, password: str) -> tuple[int, str]:
        return await run(
            "create-admin", email, "--password-stdin", url=database_url, data_dir=tmp_path, text=f"{password}\n"
        )

    assert await create("owner", "correct horse battery") == (1, "shop: 'owner' is not an email address\n")
    code, said = await create("owner@shop.example", "short")
    assert code == 1
    assert "at least 15 characters" in said
    code, said = await create("Owner@shop.example", "correct horse battery")
    assert code == 0
    assert "owner@shop.example may now sign in at http://" in said
    assert await superuser.fetchval("SELECT password FROM users") != "correct horse battery"
    code, said = await create("owner@shop.example", "correct horse battery")
    assert (code, said) == (1, "shop: owner@shop.example has an account already\n")


async def test_demo_then_doctor(database_url: str, superuser: asyncpg.Connection, clean: None, tmp_path: Path) -> None:
    code, said = await run("demo", url=database_url, data_dir=tmp_path)
    assert code == 0
    sign_ins = tmp_path / "demo-sign-ins.txt"
    assert sign_ins.stat().st_mode & 0o077 == 0
    assert "admin@" in sign_ins.read_text()
    secrets = [word for line in sign_ins.read_text().splitlines() if "@" in line for word in line.split()[2:]]
    assert secrets and not any(secret in said for secret in secrets)
    assert await run("doctor", url=database_url, data_dir=tmp_path) == (0, "All books agree.\n")
    await superuser.execute("SET session_replication_role = replica")
    await superuser.execute("UPDATE inventory SET quantity = quantity + 1 WHERE id = (SELECT min(id) FROM inventory)")
    await superuser.execute("SET session_replication_role = DEFAULT")
    code, said = await run("doctor", url=database_url, data_dir=tmp_path)
    assert code == 1
    assert "Findings: 1" in said


async def test_a_schema_of_another_release(new_database: NewDatabase, tmp_path: Path) -> None:
    async with new_database(empty=True) as url:
        code, said = await run("doctor", url=url, data_dir=tmp_path)
        assert (code, said) == (1, "shop: the database schema is not this release's; run: shop migrate\n")
        code, said = await run("migrate", url=url, data_dir=tmp_path)
        assert code == 0
        assert await run("doctor", url=url, data_dir=tmp_path) == (0, "All books agree.\n")


async def test_the_demo_is_not_for_production(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_ENV", "production")
    code, _ = await run("demo", url=database_url, data_dir=tmp_path)
    assert code == 1
