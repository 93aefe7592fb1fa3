"""The first page."""

from typing import Any

from litestar import Response, get

from app.web.context import web_of
from app.web.guards import Access
from app.web.pages.home import HomePage
from app.web.session import VisitorRequest
from app.web.shared_pages import shared_page


@get("/", access=Access.ANYONE)
@shared_page
async def show_home(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    page = HomePage(await web.frame(request, private=False), await web.services.catalog.home())
    return web.render.html("home/show.html", page, private=False)


ROUTES: list[Any] = [show_home]
