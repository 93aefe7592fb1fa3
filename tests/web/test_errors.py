"""What a visitor reads where something is not there."""

import pytest

from tests.web.conftest import Visitor


@pytest.mark.parametrize("path", ["/c/nothing", "/p/nothing", "/nothing", "/p/%00", "/p/%ED%A0%80", "/p/" + "x" * 900])
async def test_an_unknown_address_is_a_page_in_the_frame(visitor: Visitor, mug, path):
    page = await visitor.get(path)
    assert page.status == 404
    assert "Search" in page.words
    assert "/cart" in page.links
