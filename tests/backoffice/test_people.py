"""Roles, rights and who may give them: with the right, with a fresh proof, and at once."""

import asyncio
from typing import Any

import pytest

from app.adapters.db.tables import Role
from app.backoffice.desks import DESKS
from app.core.permissions import ADMINISTRATIVE, Permission, granted
from tests import factories
from tests.backoffice.rows import one_of_each
from tests.web.conftest import Page

CONFIRM = "/account/confirm"


def said(answer: Any) -> str:
    return str(answer.json())


async def run(engine: Any, sql: str, *values: Any) -> None:
    async with engine.transaction():
        await engine.execute(sql, *values)


async def age(engine: Any, minutes: int) -> None:
    """As if everybody had signed in so long ago."""
    await run(engine, "UPDATE user_session SET auth_time = now() - make_interval(mins => $1)", minutes)


async def permission_id(engine: Any, role: Role, permission: str) -> int:
    sql = "SELECT id FROM user_permission WHERE role_id = $1 AND permission = $2"
    return int(await engine.fetchval(sql, role.value, permission))


class TestRights:
    @pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.table._meta.tablename)
    async def test_a_desk_opens_with_its_right_and_not_without(self, desk: Any, admin: Any, engine: Any) -> None:
        table = desk.table._meta.tablename
        row_id = (await one_of_each())[table]
        reads = ("", "count/", "ids/", "new/", "schema/", "references/", f"{row_id}/", "?__page_size=1000")
        for path in reads:
            assert (await admin("GET", f"{table}/{path}")).status_code == 200
        await run(engine, "UPDATE user_permission SET deleted_at = now() WHERE permission = $1", desk.sees)
        for path in reads:
            answer = await admin("GET", f"{table}/{path}")
            assert answer.status_code == 403 and desk.sees in answer.text, path
        for method, path in (("POST", ""), ("PATCH", f"{row_id}/"), ("DELETE", f"{row_id}/")):
            assert (await admin(method, f"{table}/{path}", {})).status_code in (403, 405, 422)

    @pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.table._meta.tablename)
    async def test_seeing_is_not_changing(self, desk: Any, admin: Any, engine: Any) -> None:
        table, needs = desk.table._meta.tablename, desk.needs
        row_id = (await one_of_each())[table]
        row = {name: value for name, value in (await admin("GET", f"{table}/{row_id}/")).json().items() if name != "id"}
        uses = (
            ("POST", "", needs.to_add, desk.adds),
            ("PATCH", f"{row_id}/", needs.to_change, bool(desk.edits or desk.removes)),
            ("DELETE", f"{row_id}/", needs.to_remove, desk.removes),
        )
        for method, path, permission, is_open in uses:
            if not is_open or permission is needs.to_see:
                continue
            await run(engine, "UPDATE user_permission SET deleted_at = now() WHERE permission = $1", permission)
            answer = await admin(method, f"{table}/{path}", row if method == "POST" else {})
            assert answer.status_code == 403 and permission in answer.text, (method, answer.text)
            assert (await admin("GET", f"{table}/{row_id}/")).status_code == 200
            await run(engine, "UPDATE user_permission SET deleted_at = NULL")

    def test_what_only_administrators_do_is_asked_for_as_such(self) -> None:
        """Every right that a desk names is one of core, and none that administers is enough to look."""
        assert all(desk.sees not in ADMINISTRATIVE for desk in DESKS)
        changing = {desk.changes for desk in DESKS if desk.edits or desk.adds or desk.removes}
        assert Permission.CHANGE_ROLE in changing and Permission.CHANGE_ACCOUNT in changing

    @pytest.mark.parametrize(
        ("sql", "status"),
        [
            ("UPDATE user_permission SET effective_date = clock_timestamp() + interval '1 second'", 403),
            ("UPDATE user_permission SET effective_date = clock_timestamp()", 200),
            ("UPDATE user_permission SET permission_type = 'Read'", 200),
        ],
    )
    async def test_a_right_holds_from_its_second_on(self, sql: str, status: int, admin: Any, engine: Any) -> None:
        await run(engine, sql)
        assert (await admin("GET", "orders/")).status_code == status


