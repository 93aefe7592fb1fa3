"""Asking to be told when something is back in stock, and asking no more."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.core.errors import InStock, NotForSale, TooOften
from app.web.client import client_network
from app.web.context import web_of
from app.web.forms.fields import email_address
from app.web.forms.read import clean, link_of, read_form, whole_number
from app.web.guards import Access
from app.web.languages import locale_of
from app.web.pages.frame import Flash
from app.web.pages.product import NotifyForm, NotifyReply
from app.web.pages.requests import WithdrawalPage
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.routes.product import buy_box, product_address, product_page
from app.web.session import VisitorRequest


@post("/p/{slug:str}/back-in-stock", status_code=200, access=Access.ANYONE)
async def ask_for_stock(request: VisitorRequest, slug: FromPath[str]) -> Response[Any]:
    """Fields: `variant`, `email`. The answer does not tell whether the address waits already."""
    web = web_of(request)
    say = web.render.say
    form = await read_form(request)
    product = await web.services.catalog.product(clean(slug))
    typed = form.get("email", "")
    variant_id = whole_number(form.get("variant", ""))
    email = email_address(typed)
    error, status, headers = "", 422, {}
    if variant_id is None:
        error = say("Choose what you want to hear about.")
    elif email is None:
        error = say("Enter an email address like name@example.com.")
    else:
        try:
            await web.services.requests.ask(
                slug=product.slug,
                variant_id=variant_id,
                email=email,
                locale=locale_of(request),
                visitor=client_network(request, web.settings),
            )
        except (InStock, NotForSale) as refusal:
            error = reason(refusal, web.render)
        except TooOften as refusal:
            error, status = reason(refusal, web.render), 429
            headers = {"retry-after": str(refusal.retry_after)}
    variant = next((variant for variant in product.variants if variant.id == variant_id), None)
    options = dict(variant.options) if variant else {}
    thanks = say("Thank you. You get one mail, as soon as it can be ordered again.")
    answer: Response[Any]
    if not error and not wants_fragment(request):
        return web.render.see_other(product_address(product.slug, options), Flash(thanks))
    notify = NotifyForm(typed=typed, error=error, message="" if error else thanks)
    if wants_fragment(request):
        reply = NotifyReply(product, variant, notify)
        answer = web.render.html("product/notify.hx.html", reply, status=status if error else 200)
    else:
        # The form is beside what is sold out; what is wrong with anything else is said where one buys.
        is_beside = variant is not None and variant.available <= 0
        buy = replace(buy_box(product, options, message="" if is_beside else error), notify=notify)
        page = await product_page(request, web, product, buy, private=True)
        answer = web.render.html("product/show.html", page, status=status)
    answer.headers.update(headers)
    return answer


@get("/back-in-stock/withdrawal", access=Access.LINK_HOLDER)
async def show_withdrawal(request: VisitorRequest) -> Response[str]:
    """A page with a button: programs that look into mails follow every link in them."""
    web, query = web_of(request), request.query_params
    number, key = clean(query.get("id", "")), clean(query.get("key", ""))
    email = await web.services.requests.open(whole_number(number) or 0, key)
    page = WithdrawalPage(await web.frame(request, private=True), number, key, email)
    return web.render.html("requests/edit.html", page)


@post("/back-in-stock/withdrawal", status_code=200, access=Access.LINK_HOLDER, from_anywhere=True)
async def withdraw(request: VisitorRequest) -> Response[str]:
    """Whoever has the link, also a mail program that posts to it (RFC 8058): the key takes the place of a session."""
    web = web_of(request)
    number, key = await link_of(request)
    email = await web.services.requests.withdraw(whole_number(number) or 0, key)
    page = WithdrawalPage(await web.frame(request, private=True), number, key, email, is_done=True)
    return web.render.html("requests/edit.html", page)


ROUTES: list[Any] = [ask_for_stock, show_withdrawal, withdraw]
