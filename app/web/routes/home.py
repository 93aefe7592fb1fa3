"""The first page."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get

from app.ports.catalog import Department
from app.web.context import web_of
from app.web.forms.read import page_number
from app.web.guards import Access
from app.web.pages import structured
from app.web.pages.home import ExplorePage, ExploreReply, HomePage, Promo
from app.web.render import wants_fragment
from app.web.session import VisitorRequest
from app.web.shared_pages import shared_page

WIDE_PICTURES = {
    "kitchen": "wide-kitchen-sage",
    "electronics": "wide-electronics-sage",
    "audio": "wide-electronics-sage",
    "beauty": "wide-care-rose",
    "care": "wide-care-rose",
    "fashion": "wide-carry-sky",
    "carry": "wide-carry-sky",
    "toys": "wide-play-clay",
    "sports": "wide-play-clay",
}
"""By a department's slug. The home goods have theirs at the top of the page."""


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
    return web.render.html("home/show.html", HomePage(frame, home, promo_of(home.departments), (data,)), private=False)


def promo_of(departments: Sequence[Department]) -> Promo | None:
    """The first department there is a wide picture for."""
    by_slug = {department.slug: department for department in departments}
    return next((Promo(by_slug[slug], picture) for slug, picture in WIDE_PICTURES.items() if slug in by_slug), None)


ROUTES: list[Any] = [show_home]
