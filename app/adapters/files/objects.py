"""Files in a folder, or in any store that speaks S3; obstore knows both."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from app.ports.files import FilesUnreachable

SECONDS = "5s"


class ObjectFiles:
    def __init__(self, make: Callable[[], ObjectStore]) -> None:
        self._make = make

    @cached_property
    def _store(self) -> ObjectStore:
        """Made when it is first used: wiring a shop touches no disk."""
        return self._make()

    @classmethod
    def below(cls, folder: Path) -> Self:
        """A folder that is made when the first file comes. A file is there whole or not at all."""
        return cls(lambda: LocalStore(folder, mkdir=True))

    @classmethod
    def in_bucket(cls, url: str) -> Self:
        """s3://key:secret@host[:port]/bucket[?region=…&tls=off]; percent-encode the secret."""
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        plain = options.get("tls") == ["off"]
        place = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        return cls(
            lambda: S3Store(
                parts.path.strip("/"),
                endpoint=f"{'http' if plain else 'https'}://{place}",
                access_key_id=unquote(parts.username or ""),
                secret_access_key=unquote(parts.password or ""),
                region=options.get("region", ["us-east-1"])[0],
                virtual_hosted_style_request=False,
                client_options={"allow_http": plain, "timeout": SECONDS, "connect_timeout": SECONDS},
                retry_config={"max_retries": 1},
            )
        )

    async def put(self, key: str, body: bytes) -> None:
        try:
            await obstore.put_async(self._store, key, body)
        except (BaseError, OSError) as error:
            raise FilesUnreachable(type(error).__name__) from None

    async def find(self, key: str) -> bytes | None:
        try:
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise FilesUnreachable(type(error).__name__) from None

    async def delete(self, key: str) -> None:
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise FilesUnreachable(type(error).__name__) from None
