"""What a first visit costs: bytes, requests, nodes and shifts, against the budgets of the design notes."""

import gzip
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Response

from tests.journeys.conftest import NewShopper
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states import STATES, State, account

pytestmark = pytest.mark.journey

KB = 1024
SHIFTS = """() => {
    const moved = ({ node, previousRect, currentRect }) =>
        `${(node?.outerHTML ?? node?.data ?? "").slice(0, 99)}: ${JSON.stringify([previousRect, currentRect])}`;
    return new Promise((done) => new PerformanceObserver((list) => done(
        list.getEntries().filter((entry) => !entry.hadRecentInput)
            .map((entry) => ({ by: entry.value, moved: entry.sources.map(moved) }))))
        .observe({ type: "layout-shift", buffered: true }) ?? setTimeout(() => done([]), 200));
}"""
LARGEST = """() => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1)))
    .observe({ type: "largest-contentful-paint", buffered: true })).then(
        (entry) => ({ url: entry.url, isLazy: entry.element?.loading === "lazy" }))"""


@dataclass(frozen=True)
class Budget:
    """In KB, gzip -9 where the page is text; `total` is what a cold first load brings over the wire."""

    html: int
    total: int
    nodes: int = 1500


LISTING = Budget(html=20, total=250)
BUDGETS = {"/": LISTING, "/c/": LISTING, "/search": LISTING, "/p/": Budget(html=15, total=220)}
OTHERS = Budget(html=10, total=120)
SCRIPTS, STYLES, FONT, SPRITE = 18, 16, 26, 6
SCRIPTS_OF_LETTERS = 2
"""One font file a script: Latin, and its further letters where a name on the page has one."""
REQUESTS = 40
LARGEST_PICTURE, LARGEST_CARD, MEAN_CARD = 60, 25, 8
LAYOUT_SHIFT = 0.02
SCRIPT_SECONDS = 0.1
"""Of processor time in all the page's scripts together, so that no single task of theirs can be longer."""

PUBLIC = [state for state in STATES if state.address or state.name in ("cart", "checkout")]


@pytest.mark.parametrize("state", PUBLIC, ids=lambda state: state.slug)
def test_a_first_visit_stays_within_its_budget(
    state: State, new_shopper: NewShopper, running_shop: RunningShop
) -> None:
    shopper = new_shopper()
    path = state.address
    if not path:
        shopper.put("folio-pocket-notebook")
        shopper.put("kiln-street-mug", Colour="Sand")
        path = f"/{state.name}"
    budget = budget_of(path)
    shopper.expected |= state.statuses
    assert_within(budget, shopper, path)


def test_the_pages_of_an_account_stay_within_their_budget(new_shopper: NewShopper, running_shop: RunningShop) -> None:
    """Each as if it were the first: what the browser has kept of the others costs as much again."""
    member = new_shopper()
    account.with_orders("/account")(member, running_shop)
    account.add_address(member)
    for path in account.PATHS:
        shopper = new_shopper()
        shopper.page.context.add_cookies(member.page.context.cookies())  # type: ignore[arg-type]
        assert_within(OTHERS, shopper, path)


def assert_within(budget: Budget, shopper: Shopper, path: str) -> None:
    clock = shopper.page.context.new_cdp_session(shopper.page)
    clock.send("Performance.enable", {"timeDomain": "threadTicks"})
    page = shopper.page
    shopper.open(path)
    page.wait_for_load_state("networkidle")
    largest = page.evaluate(LARGEST)
    shopper.see_everything()
    metrics = {metric["name"]: metric["value"] for metric in clock.send("Performance.getMetrics")["metrics"]}
    kinds = by_kind(shopper.responses)
    sizes = {kind: sum(zipped(answer) for answer in answers) for kind, answers in kinds.items()}
    pictures = {answer.url: len(answer.body()) for answer in kinds.get("image", []) if "icons" not in answer.url}
    cards = [pictures[url] for url in page.evaluate(CARDS) if url in pictures]
    assert sizes["document"] <= budget.html * KB
    assert sizes["script"] <= SCRIPTS * KB
    assert sizes["stylesheet"] <= STYLES * KB
    assert max(len(answer.body()) for answer in kinds["font"]) <= FONT * KB
    assert len(kinds["font"]) <= SCRIPTS_OF_LETTERS
    assert sum(zipped(answer) for answer in shopper.responses if "icons" in answer.url) <= SPRITE * KB
    assert max(pictures.values(), default=0) <= LARGEST_PICTURE * KB
    assert max(cards, default=0) <= LARGEST_CARD * KB
    assert sum(cards) <= len(cards) * MEAN_CARD * KB
    assert len(shopper.responses) <= REQUESTS
    assert sum(on_the_wire(answer) for answer in shopper.responses) <= budget.total * KB
    assert page.evaluate("document.querySelectorAll('*').length") <= budget.nodes
    shifts = page.evaluate(SHIFTS)
    assert sum(shift["by"] for shift in shifts) <= LAYOUT_SHIFT, shifts
    assert not largest["isLazy"], largest
    assert metrics["ScriptDuration"] <= SCRIPT_SECONDS


CARDS = "[...document.querySelectorAll('.card img')].map((image) => image.currentSrc)"


def budget_of(path: str) -> Budget:
    if urlsplit(path).path == "/":
        return BUDGETS["/"]
    return next((budget for start, budget in BUDGETS.items() if start != "/" and path.startswith(start)), OTHERS)


def test_texts_travel_compressed_and_stay_in_the_cache(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.open("/")
    shopper.see_everything()
    for kind, answers in by_kind(shopper.responses).items():
        for answer in answers:
            headers = answer.headers
            if kind in ("document", "script", "stylesheet"):
                assert headers.get("content-encoding") in ("br", "gzip"), answer.url
            if kind != "document" and "/static/" in answer.url:
                assert "immutable" in headers["cache-control"], answer.url
    first = len(shopper.responses)
    shopper.open("/c/audio")
    again = [answer for answer in shopper.responses[first:] if kind_of(answer) in ("script", "stylesheet", "font")]
    assert sum(kind_of(answer) != "font" for answer in again) == 4
    assert 1 <= sum(kind_of(answer) == "font" for answer in again) <= SCRIPTS_OF_LETTERS
    assert sum(map(on_the_wire, again)) == 0


def test_a_shift_would_be_seen(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    shopper.open("/")
    shopper.page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('pre'), { textContent: '\\n'.repeat(20) }))"
    )
    shopper.page.wait_for_timeout(200)
    assert sum(shift["by"] for shift in shopper.page.evaluate(SHIFTS)) > LAYOUT_SHIFT


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
