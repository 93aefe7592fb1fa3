"""What a first visit costs: bytes, requests, nodes and shifts, against the budgets of the design notes."""

import gzip
from dataclasses import dataclass
from itertools import groupby

import pytest
from playwright.sync_api import Response

from tests.journeys.conftest import NewShopper
from tests.journeys.shopper import Shopper

pytestmark = pytest.mark.journey

KB = 1024
SHIFT = """() => new Promise((done) => new PerformanceObserver((list) => done(
    list.getEntries().filter((entry) => !entry.hadRecentInput).reduce((sum, entry) => sum + entry.value, 0)))
    .observe({ type: "layout-shift", buffered: true }) ?? setTimeout(() => done(0), 200))"""


@dataclass(frozen=True)
class Budget:
    """In KB, gzip -9 where the page is text; `total` is what a cold first load brings over the wire."""

    html: int
    total: int
    nodes: int = 1500


BUDGETS = {
    "/": Budget(html=20, total=250),
    "/c/kitchen": Budget(html=20, total=250),
    "/p/skagen-pendant": Budget(html=15, total=220),
    "/cart": Budget(html=10, total=120),
    "/checkout": Budget(html=10, total=120),
    "/search?q=lamp": Budget(html=20, total=250),
}
SCRIPTS, STYLES, FONT, SPRITE = 18, 16, 26, 6
REQUESTS = 40
LARGEST_PICTURE = 60
LAYOUT_SHIFT = 0.02


@pytest.mark.parametrize("path", BUDGETS)
def test_a_first_visit_stays_within_its_budget(path: str, new_shopper: NewShopper) -> None:
    budget = BUDGETS[path]
    shopper = new_shopper()
    if path in ("/cart", "/checkout"):
        shopper.put("folio-pocket-notebook")
        shopper.put("kiln-street-mug", Colour="Sand")
    shopper.open(path)
    see_everything(shopper)
    kinds = by_kind(shopper.responses)
    sizes = {kind: sum(zipped(answer) for answer in answers) for kind, answers in kinds.items()}
    pictures = [len(answer.body()) for answer in kinds.get("image", []) if answer.url.endswith(".webp")]
    assert sizes["document"] <= budget.html * KB
    assert sizes["script"] <= SCRIPTS * KB
    assert sizes["stylesheet"] <= STYLES * KB
    assert sum(len(answer.body()) for answer in kinds["font"]) <= FONT * KB
    assert len(kinds["font"]) == 1
    assert sum(zipped(answer) for answer in shopper.responses if "icons" in answer.url) <= SPRITE * KB
    assert max(pictures, default=0) <= LARGEST_PICTURE * KB
    assert len(shopper.responses) <= REQUESTS
    assert sum(on_the_wire(answer) for answer in shopper.responses) <= budget.total * KB
    assert shopper.page.evaluate("document.querySelectorAll('*').length") <= budget.nodes
    assert shopper.page.evaluate(SHIFT) <= LAYOUT_SHIFT


def test_texts_travel_compressed_and_stay_in_the_cache(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.open("/")
    see_everything(shopper)
    for kind, answers in by_kind(shopper.responses).items():
        for answer in answers:
            headers = answer.headers
            if kind in ("document", "script", "stylesheet"):
                assert headers.get("content-encoding") in ("br", "gzip"), answer.url
            if kind != "document":
                assert "immutable" in headers["cache-control"], answer.url
    first = len(shopper.responses)
    shopper.open("/c/audio")
    again = [answer for answer in shopper.responses[first:] if kind_of(answer) in ("script", "stylesheet", "font")]
    assert len(again) == 5
    assert sum(map(on_the_wire, again)) == 0


def test_a_shift_would_be_seen(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.open("/")
    shopper.page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('pre'), { textContent: '\\n'.repeat(20) }))"
    )
    shopper.page.wait_for_timeout(200)
    assert shopper.page.evaluate(SHIFT) > LAYOUT_SHIFT


def see_everything(shopper: Shopper) -> None:
    """Scroll to the end, so that lazy pictures come, too."""
    shopper.page.evaluate(
        """async () => {
            for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
                scrollTo(0, y);
                await new Promise((done) => setTimeout(done, 30));
            }
        }"""
    )
    shopper.page.wait_for_load_state("networkidle")


def kind_of(answer: Response) -> str:
    return answer.request.resource_type


def by_kind(answers: list[Response]) -> dict[str, list[Response]]:
    return {kind: list(group) for kind, group in groupby(sorted(answers, key=kind_of), key=kind_of)}


def zipped(answer: Response) -> int:
    return len(gzip.compress(answer.body(), 9))


def on_the_wire(answer: Response) -> int:
    """Bytes received; 0 for what came out of the browser's cache."""
    sizes = answer.request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])
