"""The back office without a socket: requests go straight into the application, in the test's own event loop."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.adapters.db.engine import ShopEngine
from app.adapters.db.tables import AdminSession, Role
from app.adapters.jobs.none import NoJobs
from app.backoffice.mount import admin_mount
from app.bootstrap import build_shop
from app.main import create_app
from app.settings import Settings
from tests import factories

ORIGIN = "http://shop.test"
API = "/admin/api/tables"


class Staff:
    """A browser at the admin. `session` is the token of its session cookie, if it has one."""

    def __init__(self, app: Any, session: str | None = None) -> None:
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url=ORIGIN,
            cookies={"csrftoken": "token"} | ({"id": session} if session else {}),
            headers={"x-csrftoken": "token", "sec-fetch-site": "same-origin"},
        )

    async def __call__(self, method: str, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """One request; `path` begins below the tables where it does not begin with a slash."""
        url = path if path.startswith("/") else f"{API}/{path}"
        return await self.client.request(method, url, json=json, **options)

    async def sign_in(self, username: str, password: str, **options: Any) -> httpx.Response:
        return await self("POST", "/admin/public/login/", {"username": username, "password": password}, **options)


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
        shop, mounts=[admin_mount(engine, settings, shop.files, accounts=shop.accounts, vault=shop.vault.vault)]
    )


@pytest.fixture(scope="session")
def _office(_engine: ShopEngine, settings: Settings) -> Any:
    shop = build_shop(settings, engine=_engine, jobs=NoJobs())
    return create_app(
        shop, mounts=[admin_mount(_engine, settings, shop.files, accounts=shop.accounts, vault=shop.vault.vault)]
    )


@pytest_asyncio.fixture
async def new_staff(engine: ShopEngine, _office: Any) -> AsyncIterator[NewStaff]:
    """`await new_staff(user)` for a browser in which that user has a session; without a user a stranger."""
    opened: list[Staff] = []

    async def arrive(user: asyncpg.Record | None = None) -> Staff:
        token = (await AdminSession.create_session(user_id=user["id"])).token if user else None
        opened.append(Staff(_office, token))
        return opened[-1]

    yield arrive
    for staff in opened:
        await staff.client.aclose()


@pytest_asyncio.fixture
async def admin_user(engine: ShopEngine) -> asyncpg.Record:
    return await factories.make_user(role_id=Role.ADMIN, email="boss@shop.example")


@pytest_asyncio.fixture
async def admin(new_staff: NewStaff, admin_user: asyncpg.Record) -> Staff:
    return await new_staff(admin_user)
