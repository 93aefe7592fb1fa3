"""Who a request comes from: the cookies of somebody who is signed in, and the middleware that reads them.

A request without these cookies costs nothing. With them, the session's row is read each time, so that what was revoked
is over in every process at once. Tokens that are over are exchanged on the way, whatever the request is.
"""

import re
from typing import Any, cast

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import SignInRequired
from app.core.identity import CHALLENGE_LIFETIME, device_words, network_words
from app.ports.cart import Visitor
from app.ports.identity import SignedIn
from app.services.accounts import SignInResult
from app.services.browser import Browser
from app.services.identity import Recognised, TokenPair
from app.settings import Settings
from app.web.client import client_network
from app.web.merging import merge_flash
from app.web.session import (
    TOKEN,
    VisitorRequest,
    add_to_flash,
    cart_token,
    cookie_name,
    own_cookie,
    signed_in,
    token_hash,
)

ACCESS, REFRESH = "access", "refresh"
KNOWN = "known"
"""Outlives sessions: this browser was signed in to the account before."""
ASKING = "asking"
"""A random token of a browser that waits for a code; the code is of use to it alone."""
CHALLENGE = "challenge"
"""Between the password and the second factor."""
CART, SEEN = "cart", "seen"
KNOWN_SECONDS = 365 * 86_400
ASKING_SECONDS = 3_600
OUTSIDE = (b"/static/", b"/media/", b"/live", b"/ready", b"/admin/assets/", b"/desk/assets/")
OFFICES = (b"/admin", b"/desk")
"""Handlers there are none of the framework's: they say in the request's state who has "entered", or that one "left",
and find there what this browser is "known" by."""

IS_PERSONAL = re.compile(rb"(?:^|[;\s])(?:__Host-)?(?:access|refresh)=")


class Identify:
    """Litestar middleware, inside the line of admission. `session.signed_in(request)` then says who it is."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("raw_path") or b""
        is_asked = scope["type"] == ScopeType.HTTP and not path.startswith(OUTSIDE)
        if not is_asked or not (has_session_cookies(scope) or path.startswith(OFFICES)):
            await self._app(scope, receive, send)
            return
        request: Request[Any, Any, Any] = Request(scope)
        settings = self._settings
        recognised = await request.app.state.web.services.identity.recognise(
            access=request.cookies.get(cookie_name(settings, ACCESS), ""),
            refresh=request.cookies.get(cookie_name(settings, REFRESH), ""),
            place=network_words(client_network(request, settings)),
        )
        scope["state"]["signed_in"] = recognised.signed_in
        scope["state"]["session_ended"] = recognised.forget
        scope["state"]["known"] = _known_of(request, settings)

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookies = self._of_the_office(request)
                message["headers"] = [*message["headers"], *map(_header, cookies)]
                _finish(cast("dict[str, Any]", message), recognised, settings)
            await send(message)

        await self._app(scope, receive, send_with_cookies)

    def _of_the_office(self, request: VisitorRequest) -> list[Cookie]:
        state, settings = request.scope["state"], self._settings
        entered: SignInResult | None = state.get("entered")
        if entered is not None and entered.tokens is not None:
            known = request.app.state.web.services.accounts.known_device(entered.account)
            return [
                *_token_cookies(entered.tokens, settings),
                own_cookie(settings, KNOWN, known, seconds=KNOWN_SECONDS),
            ]
        return [_gone(name, settings) for name in (ACCESS, REFRESH, CHALLENGE)] if state.get("left") else []


def has_session_cookies(scope: Scope) -> bool:
    """Whether the answer is somebody's own, and so neither comes from a shared cache nor goes into one."""
    return any(name == b"cookie" and IS_PERSONAL.search(value) is not None for name, value in scope["headers"])


def require_signed_in(request: VisitorRequest) -> SignedIn:
    """Raises SignInRequired; for handlers of routes with Access.SIGNED_IN and above it never does."""
    who = signed_in(request)
    if who is None:
        raise SignInRequired
    return who


def browser_of(request: VisitorRequest, settings: Settings, locale: str, *, token: str | None = None) -> Browser:
    """Where a request comes from, for the use cases of accounts.

    Its token is empty before `keep_asking`; give one that was minted in this very request as `token`.
    """
    address = client_network(request, settings)
    return Browser(
        address=address,
        token=asking_token(request, settings) if token is None else token,
        device=device_words(request.headers.get("user-agent", "")),
        place=network_words(address),
        known=_known_of(request, settings),
        locale=locale,
    )


