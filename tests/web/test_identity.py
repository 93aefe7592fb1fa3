"""Cookies of somebody who is signed in: recognised, renewed without losing a form, gone when they are of no use."""

import asyncio
from typing import Any

import httpx
import pytest
import pytest_asyncio
from litestar import Response, get, post
from litestar.params import FromPath

from app.adapters.jobs.none import NoJobs
from app.bootstrap import build_shop
from app.core.accounts import Role
from app.core.errors import StepUpRequired
from app.core.identity import Method
from app.core.permissions import Permission
from app.main import create_app
from app.web.context import web_of
from app.web.forms.read import read_form
from app.web.guards import Access, require
from app.web.identity import answer_sign_in, answer_sign_out, browser_of, require_signed_in
from app.web.returning import local_path
from app.web.session import VisitorRequest, cart_token, csrf_token, require_csrf_token, signed_in
from tests import factories
from tests.web.conftest import ORIGIN, Visitor


@get("/t/anyone", access=Access.ANYONE)
async def anyone(request: VisitorRequest) -> dict[str, Any]:
    who, settings = signed_in(request), web_of(request).settings
    return {
        "who": who.email if who else None,
        "csrf": csrf_token(cart_token(request, settings), settings, who=who),
        "address": browser_of(request, settings, "en_US").address,
    }


@get("/t/mine", access=Access.SIGNED_IN)
async def mine(request: VisitorRequest) -> str:
    return require_signed_in(request).email


@get("/t/verified", access=Access.VERIFIED)
async def verified(request: VisitorRequest) -> str:
    return require_signed_in(request).email


@get("/t/staff", access=Access.STAFF, guards=[require(Permission.VIEW_ORDERS)])
async def staff(request: VisitorRequest) -> str:
    return require_signed_in(request).email


@post("/t/form", access=Access.SIGNED_IN, status_code=200)
async def form(request: VisitorRequest) -> str:
    sent = await read_form(request)
    require_csrf_token(request, sent.get("csrf_token", ""), web_of(request).settings)
    return f"{require_signed_in(request).email} wrote {sent['text']}"


@post("/t/fresh", access=Access.SIGNED_IN, status_code=200)
async def fresh(request: VisitorRequest) -> None:
    raise StepUpRequired


@post("/t/sign-in/{user_id:int}", access=Access.ANYONE, status_code=200)
async def enter(request: VisitorRequest, user_id: FromPath[int]) -> Response[str]:
    web = web_of(request)
    answer = Response("welcome")
    result = await web.services.accounts.enter(
        user_id, [Method.PASSWORD], browser=browser_of(request, web.settings, "en_US")
    )
    await answer_sign_in(request, answer, result)
    return answer


@post("/t/sign-out", access=Access.SIGNED_IN, status_code=200)
async def leave(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    await web.services.identity.sign_out(require_signed_in(request))
    answer = Response("bye")
    answer_sign_out(answer, web.settings)
    return answer


HANDLERS = [anyone, mine, verified, staff, form, fresh, enter, leave]


@pytest.fixture(scope="module")
def app(_engine, settings) -> Any:
    shop = build_shop(settings, engine=_engine, jobs=NoJobs())
    return create_app(shop, mounts=list(HANDLERS))


@pytest_asyncio.fixture
async def ada(engine):
    return await factories.make_user(email="ada@shop.example")


async def enter_as(visitor: Visitor, user: Any) -> httpx.Response:
    return (await visitor.post(f"/t/sign-in/{user['id']}")).response


async def change(engine, sql):
    async with engine.transaction():
        await engine.execute(sql)


def cookies_of(response: httpx.Response) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in response.headers.get_list("set-cookie")}


async def who(visitor: Visitor) -> str | None:
    name: str | None = (await visitor.get("/t/anyone")).response.json()["who"]
    return name


def lose_access(visitor: Visitor) -> None:
    """As if ten minutes had gone by."""
    visitor.client.cookies.set("access", "over", domain="shop.test", path="/")


async def test_a_stranger_gets_no_cookie_and_is_nobody(visitor, engine):
    answer = (await visitor.get("/t/anyone")).response
    assert answer.json()["who"] is None
    assert "set-cookie" not in answer.headers


async def test_the_cookies_of_a_sign_in(visitor, ada, engine):
    cookies = cookies_of(await enter_as(visitor, ada))
    for name in ("access", "refresh", "known"):
        assert "HttpOnly" in cookies[name] and "SameSite=lax" in cookies[name] and "Path=/" in cookies[name]
        assert "Domain" not in cookies[name] and len(cookies[name]) < 4_096
    assert await who(visitor) == "ada@shop.example"
    answer = (await visitor.get("/t/mine")).response
    assert (answer.text, answer.headers["cache-control"]) == ("ada@shop.example", "no-store")


