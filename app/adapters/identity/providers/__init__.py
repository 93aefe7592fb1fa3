"""Speaking to providers, each in its own way."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import httpx2

from app.adapters.identity.providers.facebook import Facebook
from app.adapters.identity.providers.github import GitHub
from app.adapters.identity.providers.oidc import OpenIdConnect
from app.adapters.identity.providers.wire import Wire, in_our_words
from app.core.providers import Profile, ProviderKind
from app.ports.clock import Clock
from app.ports.providers import Client, ProviderClient, Secrets, TemporaryProviderError, Tokens

AT_ONCE = 4
"""Calls of one process under way at a time: a slow provider must not use up the places of everybody else's requests."""

Answer = TypeVar("Answer")


class AuthlibProviders:
    """`strict` is production: https and public addresses only. `transport` takes the place of sockets in tests."""

    def __init__(
        self, clock: Clock, *, strict: bool, seconds: float, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        wire = Wire(strict=strict, transport=transport)
        self._seconds = seconds
        self._places = asyncio.Semaphore(AT_ONCE)
        self._speak: Mapping[ProviderKind, ProviderClient] = {
            ProviderKind.OIDC: OpenIdConnect(wire, clock),
            ProviderKind.GITHUB: GitHub(wire),
            ProviderKind.FACEBOOK: Facebook(wire),
        }

    async def authorization_url(self, client: Client, secrets: Secrets) -> str:
        return await self._in_time(self._speak[client.provider.kind].authorization_url(client, secrets))

    async def exchange(self, client: Client, secrets: Secrets, *, code: str, issuer: str) -> tuple[Tokens, Profile]:
        speaker = self._speak[client.provider.kind]
        return await self._in_time(speaker.exchange(client, secrets, code=code, issuer=issuer))

    async def renew(self, client: Client, refresh: str) -> Tokens:
        return await self._in_time(self._speak[client.provider.kind].renew(client, refresh))

    async def revoke(self, client: Client, *, access: str, refresh: str) -> bool:
        return await self._in_time(self._speak[client.provider.kind].revoke(client, access=access, refresh=refresh))

    async def _in_time(self, call: Coroutine[Any, Any, Answer]) -> Answer:
        """The answer, or a ProviderError by the time there is to be one."""
        if self._places.locked():
            call.close()
            raise TemporaryProviderError("too many calls under way")
        with in_our_words():
            async with self._places, asyncio.timeout(self._seconds):
                return await call
