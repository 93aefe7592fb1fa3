"""The style guide shows what there is, out of the files that pages use. That production has none, test_routes holds."""

import re
from typing import Any

from tests.web.conftest import Visitor
from tests.web.rendering import ROOT

SHEET = (ROOT / "static/css/core.css").read_text()
SPRITE = (ROOT / "static/img/icons.svg").read_text()


async def test_it_shows_every_token_and_every_icon(visitor: Visitor, mug: Any) -> None:
    page = await visitor.get("/styleguide")
    assert page.status == 200
    tokens = set(re.findall(r"--([\w-]+):", SHEET.partition("@layer base {")[0]))
    assert {name for name in tokens if f"<code>--{name}</code>" not in page.text} == {"shadow"}
    icons = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
    assert {name for name in icons if f"<code>{name}</code>" not in page.text} == set()


async def test_it_shows_cards_in_every_state(visitor: Visitor, mug: Any) -> None:
    words = (await visitor.get("/styleguide")).words
    for said in (
        "Sold out",
        "Pre-order",
        "New",
        "−20%",
        "Only 2 left",
        "Notify me",
        "Choose options",
        "sold at this price",
    ):
        assert said in words, said
    for said in ("There are 2 problems", "No longer sold", "The price changed", "Waiting for payment", "Closed unpaid"):
        assert said in words, said


async def test_a_shop_without_products_has_one_too(visitor: Visitor, engine: Any) -> None:
    page = await visitor.get("/styleguide")
    assert page.status == 200 and "Waiting" in page.words
