"""Piccolo Admin at /admin/ and, for sellers, at /desk/, behind one wrapper that makes it keep the shop's rules.

The library is used as it comes. What it lacks is added around it: one transaction per request that names its actor and
is undone by an error, a body limit, a login throttle that ends by itself, no PUT (it would store a password as typed
and runs no hooks), no description of the API, and refusals in plain words.
"""

import logging
import warnings
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote, urlencode

from asyncpg import IntegrityConstraintViolationError
from fastapi import FastAPI
from litestar import asgi
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.handlers import ASGIRouteHandler
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from piccolo.apps.user.tables import BaseUser
from piccolo.engine.postgres import PostgresEngine
from piccolo_admin.endpoints import FormConfig, create_admin
from piccolo_api.session_auth.tables import SessionsBase
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Mount

from app.backoffice.answers import Answer, answer_errors, in_plain_words
from app.backoffice.desk import Desk, table_configs
from app.backoffice.desks import DESKS
from app.backoffice.people import FORMS
from app.backoffice.requests import BadRequest, read_body, read_upload, require_sound_address, sign_in_fields
from app.backoffice.seller_desks import SELLER_DESKS
from app.backoffice.staff import (
    REFUSED,
    CodeMissing,
    Door,
    Nobody,
    NoSessions,
    SellerBackend,
    StaffBackend,
    Unlimited,
    signed_in,
)
from app.backoffice.turns import turn_of
from app.core.accounts import Role
from app.core.errors import (
    DeskClosed,
    RoleMissing,
    SecondFactorMissing,
    ShopError,
    SignInRequired,
    StillRunning,
    TooOften,
    Unavailable,
)
from app.core.network import client_network
from app.ports.files import Files
from app.ports.vault import Vault
from app.services import Services
from app.settings import Settings

LOGIN, LOGOUT = "/public/login/", "/public/logout/"
PAGE = "/"
CHANGE_PASSWORD = "/api/change-password/"  # noqa: S105 - an address
UPLOAD = "/api/media/"
STORED = "/api/"
"""What reads or writes the store; the rest is the page itself, its assets, its name and its translations."""


@dataclass(frozen=True)
class Office:
    """What differs between the two: where it is, who works there and what with."""

    prefix: str
    site_name: str
    role: Role
    backend: StaffBackend
    desks: tuple[Desk, ...]
    forms: tuple[FormConfig, ...] = ()


ADMIN = Office("/admin", "Exclusive back office", Role.ADMIN, StaffBackend(), DESKS, tuple(FORMS))
DESK = Office("/desk", "Exclusive seller desk", Role.SELLER, SellerBackend(), SELLER_DESKS)


def office_mounts(
    engine: PostgresEngine, settings: Settings, files: Files, *, services: Services, vault: Vault
) -> list[ASGIRouteHandler]:
    """The route handlers for /admin and /desk. Only active accounts with the role and a second factor get in."""
    for desk in SELLER_DESKS:
        desk.table._meta.db = engine
    return [_mount(office, engine, settings, files, services, vault) for office in (ADMIN, DESK)]


def _mount(
    office: Office, engine: PostgresEngine, settings: Settings, files: Files, services: Services, vault: Vault
) -> ASGIRouteHandler:
    door = Door(services.accounts, services.identity, services.two_factor, settings.locale, office.role)
    wrapped = BackOffice(
        office, cast("ASGIApp", admin_of(office, settings, files, vault)), engine, door, services, settings
    )

    @asgi(office.prefix, name=office.prefix, is_mount=True, copy_scope=True, access="staff")
    async def enter(scope: Scope, receive: Receive, send: Send) -> None:
        await wrapped(scope, receive, send)

    return enter


