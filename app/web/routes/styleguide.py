"""Every component in every state, for whoever works on them. The route does not exist in production."""

from typing import Any

from litestar import Response, get

from app.web.context import Web, web_of
from app.web.guards import Access
from app.web.pages.styleguide import styleguide
from app.web.session import VisitorRequest


@get("/styleguide", access=Access.DEVELOPER)
async def show_styleguide(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    home = await web.services.catalog.home()
    page = styleguide(
        await web.frame(request, private=True),
        sheet=_text(web, "css/core.css"),
        sprite=_text(web, "img/icons.svg"),
        cards=home.best_sellers,
        now=web.services.quotes.clock.now(),
    )
    return web.render.html("styleguide/show.html", page)


def _text(web: Web, path: str) -> str:
    file = web.static.find(path)
    assert file is not None, path
    return file.body.decode()


ROUTES: list[Any] = [show_styleguide]
