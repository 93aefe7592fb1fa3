"""What a fragment shows while it waits, and what it leaves alone when no answer comes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import NewShopper
from tests.journeys.fragments import FRAGMENTS, Fragment
from tests.journeys.shopper import value_of

pytestmark = pytest.mark.journey

each_fragment = pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda fragment: fragment.name.replace(" ", "-"))
SAID = "That did not work"
LOST = re.compile("ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|AbortError|timeout|ERR_ABORTED|500")
TIMEOUT_SECONDS = 10


@each_fragment
def test_a_fragment_says_that_it_waits_and_asks_once(fragment: Fragment, new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    page = shopper.page
    control = fragment.reach(shopper)
    before = control.bounding_box()
    with held_back(page, fragment) as held:
        fragment.act(control)
        expect(page.locator("[aria-busy=true]")).not_to_have_count(0)
        assert control.bounding_box() == before, "the control keeps its size and place"
        if fragment.is_once:
            control.evaluate("control => { control.click(); control.click() }")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert len(held) == 1
    assert len(shopper.documents) == 1


@each_fragment
@pytest.mark.parametrize("fault", ["offline", "500", "timeout"])
def test_a_fragment_that_fails_says_so_and_keeps_everything(
    fault: str, fragment: Fragment, new_shopper: NewShopper
) -> None:
    shopper = new_shopper()
    page = shopper.page
    if fault == "timeout":
        page.clock.install()
    control = fragment.reach(shopper)
    if fragment.kept:
        page.locator(fragment.kept).fill("3")
    text = said(page)
    shopper.expected.add(500)

    def fail(route: Route) -> None:
        if fault == "offline":
            route.abort("internetdisconnected")
        elif fault == "500":
            route.fulfill(status=500, body="<h1>Something broke</h1>", content_type="text/html")
        # and to a timeout there is no answer at all

    page.route(lambda address: fragment.asks in address, fail)
    with page.expect_request(lambda request: fragment.asks in request.url):
        fragment.act(control)
        if fragment.asks == "/cart/items/" and fault == "timeout":
            page.clock.fast_forward(500)
    if fault == "timeout":
        page.clock.fast_forward(TIMEOUT_SECONDS * 1000 + 500)
    expect(page.locator("#toasts")).to_contain_text(SAID)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert said(page) == text
    if fragment.kept:
        assert value_of(page.locator(fragment.kept)) == "3"
    expect(control).to_be_focused()
    assert len(shopper.documents) == 1
    assert all(LOST.search(complaint) for complaint in shopper.complaints), shopper.complaints
    shopper.forgive()


def said(page: Page) -> str:
    """What the page says, but for its clocks, which go on."""
    text: str = page.locator("main").evaluate(
        """main => [...main.querySelectorAll(".countdown")].reduce(
            (text, clock) => text.replace(clock.innerText, ""), main.innerText)"""
    )
    return text


@contextmanager
def held_back(page: Page, fragment: Fragment) -> Iterator[list[Route]]:
    """Its requests get no answer before the end of the block."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(lambda address: fragment.asks in address, hold)
    with page.expect_request(lambda request: fragment.asks in request.url):
        yield held
    while not held:  # the request is told of before it comes to the route
        page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    page.route(lambda address: fragment.asks in address, lambda route: route.continue_())
