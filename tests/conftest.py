"""Fixtures that every layer may use. Tests commit for real; each begins with empty tables."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from app.adapters.db.engine import Limits, ShopEngine
from app.adapters.db.tables import TABLES
from app.adapters.db.transactions import PiccoloTransactions
from tests import database
from tests.database import TestServer

NewDatabase = Callable[..., AbstractAsyncContextManager[str]]


class _SharedServer:
    """With pytest-xdist the controlling process runs the one database server of all workers."""

    server: TestServer | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        if self.server is None:
            self.server = asyncio.run(database.start())
        node.workerinput["database"] = (self.server.url, self.server.template)

    def pytest_unconfigure(self) -> None:
        if self.server is not None:
            asyncio.run(self.server.stop())
            self.server = None


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_SharedServer())


@pytest_asyncio.fixture(scope="session")
async def database_server(request: pytest.FixtureRequest) -> AsyncIterator[TestServer]:
    if shared := getattr(request.config, "workerinput", {}).get("database"):
        yield TestServer(*shared)
        return
    server = await database.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="session")
async def database_url(database_server: TestServer) -> AsyncIterator[str]:
    """This worker's own database, with all migrations applied."""
    async with database.clone_of(database_server) as url:
        yield url


@pytest.fixture(scope="session")
def new_database(database_server: TestServer) -> NewDatabase:
    """`async with new_database() as url:` for a test that changes the schema; `empty=True` for one without any."""
    return partial(database.clone_of, database_server)


@pytest_asyncio.fixture(scope="session")
async def _engine(database_url: str) -> AsyncIterator[ShopEngine]:
    engine = ShopEngine(database_url, Limits(application_name="shop test"))
    await engine.open()
    yield engine
    await engine.close()


@pytest_asyncio.fixture(scope="session")
async def superuser(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection beside the pool, for what the shop itself may not do."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def clean(superuser: asyncpg.Connection) -> None:
    """Empty tables, but for the three roles."""
    await superuser.execute(database.CLEAN)


@pytest_asyncio.fixture
async def engine(_engine: ShopEngine, clean: None) -> ShopEngine:
    """The open engine, bound to the tables, on an empty database."""
    _engine.bind(TABLES)
    return _engine


@pytest.fixture
def transactions(engine: ShopEngine) -> PiccoloTransactions:
    return PiccoloTransactions()
