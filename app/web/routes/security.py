"""Where people look after the safety of their account: password, address, and the latest sign-ins."""

from typing import Any

from litestar import Response, get, post

from app.core.accounts import SHORTEST_PASSWORD, SHORTEST_WITH_SECOND_FACTOR
from app.core.errors import (
    EmailTaken,
    InvalidEmail,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    SignInFailed,
    TooOften,
    WrongCode,
)
from app.ports.identity import SignedIn
from app.web.context import Web, web_of
from app.web.entry import Faces, show
from app.web.errors import status_of
from app.web.forms.accounts import PASSWORDS
from app.web.forms.read import read_form
from app.web.guards import Access
from app.web.identity import asking_token, browser_of, keep_asking, require_signed_in
from app.web.languages import locale_of
from app.web.linked import identity_list
from app.web.pages.checkout import FieldError
from app.web.pages.frame import Flash
from app.web.pages.security import EmailPage, NewPasswordPage, SecurityPage
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.session import VisitorRequest, new_token, require_csrf_token

PAGE = "/account/security"
PASSWORD = Faces("security/password.html", "security/password.hx.html")
EMAIL = Faces("security/email.html", "security/email.hx.html")


@get(PAGE, access=Access.SIGNED_IN)
async def show_security(request: VisitorRequest) -> Response[Any]:
    web, who = web_of(request), require_signed_in(request)
    services, browser = web.services, browser_of(request, web.settings, locale_of(request))
    page = SecurityPage(
        frame=await web.frame(request, private=True),
        email=who.email,
        pending_email=await services.email_change.pending(who, browser=browser),
        has_password=await services.passwords.has_password(who),
        factor=await services.two_factor.state(who),
        sign_ins=tuple(await services.identity.sign_ins(who)),
        session_id=who.session_id,
        identities=await identity_list(web, who),
    )
    return web.render.html("security/show.html", page)


@get(f"{PAGE}/password", access=Access.SIGNED_IN)
async def show_password(request: VisitorRequest) -> Response[Any]:
    """Asks those for a fresh proof first who would be asked for it afterwards."""
    web, who = web_of(request), require_signed_in(request)
    if who.two_factor_enabled or not await web.services.passwords.has_password(who):
        web.services.accounts.require_fresh(who)
    return show(request, web, PASSWORD, await _password_page(request, web, who))


@post(f"{PAGE}/password", status_code=200, access=Access.SIGNED_IN)
async def change_password(request: VisitorRequest) -> Response[Any]:
    """Fields: `current_password`, `new_password`. 303 to the overview; 422 with what is wrong, 429."""
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request, untouched=PASSWORDS)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    browser = browser_of(request, web.settings, locale_of(request))
    try:
        await web.services.passwords.replace_password(
            who, form.get("current_password", ""), form.get("new_password", ""), browser=browser
        )
    except SignInFailed as refusal:
        words = web.render.say("That is not your present password. Try again.")
        error, status = FieldError("current_password", words), status_of(refusal)
    except (PasswordTooShort, PasswordTooLong, PasswordTooCommon) as refusal:
        error, status = FieldError("new_password", reason(refusal, web.render)), status_of(refusal)
    except TooOften as refusal:
        error, status = FieldError("current_password", reason(refusal, web.render)), status_of(refusal)
    else:
        done = web.render.say("Your password is changed. All other browsers are signed out.")
        return web.render.go(request, PAGE, Flash(done))
    return show(request, web, PASSWORD, await _password_page(request, web, who, error), status=status)


@get(f"{PAGE}/email", access=Access.SIGNED_IN)
async def show_email(request: VisitorRequest) -> Response[Any]:
    web, who = web_of(request), require_signed_in(request)
    web.services.accounts.require_fresh(who)
    return show(request, web, EMAIL, await _email_page(request, web, who))


@post(f"{PAGE}/email", status_code=200, access=Access.SIGNED_IN)
async def send_email_codes(request: VisitorRequest) -> Response[Any]:
    """Field: `email`, the new address. 303 to the form that takes the two codes; 422, 429."""
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request, untouched=PASSWORDS)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    token = asking_token(request, web.settings) or new_token()
    browser = browser_of(request, web.settings, locale_of(request), token=token)
    try:
        await web.services.email_change.ask(who, form.get("email", ""), browser=browser)
    except (InvalidEmail, TooOften) as refusal:
        error = FieldError("email", reason(refusal, web.render))
        page = await _email_page(request, web, who, error, typed=form.get("email", ""))
        return show(request, web, EMAIL, page, status=status_of(refusal))
    if wants_fragment(request):
        answer = show(request, web, EMAIL, await _email_page(request, web, who, token=token))
    else:
        answer = web.render.see_other(f"{PAGE}/email")
    keep_asking(answer, token, web.settings)
    return answer


@post(f"{PAGE}/email/confirmation", status_code=200, access=Access.SIGNED_IN)
async def change_email(request: VisitorRequest) -> Response[Any]:
    """Fields: `old_code`, `new_code`. 303 to the overview; 422, 429."""
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request, untouched=PASSWORDS)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    browser = browser_of(request, web.settings, locale_of(request))
    try:
        address = await web.services.email_change.confirm(
            who, old_code=form.get("old_code", ""), new_code=form.get("new_code", ""), browser=browser
        )
    except (WrongCode, EmailTaken, TooOften) as refusal:
        words = reason(refusal, web.render)
        if isinstance(refusal, WrongCode):
            words = web.render.say("One of the two codes is not right, or they are over. Check both, or send new ones.")
        page = await _email_page(request, web, who, FieldError("old_code", words))
        return show(request, web, EMAIL, page, status=status_of(refusal))
    return web.render.go(request, PAGE, Flash(web.render.say("Your address is now %(email)s.", email=address)))


@post(f"{PAGE}/email/cancellation", status_code=200, access=Access.SIGNED_IN)
async def keep_email(request: VisitorRequest) -> Response[Any]:
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request, untouched=PASSWORDS)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    await web.services.email_change.give_up(who)
    return web.render.go(request, PAGE, Flash(web.render.say("Your address stays as it is."), "info"))


async def _password_page(
    request: VisitorRequest, web: Web, who: SignedIn, error: FieldError | None = None
) -> NewPasswordPage:
    return NewPasswordPage(
        frame=await web.frame(request, private=True),
        email=who.email,
        has_password=await web.services.passwords.has_password(who),
        shortest=SHORTEST_WITH_SECOND_FACTOR if who.two_factor_enabled else SHORTEST_PASSWORD,
        errors=(error,) if error else (),
    )


async def _email_page(
    request: VisitorRequest,
    web: Web,
    who: SignedIn,
    error: FieldError | None = None,
    *,
    typed: str = "",
    token: str | None = None,
) -> EmailPage:
    browser = browser_of(request, web.settings, locale_of(request), token=token)
    pending = await web.services.email_change.pending(who, browser=browser)
    asks_for_address = error is not None and error.field == "email"
    return EmailPage(
        frame=await web.frame(request, private=True),
        email=who.email,
        pending="" if asks_for_address else pending,
        values={"email": typed},
        errors=(error,) if error else (),
    )


ROUTES: list[Any] = [
    show_security,
    show_password,
    change_password,
    show_email,
    send_email_codes,
    change_email,
    keep_email,
]
