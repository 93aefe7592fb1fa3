"""What OpenID providers publish of themselves: metadata and keys, kept for a while and asked for by one at a time.

https://openid.net/specs/openid-connect-discovery-1_0.html, RFC 8414 and RFC 9207.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from app.adapters.identity.providers.wire import Wire, text_of
from app.ports.clock import Clock
from app.ports.providers import PermanentProviderError

KEPT = timedelta(hours=1)
KEYS_ASKED_AGAIN = timedelta(minutes=1)
"""How soon after one look at the keys an unknown key id may cause another."""
MOST_ISSUERS = 32
MOST_KEYS = 50
WELL_KNOWN = "/.well-known/openid-configuration"

PublicKey = RSAKey | ECKey | OKPKey


@dataclass(frozen=True, slots=True)
class Metadata:
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    revocation_endpoint: str
    auth_methods: tuple[str, ...]
    scopes: tuple[str, ...]
    says_issuer: bool
    """Whether each of its answers names it (RFC 9207)."""


@dataclass(slots=True)
class _Entry:
    metadata: Metadata | None = None
    read_at: datetime | None = None
    keys: tuple[PublicKey, ...] = ()
    keys_at: datetime | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Directory:
    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    async def metadata(self, issuer: str) -> Metadata:
        """Raises ProviderError."""
        entry = self._entry(issuer)
        async with entry.lock:
            now = self._clock.now()
            if entry.metadata is None or entry.read_at is None or now - entry.read_at > KEPT:
                async with self._wire.call() as call:
                    document = await call.get_json(f"{issuer.rstrip('/')}{WELL_KNOWN}")
                entry.metadata = _metadata(document, issuer, strict=self._wire.strict)
                entry.read_at = now
            return entry.metadata

    async def keys(self, metadata: Metadata, key_id: str | None, kind: str) -> tuple[PublicKey, ...]:
        """Public keys of this id and key type (RSA, EC, OKP); without an id all of the type. May be none.

        Raises ProviderError.
        """
        entry = self._entry(metadata.issuer)
        async with entry.lock:
            now = self._clock.now()
            age = None if entry.keys_at is None else now - entry.keys_at
            found = _fitting(entry.keys, key_id, kind)
            if age is None or age > KEPT or (not found and age > KEYS_ASKED_AGAIN):
                async with self._wire.call() as call:
                    entry.keys = _public_keys(await call.get_json(metadata.jwks_uri))
                entry.keys_at = now
                found = _fitting(entry.keys, key_id, kind)
            return found

    def _entry(self, issuer: str) -> _Entry:
        entry = self._entries.setdefault(issuer, _Entry())
        self._entries.move_to_end(issuer)
        while len(self._entries) > MOST_ISSUERS:
            self._entries.popitem(last=False)
        return entry


def _metadata(document: Any, issuer: str, *, strict: bool) -> Metadata:
    if not isinstance(document, Mapping) or document.get("issuer") != issuer:
        raise PermanentProviderError("metadata of another issuer")
    urls = {}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "revocation_endpoint"):
        url = text_of(document, name, 2_000)
        parts = urlsplit(url)
        if url and (parts.scheme not in (("https",) if strict else ("https", "http")) or parts.fragment):
            raise PermanentProviderError(f"metadata with a strange {name}")
        urls[name] = url
    if not (urls["authorization_endpoint"] and urls["token_endpoint"] and urls["jwks_uri"]):
        raise PermanentProviderError("metadata that is not complete")
    return Metadata(
        issuer=issuer,
        **urls,
        auth_methods=_words(document, "token_endpoint_auth_methods_supported") or ("client_secret_basic",),
        scopes=_words(document, "scopes_supported"),
        says_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _words(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = document.get(name)
    return tuple(word for word in value[:200] if isinstance(word, str)) if isinstance(value, list) else ()


def _public_keys(document: Any) -> tuple[PublicKey, ...]:
    """Keys to verify with. A shared secret among them is none, and neither is what nobody here can read."""
    given = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(given, list):
        raise PermanentProviderError("no keys")
    found: list[PublicKey] = []
    for values in given[:MOST_KEYS]:
        if not isinstance(values, dict) or values.get("use", "sig") != "sig":
            continue
        try:
            key = JWKRegistry.import_key(values)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey):
            found.append(key)
    return tuple(found)


def _fitting(keys: tuple[PublicKey, ...], key_id: str | None, kind: str) -> tuple[PublicKey, ...]:
    return tuple(key for key in keys if key.key_type == kind and key_id in (None, key.kid))
