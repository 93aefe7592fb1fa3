"""The seller desk: who gets in, what a seller does there, and that every trace of it is left."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from piccolo.columns import ForeignKey, Timestamptz

from app.adapters.db.engine import ShopEngine
from app.adapters.db.tables import TABLES
from app.backoffice.seller_desks import SELLER_DESKS
from app.core.accounts import Role
from app.core.permissions import SELLER, Permission
from tests import factories
from tests.backoffice.conftest import DESK_API, PASSWORD, Boss, NewStaff, Seller, Staff
from tests.backoffice.test_uploads import picture
from tests.factories import db

FULL = {table._meta.tablename: table for table in TABLES}
DESK = {desk.table._meta.tablename: desk for desk in SELLER_DESKS}
Sellers = tuple[Seller, Seller]


class TestDoor:
    async def test_strangers_are_led_to_the_sign_in_and_back(self, new_staff: NewStaff) -> None:
        stranger = await new_staff(api=DESK_API)
        there = await stranger("GET", "/desk/")
        assert (there.status_code, there.headers["location"]) == (303, "/sign-in?next=%2Fdesk%2F")
        assert (await stranger("GET", "/desk")).headers["location"] == "/desk/"
        assert (await stranger("GET", "product/")).status_code == 401

    async def test_a_seller_without_second_factor_is_led_to_its_set_up(
        self, sellers: Sellers, engine: ShopEngine
    ) -> None:
        async with engine.transaction():
            await engine.execute("UPDATE users SET two_factor_enabled = false")
        there = await sellers[0].ask("GET", "/desk/")
        assert there.headers["location"] == "/account/security/two-factor?next=%2Fdesk%2F"
        assert (await sellers[0].ask("GET", "product/")).status_code == 401

    async def test_a_customer_reads_whose_page_it_is(self, new_staff: NewStaff) -> None:
        customer = await new_staff(await factories.make_user(), api=DESK_API)
        page = await customer("GET", "/desk/")
        assert page.status_code == 403
        assert "This page is for sellers, and your account has the role CUSTOMER." in page.text
        assert "<main" in page.text
        assert (await customer("GET", "product/")).status_code == 401

    async def test_an_administrator_is_led_to_the_other_office(self, admin: Staff) -> None:
        there = await admin("GET", "/desk/")
        assert (there.status_code, there.headers["location"]) == (303, "/admin/")
        assert (await admin("GET", f"{DESK_API}/product/")).status_code == 401

    async def test_a_seller_does_not_get_into_the_other_office(self, sellers: Sellers) -> None:
        assert (await sellers[0].ask("GET", "/admin/")).status_code == 404
        assert (await sellers[0].ask("GET", "/admin/api/tables/product/")).status_code == 401

    @pytest.mark.parametrize(
        "end",
        [
            "UPDATE users SET status = 'Suspended' WHERE id = $1",
            "UPDATE users SET deleted_at = now() WHERE id = $1",
            "UPDATE users SET role_id = 3 WHERE id = $1",
            "UPDATE users SET email_verified_at = NULL WHERE id = $1",
            "UPDATE user_session SET revoked_at = now(), revoked_reason = 'revoked' WHERE user_id = $1",
        ],
    )
    async def test_whoever_is_out_is_out_at_once(self, end: str, sellers: Sellers, engine: ShopEngine) -> None:
        assert (await sellers[0].ask("GET", "product/")).status_code == 200
        async with engine.transaction():
            await engine.execute(end, sellers[0].id)
        assert (await sellers[0].ask("GET", "product/")).status_code == 401
        assert (await sellers[0].ask("GET", "/desk/")).status_code in (303, 403)
        assert (await sellers[1].ask("GET", "product/")).status_code == 200

    async def test_the_form_of_the_page_signs_sellers_in_and_nobody_else(
        self, office: Any, engine: ShopEngine, boss: Boss
    ) -> None:
        staff = Staff(office, api=DESK_API)
        known = {"username": "boss@shop.example", "password": PASSWORD}
        assert (await staff("POST", "/desk/public/login/", known)).text == (
            await staff("POST", "/desk/public/login/", known | {"username": "nobody@shop.example"})
        ).text
        async with engine.transaction():
            await engine.execute("UPDATE users SET role_id = $1", Role.SELLER)
        asked = await staff("POST", "/desk/public/login/", known)
        assert asked.json()["detail"] == "MFA code required"
        entered = await staff("POST", "/desk/public/login/", known | {"mfa_code": boss.code()})
        assert entered.status_code == 200, entered.text
        assert (await staff("GET", "/desk/api/user/")).json()["username"] == "boss@shop.example"
        assert (await staff("POST", "/desk/public/logout/")).status_code == 200
        assert (await staff("GET", "/desk/api/user/")).status_code == 401

    async def test_the_page_has_the_rules_of_the_office(self, sellers: Sellers) -> None:
        seller = sellers[0].ask
        page = await seller("GET", "/desk/")
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert "script-src 'self';" in page.headers["content-security-policy"]
        assert "style-src 'self' 'unsafe-inline'" in page.headers["content-security-policy"]
        assert (await seller("GET", "/desk/public/meta/")).json()["site_name"] == "Exclusive seller desk"
        for path in ("openapi.json", "api/openapi.json", "public/openapi.json", "docs", "api/docs/", "public/docs/"):
            assert (await seller("GET", f"/desk/{path}")).status_code == 404
        for path in ("/desks", "/desk-lamp", "/de/desk/"):
            assert (await seller("GET", path)).status_code == 404
        for headers in ({"sec-fetch-site": "cross-site"}, {"x-csrftoken": "another"}):
            answer = await seller("PATCH", "product/1/", {}, headers=headers)
            assert answer.status_code == 403


class TestWork:
    async def test_a_seller_brings_goods_into_the_shop(self, sellers: Sellers, engine: ShopEngine) -> None:
        """Each table that a seller writes, and every trigger behind them: none asks for a right the seller lacks."""
        seller = sellers[0]
        changes = await db().fetchval("SELECT count(*) FROM catalogue_change")
        product = await bring_goods(seller)
        row = await db().fetchrow("SELECT * FROM product WHERE id = $1", product)
        assert row is not None
        assert (row["seller_id"], row["created_by"], row["price"]) == (seller.id, seller.id, Decimal("18.00"))
        assert "tarn" in row["found_by"]
        prices = await db().fetch("SELECT price FROM price_history WHERE product_id = $1 ORDER BY id", product)
        assert [one["price"] for one in prices if one["price"]] == [Decimal("20.00"), Decimal("18.00")]
        moves = await db().fetch("SELECT * FROM stock_movement WHERE product_id = $1 ORDER BY id", product)
        assert [(move["quantity_delta"], move["user_id"]) for move in moves] == [
            (5, seller.id),
            (-5, seller.id),
            (7, seller.id),
        ]
        assert await db().fetchval("SELECT product_id FROM slug_redirect WHERE old_slug = 'teapot'") == product
        listed = await db().fetchrow("SELECT * FROM listing_product WHERE product_id = $1", product)
        assert listed is not None
        assert listed["lowest"] == Decimal("19.00")
        assert await db().fetchval("SELECT count(*) FROM catalogue_change") > changes
        logged = await db().fetch(
            "SELECT DISTINCT entity_type, user_id FROM change_logs WHERE timestamp > now() - interval '1 minute'"
            " AND user_id IS NOT NULL"
        )
        assert {(one["entity_type"], one["user_id"]) for one in logged} == {
            (name, seller.id) for name in ("Product", "ProductVariant", "ProductAttribute", "Inventory", "SlugRedirect")
        }
        assert (await seller.ask("GET", f"product/{product}/")).json()["price"] == "18.00"
        assert (await sellers[1].ask("GET", f"product/{product}/")).status_code == 404

    async def test_a_form_that_is_out_of_date_is_refused(self, sellers: Sellers, admin: Staff) -> None:
        seller, product = sellers[0], sellers[0].wares.one("product")
        form = (await seller.ask("GET", f"product/{product}/")).json()
        assert (await admin("PATCH", f"product/{product}/", {"summary": "From above"})).status_code == 200
        stale = await seller.ask("PATCH", f"product/{product}/", form | {"name": "Mine", "updated_at": LONG_AGO})
        assert stale.status_code == 422, stale.text
        assert "somebody else changed the row meanwhile" in stale.text
        fresh = (await seller.ask("GET", f"product/{product}/")).json()
        assert (await seller.ask("PATCH", f"product/{product}/", fresh | {"name": "Mine"})).status_code == 200

    async def test_a_seller_sends_pictures_of_own_goods(self, sellers: Sellers) -> None:
        one, other = sellers
        sent = await send(one.ask, picture())
        assert sent.status_code == 200, sent.text
        key = sent.json()["file_key"]
        fields = {"file_key": key, "alt": "A mug"}
        theirs = await one.ask("POST", "picture_upload/", fields | {"product_id": other.wares.one("product")})
        assert theirs.status_code == 403
        made = await one.ask("POST", "picture_upload/", fields | {"product_id": one.wares.one("product")})
        assert made.status_code == 201, made.text
        row = await db().fetchrow("SELECT * FROM picture_upload WHERE file_key = $1", key)
        assert row is not None
        assert (row["state"], row["product_id"]) == ("waiting", one.wares.one("product"))
        assert (await send(one.ask, b"<svg/>")).status_code == 422
        retired = await one.ask("DELETE", f"product_image/{one.wares.one('product_image')}/")
        assert retired.status_code == 204

    async def test_what_the_database_refuses_is_said_beside_the_form(self, sellers: Sellers) -> None:
        seller, product = sellers[0], sellers[0].wares.one("product")
        for change, words in (
            ({"price": "-1"}, "product price is not negative"),
            ({"slug": sellers[1].wares.mark.lower() + "-mug"}, "another row has this value already"),
            ({"category_id": 999_999}, "what it refers to does not exist"),
        ):
            answer = await seller.ask("PATCH", f"product/{product}/", change)
            assert answer.status_code == 422, answer.text
            assert words in answer.text

    @pytest.mark.parametrize(
        ("right", "method", "path"),
        [
            (Permission.VIEW_PRODUCTS, "GET", "product/"),
            (Permission.CREATE_PRODUCT, "POST", "product/"),
            (Permission.CHANGE_PRODUCT, "PATCH", "product/{product}/"),
            (Permission.DELETE_PRODUCT, "DELETE", "product/{product}/"),
            (Permission.CHANGE_PRODUCT, "POST", "picture_upload/"),
            (Permission.VIEW_STOCK, "GET", "inventory/"),
            (Permission.CHANGE_STOCK, "PATCH", "inventory/{inventory}/"),
            (Permission.VIEW_ORDERS, "GET", "order_item/"),
            (Permission.VIEW_REVIEWS, "GET", "review/"),
        ],
    )
    async def test_each_use_takes_its_right(
        self, right: Permission, method: str, path: str, sellers: Sellers, engine: ShopEngine
    ) -> None:
        seller = sellers[0]
        ids = {table: rows[0] for table, rows in seller.wares.ids.items()}
        form = await fields_for(path.partition("/")[0], seller, "a") if method == "POST" else {}
        if right in SELLER:
            await take(engine, right)
        answer = await seller.ask(method, path.format(**ids), form)
        assert answer.status_code == 403
        assert right in answer.text

    async def test_retiring_a_product_takes_its_own_right_by_any_way(
        self, sellers: Sellers, engine: ShopEngine
    ) -> None:
        seller, product = sellers[0], sellers[0].wares.one("product")
        now = datetime.now(UTC).isoformat()
        assert (await seller.ask("PATCH", f"product/{product}/", {"deleted_at": now})).status_code == 403
        async with engine.transaction():
            await engine.execute(
                "INSERT INTO user_permission (role_id, permission, permission_type, description)"
                " VALUES ($1, 'DELETE_PRODUCT', 'Write', '')",
                Role.SELLER,
            )
        assert (await seller.ask("DELETE", f"product/{product}/")).status_code == 204
        assert await db().fetchval("SELECT deleted_at IS NOT NULL FROM product WHERE id = $1", product)

    async def test_uploading_takes_the_right_too(self, sellers: Sellers, engine: ShopEngine) -> None:
        await take(engine, Permission.CHANGE_PRODUCT)
        assert (await send(sellers[0].ask, picture())).status_code == 403


class TestMassAssignment:
    """Every column that the shop's table has, sent to every write of the desk: only the form's own are taken."""

    @pytest.mark.parametrize("table", [name for name, desk in DESK.items() if desk.adds])
    async def test_a_new_row_takes_the_fields_of_its_form(self, table: str, sellers: Sellers) -> None:
        one, desk = sellers[0], DESK[table]
        rows = []
        for mark, extra in (("a", await hostile(table, sellers)), ("b", {})):
            made = await one.ask("POST", f"{table}/", {**extra, **await fields_for(table, one, mark)})
            assert made.status_code == 201, made.text
            rows.append(await stored(table, made.json()[0]["id"]))
        derived = {"id", "created_at", "updated_at", "search_vector", *f"{desk.edits} {desk.once}".split()}
        taken, expected = [{name: row[name] for name in set(row) - derived} for row in rows]
        assert taken == expected

    @pytest.mark.parametrize("table", [name for name, desk in DESK.items() if desk.edits])
    async def test_a_change_takes_the_fields_of_its_form(self, table: str, sellers: Sellers) -> None:
        one = sellers[0]
        row_id = one.wares.one(table)
        before = await stored(table, row_id)
        for name, value in (await hostile(table, sellers)).items():
            if name != "deleted_at":  # retires the row, which is a right of its own
                answer = await one.ask("PATCH", f"{table}/{row_id}/", {name: value})
                assert answer.status_code < 500, answer.text
        after = await stored(table, row_id)
        assert {**after, "updated_at": None} == {**before, "updated_at": None}


LONG_AGO = "2020-01-01T00:00:00+00:00"


async def bring_goods(seller: Seller) -> int:
    """What a seller does to sell something; returns the product's id."""
    wares = seller.wares
    of_its_kind = {"category_id": wares.one("category"), "brand_id": wares.one("brand")}
    product = await add(seller, "product", {"name": "Teapot", "slug": "teapot", "price": "20.00", **of_its_kind})
    variant = await add(seller, "product_variant", {"product_id": product, "sku": "TEA-1"})
    stock = await add(seller, "inventory", {"product_id": product, "variant_id": variant, "quantity": 5})
    await add(
        seller,
        "product_attribute",
        {"product_id": product, "attribute_id": wares.one("attribute"), "text_value": "Glass"},
    )
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    await change(seller, "product", product, {"status": "active", "published_at": yesterday})
    await change(seller, "product", product, {"price": "18.00", "compare_at_price": "20.00"})
    await change(seller, "product", product, {"slug": "glass-teapot", "name": "Glass teapot"})
    await change(seller, "product_variant", variant, {"price_adjustment": "1.00"})
    await change(seller, "inventory", stock, {"quantity": 0})
    await change(seller, "inventory", stock, {"quantity": 7})
    return product


