"""Signing in with another provider: the good way, the ways of thieves, and what is linked to an account."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
import pytest_asyncio
from litestar import Response, post
from litestar.params import FromPath

from app.adapters.clock.system import SystemClock
from app.adapters.db.engine import ShopEngine
from app.adapters.identity.passwords import Argon2Passwords
from app.adapters.identity.providers import AuthlibProviders
from app.adapters.jobs.none import NoJobs
from app.bootstrap import Shop, build_shop
from app.core.identity import Method
from app.main import create_app
from app.ports.vault import Place
from app.web.context import web_of
from app.web.guards import Access
from app.web.identity import answer_sign_in, browser_of
from app.web.session import VisitorRequest
from tests import factories, issuer
from tests.issuer import ADA, CLIENT_ID, CLIENT_SECRET, HOST, Issuer
from tests.services.conftest import Post
from tests.web.conftest import Page, Visitor

EVIL = "https://evil.test"
UNPROVEN = ADA | {"email_verified": False}


@post("/t/sign-in/{user_id:int}", access=Access.ANYONE, status_code=200)
async def enter(request: VisitorRequest, user_id: FromPath[int]) -> Response[str]:
    web, answer = web_of(request), Response("welcome")
    browser = browser_of(request, web.settings, "en_US")
    result = await web.services.accounts.enter(user_id, [Method.PASSWORD], browser=browser)
    await answer_sign_in(request, answer, result)
    return answer


@pytest.fixture
def provider() -> Issuer:
    return Issuer()


class Switch:
    """Stands in the shop for what speaks to providers; each test puts its own there, which remembers nothing."""

    now: AuthlibProviders

    def __getattr__(self, name: str) -> Any:
        return getattr(self.now, name)


@pytest.fixture(scope="module")
def switch() -> Switch:
    return Switch()


@pytest.fixture(scope="module")
def all_mail() -> Post:
    return Post()


@pytest.fixture(scope="module")
def shop(_engine: ShopEngine, settings: Any, switch: Any, all_mail: Post) -> Shop:
    quick = settings.model_copy(update={"even_answer_seconds": 0.0})
    all_mail.shop = build_shop(quick, engine=_engine, jobs=NoJobs(), mailer=all_mail, provider_client=switch)
    return all_mail.shop


@pytest.fixture(scope="module")
def app(shop: Shop) -> Any:
    return create_app(shop, mounts=[enter])


@pytest.fixture
def mail(all_mail: Post) -> Post:
    all_mail.sent.clear()
    return all_mail


@pytest_asyncio.fixture(autouse=True)
async def row(engine: ShopEngine, shop: Shop, switch: Switch, provider: Issuer) -> Any:
    """The provider that most tests sign in with; its word about addresses is trusted."""
    transport = httpx2.ASGITransport(provider, raise_app_exceptions=True)
    switch.now = AuthlibProviders(SystemClock(), strict=False, seconds=5, transport=transport)
    return await make_provider(shop)


async def make_provider(shop: Shop, **values: Any) -> Any:
    given = {"provider_name": "Issuer", "slug": "issuer", "issuer": HOST, "trusts_email": True} | values
    made = await factories.insert("oauth_provider", client_id=CLIENT_ID, **given)
    sealed = shop.vault.vault.seal(CLIENT_SECRET, Place("oauth_provider", "client_secret", made["id"]))
    await change("UPDATE oauth_provider SET client_secret = $2, is_enabled = true WHERE id = $1", made["id"], sealed)
    return made


async def change(sql: str, *values: Any) -> None:
    async with factories.db().transaction():
        await factories.db().execute(sql, *values)


async def fetch(sql: str, *values: Any) -> list[Any]:
    return list(await factories.db().fetch(sql, *values))


async def go(visitor: Visitor, slug: str = "issuer", onward: str = "/cart") -> str:
    """Press the button; the address of the provider that the browser is sent to."""
    page = await visitor.get(f"/oauth/{slug}/start", params={"next": onward})
    assert page.status == 200, page.text
    left = await visitor.post(f"/oauth/{slug}/start", page.form(f"/oauth/{slug}/start"))
    assert left.status == 200, left.text
    if visitor.htmx:
        return left.response.headers["hx-redirect"]
    address = next(link for link in left.links if "client_id=" in link)
    assert f'content="0; url={address.replace("&", "&amp;")}"' in left.text
    return address


async def come_back(visitor: Visitor, back: dict[str, str], slug: str = "issuer") -> Page:
    return await visitor.get(f"/oauth/{slug}/callback", params=back, headers={"sec-fetch-site": "cross-site"})


async def sign_in(visitor: Visitor, provider: Issuer, person: Any = None, slug: str = "issuer") -> Page:
    return await come_back(visitor, provider.authorize(await go(visitor, slug), person), slug)


async def enter_as(visitor: Visitor, user: Any) -> None:
    assert (await visitor.post(f"/t/sign-in/{user['id']}")).status == 200


def is_signed_in(visitor: Visitor) -> bool:
    return "access" in visitor.client.cookies


def flash(page: Page) -> str:
    """The words that the next page will show."""
    body = page.response.cookies["flash"].strip('"').partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["text"]


def is_lost(page: Page) -> bool:
    """Whether the answer belonged to no sign-in of this browser."""
    return where(page) in ("/sign-in", "/") and "Begin again" in flash(page)


def where(page: Page) -> str:
    assert page.status == 303, page.text
    return page.response.headers["location"]


async def prove(visitor: Visitor, code: str, slug: str = "issuer") -> Page:
    form = (await visitor.get(f"/oauth/{slug}/address")).form(f"/oauth/{slug}/address/proof")
    return await visitor.post(f"/oauth/{slug}/address/proof", form | {"code": code})


async def nobody_came_in(visitor: Visitor) -> None:
    assert not is_signed_in(visitor)
    assert await fetch("SELECT * FROM users") == []
    assert await fetch("SELECT * FROM oauth_identity") == []
    assert await fetch("SELECT * FROM oauth_access_token") == []


class TestTheGoodWay:
    async def test_somebody_new_has_an_account_and_is_signed_in(self, either, provider):
        page = await sign_in(either, provider)
        assert where(page) == "/cart"
        assert is_signed_in(either)
        (user,) = await fetch("SELECT * FROM users")
        assert (user["email"], user["first_name"], user["password"]) == ("ada@shop.example", "Ada", None)
        assert user["email_verified_at"] is not None
        (identity,) = await fetch("SELECT * FROM oauth_identity")
        assert (identity["user_id"], identity["subject"]) == (user["id"], "ada-1")

    async def test_comes_back_to_the_same_account_whatever_the_address_is_now(self, visitor, new_visitor, provider):
        await sign_in(visitor, provider)
        again = new_visitor()
        await sign_in(again, provider, ADA | {"email": "ada@moved.example"})
        assert is_signed_in(again)
        assert [row["email"] for row in await fetch("SELECT email FROM users")] == ["ada@shop.example"]
        assert (await fetch("SELECT last_used_at FROM oauth_identity"))[0]["last_used_at"] is not None

    async def test_an_address_that_moves_to_somebody_else_brings_them_nothing(self, visitor, new_visitor, provider):
        """The provider gives Ada's address to Bo: what counts is the subject."""
        await sign_in(visitor, provider)
        other = new_visitor()
        page = await sign_in(other, provider, ADA | {"sub": "bo-2"})
        assert where(page) == "/oauth/issuer/address"
        assert not is_signed_in(other)

    async def test_tokens_are_stored_sealed(self, visitor, provider):
        await sign_in(visitor, provider)
        (access,) = await fetch("SELECT access_token, expires_in, token_type FROM oauth_access_token")
        (refresh,) = await fetch("SELECT refresh_token FROM oauth_refresh_token")
        assert (access["expires_in"], access["token_type"]) == (3600, "Bearer")
        assert access["access_token"].startswith("dev-")
        assert refresh["refresh_token"].startswith("dev-")
        assert "access-1" not in access["access_token"]

    async def test_a_second_factor_is_still_asked_for(self, visitor, new_visitor, provider):
        await sign_in(visitor, provider)
        await change("UPDATE users SET two_factor_enabled = true, two_factor_secret = 'sealed'")
        again = new_visitor()
        assert where(await sign_in(again, provider)) == "/sign-in/two-factor?next=%2Fcart"
        assert not is_signed_in(again)
        assert "challenge" in again.client.cookies

    async def test_a_suspended_account_stays_out(self, visitor, new_visitor, provider):
        await sign_in(visitor, provider)
        await change("UPDATE users SET status = 'Suspended'")
        again = new_visitor()
        assert "cannot be signed in" in flash(await sign_in(again, provider))
        assert not is_signed_in(again)

    async def test_goes_on_in_the_language_it_was_begun_in(self, visitor, provider):
        form = (await visitor.get("/de/oauth/issuer/start")).form("/de/oauth/issuer/start")
        left = await visitor.post("/de/oauth/issuer/start", form | {"next": "/cart"})
        address = next(link for link in left.links if "client_id=" in link)
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["redirect_uri"] == "http://shop.test/oauth/issuer/callback"
        home = where(await come_back(visitor, provider.authorize(address)))
        assert home.startswith("/de/oauth/issuer/callback?")
        assert where(await visitor.get(home)) == "/de/cart"

    async def test_the_button_alone_changes_nothing(self, visitor):
        await visitor.get("/oauth/issuer/start")
        assert await fetch("SELECT * FROM oauth_attempt") == []

    async def test_a_provider_that_is_off_or_unknown_is_not_there(self, visitor):
        for path in ("nowhere", "%00", "issuer%2F..", "ISSUER"):
            assert (await visitor.get(f"/oauth/{path}/start")).status == 404
        await change("UPDATE oauth_provider SET is_enabled = false")
        assert (await visitor.get("/oauth/issuer/start")).status == 404
        assert (await come_back(visitor, {"state": "x" * 43, "code": "c"})).status == 404

    async def test_a_provider_that_is_away_leads_back_with_words(self, visitor, provider):
        provider.away = True
        form = (await visitor.get("/oauth/issuer/start")).form("/oauth/issuer/start")
        page = await visitor.post("/oauth/issuer/start", form)
        assert where(page) == "/sign-in"
        assert "does not answer" in flash(page)

    async def test_no_transaction_is_open_while_the_provider_is_asked(self, visitor, provider):
        open_ones = []
        provider.watch = lambda path: open_ones.append(factories.db().transaction_here())
        await sign_in(visitor, provider)
        assert len(open_ones) >= 3
        assert set(open_ones) == {None}


