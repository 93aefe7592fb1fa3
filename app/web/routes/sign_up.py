"""Signing up, and proving the address by the code that was mailed to it."""

from typing import Any

from litestar import Response, get, post

from app.core.accounts import split_name
from app.core.codes import LIFETIME, Purpose
from app.core.errors import ShopError
from app.core.throttle import HOUR, VERIFY_MAIL
from app.web.asked import Asked, read_asked
from app.web.context import Web, web_of
from app.web.entry import (
    Faces,
    asker,
    await_code,
    away,
    enter,
    next_of,
    password_errors,
    refuse,
    require_pause,
    require_token,
    show,
    with_errors,
)
from app.web.forms import accounts as forms
from app.web.forms.fields import was_filled_in_by_a_program
from app.web.forms.read import read_form
from app.web.guards import Access
from app.web.pages.entry import SignUpPage, VerifyPage
from app.web.returning import local_path
from app.web.session import VisitorRequest

FIELDS = ("name", "email")

SIGN_UP = Faces("sign_up/show.html", "sign_up/answered.hx.html")
VERIFY = Faces("verify/show.html", "verify/answered.hx.html")


@get("/sign-up", access=Access.ANYONE)
async def show_sign_up(request: VisitorRequest) -> Response[Any]:
    """Query: `next`, a path of this shop to go on to."""
    web = web_of(request)
    then = next_of(request)
    providers = await web.services.providers.list_enabled()
    page = SignUpPage(await web.frame(request, private=True), then, providers=providers)
    return away(request, web, then) or show(request, web, SIGN_UP, page)


@post("/sign-up", status_code=200, access=Access.ANYONE)
async def sign_up(request: VisitorRequest) -> Response[Any]:
    """Fields: `name`, `email`, `password`, `next`; `show` asks for the form with a password that can be read.

    303 to /verify whether or not the address is known; 422 with everything that is wrong; 429.
    """
    web = web_of(request)
    form = await read_form(request, untouched=forms.PASSWORDS)
    page = SignUpPage(
        await web.frame(request, private=True),
        local_path(form.get("next", "")),
        {name: form.get(name, "") for name in FIELDS},
        shows_password="show" in form,
        providers=await web.services.providers.list_enabled(),
    )
    try:
        require_token(request, web, form)
        if form.get("show") == "now":
            return show(request, web, SIGN_UP, page)
        if wrong := await _errors(web, form):
            return show(request, web, SIGN_UP, with_errors(page, wrong), status=422)
        if was_filled_in_by_a_program(form):
            notice = web.render.say("Nothing was sent: a hidden field was filled in, as programs do. Please try again.")
            return show(request, web, SIGN_UP, page, status=422, notice=notice)
        browser = asker(request, web)
        first, last = split_name(form["name"])
        email = await web.services.accounts.sign_up(
            form["email"], form["password"], first_name=first, last_name=last, browser=browser
        )
    except ShopError as refusal:
        return refuse(request, web, SIGN_UP, page, refusal)
    return await_code(request, web, "/verify", Asked(Purpose.VERIFY_EMAIL, email, page.next), browser)


@get("/verify", access=Access.ANYONE)
async def show_verification(request: VisitorRequest) -> Response[Any]:
    web = web_of(request)
    page = await _code_page(request, web, {})
    return away(request, web, page.next) or show(request, web, VERIFY, page)


@post("/verify", status_code=200, access=Access.ANYONE)
async def verify(request: VisitorRequest) -> Response[Any]:
    """Fields: `code`; `email` where the browser has forgotten it. Signs in; 422 for a wrong code; 429."""
    web = web_of(request)
    form = await read_form(request)
    page = await _code_page(request, web, form)
    try:
        require_token(request, web, form)
        email = page.email or form.get("email", "")
        wrong = () if page.email else forms.check_email(form, web.render)
        if wrong := (*wrong, *forms.check_given(form, "code", web.render.say("Enter the code of the mail."))):
            return show(request, web, VERIFY, with_errors(page, wrong), status=422)
        result = await web.services.accounts.verify(email, form["code"], browser=asker(request, web))
    except ShopError as refusal:
        return refuse(request, web, VERIFY, page, refusal)
    return await enter(request, web, result, page.next, words=web.render.say("Your account is ready. Welcome."))


@post("/verify/mail", status_code=200, access=Access.ANYONE)
async def mail_again(request: VisitorRequest) -> Response[Any]:
    """Field: `email` where the browser has forgotten it. Another code, in the place of the first; 429."""
    web = web_of(request)
    form = await read_form(request)
    page = await _code_page(request, web, form)
    try:
        require_token(request, web, form)
        if not page.email and (wrong := forms.check_email(form, web.render)):
            return show(request, web, VERIFY, with_errors(page, wrong), status=422)
        email, browser = page.email or form["email"], asker(request, web)
        await require_pause(web, browser)
        await web.services.accounts.resend_verification(email, browser=browser)
    except ShopError as refusal:
        return refuse(request, web, VERIFY, page, refusal)
    return await_code(request, web, "/verify", Asked(Purpose.VERIFY_EMAIL, email, page.next), browser)


async def _errors(web: Web, form: dict[str, str]) -> tuple[Any, ...]:
    own_words = (form.get("email", ""), *split_name(form.get("name", "")))
    return (
        *forms.check_name(form, web.render),
        *forms.check_email(form, web.render),
        *await password_errors(web, form.get("password", ""), known=own_words),
    )


async def _code_page(request: VisitorRequest, web: Web, form: dict[str, str]) -> VerifyPage:
    asked = read_asked(request, Purpose.VERIFY_EMAIL, web.settings)
    return VerifyPage(
        await web.frame(request, private=True),
        asked.then if asked else local_path(form.get("next", "")),
        {name: form.get(name, "") for name in ("email", "code")},
        email=asked.email if asked else "",
        minutes=int(LIFETIME.total_seconds()) // 60,
        most_mails=VERIFY_MAIL.most,
        hours=VERIFY_MAIL.seconds // HOUR,
    )


ROUTES: list[Any] = [show_sign_up, sign_up, show_verification, verify, mail_again]