class TestGiving:
    async def test_a_right_is_given_and_taken_with_the_next_request(
        self, admin: Any, new_staff: Any, engine: Any
    ) -> None:
        other = await new_staff(await factories.make_user(role_id=Role.ADMIN))
        row_id = await permission_id(engine, Role.ADMIN, "VIEW_ORDERS")
        assert (await admin("DELETE", f"user_permission/{row_id}/")).status_code == 204
        assert (await other("GET", "orders/")).status_code == 403
        assert (await admin("PATCH", f"user_permission/{row_id}/", {"deleted_at": None})).status_code == 200
        assert (await other("GET", "orders/")).status_code == 200

    async def test_to_the_second(self, admin: Any, engine: Any) -> None:
        row_id = await permission_id(engine, Role.SELLER, "VIEW_ORDERS")
        when = {"effective_date": "2031-05-06T07:08:09Z"}
        assert (await admin("PATCH", f"user_permission/{row_id}/", when)).status_code == 200
        stored = await engine.fetchval("SELECT effective_date FROM user_permission WHERE id = $1", row_id)
        assert str(stored) == "2031-05-06 07:08:09+00:00"

    @pytest.mark.parametrize(
        "fields",
        [
            {"permission": "DO_ANYTHING", "permission_type": "Admin"},
            {"permission": "", "permission_type": "Admin"},
            {"permission": "MODERATE_REVIEWS", "permission_type": "Read"},
            {"permission": "MODERATE_REVIEWS", "permission_type": "Root"},
            {"permission": "CHANGE_ROLE", "permission_type": "Write"},
            {"permission": "VIEW_ORDERS", "permission_type": "Read"},
        ],
    )
    async def test_a_right_that_is_none_or_too_weak_or_there_already(
        self, fields: dict[str, str], admin: Any, engine: Any
    ) -> None:
        before = await engine.fetchval("SELECT count(*) FROM user_permission")
        answer = await admin("POST", "user_permission/", {"role_id": 2, **fields})
        assert answer.status_code == 422, answer.text
        assert await engine.fetchval("SELECT count(*) FROM user_permission") == before

    async def test_a_new_right(self, admin: Any, engine: Any) -> None:
        fields = {"role_id": 2, "permission": "MODERATE_REVIEWS", "permission_type": "Write"}
        assert (await admin("POST", "user_permission/", fields)).status_code == 201
        rows = await engine.fetch("SELECT permission, permission_type FROM user_permission WHERE role_id = 2")
        assert Permission.MODERATE_REVIEWS in granted([tuple(row) for row in rows])

    @pytest.mark.parametrize("permission", ["CHANGE_ROLE", "VIEW_ACCOUNTS"])
    @pytest.mark.parametrize(
        "change",
        [
            {"deleted_at": "2026-01-01T00:00:00Z"},
            {"effective_date": "2099-01-01T00:00:00Z"},
            {"permission_type": "Read"},
            {"role_id": 2},
            {"permission": "VIEW_ORDERS"},
        ],
    )
    async def test_somebody_can_always_give_rights(
        self, permission: str, change: dict[str, Any], admin: Any, engine: Any
    ) -> None:
        row_id = await permission_id(engine, Role.ADMIN, permission)
        before = await engine.fetchrow("SELECT * FROM user_permission WHERE id = $1", row_id)
        answer = await admin("PATCH", f"user_permission/{row_id}/", change)
        if answer.status_code == 200:  # the field said what the row says
            assert {key: before[key] for key in change} == change
        else:
            assert "so that somebody can give rights" in said(answer)
        assert (await admin("DELETE", f"user_permission/{row_id}/")).status_code == 422
        after = await engine.fetchrow("SELECT * FROM user_permission WHERE id = $1", row_id)
        assert {**after, "updated_at": None} == {**before, "updated_at": None}

    async def test_the_name_of_a_role_stays_and_its_description_does_not(self, admin: Any, engine: Any) -> None:
        assert (await admin("PATCH", "user_role/2/", {"description": "Sells."})).status_code == 200
        assert (await admin("PATCH", "user_role/2/", {"role_name": "BOSS"})).status_code == 422
        assert (await admin("POST", "user_role/", {"role_name": "BOSS"})).status_code == 405
        assert await engine.fetchval("SELECT role_name || description FROM user_role WHERE id = 2") == "SELLERSells."


