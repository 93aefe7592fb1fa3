"""The first page."""

from typing import Any

from litestar import Response, get

from app.web.context import web_of
from app.web.forms.read import page_number
from app.web.guards import Access
from app.web.pages import structured
from app.web.pages.home import ExplorePage, ExploreReply, HomePage
from app.web.render import wants_fragment
from app.web.session import VisitorRequest
from app.web.shared_pages import shared_page


@get("/", access=Access.ANYONE)
@shared_page
async def show_home(request: VisitorRequest) -> Response[str]:
    """Query: `page` of the explore grid. A later one is a page of its own; htmx puts its cards below the others."""
    web = web_of(request)
    page = page_number(request.query_params.get("page", ""))
    home = await web.services.catalog.home(page=page)
    if page > 1 and wants_fragment(request):
        return web.render.html("explore/more.hx.html", ExploreReply(home.explore), private=False)
    frame = await web.frame(request, private=False)
    if page > 1:
        return web.render.html("explore/show.html", ExplorePage(frame, home.explore), private=False)
    address = web.render.address
    data = structured.organisation(frame.shop_name, frame.origin, address("/"), address("/search"))
    promo = next((department for department in home.departments if department.wide_picture), None)
    return web.render.html("home/show.html", HomePage(frame, home, promo, (data,)), private=False)


ROUTES: list[Any] = [show_home]
