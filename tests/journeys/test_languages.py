"""Pages in other words: in longer ones, and written from right to left."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewShopper
from tests.journeys.looks import DOUBLED, NARROW, WIDE, Look, styled
from tests.journeys.page_rules import faults
from tests.journeys.running import RunningShop
from tests.journeys.sights import bring_axe, cut_off, findings
from tests.journeys.states import STATES, State

pytestmark = pytest.mark.journey

LONG, FROM_THE_RIGHT = "/x-long", "/x-rtl"
ADDRESSED = [state for state in STATES if state.address]
each_address = pytest.mark.parametrize("state", ADDRESSED, ids=lambda state: state.slug)


@each_address
def test_a_page_holds_longer_words(state: State, new_shopper: NewShopper, running_shop: RunningShop) -> None:
    shopper = new_shopper()
    page = shopper.page
    state.reach(shopper, running_shop, language=LONG)
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))
    for width in (NARROW, WIDE):
        Look(width=width).put_on(page)
        assert cut_off(page) == [], width
    with styled(page, DOUBLED):
        assert cut_off(page) == [], "at 200 %"


@each_address
def test_a_page_reads_from_right_to_left(state: State, new_shopper: NewShopper, running_shop: RunningShop) -> None:
    shopper = new_shopper()
    page = shopper.page
    state.reach(shopper, running_shop, language=FROM_THE_RIGHT)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    wrong = faults(page.content())
    assert not wrong
    bring_axe(page)
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        assert cut_off(page) == [], width
    assert findings(page) == []