def claims(**changed: Any) -> Callable[[Issuer], None]:
    """An evil issuer whose ID tokens say this; None leaves a claim out."""

    def spoil(said: dict[str, Any], header: dict[str, Any]) -> None:
        for name, value in changed.items():
            said[name] = value(said) if callable(value) else value
            if said[name] is None:
                del said[name]

    return lambda evil: setattr(evil, "spoil", spoil)


def signature(sign: Any) -> Callable[[Issuer], None]:
    return lambda evil: setattr(evil, "sign", sign)


EVIL_TOKENS = {
    "wrong nonce": claims(nonce="another"),
    "no nonce": claims(nonce=None),
    "wrong audience": claims(aud="another-shop"),
    "audiences without the one it is for": claims(aud=[CLIENT_ID, "another-shop"]),
    "for another party": claims(aud=[CLIENT_ID, "another-shop"], azp="another-shop"),
    "party that is not us": claims(azp="another-shop"),
    "no audience": claims(aud=None),
    "wrong issuer": claims(iss=EVIL),
    "issuer with a slash more": claims(iss=f"{HOST}/"),
    "expired": claims(exp=lambda said: said["iat"] - 61, iat=lambda said: said["iat"] - 361),
    "expired a minute and a second ago": claims(exp=lambda said: said["iat"] - 61),
    "no end": claims(exp=None),
    "end that is a text": claims(exp="tomorrow"),
    "issued tomorrow": claims(iat=lambda said: said["iat"] + 86_400, exp=lambda said: said["iat"] + 90_000),
    "issued yesterday, still good": claims(iat=lambda said: said["iat"] - 86_400),
    "not yet good": claims(nbf=lambda said: said["iat"] + 600),
    "no subject": claims(sub=None),
    "empty subject": claims(sub=""),
    "subject that is a number": claims(sub=7),
    "endless subject": claims(sub="x" * 300),
    "hash of another access token": claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "alg none": signature(issuer.unsigned),
    "HS256 by the public key": signature(issuer.signed_with_public_key),
    "another key": signature(issuer.signed_by_another),
    "the key it brings along": signature(issuer.signed_by_the_key_it_brings),
    "no ID token": signature(lambda header, said: ""),
    "rubbish": signature(lambda header, said: "a.b.c"),
    "claims that are a list": signature(lambda header, said: issuer.signed(header, [said])),
}


