"""What staff change: it is stored with their name on it, or refused with a reason and nothing is changed."""

import asyncio
import json

import pytest

from app.adapters.db.tables import Role
from app.adapters.db.tables.accounts import User
from tests import factories
from tests.backoffice.rows import one_of_each


async def changes(engine, entity: str) -> list[tuple]:
    rows = await engine.fetch(
        "SELECT action, field_name, old_value, new_value, user_id FROM change_logs WHERE entity_type = $1 ORDER BY id",
        entity,
    )
    return [tuple(row) for row in rows]


def reason(answer) -> str:
    """What the admin's page shows for a refusal."""
    assert answer.status_code == 422, answer.text
    content = answer.json()
    if "custom_form_error" in content:
        return content["custom_form_error"]
    return " / ".join(f"{error['loc'][-1]} {error['msg']}" for error in content["detail"])


async def as_a_form(admin, path: str, **typed) -> dict:
    """What the page sends when a row is saved: every field, with its times cut off at the second."""
    row = (await admin("GET", path)).json()
    for name, value in row.items():
        if isinstance(value, str) and value[10:11] == "T":
            row[name] = value.partition(".")[0].removesuffix("Z") + "Z"
    return row | typed


class TestChanging:
    async def test_a_product_is_added_and_changed_by_name(self, admin, admin_user, engine):
        category = await factories.make_category()
        added = await admin(
            "POST",
            "product/",
            {
                "name": "Dune lamp",
                "slug": "dune-lamp",
                "category_id": category["id"],
                "price": "64.00",
                "sold_count": 900,
                "rating_average": "5.00",
                "created_by": 999,
                "description": "One.\r\nTwo.",
            },
        )
        assert added.status_code == 201, added.text
        row = await engine.fetchrow("SELECT * FROM product")
        assert (row["created_by"], row["sold_count"], row["status"]) == (admin_user["id"], 0, "draft")
        assert row["description"] == "One.\nTwo."
        await asyncio.sleep(0.01)
        form = await as_a_form(admin, f"product/{row['id']}/", price="70.00", description="One.\r\nTwo.")
        saved = await admin("PATCH", f"product/{row['id']}/", form)
        assert saved.status_code == 200, saved.text
        log = await changes(engine, "Product")
        assert log[0][0] == "INSERT"
        assert log[0][4] == admin_user["id"]
        assert log[1:] == [("UPDATE", "price", "64.00", "70.00", admin_user["id"])]

    async def test_saving_what_was_not_changed_changes_nothing(self, admin, engine):
        for table, row_id in (await one_of_each()).items():
            form = await admin("GET", f"{table}/{row_id}/")
            if form.status_code == 200:
                before = await engine.fetchrow(
                    f"SELECT to_jsonb(t) - 'updated_at' FROM \"{table}\" t WHERE id = {row_id}"
                )
                saved = await admin("PATCH", f"{table}/{row_id}/", await as_a_form(admin, f"{table}/{row_id}/"))
                assert saved.status_code in (200, 405), (table, saved.text)
                assert before == await engine.fetchrow(
                    f"SELECT to_jsonb(t) - 'updated_at' FROM \"{table}\" t WHERE id = {row_id}"
                )
        assert not [row for row in await engine.fetch("SELECT * FROM change_logs") if row["action"] == "UPDATE"]

    async def test_what_the_shop_keeps_cannot_be_typed_over(self, admin, engine):
        ids = await one_of_each()
        before = await engine.fetchrow("SELECT * FROM orders")
        for column in ("total_price", "subtotal", "discount", "shipping", "tax"):
            answer = await admin("PATCH", f"orders/{ids['orders']}/", {column: "1.00"})
            assert column in reason(answer) or before[column] == 1
        for column, value in {"number": "FREE", "status": "shipped", "cart_id": 5, "id": 7, "currency": "EUR"}.items():
            assert reason(await admin("PATCH", f"orders/{ids['orders']}/", {column: value})).startswith(column)
        assert await engine.fetchrow("SELECT * FROM orders") == before
        assert reason(await admin("PATCH", f"inventory/{ids['inventory']}/", {"reserved": 3}))
        assert (await admin("PATCH", f"product/{ids['product']}/", {"sold_count": 3})).status_code == 200
        assert await engine.fetchval("SELECT sold_count FROM product") == 0
        assert reason(await admin("PATCH", f"users/{ids['users']}/", {"two_factor_enabled": True}))
        assert reason(await admin("PATCH", f"users/{ids['users']}/", {"two_factor_secret": "mine"}))

    async def test_a_row_that_others_changed_meanwhile_is_not_overwritten(self, admin, engine):
        path = f"product/{(await one_of_each())['product']}/"
        async with engine.transaction():
            await engine.execute("SELECT set_config('app.bulk_load', 'on', true)")
            await engine.execute("ALTER TABLE product DISABLE TRIGGER product_touch")
            await engine.execute("UPDATE product SET updated_at = now() - interval '1 minute'")
            await engine.execute("ALTER TABLE product ENABLE TRIGGER product_touch")
            await engine.execute("UPDATE change_logs SET timestamp = now() - interval '2 minutes'")
        form = await as_a_form(admin, path)
        assert (await admin("PATCH", path, form | {"name": "First"})).status_code == 200
        assert (await admin("PATCH", path, form | {"name": "Second"})).status_code == 200  # the same page, saved again
        async with engine.transaction():
            await engine.execute("UPDATE product SET sold_count = 5")  # the shop counting is not somebody's change
        assert (await admin("PATCH", path, form | {"name": "Third"})).status_code == 200
        async with engine.transaction():
            await engine.execute("UPDATE product SET price = 11")
        assert "somebody else changed" in reason(await admin("PATCH", path, form | {"name": "Fourth"}))
        row = await engine.fetchrow("SELECT name, price, sold_count FROM product ORDER BY id LIMIT 1")
        assert (row["name"], row["price"], row["sold_count"]) == ("Third", 11, 5)

    async def test_stock_is_counted_into_the_ledger(self, admin, admin_user, engine):
        product = await factories.make_product(stock=10)
        row_id = await engine.fetchval("SELECT id FROM inventory WHERE product_id = $1", product["id"])
        assert (await admin("PATCH", f"inventory/{row_id}/", {"quantity": 25})).status_code == 200
        moved = await engine.fetchrow("SELECT * FROM stock_movement ORDER BY id DESC LIMIT 1")
        assert (moved["quantity_delta"], moved["quantity_after"]) == (15, 25)
        assert (moved["reason"], moved["user_id"]) == ("adjust", admin_user["id"])

    async def test_a_new_variant_gets_its_stock(self, admin, engine):
        product = await factories.make_product(stock=None)
        variant = await admin(
            "POST",
            "product_variant/",
            {"product_id": product["id"], "sku": "NEW-1", "options": '{"Size": "L"}', "variant_value": "L"},
        )
        assert variant.status_code == 201, variant.text
        variant_id = variant.json()[0]["id"]
        stock = await admin(
            "POST",
            "inventory/",
            {"product_id": product["id"], "variant_id": variant_id, "quantity": 4, "reserved": 4},
        )
        assert stock.status_code == 201, stock.text
        row = await engine.fetchrow("SELECT * FROM inventory")
        assert (row["quantity"], row["reserved"]) == (4, 0)

    async def test_an_order_stands_there_with_its_lines_payment_and_parcel(self, admin):
        ids = await one_of_each()
        (listed,) = (await admin("GET", "orders/?__order=-id")).json()["rows"]
        assert listed["total_price"] == "10.00"
        references = (await admin("GET", "orders/references/")).json()["references"]
        for table in ("order_item", "payment", "shipping_info", "billing_info", "order_event", "stock_reservation"):
            assert {"tableName": table, "columnName": "order_id"} in references
            (row,) = (await admin("GET", f"{table}/?order_id={ids['orders']}")).json()["rows"]
            assert row["order_id"] == ids["orders"]

    async def test_times_lists_and_json_are_stored_as_typed(self, admin, engine):
        added = await admin(
            "POST",
            "shipping_method/",
            {"code": "post", "name": "Post", "price": "5", "countries": ["DE", "AT"], "min_days": 1, "max_days": 2},
        )
        assert added.status_code == 201, added.text
        row_id = added.json()[0]["id"]
        assert (await admin("PATCH", f"shipping_method/{row_id}/", {"countries": ["NL"]})).status_code == 200
        assert await engine.fetchval("SELECT countries FROM shipping_method") == ["NL"]
        product = await factories.make_product()
        variant = await factories.variant_of(product)
        options = {"options": '{"Colour": "Ink"}'}
        assert (await admin("PATCH", f"product_variant/{variant['id']}/", options)).status_code == 200
        assert json.loads(await engine.fetchval("SELECT options FROM product_variant")) == {"Colour": "Ink"}
        when = {"published_at": "2027-01-02T03:04:05Z"}
        assert (await admin("PATCH", f"product/{product['id']}/", when)).status_code == 200
        assert str(await engine.fetchval("SELECT published_at FROM product")) == "2027-01-02 03:04:05+00:00"


