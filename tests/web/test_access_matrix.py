"""Who gets where: every route of the shop, called by everybody, in both faces.

What each actor may expect is generated from what the route declares, `access` and `require`, by the table below.
"""

import re
from collections.abc import Iterable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler

from app.adapters.jobs.none import NoJobs
from app.bootstrap import Shop, build_shop
from app.core.accounts import Role
from app.core.errors import SecondFactorMissing
from app.core.permissions import SELLER, Permission
from app.web.errors import GO_ON_AT
from app.web.guards import Access, RequirePermission, require
from app.web.session import VisitorRequest
from tests import factories
from tests.routes import handlers, inner, whole_app
from tests.signing_in import begin_session
from tests.web.conftest import ORIGIN, Page

PASSED, SIGN_IN, ENROL = "gets in", "is led to the sign-in", "is led to the second factor"
UNPROVEN, HIDDEN, FORBIDDEN = "has to prove the address first", "is told that there is nothing", "lacks the right"

# Two of each, since what is one's own is not the other's.
CUSTOMERS, SELLERS, ADMINS = ("customer", "other customer"), ("seller", "other seller"), ("admin",)
NOVICES = ("seller without second factor", "admin without second factor")
OUTSIDE = ("guest", "suspended", "retired", "signed out")
ACTORS = (*OUTSIDE, "unverified", *CUSTOMERS, *SELLERS, *ADMINS, *NOVICES)

OPEN = (Access.ANYONE, Access.VISITOR, Access.LINK_HOLDER, Access.DEVELOPER)
KEPT_OUT: dict[Access, dict[str, str]] = {access: {} for access in OPEN} | {
    Access.SIGNED_IN: dict.fromkeys(OUTSIDE, SIGN_IN),
    Access.VERIFIED: dict.fromkeys(OUTSIDE, SIGN_IN) | {"unverified": UNPROVEN},
    Access.STAFF: dict.fromkeys(OUTSIDE, SIGN_IN)
    | {"unverified": UNPROVEN}
    | dict.fromkeys(CUSTOMERS, HIDDEN)
    | dict.fromkeys(NOVICES, ENROL),
}
RIGHTS = dict.fromkeys(SELLERS, SELLER) | dict.fromkeys(ADMINS, frozenset(Permission))
SESSIONS = {
    "suspended": (Role.CUSTOMER, "UPDATE users SET status = 'Suspended' WHERE id = $1"),
    "retired": (Role.CUSTOMER, "UPDATE users SET deleted_at = now() WHERE id = $1"),
    "signed out": (
        Role.CUSTOMER,
        "UPDATE user_session SET revoked_at = now(), revoked_reason = 'sign_out' WHERE user_id = $1",
    ),
    "unverified": (Role.CUSTOMER, "UPDATE users SET email_verified_at = NULL WHERE id = $1"),
    **dict.fromkeys(CUSTOMERS, (Role.CUSTOMER, "")),
    **dict.fromkeys(
        SELLERS, (Role.SELLER, "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'sealed' WHERE id = $1")
    ),
    **dict.fromkeys(
        ADMINS, (Role.ADMIN, "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'sealed' WHERE id = $1")
    ),
    "seller without second factor": (Role.SELLER, ""),
    "admin without second factor": (Role.ADMIN, ""),
}
"""Whose session it is, and what has happened since it began."""

FACES = {"plain": {}, "htmx": {"hx-request": "true", "hx-request-type": "partial"}}
FEWEST_CELLS = 3_000
LAST = ("/sign-out",)
"""After these nobody is anybody."""


@get("/t/signed-in", access=Access.SIGNED_IN)
async def signed_in_only() -> str:
    return "in"


@get("/t/verified", access=Access.VERIFIED)
async def verified_only() -> str:
    return "in"


@get("/t/staff", access=Access.STAFF)
async def staff_only() -> str:
    return "in"


