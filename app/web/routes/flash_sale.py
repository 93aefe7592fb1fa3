"""The flash sale: a page, and the section that others show. Where a countdown ends, it is asked for once more."""

from typing import Any

from litestar import Response, get

from app.web.context import web_of
from app.web.guards import Access
from app.web.pages.flash_sale import FlashSalePage, FlashSaleReply
from app.web.render import wants_fragment
from app.web.session import VisitorRequest
from app.web.shared_pages import shared_page


@get("/flash-sale", access=Access.ANYONE)
@shared_page
async def show_flash_sale(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    sale = await web.services.catalog.flash_sale()
    if wants_fragment(request):
        return web.render.html("flash_sale/section.hx.html", FlashSaleReply(sale), private=False)
    page = FlashSalePage(await web.frame(request, private=False), sale)
    return web.render.html("flash_sale/show.html", page, private=False)


ROUTES: list[Any] = [show_flash_sale]
