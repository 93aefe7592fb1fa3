"""What search engines and price comparisons read. It is the same for everybody, and large where the catalogue is."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Stream

from app.core.errors import EnoughReaders, NotFound
from app.ports.feeds import Place
from app.web.context import Web, web_of
from app.web.feeds import FeedWriter
from app.web.guards import Access
from app.web.session import VisitorRequest
from app.web.shared_pages import is_known

PAGES = ("/about", "/contact", "/faq", "/delivery", "/privacy", "/terms")
PART = re.compile(r"products-(\d{1,9})\.xml")
AT_ONCE = 4
"""Long answers under way in a process. They pass by the visitors' line, where nobody must wait for a slow reader."""
SECONDS = 600.0
"""What a reader may take for one."""


@get("/robots.txt", access=Access.ANYONE)
async def robots(request: VisitorRequest) -> Response[str]:
    """A shop that was not told its address is nobody's to find."""
    web = web_of(request)
    told = web.settings.production or bool(web.settings.base_url)
    text = _writer(web).robots(open_to_all=told)
    return Response(text, media_type=MediaType.TEXT, headers={"cache-control": "public, max-age=3600"})


@get("/sitemap.xml", access=Access.ANYONE)
async def sitemap_index(request: VisitorRequest) -> Response[Any]:
    web = web_of(request)

    async def index() -> AsyncIterator[str]:
        yield _writer(web).sitemap_index(await web.services.feeds.parts())

    return await _answer(request, index())


@get("/sitemap/{part:str}", access=Access.ANYONE)
async def sitemap(request: VisitorRequest, part: FromPath[str]) -> Response[Any]:
    web = web_of(request)
    if part == "pages.xml":
        return await _answer(request, _writer(web).sitemap(_pages(request, web)))
    named = PART.fullmatch(part)
    if named is None:
        raise NotFound("page", part)
    return await _answer(request, _writer(web).sitemap(await web.services.feeds.products(int(named[1]))))


@get("/feed.xml", access=Access.ANYONE)
async def feed(request: VisitorRequest) -> Response[Any]:
    web = web_of(request)
    return await _answer(request, _writer(web).offers(web.services.feeds.offers()))


@get("/site.webmanifest", access=Access.ANYONE)
async def manifest(request: VisitorRequest) -> Response[dict[str, Any]]:
    web = web_of(request)
    icon = web.render.pages.globals["static"]("img/favicon.svg")  # type: ignore[operator]
    body = {
        "name": web.services.orders.shop_name,
        "start_url": "/",
        "display": "browser",
        "background_color": "#ffffff",
        "theme_color": "#16181d",
        "icons": [{"src": icon, "sizes": "any", "type": "image/svg+xml"}],
    }
    headers = {"cache-control": "public, max-age=86400", "content-type": "application/manifest+json"}
    return Response(body, headers=headers)


async def _pages(request: VisitorRequest, web: Web) -> AsyncIterator[Iterable[Place]]:
    """The pages that are always there, and the categories."""
    routed = {route.path for route in request.app.routes}
    yield [Place(0, path) for path in ("/", *PAGES) if path in routed]
    yield await web.services.feeds.categories()


def _writer(web: Web) -> FeedWriter:
    return FeedWriter(
        shop_name=web.services.orders.shop_name,
        origin=web.settings.origin,
        currency=web.settings.currency,
        languages=web.settings.languages,
        picture=web.render.pages.globals["picture"],  # type: ignore[arg-type]
    )


async def _answer(request: VisitorRequest, text: AsyncIterator[str]) -> Response[Any]:
    """Sent while it is read; nothing at all to whoever has what there is."""
    etag = f'W/"{await web_of(request).services.catalog.version()}"'
    headers = {"cache-control": "public, no-cache", "etag": etag, "vary": "Accept-Encoding"}
    if is_known(etag, request.headers.get("if-none-match", "")):
        return Response(None, status_code=304, headers=headers)
    turns: asyncio.Semaphore = request.app.state.long_answers
    if turns.locked():
        raise EnoughReaders
    return Stream(_in_turn(turns, text), media_type="application/xml", headers=headers)


async def _in_turn(turns: asyncio.Semaphore, text: AsyncIterator[str]) -> AsyncIterator[str]:
    async with turns, asyncio.timeout(SECONDS):
        async for piece in text:
            yield piece


ROUTES: list[Any] = [robots, sitemap_index, sitemap, feed, manifest]
