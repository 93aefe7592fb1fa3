"""A shop for use cases: real database, no queue, and mails that are delivered when a test says so."""

import re
from typing import Any

import pytest
import pytest_asyncio

from app.adapters.db.engine import ShopEngine
from app.adapters.jobs.none import NoJobs
from app.bootstrap import Shop, build_shop
from app.ports.mail import OutgoingMail
from app.services.accounts import AccountService
from app.services.browser import Browser
from app.services.email_change import EmailChangeService
from app.services.passwords import PasswordService
from app.settings import Settings
from tests import factories

PASSWORD = "correct horse battery"


class Post:
    """A mailer that keeps what it sends."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMail] = []
        self.shop: Any = None

    async def send(self, mail: OutgoingMail) -> None:
        self.sent.append(mail)

    async def deliver(self) -> list[OutgoingMail]:
        """Let every mail that is due leave; returns those that did."""
        before = len(self.sent)
        while await self.shop.services.emails.sweep():
            pass
        return self.sent[before:]

    async def code(self, recipient: str | None = None) -> str:
        """The code of the newest mail (to `recipient`)."""
        await self.deliver()
        return self.code_of(recipient)

    def code_of(self, recipient: str | None = None) -> str:
        """The same of mails that have left already."""
        mails = [mail.rendered.text for mail in self.sent if recipient in (None, mail.recipient)]
        found = [code for code in (re.search(r"^ {4}(\d{4} \d{4})$", text, re.MULTILINE) for text in mails) if code]
        assert found, mails
        return found[-1][1]


def browser(token: str = "b" * 43, address: str = "203.0.113.7", **values: str) -> Browser:
    """A browser of one's own; `token` and `address` tell them apart."""
    given = {"device": "Firefox, Linux", "place": "203.0.113.0/24", "known": "", "locale": "en_US"} | values
    return Browser(address=address, token=token, **given)


@pytest.fixture
def settings(database_url: str, tmp_path: Any) -> Settings:
    return Settings.from_environment(
        {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(tmp_path),
            "BASE_URL": "http://shop.test",
            "EVEN_ANSWER_SECONDS": "0",
        }
    )


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def shop(engine: ShopEngine, settings: Settings, post: Post) -> Shop:
    post.shop = build_shop(settings, engine=engine, jobs=NoJobs(), mailer=post)
    shop: Shop = post.shop
    return shop


@pytest.fixture
def accounts(shop: Shop) -> AccountService:
    return shop.services.accounts


@pytest.fixture
def passwords(shop: Shop) -> PasswordService:
    return shop.services.passwords


@pytest.fixture
def email_change(shop: Shop) -> EmailChangeService:
    return shop.services.email_change


@pytest_asyncio.fixture
async def ada(shop, post):
    """A verified account with a password."""
    hashed = await shop.services.accounts.passwords.hash(PASSWORD)
    return await factories.make_user(email="ada@shop.example", first_name="Ada", password=hashed)


async def signed_in(accounts, result):
    seen = await accounts.identity.recognise(access=result.tokens.access, refresh=result.tokens.refresh, place="")
    return seen.signed_in


async def run(engine, sql, *arguments):
    async with engine.transaction():
        await engine.execute(sql, *arguments)
