"""What the shop knows of a visitor: a random token in a cookie that opens the cart, and nothing else.

The token is minted when there is first something to keep, and stored only as its hash.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import asdict, replace
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from app.core.errors import StaleForm
from app.ports.identity import SignedIn
from app.settings import Settings
from app.web.pages.frame import Flash

CART_DAYS = 30
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

COOKIES = (
    "cart",
    "flash",
    "seen",
    "theme",
    "announcement",
    "access",
    "refresh",
    "known",
    "asking",
    "asked",
    "challenge",
)
"""All that the shop sets; the page about privacy names each of them."""

VisitorRequest = Request[Any, Any, Any]


def cookie_name(settings: Settings, name: str) -> str:
    """`__Host-` only over https, where browsers accept it."""
    return f"__Host-{name}" if settings.https else name


def own_cookie(settings: Settings, name: str, value: str, *, seconds: int) -> Cookie:
    """A cookie as all of ours are: out of reach of scripts and of other sites. For 0 seconds: taken back."""
    return Cookie(
        key=cookie_name(settings, name),
        value=value,
        max_age=seconds,
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )


def cart_token(request: VisitorRequest, settings: Settings) -> str | None:
    """The visitor's token, or None where it is missing or not one of ours by its form."""
    token = request.cookies.get(cookie_name(settings, "cart"), "")
    return token if TOKEN.fullmatch(token) else None


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str | None) -> str:
    """The hash a cart is stored under; of nothing, a hash that no cart has."""
    return hashlib.sha256((token or "none").encode()).hexdigest()


def keep_cart_token(response: Response[Any], token: str, settings: Settings) -> None:
    response.set_cookie(own_cookie(settings, "cart", token, seconds=CART_DAYS * 86_400))


def signed_in(request: ASGIConnection[Any, Any, Any, Any]) -> SignedIn | None:
    """Who is asking, where `identity.Identify` found somebody."""
    who: SignedIn | None = request.scope.get("state", {}).get("signed_in")
    return who


def session_ended(request: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the request brought the cookies of a session that is no more: revoked, or too old."""
    return bool(request.scope.get("state", {}).get("session_ended", False))


def csrf_token(token: str | None, settings: Settings, *, who: SignedIn | None = None) -> str:
    """Proof that a form came from a page made for this visitor; bound to the cart's token and the session.

    Nothing is stored, and it outlives the renewal of tokens: a session keeps its id.
    """
    return _csrf(settings.secret_ring[0], token, who)


def require_csrf_token(request: VisitorRequest, given: str, settings: Settings) -> None:
    token, who = cart_token(request, settings), signed_in(request)
    for secret in settings.secret_ring:
        expected = _csrf(secret, token, who)
        if hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
            return
    raise StaleForm


def _csrf(secret: bytes, token: str | None, who: SignedIn | None) -> str:
    message = f"csrf:{token or ''}:{who.session_id if who else ''}"
    return hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()


THEMES = ("light", "dark")
"""What a visitor may choose; without a choice the page follows the system."""
CHOICE_DAYS = 365
ANNOUNCEMENT = "1"
"""Raised when the announcement says something new."""


def theme_of(request: VisitorRequest, settings: Settings) -> str:
    """light, dark, or "" for what the visitor's system says."""
    theme = request.cookies.get(cookie_name(settings, "theme"), "")
    return theme if theme in THEMES else ""


def keep_theme(response: Response[Any], theme: str, settings: Settings) -> None:
    """Anything but a known theme forgets the choice."""
    _keep_choice(response, "theme", theme if theme in THEMES else "", settings)


def announcement_is_away(request: VisitorRequest, settings: Settings) -> bool:
    return request.cookies.get(cookie_name(settings, "announcement")) == ANNOUNCEMENT


def put_announcement_away(response: Response[Any], settings: Settings) -> None:
    _keep_choice(response, "announcement", ANNOUNCEMENT, settings)


def _keep_choice(response: Response[Any], name: str, value: str, settings: Settings) -> None:
    response.set_cookie(own_cookie(settings, name, value, seconds=CHOICE_DAYS * 86_400 if value else 0))


def keep_flash(response: Response[Any], flash: Flash, settings: Settings) -> None:
    """Show `flash` on the next page. Signed, so that nobody else can put words on our pages."""
    body = base64.urlsafe_b64encode(json.dumps(asdict(flash), separators=(",", ":")).encode()).decode().rstrip("=")
    response.set_cookie(own_cookie(settings, "flash", f"{body}.{_flash_signature(body, settings)}", seconds=60))


def add_to_flash(response: Response[Any], flash: Flash, settings: Settings) -> None:
    """`flash` after what the answer has to say already, as one message."""
    name = cookie_name(settings, "flash")
    said = [_flash_in(cookie.value or "", settings) for cookie in response.cookies if cookie.key == name]
    response.cookies = [cookie for cookie in response.cookies if cookie.key != name]
    before = " ".join(one.text for one in said if one is not None)
    keep_flash(response, replace(flash, text=f"{before} {flash.text}".strip()), settings)


def read_flash(request: VisitorRequest, settings: Settings) -> Flash | None:
    return _flash_in(request.cookies.get(cookie_name(settings, "flash"), ""), settings)


def _flash_in(cookie: str, settings: Settings) -> Flash | None:
    body, _, signature = cookie.partition(".")
    if not body or not hmac.compare_digest(_flash_signature(body, settings).encode(), signature.encode()):
        return None
    return Flash(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def forget_flash(response: Response[Any], settings: Settings) -> None:
    response.delete_cookie(key=cookie_name(settings, "flash"), path="/")


def _flash_signature(body: str, settings: Settings) -> str:
    return hmac.new(settings.secret_ring[0], b"flash:" + body.encode(), hashlib.sha256).hexdigest()[:32]
