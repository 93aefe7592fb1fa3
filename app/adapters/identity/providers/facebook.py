"""Facebook: OAuth without OpenID. It does not say whether an address was proven, so that here none is.

https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
"""

import hashlib
import hmac

from app.adapters.identity.providers.tokens import tokens_of
from app.adapters.identity.providers.wire import Wire, require_done, text_of
from app.core.providers import LONGEST_SUBJECT, Profile
from app.ports.providers import Client, PermanentProviderError, Secrets, Tokens

DIALOG = "https://www.facebook.com/v23.0/dialog/oauth"
GRAPH = "https://graph.facebook.com/v23.0"
AS_FORM = {"token_endpoint_auth_method": "client_secret_post"}  # how it wants to be told who asks


class Facebook:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def authorization_url(self, client: Client, secrets: Secrets) -> str:
        async with self._wire.call(client) as call:
            url, _ = call.oauth.create_authorization_url(
                DIALOG, state=secrets.state, code_verifier=secrets.verifier, scope=client.provider.scopes
            )
        return str(url)

    async def exchange(self, client: Client, secrets: Secrets, *, code: str, issuer: str) -> tuple[Tokens, Profile]:
        if issuer and issuer != "https://www.facebook.com":
            raise PermanentProviderError("an answer of another issuer")
        async with self._wire.call(client, **AS_FORM) as call:
            given = await call.oauth.fetch_token(
                f"{GRAPH}/oauth/access_token",
                grant_type="authorization_code",
                code=code,
                code_verifier=secrets.verifier,
                redirect_uri=client.redirect_uri,
            )
            tokens = tokens_of(given)
            who = await call.get_json(
                f"{GRAPH}/me",
                token=tokens.access,
                fields="id,email,first_name,last_name",
                appsecret_proof=_proof(client, tokens.access),
            )
        subject = text_of(who, "id", LONGEST_SUBJECT) if isinstance(who, dict) else ""
        if not subject:
            raise PermanentProviderError("nobody")
        return tokens, Profile(
            subject,
            text_of(who, "email"),
            email_is_verified=False,
            first_name=text_of(who, "first_name", 50),
            last_name=text_of(who, "last_name", 50),
        )

    async def renew(self, client: Client, refresh: str) -> Tokens:
        raise PermanentProviderError("Facebook gives no refresh tokens")

    async def revoke(self, client: Client, *, access: str, refresh: str) -> bool:
        """Take back everything that was allowed; Facebook does not offer RFC 7009."""
        async with self._wire.call() as call:
            answer = await call.send(
                "DELETE",
                f"{GRAPH}/me/permissions",
                headers={"authorization": f"Bearer {access}"},
                params={"appsecret_proof": _proof(client, access)},
            )
        if answer.status_code not in (400, 401):  # ended before
            require_done(answer)
        return True


def _proof(client: Client, access: str) -> str:
    """That whoever shows the token also has the shop's secret; a stolen token alone is of no use then."""
    return hmac.new(client.secret.encode(), access.encode(), hashlib.sha256).hexdigest()
