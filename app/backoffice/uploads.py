"""Files chosen in the admin: looked at, and left for the worker under a name nobody can guess."""

from typing import IO, Any, cast
from uuid import uuid4

import anyio.to_thread
from piccolo.apps.user.tables import BaseUser
from piccolo.columns import Column, Varchar
from piccolo_api.media.base import MediaStorage
from starlette.exceptions import HTTPException

from app.core.permissions import Permission
from app.core.pictures import LARGEST_BYTES, PictureRefused, require_picture
from app.ports.files import Files, FilesUnreachable

EXTENSIONS = ("jpeg", "jpg", "png", "webp")


class UploadedPictures(MediaStorage):
    """What the library asks of a storage; the files are not shown before the worker has redrawn them."""

    def __init__(self, files: Files, column: Column) -> None:
        super().__init__(cast(Varchar, column), allowed_extensions=EXTENSIONS, allowed_characters=None)
        self._files = files

    async def store_file(self, file_name: str, file: IO[bytes], user: BaseUser | None = None) -> str:
        """Raises ValueError, which the library answers with 422 and the words, for what is plainly no picture; 403."""
        if Permission.CHANGE_PRODUCT not in cast("Any", user).permissions:
            raise HTTPException(403, f"Your role does not have the right {Permission.CHANGE_PRODUCT}.")
        body = await anyio.to_thread.run_sync(file.read, LARGEST_BYTES + 1)
        try:
            require_picture(body)
        except PictureRefused as refused:
            raise ValueError(str(refused)) from None
        key = f"incoming/{uuid4().hex}"
        try:
            await self._files.put(key, body)
        except FilesUnreachable:
            raise HTTPException(503, "The storage for pictures does not answer. Try again.") from None
        return key

    async def generate_file_url(self, file_key: str, root_url: str, user: BaseUser | None = None) -> str:
        return "/static/img/favicon.svg"

    async def get_file(self, file_key: str) -> IO[bytes] | None:
        return None

    async def delete_file(self, file_key: str) -> None:
        await self._files.delete(file_key)

    async def bulk_delete_files(self, file_keys: list[str]) -> None:
        for key in file_keys:
            await self._files.delete(key)

    async def get_file_keys(self) -> list[str]:
        return []

    def __hash__(self) -> int:
        return hash(type(self))
