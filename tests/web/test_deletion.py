"""Deleting an account: asked for with a fresh proof, taken back for two weeks, then nothing personal stays anywhere."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from app.adapters.db.deletion import DELETE_ROWS, KEPT_WITHOUT_A_PERSON
from app.adapters.db.tables import TABLES
from app.bootstrap import Shop
from app.core.accounts import Role
from tests import factories
from tests.services.conftest import Post
from tests.web.conftest import Page, Visitor
from tests.web.signing_in import sign_in, sign_in_as
from tests.web.test_account import make_order
from tests.web.test_export import fill, made
from tests.web.test_profile import picture, upload

DELETION = "/account/deletion"
KEEP = f"{DELETION}/cancellation"


async def run(engine: Any, sql: str, *values: Any) -> None:
    async with engine.transaction():
        await engine.execute(sql, *values)


async def ask(visitor: Visitor) -> Page:
    return await visitor.post(DELETION, (await visitor.get(DELETION)).form(DELETION))


async def come_due(engine: Any) -> None:
    await run(engine, "UPDATE account_deletion SET erase_at = now() WHERE state = 'waiting'")


async def everywhere(engine: Any, word: str) -> list[str]:
    """Tables in which a word stands, in whatever column."""
    found = []
    for table in TABLES:
        name = table._meta.tablename
        if await engine.fetchval(f'SELECT EXISTS (SELECT FROM "{name}" t WHERE t::text ILIKE $1)', f"%{word}%"):
            found.append(name)
    return found


async def test_asked_for_told_of_and_taken_back(either: Visitor, shop: Shop, post: Post, engine: Any) -> None:
    user_id = await sign_in(either, shop, email="ada@shop.example")
    answer = await ask(either)
    assert answer.status == (200 if either.htmx else 303)
    page = await either.get(DELETION)
    assert "is going to be deleted" in page.words and "Keep my account" in page.words
    assert "is going to be deleted on" in (await either.get("/account")).words
    wait = await engine.fetchval("SELECT erase_at - created_at FROM account_deletion")
    assert wait.days == 14
    mail = (await post.deliver())[-1]
    assert mail.recipient == "ada@shop.example" and DELETION in mail.rendered.text
    assert await shop.services.deletions.erase_next() == 0, "not before its time"
    answer = await either.post(KEEP, page.form(KEEP))
    assert answer.status == (200 if either.htmx else 303)
    assert "Delete my account" in (await either.get(DELETION)).words
    assert "stays" in (await post.deliver())[-1].rendered.subject
    assert (await either.post(KEEP, page.form(KEEP))).status == 404, "there is nothing to take back any more"
    await run(engine, "UPDATE account_deletion SET erase_at = now()")
    assert await shop.services.deletions.erase_next() == 0
    assert await engine.fetchval("SELECT deleted_at FROM users WHERE id = $1", user_id) is None


async def test_other_browsers_are_signed_out(visitor: Visitor, new_visitor: Any, shop: Shop, engine: Any) -> None:
    user_id = await sign_in(visitor, shop)
    other = new_visitor()
    await sign_in_as(other, shop, await engine.fetchrow("SELECT * FROM users WHERE id = $1", user_id))
    await ask(visitor)
    assert (await other.get("/account")).status == 303
    assert (await visitor.get("/account")).status == 200
    again = new_visitor()
    await sign_in_as(again, shop, await engine.fetchrow("SELECT * FROM users WHERE id = $1", user_id))
    form = (await again.get(DELETION)).form(KEEP)
    assert (await again.post(KEEP, form)).status == 303, "signing in and keeping it"


async def test_it_needs_a_fresh_proof(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    await run(engine, "UPDATE user_session SET auth_time = now() - interval '16 minutes'")
    answer = await ask(visitor)
    assert answer.status in (303, 403) and "account_deletion" not in await everywhere(engine, "waiting")
    assert await engine.fetchval("SELECT count(*) FROM account_deletion") == 0


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SELLER])
async def test_staff_are_closed_by_others(role: Role, visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop, role_id=role, two_factor_enabled=True)
    page = await visitor.get(DELETION)
    assert "closed by an administrator" in page.words and "Delete my account" not in page.words
    assert (await visitor.post(DELETION, {"csrf_token": page.fields["csrf_token"]})).status == 403
    assert await engine.fetchval("SELECT count(*) FROM account_deletion") == 0


async def test_nothing_personal_stays_anywhere(visitor: Visitor, shop: Shop, post: Post, engine: Any) -> None:
    user_id = await sign_in(
        visitor,
        shop,
        first_name="Persephone",
        last_name="Quillfeather",
        username="quillfeather",
        phone_number="+49301234567",
        email="persephone@quill.example",
    )
    await fill(engine, user_id, "quillfeather")
    await run(
        engine, "UPDATE orders SET status = 'delivered', phone = '+49301234567', email = 'persephone@quill.example'"
    )
    await run(engine, "UPDATE orders SET note = 'for quillfeather, again'")  # so that the log has values, too
    await run(engine, "UPDATE address SET line1 = 'quillfeather lane'")
    await run(engine, "UPDATE users SET first_name = 'Persephone Q' WHERE id = $1", user_id)
    await factories.insert(
        "email",
        kind="contact_message",
        recipient_email="shop@shop.example",
        data='{"email": "Persephone@quill.example", "name": "quillfeather", "message": "x", "topic": "order",'
        ' "order_number": ""}',
    )
    await upload(visitor, picture())
    await made(visitor, shop)
    keys = [
        await engine.fetchval("SELECT profile_picture FROM user_profile"),
        await engine.fetchval("SELECT file_key FROM data_export"),
    ]
    assert all([await shop.files.find(key) for key in keys])
    kept = await factories.make_user(first_name="Eve", email="eve@shop.example")
    await fill(engine, kept["id"], "stays")
    await ask(visitor)
    await shop.services.emails.sweep()
    await come_due(engine)
    assert await shop.services.deletions.erase_next() == 1
    await shop.services.emails.sweep()
    for word in ("persephone", "quillfeather", "quill.example", "49301234567"):
        assert await everywhere(engine, word) == [], word
    assert [await shop.files.find(key) for key in keys] == [None, None]
    order = await engine.fetchrow("SELECT * FROM orders WHERE created_by = $1", user_id)
    assert (order["full_name"], str(order["total_price"]), order["status"]) == ("Erased", "10.00", "delivered")
    assert await engine.fetchval("SELECT product_name FROM order_item WHERE order_id = $1", order["id"])
    assert "stays ordered" in str(dict(await engine.fetchrow("SELECT * FROM orders WHERE created_by = $1", kept["id"])))
    assert await everywhere(engine, "eve@shop.example")
    log = await engine.fetch("SELECT action, old_value, new_value FROM change_logs WHERE entity_type = 'User'")
    assert log, "entries stay"
    farewell = post.sent[-1]
    assert farewell.recipient == "persephone@quill.example" and "was deleted" in farewell.rendered.subject
    assert (await visitor.get("/account")).status == 303
    assert await shop.services.deletions.erase_next() == 0
    assert await engine.fetchval("SELECT count(*) FROM users WHERE email = 'persephone@quill.example'") == 0
    await factories.make_user(email="persephone@quill.example")  # the address is free again


async def test_published_reviews_stay_without_a_name(visitor: Visitor, shop: Shop, engine: Any) -> None:
    user_id = await sign_in(visitor, shop, first_name="Persephone")
    product = await factories.make_product(slug="mug")
    await factories.insert(
        "review", product_id=product["id"], user_id=user_id, rating=4, comment="Holds tea.", status="approved"
    )
    await ask(visitor)
    await come_due(engine)
    await shop.services.deletions.erase_next()
    page = await visitor.get("/p/mug/reviews")
    assert "Holds tea." in page.words and "A customer" in page.words and "Persephone" not in page.words


@pytest.mark.parametrize("status", ["pending", "confirmed", "shipped"])
async def test_orders_under_way_come_first(status: str, visitor: Visitor, shop: Shop, engine: Any) -> None:
    user_id = await sign_in(visitor, shop, first_name="Ada")
    await make_order(user_id, "OPEN1", status=status)
    await ask(visitor)
    assert "Orders are still under way" in (await visitor.get(DELETION)).words
    await come_due(engine)
    assert await shop.services.deletions.erase_next() == 1
    assert await engine.fetchval("SELECT first_name FROM users WHERE id = $1", user_id) == "Ada"
    wait = await engine.fetchval("SELECT erase_at - now() FROM account_deletion")
    assert 0 < wait.total_seconds() <= 86_400
    await run(engine, "UPDATE orders SET status = 'delivered'")
    await come_due(engine)
    await shop.services.deletions.erase_next()
    assert await engine.fetchval("SELECT first_name FROM users WHERE id = $1", user_id) is None


async def test_two_workers_erase_once(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    await ask(visitor)
    await come_due(engine)
    await asyncio.gather(*(shop.services.deletions.erase_next() for _ in range(4)))
    states = await engine.fetch("SELECT state FROM account_deletion")
    assert [row["state"] for row in states] == ["done"]
    assert await engine.fetchval("SELECT count(*) FROM email WHERE data ->> 'what' = 'account_erased'") == 1


async def test_asked_for_twice_is_asked_for_once(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop)
    form = (await visitor.get(DELETION)).form(DELETION)
    await asyncio.gather(*(visitor.post(DELETION, form) for _ in range(4)))
    assert await engine.fetchval("SELECT count(*) FROM account_deletion") == 1
    assert await engine.fetchval("SELECT count(*) FROM email") == 1


async def test_every_table_that_knows_an_account_is_emptied_or_has_a_reason(engine: Any) -> None:
    knowing = await engine.fetch(
        "SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid = 'users'::regclass"
    )
    emptied = set(re.findall(r"DELETE FROM (\w+)", DELETE_ROWS))
    assert {row["name"] for row in knowing} - emptied - set(KEPT_WITHOUT_A_PERSON) == set()
    assert not emptied & set(KEPT_WITHOUT_A_PERSON)


async def test_orders_placed_as_a_guest_with_the_proven_address_go_along(
    visitor: Visitor, shop: Shop, engine: Any
) -> None:
    user_id = await sign_in(visitor, shop, email="ada@shop.example")
    await make_order(None, "GUEST1", status="delivered")
    await make_order(None, "OTHER1", status="delivered")
    await run(engine, "UPDATE orders SET email = 'Ada@shop.example', note = 'of ada' WHERE number = 'GUEST1'")
    await ask(visitor)
    await come_due(engine)
    await shop.services.deletions.erase_next()
    order = await engine.fetchrow("SELECT * FROM orders WHERE number = 'GUEST1'")
    assert (order["created_by"], order["full_name"], order["note"]) == (user_id, "Erased", "")
    assert await engine.fetchval("SELECT created_by FROM orders WHERE number = 'OTHER1'") is None


async def test_of_an_address_that_was_not_proven_guest_orders_stay(visitor: Visitor, shop: Shop, engine: Any) -> None:
    await sign_in(visitor, shop, email="ada@shop.example")
    await ask(visitor)
    await run(engine, "UPDATE users SET email_verified_at = NULL")
    await make_order(None, "GUEST1", status="delivered")
    await run(engine, "UPDATE orders SET email = 'ada@shop.example'")
    await come_due(engine)
    await shop.services.deletions.erase_next()
    assert await engine.fetchval("SELECT full_name FROM orders") != "Erased"


class TestAccountsThatNobodyProved:
    async def begin(self, engine: Any, email: str, age: str = "31 days", **values: Any) -> int:
        user = await factories.make_user(**{"email": email, "email_verified_at": None} | values)
        await run(engine, f"UPDATE users SET created_at = now() - interval '{age}' WHERE id = $1", user["id"])
        return int(user["id"])

    async def test_go_after_thirty_days(self, shop: Shop, engine: Any) -> None:
        old = await self.begin(engine, "persephone@quill.example", first_name="Persephone")
        young = await self.begin(engine, "young@shop.example", "29 days")
        assert await shop.services.deletions.erase_unproven() == 1
        assert await everywhere(engine, "persephone") == []
        gone = await engine.fetch("SELECT id FROM users WHERE deleted_at IS NOT NULL")
        assert [row["id"] for row in gone] == [old] and young != old
        assert await engine.fetchval("SELECT count(*) FROM email") == 0, "nobody is written to"
        await factories.make_user(email="persephone@quill.example")  # the address is free again

    async def test_that_were_of_use_to_somebody_stay(self, shop: Shop, engine: Any) -> None:
        await self.begin(engine, "proven@shop.example", email_verified_at=datetime.now(UTC))
        await self.begin(engine, "inside@shop.example", last_login=datetime.now(UTC))
        await self.begin(engine, "staff@shop.example", role_id=Role.SELLER)
        await make_order(await self.begin(engine, "buyer@shop.example"), "HERS1")
        trying = await self.begin(engine, "trying@shop.example")
        await factories.insert("otp", user_id=trying, otp="0" * 64, expires_at=datetime.now(UTC))
        assert await shop.services.deletions.erase_unproven() == 0

    async def test_what_only_the_address_tells_is_somebody_elses(self, shop: Shop, engine: Any) -> None:
        await self.begin(engine, "ada@shop.example")
        await factories.insert("newsletter_subscription", email="ada@shop.example")
        await make_order(None, "GUEST1")
        await run(engine, "UPDATE orders SET email = 'ada@shop.example'")
        assert await shop.services.deletions.erase_unproven() == 1
        assert {"newsletter_subscription", "orders"} <= set(await everywhere(engine, "ada@shop.example"))

    async def test_one_that_is_proven_in_that_moment_stays(self, shop: Shop, engine: Any) -> None:
        user_id = await self.begin(engine, "ada@shop.example")
        await run(engine, "UPDATE users SET email_verified_at = now()")
        async with engine.transaction():
            assert not await shop.services.deletions.deletions.erase_unproven(user_id)
