"""The PostgreSQL that tests use: a template migrated once, and a clone of it for each pytest worker."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from app.adapters.db.migrate import migrate
from app.adapters.db.tables import TABLES
from app.adapters.embedded.postgres import start_postgres
from app.adapters.embedded.processes import RunningServer

# The journal need not survive a power cut here; everything else is as in production.
OPTIONS = {"fsync": "off", "max_connections": "120"}

# What lists are read from belongs to no Piccolo table.
DERIVED = (
    "category_line",
    "category_facet",
    "category_facet_change",
    "listing_clock",
    "listing_due",
    "listing_kind",
    "listing_later",
    "listing_place",
    "listing_product",
    "listing_term",
)

# Triggers and foreign keys sleep while rows go; the three roles stay. One round trip, about a millisecond.
CLEAN = "\n".join(
    (
        "BEGIN; SET LOCAL session_replication_role = replica;",
        *(f'DELETE FROM "{table._meta.tablename}";' for table in TABLES if table._meta.tablename != "user_role"),
        *(f"DELETE FROM {name};" for name in DERIVED),
        "SELECT nextval('listing_version');",
        "DELETE FROM user_role WHERE id > 3; SELECT shop_first_permissions(); COMMIT;",
    )
)


@dataclass
class TestServer:
    """`url` is a superuser's; `template` the name of the migrated database; the rest is set where we started it."""

    __test__ = False

    url: str
    template: str
    process: RunningServer | None = None
    folder: Path | None = None

    def url_of(self, database: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    async def create(self, database: str, *, template: str | None = None) -> str:
        await self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template or self.template}"')
        return self.url_of(database)

    async def drop(self, database: str) -> None:
        await self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    async def _execute(self, sql: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def stop(self) -> None:
        if self.process is None:
            await self.drop(self.template)
            return
        self.process.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder)


async def start() -> TestServer:
    """The server at DATABASE_URL where that is set, else an embedded one, with a migrated template database."""
    template = f"shop_test_{secrets.token_hex(4)}"
    if outside := os.environ.get("DATABASE_URL"):
        server = TestServer(outside, template)
    else:
        folder = Path(tempfile.mkdtemp(prefix="shop-tests-"))
        process = start_postgres(folder, options=OPTIONS)
        server = TestServer(process.url, template, process, folder)
    try:
        await migrate(await server.create(template, template="template0"), progress=lambda _: None)
    except BaseException:
        await server.stop()
        raise
    return server


@asynccontextmanager
async def clone_of(server: TestServer, *, empty: bool = False) -> AsyncIterator[str]:
    """The address of a database of one's own: the schema without rows, or nothing at all when `empty`."""
    name = f"{server.template}_{secrets.token_hex(4)}"
    url = await server.create(name, template="template0" if empty else None)
    try:
        yield url
    finally:
        await server.drop(name)
