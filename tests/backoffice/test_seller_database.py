"""The backstop of the seller desk: what raw SQL can do as its role, and where the desk stays closed."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from app.adapters.db.engine import ShopEngine
from app.adapters.db.migrate import migrate
from app.adapters.db.tables import TABLES
from app.adapters.jobs.none import NoJobs
from app.backoffice.mount import office_mounts
from app.backoffice.seller_desks import SELLER_DESKS
from app.bootstrap import build_shop
from app.core.accounts import Role
from app.main import create_app
from app.settings import Settings
from tests import factories
from tests.backoffice.conftest import DESK_API, Seller, Staff, session_of
from tests.backoffice.test_seller_desk import bring_goods
from tests.backoffice.wares import SHARED, wares_of
from tests.database import DERIVED, TestServer

DESK = {desk.table._meta.tablename: desk for desk in SELLER_DESKS}
Sellers = tuple[Seller, Seller]


@asynccontextmanager
async def as_role(connection: asyncpg.Connection, user_id: int | None) -> AsyncIterator[None]:
    """What happens inside is undone."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("SELECT set_config('app.user_id', $1, true)", "" if user_id is None else str(user_id))
        await connection.execute("SET LOCAL ROLE shop_seller")
        yield
    finally:
        await transaction.rollback()


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        yield


async def test_a_seller_reads_own_rows_only(sellers: Sellers, superuser: asyncpg.Connection) -> None:
    for seller in sellers:
        async with as_role(superuser, seller.id):
            for table in DESK:
                rows = await superuser.fetch(f'SELECT id FROM "{table}" ORDER BY id')
                assert [row["id"] for row in rows] == sorted(seller.wares.ids[table]), table
            changes = await superuser.fetch("SELECT DISTINCT entity_type, entity_id FROM change_logs")
            assert {row["entity_id"] for row in changes if row["entity_type"] == "Product"} == set(
                seller.wares.ids["product"]
            )
            assert {row["entity_type"] for row in changes} <= {desk.table.__name__ for desk in SELLER_DESKS}


@pytest.mark.parametrize("nobody", [None, 999_999_999])
async def test_whoever_acts_for_nobody_reads_nothing(
    nobody: int | None, sellers: Sellers, superuser: asyncpg.Connection
) -> None:
    async with as_role(superuser, nobody):
        for table in [*DESK, "change_logs"]:
            seen = await superuser.fetchval(f'SELECT count(*) FROM "{table}"')
            assert seen == (1 if nobody and table in SHARED else 0), table


async def test_a_seller_changes_own_rows_only(sellers: Sellers, superuser: asyncpg.Connection) -> None:
    for one, other in (sellers, sellers[::-1]):
        for table, desk in DESK.items():
            if desk.edits:
                column = desk.edits.split()[-1]
                async with as_role(superuser, one.id):
                    done = await superuser.execute(f'UPDATE "{table}" SET "{column}" = "{column}"')
                    assert done == f"UPDATE {len(one.wares.ids[table])}", table
            async with as_role(superuser, one.id):
                if table == "product_attribute":
                    assert await superuser.execute(f'DELETE FROM "{table}"') == "DELETE 1"
                else:
                    with refused():
                        await superuser.execute(f'DELETE FROM "{table}"')
        mine, theirs = one.wares.one("product"), other.wares.one("product")
        for sql in (
            "INSERT INTO product (name, slug, price, category_id, seller_id) VALUES ('x', 'x', 1, 1, $1)",
            "UPDATE product SET seller_id = $1",
            "UPDATE product SET sold_count = $1",
            "UPDATE product_variant SET product_id = $1",
            "UPDATE product_image SET product_id = $1",
            "UPDATE inventory SET reserved = $1",
            "INSERT INTO product_variant (product_id, sku) VALUES ($1, 'x')",
            "INSERT INTO order_item (product_id) VALUES ($1)",
            "SELECT set_config('role', 'none', true), email FROM users WHERE id <> $1",
        ):
            async with as_role(superuser, one.id):
                with refused():
                    await superuser.execute(sql, theirs)
        async with as_role(superuser, one.id):
            with refused():
                await superuser.execute(
                    "INSERT INTO product (name, slug, price, category_id, sold_count)"
                    " SELECT 'x', 'x', 1, category_id, 9 FROM product WHERE id = $1",
                    mine,
                )


