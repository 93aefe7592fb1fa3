"""The database: Piccolo's Postgres engine, repaired where it leaks, and plain SQL beside it.

Differences from the stock engine: nothing connects before `open`; a failing BEGIN or COMMIT, or a connection that
breaks, gives its place in the pool back and leaves no transaction behind; writes outside a transaction are refused;
what is only temporary (no free connection, a lock or statement timeout, a lost server) is raised as `Unavailable`.
"""

import asyncio
import contextlib
import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import parse_qs, urlsplit

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString
from piccolo.table import Table

from app.core.errors import Busy, StillRunning, Unavailable
from app.settings import Settings

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    _DriverConnection = asyncpg.Connection[asyncpg.Record]
else:
    _DriverConnection = asyncpg.Connection


# How asyncpg says that the server went away; a pool takes such a connection back at once.
LOST = ("closed", "closing", "released back to the pool")
CONNECT_ERRORS = (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError)


class DatabaseUnreachable(Exception):
    """The database cannot be used at all; says where and why, never with which password."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"cannot use the database at {host}: {reason}")
        self.host = host
        self.reason = reason


class WriteOutsideTransaction(Exception):
    """A bug: something tried to change rows without `Transactions.begin`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the database one process may use, in connections and seconds."""

    pool_size: int = 8
    acquire_seconds: float = 2.0
    statement_seconds: float = 5.0
    lock_seconds: float = 3.0
    idle_in_transaction_seconds: float = 10.0
    driver_seconds: float = 6.0
    """When the driver stops waiting; longer than `statement_seconds`, so that the server gives up first."""
    connect_seconds: float = 5.0
    statement_cache: int = 256
    application_name: str = "shop"

    @classmethod
    def of(cls, settings: Settings, *, worker: bool = False) -> Self:
        """The limits for a web process, or for a worker, whose statements may take longer."""
        statement = settings.worker_statement_seconds if worker else settings.statement_seconds
        return cls(
            pool_size=settings.pool_size,
            acquire_seconds=settings.pool_acquire_seconds,
            statement_seconds=statement,
            lock_seconds=settings.lock_seconds,
            idle_in_transaction_seconds=settings.idle_in_transaction_seconds,
            driver_seconds=max(settings.driver_seconds, statement + 1),
            statement_cache=settings.database_statement_cache,
            application_name="shop worker" if worker else "shop web",
        )


class ShopTransaction(PostgresTransaction):
    """A transaction that always gives its connection back. Tasks started inside it must not outlive it.

    One connection serves one statement at a time: never `asyncio.gather` queries inside a transaction. A task that
    inherits a transaction which is over reads outside of it and may not write.
    """

    engine: "ShopEngine"
    is_over = False

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        with translated():
            self.connection = await self.engine.acquire()
            self.transaction = self.connection.transaction()
            try:
                await self.transaction.start()
            except BaseException:
                await self.engine.release(self.connection)
                raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: Any, exception: BaseException | None, traceback: Any) -> bool:
        if self._parent is not None:
            return exception is None
        try:
            if exception is not None:
                await self._abandon()
            elif not self._committed and not self._rolled_back:
                with translated():
                    await self.transaction.commit()
        finally:
            self.is_over = True
            try:
                self._leave()
            finally:
                await self.engine.release(self.connection)
        return exception is None

    async def _abandon(self) -> None:
        """Roll back on the way out of an exception, which matters more than a rollback that fails.

        The server rolls back by itself when the connection is lost, and `release` closes one in an unclear state.
        """
        if not self._rolled_back:
            with contextlib.suppress(Exception):
                await self.transaction.rollback()

    def _leave(self) -> None:
        try:
            self.engine.current_transaction.reset(self.context)
        except ValueError:  # left in another context than it was entered in
            self.engine.current_transaction.set(None)


class ShopEngine(PostgresEngine):
    """One process's way to the database. `open` before use, `close` after; construction connects to nothing.

    Behind pgbouncer in transaction mode set `statement_cache=0` there and list the timeouts in its
    ignore_startup_parameters: each transaction sets its own.
    """

    def __init__(self, dsn: str, limits: Limits | None = None, *, guarded: bool = True) -> None:
        self.dsn = dsn
        self.limits = limits or Limits()
        self.guarded = guarded
        super().__init__(config=_connect_arguments(dsn, self.limits))

    async def check_version(self) -> None:
        """Nothing: the stock constructor would connect here."""

    async def prep_database(self) -> None:
        """Nothing: extensions come with the migrations."""

    async def open(self) -> None:
        """Connect. Raises DatabaseUnreachable."""
        try:
            self.pool = await asyncpg.create_pool(
                **self.config, min_size=min(2, self.limits.pool_size), max_size=self.limits.pool_size
            )
        except CONNECT_ERRORS as error:
            raise unreachable(self.dsn, error) from None

    async def close(self) -> None:
        """Wait briefly for running statements, then disconnect."""
        pool, self.pool = self.pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), timeout=self.limits.driver_seconds)
        except TimeoutError:
            pool.terminate()

    def bind(self, tables: Iterable[type[Table]]) -> None:
        """Make `tables` use this engine."""
        for table in tables:
            table._meta.db = self

    async def fetch(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """All rows of one statement with native `$1` placeholders, in the current transaction if there is one."""
        return cast("list[asyncpg.Record]", await self._run("fetch", sql, args))

    async def fetchrow(self, sql: str, *args: object) -> asyncpg.Record | None:
        """As `fetch`, the first row or None."""
        return cast("asyncpg.Record | None", await self._run("fetchrow", sql, args))

    async def fetchval(self, sql: str, *args: object) -> Any:
        """As `fetch`, the first column of the first row, None without a row."""
        return await self._run("fetchval", sql, args)

    async def execute(self, sql: str, *args: object) -> str:
        """As `fetch`, the command tag ("UPDATE 3"). Without arguments `sql` may hold several statements."""
        return cast(str, await self._run("execute", sql, args))

    def transaction(self, allow_nested: bool = True) -> ShopTransaction:
        if self.transaction_here() is None:
            self.current_transaction.set(None)
        return ShopTransaction(engine=self, allow_nested=allow_nested)

    def transaction_here(self) -> ShopTransaction | None:
        """The running transaction of this task, or None; one that a task inherited and that has ended is None."""
        transaction = cast("ShopTransaction | None", self.current_transaction.get())
        return None if transaction is None or transaction.is_over else transaction

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self._run("fetch", sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        return await self._run("fetch", ddl, ())

    async def acquire(self) -> "Connection":
        """A connection that must be given to `release`: from the pool, or a new one where none is open."""
        if self.pool is None:
            return cast("Connection", await self.get_new_connection())
        async with asyncio.timeout(self.limits.acquire_seconds):  # the pool's own would start a task each time
            return cast("Connection", await self.pool.acquire())

    async def release(self, connection: "Connection") -> None:
        """Give a connection back. One that is broken or in an unclear state is closed and its place is freed."""
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            if isinstance(connection, PoolConnectionProxy) and self.pool is not None:
                await self.pool.release(connection, timeout=self.limits.driver_seconds)
            else:
                await connection.close()

    async def _run(self, verb: str, sql: str, args: Sequence[object]) -> Any:
        transaction = self.transaction_here()
        with translated():
            if transaction is not None:
                return await _ask(transaction.connection, verb, sql, args)
            if self.guarded and changes_rows(sql):
                raise WriteOutsideTransaction(sql.split(maxsplit=8)[:8])
            connection = await self.acquire()
            try:
                return await _ask(connection, verb, sql, args)
            finally:
                await self.release(connection)


def engine_of(table: type[Table]) -> ShopEngine:
    """The engine that `table` was bound to."""
    return cast(ShopEngine, table._meta.db)


@functools.lru_cache(maxsize=2048)
def changes_rows(sql: str) -> bool:
    """Whether a statement inserts, updates, deletes or merges, itself or in a WITH clause."""
    return _WRITE.match(sql) is not None or (_WITH.match(sql) is not None and _WRITE_WITHIN.search(sql) is not None)


async def _ask(connection: "Connection", verb: str, sql: str, args: Sequence[object]) -> Any:
    try:
        return await getattr(connection, verb)(sql, *args)
    except asyncpg.InternalClientError:
        # The server's last words came, but the end of the line has not been seen yet: the driver is between two states
        # and stays there. Closed at once, the connection cannot meet anybody else from the pool.
        connection.terminate()
        raise


def unreachable(dsn: str, error: BaseException) -> DatabaseUnreachable:
    """What to tell a person about one of CONNECT_ERRORS; the address itself may hold a password."""
    if isinstance(error, TimeoutError):
        reason = "no answer in time"
    elif isinstance(error, ValueError):
        reason = "it cannot be read; write postgresql://user:password@host:5432/database"
    else:
        reason = str(error).partition("\n")[0] or type(error).__name__
    return DatabaseUnreachable(host_of(dsn), reason)


def host_of(dsn: str) -> str:
    """Where a connection address leads, for messages: host and port or socket folder, nothing secret."""
    try:
        parts = urlsplit(dsn)
        if "@" in dsn and "@" not in parts.netloc:  # cut off within the password
            return "the address given"
        hosts = parse_qs(parts.query).get("host", [])
        where = hosts[0] if hosts else parts.netloc.rpartition("@")[2]
    except ValueError:
        return "the address given"
    return where or "localhost"


class translated:
    """Raises Unavailable in place of driver errors that say: not now. All others pass."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: object) -> None:
        if error is not None and (unavailable := _temporary(error)) is not None:
            raise unavailable from error


