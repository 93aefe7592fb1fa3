"""From an uploaded file to a picture in the shop window."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.core.pictures import PictureFault, PictureRefused
from app.ports.files import Files, FilesUnreachable, PictureTools
from app.ports.pictures import ClaimedUpload, Pictures
from app.ports.transactions import Transactions

log = structlog.get_logger()

MOST_ATTEMPTS = 3
"""A file that ended a worker so often is taken for damaged."""
ADDRESS = "/media/"


@dataclass(frozen=True)
class PictureService:
    pictures: Pictures
    files: Files
    tools: PictureTools
    transactions: Transactions
    lease: timedelta

    async def prepare_next(self) -> int:
        """Redraw one upload; 0 where none waits. Ended at any point, it is begun again once its lease is over."""
        async with self.transactions.begin():
            upload = await self.pictures.claim(lease=self.lease)
        if upload is None:
            return 0
        try:
            await self._publish(upload)
        except PictureRefused as refused:
            await self._refuse(upload, refused.fault)
        except FilesUnreachable:
            async with self.transactions.begin():
                await self.pictures.put_back(upload)
            raise
        await self.files.delete(upload.file_key)
        return 1

    async def _publish(self, upload: ClaimedUpload) -> None:
        body = await self.files.find(upload.file_key)
        if body is None or upload.attempt > MOST_ATTEMPTS:
            raise PictureRefused(PictureFault.DAMAGED)
        prepared = await self.tools.prepare(body)
        # The name comes from the upload, so that a second attempt replaces what a first one left behind.
        keys = {width: f"pictures/{upload.file_key.rpartition('/')[2]}-{width}.webp" for width in prepared.bodies}
        for width, file in prepared.bodies.items():
            await self.files.put(keys[width], file)
        async with self.transactions.begin():
            published = await self.pictures.publish(
                upload,
                url=ADDRESS + keys[prepared.width],
                widths=tuple(sorted(keys)),
                width=prepared.width,
                height=prepared.height,
            )
        if not published:
            for key in keys.values():
                await self.files.delete(key)
            raise PictureRefused(PictureFault.TOO_MANY)
        log.info("picture_published", upload=upload.id, widths=sorted(keys))

    async def _refuse(self, upload: ClaimedUpload, fault: PictureFault) -> None:
        async with self.transactions.begin():
            await self.pictures.refuse(upload, fault)
        log.info("picture_refused", upload=upload.id, fault=fault)
