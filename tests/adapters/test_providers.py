"""The line to providers: where it does not go, how much it reads, how long it waits."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from app.adapters.clock.system import SystemClock
from app.adapters.identity.providers import AT_ONCE, AuthlibProviders
from app.adapters.identity.providers.wire import LARGEST_ANSWER, GuardedTransport
from app.core.providers import ProviderKind
from app.ports.providers import (
    Client,
    PermanentProviderError,
    Provider,
    ProviderError,
    Secrets,
    TemporaryProviderError,
)
from tests.issuer import CLIENT_ID, CLIENT_SECRET, HOST, Issuer

SECRETS = Secrets("s" * 43, "v" * 43, "n" * 43)
Handler = Callable[[httpx2.Request], httpx2.Response]


def client(issuer: str = HOST, kind: ProviderKind = ProviderKind.OIDC, scopes: str = "openid email") -> Client:
    provider = Provider(1, "issuer", "Issuer", kind, issuer, CLIENT_ID, "", scopes, trusts_email=True)
    return Client(provider, CLIENT_SECRET, "https://shop.test/oauth/issuer/callback")


def providers(answer: Any, *, strict: bool = False, seconds: float = 5, clock: Any = None) -> AuthlibProviders:
    transport = httpx2.MockTransport(answer) if callable(answer) and not isinstance(answer, Issuer) else None
    return AuthlibProviders(
        clock or SystemClock(),
        strict=strict,
        seconds=seconds,
        transport=transport or httpx2.ASGITransport(answer, raise_app_exceptions=True),
    )


def names(monkeypatch: pytest.MonkeyPatch, **found: str) -> None:
    """What the names of the test mean; every other name is unknown."""

    async def look_up(host: str, port: int, **_: Any) -> list[Any]:
        if host not in found:
            raise OSError
        return [(2, 1, 6, "", (address, port)) for address in found[host].split()]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up, raising=False)


class TestStrict:
    """As in production."""

    async def fetch(self, url: str) -> tuple[httpx2.Response, list[httpx2.Request]]:
        seen: list[httpx2.Request] = []

        def keep(request: httpx2.Request) -> httpx2.Response:
            seen.append(request)
            return httpx2.Response(200, json={})

        transport = GuardedTransport(httpx2.MockTransport(keep), strict=True)
        async with httpx2.AsyncClient(transport=transport) as caller:
            return await caller.get(url), seen

    @pytest.mark.parametrize(
        "url",
        [
            "http://issuer.test/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://user:password@issuer.test/",
            "https://inside.test/",
            "https://half.test/",
            "https://metadata.test/",
            "https://mapped.test/",
            "https://issuer.test@inside.test/",
        ],
    )
    async def test_goes_nowhere_inside(self, url, monkeypatch):
        names(
            monkeypatch,
            **{
                "issuer.test": "140.82.121.4",
                "inside.test": "10.0.0.7",
                "half.test": "140.82.121.4 127.0.0.1",
                "metadata.test": "169.254.169.254",
                "mapped.test": "::ffff:10.0.0.1",
                "127.0.0.1": "127.0.0.1",
                "::1": "::1",
                "169.254.169.254": "169.254.169.254",
                "2130706433": "127.0.0.1",
                "0x7f000001": "127.0.0.1",
            },
        )
        with pytest.raises(PermanentProviderError):
            await self.fetch(url)

    async def test_goes_to_the_very_address_it_looked_at(self, monkeypatch):
        """A name that means another address a moment later changes nothing."""
        names(monkeypatch, **{"issuer.test": "140.82.121.4"})
        answer, seen = await self.fetch("https://issuer.test/path?a=b")
        assert answer.status_code == 200
        (request,) = seen
        assert str(request.url) == "https://140.82.121.4/path?a=b"
        assert request.headers["host"] == "issuer.test"
        assert request.extensions["sni_hostname"] == "issuer.test"

    async def test_a_name_that_nobody_knows_may_be_known_later(self, monkeypatch):
        names(monkeypatch)
        with pytest.raises(TemporaryProviderError):
            await self.fetch("https://issuer.test/")

    async def test_metadata_that_names_an_address_without_https_is_refused(self, monkeypatch):
        names(monkeypatch, **{"issuer.test": "140.82.121.4"})
        metadata = {
            "issuer": HOST,
            "authorization_endpoint": "http://issuer.test/authorize",
            "token_endpoint": f"{HOST}/token",
            "jwks_uri": f"{HOST}/jwks",
        }
        strict = providers(lambda request: httpx2.Response(200, json=metadata), strict=True)
        with pytest.raises(PermanentProviderError, match="strange authorization_endpoint"):
            await strict.authorization_url(client(), SECRETS)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: httpx2.Response(302, headers={"location": "http://127.0.0.1/"}), PermanentProviderError),
        (lambda _: httpx2.Response(200, content=b"x" * (LARGEST_ANSWER + 1)), PermanentProviderError),
        (lambda _: httpx2.Response(200, headers={"content-encoding": "gzip"}, content=b""), PermanentProviderError),
        (lambda _: httpx2.Response(200, content=b"[" * 100_000), PermanentProviderError),
        (lambda _: httpx2.Response(200, content=b"<html>"), PermanentProviderError),
        (lambda _: httpx2.Response(200, json=[1, 2]), PermanentProviderError),
        (lambda _: httpx2.Response(200, json={"issuer": HOST}), PermanentProviderError),
        (lambda _: httpx2.Response(404), PermanentProviderError),
        (lambda _: httpx2.Response(429), TemporaryProviderError),
        (lambda _: httpx2.Response(500), TemporaryProviderError),
    ],
)
async def test_answers_that_are_of_no_use(answer, error):
    with pytest.raises(error):
        await providers(answer).authorization_url(client(), SECRETS)


async def test_a_provider_that_does_not_answer_is_not_waited_for():
    async def never(_: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(60)
        raise AssertionError

    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(TemporaryProviderError):
        await providers(never, seconds=0.2).authorization_url(client(), SECRETS)
    assert loop.time() - began < 30


async def test_a_slow_provider_takes_few_places():
    let_go = asyncio.Event()

    async def slow(_: httpx2.Request) -> httpx2.Response:
        await let_go.wait()
        return httpx2.Response(500)

    busy = providers(slow)
    calls = [asyncio.create_task(busy.authorization_url(client(f"{HOST}/{n}"), SECRETS)) for n in range(AT_ONCE)]
    await asyncio.sleep(0.05)
    with pytest.raises(TemporaryProviderError, match="too many"):
        await busy.authorization_url(client(), SECRETS)
    let_go.set()
    assert all(isinstance(result, ProviderError) for result in await asyncio.gather(*calls, return_exceptions=True))


class TestDirectory:
    class Clock:
        def __init__(self) -> None:
            self.time = datetime.now(UTC)

        def now(self) -> datetime:
            return self.time

    async def test_metadata_are_read_once_an_hour(self):
        issuer, clock = Issuer(), self.Clock()
        asked = providers(issuer, clock=clock)
        await asyncio.gather(*(asked.authorization_url(client(), SECRETS) for _ in range(AT_ONCE)))
        assert len(issuer.calls) == 1
        clock.time += timedelta(minutes=61)
        await asked.authorization_url(client(), SECRETS)
        assert len(issuer.calls) == 2

    async def test_an_unknown_key_is_asked_for_once_a_minute(self):
        issuer, clock = Issuer(), self.Clock()
        issuer.spoil = lambda claims, header: header.update(kid="unknown")
        asked = providers(issuer, clock=clock)
        for _ in range(5):
            back = issuer.authorize(await asked.authorization_url(client(), SECRETS))
            with pytest.raises(PermanentProviderError, match="signature"):
                await asked.exchange(client(), SECRETS, code=back["code"], issuer=HOST)
        assert issuer.calls.count("GET issuer.test/jwks") == 1


class TestOffline:
    """Refresh tokens: by scope as the standard has it, by a parameter at Google."""

    async def test_by_scope(self):
        url = await providers(Issuer()).authorization_url(client(scopes="email offline_access"), SECRETS)
        assert "scope=openid+email+offline_access" in url
        assert "prompt=consent" in url
        assert "access_type" not in url

    async def test_by_a_parameter_where_the_scope_is_not_known(self):
        issuer = Issuer(metadata={"scopes_supported": ["openid", "email", "profile"]})
        url = await providers(issuer).authorization_url(client(scopes="email offline_access"), SECRETS)
        assert "offline_access" not in url
        assert "access_type=offline" in url


async def test_github_ends_the_whole_grant():
    issuer = Issuer()
    github = client("https://github.com", ProviderKind.GITHUB)
    assert await providers(issuer).revoke(github, access="access-7", refresh="")
    assert issuer.revoked == ["access-7"]
    assert issuer.calls == [f"DELETE api.github.com/applications/{CLIENT_ID}/grant"]


async def test_facebook_gets_a_proof_that_we_know_the_secret():
    seen: list[httpx2.Request] = []

    def keep(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"success": True})

    facebook = client("", ProviderKind.FACEBOOK)
    assert await providers(keep).revoke(facebook, access="access-7", refresh="")
    assert len(seen[0].url.params["appsecret_proof"]) == 64


async def test_a_provider_without_revocation_says_so():
    issuer = Issuer(metadata={"revocation_endpoint": ""})
    assert not await providers(issuer).revoke(client(), access="a", refresh="r")


def test_nothing_secret_is_printed():
    shown = repr((client(), SECRETS))
    assert CLIENT_SECRET not in shown
    assert "v" * 43 not in shown