class TestProof:
    CHANGES = (
        {"role_id": 2},
        {"status": "Suspended"},
        {"deleted_at": "2026-01-01T00:00:00Z"},
        {"email": "b@shop.example"},
    )

    @pytest.mark.parametrize("change", CHANGES)
    async def test_what_lets_in_or_out_needs_a_fresh_sign_in(
        self, change: dict[str, Any], admin: Any, engine: Any
    ) -> None:
        user = await factories.make_user(email="a@shop.example")
        await age(engine, 16)
        answer = await admin("PATCH", f"users/{user['id']}/", change)
        assert answer.status_code == 422 and "Open /account/confirm" in said(answer)
        await age(engine, 14)
        answer = await admin("PATCH", f"users/{user['id']}/", change)
        assert answer.status_code == 200, answer.text

    async def test_the_refusal_leads_to_the_proof_and_the_form_works_after_it(
        self, new_staff: Any, boss: Any, engine: Any
    ) -> None:
        """As somebody does it: save, read, open the page that is named, enter a code, save again."""
        staff = await new_staff(await engine.fetchrow("SELECT * FROM users WHERE id = $1", boss.id))
        user = await factories.make_user(email="a@shop.example")
        row_id = await permission_id(engine, Role.SELLER, "VIEW_ORDERS")
        saves = (
            ("PATCH", f"users/{user['id']}/", {"role_id": 2}),
            ("PATCH", f"users/{user['id']}/", {"status": "Suspended"}),
            ("PATCH", f"user_permission/{row_id}/", {"effective_date": "2031-01-01T00:00:00Z"}),
            ("POST", "user_permission/", {"role_id": 2, "permission": "CHANGE_ORDER", "permission_type": "Write"}),
            ("DELETE", f"user_permission/{row_id}/", None),
        )
        state = (
            "SELECT role_id, status, (SELECT array_agg(p ORDER BY p.id)::text FROM user_permission p) FROM users"
            " WHERE id = $1"
        )
        before = await engine.fetchrow(state, user["id"])
        await age(engine, 16)
        for method, path, fields in saves:
            answer = await staff(method, path, fields)
            assert answer.status_code == 422
            assert " Open /account/confirm?next=/admin/ in another tab" in answer.json()["detail"][0]["msg"]
        assert await engine.fetchrow(state, user["id"]) == before

        asks = Page(await staff("GET", "/account/confirm?next=/admin/"))
        wrong = await staff.client.post(CONFIRM, data=asks.form(CONFIRM) | {"confirm_code": "000000"})
        assert wrong.status_code == 422
        assert (await staff(*saves[0])).status_code == 422, "a wrong code proves nothing"
        right = await staff.client.post(CONFIRM, data=Page(wrong).form(CONFIRM) | {"confirm_code": boss.code()})
        assert (right.status_code, right.headers["location"]) == (303, "/admin/")
        assert (await staff("GET", "/admin/")).status_code == 200
        for method, path, fields in saves:
            answer = await staff(method, path, fields)
            assert answer.status_code in (200, 201, 204), (path, answer.text)

    async def test_a_proof_counts_for_the_browser_that_gave_it(self, new_staff: Any, boss: Any, engine: Any) -> None:
        row = await engine.fetchrow("SELECT * FROM users WHERE id = $1", boss.id)
        one, other = await new_staff(row), await new_staff(row)
        user = await factories.make_user()
        await age(engine, 16)
        asks = Page(await one("GET", CONFIRM))
        await one.client.post(CONFIRM, data=asks.form(CONFIRM) | {"confirm_code": boss.code()})
        assert (await other("PATCH", f"users/{user['id']}/", {"role_id": 2})).status_code == 422
        assert (await one("PATCH", f"users/{user['id']}/", {"role_id": 2})).status_code == 200

    async def test_the_rest_does_not(self, admin: Any, engine: Any) -> None:
        user = await factories.make_user()
        await age(engine, 600)
        assert (await admin("PATCH", f"users/{user['id']}/", {"first_name": "Casey"})).status_code == 200
        assert (await admin("POST", "users/", {"email": "c@shop.example", "role_id": 3})).status_code == 201
        for role in (1, 2):
            answer = await admin("POST", "users/", {"email": f"s{role}@shop.example", "role_id": role})
            assert answer.status_code == 422 and "Open /account/confirm" in said(answer)
        row_id = await permission_id(engine, Role.SELLER, "VIEW_ORDERS")
        for method, path, fields in (
            ("DELETE", f"user_permission/{row_id}/", None),
            ("PATCH", f"user_permission/{row_id}/", {"effective_date": "2031-01-01T00:00:00Z"}),
            ("POST", "user_permission/", {"role_id": 2, "permission": "CHANGE_ORDER", "permission_type": "Write"}),
        ):
            assert (await admin(method, path, fields)).status_code == 422

    async def test_reading_does_not_renew_it(self, admin: Any, engine: Any) -> None:
        await age(engine, 16)
        await admin("GET", "users/")
        assert await engine.fetchval("SELECT now() - auth_time > interval '15 minutes' FROM user_session")

    @pytest.mark.parametrize(
        ("change", "permission"),
        [
            ({"role_id": 2}, "CHANGE_ROLE"),
            ({"status": "Suspended"}, "SUSPEND_ACCOUNT"),
            ({"deleted_at": "2026-01-01T00:00:00Z"}, "SUSPEND_ACCOUNT"),
            ({"first_name": "Casey"}, "CHANGE_ACCOUNT"),
        ],
    )
    async def test_each_takes_its_own_right(
        self, change: dict[str, Any], permission: str, admin: Any, engine: Any
    ) -> None:
        user = await factories.make_user()
        await run(engine, "UPDATE user_permission SET deleted_at = now() WHERE permission = $1", permission)
        answer = await admin("PATCH", f"users/{user['id']}/", change)
        assert answer.status_code == 403 and permission in answer.text


