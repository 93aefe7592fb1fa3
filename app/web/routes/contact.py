"""The contact form. What it sends goes to the shop and nowhere else."""

from typing import Any

from litestar import Response, get, post

from app.core.contact import Topic
from app.core.errors import TooOften
from app.web.client import client_network
from app.web.context import web_of
from app.web.forms import contact as forms
from app.web.forms.fields import was_filled_in_by_a_program
from app.web.forms.read import clean, read_form
from app.web.guards import Access
from app.web.pages.contact import ContactPage
from app.web.pages.frame import Flash
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.session import VisitorRequest

TOPICS = tuple(topic.value for topic in Topic)


@get("/contact", access=Access.ANYONE)
async def show_contact(request: VisitorRequest) -> Response[str]:
    """`topic` and `order` in the query fill the form in beforehand."""
    web = web_of(request)
    query = request.query_params
    values = {"topic": clean(query.get("topic", "")), "order_number": clean(query.get("order", ""))[:20]}
    page = ContactPage(await web.frame(request, private=False), TOPICS, values)
    return web.render.html("contact/show.html", page, private=False)


@post("/contact", status_code=200, access=Access.ANYONE)
async def send_message(request: VisitorRequest) -> Response[Any]:
    """Fields as in the form. 303 back to it, 422 with everything that is wrong, 429 with how long to wait."""
    web = web_of(request)
    form = await read_form(request)
    values = {name: form.get(name, "") for name in forms.FIELDS}
    frame = await web.frame(request, private=True)
    message, errors = forms.check(form, web.render)
    notice, status, headers = "", 422, {}
    if message is not None and was_filled_in_by_a_program(form):
        notice = web.render.say("Nothing was sent: a hidden field was filled in, as programs do. Please send it again.")
    elif message is not None:
        try:
            await web.services.contact.send(message, visitor=client_network(request, web.settings))
        except TooOften as refusal:
            notice, status = reason(refusal, web.render), 429
            headers = {"retry-after": str(refusal.retry_after)}
        else:
            if not wants_fragment(request):
                thanks = web.render.say("Thank you. Your message is on its way; we answer by email.")
                return web.render.see_other("/contact", Flash(thanks))
            return web.render.html("contact/answered.hx.html", ContactPage(frame, TOPICS, {}, is_sent=True))
    page = ContactPage(frame, TOPICS, values, errors, notice)
    template = "contact/answered.hx.html" if wants_fragment(request) else "contact/show.html"
    answer = web.render.html(template, page, status=status)
    answer.headers.update(headers)
    return answer


ROUTES: list[Any] = [show_contact, send_message]
