"""The copy of one's data: asked for, watched, fetched."""

from typing import Any

from litestar import Response, get, post

from app.core.errors import TooOften, Unavailable
from app.ports.files import FilesUnreachable
from app.web.context import Web, web_of
from app.web.forms.read import read_form
from app.web.guards import Access
from app.web.identity import require_signed_in
from app.web.languages import locale_of
from app.web.pages.export import ExportPage, ExportReply
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.session import VisitorRequest, require_csrf_token

EXPORT = "/account/export"


@get(EXPORT, access=Access.SIGNED_IN)
async def show_export(request: VisitorRequest) -> Response[str]:
    """htmx asks again and again while a copy is being made; the part it gets then asks no more."""
    web = web_of(request)
    page = await _page(request, web)
    if wants_fragment(request):
        return web.render.html("export/progress.hx.html", ExportReply(page))
    return web.render.html("export/show.html", page)


@post(EXPORT, status_code=200, access=Access.SIGNED_IN)
async def ask_for_export(request: VisitorRequest) -> Response[Any]:
    """303 back to the page; 429 after too many."""
    web, who = web_of(request), require_signed_in(request)
    form = await read_form(request)
    require_csrf_token(request, form.get("csrf_token", ""), web.settings)
    try:
        await web.services.exports.ask(who.user_id, locale=locale_of(request))
    except TooOften as refusal:
        page = await _page(request, web, notice=reason(refusal, web.render))
        template = "export/progress.hx.html" if wants_fragment(request) else "export/show.html"
        context = ExportReply(page) if wants_fragment(request) else page
        answer = web.render.html(template, context, status=429)
        answer.headers["retry-after"] = str(refusal.retry_after)
        return answer
    if not wants_fragment(request):
        return web.render.see_other(EXPORT)
    return web.render.html("export/progress.hx.html", ExportReply(await _page(request, web)))


@get(f"{EXPORT}/file", access=Access.SIGNED_IN)
async def fetch_export(request: VisitorRequest) -> Response[bytes]:
    """The zip, after a fresh proof; the proof leads back here."""
    web, who = web_of(request), require_signed_in(request)
    try:
        body = await web.services.exports.hand_over(who)
    except FilesUnreachable:
        raise Unavailable from None
    headers = {
        "cache-control": "no-store",
        "content-type": "application/zip",
        "content-disposition": 'attachment; filename="my-data.zip"',
    }
    return Response(body, headers=headers)


async def _page(request: VisitorRequest, web: Web, *, notice: str = "") -> ExportPage:
    export = await web.services.exports.latest(require_signed_in(request).user_id)
    return ExportPage(await web.frame(request, private=True), export, notice)


ROUTES: list[Any] = [show_export, ask_for_export, fetch_export]