async def test_all_other_tables_are_out_of_reach(sellers: Sellers, superuser: asyncpg.Connection) -> None:
    relations = await superuser.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
    )
    others = {row["relname"] for row in relations} - set(DESK) - {"change_logs"}
    assert {table._meta.tablename for table in TABLES} | set(DERIVED) <= others | set(DESK) | {"change_logs"}
    for name in others:
        async with as_role(superuser, sellers[0].id):
            with refused():
                await superuser.execute(f'SELECT * FROM "{name}"')
    for table in {table._meta.tablename for table in TABLES} - set(DESK) - {"change_logs"} | set(DERIVED):
        for sql in (f'DELETE FROM "{table}"', f'INSERT INTO "{table}" DEFAULT VALUES'):
            async with as_role(superuser, sellers[0].id):
                with refused():
                    await superuser.execute(sql)


async def test_rights_are_those_of_the_desk(superuser: asyncpg.Connection, engine: ShopEngine) -> None:
    """The columns that the database grants are the columns that the desk knows: no more, and none is missing."""
    rows = await superuser.fetch(
        "SELECT table_name, privilege_type AS kind, array_agg(column_name::text) AS columns"
        " FROM information_schema.column_privileges WHERE grantee = 'shop_seller' AND table_name <> 'change_logs'"
        " GROUP BY 1, 2"
    )
    granted = {(row["table_name"], row["kind"]): set(row["columns"]) for row in rows}
    for table, desk in DESK.items():
        columns = {column._meta.name for column in desk.table._meta.columns}
        retired = {"deleted_at"} if desk.removes and "deleted_at" in columns else set()
        assert granted.pop((table, "SELECT")) == columns
        assert granted.pop((table, "INSERT"), set()) == (columns if desk.adds else set()), table
        assert granted.pop((table, "UPDATE"), set()) == set(desk.edits.split()) | retired, table
    assert granted == {}


async def test_the_role_is_nothing_by_itself(superuser: asyncpg.Connection, engine: ShopEngine) -> None:
    role = await superuser.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'shop_seller'")
    powers = ("rolsuper", "rolbypassrls", "rolcanlogin", "rolcreaterole", "rolcreatedb", "rolreplication")
    assert not any(role[power] for power in powers)
    assert not await superuser.fetch("SELECT FROM pg_class WHERE relowner = $1", role["oid"])
    assert not await superuser.fetch("SELECT FROM pg_auth_members WHERE member = $1", role["oid"])
    owned = await superuser.fetch(
        "SELECT p.oid::regprocedure::text AS name FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
        " AND prosecdef AND prorettype <> 'trigger'::regtype"
        " AND has_function_privilege('shop_seller', p.oid, 'EXECUTE')"
    )
    assert [row["name"] for row in owned] == [], "nothing that it may call runs as somebody else"


async def test_the_shop_itself_is_not_touched(sellers: Sellers, engine: ShopEngine) -> None:
    """Shop, worker and administrators work as the owner, whom the policies do not bind, whoever they act for."""
    async with engine.transaction():
        await engine.execute("SELECT set_config('app.user_id', $1, true)", str(sellers[0].id))
        assert await engine.fetchval("SELECT count(*) FROM product") == 3
    assert await engine.fetchval("SELECT current_user = session_user")


async def test_the_role_does_not_outlive_a_request(sellers: Sellers, engine: ShopEngine) -> None:
    for path in ("product/", "product/999999999/"):
        assert (await sellers[0].ask("GET", path)).status_code in (200, 404)
    refused = await sellers[0].ask("POST", "product_variant/", {"product_id": 999_999_999, "sku": "x"})
    assert refused.status_code == 403
    for _ in range(2 * engine.limits.pool_size):
        row = await engine.fetchrow("SELECT current_user = session_user AS own, shop_actor() AS actor")
        assert row is not None
        assert (row["own"], row["actor"]) == (True, None)


