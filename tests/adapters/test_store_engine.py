"""The engine: each limit is hit, each breakage leaves the pool whole, and nothing writes outside a transaction."""

import asyncio
import socket
import time

import asyncpg
import pytest
import pytest_asyncio

from app.adapters.db.engine import (
    DatabaseUnreachable,
    Limits,
    ShopEngine,
    WriteOutsideTransaction,
    changes_rows,
    host_of,
)
from app.adapters.db.tables import TABLES, Category, Product
from app.adapters.db.transactions import PiccoloTransactions
from app.core.errors import Busy, StillRunning
from app.settings import Settings
from tests import factories

DANGLING_KEY = "INSERT INTO idempotency_key (scope, route, key, body_hash, order_id) VALUES ('s', 'r', $1, 'h', 1)"
POOL = 3


@pytest_asyncio.fixture
async def small(database_url, engine):
    """An engine with three connections and short limits, bound to the tables."""
    limits = Limits(
        pool_size=POOL,
        acquire_seconds=1,  # a connection may have to be opened meanwhile
        statement_seconds=0.3,
        lock_seconds=0.2,
        idle_in_transaction_seconds=0.3,
        driver_seconds=1.5,
    )
    small = ShopEngine(database_url, limits)
    await small.open()
    small.bind(TABLES)
    yield small
    await small.close()


async def assert_whole(engine: ShopEngine) -> None:
    """Every connection of the pool can be had at once, works, and nobody's transaction is left behind."""
    assert engine.current_transaction.get() is None
    connections = [await engine.acquire() for _ in range(engine.limits.pool_size)]
    assert [await connection.fetchval("SELECT 1") for connection in connections] == [1] * engine.limits.pool_size
    assert not any(connection.is_in_transaction() for connection in connections)
    for connection in connections:
        await engine.release(connection)