class TestAttacks:
    @pytest.mark.parametrize("name", EVIL_TOKENS)
    async def test_an_id_token_that_does_not_hold(self, name, visitor, provider):
        EVIL_TOKENS[name](provider)
        page = await sign_in(visitor, provider)
        assert where(page) == "/sign-in?next=%2Fcart"
        assert flash(page) == "Signing in with Issuer did not work. Try again, or sign in another way."
        await nobody_came_in(visitor)

    @pytest.mark.parametrize("state", ["", "x", "x" * 43, "x" * 5000, "\0" * 43, "é" * 43])
    async def test_a_wrong_state(self, state, visitor, provider):
        back = provider.authorize(await go(visitor)) | {"state": state}
        page = await come_back(visitor, back)
        assert is_lost(page)
        assert "POST issuer.test/token" not in provider.calls
        await nobody_came_in(visitor)

    async def test_no_state(self, visitor, provider):
        back = provider.authorize(await go(visitor))
        del back["state"]
        assert is_lost(await come_back(visitor, back))
        await nobody_came_in(visitor)

    async def test_a_state_that_comes_twice(self, visitor, provider):
        back = provider.authorize(await go(visitor))
        page = await visitor.get("/oauth/issuer/callback", params=[*back.items(), ("state", "x" * 43)])
        assert is_lost(page)
        await nobody_came_in(visitor)

    async def test_the_state_of_another_browser(self, visitor, new_visitor, provider):
        """A thief sends the victim a link that would sign the victim in to the thief's account, or the other way."""
        thief, victim = new_visitor(), visitor
        back = provider.authorize(await go(thief))
        assert is_lost(await come_back(victim, back))
        await go(victim)  # with a sign-in of one's own under way
        assert is_lost(await come_back(victim, back))
        assert not is_signed_in(victim)
        assert "POST issuer.test/token" not in provider.calls

    async def test_a_replay(self, visitor, provider):
        back = provider.authorize(await go(visitor))
        await come_back(visitor, back)
        visitor.client.cookies.delete("access")
        visitor.client.cookies.delete("refresh")
        assert is_lost(await come_back(visitor, back))
        assert not is_signed_in(visitor)
        assert provider.calls.count("POST issuer.test/token") == 1

    async def test_twenty_replays_at_once(self, visitor, provider):
        back = provider.authorize(await go(visitor))
        pages = await asyncio.gather(*(come_back(visitor, back) for _ in range(20)))
        assert sorted(where(page) for page in pages) == ["/cart"] + ["/sign-in"] * 19
        assert provider.calls.count("POST issuer.test/token") == 1

    async def test_a_sign_in_of_eleven_minutes_ago(self, visitor, provider):
        back = provider.authorize(await go(visitor))
        await change("UPDATE oauth_attempt SET expires_at = now()")
        assert is_lost(await come_back(visitor, back))
        await nobody_came_in(visitor)

    async def test_a_code_for_another_verifier(self, visitor, new_visitor, provider):
        """A stolen code is put into a sign-in of the thief's own: the provider holds it against our verifier."""
        stolen = provider.authorize(await go(visitor))["code"]
        thief = new_visitor()
        back = provider.authorize(await go(thief)) | {"code": stolen}
        page = await come_back(thief, back)
        assert "did not work" in flash(page)
        await nobody_came_in(thief)

    @pytest.mark.parametrize("name", [EVIL, "", f"{HOST}/"])
    async def test_an_answer_that_calls_itself_another(self, name, visitor, provider):
        """Mix-up, by RFC 9207: also where it should name itself and does not."""
        back = provider.authorize(await go(visitor)) | {"iss": name}
        assert "did not work" in flash(await come_back(visitor, back))
        assert "POST issuer.test/token" not in provider.calls
        await nobody_came_in(visitor)

    async def test_the_answer_of_one_provider_at_the_address_of_another(self, visitor, provider, shop):
        """Mix-up again: each provider has an address of its own, and a state knows whose it is."""
        await make_provider(shop, provider_name="Other", slug="other", issuer="https://other.test")
        back = provider.authorize(await go(visitor))
        assert is_lost(await come_back(visitor, back, "other"))
        assert "POST issuer.test/token" not in provider.calls
        await nobody_came_in(visitor)

    async def test_metadata_of_another_issuer(self, visitor, provider):
        provider.metadata["issuer"] = EVIL
        form = (await visitor.get("/oauth/issuer/start")).form("/oauth/issuer/start")
        assert "did not work" in flash(await visitor.post("/oauth/issuer/start", form))

    @pytest.mark.parametrize(
        "onward",
        [
            "//evil.test",
            "https://evil.test",
            "/\\evil.test",
            "/%2F/evil.test/..",
            "\t//evil.test",
            "javascript:alert(1)",
            "/cart\r\nset-cookie: a=b",
            "evil.test",
            "",
        ],
    )
    async def test_a_return_path_to_somewhere_else(self, onward, visitor, provider):
        form = (await visitor.get("/oauth/issuer/start")).form("/oauth/issuer/start")
        left = await visitor.post("/oauth/issuer/start", form | {"next": onward})
        address = next(link for link in left.links if "client_id=" in link)
        page = await come_back(visitor, provider.authorize(address))
        assert urlsplit(where(page)).netloc == ""
        assert where(page).startswith("/")
        assert not where(page).startswith(("//", "/\\"))
        assert is_signed_in(visitor)

    @pytest.mark.parametrize("error", ["access_denied", "<script>alert(1)</script>", "server_error"])
    async def test_an_error_is_told_in_our_own_words(self, error, visitor, provider):
        state = provider.authorize(await go(visitor))["state"]
        back = {"state": state, "error": error, "error_description": "Call 555-EVIL <script>alert(2)</script>"}
        page = await come_back(visitor, back)
        assert where(page) == "/sign-in?next=%2Fcart"
        assert "script" not in flash(page)
        assert "EVIL" not in flash(page)
        assert ("did not let us in" in flash(page)) == (error == "access_denied")
        await nobody_came_in(visitor)

    async def test_an_error_of_nobody(self, visitor):
        page = await come_back(visitor, {"error": "<b>x</b>", "error_description": "Call 555-EVIL"})
        assert is_lost(page)
        assert "EVIL" not in flash(page) + str(page.response.headers)

    async def test_another_site_cannot_begin_a_sign_in(self, visitor):
        form = (await visitor.get("/oauth/issuer/start")).form("/oauth/issuer/start")
        assert (await visitor.post("/oauth/issuer/start", form, headers={"sec-fetch-site": "cross-site"})).status == 403
        assert (await visitor.post("/oauth/issuer/start", form | {"csrf_token": "x"})).status == 403
        assert await fetch("SELECT * FROM oauth_attempt") == []

    async def test_nothing_stored_opens_a_sign_in_under_way(self, visitor, provider):
        address = await go(visitor)
        asked = dict(parse_qsl(urlsplit(address).query))
        dump = str([dict(row) for row in await fetch("SELECT * FROM oauth_attempt")])
        for secret in (asked["state"], asked["nonce"], asked["code_challenge"], visitor.client.cookies["asking"]):
            assert len(secret) >= 43
            assert secret not in dump

    async def test_thirty_beginnings_are_enough_for_five_minutes(self, visitor):
        form = (await visitor.get("/oauth/issuer/start")).form("/oauth/issuer/start")
        statuses = [(await visitor.post("/oauth/issuer/start", form)).status for _ in range(31)]
        assert statuses == [200] * 30 + [429]