class BackOffice:
    """The wrapper: reads a request whole and answers it whole, so that the transaction between is always short."""

    def __init__(
        self,
        office: Office,
        admin: ASGIApp,
        engine: PostgresEngine,
        door: Door,
        services: Services,
        settings: Settings,
    ) -> None:
        self._office = office
        self._prefix = office.prefix
        self._admin = admin
        self._engine = engine
        self._door = door
        self._passwords = services.passwords
        self._denials = services.denials
        self._https = settings.https
        self._proxies = settings.proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            raise NotFoundException
        raw_path = scope["raw_path"].decode("latin-1")
        if not f"{raw_path}/".startswith(f"{self._prefix}/"):
            raise NotFoundException  # the mount also catches what merely begins like it
        path = unquote(raw_path)[len(self._prefix) :]
        if path.startswith("/assets/") and "\0" not in path:
            await self._admin(self._below_prefix(scope, path), receive, _kept_by_browsers(send))
            return
        answer = await self._elsewhere(scope) if path == PAGE else None
        answer = answer or await self._answer(scope, receive, path)
        answer.set_header("cache-control", "no-store")
        if answer.status == 403:
            who = signed_in(scope)
            await self._denials.note(
                user_id=who.user_id if who else None, address=self._address(scope), thing=raw_path, rule="office"
            )
        answer.narrow_cookies(self._prefix, secure=self._https)
        await answer.send(send)

    def _address(self, scope: HTTPScope) -> str:
        peer = scope.get("client")
        forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
        return client_network(peer[0] if peer else "", forwarded, self._proxies)

    async def _answer(self, scope: HTTPScope, receive: Receive, path: str) -> Answer:
        if path == "":
            return Answer.redirect(f"{self._prefix}/")
        if scope["method"] == "PUT":
            return Answer.error(405, "Rows are changed by PATCH.", headers={"allow": "GET, POST, PATCH, DELETE"})
        if "openapi.json" in path or "/docs" in path:
            return Answer.error(404, "There is nothing here.")
        try:
            require_sound_address(path, scope["query_string"])
            body = await (read_upload if path == UPLOAD else read_body)(scope, receive)
            if path.startswith(LOGIN) and scope["method"] == "POST":
                return await self._enter(scope, path, body)
        except TooOften as error:
            wait = str(error.retry_after)
            return Answer.error(429, "Too many attempts. Try again later.", headers={"retry-after": wait})
        except BadRequest as error:
            return Answer.error(error.status, error.text)
        if path == LOGOUT and scope["method"] == "POST":
            await self._door.leave(scope)
            return Answer.json(200, {"message": "You are signed out."})
        if path == CHANGE_PASSWORD and self._is_in(scope):
            return Answer.error(422, "Change your password in the shop, under Your account, Security.")
        inside = self._below_prefix(scope, path)
        if not path.startswith(STORED):
            return await Answer.of(self._admin, inside, body)
        try:
            with turn_of(self._door.accounts, self._passwords, self._address(scope)) as turn:
                answer = await self._in_transaction(inside, body)
                if answer.status < 400:
                    await turn.finish()
            return answer
        except IntegrityConstraintViolationError as error:  # a constraint that is checked at commit
            return in_plain_words(Answer.database_error(error))
        except DeskClosed:
            return Answer.error(503, "The seller desk is closed. Whoever runs the shop finds the reason in its log.")
        except Unavailable as error:
            status = 409 if isinstance(error, StillRunning) else 503
            return Answer.error(status, "The shop is busy. Try again.", headers={"retry-after": str(error.retry_after)})

    async def _enter(self, scope: HTTPScope, path: str, body: bytes) -> Answer:
        """The library knows nobody, but judges whether its own page sent this; what it lets pass is then tried here.

        Before any transaction, since what is counted stays whatever the answer is. Raises TooOften, BadRequest.
        """
        name, password, code = sign_in_fields(scope, body)
        answer = await Answer.of(self._admin, self._below_prefix(scope, path), body)
        if path != LOGIN or answer.status != 401:
            return answer
        try:
            await self._door.enter(scope, name, password, code, address=self._address(scope))
        except CodeMissing:
            return Answer.error(401, "MFA code required")  # in these words the page asks for it
        except REFUSED:
            return answer
        return Answer.json(200, {"message": "You are signed in."})

    async def _in_transaction(self, scope: HTTPScope, body: bytes) -> Answer:
        """One transaction for the check of the session, the reads and the writes; `StaffBackend` tells it who acts."""
        async with self._engine.transaction(allow_nested=False) as transaction:
            answer = in_plain_words(await Answer.of(self._admin, scope, body))
            if answer.status >= 400:
                await transaction.rollback()  # type: ignore[no-untyped-call]
        return answer

    async def _elsewhere(self, scope: HTTPScope) -> Answer | None:
        """Where the page sends whoever is not in yet; it would ask for a password of its own.

        Raises NotFound, RoleMissing, NotVerified, DeskClosed.
        """
        back = f"?{urlencode({'next': f'{self._prefix}/'})}"
        try:
            self._office.backend.require(scope)
        except SignInRequired:
            return Answer.redirect(f"/sign-in{back}", 303)
        except SecondFactorMissing:
            return Answer.redirect(f"/account/security/two-factor{back}", 303)
        except RoleMissing as error:
            if error.role == Role.ADMIN:
                return Answer.redirect(f"{ADMIN.prefix}/", 303)
            raise
        await self._office.backend.require_open()
        return None

    def _is_in(self, scope: HTTPScope) -> bool:
        try:
            self._office.backend.require(scope)
        except ShopError:
            return False
        return True

    def _below_prefix(self, scope: HTTPScope, path: str) -> HTTPScope:
        """As Starlette expects it: the whole path, and the prefix beside it. The mount has taken the prefix away."""
        return cast("HTTPScope", {**scope, "path": self._prefix + path, "root_path": self._prefix})


def admin_of(office: Office, settings: Settings, files: Files, vault: Vault) -> FastAPI:
    """Piccolo Admin, with our own check of the session in the place of its own."""
    # Said by the library at each sign-in over http, which is what a laptop has.
    warnings.filterwarnings("ignore", message="If running sessions in production")
    # These log what they also raise or answer, with the values that were typed.
    for name in ("piccolo_api.crud.exceptions", "piccolo_admin.endpoints"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    admin: FastAPI = create_admin(
        table_configs(office.desks, files, vault),
        forms=list(office.forms),
        auth_table=cast("type[BaseUser]", Nobody),
        session_table=cast("type[SessionsBase]", NoSessions),
        page_size=25,
        rate_limit_provider=Unlimited(),
        production=settings.https,
        site_name=office.site_name,
        auto_include_related=False,
        allowed_hosts=sorted(settings.hosts),
    )
    mounts = {route.path: route for route in admin.routes if isinstance(route, Mount)}
    guarded, public = mounts["/api"].app, mounts["/public"].app
    assert isinstance(guarded, AuthenticationMiddleware)
    assert isinstance(guarded.app, FastAPI)
    assert isinstance(public, FastAPI)
    for app in (admin, guarded.app, public):
        answer_errors(app)
    mounts["/api"].app = AuthenticationMiddleware(
        guarded.app,
        backend=office.backend,
        on_error=lambda connection, error: JSONResponse({"error": "Sign in first."}, status_code=401),
    )
    return admin


def _kept_by_browsers(send: Send) -> Send:
    """For files whose names change with what is in them."""

    async def send_with_age(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            message["headers"] = [*message["headers"], (b"cache-control", b"public, max-age=31536000, immutable")]
        await send(message)

    return send_with_age