class TestConnecting:
    async def test_construction_connects_to_nothing(self):
        started = time.monotonic()
        ShopEngine("postgresql://nobody@192.0.2.1:5432/nothing")
        assert time.monotonic() - started < 0.5

    async def test_names_the_host_of_a_closed_port_but_not_the_password(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with pytest.raises(DatabaseUnreachable) as raised:
            await ShopEngine(f"postgresql://shop:hunter22@127.0.0.1:{port}/shop").open()
        assert f"127.0.0.1:{port}" in str(raised.value)
        assert "refused" in str(raised.value) or "Connect call failed" in str(raised.value)
        assert "hunter22" not in str(raised.value)

    async def test_names_an_unknown_host(self):
        with pytest.raises(DatabaseUnreachable, match=r"no-such-host\.invalid"):
            await ShopEngine("postgresql://shop:hunter22@no-such-host.invalid/shop").open()

    async def test_names_a_missing_database(self, database_server):
        with pytest.raises(DatabaseUnreachable, match="nowhere"):
            await ShopEngine(database_server.url_of("nowhere")).open()

    async def test_gives_up_on_a_host_that_never_answers(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            url = f"postgresql://shop:hunter22@127.0.0.1:{silent.getsockname()[1]}/shop?sslmode=disable"
            with pytest.raises(DatabaseUnreachable, match="no answer in time"):
                await ShopEngine(url, Limits(connect_seconds=0.2)).open()

    @pytest.mark.parametrize("url", ["postgresql://shop:p#ss/wo:rd@db:54a/shop", "mysql://shop:hunter22@db/shop"])
    async def test_never_quotes_an_address_it_cannot_read(self, url):
        with pytest.raises(DatabaseUnreachable) as raised:
            await ShopEngine(url).open()
        assert "wo:rd" not in str(raised.value) and "hunter22" not in str(raised.value)

    def test_host_of_a_socket_folder(self):
        assert host_of("postgresql://postgres@/shop?host=/run/shop&port=5432") == "/run/shop"

    async def test_session_settings(self, engine):
        row = await engine.fetchrow(
            "SELECT current_setting('timezone'), current_setting('statement_timeout'), current_setting('lock_timeout'),"
            " current_setting('idle_in_transaction_session_timeout'), current_setting('application_name')"
        )
        assert tuple(row) == ("UTC", "5s", "3s", "10s", "shop test")

    def test_limits_of_a_worker_leave_the_driver_the_last_word(self):
        settings = Settings()
        assert Limits.of(settings).statement_seconds == settings.statement_seconds
        worker = Limits.of(settings, worker=True)
        assert worker.statement_seconds == settings.worker_statement_seconds
        assert worker.driver_seconds > worker.statement_seconds

    async def test_survives_without_prepared_statements(self, database_url, engine):
        plain = ShopEngine(database_url, Limits(statement_cache=0))
        await plain.open()
        try:
            assert await plain.fetchval("SELECT $1::int + 1", 1) == 2
        finally:
            await plain.close()


class TestWrites:
    @pytest.mark.parametrize(
        "sql",
        [
            "INSERT INTO category (name) VALUES ('x')",
            "  update category set name = 'x'",
            "\n-- why\nDELETE FROM category",
            "/* why */ TRUNCATE category",
            "MERGE INTO category USING x ON true WHEN MATCHED THEN DELETE",
            "WITH a AS (SELECT 1), b AS (\n UPDATE category SET name = 'x' RETURNING id) SELECT * FROM b",
            "WITH a AS (SELECT 1) DELETE FROM category",
            "with a as (select 1) insert into category (name) values ('x')",
        ],
    )
    def test_recognised(self, sql):
        assert changes_rows(sql)

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT * FROM category",
            "SELECT id FROM category FOR UPDATE",
            "WITH a AS (SELECT id FROM category FOR UPDATE) SELECT updated_at FROM a",
            "WITH page AS (SELECT * FROM change_logs WHERE action = 'UPDATE') SELECT * FROM page",
            "SHOW timezone",
        ],
    )
    def test_reads_are_not(self, sql):
        assert not changes_rows(sql)

    async def test_are_refused_outside_a_transaction(self, engine):
        for call in (engine.fetch, engine.fetchrow, engine.fetchval, engine.execute):
            with pytest.raises(WriteOutsideTransaction):
                await call("INSERT INTO category (name, slug) VALUES ('Shoes', 'shoes') RETURNING id")

    async def test_are_refused_through_piccolo(self, engine):
        with pytest.raises(WriteOutsideTransaction):
            await Category(name="Shoes", slug="shoes").save()
        with pytest.raises(WriteOutsideTransaction):
            await Category.insert(Category(name="Shoes", slug="shoes"))
        with pytest.raises(WriteOutsideTransaction):
            await Category.update({Category.name: "Hats"}, force=True)
        with pytest.raises(WriteOutsideTransaction):
            await Category.delete(force=True)
        assert await Category.count() == 0

    async def test_pass_inside_one(self, engine):
        async with engine.transaction():
            await Category(name="Shoes", slug="shoes").save()
            await engine.execute("UPDATE category SET name = $1", "Hats")
        assert await Category.select(Category.name).output(as_list=True) == ["Hats"]

    async def test_a_task_that_outlives_its_transaction_may_read_but_not_write(self, engine):
        gate = asyncio.Event()

        async def late() -> list[str]:
            await gate.wait()
            with pytest.raises(WriteOutsideTransaction):
                await engine.execute("DELETE FROM category")
            return await Category.select(Category.slug).output(as_list=True)

        async with engine.transaction():
            await Category(name="Shoes", slug="shoes").save()
            task = asyncio.create_task(late())
            await asyncio.sleep(0)
        gate.set()
        assert await task == ["shoes"]


