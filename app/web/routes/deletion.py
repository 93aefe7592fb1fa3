"""Deleting one's account, and thinking better of it."""

from typing import Any

from litestar import Response, get, post

from app.core.deletion import COOLING_OFF
from app.web.context import Web, web_of
from app.web.forms.read import read_form
from app.web.guards import Access
from app.web.identity import require_signed_in
from app.web.languages import locale_of
from app.web.pages.deletion import DeletionPage, DeletionReply
from app.web.pages.frame import Flash
from app.web.render import wants_fragment
from app.web.session import VisitorRequest, require_csrf_token

DELETION = "/account/deletion"


@get(DELETION, access=Access.SIGNED_IN)
async def show_deletion(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    return web.render.html("deletion/show.html", await _page(request, web))


@post(DELETION, status_code=200, access=Access.SIGNED_IN)
async def ask_for_deletion(request: VisitorRequest) -> Response[Any]:
    """After a fresh proof of who it is; without one, it is asked for first."""
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    await web.services.deletions.ask(who, locale=locale_of(request))
    return await _changed(request, web, web.render.say("Your account is going to be deleted. We have sent you a mail."))


@post(f"{DELETION}/cancellation", status_code=200, access=Access.SIGNED_IN)
async def keep_account(request: VisitorRequest) -> Response[Any]:
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    await web.services.deletions.cancel(who, locale=locale_of(request))
    return await _changed(request, web, web.render.say("Your account stays."))


async def _changed(request: VisitorRequest, web: Web, said: str) -> Response[Any]:
    if not wants_fragment(request):
        return web.render.see_other(DELETION, Flash(said))
    return web.render.html("deletion/changed.hx.html", DeletionReply(await _page(request, web), Flash(said)))


async def _page(request: VisitorRequest, web: Web) -> DeletionPage:
    who = require_signed_in(request)
    pending = await web.services.deletions.pending(who.user_id)
    return DeletionPage(
        frame=await web.frame(request, private=True),
        days=COOLING_OFF.days,
        erase_at=pending.erase_at if pending else None,
        is_staff=who.role.is_staff,
        has_open_orders=await web.services.deletions.has_open_orders(who.user_id),
    )


ROUTES: list[Any] = [show_deletion, ask_for_deletion, keep_account]
