"""The files a browser loads beside the pages."""

from collections.abc import Mapping
from typing import Protocol


class StaticFile(Protocol):
    """`etag` is quoted; `encodings` maps Content-Encoding to the compressed body, best first."""

    @property
    def body(self) -> bytes: ...
    @property
    def content_type(self) -> str: ...
    @property
    def etag(self) -> str: ...
    @property
    def is_immutable(self) -> bool: ...
    @property
    def encodings(self) -> Mapping[str, bytes]: ...


class StaticFinder(Protocol):
    def find(self, path: str) -> StaticFile | None: ...

    def picture(self, url: str) -> str:
        """The address to give browsers for a picture that is stored as `url`."""
        ...
