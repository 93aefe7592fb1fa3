"""What customers said of a product: all of it, by stars and by page."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.web.context import web_of
from app.web.forms.read import clean, page_number, whole_number
from app.web.guards import Access
from app.web.pages import structured
from app.web.pages.reviews import ReviewsPage
from app.web.render import wants_fragment
from app.web.session import VisitorRequest
from app.web.shared_pages import shared_page

MOST_STARS = 5


@get("/p/{slug:str}/reviews", access=Access.ANYONE)
@shared_page
async def show_reviews(request: VisitorRequest, slug: FromPath[str]) -> Response[str]:
    """Query: `stars` 1 to 5 for those that gave so many; `page`. What is no such number counts as not asked."""
    web = web_of(request)
    stars = whole_number(request.query_params.get("stars", "")) or 0
    page = page_number(request.query_params.get("page", ""))
    reviews = await web.services.catalog.reviews(clean(slug), stars=stars if stars <= MOST_STARS else 0, page=page)
    frame = await web.frame(request, private=False)
    product_path = f"/p/{reviews.slug}"
    trail = [
        (web.render.say("Home"), "/"),
        (reviews.name, product_path),
        (web.render.say("Reviews"), f"{product_path}/reviews"),
    ]
    data = structured.breadcrumb([(name, frame.origin + web.render.address(path)) for name, path in trail])
    template = "reviews/shown.hx.html" if wants_fragment(request) else "reviews/show.html"
    return web.render.html(template, ReviewsPage(frame, reviews, (data,)), private=False)


ROUTES: list[Any] = [show_reviews]
