"""Where a small form sends its visitor back to: a page of this shop, whatever the form says."""

import re
from urllib.parse import unquote, urlencode, urlsplit

from app.settings import Settings
from app.web.session import VisitorRequest

LONGEST = 2000
# One slash, then anything a browser would send: no second slash, and no backslash, which browsers read as one.
LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\x9f]*")
# What may come of it where somebody on the way decodes the path: still no second slash, nor what is skipped before one.
STILL_LOCAL = re.compile(r"/(?![/\\\x00-\x20\x7f-\x9f])")


def local_path(text: str, fallback: str = "/") -> str:
    """`text` where it is a path of this shop with or without a query, else `fallback`.

    Nothing is mended: what is not plainly a local address, decoded or not, could be read as another by somebody's
    browser.
    """
    if len(text) > LONGEST or not LOCAL.fullmatch(text) or not text.isascii():
        return fallback
    try:
        parts = urlsplit(text)
    except ValueError:
        return fallback
    if parts.scheme or parts.netloc or any(piece in (".", "..") for piece in parts.path.split("/")):
        return fallback
    return text if STILL_LOCAL.match(unquote(unquote(parts.path))) else fallback


def with_next(path: str, then: str) -> str:
    """`path`, and in its query where to go on to, unless that is the start page anyway."""
    return path if then == "/" else f"{path}{'&' if '?' in path else '?'}{urlencode({'next': then})}"


def page_before(request: VisitorRequest, settings: Settings) -> str:
    """The page of this shop that the request came from, without its language; "" where that is not known."""
    referrer = request.headers.get("referer", "")
    parts = urlsplit(referrer) if referrer.isascii() and len(referrer) <= LONGEST else urlsplit("")
    if not parts.netloc or parts.netloc != request.headers.get("host"):
        return ""
    path = settings.languages.split(parts.path or "/")[1]
    return local_path(f"{path}?{parts.query}" if parts.query else path, "")
