"""The version of what everybody sees: it moves with every change of it, at the moment of its commit, and else never."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.adapters.db import version
from app.adapters.db.catalog import PiccoloCatalog
from app.adapters.db.orders import PiccoloOrders
from app.adapters.db.version import ENOUGH_TO_SUM_UP, OneAtATime, sum_up_changes
from app.core.stock import LOW_STOCK
from tests import factories

UNSHOWN = """
SELECT c.relname::text, a.attname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE t.tgname = c.relname || '_shown' AND c.relname NOT IN ('users', 'inventory', 'flash_sale_item', 'listing_product')
    AND a.attname <> 'updated_at'
    AND a.attname <> ALL (string_to_array(encode(t.tgargs, 'escape'), '\\000')) AND a.attnum <> ALL (t.tgattr)
"""


@pytest.fixture
def catalog(engine):
    return PiccoloCatalog(navigation_seconds=0)


async def run(engine, sql, *args):
    async with engine.transaction():
        await engine.execute(sql, *args)


class TestWhatMovesIt:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE product SET name = 'Another mug'",
            "UPDATE product SET price = price + 1",
            "UPDATE product SET status = 'archived'",
            "UPDATE product SET deleted_at = now()",
            "UPDATE product SET rating_count = 1",
            "UPDATE product_variant SET is_active = false",
            "INSERT INTO product_image (product_id, image_url) SELECT id, '/a.webp' FROM product",
            "UPDATE category SET name = 'Cups'",
            "DELETE FROM inventory",
            "INSERT INTO synonym (term, means) VALUES ('cup', 'mug')",
            "INSERT INTO shipping_method (code, name, price, min_days, max_days) VALUES ('a', 'A', 1, 1, 2)",
            "UPDATE users SET last_name = 'Byron'",
        ],
    )
    async def test_changes_that_anybody_may_see(self, engine, catalog, change):
        await factories.make_product()
        await factories.make_user()
        before = await catalog.version()
        assert await catalog.version() == before
        await run(engine, change)
        assert await catalog.version() != before

    async def test_a_flash_sale_and_what_is_sold_of_it(self, engine, catalog):
        product, now = await factories.make_product(), datetime.now(UTC)
        seen = {await catalog.version()}
        sale = await factories.insert(
            "flash_sale", name="Weekend", starts_at=now - timedelta(hours=2), ends_at=now + timedelta(hours=2)
        )
        seen.add(await catalog.version())
        item = {"flash_sale_id": sale["id"], "product_id": product["id"], "price": 1, "stock_cap": 5}
        await factories.insert("flash_sale_item", **item)
        seen.add(await catalog.version())
        await run(engine, "UPDATE flash_sale_item SET sold = sold + 1")
        assert len(seen | {await catalog.version()}) == 4

    async def test_every_column_is_shown_or_named_as_unshown(self, engine):
        """A column added later is missing here until its migration calls shop_show again."""
        assert await engine.fetch(UNSHOWN) == []
        async with engine.transaction() as transaction:
            await engine.execute("ALTER TABLE brand ADD COLUMN motto text")
            assert [tuple(row) for row in await engine.fetch(UNSHOWN)] == [("brand", "motto")]
            await engine.fetchval("SELECT shop_show('brand', VARIADIC '{}')")
            assert await engine.fetch(UNSHOWN) == []
            await transaction.rollback()


class TestWhatDoesNot:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE product SET sold_count = sold_count + 1",
            "UPDATE users SET last_login = now()",
            "INSERT INTO cart (token_hash) VALUES (repeat('0', 64))",
            "UPDATE inventory SET reserved = reserved + 1 WHERE quantity = 20",
        ],
    )
    async def test_what_nobody_sees(self, engine, catalog, change):
        await factories.make_product(stock=20)
        await factories.make_user()
        before = await catalog.version()
        await run(engine, change)
        assert await catalog.version() == before

    async def test_the_worker_that_finds_nothing_to_do(self, engine, catalog):
        """A statement that changes no row is one all the same, for the triggers that note it."""
        await factories.make_product()
        before = await catalog.version()
        for look in (PiccoloOrders().lapse_unpaid, PiccoloOrders().count_sold):
            async with engine.transaction():
                assert not await look(100)
        await run(engine, "SELECT shop_tend_listing()")
        assert await catalog.version() == before

    async def test_the_database_knows_where_low_stock_begins(self, engine):
        assert await engine.fetchval("SELECT shown_stock(1000)") == LOW_STOCK + 1


class TestStock:
    @pytest.mark.parametrize(
        ("left", "sold", "moves"), [(20, 1, False), (7, 1, False), (6, 1, True), (5, 1, True), (1, 1, True)]
    )
    async def test_selling_moves_it_once_the_number_left_is_shown(self, engine, catalog, left, sold, moves):
        await factories.make_product(stock=left)
        before = await catalog.version()
        await run(engine, "UPDATE inventory SET reserved = reserved + $1", sold)
        assert (await catalog.version() != before) is moves

    async def test_coming_back_moves_it(self, engine, catalog):
        await factories.make_product(stock=0)
        before = await catalog.version()
        await run(engine, "UPDATE inventory SET quantity = 50")
        assert await catalog.version() != before


class TestTime:
    """`now()` of a transaction stands still, so the moment itself is moved instead."""

    @pytest.mark.parametrize(
        "passes",
        [
            "UPDATE product SET published_at = now() - interval '1 second'",
            "UPDATE product SET released_at = now() - interval '1 second'",
            "UPDATE flash_sale SET starts_at = now() - interval '1 second'",
            "UPDATE flash_sale SET starts_at = now() - interval '2 hours', ends_at = now() - interval '1 second'",
        ],
    )
    async def test_a_moment_that_passes_moves_it(self, engine, catalog, superuser, passes):
        soon = datetime.now(UTC) + timedelta(hours=1)
        await factories.make_product(published_at=soon, released_at=soon)
        await factories.insert("flash_sale", name="Soon", starts_at=soon, ends_at=soon + timedelta(hours=1))
        before = await catalog.version()
        # With triggers asleep nothing is noted: what is left is the clock.
        await superuser.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {passes}; COMMIT")
        assert await catalog.version() != before


class TestCommits:
    async def test_it_moves_at_the_commit_and_in_whatever_order(self, engine, catalog, superuser):
        """Whoever reads between two commits must not keep what the later one makes old under the same version."""
        await factories.make_product()
        seen = [await catalog.version()]
        await superuser.execute("BEGIN; UPDATE product SET name = 'Slow'")
        await run(engine, "INSERT INTO synonym (term, means) VALUES ('quick', 'fast')")
        seen.append(await catalog.version())
        await superuser.execute("COMMIT")
        seen.append(await catalog.version())
        assert len(set(seen)) == 3

    async def test_a_highest_id_alone_would_miss_the_slower_one(self, engine, superuser):
        """The negative control: a number drawn before the commit tells nothing about what is visible."""
        await superuser.execute("BEGIN; INSERT INTO colour (name, swatch) VALUES ('Slow', '#8a9a7b')")
        await run(engine, "INSERT INTO synonym (term, means) VALUES ('quick', 'fast')")
        between = await engine.fetchval("SELECT max(id) FROM catalogue_change")
        await superuser.execute("COMMIT")
        assert await engine.fetchval("SELECT max(id) FROM catalogue_change") == between

    async def test_a_rollback_leaves_it(self, engine, catalog):
        await factories.make_product()
        before = await catalog.version()
        async with engine.transaction() as transaction:
            await engine.execute("UPDATE product SET name = 'Never'")
            await transaction.rollback()
        assert await catalog.version() == before


class TestSummingUp:
    async def test_it_changes_nothing_for_readers(self, engine, catalog):
        await factories.make_product()
        await run(
            engine, f"INSERT INTO catalogue_change (changes) SELECT 1 FROM generate_series(1, {ENOUGH_TO_SUM_UP})"
        )
        before = await catalog.version()
        async with engine.transaction():
            assert await sum_up_changes() > ENOUGH_TO_SUM_UP
        assert await catalog.version() == before
        assert await engine.fetchval("SELECT count(*) FROM catalogue_change") == 1

    async def test_a_few_are_left_alone(self, engine):
        await factories.make_product()
        async with engine.transaction():
            assert await sum_up_changes() == 0

    async def test_two_at_once_lose_nothing(self, engine, catalog, superuser):
        await run(engine, "INSERT INTO catalogue_change (changes) SELECT 1 FROM generate_series(1, 300)")
        await superuser.execute("BEGIN;" + version.SUM_UP)
        async with engine.transaction():
            await engine.execute(version.SUM_UP)
        await superuser.execute("COMMIT")
        assert await engine.fetchval("SELECT sum(changes) FROM catalogue_change") == 300


class TestOneAtATime:
    async def test_who_asks_while_it_runs_shares_the_next_one(self):
        started, gates = [], [asyncio.Event(), asyncio.Event()]

        async def read():
            started.append(len(started))
            number = started[-1]
            await gates[number].wait()
            return number

        ask = OneAtATime(read)
        first = [asyncio.create_task(ask()) for _ in range(3)]
        await asyncio.sleep(0.01)
        later = [asyncio.create_task(ask()) for _ in range(3)]
        await asyncio.sleep(0.01)
        assert started == [0]
        gates[0].set()
        gates[1].set()
        assert await asyncio.gather(*first, *later) == [0, 0, 0, 1, 1, 1]

    async def test_one_who_leaves_takes_nothing_from_the_others(self):
        gate = asyncio.Event()

        async def read():
            await gate.wait()
            return "read"

        ask = OneAtATime(read)
        leaving, staying = asyncio.create_task(ask()), asyncio.create_task(ask())
        await asyncio.sleep(0.01)
        leaving.cancel()
        gate.set()
        assert await staying == "read"

    async def test_a_failure_reaches_those_who_asked_and_nobody_later(self):
        answers = [RuntimeError("gone"), "back"]

        async def read():
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        ask = OneAtATime(read)
        with pytest.raises(RuntimeError):
            await ask()
        assert await ask() == "back"


class TestLists:
    async def test_what_the_worker_lists_anew_moves_it(self, engine, catalog):
        """The order of best sellers is seen by everybody once it has been made."""
        await factories.make_product()
        await run(engine, "UPDATE product SET sold_count = 500")
        before = await catalog.version()
        await run(engine, "SELECT shop_tend_listing()")
        moved = await catalog.version()
        assert moved != before
        await run(engine, "SELECT shop_tend_listing()")
        assert await catalog.version() == moved
