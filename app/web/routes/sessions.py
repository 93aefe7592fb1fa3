"""The browsers that somebody is signed in with, and signing them out."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.core.errors import NotFound
from app.web.context import Web, web_of
from app.web.forms.read import read_form, whole_number
from app.web.guards import Access
from app.web.identity import require_signed_in
from app.web.pages.frame import Flash
from app.web.pages.security import SessionsPage, SessionsReply
from app.web.render import wants_fragment
from app.web.session import VisitorRequest, require_csrf_token

PAGE = "/account/sessions"


@get(PAGE, access=Access.SIGNED_IN)
async def show_sessions(request: VisitorRequest) -> Response[str]:
    web, who = web_of(request), require_signed_in(request)
    sessions = tuple(await web.services.identity.list(who))
    page = SessionsPage(await web.frame(request, private=True), sessions, who.session_id)
    return web.render.html("sessions/index.html", page)


@post(f"{PAGE}/{{session_id:str}}/revocation", status_code=200, access=Access.SIGNED_IN)
async def end_session(request: VisitorRequest, session_id: FromPath[str]) -> Response[Any]:
    """404 for one that is over, and for somebody else's."""
    web = await _checked(request)
    number = whole_number(session_id)
    if number is None:
        raise NotFound("session")
    await web.services.identity.revoke(require_signed_in(request), number)
    return await _answer(request, web, web.render.say("That browser is signed out."))


@post(f"{PAGE}/revocation", status_code=200, access=Access.SIGNED_IN)
async def end_other_sessions(request: VisitorRequest) -> Response[Any]:
    web = await _checked(request)
    ended = await web.services.identity.revoke_others(require_signed_in(request))
    words = web.render.say_number("%(num)s browser is signed out.", "%(num)s browsers are signed out.", ended)
    return await _answer(request, web, words)


async def _checked(request: VisitorRequest) -> Web:
    web = web_of(request)
    form = await read_form(request)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    return web


async def _answer(request: VisitorRequest, web: Web, words: str) -> Response[Any]:
    if not wants_fragment(request):
        return web.render.see_other(PAGE, Flash(words))
    who = require_signed_in(request)
    sessions = tuple(await web.services.identity.list(who))
    frame = await web.frame(request, private=True)
    return web.render.html("sessions/ended.hx.html", SessionsReply(frame, sessions, who.session_id, Flash(words)))


ROUTES: list[Any] = [show_sessions, end_session, end_other_sessions]
