"""The outer wrapper: security headers on every answer, and the hosts that are answered at all.

It wraps the whole application, since neither hooks nor middleware of the framework see every 404, 405 and mount.
"""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings

OFFICES = (b"/admin", b"/desk")


def _policy(*, admin: bool, https: bool) -> str:
    style = "'self' 'unsafe-inline'" if admin else "'self'"
    image = "'self' data:" if admin else "'self'"
    parts = [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src {style}",
        f"img-src {image}",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
    ]
    return "; ".join([*parts, "upgrade-insecure-requests"] if https else parts)


def _headers(*, admin: bool, https: bool) -> list[tuple[bytes, bytes]]:
    headers = {
        "content-security-policy": _policy(admin=admin, https=https),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "server": "exclusive",  # else the server names itself and invites a look-up of its flaws
    }
    if https:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


class SecurityHeaders:
    """ASGI wrapper. Unknown hosts get a bare 400, before anything else looks at the request."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = settings.hosts
        self._shop = _headers(admin=False, https=settings.https)
        self._admin = _headers(admin=True, https=settings.https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        path = scope.get("raw_path") or b""
        is_office = path.startswith(tuple(prefix + b"/" for prefix in OFFICES)) or path in OFFICES
        extra = self._admin if is_office else self._shop

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in extra if header[0] not in given)]
            await send(message)

        if self._hosts and _host(scope) not in self._hosts:
            await send_with_headers(
                {"type": "http.response.start", "status": 400, "headers": [(b"content-type", b"text/plain")]}
            )
            await send({"type": "http.response.body", "body": b"Unknown host.\n", "more_body": False})
            return
        await self._app(scope, receive, send_with_headers)


def _host(scope: Scope) -> str:
    """The Host header without its port, lower case; empty when it is missing or given twice."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1:
        return ""
    host = hosts[0].decode("latin-1").lower()
    return host.rsplit(":", 1)[0] if not host.endswith("]") else host
