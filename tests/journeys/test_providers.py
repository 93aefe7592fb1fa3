"""Signing in with another provider: a real browser, the real oidc-provider, and our own policy between them."""

import asyncio
import re
import threading
from collections.abc import Iterator

import pytest

from app.adapters.vault.aes_gcm import AesGcmVault
from app.ports.vault import Place
from app.settings import Settings
from tests.issuer import CLIENT_ID, CLIENT_SECRET
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.oidc import oidc_provider

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def issuer(running_shop: RunningShop) -> Iterator[str]:
    """The provider as a process, and its row in the shop."""
    started, over, found = threading.Event(), threading.Event(), []

    async def run() -> None:
        async with oidc_provider(f"{running_shop.address}/oauth/our-own/callback") as address:
            found.append(address)
            started.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))  # playwright's loop runs in this one
    thread.start()
    assert started.wait(40)
    (row,) = running_shop.fetch(
        "INSERT INTO oauth_provider (provider_name, slug, issuer, client_id, trusts_email)"
        " VALUES ('Our own', 'our-own', $1, $2, true) RETURNING id",
        found[0],
        CLIENT_ID,
    )
    secrets = (running_shop.data_dir / "secrets").read_text().strip()
    ring = Settings.from_environment({"SECRET_KEYS": secrets}).encryption_ring
    sealed = AesGcmVault(ring).seal(CLIENT_SECRET, Place("oauth_provider", "client_secret", row["id"]))
    running_shop.fetch(
        "UPDATE oauth_provider SET client_secret = $2, is_enabled = true WHERE id = $1 RETURNING id", row["id"], sealed
    )
    yield found[0]
    running_shop.fetch("UPDATE oauth_provider SET is_enabled = false WHERE id = $1 RETURNING id", row["id"])
    over.set()
    thread.join(20)


def theirs(issuer: str) -> re.Pattern[str]:
    """What the provider's development pages make a browser say; they want fonts from elsewhere."""
    return re.compile(f"{re.escape(issuer)}|fonts.googleapis.com")


def agree(shopper: Shopper, login: str) -> None:
    """The provider's own pages."""
    page = shopper.page
    page.wait_for_url(re.compile(r"/interaction/"))
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_signs_in_and_comes_back(shopper: Shopper, issuer: str, running_shop: RunningShop) -> None:
    login = shopper.email.partition("@")[0]
    shopper.known = theirs(issuer)
    shopper.page.goto(f"{shopper.address}/sign-in?next=/account/security")
    shopper.page.get_by_role("button", name="Continue with Our own").click()
    agree(shopper, login)
    shopper.page.wait_for_url(f"{shopper.address}/account/security")
    linked = shopper.page.locator("#identities")
    assert "Our own" in linked.inner_text()
    assert f"{login}@shop.example" in linked.inner_text()
    shopper.expected.add(409)
    linked.get_by_role("button", name="Unlink").click()
    shopper.page.get_by_text("Set a password first").wait_for()
    (row,) = running_shop.fetch(
        "SELECT count(*) FROM oauth_identity i JOIN users u ON u.id = i.user_id WHERE u.email = $1",
        f"{login}@shop.example",
    )
    assert row["count"] == 1
