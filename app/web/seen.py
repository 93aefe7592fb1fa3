"""What a visitor looked at lately: slugs in a cookie of theirs, and nothing on our side."""

import re
from typing import Any

from litestar import Response

from app.services.catalog import REMEMBERED_PRODUCTS
from app.settings import Settings
from app.web.session import VisitorRequest, cookie_name, own_cookie

DAYS = 30
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 170


def read_seen(request: VisitorRequest, settings: Settings) -> tuple[str, ...]:
    """Slugs, the latest first. Anybody may write anything into a cookie: what is no slug is passed over."""
    found = request.cookies.get(cookie_name(settings, "seen"), "").split(".")
    return tuple(dict.fromkeys(slug for slug in found if is_slug(slug)))[:REMEMBERED_PRODUCTS]


def keep_seen(response: Response[Any], slugs: tuple[str, ...], settings: Settings) -> None:
    response.set_cookie(own_cookie(settings, "seen", ".".join(slugs[:REMEMBERED_PRODUCTS]), seconds=DAYS * 86_400))


def is_slug(text: str) -> bool:
    return len(text) <= LONGEST_SLUG and SLUG.fullmatch(text) is not None
