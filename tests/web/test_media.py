"""Uploaded pictures, as browsers ask for them."""

import pytest

KEY = "pictures/" + "a" * 32 + "-320.webp"


async def test_a_picture_is_kept_for_ever_and_can_do_nothing(shop, visitor):
    await shop.files.put(KEY, b"RIFF....WEBP")
    answer = (await visitor.get(f"/media/{KEY}")).response
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["pictures/" + "b" * 32 + "-320.webp", "incoming/" + "a" * 32, "../secret", "pictures/%2e%2e/secret", "", "x%00y"],
)
async def test_nothing_else_is_served(visitor, path):
    assert (await visitor.get(f"/media/{path}")).status in (400, 404)