class TestSessions:
    async def begin(self, engine: Any, user: Any) -> None:
        await factories.insert(
            "user_session", user_id=user["id"], expires_at=factories.datetime.now(factories.UTC) + factories.YESTERDAY
        )

    @pytest.mark.parametrize("change", TestProof.CHANGES)
    async def test_they_end_with_the_rights_they_were_begun_with(
        self, change: dict[str, Any], admin: Any, new_staff: Any, engine: Any
    ) -> None:
        user = await factories.make_user(role_id=Role.ADMIN, email="a@shop.example")
        other = await new_staff(user)
        await self.begin(engine, user)
        assert (await admin("PATCH", f"users/{user['id']}/", change)).status_code == 200
        assert (await other("GET", "orders/")).status_code == 401
        ended = await engine.fetch("SELECT revoked_reason FROM user_session WHERE user_id = $1", user["id"])
        assert [row["revoked_reason"] for row in ended] == ["staff", "staff"]

    async def test_suspended_and_let_back_in(self, admin: Any, engine: Any) -> None:
        user = await factories.make_user(email="a@shop.example")
        assert (await admin("PATCH", f"users/{user['id']}/", {"status": "Suspended"})).status_code == 200
        mails = await engine.fetch("SELECT kind, recipient_email, data::text FROM email")
        assert [(mail["kind"], mail["recipient_email"]) for mail in mails] == [("notice", "a@shop.example")]
        assert "suspended" in mails[0]["data"]
        assert (await admin("PATCH", f"users/{user['id']}/", {"status": "Active"})).status_code == 200
        assert await engine.fetchval("SELECT status FROM users WHERE id = $1", user["id"]) == "Active"
        assert await engine.fetchval("SELECT count(*) FROM email") == 1

    async def test_a_new_address_has_to_be_proven_and_the_old_one_is_told(self, admin: Any, engine: Any) -> None:
        user = await factories.make_user(email="a@shop.example")
        assert (await admin("PATCH", f"users/{user['id']}/", {"email": "B@shop.example"})).status_code == 200
        row = await engine.fetchrow("SELECT email, email_verified_at FROM users WHERE id = $1", user["id"])
        assert tuple(row) == ("b@shop.example", None)
        assert await engine.fetchval("SELECT recipient_email FROM email") == "a@shop.example"

    async def test_what_is_refused_mails_nothing(self, admin: Any, engine: Any) -> None:
        user = await factories.make_user(email="a@shop.example")
        await factories.make_user(email="taken@shop.example")
        fields = {"status": "Suspended", "email": "taken@shop.example"}
        assert (await admin("PATCH", f"users/{user['id']}/", fields)).status_code == 422
        assert (await admin("POST", "users/", {"email": "taken@shop.example", "role_id": 3})).status_code == 422
        assert await engine.fetchval("SELECT count(*) FROM email") == 0

    async def test_of_two_that_put_each_other_out_one_stays(self, new_staff: Any, engine: Any) -> None:
        for _ in range(5):
            await run(engine, "UPDATE users SET role_id = 3")
            one, two = [await factories.make_user(role_id=Role.ADMIN) for _ in range(2)]
            first, second = await new_staff(one), await new_staff(two)
            answers = await asyncio.gather(
                first("PATCH", f"users/{two['id']}/", {"role_id": 3}),
                second("PATCH", f"users/{one['id']}/", {"role_id": 3}),
            )
            assert sorted(answer.status_code for answer in answers)[0] == 200
            assert await engine.fetchval("SELECT count(*) FROM users WHERE role_id = 1") == 1