class TestProvingTheAddress:
    async def test_an_address_that_the_provider_has_not_verified(self, either, provider, mail):
        page = await sign_in(either, provider, UNPROVEN)
        assert where(page) == "/oauth/issuer/address"
        assert not is_signed_in(either)
        shown = await either.get("/oauth/issuer/address")
        assert "ada@shop.example" in shown.words
        page = await prove(either, await mail.code("ada@shop.example"))
        gone = page.response.headers["hx-redirect"] if either.htmx else where(page)
        assert gone == "/cart"
        assert is_signed_in(either)
        (user,) = await fetch("SELECT * FROM users")
        assert user["email_verified_at"] is not None
        assert await fetch("SELECT * FROM oauth_attempt") == []

    async def test_a_provider_whose_word_is_not_trusted(self, visitor, provider):
        await change("UPDATE oauth_provider SET trusts_email = false")
        assert where(await sign_in(visitor, provider)) == "/oauth/issuer/address"
        assert not is_signed_in(visitor)

    async def test_an_account_of_this_address_is_not_linked_without_a_code(self, visitor, provider, mail):
        """Even a trusted provider's word is not enough for an account that is there already."""
        ada = await factories.make_user(email="ada@shop.example", password=await Argon2Passwords().hash("a" * 20))
        assert where(await sign_in(visitor, provider)) == "/oauth/issuer/address"
        assert await fetch("SELECT * FROM oauth_identity") == []
        assert (await prove(visitor, "00000000")).status == 422
        assert not is_signed_in(visitor)
        await prove(visitor, await mail.code())
        assert is_signed_in(visitor)
        (identity,) = await fetch("SELECT user_id FROM oauth_identity")
        assert identity["user_id"] == ada["id"]
        (user,) = await fetch("SELECT password FROM users")
        assert user["password"] is not None
        await mail.deliver()
        assert "Another way to sign in was added" in mail.sent[-1].rendered.text

    async def test_an_account_that_a_stranger_began_with_the_address_is_begun_anew(
        self, visitor, new_visitor, provider, mail, shop
    ):
        """Pre-hijack: the stranger's password, sessions and links are dead once the owner has come."""
        stranger = new_visitor()
        squatted = await factories.make_user(
            email="ada@shop.example",
            email_verified_at=None,
            first_name="Mallory",
            password=await Argon2Passwords().hash("the stranger's password"),
        )
        await change("UPDATE users SET email_verified_at = now()")
        await enter_as(stranger, squatted)  # by whatever fault there may be one day
        await change("UPDATE users SET email_verified_at = NULL")
        await factories.insert(
            "oauth_identity",
            user_id=squatted["id"],
            provider_id=(await make_provider(shop, provider_name="Other", slug="other"))["id"],
            subject="mallory",
        )
        assert where(await sign_in(visitor, provider)) == "/oauth/issuer/address"
        assert not is_signed_in(visitor)
        await prove(visitor, await mail.code())
        assert is_signed_in(visitor)
        (user,) = await fetch("SELECT * FROM users")
        assert (user["password"], user["first_name"]) == (None, "Ada")
        assert (await stranger.get("/account/security/providers")).status == 303
        assert [row["subject"] for row in await fetch("SELECT subject FROM oauth_identity")] == ["ada-1"]

    async def test_a_stranger_does_not_get_in_by_an_account_that_the_owner_began(self, visitor, provider, mail):
        """The other way round: the provider's account is the thief's, with the victim's address, unverified."""
        await factories.make_user(email="ada@shop.example", email_verified_at=None)
        await sign_in(visitor, provider, UNPROVEN | {"sub": "thief"})
        for guess in ("11111111", "22222222", "33333333", "44444444", "55555555"):
            assert (await prove(visitor, guess)).status == 422
        assert (await prove(visitor, await mail.code())).status == 422
        assert not is_signed_in(visitor)
        assert await fetch("SELECT * FROM oauth_identity") == []

    async def test_the_code_is_of_no_use_in_another_browser(self, visitor, new_visitor, provider, mail):
        await sign_in(visitor, provider, UNPROVEN)
        code = await mail.code()
        other = new_visitor()
        assert (await other.get("/oauth/issuer/address")).status == 400
        await sign_in(other, provider, UNPROVEN | {"sub": "thief"})  # sends a code of its own, the first one is over
        assert (await prove(other, code)).status == 422
        assert not is_signed_in(other)

    async def test_an_account_with_a_second_factor_is_linked_while_signed_in_only(self, visitor, provider, mail):
        await factories.make_user(email="ada@shop.example", two_factor_enabled=True)
        await sign_in(visitor, provider)
        page = await prove(visitor, await mail.code())
        assert where(page) == "/sign-in"
        assert "asks for a second factor" in flash(page)
        assert await fetch("SELECT * FROM oauth_identity") == []
        assert not is_signed_in(visitor)
        assert "challenge" not in visitor.client.cookies

    async def test_a_provider_without_an_address_asks_for_one(self, either, provider, mail):
        person = {"sub": "phone-only"}
        assert where(await sign_in(either, provider, person)) == "/oauth/issuer/address"
        form = (await either.get("/oauth/issuer/address")).form("/oauth/issuer/address")
        wrong = await either.post("/oauth/issuer/address", form | {"email": "no address"})
        assert wrong.status == 422
        assert "no address" in wrong.text
        sent = await either.post("/oauth/issuer/address", form | {"email": "Bo@Shop.Example"})
        assert sent.status == (200 if either.htmx else 303)
        await prove(either, await mail.code("bo@shop.example"))
        assert is_signed_in(either)
        assert [row["email"] for row in await fetch("SELECT email FROM users")] == ["bo@shop.example"]

    @pytest.mark.parametrize("known", [True, False])
    async def test_the_answer_does_not_tell_whether_an_address_is_known(self, known, visitor, provider):
        if known:
            await factories.make_user(email="bo@shop.example")
        await sign_in(visitor, provider, {"sub": "phone-only"})
        form = (await visitor.get("/oauth/issuer/address")).form("/oauth/issuer/address")
        page = await visitor.post("/oauth/issuer/address", form | {"email": "bo@shop.example"})
        assert where(page) == "/oauth/issuer/address"
        shown = await visitor.get("/oauth/issuer/address")
        assert "we have sent a code to it" in shown.words

    async def test_an_address_with_letters_that_look_alike_finds_no_account(self, visitor, provider):
        await factories.make_user(email="ada@shop.example")
        page = await sign_in(visitor, provider, ADA | {"sub": "thief", "email": "аda@shop.example"})  # Cyrillic а
        assert where(page) == "/oauth/issuer/address"
        assert not is_signed_in(visitor)
        assert "no address that we could use" in (await visitor.get("/oauth/issuer/address")).words


