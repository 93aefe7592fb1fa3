"""Style sheets, scripts, pictures. A name that holds the content's hash is kept for ever, any other is revalidated."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.core.errors import NotFound
from app.web.context import web_of
from app.web.guards import Access
from app.web.session import VisitorRequest


@get("/static/{path:path}", access=Access.ANYONE)
async def serve_static(request: VisitorRequest, path: FromPath[str]) -> Response[bytes]:
    file = web_of(request).static.find(str(path).lstrip("/"))
    if file is None:
        raise NotFound("file")
    headers = {
        "cache-control": "public, max-age=31536000, immutable" if file.is_immutable else "public, no-cache",
        "etag": file.etag,
        "content-type": file.content_type,
    }
    body = file.body
    if file.encodings:
        headers["vary"] = "Accept-Encoding"
        accepted = request.headers.get("accept-encoding", "")
        for encoding, variant in file.encodings.items():
            if encoding in accepted:
                headers["content-encoding"], body = encoding, variant
                break
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, headers=headers)


@get("/favicon.ico", access=Access.ANYONE)
async def serve_favicon(request: VisitorRequest) -> Response[bytes]:
    """Asked for by browsers on pages that name no icon, such as the back office."""
    file = web_of(request).static.find("img/favicon.svg")
    if file is None:
        raise NotFound("file")
    return Response(file.body, headers={"content-type": file.content_type, "cache-control": "public, max-age=86400"})


ROUTES: list[Any] = [serve_static, serve_favicon]
