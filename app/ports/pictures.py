"""Uploaded pictures on their way into the shop window."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from app.core.pictures import PictureFault


@dataclass(frozen=True, slots=True)
class ClaimedUpload:
    """`attempt` counts from 1; whoever claims later has a higher one."""

    id: int
    file_key: str
    attempt: int


class Pictures(Protocol):
    async def claim(self, *, lease: timedelta) -> ClaimedUpload | None:
        """The oldest upload that nobody works on, for as long as the lease lasts."""
        ...

    async def publish(
        self, upload: ClaimedUpload, *, url: str, widths: tuple[int, ...], width: int, height: int
    ) -> bool:
        """Put the picture behind the others of its product. False where the product has PER_PRODUCT already."""
        ...

    async def put_back(self, upload: ClaimedUpload) -> None:
        """Not the file's fault: the attempt does not count, and the next one waits until the lease is over."""
        ...

    async def refuse(self, upload: ClaimedUpload, fault: PictureFault) -> None: ...
