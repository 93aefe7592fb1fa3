"""Uploads in PostgreSQL. A lease, by the database's clock, decides who redraws a picture."""

from datetime import timedelta

from app.adapters.db.engine import ShopEngine, engine_of
from app.adapters.db.tables.catalog import PictureUpload
from app.core.pictures import PER_PRODUCT, WORDS, PictureFault
from app.ports.pictures import ClaimedUpload

CLAIM = """
UPDATE picture_upload SET attempts = attempts + 1, lease_until = now() + $1::interval
WHERE id = (
    SELECT id FROM picture_upload
    WHERE state = 'waiting' AND (lease_until IS NULL OR lease_until < now())
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, file_key, attempts
"""

# Only the attempt that still holds the upload may end it, and only once: a late one finds another number.
HELD = "SELECT product_id FROM picture_upload WHERE id = $1 AND attempts = $2 AND state = 'waiting' FOR UPDATE"
# One picture after another per product, so that the count below is right when two are published at once.
LOCK_PRODUCT = "SELECT FROM product WHERE id = $1 FOR NO KEY UPDATE"
COUNT = "SELECT count(*) FROM product_image WHERE product_id = $1 AND deleted_at IS NULL"
PUBLISH = """
WITH others AS (
    SELECT coalesce(max(position) + 1, 0) AS next, coalesce(bool_or(is_primary), false) AS have_primary
    FROM product_image i JOIN picture_upload u ON u.product_id = i.product_id
    WHERE u.id = $1 AND i.deleted_at IS NULL
), published AS (
    INSERT INTO product_image (product_id, variant_id, image_url, alt, is_primary, position, width, height, widths)
    SELECT u.product_id, u.variant_id, $2, u.alt, NOT others.have_primary, others.next, $3, $4, $5
    FROM picture_upload u, others WHERE u.id = $1
    RETURNING id
)
UPDATE picture_upload SET state = 'ready', image_id = published.id, lease_until = NULL
FROM published WHERE picture_upload.id = $1
"""
REFUSE = """
UPDATE picture_upload SET state = 'refused', fault = $3, lease_until = NULL
WHERE id = $1 AND attempts = $2 AND state = 'waiting'
"""

PUT_BACK = "UPDATE picture_upload SET attempts = attempts - 1 WHERE id = $1 AND attempts = $2 AND state = 'waiting'"


class PiccoloPictures:
    async def claim(self, *, lease: timedelta) -> ClaimedUpload | None:
        row = await _db().fetchrow(CLAIM, lease)
        return None if row is None else ClaimedUpload(row["id"], row["file_key"], row["attempts"])

    async def publish(
        self, upload: ClaimedUpload, *, url: str, widths: tuple[int, ...], width: int, height: int
    ) -> bool:
        product_id = await _db().fetchval(HELD, upload.id, upload.attempt)
        if product_id is None:
            return True
        await _db().fetchrow(LOCK_PRODUCT, product_id)
        if await _db().fetchval(COUNT, product_id) >= PER_PRODUCT:
            return False
        await _db().execute(PUBLISH, upload.id, url, width, height, list(widths))
        return True

    async def put_back(self, upload: ClaimedUpload) -> None:
        await _db().execute(PUT_BACK, upload.id, upload.attempt)

    async def refuse(self, upload: ClaimedUpload, fault: PictureFault) -> None:
        await _db().execute(REFUSE, upload.id, upload.attempt, WORDS[fault])


def _db() -> ShopEngine:
    return engine_of(PictureUpload)