_SPACE = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_VERBS = r"(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY)\b"
_WRITE = re.compile(rf"{_SPACE}{_VERBS}", re.IGNORECASE | re.DOTALL)
_WITH = re.compile(rf"{_SPACE}WITH\b", re.IGNORECASE | re.DOTALL)
_WRITE_WITHIN = re.compile(rf"[()]{_SPACE}{_VERBS}", re.IGNORECASE | re.DOTALL)


class _ShopConnection(_DriverConnection):
    """No reset statement on release: nothing here ever sets session state, so there is nothing to reset."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


def _connect_arguments(dsn: str, limits: Limits) -> dict[str, Any]:
    return {
        "dsn": dsn,
        "connection_class": _ShopConnection,
        "timeout": limits.connect_seconds,
        "command_timeout": limits.driver_seconds,
        "statement_cache_size": limits.statement_cache,
        "server_settings": {
            "application_name": limits.application_name,
            "timezone": "UTC",
            "statement_timeout": milliseconds(limits.statement_seconds),
            "lock_timeout": milliseconds(limits.lock_seconds),
            "idle_in_transaction_session_timeout": milliseconds(limits.idle_in_transaction_seconds),
        },
    }


def milliseconds(seconds: float) -> str:
    """As PostgreSQL's timeouts want it; never 0, which would mean no limit."""
    return str(max(1, round(seconds * 1000)))


def _temporary(error: BaseException) -> Unavailable | None:
    match error:
        case asyncpg.LockNotAvailableError():
            return StillRunning()
        case (
            asyncpg.OperatorInterventionError()  # statement timeout, shutdown, crash recovery
            | asyncpg.InsufficientResourcesError()  # too many connections, out of memory or disk
            | asyncpg.PostgresConnectionError()
            | asyncpg.IdleInTransactionSessionTimeoutError()
            | OSError()  # TimeoutError too: the pool's and the driver's
        ):
            return Busy()
        case asyncpg.InternalClientError():  # see _ask
            return Busy()
        case asyncpg.InterfaceError() if any(sign in str(error) for sign in LOST):
            return Busy()
        case _:
            return None