def for_holders(permission: Permission) -> HTTPRouteHandler:
    @get(f"/t/staff/{permission.lower()}", access=Access.STAFF, guards=[require(permission)])
    async def holders_only() -> str:
        return "in"

    return holders_only


# Every kind of access and every permission is in the matrix, whichever of them pages use today.
SAMPLES = [signed_in_only, verified_only, staff_only, *map(for_holders, Permission)]


async def stop_here(_: VisitorRequest) -> Response[str]:
    """In the place of a handler: the guards have let somebody through."""
    return Response("", headers={"x-passed": "yes"})


@pytest.fixture(scope="module")
def matrix_shop(_engine: Any, settings: Any) -> Shop:
    return build_shop(settings, engine=_engine, jobs=NoJobs())


@pytest.fixture(scope="module")
def app(matrix_shop: Shop) -> Any:
    return whole_app(matrix_shop, *SAMPLES)


@pytest.fixture(scope="module")
def guards_only(matrix_shop: Shop) -> Any:
    app = whole_app(matrix_shop, *SAMPLES)
    inner(app).before_request = stop_here
    return app


@pytest_asyncio.fixture
async def cookies(matrix_shop: Shop, engine: Any) -> dict[str, dict[str, str]]:
    """The cookies that each actor has."""
    found: dict[str, dict[str, str]] = {"guest": {}}
    for actor, (role, since) in SESSIONS.items():
        user = await factories.make_user(role_id=role.value)
        tokens = await begin_session(matrix_shop, user)
        found[actor] = {"access": tokens.access, "refresh": tokens.refresh}
        if since:
            async with engine.transaction():
                await engine.execute(since, user["id"])
    return found


async def test_the_guards_keep_out_whom_the_declaration_keeps_out(
    guards_only: Any, cookies: dict[str, dict[str, str]], record_property: Any
) -> None:
    cells, wrong = 0, []
    for method, path, handler in handlers(inner(guards_only)):
        for actor in ACTORS:
            due = expected(handler, actor)
            for face, headers in FACES.items():
                answer = await ask(guards_only, method, path, cookies[actor], headers)
                cells += 1
                if (seen := outcome(answer)) != due:
                    wrong.append(f"{method} {path}: {actor}, {face}: {seen}, not {due}")
    assert not wrong, "\n".join(wrong)
    assert cells >= FEWEST_CELLS
    record_property("cells", cells)
    print(f"access matrix: {cells} cells, 0 wrong")