class TestReads:
    async def test_raw_helpers(self, engine):
        await factories.make_category(slug="shoes")
        assert [row["slug"] for row in await engine.fetch("SELECT slug FROM category")] == ["shoes"]
        assert (await engine.fetchrow("SELECT slug FROM category WHERE slug = $1", "shoes"))["slug"] == "shoes"
        assert await engine.fetchrow("SELECT slug FROM category WHERE slug = $1", "hats") is None
        assert await engine.fetchval("SELECT count(*) FROM category") == 1
        async with engine.transaction():
            assert await engine.execute("UPDATE category SET position = $1", 3) == "UPDATE 1"

    async def test_share_the_transaction_with_piccolo(self, engine):
        async with engine.transaction():
            await Category(name="Shoes", slug="shoes").save()
            assert await engine.fetchval("SELECT count(*) FROM category") == 1
            await engine.execute("INSERT INTO category (name, slug) VALUES ('Hats', 'hats')")
            assert await Category.count() == 2


class TestLimits:
    """O3: none of them may be exceeded, and each is a refusal that says: later."""

    async def test_statement(self, small):
        started = time.monotonic()
        with pytest.raises(Busy):
            await small.fetchval("SELECT pg_sleep(10)")
        assert time.monotonic() - started < 1
        await assert_whole(small)

    async def test_lock(self, small):
        product = await factories.make_product()
        async with small.transaction():
            await small.fetchrow("SELECT id FROM product WHERE id = $1 FOR UPDATE", product["id"])

            async def other() -> None:
                small.current_transaction.set(None)
                async with PiccoloTransactions().begin():
                    await small.fetchrow("SELECT id FROM product WHERE id = $1 FOR UPDATE", product["id"])

            with pytest.raises(StillRunning):
                await asyncio.create_task(other())
        await assert_whole(small)

    async def test_idle_in_transaction(self, small):
        with pytest.raises(Busy):
            async with PiccoloTransactions().begin():
                await asyncio.sleep(0.6)
                await small.fetchval("SELECT 1")
        await assert_whole(small)

    async def test_pool(self, small):
        taken = [await small.acquire() for _ in range(POOL)]
        started = time.monotonic()
        with pytest.raises(Busy):
            await small.fetchval("SELECT 1")
        with pytest.raises(Busy):
            async with PiccoloTransactions().begin():
                pass
        assert time.monotonic() - started < 5
        for connection in taken:
            await small.release(connection)
        await assert_whole(small)

    async def test_driver_when_the_server_does_not_keep_its_own_limit(self, small):
        with pytest.raises(Busy):
            async with small.transaction():
                await small.execute("SET LOCAL statement_timeout = 0")
                await small.fetchval("SELECT pg_sleep(10)")
        await assert_whole(small)

    async def test_a_burst_within_the_limit_waits_in_line(self, small):
        answers = await asyncio.gather(*(small.fetchval("SELECT pg_sleep(0.01)::text") for _ in range(15)))
        assert len(answers) == 15


