"""JSON Web Tokens, signed with Ed25519 by a ring of keys.

Strict on purpose: one algorithm, three header names, a type for each use, every claim required and of its type, one
spelling of each token. What joserfc would accept beyond that is refused before it gets there.
"""

import base64
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from app.core.identity import ACCESS_LIFETIME, CHALLENGE_LIFETIME
from app.ports.clock import Clock
from app.ports.identity import Access, Challenge, Refresh, SessionRow, TokenRefused

ALGORITHM = "Ed25519"
"""EdDSA over Ed25519, by the name that says so (RFC 9864)."""
ACCESS, REFRESH, CHALLENGE = "at+jwt", "rt+jwt", "ch+jwt"
AUDIENCE = "shop"
LONGEST = 2_000
SKEW = timedelta(seconds=30)
"""By how much the clocks of two machines may differ."""

INTEGERS = ("iat", "nbf", "exp")
CLAIMS: dict[str, tuple[str, ...]] = {
    ACCESS: ("iss", "aud", "sub", "sid", "ver", "auth_time", "amr", "iat", "nbf", "exp", "jti"),
    REFRESH: ("iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti"),
    CHALLENGE: ("iss", "aud", "sub", "amr", "iat", "nbf", "exp", "jti"),
}


class JwtTokens:
    def __init__(self, ring: Sequence[tuple[str, bytes]], *, issuer: str, clock: Clock) -> None:
        """`ring` holds (key id, Ed25519 seed): the first signs, all verify."""
        self._keys = {key_id: OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed)) for key_id, seed in ring}
        self._first = ring[0][0]
        self._issuer = issuer
        self._clock = clock
        self._registry = jws.JWSRegistry(algorithms=[ALGORITHM])

    def new_id(self) -> str:
        return secrets.token_urlsafe(32)

    def sign_access(self, session: SessionRow) -> str:
        return self._sign(
            ACCESS,
            session.user_id,
            lifetime=ACCESS_LIFETIME,
            sid=str(session.id),
            ver=session.version,
            auth_time=int(session.auth_time.timestamp()),
            amr=list(session.amr),
            jti=secrets.token_urlsafe(12),
        )

    def read_access(self, token: str) -> Access:
        claims = self._read(ACCESS, token)
        return Access(_number(claims["sid"]), _number(claims["sub"]), claims["ver"])

    def sign_refresh(self, session: SessionRow, *, token_id: str, expires_at: datetime) -> str:
        return self._sign(
            REFRESH,
            session.user_id,
            lifetime=expires_at - self._clock.now(),
            sid=str(session.id),
            jti=token_id,
        )

    def read_refresh(self, token: str) -> Refresh:
        claims = self._read(REFRESH, token)
        return Refresh(_number(claims["sid"]), _number(claims["sub"]), claims["jti"])

    def sign_challenge(self, challenge: Challenge) -> str:
        return self._sign(
            CHALLENGE,
            challenge.user_id,
            lifetime=CHALLENGE_LIFETIME,
            amr=list(challenge.amr),
            jti=secrets.token_urlsafe(12),
        )

    def read_challenge(self, token: str) -> Challenge:
        claims = self._read(CHALLENGE, token)
        return Challenge(_number(claims["sub"]), tuple(claims["amr"]))

    def _sign(self, use: str, user_id: int, *, lifetime: timedelta, **claims: object) -> str:
        now = int(self._clock.now().timestamp())
        payload = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "iat": now,
            "nbf": now,
            "exp": now + int(lifetime.total_seconds()),
            **claims,
        }
        header = {"alg": ALGORITHM, "kid": self._first, "typ": use}
        body = json.dumps(payload, separators=(",", ":"))
        return jws.serialize_compact(header, body, self._keys[self._first], registry=self._registry)

    def _read(self, use: str, token: str) -> dict[str, Any]:
        try:
            claims = self._verified(use, token)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise TokenRefused from None
        now = self._clock.now().timestamp()
        if claims["iss"] != self._issuer or claims["aud"] != AUDIENCE:
            raise TokenRefused
        skew = SKEW.total_seconds()
        if claims["exp"] <= now or claims["nbf"] > now + skew or claims["iat"] > now + skew:
            raise TokenRefused
        return claims

    def _verified(self, use: str, token: str) -> dict[str, Any]:
        """The claims of a token whose form, header and signature are in order. Raises all sorts of errors."""
        if len(token) > LONGEST or not token.isascii():
            raise ValueError
        parts = token.split(".")
        header = json.loads(_decoded(parts[0]))
        for part in parts[1:]:
            _decoded(part)
        if len(parts) != 3 or header != {"alg": ALGORITHM, "kid": header["kid"], "typ": use}:
            raise ValueError
        verified = jws.deserialize_compact(token, self._keys[header["kid"]], registry=self._registry)
        claims = json.loads(verified.payload)
        if sorted(claims) != sorted(CLAIMS[use]):
            raise ValueError
        for name, value in claims.items():
            kind = int if name in (*INTEGERS, "ver", "auth_time") else list if name == "amr" else str
            if type(value) is not kind:
                raise TypeError
        return dict(claims)


def _decoded(part: str) -> bytes:
    """base64url in its one spelling: no padding, no other alphabet, no spare bits. Raises ValueError."""
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if not raw or base64.urlsafe_b64encode(raw).decode().rstrip("=") != part:
        raise ValueError
    return raw


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise TokenRefused
    return int(text)
