"""The second factor: shown at sign-in, set up, renewed and switched off."""

from typing import Any
from urllib.parse import quote, urlencode

from litestar import Response, get, post

from app.core.errors import (
    NotFound,
    PasswordTooLong,
    PasswordTooShort,
    SecondFactorObligatory,
    SignInFailed,
    TooOften,
    WrongCode,
)
from app.web.context import Web, web_of
from app.web.entry import Faces, enter, show
from app.web.errors import status_of
from app.web.forms.accounts import PASSWORDS
from app.web.forms.read import read_form
from app.web.guards import Access
from app.web.identity import browser_of, challenge_of, require_signed_in
from app.web.languages import locale_of
from app.web.pages.checkout import FieldError
from app.web.pages.frame import Flash
from app.web.pages.security import RecoveryCodesPage, SecondStepPage, TwoFactorPage
from app.web.qr import qr_code
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.returning import local_path
from app.web.session import VisitorRequest, require_csrf_token

SECURITY = "/account/security"
PAGE = f"{SECURITY}/two-factor"
SIGN_IN = "/sign-in/two-factor"
STEP = Faces("two_factor/sign_in.html", "two_factor/sign_in.hx.html")
FACTOR = Faces("two_factor/show.html", "two_factor/show.hx.html")
CODES = Faces("two_factor/codes.html", "two_factor/codes.hx.html")


@get(SIGN_IN, access=Access.ANYONE)
async def show_second_step(request: VisitorRequest) -> Response[Any]:
    """Query: `next`. Without a first step that still counts, back to it."""
    web = web_of(request)
    next_path = local_path(request.query_params.get("next", ""))
    try:
        web.services.accounts.read_challenge(challenge_of(request, web.settings))
    except SignInFailed:
        return _back_to_first_step(request, web, next_path)
    page = SecondStepPage(await web.frame(request, private=True), next_path)
    return show(request, web, STEP, page)


@post(SIGN_IN, status_code=200, access=Access.ANYONE)
async def second_step(request: VisitorRequest) -> Response[Any]:
    """Fields: `code`, of the app or a recovery code, and `next`. 303 on to that; 422, 429."""
    web = web_of(request)
    form = await read_form(request, untouched=PASSWORDS)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    next_path = local_path(form.get("next", ""))
    try:
        result = await web.services.two_factor.finish_sign_in(
            challenge_of(request, web.settings),
            form.get("code", ""),
            browser=browser_of(request, web.settings, locale_of(request)),
        )
    except SignInFailed:
        return _back_to_first_step(request, web, next_path)
    except (WrongCode, TooOften) as refusal:
        frame = await web.frame(request, private=True)
        page = SecondStepPage(frame, next_path, (FieldError("code", reason(refusal, web.render)),))
        return show(request, web, STEP, page, status=status_of(refusal))
    return await enter(request, web, result, next_path)


@get(PAGE, access=Access.SIGNED_IN)
async def show_two_factor(request: VisitorRequest) -> Response[Any]:
    """Query: `next`, the page to go on to once it is set up."""
    return await _page(request, web_of(request), local_path(request.query_params.get("next", ""), SECURITY))


@post(PAGE, status_code=200, access=Access.SIGNED_IN)
async def begin_set_up(request: VisitorRequest) -> Response[Any]:
    web, form = await _checked_form(request)
    await web.services.two_factor.begin(require_signed_in(request))
    next_path = local_path(form.get("next", ""), "")
    if wants_fragment(request):
        return await _page(request, web, next_path or SECURITY)
    return web.render.see_other(f"{PAGE}?{urlencode({'next': next_path})}" if next_path else PAGE)


@post(f"{PAGE}/activation", status_code=200, access=Access.SIGNED_IN)
async def finish_set_up(request: VisitorRequest) -> Response[Any]:
    """Fields: `code` of the new app, `next`. The recovery codes, this once; 422, 429."""
    web, form = await _checked_form(request)
    who, next_path = require_signed_in(request), local_path(form.get("next", ""), SECURITY)
    browser = browser_of(request, web.settings, locale_of(request))
    try:
        codes = await web.services.two_factor.switch_on(who, form.get("code", ""), browser=browser)
    except NotFound:  # sent twice, or given up in another tab
        return web.render.go(request, PAGE)
    except (WrongCode, TooOften) as refusal:
        error = FieldError("code", reason(refusal, web.render))
        return await _page(request, web, next_path, error, status=status_of(refusal))
    return await _codes(request, web, tuple(codes), next_path, is_new=True)