@pytest_asyncio.fixture
async def plain_database(database_server: TestServer) -> AsyncIterator[tuple[str, str]]:
    """An empty database of a role that may create no roles: its address and the role's name."""
    name, password = f"shop_plain_{secrets.token_hex(4)}", secrets.token_hex(8)
    await database_server._execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
    url = await database_server.create(name, template="template0")
    try:
        await database_server._execute(f'ALTER DATABASE "{name}" OWNER TO {name}')
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2]
        yield parts._replace(netloc=f"{name}:{password}@{place}").geturl(), name
    finally:
        await database_server.drop(name)
        await database_server._execute(f"DROP ROLE {name}")


async def test_where_the_role_may_not_be_taken_on_the_desk_stays_closed_until_it_may(
    plain_database: tuple[str, str], database_server: TestServer
) -> None:
    url, role = plain_database
    for _ in range(2):
        said: list[str] = []
        await migrate(url, progress=said.append)
        assert said[-1] == (
            f"the seller desk stays closed: {role} may not act as shop_seller;"
            f" a superuser can allow it: GRANT shop_seller TO {role}"
        )
    await database_server._execute(f"GRANT shop_seller TO {role}")
    said = []
    await migrate(url, progress=said.append)
    assert said == ["the database is up to date (0 applied)"]


async def test_a_seller_can_work_where_the_shop_is_no_superuser(
    plain_database: tuple[str, str], database_server: TestServer, engine: ShopEngine, settings: Settings
) -> None:
    """No trigger asks for a right that neither the seller nor the owner of the tables has."""
    url, role = plain_database
    await database_server._execute(f"GRANT shop_seller TO {role}")
    await migrate(url, progress=lambda _: None)
    plain = ShopEngine(url)
    await plain.open()
    plain.bind(TABLES)
    try:
        shop = build_shop(settings, engine=plain, jobs=NoJobs())
        app = create_app(
            shop, mounts=office_mounts(plain, settings, shop.files, services=shop.services, vault=shop.vault.vault)
        )
        users = [await factories.make_user(role_id=Role.SELLER, two_factor_enabled=True) for _ in range(2)]
        one, other = [
            Seller(user["id"], Staff(app, await session_of(shop, user), DESK_API), wares)
            for user, wares in zip(users, await wares_of(users), strict=True)
        ]
        product = await bring_goods(one)
        assert (await one.ask("DELETE", f"product_variant/{one.wares.one('product_variant')}/")).status_code == 204
        assert (await one.ask("DELETE", f"product_attribute/{one.wares.one('product_attribute')}/")).status_code == 204
        assert (await other.ask("GET", f"product/{product}/")).status_code == 404
        assert await plain.fetchval("SELECT count(*) FROM change_logs WHERE user_id = $1", one.id) > 10
        assert await plain.fetchval("SELECT count(*) FROM product") == 4
    finally:
        await plain.close()
        for desk in SELLER_DESKS:
            desk.table._meta.db = engine


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("ALTER TABLE orders DISABLE ROW LEVEL SECURITY", "kept apart in orders"),
        ("DROP POLICY sellers ON inventory", "kept apart in inventory"),
        ("GRANT SELECT ON users TO shop_seller", "kept apart in users"),
        ("GRANT SELECT (email) ON users TO PUBLIC", "kept apart in users"),
        ("GRANT SELECT ON category_facets TO shop_seller", "kept apart in category_facets"),
        ("REVOKE ALL ON product FROM shop_seller", "has no rights"),
        ("ALTER TABLE synonym OWNER TO shop_seller", "owns synonym"),
        ("ALTER ROLE shop_seller BYPASSRLS", "more than it should"),
        ("ALTER ROLE shop_seller LOGIN", "more than it should"),
        ("GRANT pg_read_all_data TO shop_seller", "more than it should"),
    ],
)
async def test_whatever_loosens_the_rules_is_noticed(
    change: str, says: str, superuser: asyncpg.Connection, engine: ShopEngine
) -> None:
    transaction = superuser.transaction()
    await transaction.start()
    try:
        await superuser.execute(change)
        assert says in await superuser.fetchval("SELECT shop_desk_fault()")
    finally:
        await transaction.rollback()
    assert await superuser.fetchval("SELECT shop_desk_fault()") is None
