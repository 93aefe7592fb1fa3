"""What every answer carries, and what is refused before it reaches a rule."""

import asyncio
import json
from typing import Any

import pytest
import structlog
from litestar import Litestar

from app.adapters.db.engine import ShopEngine
from app.bootstrap import Shop, build_shop
from app.main import create_app
from tests import factories
from tests.web.conftest import ORIGIN, Visitor

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/cart", 200),
        ("GET", "/checkout", 303),
        ("GET", "/nothing", 404),
        ("GET", "/static/nothing.css", 404),
        ("HEAD", "/", 200),
        ("HEAD", "/nothing", 404),
        ("POST", "/", 405),
        ("DELETE", "/cart", 405),
        ("PUT", "/checkout", 405),
        ("POST", "/cart/items", 404),
        ("GET", "/live", 200),
        ("GET", "/favicon.ico", 200),
    ],
)
async def test_every_answer_carries_the_security_headers(visitor: Visitor, mug, method, path, status):
    answer = await visitor.client.request(method, path, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "permissions-policy" in answer.headers
    assert answer.headers["server"] == "exclusive"


async def test_https_adds_what_only_https_may(settings, engine):
    secure = settings.model_copy(update={"base_url": "https://shop.test"})
    visitor = Visitor(create_app(build_shop(secure, engine=engine)))
    answer = await visitor.client.get("/live")
    assert "upgrade-insecure-requests" in answer.headers["content-security-policy"]
    assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    await visitor.client.aclose()


async def test_cookies_are_kept_from_scripts_and_other_sites(visitor: Visitor, mug):
    answer = await visitor.add("everyday-mug")
    cookies = answer.response.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Domain" not in cookie


CROSS_SITE = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    {"sec-fetch-site": "", "origin": ORIGIN},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://shop.test.evil.example"},
    {"origin": "http://shop.test:81"},
    {},
]
UNSAFE = ["/cart/items", "/cart/items/1", "/checkout", "/checkout/quote"]


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize("headers", CROSS_SITE, ids=[str(h) for h in CROSS_SITE])
async def test_a_request_from_elsewhere_is_refused(visitor: Visitor, mug, path, headers):
    await visitor.add("everyday-mug")
    answer = await visitor.client.post(path, data={"product": "everyday-mug", "quantity": "1"}, headers=headers)
    assert answer.status_code == 403
    assert await factories.db().fetchval("SELECT sum(quantity) FROM cart_item") == 1


async def test_an_old_browser_without_fetch_metadata_may_post_from_our_origin(visitor: Visitor, mug):
    answer = await visitor.client.post(
        "/cart/items", data={"product": "everyday-mug", "quantity": "1"}, headers={"origin": ORIGIN}
    )
    assert answer.status_code == 303


@pytest.mark.parametrize("token", ["", "wrong", "0" * 64, "ü"])
async def test_private_forms_need_the_token_of_their_visitor(visitor: Visitor, mug, token):
    await visitor.add("everyday-mug")
    form = await visitor.checkout_form()
    assert (await visitor.post("/cart/items/1", {"quantity": "2", "csrf_token": token})).status == 403
    refused = await visitor.post("/checkout", {**form, "csrf_token": token})
    assert refused.status == 403
    assert refused.fields["email"] == "ada@shop.example"
    assert (
        await visitor.post("/checkout", refused.form("/checkout") | {"payment_method": "cash_on_delivery"})
    ).status == 303


async def test_a_body_over_a_megabyte_is_too_large(either: Visitor, mug):
    answer = await either.post("/cart/items", {"product": "x" * 1_000_001})
    assert answer.status == 413
    assert answer.words


async def test_more_than_a_hundred_fields_are_too_many(visitor: Visitor, mug):
    assert (await visitor.post("/cart/items", {f"f{n}": "1" for n in range(101)})).status == 413


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/xml"]
)
async def test_a_body_in_another_format_is_refused(visitor: Visitor, mug, kind):
    answer = await visitor.post("/cart/items", content=b"{}", headers={"content-type": kind})
    assert answer.status == 415


