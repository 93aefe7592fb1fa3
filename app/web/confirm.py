"""Asking somebody to prove once more who they are, without losing what they were about to do.

A form that has to wait is kept in the page that asks, and goes on to where it was sent by a 307, body and all.
"""

from typing import Any

from litestar import Response

from app.web.context import Web
from app.web.forms.accounts import PASSWORDS
from app.web.forms.read import read_form
from app.web.identity import require_signed_in
from app.web.pages.checkout import FieldError
from app.web.pages.security import ConfirmPage
from app.web.render import wants_fragment
from app.web.session import VisitorRequest

PAGE = "/account/confirm"
OWN = "confirm_"
"""What the names of the page's own fields begin with."""
FORM = "application/x-www-form-urlencoded"


async def answer_with_question(request: VisitorRequest, web: Web) -> Response[Any]:
    """In the place of what a form asked for: the page that asks for a proof, with the form in it."""
    url, kept = request.url, {}
    if request.headers.get("content-type", FORM).partition(";")[0].strip().lower() == FORM:
        kept = await read_form(request, untouched=PASSWORDS)
    path = f"{url.path}?{url.query}" if url.query else url.path
    return await question(request, web, next_path=path, kept=kept, status=403)


async def question(
    request: VisitorRequest,
    web: Web,
    *,
    next_path: str,
    kept: dict[str, str] | None = None,
    is_sent: bool = False,
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
) -> Response[Any]:
    who = require_signed_in(request)
    own = {"csrf_token"}
    page = ConfirmPage(
        frame=await web.frame(request, private=True),
        email=who.email,
        how=await how_to_prove(request, web),
        next=next_path,
        kept=tuple(
            (name, value) for name, value in (kept or {}).items() if name not in own and not name.startswith(OWN)
        ),
        is_sent=is_sent,
        errors=errors,
    )
    if not wants_fragment(request):
        return web.render.html("confirm/show.html", page, status=status)
    return web.render.instead(web.render.html("confirm/asked.hx.html", page, status=status), "#main")


async def how_to_prove(request: VisitorRequest, web: Web) -> str:
    """The strongest proof that the account has: factor, password or mail."""
    who = require_signed_in(request)
    if who.two_factor_enabled:
        return "factor"
    return "password" if await web.services.passwords.has_password(who) else "mail"
