"""The files under static/, read once at start and named by their content, so that browsers may keep them for ever.

Texts are compressed here too: the server only picks the variant a browser accepts.
"""

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Self

import brotli  # type: ignore[import-untyped]

PREFIX = "/static/"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
COMPRESSED = (".css", ".js", ".svg", ".txt")
_CSS_URL = re.compile(r"""url\(\s*["']?(?!data:|#|https?:|/)([^"')]+)["']?\s*\)""")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """`etag` is quoted and stands for the plain body; `encodings` maps Content-Encoding to the compressed body."""

    body: bytes
    content_type: str
    etag: str
    is_immutable: bool
    encodings: Mapping[str, bytes]


class StaticFiles:
    """Names below static/ to addresses, and paths below /static/ to files."""

    def __init__(self, urls: Mapping[str, str], files: Mapping[str, StaticFile]) -> None:
        self._urls = urls
        self._files = files

    @classmethod
    def load(cls, static_dir: Path) -> Self:
        """Read every file of a known type below `static_dir`; style sheets last, since they name the others."""
        names = sorted(
            (path.relative_to(static_dir).as_posix() for path in static_dir.rglob("*") if path.suffix in CONTENT_TYPES),
            key=lambda name: (name.endswith(".css"), name),
        )
        urls: dict[str, str] = {}
        files: dict[str, StaticFile] = {}
        for name in names:
            body = (static_dir / name).read_bytes()
            if name.endswith(".css"):
                body = _with_hashed_urls(body, name=name, urls=urls)
            digest = hashlib.sha256(body).hexdigest()[:12]
            stem, suffix = name.rsplit(".", 1)
            hashed = f"{stem}.{digest}.{suffix}"
            encodings = _compressed(body) if name.endswith(COMPRESSED) else {}
            content_type = CONTENT_TYPES[f".{suffix}"]
            urls[name] = PREFIX + hashed
            files[hashed] = StaticFile(body, content_type, f'"{digest}"', True, encodings)
            files[name] = StaticFile(body, content_type, f'"{digest}"', False, encodings)
        return cls(urls, files)

    def url(self, name: str) -> str:
        """The lasting address of a file, like /static/css/core.1f2e3d4c5b6a.css. KeyError for an unknown name."""
        return self._urls[name]

    def picture(self, url: str) -> str:
        """The lasting address of a picture kept by its plain /static/ address; any other address unchanged."""
        return self._urls.get(url.removeprefix(PREFIX), url)

    def integrity(self, name: str) -> str:
        """The integrity attribute of a script or style sheet."""
        return f"sha384-{base64.b64encode(hashlib.sha384(self._files[name].body).digest()).decode()}"

    def find(self, path: str) -> StaticFile | None:
        """What /static/`path` answers: a hashed name may be kept for ever, a plain one must be asked for again."""
        return self._files.get(path)


def _with_hashed_urls(body: bytes, *, name: str, urls: Mapping[str, str]) -> bytes:
    """Relative url(...) references of the style sheet `name`, as the addresses of the files they mean."""

    def replaced(match: re.Match[str]) -> str:
        return f'url("{urls[_resolved(name, match[1])]}")'

    return _CSS_URL.sub(replaced, body.decode()).encode()


def _resolved(name: str, reference: str) -> str:
    parts: list[str] = list(PurePosixPath(name).parent.parts)
    for part in PurePosixPath(reference).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _compressed(body: bytes) -> dict[str, bytes]:
    variants = {"br": brotli.compress(body, quality=11), "gzip": gzip.compress(body, compresslevel=9, mtime=0)}
    return {name: variant for name, variant in variants.items() if len(variant) < len(body)}