class TestBreakage:
    """O5: whatever breaks, the next request in the same process works and the pool is full."""

    async def test_failing_commits_do_not_exhaust_the_pool(self, small):
        for number in range(POOL * 3):
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                async with PiccoloTransactions().begin():
                    await small.execute(DANGLING_KEY, str(number))
            assert small.current_transaction.get() is None
        assert await small.fetchval("SELECT count(*) FROM idempotency_key") == 0
        await assert_whole(small)

    async def test_failing_statements_do_not_exhaust_the_pool(self, small):
        for _ in range(POOL * 3):
            with pytest.raises(asyncpg.DivisionByZeroError):
                async with PiccoloTransactions().begin():
                    await small.fetchval("SELECT 1 / 0")
        await assert_whole(small)

    async def test_a_failing_begin_gives_the_connection_back(self, small, monkeypatch):
        acquire = small.acquire

        async def busy_connection():
            connection = await acquire()
            await connection.execute("BEGIN")  # asyncpg refuses to begin on top of it
            return connection

        monkeypatch.setattr(ShopEngine, "acquire", lambda _: busy_connection())
        for _ in range(POOL * 3):
            with pytest.raises(asyncpg.InterfaceError, match="manually started"):
                async with PiccoloTransactions().begin():
                    raise AssertionError("not reached")
            assert small.current_transaction.get() is None
        monkeypatch.undo()
        await assert_whole(small)

    async def test_fifty_broken_connections_inside_transactions(self, small, superuser):
        for _ in range(50):
            with pytest.raises(Busy):
                async with PiccoloTransactions().begin():
                    pid = await small.fetchval("SELECT pg_backend_pid()")
                    await superuser.execute("SELECT pg_terminate_backend($1, 1000)", pid)
                    await small.execute("INSERT INTO category (name, slug) VALUES ('Shoes', 'shoes')")
            assert small.current_transaction.get() is None
        async with PiccoloTransactions().begin():
            await small.execute("INSERT INTO category (name, slug) VALUES ('Shoes', 'shoes')")
        assert await small.fetchval("SELECT count(*) FROM category") == 1
        await assert_whole(small)

    async def test_a_driver_caught_between_two_states_is_busy_and_its_connection_closed(self, small, monkeypatch):
        real = asyncpg.Connection.execute
        broken = []

        async def execute(connection, *args, **options):
            if len(broken) < POOL * 3 and "category" in args[0]:
                broken.append(connection)
                raise asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
            return await real(connection, *args, **options)

        monkeypatch.setattr(asyncpg.Connection, "execute", execute)
        for _ in range(POOL * 3):
            with pytest.raises(Busy):
                async with PiccoloTransactions().begin():
                    await small.execute("INSERT INTO category (name, slug) VALUES ('Shoes', 'shoes')")
        assert all(connection.is_closed() for connection in broken)
        await assert_whole(small)

    async def test_a_connection_lost_just_before_commit(self, small, superuser):
        with pytest.raises(Busy):
            async with PiccoloTransactions().begin():
                await small.execute("INSERT INTO category (name, slug) VALUES ('Shoes', 'shoes')")
                pid = await small.fetchval("SELECT pg_backend_pid()")
                await superuser.execute("SELECT pg_terminate_backend($1, 1000)", pid)
        assert await small.fetchval("SELECT count(*) FROM category") == 0
        await assert_whole(small)

    async def test_the_first_error_is_the_one_that_passes(self, small, superuser):
        with pytest.raises(ZeroDivisionError):
            async with PiccoloTransactions().begin():
                pid = await small.fetchval("SELECT pg_backend_pid()")
                await superuser.execute("SELECT pg_terminate_backend($1, 1000)", pid)
                raise ZeroDivisionError
        await assert_whole(small)

    async def test_cancelled_statements(self, small):
        async def work() -> None:
            async with PiccoloTransactions().begin():
                await small.fetchval("SELECT pg_sleep(0.2)")

        for _ in range(POOL * 3):
            task = asyncio.create_task(work())
            await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await assert_whole(small)

    async def test_cancelled_while_waiting_for_a_connection(self, small):
        taken = [await small.acquire() for _ in range(POOL)]
        waiting = [asyncio.create_task(small.fetchval("SELECT 1")) for _ in range(10)]
        await asyncio.sleep(0.02)
        for task in waiting:
            task.cancel()
        for connection in taken:
            await small.release(connection)
        await asyncio.gather(*waiting, return_exceptions=True)
        await assert_whole(small)

    async def test_piccolos_own_nesting_joins(self, small):
        """Piccolo's libraries nest; the inner block is part of the outer one and closes nothing."""
        async with small.transaction():
            async with small.transaction():
                await Category(name="Shoes", slug="shoes").save()
            assert await Product.count() == 0
            assert small.transaction_here() is not None
        assert await Category.count() == 1
        await assert_whole(small)

    async def test_close_does_not_wait_for_ever(self, database_url):
        engine = ShopEngine(database_url, Limits(pool_size=1, driver_seconds=0.2))
        await engine.open()
        await engine.acquire()
        started = time.monotonic()
        await engine.close()
        assert time.monotonic() - started < 2
        with pytest.raises(Busy):
            await ShopEngine("postgresql://nobody@127.0.0.1:1/nothing").fetchval("SELECT 1")
