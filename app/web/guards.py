"""Who may call a route. Every route names its `access`; a test fails on one that does not."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers import ASGIRouteHandler
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from app.core.errors import (
    ForgedRequest,
    NotFound,
    NotVerified,
    PermissionMissing,
    SecondFactorMissing,
    SignInRequired,
)
from app.core.permissions import Permission
from app.web.session import signed_in


async def may_ask(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every route; one for all, since the framework copies the handler for each guard of each request."""
    await refuse_cross_site(connection, handler)
    await require_access(connection, handler)


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Access(StrEnum):
    ANYONE = "anyone"
    VISITOR = "visitor"
    """Anyone, but only for the things that belong to the caller's own cart token."""
    LINK_HOLDER = "link holder"
    """Whoever has the secret link."""
    DEVELOPER = "developer"
    """Anyone, and the route exists in development only."""
    SIGNED_IN = "signed in"
    """Whoever has a session, for what belongs to their own account."""
    VERIFIED = "verified"
    """The same, and the address was proven."""
    STAFF = "staff"
    """A role with rights, and a second factor; add `require(Permission.X)` for what it is about."""


async def require_access(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The route's `access`, for those that ask for a session. Mounts and the rest look after themselves.

    Raises SignInRequired, NotVerified, NotFound (staff pages are nobody else's business), SecondFactorMissing.
    """
    access = handler.opt.get("access")
    if access not in (Access.SIGNED_IN, Access.VERIFIED, Access.STAFF) or isinstance(handler, ASGIRouteHandler):
        return
    who = signed_in(connection)
    if who is None:
        raise SignInRequired
    if access is not Access.SIGNED_IN and not who.is_verified:
        raise NotVerified
    if access is Access.STAFF and not who.role.is_staff:
        raise NotFound("page")
    if access is Access.STAFF and who.must_enrol:
        raise SecondFactorMissing


@dataclass(frozen=True)
class RequirePermission:
    permission: Permission

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        who = signed_in(connection)
        if who is None:
            raise SignInRequired
        if not who.may(self.permission):
            raise PermissionMissing(self.permission)


def require(permission: Permission) -> Guard:
    """A guard for a route with Access.STAFF: `guards=[require(Permission.VIEW_ORDERS)]`.

    The grant is read with each request, by the database's clock, so that giving and taking it works at once.
    Raises PermissionMissing.
    """
    return RequirePermission(permission)


async def refuse_cross_site(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Unsafe methods must come from a page of this shop: by Sec-Fetch-Site, else by Origin, else not at all.

    A route that says `from_anywhere=True` is called by programs with a secret of its own, and by no cookie.
    Async only because the framework would run a plain function in a thread, for every request.
    """
    if connection.scope.get("method") in SAFE or handler.opt.get("from_anywhere"):
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise ForgedRequest
        return
    origin = urlsplit(connection.headers.get("origin", ""))
    if not origin.netloc or origin.netloc != connection.headers.get("host"):
        raise ForgedRequest