class TestLinking:
    async def link(self, visitor: Visitor, provider: Issuer, person: Any = None) -> Page:
        page = await visitor.get("/account/security/providers")
        left = await visitor.post("/account/security/providers/issuer", page.form("/account/security/providers/issuer"))
        assert left.status == 200, left.text
        address = next(link for link in left.links if "client_id=" in link)
        return await come_back(visitor, provider.authorize(address, person))

    async def test_links_to_the_account_that_is_signed_in(self, visitor, new_visitor, provider, mail):
        bo = await factories.make_user(email="bo@shop.example")
        await enter_as(visitor, bo)
        page = await self.link(visitor, provider)
        assert where(page) == "/account/security/providers"
        shown = await visitor.get("/account/security/providers")
        assert "ada@shop.example" in shown.words
        again = new_visitor()
        await sign_in(again, provider)
        assert is_signed_in(again)
        (session, _) = await fetch("SELECT user_id FROM user_session ORDER BY id")
        assert session["user_id"] == bo["id"]
        await mail.deliver()
        assert any("Another way to sign in was added" in sent.rendered.text for sent in mail.sent)

    async def test_somebody_elses_sign_in_is_not_taken_over(self, visitor, new_visitor, provider):
        await sign_in(visitor, provider)
        thief = new_visitor()
        await enter_as(thief, await factories.make_user(email="thief@shop.example"))
        page = await self.link(thief, provider)
        assert where(page) == "/account/security/providers"
        assert "linked already" in flash(page)
        (identity,) = await fetch("SELECT u.email FROM oauth_identity i JOIN users u ON u.id = i.user_id")
        assert identity["email"] == "ada@shop.example"

    async def test_a_victim_cannot_be_made_to_link_the_thiefs_sign_in(self, visitor, new_visitor, provider):
        """The thief begins to link, and lets the victim's browser finish."""
        thief = new_visitor()
        await enter_as(thief, await factories.make_user())
        page = await thief.get("/account/security/providers")
        left = await thief.post("/account/security/providers/issuer", page.form("/account/security/providers/issuer"))
        back = provider.authorize(next(link for link in left.links if link.startswith("https://")))
        await enter_as(visitor, await factories.make_user())
        assert is_lost(await come_back(visitor, back))
        visitor.client.cookies.set("asking", thief.client.cookies["asking"], domain="shop.test", path="/")
        page = await come_back(visitor, back)  # even in a browser with the thief's cookie: it is another session
        assert "Begin again" in flash(page)
        assert await fetch("SELECT * FROM oauth_identity") == []

    async def test_needs_a_fresh_proof(self, visitor, provider):
        await enter_as(visitor, await factories.make_user())
        page = await visitor.get("/account/security/providers")
        await change("UPDATE user_session SET auth_time = now() - interval '16 minutes'")
        left = await visitor.post("/account/security/providers/issuer", page.form("/account/security/providers/issuer"))
        assert left.status == 403
        assert left.form("/account/confirm")["confirm_next"] == "/account/security/providers/issuer"

    async def test_strangers_are_sent_to_sign_in(self, visitor):
        assert where(await visitor.get("/account/security/providers")).startswith("/sign-in?next=")

    async def test_unlinks_and_revokes(self, either, new_visitor, provider, shop, mail):
        user = await factories.make_user(password=await Argon2Passwords().hash("a" * 20))
        other = new_visitor()
        await enter_as(either, user)
        await enter_as(other, user)
        if either.htmx:
            either.htmx = False
            await self.link(either, provider)
            either.htmx = True
        else:
            await self.link(either, provider)
        removal = "/account/security/providers/issuer/removal"
        form = (await either.get("/account/security/providers")).form(removal)
        page = await either.post(removal, form)
        assert page.status == (200 if either.htmx else 303)
        assert await fetch("SELECT * FROM oauth_identity") == []
        assert not is_signed_in(either) or (await either.get("/account/security/providers")).status == 200
        assert (await other.get("/account/security/providers")).status == 303  # signed out
        while await shop.services.provider_tokens.sweep():
            pass
        assert provider.revoked == ["refresh-1", "access-1"]
        assert [row["access_token"] for row in await fetch("SELECT access_token FROM oauth_access_token")] == [""]
        assert [row["refresh_token"] for row in await fetch("SELECT refresh_token FROM oauth_refresh_token")] == [""]
        await mail.deliver()
        assert any("A way to sign in was removed" in sent.rendered.text for sent in mail.sent)

    async def test_the_last_way_in_stays(self, either, provider):
        await sign_in(either, provider)
        removal = "/account/security/providers/issuer/removal"
        form = (await either.get("/account/security/providers")).form(removal)
        page = await either.post(removal, form)
        assert page.status == 409
        assert "Set a password first" in page.words
        assert len(await fetch("SELECT * FROM oauth_identity")) == 1

    async def test_nobody_unlinks_what_is_not_theirs(self, visitor, new_visitor, provider):
        await sign_in(visitor, provider)
        thief = new_visitor()
        await enter_as(thief, await factories.make_user(password=await Argon2Passwords().hash("a" * 20)))
        form = (await thief.get("/account/security/providers")).form("/account/security/providers/issuer")
        assert (await thief.post("/account/security/providers/issuer/removal", form)).status == 404
        assert len(await fetch("SELECT * FROM oauth_identity")) == 1