class TestProfiles:
    @pytest.mark.parametrize(
        "fields",
        [
            {"preferences": '{"theme": "pink"}'},
            {"preferences": '{"unknown": 1}'},
            {"preferences": "[]"},
            {"social_media_links": '{"myspace": "https://myspace.com/a"}'},
            {"social_media_links": '{"github": "javascript:x"}'},
            {"profile_picture": "people/other.webp"},
        ],
    )
    async def test_what_the_owner_could_not_say_staff_cannot_either(
        self, fields: dict[str, str], admin: Any, engine: Any
    ) -> None:
        row_id = (await one_of_each())["user_profile"]
        assert (await admin("PATCH", f"user_profile/{row_id}/", fields)).status_code == 422
        user = await factories.make_user()
        answer = await admin("POST", "user_profile/", {"user_id": user["id"], **fields})
        if "profile_picture" in fields:
            assert await engine.fetchval("SELECT bool_and(profile_picture IS NULL) FROM user_profile")
        else:
            assert answer.status_code == 422

    async def test_what_could_be_said_is_taken(self, admin: Any, engine: Any) -> None:
        row_id = (await one_of_each())["user_profile"]
        fields = {"preferences": '{"theme": "dark"}', "social_media_links": '{"github": "https://github.com/a"}'}
        assert (await admin("PATCH", f"user_profile/{row_id}/", fields)).status_code == 200
