"""Secrets that a test has planted, and the search for them: in the clear, and in every form that only looks safe."""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

SPACING = re.compile(rb"[\s-]+")
LONGEST_CODE = 8
EMPTY = re.compile(rb"\0{16,}")
"""What has not been written to yet; most of a file of PostgreSQL."""


@dataclass
class Secrets:
    """Under names that say what they are; the same name again means another of its kind."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, secret: str | bytes) -> None:
        value = secret.encode() if isinstance(secret, str) else secret
        assert len(value) >= 6, f"{name} is too short to be looked for"
        if value not in self.kept.values():
            number = sum(known.partition(" #")[0] == name for known in self.kept)
            self.kept[f"{name} #{number + 1}" if number else name] = value

    def add_token(self, name: str, token: str) -> None:
        """A JSON Web Token: the whole of it, and each of the two parts that make it worth something."""
        self.add(name, token)
        _, claims, signature = token.split(".")
        self.add(f"signature of {name}", signature)
        found = re.search(rb'"jti":"([^"]+)"', base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        assert found
        self.add(f"id of {name}", found[1])

    def kinds(self) -> set[str]:
        return {name.partition(" #")[0] for name in self.kept}

    def found_in(self, places: Mapping[str, bytes]) -> list[str]:
        """What is readable, and where."""
        found = []
        for place, content in places.items():
            dense = EMPTY.sub(b"\0", content)
            found += [f"{name} in {place}" for name, secret in self.kept.items() if is_readable(secret, dense)]
        return found


def is_readable(secret: bytes, content: bytes) -> bool:
    return any(_stands_in(form, content) for form in set(forms_of(secret)))


def forms_of(secret: bytes) -> Iterator[bytes]:
    """As it is, in groups or without, and each of these encoded."""
    bare = SPACING.sub(b"", secret)
    spellings = {secret, bare}
    if bare.isalnum():  # a code or a key: people are shown it in groups
        groups = [bare[at : at + 4] for at in range(0, len(bare), 4)]
        spellings |= {b" ".join(groups), b"-".join(groups), bare.lower(), bare.upper()}
    for spelling in spellings:
        yield spelling
        yield quote(spelling, safe="").encode()
        yield quote_plus(spelling).encode()
        yield spelling.hex().encode()
        yield spelling.hex().upper().encode()
        for before in range(3):
            yield from _inside_base64(spelling, before)


def _inside_base64(secret: bytes, before: int) -> Iterator[bytes]:
    """The characters that do not depend on what stands around it, which may be `before` bytes more than a third."""
    whole = base64.b64encode(b"\0" * before + secret + b"\0\0")
    first, last = (0, 2, 3)[before], (before + len(secret)) * 8 // 6
    yield whole[first:last]
    yield whole[first:last].translate(bytes.maketrans(b"+/", b"-_"))


def _stands_in(form: bytes, content: bytes) -> bool:
    if form not in content or len(form) > LONGEST_CODE or not form.isdigit():
        return form in content
    # Few digits also stand by chance in longer numbers, behind the point of a second, and in hashes.
    return re.search(rb"(?<![0-9A-Za-z.])" + form + rb"(?![0-9])", content) is not None
