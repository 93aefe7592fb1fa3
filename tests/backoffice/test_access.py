"""Who may do what: every table, every operation, every kind of visitor."""

import asyncio

import pytest
from structlog.testing import capture_logs

from app.adapters.db.tables import TABLES, Role
from app.adapters.db.tables.accounts import User
from app.backoffice.desks import DESKS, WITHHELD
from tests import factories
from tests.backoffice.conftest import API, PASSWORD, Staff
from tests.backoffice.rows import one_of_each

LOGIN = "/admin/public/login/"
DESK = {desk.table._meta.tablename: desk for desk in DESKS}

READS = ("", "count/", "ids/", "ids/?search=a", "new/", "schema/", "references/", "{id}/", "?__readable=true")
WRITES = (("POST", ""), ("PATCH", "{id}/"), ("DELETE", "{id}/"), ("PUT", "{id}/"), ("DELETE", ""))


def test_every_table_has_a_desk_or_a_reason():
    assert {desk.table for desk in DESKS} | set(WITHHELD) == set(TABLES)
    assert not {desk.table for desk in DESKS} & set(WITHHELD)


@pytest.mark.parametrize("visitor", ["stranger", "customer", "seller", "suspended admin", "retired admin", "forger"])
async def test_nobody_else_reads_or_writes_anything(visitor, new_staff, engine, admin_user):
    ids = await one_of_each()
    before = await engine.fetchval("SELECT count(*) FROM change_logs")
    accounts = {
        "customer": {"role_id": Role.CUSTOMER},
        "seller": {"role_id": Role.SELLER},
        "suspended admin": {"role_id": Role.ADMIN, "status": "Suspended"},
        "retired admin": {"role_id": Role.ADMIN, "deleted_at": factories.datetime.now(factories.UTC)},
    }
    browser = await new_staff(await factories.make_user(**accounts[visitor]) if visitor in accounts else None)
    if visitor == "forger":
        browser.client.cookies.set("access", "made-up-token")
    before = await engine.fetchval("SELECT count(*) FROM change_logs")
    answers = {}
    for table, row_id in ids.items():
        for path in READS:
            answers["GET", table, path] = await browser("GET", f"{table}/{path.format(id=row_id)}")
        for method, path in WRITES:
            answers[method, table, path] = await browser(method, f"{table}/{path.format(id=row_id)}", json={"id": 1})
    for path in ("/admin/api/user/", "/admin/api/tables/", "/admin/api/tables/grouped/", "/admin/api/forms/"):
        answers["GET", "", path] = await browser("GET", path)
    answers["POST", "", "password"] = await browser(
        "POST",
        "/admin/api/change-password/",
        {"current_password": PASSWORD, "new_password": PASSWORD, "confirm_new_password": PASSWORD},
    )
    wrong = {
        key: answer.status_code
        for key, answer in answers.items()
        if answer.status_code != (405 if key[0] == "PUT" else 401)
    }
    assert not wrong
    assert len(answers) > 400
    assert await engine.fetchval("SELECT count(*) FROM change_logs") == before


@pytest.mark.parametrize("table", sorted(DESK))
async def test_staff_reads_a_desk_and_writes_what_it_allows(table, admin, engine):
    desk, row_id = DESK[table], (await one_of_each())[table]
    for path in READS:
        answer = await admin("GET", f"{table}/{path.format(id=row_id)}")
        assert answer.status_code == 200, (path, answer.text)
    assert (await admin("GET", f"{table}/{row_id}/")).json()["id"] == row_id
    assert (await admin("PUT", f"{table}/{row_id}/", {})).status_code == 405
    assert (await admin("DELETE", f"{table}/")).status_code == 405
    added = await admin("POST", f"{table}/", {})
    assert added.status_code == 422 if desk.adds else added.status_code in (405, 422), added.text
    if not desk.adds:
        everything = {k: v for k, v in (await admin("GET", f"{table}/{row_id}/")).json().items() if k != "id"}
        before = await engine.fetchval(f'SELECT count(*) FROM "{table}"')
        assert (await admin("POST", f"{table}/", everything)).status_code == 405
        assert await engine.fetchval(f'SELECT count(*) FROM "{table}"') == before
    patched = await admin("PATCH", f"{table}/{row_id}/", {})
    assert patched.status_code == (200 if desk.edits or desk.removes else 405), patched.text
    deleted = await admin("DELETE", f"{table}/{row_id}/")
    assert deleted.status_code == (204 if desk.removes else 405), deleted.text
    retired = await engine.fetchval(f"SELECT to_jsonb(t) ->> 'deleted_at' FROM \"{table}\" t WHERE id = $1", row_id)
    keeps_its_rows = "deleted_at" in {column._meta.name for column in desk.table._meta.columns}
    assert bool(retired) == (desk.removes and keeps_its_rows)


