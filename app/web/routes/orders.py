"""An order's page, opened by its secret link."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.web.context import web_of
from app.web.forms.read import clean
from app.web.guards import Access
from app.web.pages.checkout import OrderPage
from app.web.session import VisitorRequest


@get("/orders/{number:str}", access=Access.LINK_HOLDER)
async def show_order(request: VisitorRequest, number: FromPath[str]) -> Response[str]:
    """A wrong number and a wrong key are answered alike."""
    web = web_of(request)
    order = await web.services.orders.open(clean(number).upper(), clean(request.query_params.get("key", "")))
    frame = await web.frame(request, private=True)
    response = web.render.html("orders/show.html", OrderPage(frame, order, web.settings.bank_account))
    response.headers["referrer-policy"] = "no-referrer"
    return response


ROUTES: list[Any] = [show_order]