@pytest.mark.parametrize(
    "body", [b"\xff\xfe=\xff", b"%ED%A0%80=%ED%A0%80", b"%00=%00", b"=&=&&&", b"a=1&a=2;b", b"%", b"%zz=1"]
)
async def test_broken_bodies_are_refused_and_never_break_anything(visitor: Visitor, mug, body):
    answer = await visitor.post(
        "/cart/items", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status == 404


async def test_an_error_for_htmx_is_a_toast_that_leaves_the_page_alone(new_visitor, mug):
    visitor = new_visitor(htmx=True)
    answer = await visitor.post("/cart/items", {"product": "nothing", "quantity": "1"})
    assert answer.status == 404
    assert answer.response.headers["hx-reswap"] == "none"
    assert "<html" not in answer.text


async def test_a_bug_is_a_plain_500_with_a_number_and_no_secrets(visitor: Visitor, shop, mug, monkeypatch):
    async def broken(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(type(shop.services.catalog), "home", broken)
    page = await visitor.get("/")
    assert page.status == 500
    assert "hunter2" not in page.text
    assert "Traceback" not in page.text
    assert page.response.headers["content-security-policy"] == CSP


async def test_logs_hold_paths_without_what_people_typed(visitor: Visitor, mug, capsys):
    await visitor.add("everyday-mug")
    form = await visitor.checkout_form()
    with structlog.testing.capture_logs() as lines:
        answer = await visitor.post("/checkout", form)
        await visitor.get(answer.response.headers["location"])
    logged = json.dumps(lines, default=str)
    assert '"path": "/checkout"' in logged
    for secret in ("ada@shop.example", "Lovelace", form["csrf_token"], "key=", visitor.client.cookies["cart"]):
        assert secret not in logged


async def test_production_answers_its_own_hosts_only(settings, engine):
    strict = settings.model_copy(update={"allowed_hosts": "shop.test"})
    visitor = Visitor(create_app(build_shop(strict, engine=engine)))
    for host, status in {
        "shop.test": 200,
        "SHOP.test:8000": 200,
        "shop.test.evil.example": 400,
        "evil.example": 400,
        "shop.test.": 400,
        "": 400,
    }.items():
        answer = await visitor.client.get("/live", headers={"host": host})
        assert answer.status_code == status, host
    await visitor.client.aclose()


async def test_a_full_pool_sends_everyone_away_politely_and_recovers(visitor: Visitor, shop, mug, engine):
    held = [await engine.acquire() for _ in range(engine.limits.pool_size)]
    started = asyncio.get_running_loop().time()
    pages = await asyncio.gather(*(visitor.get("/") for _ in range(30)))
    assert {page.status for page in pages} == {503}
    assert all(int(page.response.headers["retry-after"]) > 0 for page in pages)
    assert asyncio.get_running_loop().time() - started < 2.5
    assert (await visitor.get("/live")).status == 200
    for connection in held:
        await engine.release(connection)
    assert (await visitor.get("/")).status == 200


@pytest.fixture
async def taken(engine: ShopEngine, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many connections were taken, each time that one was asked for; all of them are open to begin with.

    Opening one takes as long as the machine likes, and a request that waits for that in the pool for two seconds sends
    the whole line away: what the burst met, on a busy machine, was not the line.
    """
    for connection in [await engine.acquire() for _ in range(engine.limits.pool_size)]:
        await engine.release(connection)
    asked: list[int] = []
    acquire = ShopEngine.acquire

    async def counted(self: ShopEngine) -> Any:
        asked.append(self.pool.get_size() - self.pool.get_idle_size())
        return await acquire(self)

    monkeypatch.setattr(ShopEngine, "acquire", counted)
    return asked


async def burst(visitor: Visitor) -> set[int]:
    """A hundred at once, each for a page that nobody else asks for; the statuses they got."""
    pages = await asyncio.gather(*(visitor.get(f"/p/everyday-mug?number={number}") for number in range(100)))
    return {page.status for page in pages}


async def test_a_burst_waits_in_line(visitor: Visitor, mug, engine: ShopEngine, taken: list[int]):
    """And never in the pool: whoever is let in finds a connection."""
    assert await burst(visitor) == {200}
    assert max(taken) < engine.limits.pool_size


async def test_without_a_line_a_burst_waits_in_the_pool(shop: Shop, mug, engine: ShopEngine, taken: list[int]):
    app = create_app(shop)
    litestar = app
    while not isinstance(litestar, Litestar):
        litestar = litestar._app
    litestar.state.line._free = 100
    visitor = Visitor(app)
    await burst(visitor)
    await visitor.client.aclose()
    assert max(taken) == engine.limits.pool_size


async def test_pages_for_everybody_are_compressed_and_those_with_a_token_are_not(visitor: Visitor, mug):
    await visitor.add("everyday-mug")
    for path, encoding in {"/": "br", "/p/everyday-mug": "br", "/cart": None, "/checkout": None}.items():
        answer = await visitor.client.get(path, headers={"accept-encoding": "gzip, br"})
        assert answer.headers.get("content-encoding") == encoding
        assert "HX-Request" in answer.headers["vary"]


async def test_static_files_are_kept_by_their_content(visitor: Visitor, mug):
    home = await visitor.get("/")
    sheet = next(part for part in home.text.split('"') if part.endswith(".css") and "core" in part)
    answer = await visitor.client.get(sheet, headers={"accept-encoding": "br"})
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    again = await visitor.client.get(sheet, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    plain = await visitor.client.get("/static/css/core.css")
    assert "immutable" not in plain.headers["cache-control"]
    for path in ("/static/../app/settings.py", "/static/%2e%2e/app/settings.py", "/static/css", "/static/%00"):
        assert (await visitor.client.get(path)).status_code == 404
