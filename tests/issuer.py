"""A provider for tests: as good as the standard asks, or as evil as a test wants it.

It speaks OpenID Connect at its own host, and passes for GitHub and Facebook at theirs. The real npm `oidc-provider` is
in tests/oidc.py; what that one never does wrong is done here.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jws
from joserfc.jwk import KeySet, OctKey, RSAKey

HOST = "https://issuer.test"
CLIENT_ID, CLIENT_SECRET = "the-shop", "what only the two of us know"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
ADA = {"sub": "ada-1", "email": "ada@shop.example", "email_verified": True, "given_name": "Ada", "family_name": "L"}


@dataclass
class Grant:
    """What belongs to a code."""

    person: dict[str, Any]
    challenge: str
    nonce: str
    redirect_uri: str
    used: bool = False


@dataclass
class Issuer:
    """An ASGI application. `spoil` changes claims and header before they are signed; `sign` signs in its own way."""

    issuer: str = HOST
    algorithms: tuple[str, ...] = ("RS256",)
    says_issuer: bool = True
    seconds: int = 3600
    token_error: str = ""
    """A refusal of the token endpoint, such as invalid_grant; `away` is no answer at all."""
    away: bool = False
    gives_refresh: bool = True
    metadata: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[dict[str, Any], dict[str, Any]], None] = lambda claims, header: None
    sign: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    github_emails: list[dict[str, Any]] = field(default_factory=list)
    facebook: dict[str, Any] = field(default_factory=dict)
    watch: Callable[[str], None] = lambda path: None
    grants: dict[str, Grant] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tokens: int = 0

    def authorize(self, url: str, person: dict[str, Any] | None = None) -> dict[str, str]:
        """Say yes at the authorization page of `url`; what the redirect brings back."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.grants)}-{self.issuer}"
        self.grants[code] = Grant(person or ADA, asked["code_challenge"], asked.get("nonce", ""), asked["redirect_uri"])
        back = {"code": code, "state": asked["state"]}
        return back | {"iss": self.issuer} if self.says_issuer else back

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        path = f"{headers['host']}{scope['path']}"
        self.calls.append(f"{scope['method']} {path}")
        self.watch(path)
        status, answer = 503, b"" if self.away else None
        if answer is None:
            status, found = self._answer(scope["method"], headers, path, body.decode())
            answer = found if isinstance(found, bytes) else json.dumps(found).encode()
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, method: str, headers: dict[str, str], path: str, body: str) -> tuple[int, Any]:
        host, _, rest = path.partition("/")
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        match rest:
            case ".well-known/openid-configuration":
                return 200, self._metadata()
            case "jwks":
                return 200, KeySet([KEY]).as_dict(private=False)
            case "token" | "login/oauth/access_token" | "v23.0/oauth/access_token":
                return self._token(headers, body, post=rest != "token")
            case "userinfo":
                return 200, {"sub": self._person(bearer)["sub"], **self._person(bearer)}
            case "revoke":
                self.revoked.append(parse_qs(body)["token"][0])
                return 200, {}
            case "user":
                return 200, {"id": 4711, "name": "Ada Lovelace", "email": "shown@elsewhere.example"}
            case "user/emails":
                return 200, self.github_emails
            case "v23.0/me":
                return 200, self.facebook
            case "v23.0/me/permissions" if method == "DELETE":
                self.revoked.append(bearer)
                return 200, {"success": True}
        if method == "DELETE" and rest == f"applications/{CLIENT_ID}/grant":
            self.revoked.append(json.loads(body)["access_token"])
            return 204, b""
        return 404, {"error": f"nothing at {host}"}

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{HOST}/authorize",
            "token_endpoint": f"{HOST}/token",
            "jwks_uri": f"{HOST}/jwks",
            "revocation_endpoint": f"{HOST}/revoke",
            "userinfo_endpoint": f"{HOST}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "scopes_supported": ["openid", "email", "profile", "offline_access"],
            "authorization_response_iss_parameter_supported": self.says_issuer,
            **self.metadata,
        }

    def _token(self, headers: dict[str, str], body: str, *, post: bool) -> tuple[int, Any]:
        sent = dict(parse_qsl(body))
        if self.token_error:
            return 400, {"error": self.token_error, "error_description": "<script>alert(1)</script>"}
        given = f"{sent.get('client_id')}:{sent.get('client_secret')}"
        if not post:
            given = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        if given != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return 401, {"error": "invalid_client"}
        self.tokens += 1
        answer: dict[str, Any] = {
            "access_token": f"access-{self.tokens}",
            "token_type": "Bearer",
            "expires_in": self.seconds,
        }
        if self.gives_refresh:
            answer["refresh_token"] = f"refresh-{self.tokens}"
        if sent["grant_type"] == "refresh_token":
            return 200, answer
        grant = self.grants.get(sent["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode()
        if (
            grant is None
            or grant.used
            or grant.challenge != challenge.rstrip("=")
            or grant.redirect_uri != sent["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        grant.used = True
        if not post:
            answer["id_token"] = self._id_token(grant)
        return 200, answer

    def _id_token(self, grant: Grant) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.nonce,
            **grant.person,
        }
        header = {"alg": "RS256", "kid": "one"}
        self.spoil(claims, header)
        return self.sign(header, claims) if self.sign else signed(header, claims)

    def _person(self, token: str) -> dict[str, Any]:
        return next(reversed(self.grants.values())).person


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any = KEY) -> str:
    return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[header["alg"]])


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """`alg: none`."""
    parts = [json.dumps({"alg": "none"}), json.dumps(claims)]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts) + "."


def signed_with_public_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """HS256 with the issuer's public key as the shared secret, which everybody knows."""
    secret = OctKey.import_key(KEY.as_pem(private=False))
    return signed({"alg": "HS256", "kid": "one"}, claims, secret)


def signed_by_another(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return signed(header, claims, OTHER_KEY)


def signed_by_the_key_it_brings(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return signed({"alg": "RS256", "jwk": OTHER_KEY.as_dict(private=False)}, claims, OTHER_KEY)
