"""Which encoding a browser takes, and bodies in it."""

import gzip
from functools import lru_cache

import brotli  # type: ignore[import-untyped]

ENCODINGS = ("br", "gzip")
"""Best first."""


@lru_cache(maxsize=512)
def accepted_encoding(header: str) -> str:
    """The best of ENCODINGS that the Accept-Encoding header takes; "" for the plain body."""
    taken = {}
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        taken[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((encoding for encoding in ENCODINGS if taken.get(encoding, taken.get("*", False))), "")


def compressed(body: bytes, encoding: str) -> bytes:
    """In a quality that pays for a page which is sent more than once."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=5))
    return gzip.compress(body, compresslevel=6, mtime=0) if encoding == "gzip" else body
