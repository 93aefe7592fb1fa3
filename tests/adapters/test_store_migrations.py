"""Migrations: complete, quick, applied by one process at a time, and in step with the tables."""

import asyncio
import time
from types import SimpleNamespace

import asyncpg
import pytest
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.commands.new import AutoMigrationManager

from app.adapters.db import migrate as migrations
from app.adapters.db.engine import DatabaseUnreachable, ShopEngine
from app.adapters.db.migrate import migrate
from app.adapters.db.piccolo_app import APP_CONFIG
from app.adapters.db.schema import known_migrations, schema_is_current
from app.adapters.db.tables import TABLES, Role
from app.core.errors import StillRunning

SHOP_WINDOW = "2026-11-24T18:00:00:000000"
"""A migration whose SQL builds an index on product and makes the function category_below."""
SECOND_FACTOR = "2026-11-25T13:26:00:000000"
"""The migration that brings the rule that a second factor has a secret."""


def quiet(_: str) -> None:
    pass


async def opened(url: str) -> ShopEngine:
    engine = ShopEngine(url)
    await engine.open()
    return engine


async def test_tables_and_migrations_say_the_same():
    changes = await AutoMigrationManager().get_alter_statements(app_config=APP_CONFIG)
    assert [statement for change in changes for statement in change.statements] == []


async def test_an_empty_database_is_ready_within_four_seconds(new_database):
    async with new_database(empty=True) as url:
        started = time.monotonic()
        assert set(await migrate(url, progress=quiet)) == known_migrations()
        assert time.monotonic() - started < 4


async def test_a_second_run_finds_nothing_to_do(new_database):
    async with new_database() as url:
        said = []
        assert await migrate(url, progress=said.append) == []
        assert said == ["the database is up to date (0 applied)"]


async def test_of_two_runners_one_applies_and_one_waits(new_database):
    async with new_database(empty=True) as url:
        said = []
        applied = await asyncio.gather(*(migrate(url, progress=said.append) for _ in range(3)))
        assert sorted(map(len, applied)) == [0, 0, len(known_migrations())]
        assert said.count("another process is migrating the database; waiting for it") == 2


async def test_the_raw_steps_may_run_again(new_database):
    """A database restored in between must not be stuck halfway."""
    async with new_database() as url:
        engine = await opened(url)
        async with engine.transaction():
            last = max(known_migrations())
            assert await engine.execute("DELETE FROM migration WHERE name = $1", last) == "DELETE 1"
        await engine.close()
        assert await migrate(url, progress=quiet) == [last]


async def test_a_failing_migration_leaves_nothing_behind(new_database, monkeypatch):
    async def fail() -> None:
        raise ZeroDivisionError

    async def forwards() -> MigrationManager:
        manager = MigrationManager(migration_id="x", app_name="shop", description="x")
        manager.add_raw(migrations.sql_file("05_shop_window.sql"))
        manager.add_raw(fail)
        return manager

    async with new_database(empty=True) as url:
        module = SimpleNamespace(ID=SHOP_WINDOW, DESCRIPTION="x", forwards=forwards)
        collected = migrations.BaseMigrationManager.get_migration_modules
        monkeypatch.setattr(
            migrations.BaseMigrationManager,
            "get_migration_modules",
            lambda self, path: {**collected(self, path), module.ID: module},
        )
        with pytest.raises(ZeroDivisionError):
            await migrate(url, progress=quiet)
        engine = await opened(url)
        assert not await schema_is_current(engine)
        assert await engine.fetchval("SELECT count(*) FROM migration") == sorted(known_migrations()).index(SHOP_WINDOW)
        assert await engine.fetchval("SELECT to_regproc('category_below')") is None
        await engine.close()
        monkeypatch.undo()
        assert SHOP_WINDOW in await migrate(url, progress=quiet)


