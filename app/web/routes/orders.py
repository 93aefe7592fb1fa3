"""An order's page, opened by its secret link, and the account that a guest can make of it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.core.accounts import split_name
from app.core.codes import Purpose
from app.core.errors import InvalidEmail, ShopError, TooOften
from app.ports.orders import OrderView
from app.web.asked import Asked
from app.web.context import Web, web_of
from app.web.entry import asker, await_code, password_errors, require_token
from app.web.errors import status_of
from app.web.forms import accounts as forms
from app.web.forms.read import clean, read_form
from app.web.guards import Access
from app.web.pages.checkout import OrderPage
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.session import VisitorRequest, signed_in


@get("/orders/{number:str}", access=Access.LINK_HOLDER)
async def show_order(request: VisitorRequest, number: FromPath[str]) -> Response[str]:
    """A wrong number and a wrong key are answered alike."""
    web = web_of(request)
    key = clean(request.query_params.get("key", ""))
    order = await web.services.orders.open(clean(number).upper(), key)
    return _shown(request, web, await _page(request, web, order, key))


@post("/orders/{number:str}/account", status_code=200, access=Access.LINK_HOLDER)
async def make_account(request: VisitorRequest, number: FromPath[str]) -> Response[Any]:
    """Fields: `key` of the link, `password`. Whether the address has an account already, only its mail tells.

    303 to /verify; 422 with what is wrong with the password; 429.
    """
    web = web_of(request)
    form = await read_form(request, untouched=forms.PASSWORDS)
    key = form.get("key", "")
    order = await web.services.orders.open(clean(number).upper(), key)
    path = web.services.orders.path_of(order)
    if signed_in(request) or order.user_id is not None:
        return web.render.go(request, path)
    shows = "show" in form
    page = await _page(request, web, order, key, shows_password=shows)
    names = split_name(order.full_name)
    try:
        require_token(request, web, form)
        if form.get("show") == "now":
            return _shown(request, web, page)
        if wrong := await password_errors(web, form.get("password", ""), known=(order.email, *names)):
            page = await _page(request, web, order, key, shows_password=shows, errors=wrong)
            return _shown(request, web, page, status=422)
        browser = asker(request, web)
        email = await web.services.accounts.sign_up(
            order.email, form["password"], first_name=names[0], last_name=names[1], browser=browser
        )
    except ShopError as refusal:
        words = reason(refusal, web.render)
        if isinstance(refusal, InvalidEmail):
            words = web.render.say("An account cannot have this order's email address.")
        page = await _page(request, web, order, key, shows_password=shows, notice=words)
        answer = _shown(request, web, page, status=status_of(refusal))
        if isinstance(refusal, TooOften):
            answer.headers["retry-after"] = str(refusal.retry_after)
        return answer
    return await_code(request, web, "/verify", Asked(Purpose.VERIFY_EMAIL, email, path), browser)


async def _page(request: VisitorRequest, web: Web, order: OrderView, key: str, **more: Any) -> OrderPage:
    return OrderPage(
        await web.frame(request, private=True),
        order,
        web.settings.bank_account,
        key=key,
        offers_account=order.user_id is None and signed_in(request) is None,
        **more,
    )


def _shown(request: VisitorRequest, web: Web, page: OrderPage, *, status: int = 200) -> Response[str]:
    template = "orders/account.hx.html" if wants_fragment(request) else "orders/show.html"
    response = web.render.html(template, page, status=status)
    response.headers["referrer-policy"] = "no-referrer"
    return response


ROUTES: list[Any] = [show_order, make_account]
