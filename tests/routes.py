"""The shop's addresses as the framework knows them, for tests that go through all of them."""

from collections.abc import Iterator
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import ASGIRoute, HTTPRoute

from app.backoffice.mount import office_mounts
from app.bootstrap import Shop
from app.main import create_app

ANY = "any method"


def whole_app(shop: Shop, *more: Any) -> Any:
    """The application as granian gets it, with the back office, and with `more` routes where a test brings some."""
    offices = office_mounts(shop.engine, shop.settings, shop.files, services=shop.services, vault=shop.vault.vault)
    return create_app(shop, mounts=[*offices, *more])


def inner(app: Any) -> Litestar:
    """The framework's part, inside the wrappers."""
    while not isinstance(app, Litestar):
        app = app._app
    return app


def handlers(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """(method, path, handler) of everything but mounts. OPTIONS is the framework's own."""
    for route in app.routes:
        if isinstance(route, ASGIRoute):
            continue
        assert isinstance(route, HTTPRoute), "a web socket has no place in the table yet"
        for handler in route.route_handlers:
            for method in handler.http_methods - {"OPTIONS"}:
                yield method, route.path, handler


def routes(app: Litestar) -> Iterator[tuple[tuple[str, str], str]]:
    """Who may call what, as it is declared. KeyError for a route that does not say."""
    for route in app.routes:
        if isinstance(route, ASGIRoute):
            yield (ANY, route.path), route.route_handler.opt["access"]
    for method, path, handler in handlers(app):
        yield (method, path), handler.opt["access"]
