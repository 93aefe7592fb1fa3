"""What is somebody's own is, for everybody else, not there: the same answer as for what never was."""

import itertools
import re
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.bootstrap import Shop
from app.core.accounts import Role
from app.core.errors import NotFound
from app.web.guards import Access
from app.web.identity import require_signed_in
from app.web.session import VisitorRequest, csrf_token
from tests import factories
from tests.routes import handlers, inner, whole_app
from tests.signing_in import begin_session
from tests.web.conftest import ORIGIN, NewVisitor, Page, Visitor
from tests.web.test_account import make_order

NEVER_WAS = "999999"

numbers = itertools.count(1)


async def address(_: Shop, owner: Any) -> str:
    given = {"full_name": "Ada", "line1": "12 Analytical Way", "city": "Austin", "country": "US"}
    return str((await factories.insert("address", user_id=owner["id"], **given))["id"])


async def order(_: Shop, owner: Any) -> str:
    number: str = (await make_order(owner["id"], f"B{next(numbers)}"))["number"]
    return number


async def session(shop: Shop, owner: Any) -> str:
    return str((await begin_session(shop, owner)).session_id)


async def user(_: Shop, owner: Any) -> str:
    return str(owner["id"])


BELONGINGS: dict[str, Callable[[Shop, Any], Awaitable[str]]] = {
    "/account/addresses/{address_id:str}": address,
    "/account/orders/{number:str}": order,
    "/account/sessions/{session_id:str}/revocation": session,
}
"""For each route with a parameter and a session: makes something of the owner's, and returns its name in the path."""
NOBODYS = {"/account/security/providers/{slug:str}", "/account/security/providers/{slug:str}/removal"}
"""Their parameters name what belongs to nobody."""


@get("/t/careful/{user_id:int}", access=Access.SIGNED_IN)
async def careful(request: VisitorRequest, user_id: FromPath[int]) -> str:
    if require_signed_in(request).user_id != user_id:
        raise NotFound("account")
    return "yours"


@get("/t/careless/{user_id:int}", access=Access.SIGNED_IN)
async def careless(user_id: FromPath[int]) -> str:
    return f"of {user_id}"


@pytest.fixture(scope="module")
def app(shop: Shop) -> Any:
    return whole_app(shop, careful, careless)


@pytest_asyncio.fixture
async def owner(engine: Any) -> Any:
    return await factories.make_user(email="ada@shop.example")


@pytest_asyncio.fixture
async def others(shop: Shop, new_visitor: NewVisitor) -> list["Person"]:
    staff = {"two_factor_enabled": True}
    users = [
        await factories.make_user(email="bo@shop.example"),
        await factories.make_user(role_id=Role.SELLER.value, **staff),
        await factories.make_user(role_id=Role.ADMIN.value, **staff),
    ]
    return [await Person.of(shop, new_visitor(), user) for user in users]


class Person:
    """Somebody with a session, whose forms have a token that fits."""

    def __init__(self, visitor: Visitor, token: str) -> None:
        self._client, self._token = visitor.client, token

    @classmethod
    async def of(cls, shop: Shop, visitor: Visitor, user: Any) -> "Person":
        tokens = await begin_session(shop, user)
        for name, value in (("access", tokens.access), ("refresh", tokens.refresh)):
            visitor.client.cookies.set(name, value, domain="shop.test", path="/")
        who: Any = SimpleNamespace(session_id=tokens.session_id)
        return cls(visitor, csrf_token(None, shop.settings, who=who))

    async def ask(self, method: str, path: str, name: str) -> tuple[int, str]:
        headers = {"sec-fetch-site": "same-origin", "origin": ORIGIN}
        data = {"csrf_token": self._token} if method == "POST" else None
        address = re.sub(r"{\w+:\w+}", name, path)
        page = Page(await self._client.request(method, address, data=data, headers=headers))
        return page.status, page.words


async def test_every_such_route_is_known(app: Any) -> None:
    missing = {path for _, path, _ in personal(app)} - {*BELONGINGS, *NOBODYS, careful_path(), careless_path()}
    assert missing == set(), "say in BELONGINGS how to make something of the owner's, or in NOBODYS that it is nobody's"


async def test_others_are_told_that_it_never_was(
    app: Any, shop: Shop, owner: Any, others: list[Person], new_visitor: NewVisitor
) -> None:
    assert await leaks(app, shop, owner, others, BELONGINGS | {careful_path(): user}) == []


async def test_and_the_owner_is_not(app: Any, shop: Shop, owner: Any, new_visitor: NewVisitor) -> None:
    ada = await Person.of(shop, new_visitor(), owner)
    for method, path, _ in personal(app):
        if make := (BELONGINGS | {careful_path(): user}).get(path):
            assert (await ada.ask(method, path, await make(shop, owner)))[0] != 404, path
            assert (await ada.ask(method, path, NEVER_WAS))[0] == 404, path


async def test_a_careless_route_is_found(app: Any, shop: Shop, owner: Any, others: list[Person]) -> None:
    """The control."""
    assert len(await leaks(app, shop, owner, others, {careless_path(): user})) == len(others)


async def leaks(
    app: Any, shop: Shop, owner: Any, others: list[Person], belongings: dict[str, Callable[[Shop, Any], Awaitable[str]]]
) -> list[str]:
    """Where somebody is answered otherwise than that nothing is there."""
    found = []
    for method, path, _ in personal(app):
        if path not in belongings:
            continue
        name = await belongings[path](shop, owner)
        for number, other in enumerate(others):
            theirs, nothing = await other.ask(method, path, name), await other.ask(method, path, NEVER_WAS)
            if theirs != nothing or theirs[0] != 404:
                found.append(f"{method} {path}, person {number}: {theirs[0]}, and {nothing[0]} for what never was")
    return found


def personal(app: Any) -> list[tuple[str, str, HTTPRouteHandler]]:
    mine = (Access.SIGNED_IN, Access.VERIFIED)
    return [found for found in handlers(inner(app)) if "{" in found[1] and found[2].opt["access"] in mine]


def careful_path() -> str:
    return next(iter(careful.paths))


def careless_path() -> str:
    return next(iter(careless.paths))