class TestRetiring:
    async def test_deleting_a_product_retires_it(self, admin, admin_user, engine):
        ids = await one_of_each()
        assert (await admin("DELETE", f"product/{ids['product']}/")).status_code == 204
        assert await engine.fetchval("SELECT deleted_at IS NOT NULL FROM product ORDER BY id LIMIT 1")
        ((action, name, _, _, actor),) = [row for row in await changes(engine, "Product") if row[0] != "INSERT"]
        assert (action, name, actor) == ("UPDATE", "deleted_at", admin_user["id"])
        restored = await admin("PATCH", f"product/{ids['product']}/", {"deleted_at": None})
        assert restored.status_code == 200
        assert await engine.fetchval("SELECT deleted_at IS NULL FROM product ORDER BY id LIMIT 1")

    async def test_what_does_not_exist_cannot_be_deleted(self, admin):
        assert (await admin("DELETE", "product/4711/")).status_code == 404


class TestRefusals:
    """Whatever the database refuses is said in words, and nothing of the request remains."""

    async def test_a_value_that_is_taken(self, admin, engine):
        await factories.make_category(slug="shoes")
        answer = await admin("POST", "category/", {"name": "Shoes", "slug": "shoes"})
        assert reason(answer) == "Nothing was changed: another row has this value already: category slug key."
        assert await engine.fetchval("SELECT count(*) FROM category") == 1

    async def test_a_rule_that_would_not_hold(self, admin, engine):
        product = await factories.make_product(price="10.00")
        answer = await admin("PATCH", f"product/{product['id']}/", {"compare_at_price": "9.00"})
        assert reason(answer) == "Nothing was changed: this must hold: product compare at price is higher."
        await factories.make_product(stock=5)
        stock = await engine.fetchrow("SELECT * FROM inventory ORDER BY id DESC")
        async with engine.transaction():
            await engine.execute("UPDATE inventory SET reserved = 3 WHERE id = $1", stock["id"])
        answer = await admin("PATCH", f"inventory/{stock['id']}/", {"quantity": 2})
        assert "inventory reserved within quantity" in reason(answer)
        assert await engine.fetchval("SELECT quantity FROM inventory WHERE id = $1", stock["id"]) == 5

    async def test_a_reference_to_nothing(self, admin):
        answer = await admin("POST", "product/", {"name": "X", "slug": "x", "category_id": 4711, "price": "1"})
        assert "what it refers to does not exist" in reason(answer)

    async def test_a_row_that_others_need(self, admin, engine):
        await factories.make_tax_rate("US", "0.08")
        rate = await engine.fetchrow("SELECT * FROM tax_rate")
        assert (await admin("DELETE", f"tax_rate/{rate['id']}/")).status_code == 204
        assert not await engine.fetch("SELECT * FROM tax_rate")

    async def test_a_value_that_must_be_given(self, admin):
        answer = await admin("POST", "category/", {"name": None, "slug": "x"})
        assert answer.status_code == 422
        category = await factories.make_category()
        assert reason(await admin("PATCH", f"category/{category['id']}/", {"name": None}))

    async def test_a_text_that_is_too_long(self, admin):
        category = await factories.make_category()
        assert reason(await admin("PATCH", f"category/{category['id']}/", {"name": "x" * 101}))

    async def test_a_number_that_is_too_large(self, admin):
        product = await factories.make_product()
        row_id = product["id"]
        assert reason(await admin("PATCH", f"product/{row_id}/", {"price": "1e20"}))
        inventory = await factories.db().fetchval("SELECT id FROM inventory")
        assert reason(await admin("PATCH", f"inventory/{inventory}/", {"quantity": 2**40}))
        assert reason(await admin("PATCH", f"inventory/{inventory}/", {"quantity": 2**31 - 1 + 1}))

    async def test_a_failed_write_takes_everything_with_it(self, admin, engine, new_staff):
        """The sessions of an account end with its rights; if the change is refused, they go on."""
        seller = await factories.make_user(role_id=Role.ADMIN, email="other@shop.example", two_factor_enabled=True)
        await factories.make_user(email="taken@shop.example")
        other = await new_staff(seller)
        answer = await admin("PATCH", f"users/{seller['id']}/", {"status": "Suspended", "email": "taken@shop.example"})
        assert "users email once" in reason(answer)
        assert (await other("GET", "orders/")).status_code == 200
        assert not await engine.fetch("SELECT * FROM change_logs WHERE action = 'UPDATE'")


