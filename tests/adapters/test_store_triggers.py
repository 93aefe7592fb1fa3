"""What the database writes down by itself, whichever way a change comes."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import asyncpg
import pytest
import pytest_asyncio

from app.adapters.db.tables import TABLES, Category, Product, User
from app.adapters.db.tables.choices import MovementReason
from tests import factories
from tests.factories import insert

NEVER_AUDITED = {
    "cart",
    "cart_item",
    "catalogue_change",
    "change_logs",
    "data_export",
    "email_undo",
    "failed_sign_in",
    "idempotency_key",
    "oauth_attempt",
    "price_history",
    "recovery_code",
    "refresh_token",
    "stock_movement",
    "throttle",
    "user_session",
}
UNWATCHED = """
SELECT a.attrelid::regclass::text, a.attname FROM pg_trigger t
JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum > 0 AND NOT a.attisdropped
WHERE t.tgname LIKE '%\\_audit' AND a.attname <> 'updated_at' AND a.attgenerated = ''
    AND a.attname <> ALL (string_to_array(encode(t.tgargs, 'escape'), '\\000'))
    AND a.attnum <> ALL (t.tgattr)
"""
COPIES = {
    "back_in_stock_request",
    "newsletter_subscription",
    "billing_info",
    "email",
    "order_event",
    "order_item",
    "shipping_info",
    "stock_reservation",
}


async def run(engine, sql, *args):
    async with engine.transaction():
        await engine.execute(sql, *args)


async def changes(engine, entity):
    """(action, field, old, new, user) of an entity's changes, oldest first."""
    rows = await engine.fetch(
        "SELECT action, field_name, old_value, new_value, user_id FROM change_logs WHERE entity_type = $1 ORDER BY id",
        entity,
    )
    return [tuple(row) for row in rows]


class TestTouch:
    async def test_moves_on_every_update(self, engine):
        category = await factories.make_category()
        await run(engine, "UPDATE category SET name = 'Hats'")
        assert await engine.fetchval("SELECT updated_at FROM category") > category["updated_at"]

    async def test_cannot_be_set_by_hand(self, engine):
        await factories.make_category()
        await run(engine, "UPDATE category SET updated_at = '2001-01-01'")
        assert await engine.fetchval("SELECT updated_at FROM category") > datetime(2020, 1, 1, tzinfo=UTC)

    async def test_every_table_with_the_column_has_it(self, engine):
        having = {table._meta.tablename for table in TABLES if hasattr(table, "updated_at")}
        rows = await engine.fetch(
            "SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname LIKE '%\\_touch'"
        )
        assert {row["name"] for row in rows} == having


class TestLedger:
    @pytest_asyncio.fixture
    async def product(self, engine):
        return await factories.make_product(stock=10)

    async def movements(self, engine):
        rows = await engine.fetch(
            "SELECT reason, quantity_delta, reserved_delta, quantity_after, reserved_after"
            " FROM stock_movement ORDER BY id"
        )
        return [tuple(row) for row in rows]

    async def test_begins_with_the_first_stock(self, engine, product):
        assert await self.movements(engine) == [("initial", 10, 0, 10, 0)]

    @pytest.mark.parametrize(
        ("change", "reason", "moved", "promised"),
        [
            ("reserved = reserved + 2", "reserve", 0, 2),
            ("reserved = reserved - 1", "release", 0, -1),
            ("quantity = quantity - 3, reserved = reserved - 3", "ship", -3, -3),
            ("quantity = quantity + 5", "adjust", 5, 0),
            ("quantity = quantity - 2", "adjust", -2, 0),
            ("quantity = quantity - 2, reserved = reserved - 1", "adjust", -2, -1),
        ],
    )
    async def test_derives_the_reason(self, engine, product, change, reason, moved, promised):
        await run(engine, "UPDATE inventory SET reserved = 4")
        await run(engine, f"UPDATE inventory SET {change}")
        assert (await self.movements(engine))[2:] == [(reason, moved, promised, 10 + moved, 4 + promised)]

    async def test_takes_the_reason_that_was_said(self, engine, product):
        async with engine.transaction():
            await engine.fetchval("SELECT set_config('app.stock_reason', 'stocktaking', true)")
            await engine.execute("UPDATE inventory SET quantity = 9")
        await run(engine, "UPDATE inventory SET quantity = 8")
        assert [movement[0] for movement in await self.movements(engine)] == ["initial", "stocktaking", "adjust"]

    async def test_is_silent_when_nothing_moves(self, engine, product):
        await run(engine, "UPDATE inventory SET quantity = quantity, deleted_at = now()")
        assert len(await self.movements(engine)) == 1

    async def test_closes_when_the_row_is_removed(self, engine, product):
        await run(engine, "UPDATE inventory SET reserved = 4")
        await run(engine, "DELETE FROM inventory")
        assert (await self.movements(engine))[-1] == ("remove", -10, -4, 0, 0)

    async def test_names_the_actor(self, engine, transactions, product):
        user = await factories.make_user()
        async with transactions.begin(actor=user["id"]):
            await engine.execute("UPDATE inventory SET reserved = 1")
        assert await engine.fetchval("SELECT user_id FROM stock_movement ORDER BY id DESC LIMIT 1") == user["id"]

    async def test_adds_up_to_the_stock(self, engine, product):
        for change in ("reserved = 5", "quantity = 7, reserved = 2", "quantity = 30", "reserved = 0"):
            await run(engine, f"UPDATE inventory SET {change}")
        row = await engine.fetchrow(
            "SELECT sum(quantity_delta)::int, sum(reserved_delta)::int FROM stock_movement WHERE product_id = $1",
            product["id"],
        )
        assert tuple(row) == (await factories.stock_of(product))[:2]

    async def test_is_undone_with_its_transaction(self, engine, product):
        with pytest.raises(asyncpg.CheckViolationError):
            await run(engine, "UPDATE inventory SET reserved = 11")
        assert len(await self.movements(engine)) == 1

    async def test_a_row_stays_with_its_variant(self, engine, product):
        spare = await insert("product_variant", product_id=product["id"], sku="SPARE")
        with pytest.raises(asyncpg.CheckViolationError):
            await run(engine, "UPDATE inventory SET variant_id = $1", spare["id"])

    def test_all_its_reasons_have_names(self):
        assert {"initial", "reserve", "release", "ship", "adjust", "remove"} == set(MovementReason)