async def test_over_https_they_are_bound_to_the_host(engine, settings, ada):
    https = settings.model_copy(update={"base_url": "https://shop.test", "allowed_hosts": "shop.test"})
    app = create_app(build_shop(https, engine=engine, jobs=NoJobs()), mounts=list(HANDLERS))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://shop.test") as client:
        answer = await client.post(f"/t/sign-in/{ada['id']}", headers={"sec-fetch-site": "same-origin"})
        assert {"__Host-access", "__Host-refresh", "__Host-known"} <= set(cookies_of(answer))
        assert all("Secure" in line for line in cookies_of(answer).values())
        assert (await client.get("/t/mine")).text == "ada@shop.example"


async def test_renewed_on_the_way_and_only_then(visitor, ada, engine):
    await enter_as(visitor, ada)
    assert "set-cookie" not in (await visitor.get("/t/mine")).response.headers
    lose_access(visitor)
    answer = (await visitor.get("/t/mine")).response
    assert set(cookies_of(answer)) == {"access", "refresh"}
    assert answer.text == "ada@shop.example"
    assert "set-cookie" not in (await visitor.get("/t/mine")).response.headers


async def test_a_form_that_is_sent_after_the_token_is_over_is_not_lost(visitor, ada, engine):
    await enter_as(visitor, ada)
    csrf = (await visitor.get("/t/anyone")).response.json()["csrf"]
    lose_access(visitor)
    page = await visitor.post("/t/form", {"text": "a long letter", "csrf_token": csrf})
    assert (page.status, page.text) == (200, "ada@shop.example wrote a long letter")


async def test_parallel_requests_of_one_page_all_succeed(visitor, ada, engine):
    await enter_as(visitor, ada)
    cookies = dict(visitor.client.cookies) | {"access": "over"}
    transport = visitor.client._transport

    async def ask():
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies) as client:
            return await client.get("/t/mine")

    answers = await asyncio.gather(*(ask() for _ in range(12)))
    assert {answer.text for answer in answers} == {"ada@shop.example"}
    assert sum("set-cookie" in answer.headers for answer in answers) == 1


async def test_a_form_token_belongs_to_the_session(visitor, new_visitor, ada, engine):
    before = (await visitor.get("/t/anyone")).response.json()["csrf"]
    await enter_as(visitor, ada)
    other = new_visitor()
    await enter_as(other, ada)
    theirs = (await other.get("/t/anyone")).response.json()["csrf"]
    for token in (before, theirs, ""):
        assert (await visitor.post("/t/form", {"text": "x", "csrf_token": token})).status == 403


async def test_signing_out_works_at_once_and_for_the_copied_cookies_too(visitor, new_visitor, ada, engine):
    await enter_as(visitor, ada)
    thief = new_visitor()
    thief.client.cookies.update(visitor.client.cookies)
    answer = (await visitor.post("/t/sign-out")).response
    assert all("Max-Age=0" in cookies_of(answer)[name] for name in ("access", "refresh"))
    assert answer.headers["clear-site-data"] == '"cache"'
    assert await who(visitor) is None
    assert await who(thief) is None


@pytest.mark.parametrize("sql", ["UPDATE users SET status = 'Suspended'", "UPDATE users SET deleted_at = now()"])
async def test_cookies_that_are_of_no_more_use_are_deleted(visitor, ada, engine, sql):
    await enter_as(visitor, ada)
    await change(engine, sql)
    answer = (await visitor.get("/t/anyone")).response
    assert answer.json()["who"] is None
    assert all("Max-Age=0" in cookies_of(answer)[name] for name in ("access", "refresh"))
    assert "access" not in visitor.client.cookies
    assert (await visitor.get("/")).status == 200


async def test_nonsense_in_the_cookies_is_a_stranger(visitor, engine):
    for value in ("x", "a.b.c", "%00", "x" * 3_000):
        visitor.client.cookies.set("access", value, domain="shop.test", path="/")
        visitor.client.cookies.set("refresh", value, domain="shop.test", path="/")
        assert (await visitor.get("/t/anyone")).status == 200


async def test_a_planted_id_does_not_survive_the_sign_in(visitor, new_visitor, ada, mug, engine):
    await visitor.add("everyday-mug")
    planted = visitor.client.cookies["cart"]
    csrf = (await visitor.get("/t/anyone")).response.json()["csrf"]
    await enter_as(visitor, ada)
    assert "cart" not in visitor.client.cookies
    assert "Everyday mug" in (await visitor.get("/cart")).words
    planter = new_visitor()
    planter.client.cookies.set("cart", planted, domain="shop.test", path="/")
    assert "Everyday mug" not in (await planter.get("/cart")).words
    stored = await engine.fetchrow("SELECT token_hash, user_id FROM cart WHERE status = 'active'")
    assert (stored["token_hash"], stored["user_id"]) == (None, ada["id"])
    assert csrf != (await visitor.get("/t/anyone")).response.json()["csrf"]


