"""The transaction that services open: one truth at commit, nothing left behind on any way out."""

import asyncio

import pytest
from structlog.testing import capture_logs

from app.adapters.db.engine import ShopEngine
from app.adapters.db.transactions import NestedTransaction, PiccoloTransactions
from tests import factories


class Refused(Exception):
    pass


async def count(engine: ShopEngine) -> int:
    return await engine.fetchval("SELECT count(*) FROM category")


async def add_category(engine: ShopEngine, slug: str) -> None:
    await engine.execute("INSERT INTO category (name, slug) VALUES ('Shoes', $1)", slug)


async def test_commits_at_the_end(engine, transactions):
    async with transactions.begin():
        await add_category(engine, "shoes")
        assert await count(engine) == 1
    assert await count(engine) == 1
    assert engine.current_transaction.get() is None


async def test_rolls_back_on_an_exception_which_passes(engine, transactions):
    with pytest.raises(Refused):
        async with transactions.begin():
            await add_category(engine, "shoes")
            raise Refused
    assert await count(engine) == 0
    assert engine.current_transaction.get() is None


async def test_rolls_back_when_cancelled(engine, transactions):
    inside = asyncio.Event()

    async def work() -> None:
        async with transactions.begin():
            await add_category(engine, "shoes")
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count(engine) == 0
    assert engine.pool.get_idle_size() == engine.pool.get_size()


async def test_refuses_to_nest_and_the_outer_one_can_still_commit(engine, transactions):
    async with transactions.begin():
        await add_category(engine, "shoes")
        with pytest.raises(NestedTransaction):
            async with transactions.begin():
                pass
    assert await count(engine) == 1


async def test_two_in_a_row_in_one_task(engine, transactions):
    for slug in ("shoes", "hats"):
        async with transactions.begin():
            await add_category(engine, slug)
    assert await count(engine) == 2


async def test_actor_and_limits_end_with_the_transaction(engine, transactions):
    names = ("app.user_id", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    asked = "SELECT " + ", ".join(f"current_setting('{name}', true)" for name in names)
    async with engine.transaction():
        before = tuple(await engine.fetchrow(asked))
    async with transactions.begin(actor=42):
        assert tuple(await engine.fetchrow(asked)) == ("42", "5s", "3s", "10s")
    async with transactions.begin():
        assert await engine.fetchval("SELECT current_setting('app.user_id')") == ""
    async with engine.transaction():
        after = tuple(await engine.fetchrow(asked))
    assert before[1:] == after[1:] and after[0] in (None, "")


async def test_after_commit_runs_once_the_change_can_be_seen(engine, transactions):
    seen = []

    async def look() -> None:
        assert engine.transaction_here() is None
        seen.append(await count(engine))

    async with transactions.begin() as transaction:
        transaction.after_commit(look)
        transaction.after_commit(look)
        await add_category(engine, "shoes")
        assert seen == []
    assert seen == [1, 1]


async def test_after_commit_does_not_run_after_a_rollback(engine, transactions):
    ran = []

    async def note() -> None:
        ran.append(1)

    with pytest.raises(Refused):
        async with transactions.begin() as transaction:
            transaction.after_commit(note)
            raise Refused
    assert ran == []


async def test_after_commit_does_not_run_when_the_commit_fails(engine, transactions):
    ran = []

    async def note() -> None:
        ran.append(1)

    with pytest.raises(Exception, match="idempotency_key_order"):
        async with transactions.begin() as transaction:
            transaction.after_commit(note)
            await engine.execute(
                "INSERT INTO idempotency_key (scope, route, key, body_hash, order_id) VALUES ('s', 'r', 'k', 'h', 1)"
            )
    assert ran == []


async def test_a_failing_after_commit_is_logged_and_the_next_one_still_runs(engine, transactions):
    ran = []

    async def fail() -> None:
        raise ConnectionError("the queue is gone")

    async def note() -> None:
        ran.append(1)

    with capture_logs() as logs:
        async with transactions.begin() as transaction:
            transaction.after_commit(fail)
            transaction.after_commit(note)
            await add_category(engine, "shoes")
    assert ran == [1]
    assert [entry["event"] for entry in logs] == ["after_commit_failed"]
    assert await count(engine) == 1


async def test_parallel_tasks_have_transactions_of_their_own(engine, transactions):
    async def work(number: int) -> int:
        async with transactions.begin():
            await add_category(engine, f"shoes-{number}")
            await asyncio.sleep(0.01)
            return await engine.fetchval("SELECT pg_backend_pid()")

    pids = await asyncio.gather(*(work(number) for number in range(5)))
    assert len(set(pids)) == 5
    assert await count(engine) == 5


async def test_what_the_actor_changes_is_signed(engine, transactions):
    user = await factories.make_user()
    async with transactions.begin(actor=user["id"]):
        await add_category(engine, "shoes")
    assert await engine.fetchval("SELECT user_id FROM change_logs WHERE entity_type = 'Category'") == user["id"]


def test_is_what_the_port_asks_for():
    from app.ports.transactions import Transactions

    port: Transactions = PiccoloTransactions()
    assert port