def _known_of(request: VisitorRequest, settings: Settings) -> str:
    return request.cookies.get(cookie_name(settings, KNOWN), "")[:200]


def asking_token(request: VisitorRequest, settings: Settings) -> str:
    token = request.cookies.get(cookie_name(settings, ASKING), "")
    return token if TOKEN.fullmatch(token) else ""


def keep_asking(response: Response[Any], token: str, settings: Settings) -> None:
    """Give the browser the token that its codes will be bound to; mint one by `session.new_token`."""
    response.set_cookie(own_cookie(settings, ASKING, token, seconds=ASKING_SECONDS))


def challenge_of(request: VisitorRequest, settings: Settings) -> str:
    """The challenge that `answer_sign_in` kept, for `AccountService.finish_sign_in`; empty where there is none."""
    return request.cookies.get(cookie_name(settings, CHALLENGE), "")


async def answer_sign_in(request: VisitorRequest, response: Response[Any], result: SignInResult) -> None:
    """Put what a sign-in gave into the answer's cookies: tokens, or the challenge of the second factor.

    The guest's cart goes into the person's own, and what changed by that is told on the next page. Every id the
    browser brought is exchanged or gone: whoever planted one has nothing that is still of use.
    """
    web = request.app.state.web
    settings: Settings = web.settings
    if result.tokens is None:
        seconds = int(CHALLENGE_LIFETIME.total_seconds())
        response.set_cookie(own_cookie(settings, CHALLENGE, result.challenge, seconds=seconds))
        return
    keep_tokens(response, result.tokens, settings)
    known = web.services.accounts.known_device(result.account)
    response.set_cookie(own_cookie(settings, KNOWN, known, seconds=KNOWN_SECONDS))
    for name in (ASKING, CHALLENGE):
        response.set_cookie(_gone(name, settings))
    if token := cart_token(request, settings):
        merged = await web.services.cart.merge(Visitor(token_hash(token)), result.account.id)
        response.set_cookie(_gone(CART, settings))
        if flash := merge_flash(merged, web.render):
            add_to_flash(response, flash, settings)


def answer_sign_out(response: Response[Any], settings: Settings) -> None:
    """Forget the session in the browser, what it has kept of the account's pages, and what the person looked at."""
    for name in (ACCESS, REFRESH, CHALLENGE, ASKING, CART, SEEN):
        response.set_cookie(_gone(name, settings))
    response.headers["clear-site-data"] = '"cache"'


def keep_tokens(response: Response[Any], tokens: TokenPair, settings: Settings) -> None:
    for cookie in _token_cookies(tokens, settings):
        response.set_cookie(cookie)


def _finish(message: dict[str, Any], recognised: Recognised, settings: Settings) -> None:
    """Set or delete the cookies, unless the answer itself has: it may have signed in or out."""
    headers: list[tuple[bytes, bytes]] = list(message["headers"])
    set_already = b" ".join(value for name, value in headers if name.lower() == b"set-cookie")
    if f"{cookie_name(settings, ACCESS)}=".encode() not in set_already:
        if recognised.tokens is not None:
            cookies = _token_cookies(recognised.tokens, settings)
        elif recognised.forget:
            cookies = [_gone(ACCESS, settings), _gone(REFRESH, settings)]
        else:
            cookies = []
        headers += map(_header, cookies)
    if recognised.signed_in is not None or recognised.tokens is not None or recognised.forget:
        headers = [header for header in headers if header[0].lower() != b"cache-control"]
        headers.append((b"cache-control", b"no-store"))
    message["headers"] = headers


def _token_cookies(tokens: TokenPair, settings: Settings) -> list[Cookie]:
    """Both live as long as the refresh token, so that an access token that is over is known to have been one."""
    return [
        own_cookie(settings, ACCESS, tokens.access, seconds=tokens.seconds),
        own_cookie(settings, REFRESH, tokens.refresh, seconds=tokens.seconds),
    ]


def _header(cookie: Cookie) -> tuple[bytes, bytes]:
    return b"set-cookie", cookie.to_header(header="").encode()


def _gone(name: str, settings: Settings) -> Cookie:
    return own_cookie(settings, name, "", seconds=0)