async def test_a_second_factor_without_a_secret_is_switched_off(new_database, monkeypatch):
    """As an earlier release could leave it: a switch, and nothing behind it."""
    async with new_database(empty=True) as url:
        collected = migrations.BaseMigrationManager.get_migration_modules
        monkeypatch.setattr(
            migrations.BaseMigrationManager,
            "get_migration_modules",
            lambda self, path: {key: one for key, one in collected(self, path).items() if key < SECOND_FACTOR},
        )
        await migrate(url, progress=quiet)
        engine = await opened(url)
        async with engine.transaction():
            await engine.execute(
                "INSERT INTO users (email, role_id, two_factor_enabled, two_factor_secret)"
                " VALUES ('a@shop.example', $1, true, NULL), ('b@shop.example', $1, true, 'sealed')",
                Role.ADMIN,
            )
        monkeypatch.undo()
        assert SECOND_FACTOR in await migrate(url, progress=quiet)
        rows = await engine.fetch("SELECT email, two_factor_enabled FROM users ORDER BY email")
        assert [tuple(row) for row in rows] == [("a@shop.example", False), ("b@shop.example", True)]
        await engine.close()


async def test_a_table_in_use_is_not_waited_for_for_ever(new_database, monkeypatch):
    async with new_database() as url:
        engine = await opened(url)
        async with engine.transaction():
            await engine.execute("DELETE FROM migration WHERE name = $1", SHOP_WINDOW)
        monkeypatch.setattr(
            migrations,
            "LIMITS",
            migrations.Limits(pool_size=1, lock_seconds=0.2, driver_seconds=30, statement_seconds=20),
        )
        reader = await asyncpg.connect(url)
        await reader.execute("BEGIN; LOCK TABLE product IN ROW EXCLUSIVE MODE")
        with pytest.raises(StillRunning):
            await migrate(url, progress=quiet)
        await reader.close()
        await engine.close()


async def test_whether_the_schema_is_current(new_database):
    async with new_database(empty=True) as url:
        engine = await opened(url)
        assert not await schema_is_current(engine)
        await migrate(url, progress=quiet)
        assert await schema_is_current(engine)
        async with engine.transaction():
            await engine.execute("INSERT INTO migration (name, app_name) VALUES ('2999-01-01', 'shop')")
        assert await schema_is_current(engine), "code that is one step behind keeps serving during a deployment"
        async with engine.transaction():
            await engine.execute("DELETE FROM migration WHERE name = $1", min(known_migrations()))
        assert not await schema_is_current(engine)
        await engine.close()


async def test_an_unreachable_database_is_named_without_its_password():
    with pytest.raises(DatabaseUnreachable) as raised:
        await migrate("postgresql://shop:hunter22@127.0.0.1:1/shop", progress=quiet)
    assert "127.0.0.1:1" in str(raised.value) and "hunter22" not in str(raised.value)


async def test_the_roles_have_their_fixed_ids(engine):
    rows = await engine.fetch("SELECT id, role_name FROM user_role ORDER BY id")
    assert [tuple(row) for row in rows] == [(role.value, role.name) for role in Role]
    async with engine.transaction():
        assert await engine.fetchval("INSERT INTO user_role (role_name) VALUES ('AUDITOR') RETURNING id") > 100


BY_TRIGGER = {"flash_sale_item": {"sold_out"}}
"""Columns that nobody writes, of types that Piccolo does not know."""


async def test_every_column_is_in_the_database_with_its_type(engine):
    for table in TABLES:
        rows = await engine.fetch(
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull FROM pg_attribute a"
            " WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''",
            f'"{table._meta.tablename}"',
        )
        kept = BY_TRIGGER.get(table._meta.tablename, set())
        assert {row["attname"] for row in rows} == {column._meta.name for column in table._meta.columns} | kept
        for row in (row for row in rows if row["attname"] not in kept):
            column = table._meta.get_column_by_name(row["attname"])
            assert row["attnotnull"] != column._meta.null, (table, row["attname"])
            if row["attname"] == "id" or (row["attname"].endswith("_id") and row["type"].startswith(("int", "big"))):
                assert row["type"] == "bigint"
            assert not row["type"].startswith(("double", "real", "timestamp without")), (table, row["attname"])
