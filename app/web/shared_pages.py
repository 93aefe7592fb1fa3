"""Pages that look alike to everybody are rendered once for everybody, and kept finished as long as nothing changes.

A page is kept under the version of what everybody sees, its address and what else its looks depend on, never under a
visitor. What is one visitor's alone, the number in the cart, whether they are signed in and a message, is left out
while the page is rendered, and put into its marked places as it is answered: nothing of one visitor reaches another,
and no browser has to ask twice.
"""

import asyncio
import functools
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, urlencode

from litestar import Response
from litestar.enums import MediaType
from litestar.utils.scope.state import ScopeState

from app.web.compression import accepted_encoding, compressed
from app.web.context import FOR_EVERYBODY, Web, web_of
from app.web.pages.cart import InCart
from app.web.pages.frame import Flash, Frame
from app.web.render import wants_fragment
from app.web.session import VisitorRequest, cart_token, forget_flash, read_flash, signed_in

CART_PLACE = "<!--cart-->"
MESSAGE_PLACE = "<!--message-->"
IN_CART_PLACE = "<!--in-cart-->"
"""What templates write where they leave room. Other people's text is escaped, so it cannot hold these."""
PIECES = 3
"""Of a page; that of a product has one more."""
COUNTING_CLICKS = ("utm_", "gclid", "fbclid", "msclkid")
"""How names begin that other sites add to links for their own books; no page shows or heeds them."""
LONGEST_QUERY = 1_000
"""Characters; a page with a longer question is answered, but not worth keeping."""
REMEMBERED_BODIES = 16
"""Of so many pairs of encoding and number in the cart a page keeps the compressed body."""

Handler = Callable[..., Awaitable[Response[str]]]


class Key(NamedTuple):
    """All that a shared page may depend on."""

    version: str
    path: str
    query: str
    looks: tuple[str, ...]
    part: str
    """What htmx asks for; "" for the whole page."""


class Own(NamedTuple):
    """What is one visitor's alone."""

    cart_count: int = 0
    is_signed_in: bool = False
    flash: Flash | None = None
    in_cart: InCart = InCart(0)
    """Of the product whose page it is."""

    @property
    def mark(self) -> str:
        """Tells apart what differs in looks, but for a message."""
        there = self.in_cart
        signs = ((self.is_signed_in, "s"), (there.is_most, "m"), (there.is_all, "a"))
        return f"{self.cart_count}-{there.units}" + "".join(sign for is_so, sign in signs if is_so)


NOTHING_OWN = Own()


@dataclass(frozen=True, slots=True)
class KeptPage:
    """`pieces` are what stands before, between and after the places of cart and message, and on the page of a product
    that of what the cart has of it; a fragment has no places.

    `frame` fills the places, once it has the visitor's own number and message.
    """

    pieces: tuple[str, ...]
    frame: Frame | None
    headers: Mapping[str, str]
    digest: str
    bodies: dict[tuple[str, str], bytes] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """Bytes, with some for the compressed bodies."""
        return 2 * sum(map(len, self.pieces))


