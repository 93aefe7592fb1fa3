"""Every address below the two mounts: who may call it is written here, and a new one of the library's is found."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.routing import BaseRoute, Mount

from app.backoffice.mount import ADMIN, DESK, Office, admin_of
from app.bootstrap import Shop
from app.settings import Settings
from tests.backoffice.conftest import NewStaff

MEMBERS, ANYONE, NOBODY = "members of this office", "anyone", "nobody"
OFFICES = pytest.mark.parametrize("office", [ADMIN, DESK], ids=["admin", "desk"])
TABLE = ("", "schema/", "ids/", "count/", "references/", "new/", "{row_id}/")


def policy(office: Office) -> dict[str, str]:
    tables = {f"/api/tables/{desk.table._meta.tablename}/{rest}": MEMBERS for desk in office.desks for rest in TABLE}
    return tables | {
        "/": ANYONE,  # the empty page: strangers are led to the sign-in before it
        "/assets": ANYONE,
        "/openapi.json": NOBODY,
        "/api/openapi.json": NOBODY,
        "/api/docs": NOBODY,
        "/api/tables/": MEMBERS,
        "/api/tables/grouped/": MEMBERS,
        "/api/links/": MEMBERS,
        "/api/forms/": MEMBERS,
        "/api/forms/grouped/": MEMBERS,
        "/api/forms/{form_slug}/": MEMBERS,
        "/api/forms/{form_slug}/schema/": MEMBERS,
        "/api/user/": MEMBERS,
        "/api/change-password/": MEMBERS,
        "/api/media/": MEMBERS,
        "/api/media/generate-file-url/": MEMBERS,
        "/public/openapi.json": NOBODY,
        "/public/docs": NOBODY,
        "/public/login": ANYONE,
        "/public/logout/": ANYONE,
        "/public/meta/": ANYONE,
        "/public/translations/": ANYONE,
        "/public/translations/{language_code}/": ANYONE,
    }


@OFFICES
async def test_every_address_has_its_policy(
    office: Office, _shop: Shop, settings: Settings, new_staff: NewStaff, engine: Any, record_property: Any
) -> None:
    app = admin_of(office, settings, _shop.files, _shop.vault.vault)
    found = set(paths(app.routes))
    assert found == set(policy(office))
    stranger = await new_staff()
    wrong = []
    for path, who in policy(office).items():
        for method in ("GET", "POST", "PATCH", "DELETE"):
            address = office.prefix + path.replace("{row_id}", "1").replace("{", "").replace("}", "")
            answer: httpx.Response = await stranger(method, address, {} if method != "GET" else None)
            sound = {
                MEMBERS: answer.status_code == 401,
                NOBODY: answer.status_code == 404,
                ANYONE: answer.status_code < 500 and "rows" not in answer.text[:9],
            }[who]
            if not sound:
                wrong.append(f"{method} {address}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    record_property("addresses", len(found))


def test_an_address_that_nobody_thought_of_is_found(_shop: Shop, settings: Settings) -> None:
    """The control."""
    app = admin_of(DESK, settings, _shop.files, _shop.vault.vault)
    app.add_api_route("/everything/", lambda: "all of it")
    assert set(paths(app.routes)) - set(policy(DESK)) == {"/everything/"}


def paths(routes: list[BaseRoute], prefix: str = "") -> Iterator[str]:
    """As the library has them, mounted applications with all that lies below."""
    for route in routes:
        path = prefix + str(getattr(route, "path", "")).replace(":str", "")
        inner = getattr(route, "app", None)
        if isinstance(inner, AuthenticationMiddleware):
            inner = inner.app
        if isinstance(route, Mount) and isinstance(inner, FastAPI) and route.path in ("/api", "/public"):
            yield from paths(inner.routes, path)
        else:
            yield path