async def test_a_planted_session_is_replaced(visitor, new_visitor, ada, engine):
    eve = await factories.make_user(email="eve@shop.example")
    attacker = new_visitor()
    await enter_as(attacker, eve)
    visitor.client.cookies.update(attacker.client.cookies)
    assert await who(visitor) == "eve@shop.example"
    await enter_as(visitor, ada)
    assert await who(visitor) == "ada@shop.example"
    assert await who(attacker) == "eve@shop.example"
    assert visitor.client.cookies["refresh"] != attacker.client.cookies["refresh"]


async def test_headers_of_a_stranger_do_not_change_the_address(visitor, engine):
    plain = (await visitor.get("/t/anyone")).response.json()["address"]
    for name in ("x-forwarded-for", "x-real-ip", "forwarded", "client-ip"):
        answer = await visitor.get("/t/anyone", headers={name: "10.1.2.3"})
        assert answer.response.json()["address"] == plain


class TestGuards:
    async def test_a_stranger_is_led_to_the_sign_in_and_back(self, visitor, engine):
        answer = (await visitor.get("/t/mine?page=2")).response
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Ft%2Fmine%3Fpage%3D2")

    async def test_htmx_is_led_there_by_its_own_header(self, new_visitor, engine):
        visitor = new_visitor(htmx=True)
        answer = (await visitor.post("/t/form", headers={"referer": f"{ORIGIN}/p/mug"})).response
        assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/sign-in?next=%2Fp%2Fmug")

    async def test_a_form_that_needs_a_fresh_proof_waits_in_the_page_that_asks_for_it(self, visitor, ada, engine):
        await enter_as(visitor, ada)
        page = await visitor.post("/t/fresh", {"text": "hello"}, headers={"referer": f"{ORIGIN}/account/security"})
        assert page.status == 403
        form = page.form("/account/confirm")
        assert (form["text"], form["confirm_next"], form["confirm_kept"]) == ("hello", "/t/fresh", "1")

    async def test_what_needs_a_proven_address(self, visitor, ada, engine):
        await enter_as(visitor, ada)
        assert (await visitor.get("/t/verified")).status == 200
        await change(engine, "UPDATE users SET email_verified_at = NULL")
        assert (await visitor.get("/t/verified")).status == 403
        assert (await visitor.get("/t/mine")).status == 200

    async def test_pages_of_staff(self, visitor, ada, engine):
        assert (await visitor.get("/t/staff")).status == 303
        await enter_as(visitor, ada)
        assert (await visitor.get("/t/staff")).status == 404, "a customer is told as much as of any missing page"
        await change(engine, f"UPDATE users SET role_id = {Role.SELLER.value}")
        answer = (await visitor.get("/t/staff")).response
        assert answer.headers["location"].startswith("/account/security/two-factor?"), (
            "no page before the second factor"
        )
        await change(engine, "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'sealed'")
        assert (await visitor.get("/t/staff")).status == 200

    @pytest.mark.parametrize(
        ("sql", "status"),
        [
            ("UPDATE user_permission SET effective_date = now() + interval '1 second'", 403),
            ("UPDATE user_permission SET effective_date = now()", 200),
            ("UPDATE user_permission SET deleted_at = now()", 403),
            ("DELETE FROM user_permission", 403),
            ("UPDATE user_permission SET permission_type = 'Read'", 200),
            ("UPDATE users SET role_id = 3", 404),
        ],
    )
    async def test_permissions_are_those_of_this_moment(self, visitor, sign_in, engine, sql, status):
        seller = await factories.make_user(role_id=Role.SELLER, two_factor_enabled=True)
        await sign_in(visitor, seller)
        assert (await visitor.get("/t/staff")).status == 200
        await change(engine, sql)
        assert (await visitor.get("/t/staff")).status == status


async def test_with_a_second_factor_there_is_a_challenge_and_no_session(visitor, engine):
    seller = await factories.make_user(role_id=Role.SELLER, two_factor_enabled=True)
    cookies = cookies_of(await enter_as(visitor, seller))
    assert set(cookies) == {"challenge"} and "HttpOnly" in cookies["challenge"]
    assert await who(visitor) is None
    for path in ("/t/mine", "/t/staff"):
        assert (await visitor.get(path)).status == 303
    visitor.client.cookies.set("access", visitor.client.cookies["challenge"], domain="shop.test", path="/")
    visitor.client.cookies.set("refresh", visitor.client.cookies["challenge"], domain="shop.test", path="/")
    assert await who(visitor) is None


@pytest.mark.parametrize("path", ["/", "/account", "/c/mugs?sort=price&page=2", "/p/ca%C3%B1a", "/search?q=a%20b"])
def test_a_way_back_within_the_shop(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "account",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "/%2fevil.example",
        "/%252fevil.example",
        "/%5cevil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        " /account",
        "/account\r\nset-cookie: a=b",
        "/a\0",
        "/a b",
        "/" + "x" * 2000,
        "/\u202eevil",
    ],
)
def test_no_way_to_anywhere_else(path):
    assert local_path(path) == "/"
