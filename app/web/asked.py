"""What a browser is in the middle of: the address it had a code sent to, what for, and where to go then.

In a signed cookie, so that it survives looking at one's mail, and no address has to stand in a link.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from litestar import Response

from app.core.codes import Purpose
from app.settings import Settings
from app.web.returning import local_path
from app.web.session import VisitorRequest, cookie_name, own_cookie

ASKED = "asked"
SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Asked:
    purpose: Purpose
    email: str
    then: str = "/"
    """Path and query of the page to go on to."""


def read_asked(request: VisitorRequest, purpose: Purpose, settings: Settings) -> Asked | None:
    """What this browser asked for last, where that was for `purpose`."""
    body, _, signature = request.cookies.get(cookie_name(settings, ASKED), "").partition(".")
    given = signature.encode(errors="replace")
    if not any(hmac.compare_digest(_signature(body, secret).encode(), given) for secret in settings.secret_ring):
        return None
    try:
        kept = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        asked = Asked(Purpose(kept["purpose"]), str(kept["email"]), local_path(str(kept["then"])))
    except (ValueError, KeyError, TypeError, binascii.Error):
        return None
    return asked if asked.purpose is purpose else None


def keep_asked(response: Response[Any], asked: Asked, settings: Settings) -> None:
    kept = {"purpose": asked.purpose.value, "email": asked.email, "then": asked.then}
    body = base64.urlsafe_b64encode(json.dumps(kept, separators=(",", ":")).encode()).decode().rstrip("=")
    signed = f"{body}.{_signature(body, settings.secret_ring[0])}"
    response.set_cookie(own_cookie(settings, ASKED, signed, seconds=SECONDS))


def forget_asked(response: Response[Any], settings: Settings) -> None:
    response.set_cookie(own_cookie(settings, ASKED, "", seconds=0))


def _signature(body: str, secret: bytes) -> str:
    return hmac.new(secret, b"asked:" + body.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]
