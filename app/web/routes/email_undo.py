"""The page behind the link that a former address of an account gets."""

from typing import Any

from litestar import Response, get, post

from app.core.codes import Purpose
from app.core.errors import EmailTaken, ShopError, WrongCode
from app.web.asked import Asked
from app.web.context import Web, web_of
from app.web.entry import Faces, asker, await_code, kept_to_itself, refuse, require_token, show
from app.web.forms.read import clean, read_form
from app.web.guards import Access
from app.web.pages.entry import EmailUndoPage
from app.web.pages.frame import Flash
from app.web.session import VisitorRequest

UNDO = Faces("email_undo/show.html", "email_undo/answered.hx.html")


@get("/email/undo", access=Access.ANYONE)
async def show_undo(request: VisitorRequest) -> Response[Any]:
    """Query: `key` of the link in the mail. Opening it changes nothing: programs that look into mails do so, too."""
    web = web_of(request)
    page = await _page(request, web, clean(request.query_params.get("key", "")))
    return kept_to_itself(show(request, web, UNDO, page, status=200 if page.email else 404))


@post("/email/undo", status_code=200, access=Access.ANYONE)
async def undo(request: VisitorRequest) -> Response[Any]:
    """Field: `key`. 303 to the page that sets a new password; 404 for a link that is over, 409 where the address
    belongs to another account by now, 429.
    """
    web = web_of(request)
    form = await read_form(request)
    key, browser = form.get("key", ""), asker(request, web)
    try:
        require_token(request, web, form)
        email = await web.services.email_undo.undo(key, browser=browser)
    except (WrongCode, EmailTaken) as refusal:
        page = await _page(request, web, key, is_taken=isinstance(refusal, EmailTaken))
        return kept_to_itself(show(request, web, UNDO, page, status=409 if page.is_taken else 404))
    except ShopError as refusal:
        return kept_to_itself(refuse(request, web, UNDO, await _page(request, web, key), refusal))
    done = Flash(web.render.say("Your account has its former address again. Now set a new password."))
    return await_code(request, web, "/password/reset", Asked(Purpose.RESET, email), browser, done)


async def _page(request: VisitorRequest, web: Web, key: str, *, is_taken: bool = False) -> EmailUndoPage:
    try:
        email = await web.services.email_undo.find(key)
    except WrongCode:
        email = ""
    frame = await web.frame(request, private=True)
    return EmailUndoPage(frame, "/", key=key if email else "", email=email, is_taken=is_taken and bool(email))


ROUTES: list[Any] = [show_undo, undo]
