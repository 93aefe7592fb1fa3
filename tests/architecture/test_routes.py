"""Every address of the shop, who may call it, and that no other site may call the ones that change something."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar, get, post
from litestar.routes import HTTPRoute

from app.bootstrap import build_shop
from app.settings import Settings
from app.web.guards import SAFE, Access, may_ask
from tests.routes import ANY, inner, routes, whole_app

STAFF = "staff"

# A new route has a line here, so that somebody thinks about who may call it.
ROUTES = {
    ("GET", "/"): Access.ANYONE,
    ("GET", "/c/{slug:str}"): Access.ANYONE,
    ("GET", "/p/{slug:str}"): Access.ANYONE,
    ("GET", "/p/{slug:str}/reviews"): Access.ANYONE,
    ("POST", "/delivery-estimate"): Access.ANYONE,
    ("GET", "/flash-sale"): Access.ANYONE,
    ("GET", "/lately-seen"): Access.VISITOR,
    ("GET", "/lately-seen/dot.gif"): Access.VISITOR,
    ("GET", "/search"): Access.ANYONE,
    ("GET", "/cart"): Access.VISITOR,
    ("POST", "/cart/items"): Access.VISITOR,
    ("POST", "/cart/items/{line_id:str}"): Access.VISITOR,
    ("POST", "/p/{slug:str}/back-in-stock"): Access.ANYONE,
    ("GET", "/back-in-stock/withdrawal"): Access.LINK_HOLDER,
    ("POST", "/back-in-stock/withdrawal"): Access.LINK_HOLDER,
    ("GET", "/checkout"): Access.VISITOR,
    ("POST", "/checkout"): Access.VISITOR,
    ("POST", "/checkout/quote"): Access.VISITOR,
    ("POST", "/checkout/sign-in"): Access.VISITOR,
    ("GET", "/orders/{number:str}"): Access.LINK_HOLDER,
    ("GET", "/account"): Access.SIGNED_IN,
    ("GET", "/account/orders"): Access.SIGNED_IN,
    ("GET", "/account/orders/{number:str}"): Access.SIGNED_IN,
    ("GET", "/account/profile"): Access.SIGNED_IN,
    ("POST", "/account/profile"): Access.SIGNED_IN,
    ("POST", "/account/profile/preferences"): Access.SIGNED_IN,
    ("GET", "/account/profile/picture"): Access.SIGNED_IN,
    ("POST", "/account/profile/picture"): Access.SIGNED_IN,
    ("GET", "/account/addresses"): Access.SIGNED_IN,
    ("POST", "/account/addresses"): Access.SIGNED_IN,
    ("GET", "/account/addresses/new"): Access.SIGNED_IN,
    ("POST", "/account/addresses/fields"): Access.SIGNED_IN,
    ("GET", "/account/addresses/{address_id:str}"): Access.SIGNED_IN,
    ("POST", "/account/addresses/{address_id:str}"): Access.SIGNED_IN,
    ("POST", "/orders/{number:str}/account"): Access.LINK_HOLDER,
    ("GET", "/account/export"): Access.SIGNED_IN,
    ("POST", "/account/export"): Access.SIGNED_IN,
    ("GET", "/account/export/file"): Access.SIGNED_IN,
    ("GET", "/account/deletion"): Access.SIGNED_IN,
    ("POST", "/account/deletion"): Access.SIGNED_IN,
    ("POST", "/account/deletion/cancellation"): Access.SIGNED_IN,
    ("POST", "/theme"): Access.ANYONE,
    ("POST", "/announcement"): Access.ANYONE,
    ("GET", "/about"): Access.ANYONE,
    ("GET", "/faq"): Access.ANYONE,
    ("GET", "/delivery"): Access.ANYONE,
    ("GET", "/privacy"): Access.ANYONE,
    ("GET", "/terms"): Access.ANYONE,
    ("GET", "/contact"): Access.ANYONE,
    ("POST", "/contact"): Access.ANYONE,
    ("GET", "/oauth/{slug:str}/start"): Access.ANYONE,
    ("POST", "/oauth/{slug:str}/start"): Access.ANYONE,
    ("GET", "/oauth/{slug:str}/callback"): Access.ANYONE,
    ("GET", "/oauth/{slug:str}/address"): Access.ANYONE,
    ("POST", "/oauth/{slug:str}/address"): Access.ANYONE,
    ("POST", "/oauth/{slug:str}/address/proof"): Access.ANYONE,
    ("GET", "/account/security/providers"): Access.SIGNED_IN,
    ("POST", "/account/security/providers/{slug:str}"): Access.SIGNED_IN,
    ("POST", "/account/security/providers/{slug:str}/removal"): Access.SIGNED_IN,
    ("POST", "/newsletter"): Access.ANYONE,
    ("GET", "/newsletter/confirmation"): Access.LINK_HOLDER,
    ("POST", "/newsletter/confirmation"): Access.LINK_HOLDER,
    ("GET", "/newsletter/unsubscription"): Access.LINK_HOLDER,
    ("POST", "/newsletter/unsubscription"): Access.LINK_HOLDER,
    ("GET", "/sign-up"): Access.ANYONE,
    ("POST", "/sign-up"): Access.ANYONE,
    ("GET", "/verify"): Access.ANYONE,
    ("POST", "/verify"): Access.ANYONE,
    ("POST", "/verify/mail"): Access.ANYONE,
    ("GET", "/sign-in"): Access.ANYONE,
    ("POST", "/sign-in"): Access.ANYONE,
    ("GET", "/sign-in/code"): Access.ANYONE,
    ("POST", "/sign-in/code"): Access.ANYONE,
    ("POST", "/sign-in/code/mail"): Access.ANYONE,
    ("GET", "/sign-out"): Access.ANYONE,
    ("POST", "/sign-out"): Access.ANYONE,
    ("GET", "/email/undo"): Access.ANYONE,
    ("POST", "/email/undo"): Access.ANYONE,
    ("GET", "/password/reset"): Access.ANYONE,
    ("POST", "/password/reset"): Access.ANYONE,
    ("POST", "/password/reset/mail"): Access.ANYONE,
    ("GET", "/sign-in/two-factor"): Access.ANYONE,
    ("POST", "/sign-in/two-factor"): Access.ANYONE,
    ("GET", "/account/confirm"): Access.SIGNED_IN,
    ("POST", "/account/confirm"): Access.SIGNED_IN,
    ("GET", "/account/security"): Access.SIGNED_IN,
    ("GET", "/account/security/password"): Access.SIGNED_IN,
    ("POST", "/account/security/password"): Access.SIGNED_IN,
    ("GET", "/account/security/email"): Access.SIGNED_IN,
    ("POST", "/account/security/email"): Access.SIGNED_IN,
    ("POST", "/account/security/email/confirmation"): Access.SIGNED_IN,
    ("POST", "/account/security/email/cancellation"): Access.SIGNED_IN,
    ("GET", "/account/security/two-factor"): Access.SIGNED_IN,
    ("POST", "/account/security/two-factor"): Access.SIGNED_IN,
    ("POST", "/account/security/two-factor/activation"): Access.SIGNED_IN,
    ("POST", "/account/security/two-factor/cancellation"): Access.SIGNED_IN,
    ("POST", "/account/security/two-factor/removal"): Access.SIGNED_IN,
    ("POST", "/account/security/recovery-codes"): Access.SIGNED_IN,
    ("GET", "/account/sessions"): Access.SIGNED_IN,
    ("POST", "/account/sessions/revocation"): Access.SIGNED_IN,
    ("POST", "/account/sessions/{session_id:str}/revocation"): Access.SIGNED_IN,
    ("GET", "/live"): Access.ANYONE,
    ("GET", "/ready"): Access.ANYONE,
    ("GET", "/static/{path:path}"): Access.ANYONE,
    ("GET", "/favicon.ico"): Access.ANYONE,
    ("GET", "/media/{path:path}"): Access.ANYONE,
    ("GET", "/robots.txt"): Access.ANYONE,
    ("GET", "/sitemap.xml"): Access.ANYONE,
    ("GET", "/sitemap/{part:str}"): Access.ANYONE,
    ("GET", "/feed.xml"): Access.ANYONE,
    ("GET", "/site.webmanifest"): Access.ANYONE,
    ("GET", "/mailbox"): Access.DEVELOPER,
    ("GET", "/mailbox/{key:str}"): Access.DEVELOPER,
    ("GET", "/styleguide"): Access.DEVELOPER,
    (ANY, "/admin"): STAFF,
    (ANY, "/desk"): STAFF,
}
FROM_ANYWHERE = {"/newsletter/unsubscription", "/back-in-stock/withdrawal"}
"""Mail programs post to these (RFC 8058), without a page, a cookie or an origin: the key in the address counts."""
CHANGING = [path for method, path in ROUTES if method not in SAFE and path not in FROM_ANYWHERE]
PRODUCTION = {
    "SHOP_ENV": "production",
    "BASE_URL": "https://shop.test",
    "SECRET_KEYS": "q8Vd0Jr2XkTz5LmWc7Ye3NbUa9HgPf1S",
    "ENCRYPTION_KEYS": "k1:1yBv7dZ0mJqk3u2wXr9sTf5aLhNcGeP8oQiYzUxVbDE",
    "JWT_KEYS": "j1:Qm3x8KfZp0sVtYw2LcR7uEoHaNdJgB5i1XkTzWqSvCM,j2:7hGfRtUeKwPz3YcVbNxMqLsDaJoIy5T2k8B0nWvXrQE",
    "MAIL_URL": "smtp://mail.test:25",
    "MAIL_FROM": "Shop <orders@shop.test>",
}


@pytest.fixture(scope="module")
def app() -> Any:
    return built({})


def test_every_route_is_known(app: Any) -> None:
    assert dict(routes(inner(app))) == ROUTES


def test_production_has_no_developer_routes() -> None:
    live = dict(routes(inner(built(PRODUCTION))))
    assert live == {route: access for route, access in ROUTES.items() if access is not Access.DEVELOPER}


def test_every_route_is_guarded(app: Any) -> None:
    assert list(unguarded(inner(app))) == []


def test_routes_that_programs_call_are_known_and_need_a_secret(app: Any) -> None:
    handlers = [h for r in inner(app).routes if isinstance(r, HTTPRoute) for h in r.route_handlers]
    called = {path for handler in handlers if handler.opt.get("from_anywhere") for path in handler.paths}
    assert called == FROM_ANYWHERE
    assert {access for (_, path), access in ROUTES.items() if path in FROM_ANYWHERE} == {Access.LINK_HOLDER}


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "http://shop.test"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://other.test"},
        {"origin": "null"},
        {},
    ],
    ids=lambda headers: ",".join(headers.values()) or "silent",
)
async def test_other_sites_change_nothing(path: str, headers: dict[str, str], app: Any) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as stranger:
        answer = await stranger.post(re.sub(r"{\w+:str}", "1", path), data={"quantity": "1"}, headers=headers)
    assert answer.status_code == 403


def test_a_route_without_access_or_guard_is_found() -> None:
    @get("/open")
    async def forgotten() -> None: ...

    @post("/changes", access="anyone")
    async def unguarded_change() -> None: ...

    careless = Litestar([forgotten, unguarded_change], openapi_config=None)
    with pytest.raises(KeyError):
        dict(routes(careless))
    assert list(unguarded(careless)) == ["/open", "/changes"]


def built(variables: dict[str, str]) -> Any:
    """The application as granian gets it, not connected to anything."""
    nowhere = {"DATABASE_URL": "postgresql:///shop?host=/nowhere", "REDIS_URL": "unix:///nowhere/redis.sock"}
    settings = Settings.from_environment(nowhere | variables)
    shop = build_shop(settings)
    return whole_app(shop)


def unguarded(app: Litestar) -> Iterator[str]:
    for route in app.routes:
        handlers = route.route_handlers if isinstance(route, HTTPRoute) else [route.route_handler]
        if any(may_ask not in handler.resolve_guards() for handler in handlers):
            yield route.path
