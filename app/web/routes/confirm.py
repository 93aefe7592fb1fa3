"""Proving once more who one is, before something that matters."""

from typing import Any

from litestar import Response, get, post

from app.core.errors import SignInFailed, TooOften, WrongCode
from app.web.confirm import PAGE, how_to_prove, question
from app.web.context import Web, web_of
from app.web.errors import status_of
from app.web.forms.accounts import PASSWORDS
from app.web.forms.read import read_form
from app.web.guards import Access
from app.web.identity import asking_token, browser_of, keep_asking, require_signed_in
from app.web.languages import locale_of
from app.web.pages.checkout import FieldError
from app.web.refusals import reason
from app.web.returning import local_path
from app.web.session import VisitorRequest, new_token, require_csrf_token

FALLBACK = "/account/security"


@get(PAGE, access=Access.SIGNED_IN)
async def show_confirm(request: VisitorRequest) -> Response[Any]:
    """Query: `next`, the page to go on to."""
    web = web_of(request)
    return await question(request, web, next_path=local_path(request.query_params.get("next", ""), FALLBACK))


@post(PAGE, status_code=200, access=Access.SIGNED_IN)
async def confirm(request: VisitorRequest) -> Response[Any]:
    """Fields: the proof, and `confirm_next`; with `confirm_kept` the other fields are sent there (307).

    422 and the page again where the proof is none, 429 after too many.
    """
    web = web_of(request)
    form = await read_form(request, untouched=PASSWORDS)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    next_path = local_path(form.get("confirm_next", ""), FALLBACK)
    how = await how_to_prove(request, web)
    sends = how == "mail" and "confirm_send" in form
    field = "confirm_password" if how == "password" else "confirm_code"
    try:
        if sends:
            return await _send(request, web, form, next_path)
        await _prove(request, web, how, form.get(field, ""))
    except (SignInFailed, WrongCode, TooOften) as refusal:
        words = reason(refusal, web.render)
        if isinstance(refusal, SignInFailed):
            words = web.render.say("That is not your password. Try again.")
        return await question(
            request,
            web,
            next_path=next_path,
            kept=form if "confirm_kept" in form else None,
            is_sent=how == "mail",
            errors=(FieldError(field, words),),
            status=status_of(refusal),
        )
    if "confirm_kept" in form:
        return web.render.send_on(next_path)
    return web.render.go(request, next_path)


async def _send(request: VisitorRequest, web: Web, form: dict[str, str], next_path: str) -> Response[Any]:
    token = asking_token(request, web.settings) or new_token()
    browser = browser_of(request, web.settings, locale_of(request), token=token)
    await web.services.accounts.send_step_up_code(require_signed_in(request), browser=browser)
    kept = form if "confirm_kept" in form else None
    answer = await question(request, web, next_path=next_path, kept=kept, is_sent=True)
    keep_asking(answer, token, web.settings)
    return answer


async def _prove(request: VisitorRequest, web: Web, how: str, typed: str) -> None:
    who, services = require_signed_in(request), web.services
    browser = browser_of(request, web.settings, locale_of(request))
    if how == "factor":
        await services.two_factor.step_up(who, typed, browser=browser)
    elif how == "password":
        await services.accounts.step_up_by_password(who, typed, browser=browser)
    else:
        await services.accounts.step_up_by_code(who, typed, browser=browser)


ROUTES: list[Any] = [show_confirm, confirm]
