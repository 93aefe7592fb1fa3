"""Providers that speak OpenID Connect: Google, and any issuer of one's own."""

from collections.abc import Mapping
from typing import Any

from app.adapters.identity.providers.directory import Directory, Metadata
from app.adapters.identity.providers.id_token import read_id_token
from app.adapters.identity.providers.tokens import tokens_of
from app.adapters.identity.providers.wire import Wire, require_done, text_of
from app.core.providers import Profile
from app.ports.clock import Clock
from app.ports.providers import Client, PermanentProviderError, Secrets, Tokens

OFFLINE = "offline_access"


class OpenIdConnect:
    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._directory = Directory(wire, clock)

    async def authorization_url(self, client: Client, secrets: Secrets) -> str:
        metadata = await self._directory.metadata(client.provider.issuer)
        async with self._wire.call(client) as call:
            url, _ = call.oauth.create_authorization_url(
                metadata.authorization_endpoint,
                state=secrets.state,
                code_verifier=secrets.verifier,
                nonce=secrets.nonce,
                **_scope(client, metadata),
            )
        return str(url)

    async def exchange(self, client: Client, secrets: Secrets, *, code: str, issuer: str) -> tuple[Tokens, Profile]:
        metadata = await self._directory.metadata(client.provider.issuer)
        if issuer != metadata.issuer and (issuer or metadata.says_issuer):
            raise PermanentProviderError("an answer of another issuer")
        async with self._wire.call(client, token_endpoint_auth_method=_auth_method(metadata)) as call:
            given = await call.oauth.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=secrets.verifier,
                redirect_uri=client.redirect_uri,
            )
        tokens = tokens_of(given)
        claims = await read_id_token(
            given.get("id_token"),
            metadata=metadata,
            directory=self._directory,
            clock=self._clock,
            client_id=client.provider.client_id,
            nonce=secrets.nonce,
            access=tokens.access,
        )
        return tokens, await self._profile(metadata, claims, tokens)

    async def renew(self, client: Client, refresh: str) -> Tokens:
        metadata = await self._directory.metadata(client.provider.issuer)
        async with self._wire.call(client, token_endpoint_auth_method=_auth_method(metadata)) as call:
            return tokens_of(await call.oauth.refresh_token(metadata.token_endpoint, refresh_token=refresh))

    async def revoke(self, client: Client, *, access: str, refresh: str) -> bool:
        """RFC 7009; the refresh token first, whose end most providers make the end of both."""
        metadata = await self._directory.metadata(client.provider.issuer)
        if not metadata.revocation_endpoint:
            return False
        async with self._wire.call(client, revocation_endpoint_auth_method=_auth_method(metadata)) as call:
            for token, hint in ((refresh, "refresh_token"), (access, "access_token")):
                if token:
                    answer = await call.oauth.revoke_token(
                        metadata.revocation_endpoint, token=token, token_type_hint=hint
                    )
                    require_done(answer)
        return True

    async def _profile(self, metadata: Metadata, claims: Mapping[str, Any], tokens: Tokens) -> Profile:
        """By the ID token; where the address is not in it, by the userinfo of the same subject."""
        said: Mapping[str, Any] = claims
        if not text_of(claims, "email") and metadata.userinfo_endpoint:
            async with self._wire.call() as call:
                said = await call.get_json(metadata.userinfo_endpoint, token=tokens.access)
            if not isinstance(said, Mapping) or said.get("sub") != claims["sub"]:
                raise PermanentProviderError("userinfo of another subject")
        return Profile(
            subject=claims["sub"],
            email=text_of(said, "email"),
            email_is_verified=said.get("email_verified") in (True, "true"),
            first_name=text_of(said, "given_name", 50),
            last_name=text_of(said, "family_name", 50),
        )


def _scope(client: Client, metadata: Metadata) -> dict[str, str]:
    """Scopes, always with `openid`. Google knows no scope for refresh tokens and has a parameter instead."""
    scopes = list(dict.fromkeys(["openid", *client.provider.scopes.split()]))
    if OFFLINE not in scopes:
        return {"scope": " ".join(scopes)}
    if OFFLINE in metadata.scopes or not metadata.scopes:
        return {"scope": " ".join(scopes), "prompt": "consent"}
    scopes.remove(OFFLINE)
    return {"scope": " ".join(scopes), "prompt": "consent", "access_type": "offline"}


def _auth_method(metadata: Metadata) -> str:
    for method in ("client_secret_basic", "client_secret_post"):
        if method in metadata.auth_methods:
            return method
    raise PermanentProviderError("no way to say who we are")
