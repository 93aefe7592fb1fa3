"""Uploads become pictures once, whatever happens on the way."""

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import pytest
from obstore.store import LocalStore
from PIL import Image

from app.adapters.db.engine import ShopEngine
from app.adapters.db.pictures import PiccoloPictures
from app.adapters.db.transactions import PiccoloTransactions
from app.adapters.files.objects import ObjectFiles
from app.adapters.files.pictures import LimitedPictureTools
from app.core.pictures import PER_PRODUCT
from app.ports.files import FilesUnreachable, PreparedPicture
from app.services.pictures import PictureService
from tests import factories
from tests.factories import db, insert


def picture(width: int = 900, height: int = 600) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def files(engine: ShopEngine, tmp_path: Path) -> ObjectFiles:
    return ObjectFiles.below(tmp_path / "files")


def service(files: ObjectFiles, **changed: object) -> PictureService:
    parts = {
        "pictures": PiccoloPictures(),
        "files": files,
        "tools": LimitedPictureTools(seconds=30),
        "transactions": PiccoloTransactions(),
        "lease": timedelta(seconds=40),
    }
    return PictureService(**(parts | changed))  # type: ignore[arg-type]


async def upload(files: ObjectFiles, product_id: int, body: bytes, *, letter: str = "a") -> int:
    key = f"incoming/{letter * 32}"
    await files.put(key, body)
    row = await insert("picture_upload", product_id=product_id, file_key=key, alt="Mug from the side")
    return int(row["id"])


async def state_of(upload_id: int) -> tuple[str, str]:
    row = await db().fetchrow("SELECT state, fault FROM picture_upload WHERE id = $1", upload_id)
    return row["state"], row["fault"]


async def images_of(product_id: int) -> list[object]:
    return await db().fetch("SELECT * FROM product_image WHERE product_id = $1 ORDER BY position, id", product_id)


async def test_an_upload_becomes_a_picture_in_all_its_widths(files: ObjectFiles) -> None:
    product = await factories.make_product()
    mine = await upload(files, product["id"], picture())

    assert await service(files).prepare_next() == 1

    (image,) = await images_of(product["id"])
    assert await state_of(mine) == ("ready", "")
    assert image["image_url"] == f"/media/pictures/{'a' * 32}-900.webp"
    assert (image["widths"], image["width"], image["height"]) == ([320, 480, 800, 900], 900, 600)
    assert (image["is_primary"], image["alt"]) == (True, "Mug from the side")
    for width in image["widths"]:
        assert await files.find(f"pictures/{'a' * 32}-{width}.webp")
    assert await files.find(f"incoming/{'a' * 32}") is None
    assert await service(files).prepare_next() == 0


async def test_a_second_picture_stands_behind_the_first(files: ObjectFiles) -> None:
    product = await factories.make_product()
    for letter in "ab":
        await upload(files, product["id"], picture(), letter=letter)
        await service(files).prepare_next()
    assert [(row["is_primary"], row["position"]) for row in await images_of(product["id"])] == [(True, 0), (False, 1)]


async def test_what_is_no_picture_is_refused_with_the_reason(files: ObjectFiles) -> None:
    product = await factories.make_product()
    mine = await upload(files, product["id"], b"\xff\xd8\xff" + b"nonsense" * 100)

    assert await service(files).prepare_next() == 1

    assert await state_of(mine) == ("refused", "This is not a JPEG, PNG or WebP picture. Save it as one of those.")
    assert await images_of(product["id"]) == []
    assert await files.find(f"incoming/{'a' * 32}") is None


async def test_a_product_has_no_more_than_its_share_even_when_two_come_at_once(files: ObjectFiles) -> None:
    product = await factories.make_product()
    for position in range(PER_PRODUCT - 1):
        await insert("product_image", product_id=product["id"], image_url=f"/x-{position}.webp", position=position)
    mine = [await upload(files, product["id"], picture(), letter=letter) for letter in "abc"]

    await asyncio.gather(*(service(files).prepare_next() for _ in mine))

    assert sorted(state for state, _ in [await state_of(each) for each in mine]) == ["ready", "refused", "refused"]
    assert len(await images_of(product["id"])) == PER_PRODUCT


async def test_two_workers_never_redraw_the_same_upload(files: ObjectFiles) -> None:
    product = await factories.make_product()
    await upload(files, product["id"], picture())
    assert sorted(await asyncio.gather(*(service(files).prepare_next() for _ in range(4)))) == [0, 0, 0, 1]
    assert len(await images_of(product["id"])) == 1


async def test_a_worker_that_died_leaves_its_upload_to_the_next(files: ObjectFiles) -> None:
    class Dies(LimitedPictureTools):
        async def prepare(self, body: bytes) -> PreparedPicture:
            raise KeyboardInterrupt

    product = await factories.make_product()
    mine = await upload(files, product["id"], picture())
    with pytest.raises(KeyboardInterrupt):
        await service(files, tools=Dies(), lease=timedelta(0)).prepare_next()
    assert await service(files).prepare_next() == 1
    assert (await state_of(mine))[0] == "ready"


async def test_a_file_that_ends_every_worker_is_given_up(files: ObjectFiles) -> None:
    product = await factories.make_product()
    mine = await upload(files, product["id"], picture())
    async with PiccoloTransactions().begin():
        await db().execute("UPDATE picture_upload SET attempts = 3")
    assert await service(files).prepare_next() == 1
    assert (await state_of(mine))[0] == "refused"


async def test_a_storage_that_is_away_costs_no_attempt(files: ObjectFiles) -> None:
    class Away(ObjectFiles):
        async def find(self, key: str) -> bytes | None:
            raise FilesUnreachable

    product = await factories.make_product()
    mine = await upload(files, product["id"], picture())
    with pytest.raises(FilesUnreachable):
        await service(Away(LocalStore)).prepare_next()
    assert await db().fetchval("SELECT attempts FROM picture_upload WHERE id = $1", mine) == 0
