"""Lately seen. Pages for everybody set no cookie, so that they can be shared; these addresses do it for them."""

import base64
from typing import Any

from litestar import Response, get

from app.ports.catalog import Card
from app.web.context import Web, web_of
from app.web.guards import Access
from app.web.pages.seen import SeenPage, SeenReply
from app.web.render import wants_fragment
from app.web.seen import is_slug, keep_seen, read_seen
from app.web.session import VisitorRequest

DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent picture of one pixel."""


@get("/lately-seen", access=Access.VISITOR)
async def show_seen(request: VisitorRequest) -> Response[Any]:
    """Query: `now`, the slug of the product whose page is open. A page of its own, and the row at the end of others."""
    web = web_of(request)
    now, cards = await _look_up(request, web)
    response: Response[Any]
    if wants_fragment(request):
        others = tuple(card for card in cards if card.slug != now)
        response = web.render.html("seen/row.hx.html", SeenReply(others, now))
    else:
        response = web.render.html("seen/show.html", SeenPage(await web.frame(request, private=True), cards))
    if now:
        keep_seen(response, tuple(card.slug for card in cards), web.settings)
    return response


@get("/lately-seen/dot.gif", access=Access.VISITOR)
async def mark_seen(request: VisitorRequest) -> Response[bytes]:
    """What a browser without JavaScript asks for instead. Query: `now`."""
    web = web_of(request)
    now, cards = await _look_up(request, web)
    response = Response(DOT, media_type="image/gif", headers={"cache-control": "no-store"})
    if now:
        keep_seen(response, tuple(card.slug for card in cards), web.settings)
    return response


async def _look_up(request: VisitorRequest, web: Web) -> tuple[str, tuple[Card, ...]]:
    """The product of now, "" where it is none of ours, and the cards of it and those before it."""
    now = request.query_params.get("now", "")
    seen = read_seen(request, web.settings)
    if is_slug(now):
        seen = (now, *(slug for slug in seen if slug != now))
    cards = await web.services.catalog.lately_seen(seen)
    return (now if any(card.slug == now for card in cards) else ""), cards


ROUTES: list[Any] = [show_seen, mark_seen]