async def add(seller: Seller, table: str, fields: dict[str, Any]) -> int:
    made = await seller.ask("POST", f"{table}/", fields)
    assert made.status_code == 201, made.text
    return int(made.json()[0]["id"])


async def change(seller: Seller, table: str, row_id: int, fields: dict[str, Any]) -> None:
    changed = await seller.ask("PATCH", f"{table}/{row_id}/", fields)
    assert changed.status_code == 200, changed.text


async def fields_for(table: str, seller: Seller, mark: str) -> dict[str, Any]:
    """Enough for a new row that is not there yet."""
    product: dict[str, Any] = {"product_id": seller.wares.one("product")}
    if table == "product":
        return {"name": mark, "slug": mark, "price": "1.00", "category_id": seller.wares.one("category")}
    if table == "product_variant":
        return {**product, "sku": mark}
    if table == "product_attribute":
        return {**product, "attribute_id": seller.wares.one("attribute"), "text_value": mark}
    if table == "picture_upload":
        return {**product, "file_key": f"incoming/{mark * 32}", "alt": mark}
    variant = await factories.insert("product_variant", **product, sku=f"S-{mark}")
    return {**product, "variant_id": variant["id"], "quantity": 3}


async def hostile(table: str, sellers: Sellers) -> dict[str, Any]:
    """For every column that is no field of the form, what somebody would like to have in it; ids are the other's."""
    desk = DESK[table]
    theirs = await stored(table, sellers[1].wares.one(table))
    values = {}
    for column in FULL[table]._meta.columns:
        name, value = column._meta.name, theirs[column._meta.name]
        if name in f"{desk.edits} {desk.once}".split():
            continue
        if name == "seller_id":
            value = sellers[1].id
        elif isinstance(column, Timestamptz):
            value = LONG_AGO
        elif isinstance(value, bool):
            value = not value
        elif isinstance(column, ForeignKey) or name == "id":
            value = value or theirs["id"]
        elif isinstance(value, Decimal | int):
            value = 4
        values[name] = "ready" if name == "state" else value
    return values


async def stored(table: str, row_id: int) -> dict[str, Any]:
    row = await db().fetchrow(f'SELECT * FROM "{table}" WHERE id = $1', row_id)
    assert row is not None
    return dict(row)


async def take(engine: ShopEngine, right: Permission) -> None:
    async with engine.transaction():
        await engine.execute(
            "UPDATE user_permission SET deleted_at = now() WHERE role_id = $1 AND permission = $2", Role.SELLER, right
        )


async def send(staff: Staff, body: bytes) -> httpx.Response:
    return await staff.client.post(
        "/desk/api/media/",
        data={"table_name": "picture_upload", "column_name": "file_key"},
        files={"file": ("mug.png", body)},
    )