class TestGitHub:
    @pytest_asyncio.fixture(autouse=True)
    async def github(self, row, shop, provider):
        provider.says_issuer = False
        await make_provider(
            shop, provider_name="GitHub", slug="github", kind="github", issuer="https://github.com", scopes="user:email"
        )

    async def test_the_primary_verified_address_counts(self, visitor, provider):
        provider.github_emails = [
            {"email": "old@shop.example", "primary": False, "verified": True},
            {"email": "ada@shop.example", "primary": True, "verified": True},
        ]
        await sign_in(visitor, provider, slug="github")
        assert is_signed_in(visitor)
        (user,) = await fetch("SELECT email, first_name, last_name FROM users")
        assert tuple(user) == ("ada@shop.example", "Ada", "Lovelace")
        (identity,) = await fetch("SELECT subject FROM oauth_identity")
        assert identity["subject"] == "4711"

    @pytest.mark.parametrize(
        "emails",
        [
            [{"email": "ada@shop.example", "primary": True, "verified": False}],
            [{"email": "ada@shop.example", "primary": True, "verified": "yes"}],
            [{"email": "ada@shop.example", "primary": False, "verified": True}],
            [],
            {"message": "Not Found"},
            ["ada@shop.example"],
        ],
    )
    async def test_any_other_address_is_to_be_proven(self, emails, visitor, provider):
        provider.github_emails = emails
        page = await sign_in(visitor, provider, slug="github")
        assert where(page) == "/oauth/github/address"
        assert not is_signed_in(visitor)


class TestFacebook:
    async def test_every_address_is_to_be_proven(self, visitor, provider, shop, mail):
        provider.says_issuer, provider.gives_refresh = False, False
        provider.facebook = {"id": "10", "email": "ada@shop.example", "first_name": "Ada", "last_name": "L"}
        await make_provider(shop, provider_name="Facebook", slug="facebook", kind="facebook", scopes="email")
        assert where(await sign_in(visitor, provider, slug="facebook")) == "/oauth/facebook/address"
        await prove(visitor, await mail.code("ada@shop.example"), "facebook")
        assert is_signed_in(visitor)