@post(f"{PAGE}/cancellation", status_code=200, access=Access.SIGNED_IN)
async def give_up_set_up(request: VisitorRequest) -> Response[Any]:
    web, _ = await _checked_form(request)
    await web.services.two_factor.give_up(require_signed_in(request))
    return web.render.go(request, SECURITY)


@post(f"{PAGE}/removal", status_code=200, access=Access.SIGNED_IN)
async def switch_off(request: VisitorRequest) -> Response[Any]:
    """Fields: `current_password`, `off_code`. 303 to the overview; 422, 429."""
    web, form = await _checked_form(request)
    browser = browser_of(request, web.settings, locale_of(request))
    try:
        await web.services.two_factor.switch_off(
            require_signed_in(request), form.get("current_password", ""), form.get("off_code", ""), browser=browser
        )
    except SignInFailed as refusal:
        words = web.render.say("That is not your present password. Try again.")
        error, status = FieldError("current_password", words), status_of(refusal)
    except (PasswordTooShort, PasswordTooLong) as refusal:
        words = web.render.say(
            "Without the second factor your password has to be longer. Change it first, under Security."
        )
        error, status = FieldError("current_password", words), status_of(refusal)
    except (WrongCode, TooOften, SecondFactorObligatory) as refusal:
        error, status = FieldError("off_code", reason(refusal, web.render)), status_of(refusal)
    else:
        return web.render.go(request, SECURITY, Flash(web.render.say("The second factor is off.")))
    return await _page(request, web, SECURITY, error, status=status)


@post(f"{SECURITY}/recovery-codes", status_code=200, access=Access.SIGNED_IN)
async def renew_recovery_codes(request: VisitorRequest) -> Response[Any]:
    """A new set, shown this once; the old one has ended."""
    web, _ = await _checked_form(request)
    browser = browser_of(request, web.settings, locale_of(request))
    codes = await web.services.two_factor.renew_codes(require_signed_in(request), browser=browser)
    return await _codes(request, web, tuple(codes), SECURITY, is_new=False)


async def _checked_form(request: VisitorRequest) -> tuple[Web, dict[str, str]]:
    web = web_of(request)
    form = await read_form(request, untouched=PASSWORDS)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    return web, form


def _back_to_first_step(request: VisitorRequest, web: Web, next_path: str) -> Response[Any]:
    return web.render.go(request, f"/sign-in?{urlencode({'next': next_path})}")


async def _page(
    request: VisitorRequest, web: Web, next_path: str, error: FieldError | None = None, *, status: int = 200
) -> Response[Any]:
    who, two_factor = require_signed_in(request), web.services.two_factor
    factor = await two_factor.state(who)
    set_up = await two_factor.set_up(who) if factor.is_pending else None
    page = TwoFactorPage(
        frame=await web.frame(request, private=True),
        factor=factor,
        has_password=await web.services.passwords.has_password(who),
        email=who.email,
        next=next_path,
        set_up=set_up,
        qr=qr_code(set_up.address) if set_up else None,
        errors=(error,) if error else (),
    )
    return show(request, web, FACTOR, page, status=status)


async def _codes(
    request: VisitorRequest, web: Web, codes: tuple[str, ...], next_path: str, *, is_new: bool
) -> Response[Any]:
    frame = await web.frame(request, private=True)
    title = web.render.say("Recovery codes for %(shop)s, each good for one sign-in:", shop=frame.shop_name)
    text = "\n".join([title, "", *codes, ""])
    page = RecoveryCodesPage(frame, codes, f"data:text/plain;charset=utf-8,{quote(text)}", next_path, is_new)
    return show(request, web, CODES, page)


ROUTES: list[Any] = [
    show_second_step,
    second_step,
    show_two_factor,
    begin_set_up,
    finish_set_up,
    give_up_set_up,
    switch_off,
    renew_recovery_codes,
]
