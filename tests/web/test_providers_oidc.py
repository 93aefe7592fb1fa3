"""Signing in with the real npm oidc-provider: another reading of the standard, which no test of ours can bend."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.adapters.clock.system import SystemClock
from app.adapters.identity.passwords import Argon2Passwords
from app.adapters.identity.providers import AuthlibProviders
from app.adapters.jobs.none import NoJobs
from app.bootstrap import Shop, build_shop
from app.main import create_app
from app.ports.vault import Place
from tests import factories
from tests.issuer import CLIENT_ID, CLIENT_SECRET
from tests.oidc import agree, oidc_provider
from tests.services.conftest import Post
from tests.web.accounts import Member
from tests.web.conftest import Visitor
from tests.web.test_providers import change, come_back, enter, enter_as, fetch, flash, go, is_signed_in, prove, where


@pytest_asyncio.fixture(scope="module")
async def issuer() -> AsyncIterator[str]:
    async with oidc_provider("http://shop.test/oauth/oidc/callback") as found:
        yield found


@pytest.fixture
def mail() -> Post:
    return Post()


@pytest.fixture
def shop(_engine: Any, settings: Any, mail: Post) -> Shop:
    quick = settings.model_copy(update={"even_answer_seconds": 0.0})
    client = AuthlibProviders(SystemClock(), strict=False, seconds=10)
    mail.shop = build_shop(quick, engine=_engine, jobs=NoJobs(), mailer=mail, provider_client=client)
    return mail.shop


@pytest.fixture
def app(shop: Shop) -> Any:
    return create_app(shop, mounts=[enter])


@pytest_asyncio.fixture(autouse=True)
async def row(engine: Any, shop: Shop, issuer: str) -> Any:
    made = await factories.insert(
        "oauth_provider",
        provider_name="Our own",
        slug="oidc",
        issuer=issuer,
        client_id=CLIENT_ID,
        scopes="openid email profile offline_access",
        trusts_email=True,
    )
    sealed = shop.vault.vault.seal(CLIENT_SECRET, Place("oauth_provider", "client_secret", made["id"]))
    await change("UPDATE oauth_provider SET client_secret = $2, is_enabled = true WHERE id = $1", made["id"], sealed)
    return made


async def sign_in(visitor: Visitor, login: str) -> Any:
    return await come_back(visitor, await agree(await go(visitor, "oidc"), login), "oidc")


async def tokens(shop: Shop) -> tuple[str, str]:
    """Access and refresh token in the clear."""
    (access,) = await fetch("SELECT id, access_token FROM oauth_access_token")
    (refresh,) = await fetch("SELECT id, refresh_token FROM oauth_refresh_token")
    opened = shop.vault.vault.open
    return (
        opened(access["access_token"], Place("oauth_access_token", "access_token", access["id"])),
        opened(refresh["refresh_token"], Place("oauth_refresh_token", "refresh_token", refresh["id"])),
    )


async def is_active(issuer: str, token: str) -> bool:
    async with httpx.AsyncClient(auth=(CLIENT_ID, CLIENT_SECRET)) as client:
        answer = await client.post(f"{issuer}/token/introspection", data={"token": token})
    return bool(answer.json()["active"])


async def work(shop: Shop) -> None:
    while await shop.services.provider_tokens.sweep():
        pass


async def test_somebody_new_and_then_again(visitor, new_visitor, shop, issuer):
    assert where(await sign_in(visitor, "ada")) == "/cart"
    assert is_signed_in(visitor)
    (user,) = await fetch("SELECT email, first_name, last_name FROM users")
    assert tuple(user) == ("ada@shop.example", "ada", "Tester")
    for token in await tokens(shop):
        assert await is_active(issuer, token)
    again = new_visitor()
    await sign_in(again, "ada")
    assert is_signed_in(again)
    assert len(await fetch("SELECT * FROM users")) == 1
    assert len(await fetch("SELECT * FROM oauth_access_token")) == 1


async def test_a_second_factor_is_asked_for_afterwards(visitor, new_visitor):
    await sign_in(visitor, "ada")
    await change("UPDATE users SET two_factor_enabled = true, two_factor_secret = 'sealed'")
    again = new_visitor()
    assert where(await sign_in(again, "ada")) == "/sign-in/two-factor?next=%2Fcart"
    assert not is_signed_in(again)


async def test_an_unverified_address_is_proven_by_code(visitor, mail):
    assert where(await sign_in(visitor, "unproven-bo")) == "/oauth/oidc/address"
    assert not is_signed_in(visitor)
    await prove(visitor, await mail.code("bo@shop.example"), "oidc")
    assert is_signed_in(visitor)


async def test_the_provider_refuses_a_code_for_another_verifier(visitor, new_visitor):
    stolen = (await agree(await go(visitor, "oidc"), "ada"))["code"]
    thief = new_visitor()
    back = await agree(await go(thief, "oidc"), "thief") | {"code": stolen}
    assert "did not work" in flash(await come_back(thief, back, "oidc"))
    assert not is_signed_in(thief)
    assert await fetch("SELECT * FROM users") == []


async def test_the_provider_refuses_a_code_that_was_used(visitor, new_visitor):
    back = await agree(await go(visitor, "oidc"), "ada")
    await come_back(visitor, back, "oidc")
    thief = new_visitor()
    again = await agree(await go(thief, "oidc"), "thief") | {"code": back["code"]}
    assert "did not work" in flash(await come_back(thief, again, "oidc"))
    assert not is_signed_in(thief)


async def test_no_means_no(visitor):
    address = await go(visitor, "oidc")
    async with httpx.AsyncClient(follow_redirects=False) as browser:
        answer = await browser.get(address)
        page = f"{answer.headers['location']}"
        refused = await browser.get(httpx.URL(address).join(page).join(f"{page}/abort"))
        back = await browser.get(httpx.URL(address).join(refused.headers["location"]))
    query = dict(httpx.URL(back.headers["location"]).params)
    assert query["error"] == "access_denied"
    assert "did not let us in" in flash(await come_back(visitor, query, "oidc"))
    assert not is_signed_in(visitor)


class TestTokens:
    async def test_are_renewed_before_they_end(self, visitor, shop, issuer):
        await sign_in(visitor, "ada")
        access, refresh = await tokens(shop)
        (due,) = await fetch(
            "SELECT next_attempt_at - created_at AS later, expires_at - created_at AS over FROM oauth_access_token"
        )
        assert 3290 < due["later"].total_seconds() < 3310
        assert 3595 < due["over"].total_seconds() < 3605
        await work(shop)
        assert await tokens(shop) == (access, refresh)  # not yet
        await change("UPDATE oauth_access_token SET next_attempt_at = now()")
        await work(shop)
        renewed, _ = await tokens(shop)
        assert renewed != access
        assert await is_active(issuer, renewed)
        (row,) = await fetch("SELECT attempts, next_attempt_at > now() AS is_later FROM oauth_access_token")
        assert (row["attempts"], row["is_later"]) == (0, True)

    async def test_one_of_ten_workers_renews(self, visitor, shop):
        await sign_in(visitor, "ada")
        await change("UPDATE oauth_access_token SET next_attempt_at = now()")
        (row,) = await fetch("SELECT id FROM oauth_access_token")
        done = await asyncio.gather(*(shop.services.provider_tokens.see_to(row["id"]) for _ in range(10)))
        assert sorted(done) == [False] * 9 + [True]

    async def test_that_were_revoked_at_the_provider_are_given_up(self, visitor, shop, issuer):
        await sign_in(visitor, "ada")
        _, refresh = await tokens(shop)
        async with httpx.AsyncClient(auth=(CLIENT_ID, CLIENT_SECRET)) as client:
            await client.post(f"{issuer}/token/revocation", data={"token": refresh})
        await change("UPDATE oauth_access_token SET next_attempt_at = now()")
        await work(shop)
        (row,) = await fetch("SELECT access_token, deleted_at, next_attempt_at FROM oauth_access_token")
        assert row["access_token"] == ""
        assert row["deleted_at"] is not None
        assert row["next_attempt_at"] is None
        assert len(await fetch("SELECT * FROM oauth_identity")) == 1  # still a way to sign in

    async def test_are_revoked_with_the_link(self, visitor, shop, issuer):
        await enter_as(visitor, await factories.make_user(password=await Argon2Passwords().hash("a" * 20)))
        page = await visitor.get("/account/security/providers")
        left = await visitor.post("/account/security/providers/oidc", page.form("/account/security/providers/oidc"))
        address = next(link for link in left.links if "client_id=" in link)
        await come_back(visitor, await agree(address, "ada"), "oidc")
        access, refresh = await tokens(shop)
        removal = "/account/security/providers/oidc/removal"
        form = (await visitor.get("/account/security/providers")).form(removal)
        assert (await visitor.post(removal, form)).status == 303
        await work(shop)
        assert not await is_active(issuer, refresh)
        assert not await is_active(issuer, access)
        assert [row["access_token"] for row in await fetch("SELECT access_token FROM oauth_access_token")] == [""]

    async def test_are_revoked_with_the_account(self, visitor, shop, issuer):
        await sign_in(visitor, "ada")
        access, refresh = await tokens(shop)
        await visitor.post("/account/deletion", (await visitor.get("/account/deletion")).form("/account/deletion"))
        await change("UPDATE account_deletion SET erase_at = now()")
        await asyncio.gather(*(shop.services.deletions.erase_next() for _ in range(3)))
        assert await is_active(issuer, refresh), "no call to a provider within the transaction"
        await work(shop)
        assert not await is_active(issuer, refresh)
        assert not await is_active(issuer, access)
        assert await fetch("SELECT id FROM oauth_access_token") == []
        assert await fetch("SELECT id FROM oauth_refresh_token") == []


async def test_the_language_of_the_profile_holds_on_a_new_device(visitor, new_visitor):
    await sign_in(visitor, "ada")
    await change(
        "INSERT INTO user_profile (user_id, preferences) SELECT id, $1 FROM users",
        '{"language": "de_DE", "theme": "dark"}',
    )
    again = new_visitor()
    assert where(await sign_in(again, "ada")) == "/de/cart"
    assert again.client.cookies.get("theme") == "dark"


async def test_the_cart_goes_along(visitor, new_visitor, mug, engine):
    await visitor.add("everyday-mug", "2")
    await sign_in(visitor, "ada")
    assert "cart" not in visitor.client.cookies
    assert 'aria-label="Cart, 2 items"' in (await visitor.get("/cart")).text
    again = new_visitor()
    await again.add("everyday-mug", "3")
    await sign_in(again, "ada")
    page = await again.get("/cart")
    assert 'aria-label="Cart, 5 items"' in page.text and "now 5 in all" in page.words


async def test_with_a_second_factor_the_cart_goes_along_after_it(new_visitor, shop, mug, engine):
    first = new_visitor()
    await sign_in(first, "ada")
    (user,) = await fetch("SELECT id, role_id FROM users")
    again = new_visitor()
    member = Member(shop, again, user)
    await member.enrol()
    await again.add("everyday-mug", "3")
    half = where(await sign_in(again, "ada"))
    assert 'aria-label="Cart, 0 items"' in (await first.get("/cart")).text
    page = await again.get(half)
    form = page.form("/sign-in/two-factor") | {"code": await member.code()}
    assert where(await again.post("/sign-in/two-factor", form)) == "/cart"
    assert 'aria-label="Cart, 3 items"' in (await first.get("/cart")).text
