"""The account: an overview of what waits, and the orders that are one's own."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.core.accounts import Role
from app.web.context import web_of
from app.web.forms.read import clean, whole_number
from app.web.guards import Access
from app.web.identity import require_signed_in
from app.web.pages.account import AccountPage, OrdersPage
from app.web.pages.checkout import OrderPage
from app.web.session import VisitorRequest

LATEST = 3
OFFICES = {Role.ADMIN: "/admin/", Role.SELLER: "/desk/"}


@get("/account", access=Access.SIGNED_IN)
async def show_account(request: VisitorRequest) -> Response[str]:
    web, who = web_of(request), require_signed_in(request)
    pending = await web.services.deletions.pending(who.user_id)
    page = AccountPage(
        frame=await web.frame(request, private=True),
        first_name=who.first_name,
        email=who.email,
        orders=await web.services.orders.list_own(who.user_id, per_page=LATEST),
        is_verified=who.is_verified,
        has_second_factor=who.two_factor_enabled,
        needs_second_factor=who.role.is_staff,
        address_count=len(await web.services.addresses.list(who.user_id)),
        erase_at=pending.erase_at if pending else None,
        office=OFFICES.get(who.role, ""),
    )
    return web.render.html("account/show.html", page)


@get("/account/orders", access=Access.SIGNED_IN)
async def list_orders(request: VisitorRequest) -> Response[str]:
    """Query: `page`; what is no such page is the nearest one."""
    web, who = web_of(request), require_signed_in(request)
    page = whole_number(request.query_params.get("page", "1")) or 1
    orders = await web.services.orders.list_own(who.user_id, page)
    return web.render.html("orders/index.html", OrdersPage(await web.frame(request, private=True), orders))


@get("/account/orders/{number:str}", access=Access.SIGNED_IN)
async def show_own_order(request: VisitorRequest, number: FromPath[str]) -> Response[str]:
    """The same page as behind the secret link; here the session says whose it is."""
    web, who = web_of(request), require_signed_in(request)
    order = await web.services.orders.open_own(who.user_id, clean(number).upper())
    frame = await web.frame(request, private=True)
    return web.render.html("orders/show.html", OrderPage(frame, order, web.settings.bank_account, is_own=True))


ROUTES: list[Any] = [show_account, list_orders, show_own_order]