class TestPeople:
    PASSWORD = "correct horse battery"

    async def test_an_account_is_made_without_a_password_and_its_owner_gets_a_link(self, admin, admin_user, engine):
        answer = await admin(
            "POST",
            "users/",
            {
                "email": " New@Shop.Example ",
                "role_id": 3,
                "two_factor_secret": "mine",
                "two_factor_enabled": True,
                "email_verified_at": "2026-01-01T00:00:00Z",
                "created_by": 1,
                "deleted_at": None,
            },
        )
        assert answer.status_code == 201, answer.text
        row = await engine.fetchrow("SELECT * FROM users WHERE email = 'new@shop.example'")
        assert (row["password"], row["email_verified_at"]) == (None, None)
        assert (row["two_factor_secret"], row["two_factor_enabled"]) == (None, False)
        assert (row["created_by"], row["status"]) == (admin_user["id"], "Active")
        log = await changes(engine, "User")
        assert log[-1][0] == "INSERT"
        assert log[-1][4] == admin_user["id"]
        mails = await engine.fetch("SELECT kind, recipient_email FROM email")
        assert [tuple(mail) for mail in mails] == [("code", "new@shop.example")]

    async def test_nobody_but_the_owner_sets_a_password(self, admin, engine):
        other_user = await factories.make_user(role_id=Role.ADMIN)
        path = f"users/{other_user['id']}/"
        assert "is kept by the shop" in reason(await admin("PATCH", path, {"password": self.PASSWORD}))
        form = await as_a_form(admin, path, password=self.PASSWORD)
        assert "is kept by the shop" in reason(await admin("PATCH", path, form))
        new = {"email": "new@shop.example", "role_id": 3, "password": self.PASSWORD}
        assert "for the owner to set" in reason(await admin("POST", "users/", new))
        assert await engine.fetchval("SELECT count(*) FROM users WHERE password IS NOT NULL") == 0
        assert await engine.fetchval("SELECT count(*) FROM users") == 2

    async def test_staff_send_a_link_to_set_one(self, admin, engine):
        await factories.make_user(email="casey@shop.example")
        path = "/admin/api/forms/send-a-password-link/"
        known = await admin("POST", path, {"email": "Casey@Shop.example"})
        unknown = await admin("POST", path, {"email": "nobody@shop.example"})
        assert (known.status_code, unknown.status_code) == (200, 200)
        assert known.text.replace("casey", "nobody") == unknown.text
        mails = await engine.fetch("SELECT kind, recipient_email FROM email")
        assert [tuple(mail) for mail in mails] == [("code", "casey@shop.example")]
        for odd in ({}, {"email": 5}, {"email": "no address"}, {"email": "x" * 300}):
            assert (await admin("POST", path, odd)).status_code == 422

    async def test_saving_an_account_keeps_its_secrets(self, admin, engine):
        user = await User.create_user("casey", self.PASSWORD, email="casey@shop.example", role_id=3)
        async with engine.transaction():
            await engine.execute("UPDATE users SET two_factor_secret = 'sealed' WHERE id = $1", user.id)
        before = await engine.fetchrow("SELECT password, two_factor_secret FROM users WHERE id = $1", user.id)
        form = await as_a_form(admin, f"users/{user.id}/", first_name="Casey")
        assert form["password"] is None
        assert (await admin("PATCH", f"users/{user.id}/", form)).status_code == 200
        after = await engine.fetchrow("SELECT password, two_factor_secret FROM users WHERE id = $1", user.id)
        assert after == before

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"email": "no address"}, "is not an email address"),
            ({"email": "BOSS@shop.example"}, "users email once"),
            ({"email": "a@shop.example", "role_id": 99}, "does not exist"),
        ],
    )
    async def test_an_account_that_cannot_be(self, fields, words, admin, engine):
        answer = await admin("POST", "users/", {"role_id": 3, **fields})
        assert words in reason(answer)
        assert await engine.fetchval("SELECT count(*) FROM users") == 1

    @pytest.mark.parametrize(
        "change", [{"status": "Suspended"}, {"role_id": 3}, {"deleted_at": "2026-01-01T00:00:00Z"}]
    )
    async def test_nobody_locks_themselves_out(self, change, admin, admin_user):
        assert "your own account" in reason(await admin("PATCH", f"users/{admin_user['id']}/", change))
        answer = await admin("DELETE", f"users/{admin_user['id']}/")
        assert "your own account" in reason(answer)
        assert (await admin("GET", "orders/")).status_code == 200

    async def test_a_retired_account_is_out(self, admin, new_staff):
        other_user = await factories.make_user(role_id=Role.ADMIN)
        other = await new_staff(other_user)
        assert (await admin("DELETE", f"users/{other_user['id']}/")).status_code == 204
        assert (await other("GET", "orders/")).status_code == 401
