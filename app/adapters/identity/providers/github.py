"""GitHub, and GitHub Enterprise: OAuth without OpenID. Addresses are a list of their own, some of them proven.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
"""

from typing import Any

from app.adapters.identity.providers.tokens import tokens_of
from app.adapters.identity.providers.wire import Wire, require_done, text_of
from app.core.providers import Profile
from app.ports.providers import Client, PermanentProviderError, Secrets, Tokens

GITHUB = "https://github.com"
MOST_ADDRESSES = 200
AS_FORM = {"token_endpoint_auth_method": "client_secret_post"}  # how it wants to be told who asks


class GitHub:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def authorization_url(self, client: Client, secrets: Secrets) -> str:
        async with self._wire.call(client) as call:
            url, _ = call.oauth.create_authorization_url(
                f"{_site(client)}/login/oauth/authorize",
                state=secrets.state,
                code_verifier=secrets.verifier,
                scope=client.provider.scopes,
            )
        return str(url)

    async def exchange(self, client: Client, secrets: Secrets, *, code: str, issuer: str) -> tuple[Tokens, Profile]:
        # GitHub names itself with its login pages; whoever else is named, the answer is not GitHub's.
        if issuer and not f"{issuer}/".startswith(f"{_site(client)}/"):
            raise PermanentProviderError("an answer of another issuer")
        async with self._wire.call(client, **AS_FORM) as call:
            given = await call.oauth.fetch_token(
                f"{_site(client)}/login/oauth/access_token",
                grant_type="authorization_code",
                code=code,
                code_verifier=secrets.verifier,
                redirect_uri=client.redirect_uri,
            )
            tokens = tokens_of(given)
            who = await call.get_json(f"{_api(client)}/user", token=tokens.access)
            addresses = await call.get_json(f"{_api(client)}/user/emails", token=tokens.access)
        if not isinstance(who, dict) or type(who.get("id")) is not int:
            raise PermanentProviderError("nobody")
        first, _, last = text_of(who, "name", 100).partition(" ")
        email, is_verified = _address(addresses)
        return tokens, Profile(str(who["id"]), email, is_verified, first[:50], last.strip()[:50])

    async def renew(self, client: Client, refresh: str) -> Tokens:
        async with self._wire.call(client, **AS_FORM) as call:
            url = f"{_site(client)}/login/oauth/access_token"
            return tokens_of(await call.oauth.refresh_token(url, refresh_token=refresh))

    async def revoke(self, client: Client, *, access: str, refresh: str) -> bool:
        """End the whole authorization; GitHub does not offer RFC 7009."""
        async with self._wire.call() as call:
            answer = await call.send(
                "DELETE",
                f"{_api(client)}/applications/{client.provider.client_id}/grant",
                auth=(client.provider.client_id, client.secret),
                json={"access_token": access},
            )
        if answer.status_code not in (404, 422):  # ended before
            require_done(answer)
        return True


def _site(client: Client) -> str:
    return (client.provider.issuer or GITHUB).rstrip("/")


def _api(client: Client) -> str:
    site = _site(client)
    return "https://api.github.com" if site == GITHUB else f"{site}/api/v3"


def _address(given: Any) -> tuple[str, bool]:
    """The primary address if it is verified. Another one is no better than one that somebody types."""
    entries = [entry for entry in given[:MOST_ADDRESSES] if isinstance(entry, dict)] if isinstance(given, list) else []
    primary = next((entry for entry in entries if entry.get("primary") is True), {})
    return text_of(primary, "email"), primary.get("verified") is True