class TestPriceHistory:
    async def prices(self, engine):
        rows = await engine.fetch(
            "SELECT variant_id IS NOT NULL AS of_variant, price, compare_at_price, price_adjustment FROM price_history"
            " ORDER BY id"
        )
        return [tuple(row) for row in rows]

    async def test_begins_with_the_product_and_its_variants(self, engine):
        product = await factories.make_product(price="10.00", stock=None)
        await factories.make_variant(product, price_adjustment=Decimal("2.50"))
        assert await self.prices(engine) == [
            (False, Decimal("10.00"), None, None),
            (True, None, None, Decimal("2.50")),
        ]

    async def test_follows_each_change_and_nothing_else(self, engine):
        await factories.make_product(price="10.00")
        before = len(await self.prices(engine))
        await run(engine, "UPDATE product SET price = 9, compare_at_price = 10")
        await run(engine, "UPDATE product SET price = 9, name = 'New name'")
        await run(engine, "UPDATE product SET compare_at_price = NULL")
        await run(engine, "UPDATE product_variant SET price_adjustment = 1")
        await run(engine, "UPDATE product_variant SET price_adjustment = 1, position = 2")
        assert (await self.prices(engine))[before:] == [
            (False, Decimal("9.00"), Decimal("10.00"), None),
            (False, Decimal("9.00"), None, None),
            (True, None, None, Decimal("1.00")),
        ]


