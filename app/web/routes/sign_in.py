"""Signing in by password or by a mailed code, and signing out."""

from typing import Any

from litestar import Response, get, post

from app.core.accounts import normalised_email
from app.core.codes import LIFETIME, Purpose
from app.core.errors import NotVerified, ShopError
from app.core.throttle import CODE_MAIL, HOUR
from app.web.asked import Asked, forget_asked, read_asked
from app.web.context import Web, web_of
from app.web.entry import (
    Faces,
    ask_first,
    asker,
    await_code,
    away,
    enter,
    next_of,
    refuse,
    require_pause,
    require_token,
    show,
    with_errors,
)
from app.web.forms import accounts as forms
from app.web.forms.read import read_form
from app.web.guards import Access
from app.web.identity import answer_sign_out
from app.web.pages.entry import SignInCodePage, SignInPage, SignOutPage
from app.web.pages.frame import Flash
from app.web.returning import local_path
from app.web.session import VisitorRequest, signed_in

SIGN_IN = Faces("sign_in/show.html", "sign_in/answered.hx.html")
BY_CODE = Faces("sign_in_code/show.html", "sign_in_code/answered.hx.html")


@get("/sign-in", access=Access.ANYONE)
async def show_sign_in(request: VisitorRequest) -> Response[Any]:
    """Query: `next`, a path of this shop to go on to."""
    web = web_of(request)
    then = next_of(request)
    providers = await web.services.providers.list_enabled()
    page = SignInPage(await web.frame(request, private=True), then, providers=providers)
    return away(request, web, then) or show(request, web, SIGN_IN, page)


@post("/sign-in", status_code=200, access=Access.ANYONE)
async def sign_in(request: VisitorRequest) -> Response[Any]:
    """Fields: `email`, `password`, `next`; `show` asks for the form with a password that can be read.

    303 to `next`, to the second factor, or to /verify where the address was never proven; 422; 429.
    """
    web = web_of(request)
    form = await read_form(request, untouched=forms.PASSWORDS)
    page = SignInPage(
        await web.frame(request, private=True),
        local_path(form.get("next", "")),
        {"email": form.get("email", "")},
        shows_password="show" in form,
        providers=await web.services.providers.list_enabled(),
    )
    browser = asker(request, web)
    try:
        require_token(request, web, form)
        if form.get("show") == "now":
            return show(request, web, SIGN_IN, page)
        if wrong := _missing(web, form):
            return show(request, web, SIGN_IN, with_errors(page, wrong), status=422)
        result = await web.services.accounts.sign_in(form["email"], form["password"], browser=browser)
    except NotVerified:
        asked = Asked(Purpose.VERIFY_EMAIL, normalised_email(form["email"]), page.next)
        return await_code(request, web, "/verify", asked, browser)
    except ShopError as refusal:
        return refuse(request, web, SIGN_IN, page, refusal)
    return await enter(request, web, result, page.next)


@get("/sign-in/code", access=Access.ANYONE)
async def show_code(request: VisitorRequest) -> Response[Any]:
    """Query: `next`; `again` for another address than the one a code was sent to."""
    web = web_of(request)
    page = await _code_page(request, web, dict(request.query_params))
    return away(request, web, page.next) or show(request, web, BY_CODE, page)


@post("/sign-in/code/mail", status_code=200, access=Access.ANYONE)
async def mail_code(request: VisitorRequest) -> Response[Any]:
    """Fields: `email`, or nothing for another code to the same address; `next`. The same whether it is known or not."""
    web = web_of(request)
    form = await read_form(request)
    page = await _code_page(request, web, form)
    try:
        require_token(request, web, form)
        typed = {"email": page.email} | form
        if wrong := forms.check_email(typed, web.render):
            return show(request, web, BY_CODE, with_errors(page, wrong), status=422)
        browser = asker(request, web)
        await require_pause(web, browser)
        await web.services.accounts.send_sign_in_code(typed["email"], browser=browser)
    except ShopError as refusal:
        return refuse(request, web, BY_CODE, page, refusal)
    asked = Asked(Purpose.SIGN_IN, normalised_email(typed["email"]), page.next)
    return await_code(request, web, "/sign-in/code", asked, browser)


@post("/sign-in/code", status_code=200, access=Access.ANYONE)
async def sign_in_by_code(request: VisitorRequest) -> Response[Any]:
    """Field: `code`. 303 as after a password; 422 for a wrong code; 429."""
    web = web_of(request)
    form = await read_form(request)
    page = await _code_page(request, web, form)
    try:
        require_token(request, web, form)
        if not page.email:
            return show(request, web, BY_CODE, page, status=422, notice=ask_first(web))
        if wrong := forms.check_given(form, "code", web.render.say("Enter the code of the mail.")):
            return show(request, web, BY_CODE, with_errors(page, wrong), status=422)
        result = await web.services.accounts.sign_in_by_code(page.email, form["code"], browser=asker(request, web))
    except ShopError as refusal:
        return refuse(request, web, BY_CODE, page, refusal)
    return await enter(request, web, result, page.next)


@get("/sign-out", access=Access.ANYONE)
async def show_sign_out(request: VisitorRequest) -> Response[Any]:
    """A link changes nothing, so it asks first."""
    web = web_of(request)
    page = SignOutPage(await web.frame(request, private=True), next_of(request))
    return web.render.html("sign_out/show.html", page)


@post("/sign-out", status_code=200, access=Access.ANYONE)
async def sign_out(request: VisitorRequest) -> Response[Any]:
    """Pages that are shared hold this form, so it has no token: Sec-Fetch-Site and Origin guard it."""
    web = web_of(request)
    if who := signed_in(request):
        await web.services.identity.sign_out(who)
    answer = web.render.go(request, "/", Flash(web.render.say("You are signed out."), "info"))
    answer_sign_out(answer, web.settings)
    forget_asked(answer, web.settings)
    return answer


def _missing(web: Web, form: dict[str, str]) -> tuple[Any, ...]:
    say = web.render.say
    return (
        *forms.check_given(form, "email", say("Enter your email address.")),
        *forms.check_given(form, "password", say("Enter your password.")),
    )


async def _code_page(request: VisitorRequest, web: Web, form: dict[str, str]) -> SignInCodePage:
    asked = None if "again" in form else read_asked(request, Purpose.SIGN_IN, web.settings)
    return SignInCodePage(
        await web.frame(request, private=True),
        asked.then if asked else local_path(form.get("next", "")),
        {name: form.get(name, "") for name in ("email", "code")},
        email=asked.email if asked else "",
        minutes=int(LIFETIME.total_seconds()) // 60,
        most_mails=CODE_MAIL.most,
        hours=CODE_MAIL.seconds // HOUR,
    )


ROUTES: list[Any] = [show_sign_in, sign_in, show_code, mail_code, sign_in_by_code, show_sign_out, sign_out]
