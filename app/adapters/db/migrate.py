"""Brings a database up to date, from any number of processes at once: one works, the others wait.

A migration and the note that it ran are one transaction, so a crash leaves either both or neither.
"""

import contextlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import asyncpg
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import MigrationModule

from app.adapters.db.engine import (
    CONNECT_ERRORS,
    DatabaseUnreachable,
    Limits,
    ShopEngine,
    engine_of,
    host_of,
    unreachable,
)
from app.adapters.db.piccolo_conf import using
from app.adapters.db.schema import APP_NAME, MIGRATIONS

LOCK = 0x5348_4F50  # any number that nothing else on this server locks
OLDEST_SERVER = 150_000

# DDL waits briefly for a table that is in use, since everybody else queues behind it; building an index may be slow.
LIMITS = Limits(
    pool_size=1,
    statement_seconds=600,
    lock_seconds=4,
    idle_in_transaction_seconds=60,
    driver_seconds=610,
    application_name="shop migrate",
)


async def migrate(dsn: str, *, progress: Callable[[str], None] = print) -> list[str]:
    """Apply what is missing and return the ids of it. Needs a direct connection, not a transaction pooler.

    Raises DatabaseUnreachable, and StillRunning when a table stays in use. An error inside a migration passes, and
    that migration is undone.
    """
    async with _only_one(dsn, progress):
        engine = ShopEngine(dsn, LIMITS)
        await engine.open()
        try:
            return await _apply_missing(engine, progress)
        finally:
            await engine.close()


def sql_file(name: str) -> Callable[[], Awaitable[None]]:
    """A raw step for a migration: all statements of piccolo_migrations/sql/`name`, in its transaction."""

    async def run() -> None:
        await engine_of(Migration).execute((MIGRATIONS / "sql" / name).read_text())

    return run


@contextlib.asynccontextmanager
async def _only_one(dsn: str, progress: Callable[[str], None]) -> AsyncIterator[None]:
    """Hold an advisory lock on a connection of its own; the server frees it when that connection ends."""
    patient = {"application_name": LIMITS.application_name, "statement_timeout": "0", "lock_timeout": "0"}
    try:
        connection = await asyncpg.connect(dsn, timeout=LIMITS.connect_seconds, server_settings=patient)
    except CONNECT_ERRORS as error:
        raise unreachable(dsn, error) from None
    try:
        if int(await connection.fetchval("SHOW server_version_num")) < OLDEST_SERVER:
            raise DatabaseUnreachable(host_of(dsn), "PostgreSQL 15 or later is needed")
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            progress("another process is migrating the database; waiting for it")
            await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        yield
    finally:
        await connection.close()


async def _apply_missing(engine: ShopEngine, progress: Callable[[str], None]) -> list[str]:
    engine.bind([Migration])
    applied = []
    with using(engine):
        await Migration.create_table(if_not_exists=True)
        modules = BaseMigrationManager().get_migration_modules(str(MIGRATIONS))
        done = set(await Migration.get_migrations_which_ran(APP_NAME))
        for identity in sorted(set(modules) - done):
            progress(f"migrating: {modules[identity].DESCRIPTION}")
            await _apply(engine, modules[identity])
            applied.append(identity)
    progress(f"the database is up to date ({len(applied)} applied)")
    if fault := await _desk_fault(engine):
        progress(f"the seller desk stays closed: {fault}")
    return applied


async def _desk_fault(engine: ShopEngine) -> str | None:
    """Why the seller desk cannot be opened, tried once more: rights may have been given since its migration ran."""
    if await engine.fetchval("SELECT to_regproc('shop_open_desk') IS NULL"):
        return None
    if await engine.fetchval("SELECT shop_desk_fault() IS NULL"):
        return None
    return cast("str | None", await engine.fetchval("SELECT shop_open_desk()"))


async def _apply(engine: ShopEngine, module: MigrationModule) -> None:
    manager = await module.forwards()
    record = Migration.insert(Migration(name=module.ID, app_name=APP_NAME))
    with contextlib.redirect_stdout(io.StringIO()):  # Piccolo prints as it goes
        if not manager.wrap_in_transaction:
            await manager.run()
            async with engine.transaction():
                await record
            return
        async with engine.transaction():
            await manager.run()
            await record