class TestChangeLogs:
    async def test_one_row_for_each_changed_field(self, engine):
        category = await factories.make_category(name="Shoes")
        await run(engine, "UPDATE category SET name = 'Hats', position = 3, description = description")
        inserted, *updated = await changes(engine, "Category")
        assert sorted(updated) == [
            ("UPDATE", "name", "Shoes", "Hats", None),
            ("UPDATE", "position", "0", "3", None),
        ]
        assert inserted[:3] == ("INSERT", None, None)
        assert json.loads(inserted[3])["id"] == category["id"]
        assert await engine.fetchval("SELECT DISTINCT entity_id FROM change_logs") == category["id"]

    async def test_nulls_are_values_too(self, engine):
        await factories.make_category()
        await run(engine, "UPDATE category SET deleted_at = '2026-01-02T03:04:05Z'")
        await run(engine, "UPDATE category SET deleted_at = NULL")
        moment = "2026-01-02T03:04:05+00:00"
        assert [row[1:4] for row in await changes(engine, "Category")][1:] == [
            ("deleted_at", None, moment),
            ("deleted_at", moment, None),
        ]

    async def test_deletion_keeps_the_record(self, engine):
        await factories.make_category(name="Shoes")
        await run(engine, "DELETE FROM category")
        action, field, old, new, _ = (await changes(engine, "Category"))[-1]
        assert (action, field, new) == ("DELETE", None, None)
        assert json.loads(old)["name"] == "Shoes"

    async def test_secrets_are_masked_everywhere(self, engine):
        user = await factories.make_user()
        await run(
            engine,
            "UPDATE users SET password = '$argon2id$primus', two_factor_secret = 'sealed'; "
            "UPDATE users SET password = '$argon2id$secundus'; UPDATE users SET two_factor_secret = NULL",
        )
        await engine_otp(engine, user)
        await insert("oauth_provider", provider_name="google", client_secret="hush-hush")
        await run(engine, "DELETE FROM otp; DELETE FROM users")
        logged = await engine.fetch("SELECT old_value, new_value FROM change_logs")
        text = " ".join(value for row in logged for value in row if value)
        for secret in ("primus", "secundus", "sealed", "hush-hush", "123456"):
            assert secret not in text
        fields = [(row[1], row[2], row[3]) for row in await changes(engine, "User") if row[0] == "UPDATE"]
        assert fields.count(("password", None, "***")) == 1
        assert fields.count(("password", "***", "***")) == 1
        assert ("two_factor_secret", "***", None) in fields

    async def test_every_secret_column_is_known_to_the_mask(self, engine):
        source = await engine.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'shop_audit'")
        for table in TABLES:
            for column in table._meta.secret_columns:
                assert column._meta.name in source

    async def test_names_the_actor(self, engine, transactions):
        user = await factories.make_user()
        async with transactions.begin(actor=user["id"]):
            await insert("category", name="Shoes", slug="shoes")
            await engine.execute("UPDATE category SET name = 'Hats'")
        assert [row[4] for row in await changes(engine, "Category")] == [user["id"]] * 2
        await run(engine, "UPDATE category SET name = 'Coats'")
        assert (await changes(engine, "Category"))[-1][4] is None

    async def test_counters_leases_and_bodies_leave_no_line(self, engine):
        await factories.make_product()
        user = await factories.make_user()
        await insert("email", kind="order", recipient_email="a@b")
        before = await engine.fetchval("SELECT count(*) FROM change_logs")
        await run(engine, "UPDATE product SET sold_count = 5, rating_count = 1, rating_average = 5, updated_at = now()")
        await run(engine, "UPDATE inventory SET reserved = 3")
        await run(engine, "UPDATE users SET last_login = now() WHERE id = $1", user["id"])
        await run(
            engine,
            "UPDATE email SET lease_until = now(), next_attempt_at = now(), attempts = 1, subject = 's', body = 'b',"
            " html_body = 'h', data = '{\"a\": 1}', message_id = 'm', temporal_id = 'j'",
        )
        assert await engine.fetchval("SELECT count(*) FROM change_logs") == before
        await run(engine, "UPDATE email SET status = 'failed', failed_reason = 'no such mailbox'")
        assert sorted(row[1] for row in await changes(engine, "Email")) == ["failed_reason", "status"]

    async def test_the_search_vector_is_never_in_a_record(self, engine):
        await factories.make_product()
        await run(engine, "UPDATE product SET name = 'Another name'")
        inserted, *updated = await changes(engine, "Product")
        assert "search_vector" not in json.loads(inserted[3])
        assert [row[1] for row in updated] == ["name"]

    async def test_an_order_costs_two_lines(self, engine):
        """The order and its payment; the copies written with them are logged once somebody changes them."""
        product = await factories.make_product()
        variant = await factories.variant_of(product)
        before = await engine.fetchval("SELECT count(*) FROM change_logs")
        order = await factories.make_order()
        await insert("payment", order_id=order["id"], amount=Decimal(10))
        await insert("stock_reservation", order_id=order["id"], variant_id=variant["id"])
        await insert("shipping_info", order_id=order["id"], country="US")
        await insert("billing_info", order_id=order["id"])
        await insert("order_event", order_id=order["id"], kind="placed")
        await insert("email", order_id=order["id"], kind="order", recipient_email="a@b")
        assert await engine.fetchval("SELECT count(*) FROM change_logs") == before + 2
        await run(engine, "UPDATE billing_info SET address = 'elsewhere'; DELETE FROM shipping_info")
        assert (await changes(engine, "BillingInfo"))[0][:2] == ("UPDATE", "address")
        assert (await changes(engine, "ShippingInfo"))[0][0] == "DELETE"

    async def test_every_table_is_audited_or_exempt(self, engine):
        rows = await engine.fetch(
            """
            SELECT tgrelid::regclass::text AS name, tgtype & 4 > 0 AS on_insert, tgtype & 8 > 0 AS on_delete,
                   tgtype & 16 > 0 AS on_update, split_part(encode(tgargs, 'escape'), '\\000', 1) AS entity
            FROM pg_trigger WHERE tgname LIKE '%\\_audit'
            """
        )
        tables = {
            table._meta.tablename: table.__name__ for table in TABLES if table._meta.tablename not in NEVER_AUDITED
        }
        assert {row["name"]: row["entity"] for row in rows} == tables
        assert all(row["on_update"] and row["on_delete"] for row in rows)
        assert {row["name"] for row in rows if not row["on_insert"]} == COPIES

    async def test_every_logged_column_fires(self, engine):
        """A column added later is missing here until its migration calls shop_watch again."""
        assert await engine.fetch(UNWATCHED) == []
        async with engine.transaction() as transaction:
            await engine.execute("ALTER TABLE category ADD COLUMN colour text")
            assert [tuple(row) for row in await engine.fetch(UNWATCHED)] == [("category", "colour")]
            await engine.fetchval("SELECT shop_watch('category', 'Category', true, VARIADIC '{}')")
            assert await engine.fetch(UNWATCHED) == []
            await transaction.rollback()

    async def test_piccolo_is_seen_too(self, engine):
        async with engine.transaction():
            category = Category(name="Shoes", slug="shoes")
            await category.save()
            category.name = "Hats"
            await category.save()
            await category.remove()
        assert [row[:2] for row in await changes(engine, "Category")] == [
            ("INSERT", None),
            ("UPDATE", "name"),
            ("DELETE", None),
        ]


