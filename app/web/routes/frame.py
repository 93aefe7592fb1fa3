"""Small choices about the frame of every page: light or dark, and an announcement that has been read."""

from typing import Any

from litestar import Response, post

from app.web.context import web_of
from app.web.forms.read import read_form
from app.web.guards import Access
from app.web.returning import local_path
from app.web.session import VisitorRequest, keep_theme, put_announcement_away


@post("/theme", status_code=200, access=Access.ANYONE)
async def choose_theme(request: VisitorRequest) -> Response[Any]:
    """Fields: `theme` (light, dark, or anything else for what the system says), `return_to`."""
    web = web_of(request)
    form = await read_form(request)
    answer = web.render.see_other(local_path(form.get("return_to", "")))
    keep_theme(answer, form.get("theme", ""), web.settings)
    return answer


@post("/announcement", status_code=200, access=Access.ANYONE)
async def dismiss_announcement(request: VisitorRequest) -> Response[Any]:
    """Field: `return_to`."""
    web = web_of(request)
    form = await read_form(request)
    answer = web.render.see_other(local_path(form.get("return_to", "")))
    put_announcement_away(answer, web.settings)
    return answer


ROUTES: list[Any] = [choose_theme, dismiss_announcement]
