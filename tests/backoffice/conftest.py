"""The back office without a socket: requests go straight into the application, in the test's own event loop."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.adapters.db.engine import ShopEngine
from app.adapters.db.tables.accounts import User
from app.adapters.identity.totp import PyotpAuthenticator
from app.adapters.jobs.none import NoJobs
from app.adapters.vault.aes_gcm import AesGcmVault
from app.backoffice.mount import office_mounts
from app.bootstrap import Shop, build_shop
from app.core.accounts import Role
from app.core.identity import Method
from app.main import create_app
from app.ports.vault import Place
from app.services.identity import TokenPair
from app.settings import Settings
from tests import factories
from tests.backoffice.wares import Wares, wares_of

ORIGIN = "http://shop.test"
API = "/admin/api/tables"
DESK_API = "/desk/api/tables"
PASSWORD = "correct horse battery"


class Staff:
    """A browser at one of the offices. `tokens` are those of its session, if it has one."""

    def __init__(self, app: Any, tokens: TokenPair | None = None, api: str = API) -> None:
        self.api = api
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url=ORIGIN,
            cookies={"csrftoken": "token"}
            | ({"access": tokens.access, "refresh": tokens.refresh} if tokens is not None else {}),
            headers={"x-csrftoken": "token", "sec-fetch-site": "same-origin"},
        )

    async def __call__(self, method: str, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """One request; `path` begins below the tables where it does not begin with a slash."""
        url = path if path.startswith("/") else f"{self.api}/{path}"
        return await self.client.request(method, url, json=json, **options)

    async def sign_in(self, username: str, password: str, code: str | None = None, **options: Any) -> httpx.Response:
        """As the page does it: the code comes with a second try."""
        fields = {"username": username, "password": password} | ({"mfa_code": code} if code is not None else {})
        return await self("POST", "/admin/public/login/", fields, **options)


ENROL = "UPDATE users SET two_factor_enabled = true, two_factor_secret = 'sealed' WHERE id = $1"
NewStaff = Callable[..., Awaitable[Staff]]


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.from_environment(
        {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path_factory.mktemp("data")), "BASE_URL": ORIGIN}
    )


@pytest.fixture
def office(engine: ShopEngine, settings: Settings) -> Any:
    """A fresh application, for tests that sign in with a password: it has seen no attempts yet."""
    shop = build_shop(settings, engine=engine, jobs=NoJobs())
    return create_app(
        shop, mounts=office_mounts(engine, settings, shop.files, services=shop.services, vault=shop.vault.vault)
    )


@pytest.fixture(scope="session")
def _shop(_engine: ShopEngine, settings: Settings) -> Shop:
    return build_shop(settings, engine=_engine, jobs=NoJobs())


@pytest.fixture(scope="session")
def _office(_engine: ShopEngine, settings: Settings, _shop: Shop) -> Any:
    return create_app(
        _shop, mounts=office_mounts(_engine, settings, _shop.files, services=_shop.services, vault=_shop.vault.vault)
    )


async def session_of(shop: Shop, user: asyncpg.Record) -> TokenPair:
    """As after password and code."""
    identity = shop.services.identity
    async with identity.transactions.begin():
        return await identity.begin(
            user["id"],
            Role(user["role_id"]),
            device="Firefox, Linux",
            place="localhost",
            amr=[Method.PASSWORD, Method.TOTP, Method.SECOND_FACTOR],
        )


@pytest_asyncio.fixture
async def new_staff(engine: ShopEngine, _office: Any, _shop: Shop) -> AsyncIterator[NewStaff]:
    """`await new_staff(user)` for a browser in which that user has a session; without a user a stranger.

    Admins and sellers get a second factor, without which there is no office.
    """
    opened: list[Staff] = []

    async def arrive(user: asyncpg.Record | None = None, *, api: str = API) -> Staff:
        if user and Role(user["role_id"]).is_staff and not user["two_factor_enabled"]:
            async with engine.transaction():
                await engine.execute(ENROL, user["id"])
        opened.append(Staff(_office, await session_of(_shop, user) if user else None, api))
        return opened[-1]

    yield arrive
    for staff in opened:
        await staff.client.aclose()


@pytest_asyncio.fixture
async def admin_user(engine: ShopEngine) -> asyncpg.Record:
    return await factories.make_user(
        role_id=Role.ADMIN, email="boss@shop.example", two_factor_enabled=True, two_factor_secret="sealed"
    )


@pytest_asyncio.fixture
async def admin(new_staff: NewStaff, admin_user: asyncpg.Record) -> Staff:
    return await new_staff(admin_user)


@dataclass
class Seller:
    """`ask` is their browser at the desk, `wares` what is theirs."""

    id: int
    ask: Staff
    wares: Wares


@pytest_asyncio.fixture
async def sellers(new_staff: NewStaff) -> tuple[Seller, Seller]:
    """Two sellers with one of everything each."""
    users = [await factories.make_user(role_id=Role.SELLER, email=f"{name}@shop.example") for name in ("sal", "eve")]
    wares = await wares_of(users)
    one, other = [
        Seller(user["id"], await new_staff(user, api=DESK_API), own) for user, own in zip(users, wares, strict=True)
    ]
    return one, other


@dataclass
class Boss:
    id: int
    secret: str

    def code(self) -> str:
        return PyotpAuthenticator().code(self.secret, int(time.time()) // 30)


@pytest_asyncio.fixture
async def boss(engine: ShopEngine, settings: Settings) -> Boss:
    """An admin with a password and a second factor, who has not signed in yet."""
    user = await User.create_user(None, PASSWORD, email="boss@shop.example", role_id=Role.ADMIN.value)
    secret = PyotpAuthenticator().new_secret()
    sealed = AesGcmVault(settings.encryption_ring).seal(secret, Place("users", "two_factor_secret", user.id))
    async with engine.transaction():
        await engine.execute(
            "UPDATE users SET two_factor_enabled = true, two_factor_secret = $2, email_verified_at = now()"
            " WHERE id = $1",
            user.id,
            sealed,
        )
    return Boss(user.id, secret)