class TestBulkSwitch:
    async def test_the_owner_may_load_without_a_log(self, engine):
        async with engine.transaction():
            await engine.fetchval("SELECT set_config('app.bulk_load', 'on', true)")
            await insert("category", name="Shoes", slug="shoes")
        await insert("category", name="Hats", slug="hats")
        assert [json.loads(row[3])["slug"] for row in await changes(engine, "Category")] == ["hats"]

    async def test_nobody_else_may(self, engine, superuser, database_url):
        role = "shop_test_clerk"
        await superuser.execute(f"DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN PASSWORD 'clerk'")
        await superuser.execute(f"GRANT INSERT, UPDATE ON synonym TO {role}; GRANT USAGE ON synonym_id_seq TO {role}")
        try:
            async with engine.transaction():
                await engine.fetchval("SELECT set_config('app.bulk_load', 'on', true)")
                await engine.execute(f"SET LOCAL ROLE {role}")
                await engine.execute("INSERT INTO synonym (term, means) VALUES ('shoes', 'as role')")
            clerk = await asyncpg.connect(database_url, user=role, password="clerk")
            await clerk.execute("SET app.bulk_load = 'on'; INSERT INTO synonym (term, means) VALUES ('a', 'as login')")
            await clerk.close()
        finally:
            await superuser.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
        logged = [json.loads(row[3])["means"] for row in await changes(engine, "Synonym")]
        assert logged == ["as role", "as login"]


class TestSearchVector:
    @pytest.mark.parametrize(
        "words",
        ["cafe", "CAFÉ", "machines", "aeropress", "XK-200", "xk 200", "200", "barista", "baristas", "espressomat"],
    )
    async def test_finds(self, engine, words):
        await factories.make_product(
            name="Café Machine Espressomat",
            sku="XK-200",
            description="<p>For the home barista. Better than an Aéropress.</p>",
        )
        found = await engine.fetchval(
            "SELECT search_vector @@ (websearch_to_tsquery('simple', shop_plain($1))"
            " || websearch_to_tsquery('english', shop_plain($1))) FROM product",
            words,
        )
        assert found

    async def test_finds_beginnings(self, engine):
        await factories.make_product(name="Café Machine Espressomat", sku="XK-200")
        assert await engine.fetchval("SELECT search_vector @@ to_tsquery('english', 'espresso:* & 20:*') FROM product")

    async def test_names_weigh_more_than_descriptions(self, engine):
        await factories.make_product(name="Red lamp", description="Light.")
        await factories.make_product(name="Blue lamp", description="Not red.")
        names = await engine.fetch(
            "SELECT name FROM product ORDER BY ts_rank(search_vector, to_tsquery('english', 'red')) DESC"
        )
        assert [row["name"] for row in names] == ["Red lamp", "Blue lamp"]


async def engine_otp(engine, user):
    await run(
        engine,
        "INSERT INTO otp (user_id, otp, binding, sealed_code, expires_at) VALUES ($1, $2, '123456', '123456', now())",
        user["id"],
        "123456" * 11,
    )


def test_tables_of_piccolo_do_not_list_generated_columns():
    assert "search_vector" not in [column._meta.name for column in Product._meta.columns]
    assert {"active", "admin", "superuser"}.isdisjoint(column._meta.name for column in User._meta.columns)
