"""One map from what went wrong to status and words. A 500 is always a bug, and says only its request id."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import urlencode

import structlog
from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.types import Receive, Scope, Send

from app.core import errors
from app.core.errors import ShopError
from app.ports.catalog import Card
from app.web import confirm
from app.web.client import client_network
from app.web.context import Web, web_of
from app.web.guards import Access
from app.web.pages.errors import ErrorPage
from app.web.pages.frame import Flash
from app.web.refusals import reason
from app.web.render import wants_fragment
from app.web.returning import local_path, page_before
from app.web.session import VisitorRequest, session_ended, signed_in, theme_of

log = structlog.get_logger()

STATUS: dict[type[ShopError], int] = {
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.Moved: 301,
    errors.Forbidden: 403,
    errors.KeyMissing: 400,
    errors.QuoteChanged: 409,
    errors.SignInRequired: 401,
    errors.TooOften: 429,
    errors.AttemptLost: 400,
    errors.ProviderRefused: 400,
    errors.IdentityTaken: 409,
    errors.LinkWhileSignedIn: 409,
    errors.LastWayIn: 409,
    errors.Refusal: 422,
    errors.StillRunning: 409,
    errors.Unavailable: 503,
}


GO_ON_AT: dict[type[ShopError], str] = {
    errors.SignInRequired: "/sign-in",
    errors.StepUpRequired: confirm.PAGE,
    errors.SecondFactorMissing: "/account/security/two-factor",
}
"""Where somebody can do what is missing; `next` in the address leads back. Those pages judge it by `local_path`."""


def _back(request: VisitorRequest, web: Web) -> str:
    """A page that can be opened: the one asked for, or the one whose form was sent."""
    if request.method == "GET" and not wants_fragment(request):
        url = request.url
        return local_path(f"{url.path}?{url.query}" if url.query else url.path)
    return page_before(request, web.settings) or "/"


def _notice(request: VisitorRequest, web: Web, error: ShopError) -> Flash | None:
    """Why somebody who was signed in a moment ago is asked to sign in, and what became of what they sent."""
    if not isinstance(error, errors.SignInRequired) or not session_ended(request):
        return None
    if request.method == "GET":
        return Flash(web.render.say("Your session has ended. Sign in again to go on."), "info")
    return Flash(
        web.render.say("Your session has ended, so what you sent was not saved. Sign in again to go on."), "error"
    )


def status_of(error: ShopError) -> int:
    """The status of the nearest class in the map."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


class Later(Response[Any]):
    """The framework takes an answer to an exception at once; this one is made when it is sent."""

    def __init__(self, answer: Awaitable[Response[Any]]) -> None:
        super().__init__(None)
        self._answer = answer

    def to_asgi_response(self, *args: Any, **options: Any) -> Any:
        async def respond(scope: Scope, receive: Receive, send: Send) -> None:
            answer = await self._answer
            await answer.to_asgi_response(*args, **options)(scope, receive, send)

        return respond


def when_sent(answer: Callable[[VisitorRequest, Any], Awaitable[Response[Any]]]) -> Callable[..., Response[Any]]:
    """An exception handler out of an async function."""
    return lambda request, error: Later(answer(request, error))


async def answer_refusal(request: VisitorRequest, error: ShopError) -> Response[Any]:
    if isinstance(error, errors.Busy):
        request.app.state.line.send_away()
    web = web_of(request)
    if rule := _denied_by(request, error):
        who = signed_in(request)
        await web.services.denials.note(
            user_id=who.user_id if who else None,
            address=client_network(request, web.settings),
            thing=(request.scope.get("raw_path") or b"").decode("latin-1"),  # whole, also below a mount
            rule=rule,
        )
    if isinstance(error, errors.Moved):
        return moved(request, web, error)
    if isinstance(error, errors.StepUpRequired) and request.method == "POST" and signed_in(request) is not None:
        return await confirm.answer_with_question(request, web)
    if page := next((page for kind, page in GO_ON_AT.items() if isinstance(error, kind)), ""):
        return web.render.go(
            request, f"{page}?{urlencode({'next': _back(request, web)})}", _notice(request, web, error)
        )
    response = await _answer(request, web, status_of(error), reason(error, web.render))
    if isinstance(error, errors.Unavailable | errors.TooOften):
        response.headers["retry-after"] = str(error.retry_after)
    return response


