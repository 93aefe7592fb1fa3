"""Pictures that people uploaded, redrawn. Their names are drawn by lot and never used again: browsers keep them."""

import re
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.core.errors import NotFound, Unavailable
from app.ports.files import FilesUnreachable
from app.web.context import web_of
from app.web.guards import Access
from app.web.session import VisitorRequest

KEY = re.compile(r"pictures/[0-9a-f]{32}-[0-9]{2,4}\.webp")
HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "content-type": "image/webp",
    "content-security-policy": "default-src 'none'; sandbox",
}


@get("/media/{path:path}", access=Access.ANYONE)
async def serve_picture(request: VisitorRequest, path: FromPath[str]) -> Response[bytes]:
    key = str(path).lstrip("/")
    if not KEY.fullmatch(key):
        raise NotFound("file")
    try:
        body = await web_of(request).files.find(key)
    except FilesUnreachable:
        raise Unavailable from None
    if body is None:
        raise NotFound("file")
    return Response(body, headers=HEADERS)


ROUTES: list[Any] = [serve_picture]
