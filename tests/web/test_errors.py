"""What a visitor reads where something is not there."""

from typing import Any

import pytest

from app.adapters.db.engine import ShopEngine
from app.adapters.jobs.none import NoJobs
from app.bootstrap import build_shop
from app.main import create_app
from app.settings import Settings
from tests.web.conftest import Visitor


@pytest.mark.parametrize("path", ["/c/nothing", "/p/nothing", "/nothing", "/p/%00", "/p/%ED%A0%80", "/p/" + "x" * 900])
async def test_an_unknown_address_is_a_page_in_the_frame(visitor: Visitor, mug, path):
    page = await visitor.get(path)
    assert page.status == 404
    assert "Search" in page.words
    assert "/cart" in page.links
    assert "/p/everyday-mug" in page.links


async def test_a_page_that_is_not_there_costs_little_and_the_second_time_less(
    visitor: Visitor, mug, monkeypatch: pytest.MonkeyPatch, settings: Settings, _engine: ShopEngine
):
    """Anybody can ask for such pages as fast as they like."""
    shop = build_shop(settings.model_copy(update={"navigation_seconds": 60}), engine=_engine, jobs=NoJobs())
    stranger = Visitor(create_app(shop))
    asked: list[str] = []
    run = _engine._run

    async def count(verb: str, sql: str, args: Any) -> Any:
        asked.append(sql)
        return await run(verb, sql, args)

    monkeypatch.setattr(_engine, "_run", count)
    for most in (2, 0):
        asked.clear()
        assert "/p/everyday-mug" in (await stranger.get("/nothing")).links
        assert len(asked) <= most, asked
    await stranger.client.aclose()
