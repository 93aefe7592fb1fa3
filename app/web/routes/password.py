"""A new password for somebody who has forgotten the old one: by a mailed code, or by the link beside it."""

from typing import Any

from litestar import Response, get, post

from app.core.accounts import normalised_email
from app.core.codes import LIFETIME, Purpose
from app.core.errors import ShopError
from app.core.throttle import HOUR, RESET_MAIL
from app.web.asked import Asked, forget_asked, read_asked
from app.web.context import Web, web_of
from app.web.entry import (
    Faces,
    ask_first,
    asker,
    await_code,
    kept_to_itself,
    password_errors,
    refuse,
    require_pause,
    require_token,
    show,
    with_errors,
)
from app.web.forms import accounts as forms
from app.web.forms.read import clean, read_form
from app.web.guards import Access
from app.web.pages.entry import PasswordPage
from app.web.pages.frame import Flash
from app.web.returning import local_path, with_next
from app.web.session import VisitorRequest

LONGEST_TOKEN = 100

RESET = Faces("password/show.html", "password/answered.hx.html")


@get("/password/reset", access=Access.ANYONE)
async def show_reset(request: VisitorRequest) -> Response[Any]:
    """Query: `token` of the link in the mail; `next`; `again` for another address than the one that was mailed to."""
    web = web_of(request)
    query = {name: clean(value) for name, value in request.query_params.items()}
    return kept_to_itself(show(request, web, RESET, await _page(request, web, query)))


@post("/password/reset/mail", status_code=200, access=Access.ANYONE)
async def mail_reset(request: VisitorRequest) -> Response[Any]:
    """Fields: `email`, or nothing for another mail to the same address; `next`. The same whether it is known or not."""
    web = web_of(request)
    form = await read_form(request)
    page = await _page(request, web, form)
    try:
        require_token(request, web, form)
        typed = {"email": page.email} | form
        if wrong := forms.check_email(typed, web.render):
            return show(request, web, RESET, with_errors(page, wrong), status=422)
        browser = asker(request, web)
        await require_pause(web, browser)
        await web.services.passwords.send_reset(typed["email"], browser=browser)
    except ShopError as refusal:
        return refuse(request, web, RESET, page, refusal)
    asked = Asked(Purpose.RESET, normalised_email(typed["email"]), page.next)
    return await_code(request, web, "/password/reset", asked, browser)


@post("/password/reset", status_code=200, access=Access.ANYONE)
async def reset(request: VisitorRequest) -> Response[Any]:
    """Fields: `password`, and `code` or `token`. Signs nobody in: 303 to /sign-in; 422 with what is wrong; 429."""
    web = web_of(request)
    form = await read_form(request, untouched=forms.PASSWORDS)
    page = await _page(request, web, form)
    passwords, password = web.services.passwords, form.get("password", "")
    try:
        require_token(request, web, form)
        if form.get("show") == "now":
            return kept_to_itself(show(request, web, RESET, page))
        if not page.token and not page.email:
            return show(request, web, RESET, page, status=422, notice=ask_first(web))
        wrong = await password_errors(web, password, known=(page.email,))
        if not page.token:
            wrong = (*forms.check_given(form, "code", web.render.say("Enter the code of the mail.")), *wrong)
        if wrong:
            return kept_to_itself(show(request, web, RESET, with_errors(page, wrong), status=422))
        if page.token:
            await passwords.reset_by_link(page.token, password, browser=asker(request, web))
        else:
            await passwords.reset_by_code(page.email, form["code"], password, browser=asker(request, web))
    except ShopError as refusal:
        return kept_to_itself(refuse(request, web, RESET, page, refusal))
    done = Flash(web.render.say("Your new password is set. Sign in with it."))
    answer = web.render.go(request, with_next("/sign-in", page.next), done)
    forget_asked(answer, web.settings)
    return answer


async def _page(request: VisitorRequest, web: Web, form: dict[str, str]) -> PasswordPage:
    asked = None if "again" in form else read_asked(request, Purpose.RESET, web.settings)
    token = form.get("token", "")[:LONGEST_TOKEN]
    return PasswordPage(
        await web.frame(request, private=True),
        asked.then if asked else local_path(form.get("next", "")),
        {name: form.get(name, "") for name in ("email", "code")},
        shows_password="show" in form,
        email=asked.email if asked and not token else "",
        minutes=int(LIFETIME.total_seconds()) // 60,
        most_mails=RESET_MAIL.most,
        hours=RESET_MAIL.seconds // HOUR,
        token=token,
    )


ROUTES: list[Any] = [show_reset, mail_reset, reset]
