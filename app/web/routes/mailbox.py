"""The development mailbox: what the shop would have mailed. The routes do not exist in production."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from app.core.errors import NotFound
from app.web.context import web_of
from app.web.guards import Access
from app.web.pages.mailbox import MailboxPage, MailPage
from app.web.session import VisitorRequest

SHOWN = 100


@get("/mailbox", access=Access.DEVELOPER)
async def show_mailbox(request: VisitorRequest) -> Response[str]:
    web = web_of(request)
    if web.services.mailbox is None:
        raise NotFound("page")
    mails = await web.services.mailbox.latest(SHOWN)
    return web.render.html("mailbox/index.html", MailboxPage(await web.frame(request, private=True), mails))


@get("/mailbox/{key:str}", access=Access.DEVELOPER)
async def show_mail(request: VisitorRequest, key: FromPath[str]) -> Response[str]:
    web = web_of(request)
    mail = await web.services.mailbox.find(key) if web.services.mailbox else None
    if mail is None:
        raise NotFound("mail")
    return web.render.html("mailbox/show.html", MailPage(await web.frame(request, private=True), mail))


ROUTES: list[Any] = [show_mailbox, show_mail]