@pytest.mark.parametrize("actor", ACTORS)
async def test_every_route_answers_everybody(app: Any, cookies: dict[str, dict[str, str]], actor: str) -> None:
    """The handlers themselves, with nothing but the address: in words, and never as to somebody else."""
    wrong = []
    for method, path, handler in sorted(handlers(inner(app)), key=lambda found: found[1] in LAST):
        answer = await ask(app, method, path, cookies[actor], {})
        due = expected(handler, actor)
        if (answer.status_code >= 500 and path not in ("/ready",)) or (due != PASSED and outcome(answer) != due):
            wrong.append(f"{method} {path}: {answer.status_code}, {due}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("actor", ACTORS)
async def test_what_is_not_declared_is_not_there(app: Any, cookies: dict[str, dict[str, str]], actor: str) -> None:
    """No method but those of the table, and no answer that depends on who asks."""
    declared: dict[str, set[str]] = {}
    for method, path, _ in handlers(inner(app)):
        declared.setdefault(path, {"HEAD", "OPTIONS"}).add(method)
    wrong = []
    for path, methods in declared.items():
        for method in {"POST", "PUT", "PATCH", "DELETE"} - methods:
            answer = await ask(app, method, path, cookies[actor], {})
            if answer.status_code != 405:
                wrong.append(f"{method} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("actor", ACTORS)
async def test_the_back_office_opens_to_admins_alone(app: Any, cookies: dict[str, dict[str, str]], actor: str) -> None:
    """By the session of the shop, and to nobody who still has to set up a second factor."""
    for path in ("/admin/api/tables/", "/admin/api/tables/users/", "/admin/api/user/"):
        assert (await ask(app, "GET", path, cookies[actor], {})).status_code == (200 if actor in ADMINS else 401)


@pytest.mark.parametrize("actor", ACTORS)
async def test_the_seller_desk_opens_to_sellers_alone(app: Any, cookies: dict[str, dict[str, str]], actor: str) -> None:
    """Everybody else is told by the page where they belong; what is behind it tells nobody anything."""
    for path in ("/desk/api/tables/", "/desk/api/tables/product/", "/desk/api/user/"):
        assert (await ask(app, "GET", path, cookies[actor], {})).status_code == (200 if actor in SELLERS else 401)
    page = await ask(app, "GET", "/desk/", cookies[actor], {})
    if actor in SELLERS:
        assert page.status_code == 200
    elif actor in OUTSIDE:
        assert outcome(page) == SIGN_IN
    elif actor == "seller without second factor":
        assert outcome(page) == ENROL
    elif actor.startswith("admin"):
        assert outcome(page) == "is led to /admin/"
    else:
        assert page.status_code == 403
        assert "your account has the role CUSTOMER" in Page(page).words


def test_every_access_and_every_permission_is_in_the_matrix(app: Any) -> None:
    found = [handler for _, _, handler in handlers(inner(app))]
    assert {Access(handler.opt["access"]) for handler in found} == set(Access)
    assert {permission for handler in found for permission in needed(handler)} == set(Permission)


def test_a_right_is_asked_of_staff_only(app: Any) -> None:
    """Anywhere else a missing session would be answered as a missing right."""
    careless = [path for _, path, handler in handlers(inner(app)) if needed(handler) and not is_staff(handler)]
    assert careless == []


def test_a_route_that_forgot_its_access_has_no_cell() -> None:
    """The control."""

    @get("/forgotten")
    async def forgotten() -> str:
        return "in"

    (_, _, handler) = next(h for h in handlers(Litestar([forgotten], openapi_config=None)))
    with pytest.raises(KeyError):
        expected(handler, "guest")


def expected(handler: HTTPRouteHandler, actor: str) -> str:
    """What the declaration of a route means for an actor. KeyError where it declares nothing."""
    if kept_out := KEPT_OUT[Access(handler.opt["access"])].get(actor):
        return kept_out
    return PASSED if needed(handler) <= RIGHTS.get(actor, frozenset()) else FORBIDDEN


def needed(handler: HTTPRouteHandler) -> set[Permission]:
    return {guard.permission for guard in handler.resolve_guards() if isinstance(guard, RequirePermission)}


def is_staff(handler: HTTPRouteHandler) -> bool:
    return handler.opt["access"] is Access.STAFF


async def ask(app: Any, method: str, path: str, cookies: dict[str, str], headers: dict[str, str]) -> httpx.Response:
    """A browser's request for the route, each parameter of its path filled with 1."""
    address = re.sub(r"{\w+:\w+}", "1", path)
    same_site = {"sec-fetch-site": "same-origin", "origin": ORIGIN}
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies) as client:
        return await client.request(method, address, headers=same_site | headers)


def outcome(answer: httpx.Response) -> str:
    """What an answer means to whoever asked."""
    if "x-passed" in answer.headers:
        return PASSED
    to = answer.headers.get("location") or answer.headers.get("hx-redirect") or ""
    led: Iterable[tuple[str, str]] = (("/sign-in?next=", SIGN_IN), (f"{GO_ON_AT[SecondFactorMissing]}?next=", ENROL))
    said = (("Confirm your address first", UNPROVEN), ("Your role does not include this", FORBIDDEN))
    if to:
        return next((meaning for start, meaning in led if to.startswith(start)), f"is led to {to}")
    if answer.status_code == 403:
        return next((meaning for words, meaning in said if words in Page(answer).words), "is refused")
    return HIDDEN if answer.status_code == 404 else f"is answered {answer.status_code}"
