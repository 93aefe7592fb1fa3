"""The newsletter: asked for in the footer, confirmed and ended by links in mails."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post

from app.core.errors import TooOften
from app.core.newsletter import Step
from app.web.client import client_network
from app.web.context import web_of
from app.web.forms.fields import email_address, was_filled_in_by_a_program
from app.web.forms.read import clean, link_of, read_form, whole_number
from app.web.guards import Access
from app.web.languages import locale_of
from app.web.pages.frame import Flash, NewsletterForm
from app.web.pages.newsletter import NewsletterPage, NewsletterReply, SubscriptionPage
from app.web.refusals import reason
from app.web.render import Renderer, wants_fragment
from app.web.returning import local_path
from app.web.session import VisitorRequest


@post("/newsletter", status_code=200, access=Access.ANYONE)
async def ask_for_newsletter(request: VisitorRequest) -> Response[Any]:
    """Fields: `email`, `return_to`. The answer does not tell whether the address is known."""
    web = web_of(request)
    form = await read_form(request)
    typed = form.get("email", "")
    email = email_address(typed)
    error, status, headers = "", 422, {}
    if email is None:
        error = web.render.say("Enter an email address like name@example.com.")
    elif was_filled_in_by_a_program(form):
        error = web.render.say("Nothing was sent: a hidden field was filled in, as programs do. Please send it again.")
    else:
        try:
            await web.services.newsletter.ask(
                email=email,
                locale=locale_of(request),
                wording=web.render.newsletter_wording(),
                visitor=client_network(request, web.settings),
            )
        except TooOften as refusal:
            error, status = reason(refusal, web.render), 429
            headers = {"retry-after": str(refusal.retry_after)}
    frame = await web.frame(request, private=True)
    if not error:
        if not wants_fragment(request):
            return web.render.see_other(local_path(form.get("return_to", "")), Flash(almost_done(web.render)))
        done = NewsletterForm(web.render.newsletter_wording(), message=almost_done(web.render))
        return web.render.html("newsletter/answered.hx.html", NewsletterReply(frame, done))
    refused = NewsletterForm(web.render.newsletter_wording(), typed=typed, error=error)
    answer: Response[Any]
    if wants_fragment(request):
        answer = web.render.html("newsletter/answered.hx.html", NewsletterReply(frame, refused), status=status)
    else:
        page = NewsletterPage(replace(frame, newsletter=None), refused)
        answer = web.render.html("newsletter/show.html", page, status=status)
    answer.headers.update(headers)
    return answer


@get("/newsletter/confirmation", access=Access.LINK_HOLDER)
async def show_confirmation(request: VisitorRequest) -> Response[str]:
    return await _show(request, Step.CONFIRM)


@post("/newsletter/confirmation", status_code=200, access=Access.LINK_HOLDER)
async def confirm(request: VisitorRequest) -> Response[Any]:
    return await _take(request, Step.CONFIRM)


@get("/newsletter/unsubscription", access=Access.LINK_HOLDER)
async def show_unsubscription(request: VisitorRequest) -> Response[str]:
    return await _show(request, Step.END)


@post("/newsletter/unsubscription", status_code=200, access=Access.LINK_HOLDER, from_anywhere=True)
async def unsubscribe(request: VisitorRequest) -> Response[Any]:
    """Whoever has the link, also a mail program that posts to it (RFC 8058): the key takes the place of a session."""
    return await _take(request, Step.END)


def almost_done(render: Renderer) -> str:
    return render.say("Almost done: open the link in the mail that we have just sent to you.")


async def _show(request: VisitorRequest, step: Step) -> Response[str]:
    """A page with a button: programs that look into mails follow every link in them."""
    return await _page(request, step, request.query_params.get("id", ""), request.query_params.get("key", ""))


async def _take(request: VisitorRequest, step: Step) -> Response[Any]:
    web = web_of(request)
    number, key = await link_of(request)
    await web.services.newsletter.take(whole_number(number) or 0, step, key)
    return await _page(request, step, number, key, is_done=True)


async def _page(request: VisitorRequest, step: Step, number: str, key: str, *, is_done: bool = False) -> Response[str]:
    web = web_of(request)
    subscription = await web.services.newsletter.open(whole_number(clean(number)) or 0, step, clean(key))
    page = SubscriptionPage(
        frame=replace(await web.frame(request, private=True), newsletter=None),
        step=step,
        id=str(subscription.id),
        key=clean(key),
        email=subscription.email,
        is_done=is_done,
    )
    return web.render.html("newsletter/edit.html", page)


ROUTES: list[Any] = [ask_for_newsletter, show_confirmation, confirm, show_unsubscription, unsubscribe]