@pytest.mark.parametrize("table", sorted(table._meta.tablename for table in WITHHELD))
async def test_withheld_tables_do_not_exist_even_for_staff(table, admin):
    ids = await one_of_each()
    row_id = ids.get(table, 1)
    for path in READS:
        assert (await admin("GET", f"{table}/{path.format(id=row_id)}")).status_code == 404
    for method, path in WRITES:
        assert (await admin(method, f"{table}/{path.format(id=row_id)}", {})).status_code in (404, 405)


async def test_no_answer_ever_holds_a_secret(admin, admin_user):
    user = await User.create_user("casey", PASSWORD, email="casey@shop.example", role_id=Role.CUSTOMER.value)
    async with User._meta.db.transaction():
        await User.update({User.two_factor_secret: "sealed-seed"}).where(User.id == user.id)
    await one_of_each()
    answers = [
        await admin("GET", f"users/{user.id}/"),
        await admin("GET", "users/"),
        await admin("GET", "users/?__visible_fields=id,password,two_factor_secret"),
        await admin("GET", f"users/{user.id}/?__visible_fields=password"),
        await admin("GET", "users/?password=%24argon2"),
        await admin("GET", "users/ids/"),
        await admin("PATCH", f"users/{user.id}/", {"first_name": "Casey"}),
        await admin("PATCH", f"users/{user.id}/", {"password": "another long password"}),
        await admin("GET", "change_logs/?__page_size=1000"),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert "argon2" not in answer.text
        assert "sealed-seed" not in answer.text
        assert "another long password" not in answer.text
    for table in DESK:
        assert "argon2" not in (await admin("GET", f"{table}/?__page_size=1000")).text


class TestSignIn:
    async def test_by_the_shops_own_pages_and_out_again(self, office, engine, boss):
        staff = Staff(office)
        there = await staff("GET", "/admin/")
        assert (there.status_code, there.headers["location"]) == (303, "/sign-in?next=%2Fadmin%2F")
        assert (await staff("GET", "/admin/api/user/")).status_code == 401

    async def test_by_the_form_of_the_office_and_out_again(self, office, engine, boss):
        staff = Staff(office)
        first = await staff.sign_in("Boss@Shop.example", PASSWORD)
        assert (first.status_code, first.json()["detail"]) == (401, "MFA code required")
        assert not await engine.fetch("SELECT * FROM user_session")
        wrong = await staff.sign_in("boss@shop.example", PASSWORD, "000000")
        assert wrong.status_code == 401 and "set-cookie" not in wrong.headers
        code = boss.code()
        answer = await staff.sign_in("boss@shop.example", PASSWORD, code)
        assert answer.status_code == 200, answer.text
        cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("access="))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie  # over http, a browser would not keep it
        assert (await staff("GET", "/admin/api/user/")).json()["username"] == "boss@shop.example"
        assert await engine.fetchval("SELECT amr FROM user_session") == "pwd otp mfa"
        assert await engine.fetchval("SELECT last_login IS NOT NULL FROM users")
        assert (await Staff(office).sign_in("boss@shop.example", PASSWORD, code)).status_code == 401, "it works once"
        kept = dict(staff.client.cookies)
        out = await staff("POST", "/admin/public/logout/")
        assert out.status_code == 200
        assert "Max-Age=0" in next(line for line in out.headers.get_list("set-cookie") if line.startswith("access="))
        staff.client.cookies.update(kept)
        assert (await staff("GET", "/admin/api/user/")).status_code == 401

    async def test_the_password_alone_opens_nothing(self, office, engine, boss):
        async with engine.transaction():
            await engine.execute("UPDATE users SET two_factor_enabled = false, two_factor_secret = NULL")
        staff = Staff(office)
        for code in (None, boss.code()):
            answer = await staff.sign_in("boss@shop.example", PASSWORD, code)
            assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)

    async def test_staff_without_a_second_factor_are_led_to_its_set_up(self, new_staff, admin_user, engine):
        staff = await new_staff(admin_user)
        async with engine.transaction():
            await engine.execute("UPDATE users SET two_factor_enabled = false")
        there = await staff("GET", "/admin/")
        assert there.headers["location"] == "/account/security/two-factor?next=%2Fadmin%2F"
        assert (await staff("GET", "orders/")).status_code == 401

    @pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SELLER])
    async def test_for_others_there_is_no_office(self, role, new_staff, engine):
        staff = await new_staff(await factories.make_user(role_id=role, two_factor_enabled=True))
        assert (await staff("GET", "/admin/")).status_code == 404
        assert (await staff("GET", "orders/")).status_code == 401

    @pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SELLER])
    async def test_other_roles_are_told_the_same_as_a_wrong_password(self, role, office, engine):
        await User.create_user("casey", PASSWORD, email="casey@shop.example", role_id=role.value)
        staff = Staff(office)
        other, wrong = await staff.sign_in("casey", PASSWORD), await staff.sign_in("casey", "wrong " + PASSWORD)
        unknown = await staff.sign_in("nobody", PASSWORD)
        assert {answer.status_code for answer in (other, wrong, unknown)} == {401}
        assert other.text == wrong.text == unknown.text
        assert "set-cookie" not in other.headers
        assert not await engine.fetch("SELECT * FROM user_session")
        assert not await engine.fetchval("SELECT last_login FROM users")

    async def test_suspension_ends_a_session_at_once(self, admin, admin_user, engine):
        assert (await admin("GET", "orders/")).status_code == 200
        async with engine.transaction():
            await engine.execute("UPDATE users SET status = 'Suspended'")
        assert (await admin("GET", "orders/")).status_code == 401

    async def test_loss_of_the_role_ends_a_session_at_once(self, admin, engine):
        async with engine.transaction():
            await engine.execute("UPDATE users SET role_id = $1", Role.SELLER)
        assert (await admin("GET", "orders/")).status_code == 401

    async def test_a_session_that_is_over_ends(self, admin, engine):
        async with engine.transaction():
            await engine.execute("UPDATE user_session SET expires_at = now() - interval '1 second'")
        assert (await admin("GET", "orders/")).status_code == 401

    async def test_a_session_ended_elsewhere_ends_here(self, admin, engine):
        async with engine.transaction():
            await engine.execute("UPDATE user_session SET revoked_at = now(), revoked_reason = 'revoked'")
        assert (await admin("GET", "orders/")).status_code == 401

    async def test_passwords_are_changed_in_the_shop(self, admin, engine):
        answer = await admin(
            "POST",
            "/admin/api/change-password/",
            {"current_password": PASSWORD, "new_password": "a new one", "confirm_new_password": "a new one"},
        )
        assert answer.status_code == 422
        assert "Your account, Security" in answer.text

    async def test_passwords_are_not_guessed_for_long(self, office, engine, boss):
        staff = Staff(office)
        answers = await asyncio.gather(*(staff.sign_in("boss@shop.example", f"guess {n}") for n in range(14)))
        assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 4
        refused = await staff.sign_in("boss@shop.example", PASSWORD)
        assert refused.status_code == 429
        assert 290 <= int(refused.headers["retry-after"]) <= 300

    async def test_nor_are_codes(self, office, engine, boss):
        staff = Staff(office)
        answers = [await staff.sign_in("boss@shop.example", PASSWORD, "000000") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]

    @pytest.mark.parametrize(
        "body", [{}, {"username": "boss"}, {"username": 5, "password": []}, {"username": "", "password": "x"}]
    )
    async def test_half_a_form_is_refused(self, body, office, engine):
        assert (await Staff(office)("POST", "/admin/public/login/", body)).status_code == 422

    async def test_the_password_is_only_taken_at_the_door(self, office, engine, boss):
        """Nothing below the address of the sign-in gets round its throttle: there, nobody is known."""
        staff, known = Staff(office), {"username": "boss@shop.example", "password": PASSWORD, "mfa_code": boss.code()}
        for path in ("x", "x/y", "//", "?x=1"):
            answer = await staff("POST", f"{LOGIN}{path}", known)
            assert (answer.status_code == 200) == (path == "?x=1"), "a query is no other address"
        assert await engine.fetchval("SELECT count(*) FROM user_session") == 1


