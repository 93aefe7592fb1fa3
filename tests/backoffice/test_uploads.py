"""Pictures chosen in the admin."""

import io

import pytest
from PIL import Image

from tests import factories
from tests.factories import db

PATH = "/admin/api/media/"


def picture(kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.effect_noise((300, 300), 40).convert("RGB").save(file, kind)
    return file.getvalue()


async def send(admin, body, name="mug.png"):
    return await admin.client.post(
        PATH, data={"table_name": "picture_upload", "column_name": "file_key"}, files={"file": (name, body)}
    )


async def test_a_picture_is_taken_and_waits_for_the_worker(admin):
    product = await factories.make_product()
    answer = await send(admin, picture())
    assert answer.status_code == 200
    key = answer.json()["file_key"]
    made = await admin("POST", "picture_upload/", {"product_id": product["id"], "file_key": key, "alt": "A mug"})
    assert made.status_code == 201, made.text
    row = await db().fetchrow("SELECT state, product_id FROM picture_upload")
    assert (row["state"], row["product_id"]) == ("waiting", product["id"])


@pytest.mark.parametrize(
    ("body", "name", "status", "says"),
    [
        (b"", "mug.png", 422, "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "mug.png", 422, "not a JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "mug.svg", 422, ""),
        (b"%PDF-1.7", "mug.jpg", 422, "not a JPEG"),
        (b"\xff\xd8\xff" + b"\0" * 5_000_000, "mug.jpg", 422, "larger than 5 MB"),
        (b"\xff\xd8\xff" + b"\0" * 20_000_000, "mug.jpg", 413, "larger than 5 MB"),
    ],
)
async def test_what_is_no_picture_is_refused_at_once(admin, body, name, status, says):
    answer = await send(admin, body, name)
    assert answer.status_code == status
    assert says in answer.text


async def test_nobody_else_may_upload(new_staff):
    assert (await send(await new_staff(), picture())).status_code in (401, 403)


async def test_a_key_of_ones_own_making_is_refused(admin):
    product = await factories.make_product()
    for key in ("../../etc/passwd", "pictures/" + "a" * 32, "incoming/short"):
        made = await admin("POST", "picture_upload/", {"product_id": product["id"], "file_key": key, "alt": "A mug"})
        assert 400 <= made.status_code < 500, key
