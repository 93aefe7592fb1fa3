"""The web application: routes, the map of errors, and the wrappers that every answer passes."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.types import ASGIApp

from app.adapters.jinja.environment import use_locale
from app.bootstrap import Shop, build_shop
from app.core.errors import ShopError
from app.logs import configure_logs
from app.settings import Settings
from app.web.access_log import AccessLog
from app.web.admission import Admission, Line
from app.web.context import Web
from app.web.errors import answer_bug, answer_http_error, answer_refusal, when_sent
from app.web.guards import may_ask
from app.web.head import HeadAsGet
from app.web.headers import SecurityHeaders
from app.web.identity import Identify
from app.web.languages import LanguagePrefix
from app.web.list_views import ListViews
from app.web.render import Renderer
from app.web.routes import (
    account,
    addresses,
    cart,
    checkout,
    confirm,
    contact,
    deletion,
    email_undo,
    estimate,
    export,
    feeds,
    flash_sale,
    frame,
    health,
    home,
    listing,
    mailbox,
    media,
    newsletter,
    orders,
    pages,
    password,
    product,
    profile,
    providers,
    requests,
    reviews,
    security,
    seen,
    sessions,
    sign_in,
    sign_up,
    static,
    styleguide,
    two_factor,
)
from app.web.shared_pages import SharedPages

LARGEST_BODY = 1_000_000
# Pages that hold a form's token stay as they are (BREACH); static files were compressed at start, better.
UNCOMPRESSED = [
    "^/cart",
    "^/checkout",
    "^/orders",
    "^/contact",
    "^/newsletter",
    "^/sign-",
    "^/verify",
    "^/password",
    "^/account",
    "^/oauth",
    "^/mailbox",
    "^/admin",
    "^/desk",
    "^/static",
    "^/media",
    "^/live",
    "^/ready",
]


def create_app(shop: Shop, *, mounts: list[Any] | None = None, prepares: bool = False) -> ASGIApp:
    """The ASGI application of a shop. The shop is opened at startup and closed at shutdown.

    `prepares`: once it is open, it gets ready between requests for what will be asked for.
    """
    settings = shop.settings
    render = Renderer(shop.pages, settings)

    @asynccontextmanager
    async def opened(_: Litestar) -> AsyncIterator[None]:
        async with shop.opened():
            preparing = asyncio.create_task(render.prepare()) if prepares else None
            try:
                yield
            finally:
                if preparing is not None:
                    preparing.cancel()

    line = Line(settings.pool_size)
    litestar = Litestar(
        route_handlers=[
            *home.ROUTES,
            *listing.ROUTES,
            *flash_sale.ROUTES,
            *product.ROUTES,
            *estimate.ROUTES,
            *reviews.ROUTES,
            *seen.ROUTES,
            *cart.ROUTES,
            *checkout.ROUTES,
            *orders.ROUTES,
            *account.ROUTES,
            *profile.ROUTES,
            *addresses.ROUTES,
            *export.ROUTES,
            *deletion.ROUTES,
            *frame.ROUTES,
            *pages.ROUTES,
            *contact.ROUTES,
            *newsletter.ROUTES,
            *providers.ROUTES,
            *requests.ROUTES,
            *sign_up.ROUTES,
            *sign_in.ROUTES,
            *password.ROUTES,
            *email_undo.ROUTES,
            *security.ROUTES,
            *two_factor.ROUTES,
            *sessions.ROUTES,
            *confirm.ROUTES,
            *health.ROUTES,
            *static.ROUTES,
            *media.ROUTES,
            *feeds.ROUTES,
            *([] if settings.production else [*mailbox.ROUTES, *styleguide.ROUTES]),
            *(mounts or []),
        ],
        lifespan=[opened],
        state=State(
            {
                "web": Web(
                    services=shop.services,
                    settings=settings,
                    render=render,
                    static=shop.static,
                    files=shop.files,
                    drain_file=os.environ.get("SHOP_DRAIN_FILE"),
                ),
                "line": line,
                "long_answers": asyncio.Semaphore(feeds.AT_ONCE),
                "list_views": ListViews(),
                "shared_pages": SharedPages(0 if settings.debug else settings.shared_pages_mb * 1_000_000),
            }
        ),
        guards=[may_ask],
        middleware=[DefineMiddleware(Admission, line=line), DefineMiddleware(Identify, settings=settings)],
        compression_config=CompressionConfig(
            "brotli", minimum_size=1000, brotli_quality=4, gzip_compress_level=5, exclude=UNCOMPRESSED
        ),
        exception_handlers={
            ShopError: when_sent(answer_refusal),
            HTTPException: when_sent(answer_http_error),
            Exception: when_sent(answer_bug),
        },
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    return SecurityHeaders(AccessLog(HeadAsGet(LanguagePrefix(litestar, settings.languages, use_locale))), settings)


def web() -> ASGIApp:
    """What granian serves; settings come from the environment."""
    settings = Settings.from_environment(os.environ)
    configure_logs(settings)
    shop = build_shop(settings)
    from app.backoffice.mount import office_mounts  # the offices cost a third of a second and 30 MB: only the web pays

    return create_app(
        shop,
        mounts=office_mounts(shop.engine, settings, shop.files, services=shop.services, vault=shop.vault.vault),
        prepares=not settings.debug,
    )