class TestWrapper:
    async def test_the_address_without_a_slash_leads_to_the_one_with(self, admin):
        answer = await admin("GET", "/admin")
        assert (answer.status_code, answer.headers["location"]) == (307, "/admin/")
        page = await admin("GET", "/admin/")
        assert page.status_code == 200
        assert 'id="app"' in page.text
        assert page.headers["cache-control"] == "no-store"
        assert "style-src 'self' 'unsafe-inline'" in page.headers["content-security-policy"]
        assert "script-src 'self';" in page.headers["content-security-policy"]

    @pytest.mark.parametrize("path", ["/administrator", "/admins/", "/admin-api/tables/"])
    async def test_what_merely_begins_like_it_is_not_there(self, path, admin):
        assert (await admin("GET", path)).status_code == 404

    @pytest.mark.parametrize(
        "path",
        [
            "/admin/openapi.json",
            "/admin/api/openapi.json",
            "/admin/public/openapi.json",
            "/admin/docs",
            "/admin/redoc",
            "/admin/api/docs/",
            "/admin/public/docs/",
        ],
    )
    async def test_the_api_is_not_described(self, path, admin):
        assert (await admin("GET", path)).status_code == 404

    async def test_assets_are_kept_and_the_api_is_not(self, admin):
        page = (await admin("GET", "/admin/")).text
        script = "/admin" + page.split('src=".')[1].split('"')[0]
        answer = await admin("GET", script)
        assert answer.status_code == 200
        assert len(answer.content) == int(answer.headers["content-length"]) > 1_000_000
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (await admin("GET", "/admin/assets/nothing.js")).status_code == 404
        assert (await admin("GET", "orders/")).headers["cache-control"] == "no-store"

    async def test_cross_site_writes_are_refused(self, admin):
        for headers in ({"sec-fetch-site": "cross-site"}, {"x-csrftoken": "another"}):
            answer = await admin("POST", "category/", {"name": "Shoes", "slug": "shoes"}, headers=headers)
            assert answer.status_code == 403

    async def test_a_body_above_a_megabyte_is_refused(self, admin):
        big = '{"name": "' + "x" * 1_000_000 + '"}'

        async def in_pieces():
            for start in range(0, len(big), 100_000):
                yield big[start : start + 100_000].encode()

        for content in (big, in_pieces()):
            answer = await admin.client.post(
                f"{API}/category/", content=content, headers={"content-type": "application/json"}
            )
            assert answer.status_code == 413

    async def test_cookies_are_secure_where_the_shop_is(self, engine, settings, boss):
        from app.adapters.jobs.none import NoJobs
        from app.backoffice.mount import office_mounts
        from app.bootstrap import build_shop
        from app.main import create_app

        https = settings.model_copy(update={"base_url": "https://shop.test", "allowed_hosts": "shop.test"})
        shop = build_shop(https, engine=engine, jobs=NoJobs())
        app = create_app(
            shop, mounts=office_mounts(engine, https, shop.files, services=shop.services, vault=shop.vault.vault)
        )
        staff = Staff(app)
        staff.client.base_url = "https://shop.test"
        headers = {"origin": "https://shop.test", "sec-fetch-site": "same-origin"}
        answer = await staff.sign_in("boss@shop.example", PASSWORD, boss.code(), headers=headers)
        assert answer.status_code == 200, answer.text
        cookies = [line for line in answer.headers.get_list("set-cookie") if line.startswith("__Host-")]
        assert len(cookies) == 3 and all("Secure" in cookie for cookie in cookies)
        elsewhere = {"origin": "https://evil.test", "sec-fetch-site": "same-origin"}
        assert (await staff.sign_in("boss@shop.example", PASSWORD, headers=elsewhere)).status_code == 403
        del staff.client.cookies["csrftoken"]
        token = (await staff("GET", "/admin/")).headers["set-cookie"]
        assert token.startswith("csrftoken=")
        assert token.endswith("Path=/admin; Secure")


async def test_a_browser_that_is_known_is_not_told_of_each_time(office, engine, boss):
    staff = Staff(office)
    for _ in range(2):
        answer = await staff.sign_in("boss@shop.example", PASSWORD, boss.code())
        assert answer.status_code == 200, answer.text
        staff.client.cookies.delete("access")
        staff.client.cookies.delete("refresh")
        async with engine.transaction():
            await engine.execute("UPDATE users SET two_factor_step = NULL")  # the code is good again
    assert await engine.fetchval("SELECT count(*) FROM user_session") == 2
    assert await engine.fetchval("SELECT count(*) FROM email WHERE data ->> 'what' = 'new_device'") == 0


async def test_what_the_office_refuses_is_written_down_too(admin):
    with capture_logs() as said:
        answer = await admin("POST", "category/", {"name": "X"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    ((actor, thing),) = [(line["actor"], line["object"]) for line in said if line["event"] == "denied"]
    assert actor.startswith("user:") and thing == "/admin/api/tables/category/"