def _denied_by(request: VisitorRequest, error: ShopError) -> str:
    """The rule that kept somebody from what is not theirs; empty for all other refusals.

    What belongs to somebody else is answered like what does not exist. So an unknown page is no denial where anyone
    may look, and is one among what has an owner.
    """
    if isinstance(error, errors.PermissionMissing):
        return f"permission {error.permission}"
    if type(error) in (errors.Forbidden, errors.ForgedRequest):  # the other kinds lead on to what is missing
        return type(error).__name__
    handler = cast("dict[str, Any]", request.scope).get("route_handler")
    access = handler.opt.get("access") if handler is not None else None
    if isinstance(error, errors.NotFound) and access not in (None, Access.ANYONE, Access.DEVELOPER):
        return f"not for: {access}"
    return ""


def moved(request: VisitorRequest, web: Web, error: errors.Moved) -> Response[Any]:
    """The present address, with the question the old one was asked."""
    address = web.render.address(f"{'/c' if error.what == 'category' else '/p'}/{error.slug}")
    query = request.url.query
    return Response(None, status_code=301, headers={"location": f"{address}?{query}" if query else address})


async def answer_http_error(request: VisitorRequest, error: HTTPException) -> Response[Any]:
    """What the framework refuses: unknown address, wrong method, a body that is too large or cannot be read."""
    web = web_of(request)
    say = web.render.say
    next_step = {
        404: reason(errors.NotFound("page"), web.render),
        405: say("This address does not accept that kind of request. Go back and use the buttons of the page."),
        413: say("What you sent is too large. Send less at once."),
        415: say("Forms are accepted as a browser sends them, not in this format."),
    }.get(error.status_code, say("The request could not be read. Go back and try again."))
    response = await _answer(request, web, error.status_code, next_step)
    for name, value in (error.headers or {}).items():
        response.headers[name.lower()] = value
    return response


async def answer_bug(request: VisitorRequest, error: Exception) -> Response[Any]:
    request_id = uuid.uuid4().hex[:12]
    log.error("unexpected_error", request_id=request_id, path=request.url.path, exc_info=error)
    web = web_of(request)
    next_step = web.render.say("Something broke on our side and was written down. Please try again in a minute.")
    return await _answer(request, web, 500, next_step, request_id=request_id)


async def _answer(
    request: VisitorRequest, web: Web, status: int, next_step: str, *, request_id: str = ""
) -> Response[Any]:
    """A toast for htmx, which leaves the page as it is; a page in the shop's frame for everyone else."""
    if wants_fragment(request):
        return web.render.toast(Flash(next_step, "error"), status=status)
    title = _title(web, status)
    if status >= 500:
        return _plain(
            request, web, status, title, next_step, request_id
        )  # the frame would wait for what just was not there
    try:
        suggestions: tuple[Card, ...] = ()
        if status in (404, 410):
            suggestions = await web.services.catalog.best_sellers()
        frame = await web.frame(request, private=True)
        page = ErrorPage(frame, status, title, next_step, request_id, suggestions)
        return web.render.html("errors/show.html", page, status=status)
    except Exception as error:
        # The database may be what is broken; the plain page needs nothing.
        log.warning("plain_error_page", status=status, kind=type(error).__name__)
        return _plain(request, web, status, title, next_step, request_id)


def _plain(
    request: VisitorRequest, web: Web, status: int, title: str, next_step: str, request_id: str
) -> Response[Any]:
    body = web.render.pages.get_template("errors/plain.html").render(
        status=status,
        title=title,
        next_step=next_step,
        request_id=request_id,
        shop_name=web.services.orders.shop_name,
        theme=theme_of(request, web.settings),
    )
    return Response(body, status_code=status, media_type=MediaType.HTML, headers={"cache-control": "no-store"})


def _title(web: Web, status: int) -> str:
    say = web.render.say
    return {
        400: say("That request is not complete"),
        403: say("That was not accepted"),
        404: say("We could not find that page"),
        405: say("That does not work here"),
        409: say("Something has changed"),
        410: say("No longer sold"),
        413: say("That is too much at once"),
        422: say("Please check what you entered"),
        429: say("That was too often"),
        500: say("Something went wrong"),
        503: say("We will be right back"),
    }.get(status, say("That did not work"))
