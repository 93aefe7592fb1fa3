"""The line to providers: HTTP that goes to the open internet only, follows no redirects and ends in time.

A provider's addresses come from a form in the back office and from documents of the provider itself, so that any of
them may name a machine of ours. Each name is therefore looked up here, and the connection goes to the very address that
was looked at: what a name means a moment later is of no consequence.
"""

import asyncio
import re
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError

from app.core.providers import is_public
from app.ports.providers import Client, PermanentProviderError, TemporaryProviderError

LARGEST_ANSWER = 256_000
"""Bytes. Google's keys have 2,000, a long profile 10,000."""
NOT_UNDERSTOOD = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What libraries raise over documents that are not what they should be."""
LATER = (408, 425, 429)
HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "Exclusive shop"}


class Wire:
    """`strict` is production: https and public addresses only."""

    def __init__(self, *, strict: bool, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self.strict = strict
        self._transport = transport
        self._trust: ssl.SSLContext | None = None

    @asynccontextmanager
    async def call(self, client: Client | None = None, **given: Any) -> AsyncIterator["Call"]:
        """Authlib's client, as `client` where one is given."""
        transport = GuardedTransport(self._transport or await self._sockets(), strict=self.strict)
        async with AsyncOAuth2Client(
            client_id=client.provider.client_id if client else None,
            client_secret=client.secret if client else None,
            redirect_uri=client.redirect_uri if client else None,
            code_challenge_method="S256",
            transport=transport,
            trust_env=False,  # a proxy of the environment would be asked in the place of our transport
            timeout=None,  # the whole of it has one
            headers=HEADERS,
            **given,
        ) as oauth:
            yield Call(oauth)

    async def _sockets(self) -> httpx2.AsyncHTTPTransport:
        if self._trust is None:
            # Reads every authority's certificate: tens of milliseconds that the loop has better use for.
            self._trust = await asyncio.to_thread(ssl.create_default_context)
        return httpx2.AsyncHTTPTransport(verify=self._trust, trust_env=False)


class Call:
    """`oauth` is Authlib's client. What comes back is JSON or refused."""

    def __init__(self, oauth: Any) -> None:
        self.oauth = oauth

    async def get_json(self, url: str, *, token: str = "", **query: str) -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return json_of(await self.send("GET", url, headers=headers, params=query or None))

    async def send(self, method: str, url: str, **given: Any) -> httpx2.Response:
        answer = await self.oauth.request(method, url, withhold_token=True, **given)
        return cast(httpx2.Response, answer)


def json_of(answer: httpx2.Response) -> Any:
    require_done(answer)
    return answer.json()


def require_done(answer: httpx2.Response) -> None:
    """Raises ProviderError for anything but 2xx."""
    if answer.status_code >= 500 or answer.status_code in LATER:
        raise TemporaryProviderError(f"status {answer.status_code}")
    if not answer.is_success:
        raise PermanentProviderError(f"status {answer.status_code}")


def text_of(found: Mapping[str, Any], name: str, longest: int = 255) -> str:
    """A text of a provider's document; empty where it is missing, too long, or something else."""
    value = found.get(name)
    return value.strip() if isinstance(value, str) and len(value) <= longest and value.isprintable() else ""


class GuardedTransport(httpx2.AsyncBaseTransport):
    def __init__(self, inner: httpx2.AsyncBaseTransport, *, strict: bool) -> None:
        self._inner = inner
        self._strict = strict

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises ProviderError where the address is none to go to, or the answer none to read."""
        if self._strict:
            request = await _pinned(request)
        answer = await self._inner.handle_async_request(request)
        if answer.headers.get("content-encoding", "identity") != "identity":
            await answer.aclose()
            raise PermanentProviderError("an answer that is packed")
        return httpx2.Response(
            answer.status_code,
            headers=answer.headers,
            stream=_Limited(cast(httpx2.AsyncByteStream, answer.stream)),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Limited(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > LARGEST_ANSWER:
                raise PermanentProviderError("an answer that is too large")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _pinned(request: httpx2.Request) -> httpx2.Request:
    """The same request, to an address that was looked at; certificate and Host header are still the name's."""
    url = request.url
    if url.scheme != "https" or url.userinfo:
        raise PermanentProviderError("an address without https")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(url.host, url.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise TemporaryProviderError("a host that is not known") from None
    addresses = [str(place[4][0]) for place in found]
    if not addresses or not all(map(is_public, addresses)):
        raise PermanentProviderError("an address that is not public")
    return httpx2.Request(
        request.method,
        url.copy_with(host=addresses[0]),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": url.host},
    )


@contextmanager
def in_our_words() -> Iterator[None]:
    """Every fault of the line and of the provider as a ProviderError, without the texts that came with it."""
    try:
        yield
    except OAuthError as error:
        code = _code(error.error)
        if code in ("temporarily_unavailable", "server_error", "slow_down"):
            raise TemporaryProviderError(code) from None
        raise PermanentProviderError(code) from None
    except httpx2.HTTPStatusError as error:
        require_done(error.response)
        raise PermanentProviderError("status") from None
    except (httpx2.TransportError, TimeoutError) as error:
        raise TemporaryProviderError(type(error).__name__) from None
    except (httpx2.InvalidURL, httpx2.DecodingError, httpx2.StreamError, JoseError, *NOT_UNDERSTOOD) as error:
        *_, last = traceback.extract_tb(error.__traceback__)
        raise PermanentProviderError(f"not understood: {type(error).__name__} in {last.name}:{last.lineno}") from None


def _code(given: object) -> str:
    """An error code as the standard has them; whatever else it is stays unread."""
    return given if isinstance(given, str) and re.fullmatch(r"[a-z_]{1,40}", given) else "error"
