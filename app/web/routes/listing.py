"""Lists of products: categories and search."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.core.listing import Wish
from app.web.context import web_of
from app.web.forms.read import clean, whole_number
from app.web.guards import Access
from app.web.pages.listing import CategoryPage, SearchPage
from app.web.session import VisitorRequest


@get("/c/{slug:str}", access=Access.ANYONE)
async def show_category(request: VisitorRequest, slug: FromPath[str]) -> Response[str]:
    web = web_of(request)
    category = await web.services.search.category(clean(slug), Wish(page=page_number(request)))
    return web.render.html(
        "category/show.html", CategoryPage(await web.frame(request, private=False), category), private=False
    )


@get("/search", access=Access.ANYONE)
async def search(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    words = clean(request.query_params.get("q", ""))
    found = await web.services.search.search(
        Wish(words=words, page=page_number(request), literal=request.query_params.get("exact") == "1")
    )
    suggestions = () if found.listing.total else (await web.services.catalog.home()).best_sellers
    frame = await web.frame(request, private=False, query=words)
    return web.render.html(
        "search/show.html", SearchPage(frame, words, found.listing, suggestions, found.corrected), private=False
    )


def page_number(request: VisitorRequest) -> int:
    """The page asked for; the first where that is not a number."""
    return whole_number(request.query_params.get("page", "")) or 1


ROUTES: list[Any] = [show_category, search]