class SharedPages:
    """Finished pages in at most `room` bytes, those asked for last. Each process has its own and can do without."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._used = 0
        self._kept: OrderedDict[Key, KeptPage] = OrderedDict()
        self._under_way: dict[Key, asyncio.Task[KeptPage | Response[str]]] = {}

    async def find(self, key: Key, render: Callable[[], Awaitable[KeptPage | Response[str]]]) -> Any:
        """The page under `key`; those who ask while it is rendered wait for that one.

        A Response in its place cannot be shared and is only for whoever rendered it; the others get None.
        """
        if kept := self._kept.get(key):
            self._kept.move_to_end(key)
            return kept
        if task := self._under_way.get(key):
            found = await asyncio.shield(task)
            return found if isinstance(found, KeptPage) else None
        task = self._under_way[key] = asyncio.create_task(self._render(key, render))
        return await asyncio.shield(task)  # whoever began may leave, the others still wait

    async def _render(
        self, key: Key, render: Callable[[], Awaitable[KeptPage | Response[str]]]
    ) -> KeptPage | Response[str]:
        try:
            page = await render()
        finally:
            del self._under_way[key]
        if isinstance(page, KeptPage) and page.room <= self.room and len(key.query) <= LONGEST_QUERY:
            self._kept[key] = page
            self._used += page.room
            while self._used > self.room:
                self._used -= self._kept.popitem(last=False)[1].room
        return page


def shared_page(handler: Handler) -> Handler:
    """Share what a GET handler answers. Its frame has nothing of the visitor, and neither may the rest of the page."""

    @functools.wraps(handler)
    async def answer(request: VisitorRequest, **path: Any) -> Response[Any]:
        web = web_of(request)
        scope = cast(dict[str, Any], request.scope)
        scope["query_string"] = plain_query(scope["query_string"]).encode()
        frames: list[Frame] = []
        scope[FOR_EVERYBODY] = frames

        async def render() -> KeptPage | Response[str]:
            return keepable(await handler(request, **path), *frames)

        pages: SharedPages = request.app.state.shared_pages
        page = await pages.find(await _key(request, web), render) if pages.room else await render()
        if page is None:
            page = await render()
        if isinstance(page, KeptPage):
            return await _finish(request, web, page)
        return await _fill(request, web, page, *frames)

    return answer


def plain_query(query: bytes) -> str:
    """The same question however it is put: sorted by name, without what is left empty and without click counters."""
    pairs = parse_qsl(query.decode(errors="replace"))
    return urlencode(sorted((p for p in pairs if not p[0].startswith(COUNTING_CLICKS)), key=lambda pair: pair[0]))


def keepable(response: Response[str], frame: Frame | None = None) -> KeptPage | Response[str]:
    """A page that may be kept; the response itself where it is a refusal or for one visitor."""
    headers = dict(response.headers)
    if response.status_code not in (200, None) or response.cookies or headers.get("cache-control") != "no-cache":
        return response
    digest = hashlib.sha256(response.content.encode()).hexdigest()[:20]
    return KeptPage(pieces_of(response.content), frame, headers, digest)


def pieces_of(body: str) -> tuple[str, ...]:
    before, cart, rest = body.partition(CART_PLACE)
    between, message, after = rest.partition(MESSAGE_PLACE)
    if not cart or not message:
        return (body,)
    upto, in_cart, beyond = after.partition(IN_CART_PLACE)
    return (before, between, upto, beyond) if in_cart else (before, between, after)


async def _key(request: VisitorRequest, web: Web) -> Key:
    part = ""
    if wants_fragment(request):
        part = f"{request.headers.get('hx-target', '')} {request.headers.get('hx-source', '')} "
    query = request.scope["query_string"].decode()
    return Key(await web.services.catalog.version(), request.scope["path"], query, web.looks(request), part)


async def _finish(request: VisitorRequest, web: Web, page: KeptPage) -> Response[Any]:
    """The page as this visitor gets it."""
    own = await _own(request, web, page.pieces) if len(page.pieces) > 1 else NOTHING_OWN
    headers = {**page.headers, "etag": f'W/"{page.digest}-{own.mark}"'}
    headers["vary"] += ", Accept-Encoding"
    if own.flash is not None:
        del headers["etag"]
        headers["cache-control"] = "no-store"
    elif is_known(headers["etag"], request.headers.get("if-none-match", "")):
        return Response(None, status_code=304, headers=headers)
    encoding = accepted_encoding(request.headers.get("accept-encoding", ""))
    body = _body(web, page, own, encoding)
    if encoding:
        headers["content-encoding"] = encoding
    ScopeState.from_scope(request.scope).is_cached = True  # tells the framework's compression to leave it
    response = Response(body, headers=headers, media_type=MediaType.HTML)
    if own.flash is not None:
        forget_flash(response, web.settings)
    return response


async def _fill(
    request: VisitorRequest, web: Web, response: Response[str], frame: Frame | None = None
) -> Response[str]:
    """A page that is not kept, with what is the visitor's own in its places."""
    pieces = pieces_of(response.content)
    if frame is not None and len(pieces) > 1:
        own = await _own(request, web, pieces)
        response.content = _spliced(web, pieces, frame, own)
        if own.flash is not None:
            forget_flash(response, web.settings)
    return response


async def _own(request: VisitorRequest, web: Web, pieces: tuple[str, ...]) -> Own:
    has_cart = signed_in(request) is not None or cart_token(request, web.settings) is not None
    count = await web.services.cart.count(web.visitor(request)) if has_cart else 0
    there = InCart(0)
    if count and len(pieces) > PIECES:
        slug = request.scope["path"].rpartition("/")[2]
        there = InCart.of(await web.services.cart.show(web.visitor(request)), slug)
    return Own(count, signed_in(request) is not None, read_flash(request, web.settings), there)


def _body(web: Web, page: KeptPage, own: Own, encoding: str) -> bytes:
    """Compressed once for each number in the cart, since a page is compressed as slowly as it is rendered."""
    looks = (encoding, own.mark)
    if body := page.bodies.get(looks) if own.flash is None else None:
        return body
    body = compressed(_spliced(web, page.pieces, page.frame, own).encode(), encoding)
    if own.flash is None and len(page.bodies) < REMEMBERED_BODIES and (encoding or not own.cart_count):
        page.bodies[looks] = body
    return body


def _spliced(web: Web, pieces: tuple[str, ...], frame: Frame | None, own: Own) -> str:
    if frame is None or len(pieces) == 1:
        return pieces[0]
    if own != NOTHING_OWN:
        frame = replace(frame, cart_count=own.cart_count, is_signed_in=own.is_signed_in, flash=own.flash)
    before, between, after, *beyond = pieces
    message = web.render.part("shared/_message.html", frame) if own.flash else ""
    there = [web.render.part("product/_in_cart.html", frame, in_cart=own.in_cart)] if beyond else []
    return "".join((before, web.render.part("shared/_own.html", frame), between, message, after, *there, *beyond))


def is_known(etag: str, known: str) -> bool:
    """Whether an If-None-Match header names `etag`, or any at all."""
    return known.strip() == "*" or etag.removeprefix("W/") in known
