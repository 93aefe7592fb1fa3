"""Files that people give the shop: pictures, as they came and as the shop shows them."""

from dataclasses import dataclass
from typing import Protocol


class FilesUnreachable(Exception):
    """Temporary: the storage does not answer."""


class Files(Protocol):
    """Keys are lower-case paths like pictures/4f2a…-480.webp. A body is small enough to be held in memory."""

    async def put(self, key: str, body: bytes) -> None:
        """Store under a new key, or replace. Raises FilesUnreachable."""
        ...

    async def find(self, key: str) -> bytes | None:
        """Raises FilesUnreachable; None where there is nothing under the key."""
        ...

    async def delete(self, key: str) -> None:
        """Nothing happens where there is nothing under the key. Raises FilesUnreachable."""
        ...


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """`bodies` maps each width in pixels to a WebP file; `height` belongs to the widest."""

    width: int
    height: int
    bodies: dict[int, bytes]


class PictureTools(Protocol):
    async def prepare(self, body: bytes) -> PreparedPicture:
        """Decode and encode anew, without any metadata. Raises app.core.pictures.PictureRefused."""
        ...
