"""ID tokens: signed by one of the issuer's public keys, and saying something for us, for now and for this browser."""

import json
from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError

from app.adapters.identity.providers.directory import Directory, Metadata
from app.core.providers import ALGORITHMS, CLOCK_SKEW, LONGEST_SUBJECT, OLDEST_ID_TOKEN
from app.ports.clock import Clock
from app.ports.providers import PermanentProviderError

LONGEST = 16_000
KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
REGISTRY = jws.JWSRegistry(algorithms=list(ALGORITHMS))


async def read_id_token(
    token: object, *, metadata: Metadata, directory: Directory, clock: Clock, client_id: str, nonce: str, access: str
) -> Mapping[str, Any]:
    """The claims of a sound ID token. Raises ProviderError."""
    if not isinstance(token, str) or not token.isascii() or len(token) > LONGEST:
        raise PermanentProviderError("no ID token")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError):
        raise PermanentProviderError("an ID token that cannot be read") from None
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS or not isinstance(key_id, str | None):
        raise PermanentProviderError("an ID token signed in a way that is not accepted")
    claims: CodeIDToken | None = None
    for key in await directory.keys(metadata, key_id, KEY_TYPES[algorithm]):
        try:
            claims = CodeIDToken(
                _verified(token, key, algorithm),
                header,
                {"iss": {"essential": True, "value": metadata.issuer}, "aud": {"essential": True, "value": client_id}},
                {"nonce": nonce, "client_id": client_id, "access_token": access},
            )
        except (JoseError, ValueError):
            continue
        break
    if claims is None:
        raise PermanentProviderError("an ID token with a signature that is not the issuer's")
    now = int(clock.now().timestamp())
    try:
        claims.validate(now, int(CLOCK_SKEW.total_seconds()))
    except (JoseError, ValueError, TypeError) as error:
        claim = getattr(error, "claim", None)
        raise PermanentProviderError(f"an ID token whose {claim or 'claims'} does not hold") from None
    if now - claims["iat"] > OLDEST_ID_TOKEN.total_seconds():
        raise PermanentProviderError("an ID token of long ago")
    if not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
        raise PermanentProviderError("an ID token about nobody")
    return dict(claims)


def _verified(token: str, key: Any, algorithm: str) -> dict[str, Any]:
    """Raises JoseError, ValueError."""
    verified = jws.deserialize_compact(token, key, algorithms=[algorithm], registry=REGISTRY)
    claims = json.loads(verified.payload)
    if not isinstance(claims, dict):
        raise ValueError("no claims")
    return claims
