"""AES-256-GCM with a ring of keys: `<key id>.<base64url of nonce and ciphertext>`.

The key's id and the place are authenticated with the text, so that neither can be exchanged.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.ports.vault import Damaged, Place, UnknownKey

NONCE = 12
"""Bytes; drawn at random for each text (NIST SP 800-38D allows 2^32 texts under one key)."""
TAG = 16
ENCODED = re.compile(r"[A-Za-z0-9_-]+")


class AesGcmVault:
    def __init__(self, ring: Sequence[tuple[str, bytes]]) -> None:
        """`ring` holds (id, 32 bytes): the first seals, all open."""
        self._keys = {key_id: AESGCM(key) for key_id, key in ring}
        self._first = ring[0][0]

    @property
    def writes_with(self) -> str:
        return self._first

    def seal(self, plain: str, place: Place) -> str:
        nonce = secrets.token_bytes(NONCE)
        sealed = self._keys[self._first].encrypt(nonce, plain.encode(), _bound_to(self._first, place))
        return f"{self._first}.{_encode(nonce + sealed)}"

    def open(self, sealed: str, place: Place) -> str:
        key_id, _, encoded = sealed.partition(".")
        key = self._keys.get(key_id)
        if key is None:
            raise UnknownKey(f"{place.table}.{place.column} of row {place.row} is sealed with an unknown key")
        try:
            if not ENCODED.fullmatch(encoded):
                raise ValueError
            body = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            # The last letter has bits to spare, which would be a second spelling of the same text.
            if len(body) < NONCE + TAG or _encode(body) != encoded:
                raise ValueError
            return key.decrypt(body[:NONCE], body[NONCE:], _bound_to(key_id, place)).decode()
        except (InvalidTag, ValueError, binascii.Error):
            raise Damaged(f"{place.table}.{place.column} of row {place.row} does not open") from None


def _encode(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def _bound_to(key_id: str, place: Place) -> bytes:
    return f"{key_id}|{place.table}|{place.column}|{place.row}".encode()
