"""Every page in every state: sound HTML, nothing cut off, no finding by axe, no complaint."""

import pytest

from tests.journeys import looks
from tests.journeys.conftest import NewShopper
from tests.journeys.looks import DOUBLED, NARROW, SPACED, WIDE, Look, printed, styled
from tests.journeys.page_rules import faults
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.sights import bring_axe, cut_off, findings
from tests.journeys.states import STATES, State

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.slug)
def test_a_page_is_sound(state: State, new_shopper: NewShopper, running_shop: RunningShop) -> None:
    shopper = new_shopper()
    state.reach(shopper, running_shop)
    wrong = faults(shopper.page.content())
    assert not wrong
    assert_readable(shopper)
    assert_accessible(shopper, looks.PAIRS)


@pytest.mark.parametrize("state", [state for state in STATES if not state.alike], ids=lambda state: state.slug)
def test_a_page_is_sound_without_scripts(state: State, new_shopper: NewShopper, running_shop: RunningShop) -> None:
    shopper = new_shopper(scripts=False)
    state.reach(shopper, running_shop)
    wrong = faults(shopper.page.content())
    assert not wrong
    assert_readable(shopper)


@pytest.mark.prove
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.slug)
def test_a_page_is_accessible_in_every_look(state: State, new_shopper: NewShopper, running_shop: RunningShop) -> None:
    shopper = new_shopper()
    state.reach(shopper, running_shop)
    assert_accessible(shopper, looks.ALL)


def assert_accessible(shopper: Shopper, wanted: list[Look]) -> None:
    bring_axe(shopper.page)
    for look in wanted:
        look.put_on(shopper.page)
        assert findings(shopper.page) == [], look


def assert_readable(shopper: Shopper) -> None:
    """Nothing to scroll sideways or cut off at 320 px in both directions, nor with other spacing, large or on paper."""
    page = shopper.page
    for look in (Look(width=NARROW, direction="rtl"), Look(width=NARROW)):
        look.put_on(page)
        assert cut_off(page) == [], look
    with styled(page, SPACED):
        assert cut_off(page) == [], "with spaced text"
    Look(width=WIDE).put_on(page)
    assert cut_off(page) == []
    with styled(page, DOUBLED):
        assert cut_off(page) == [], "at 200 %"
    with printed(page):
        assert cut_off(page) == [], "on paper"


def test_the_pairs_hold_every_two_values_of_two_dimensions() -> None:
    def pairs(of: list[Look]) -> set[tuple[object, object]]:
        rows = [(look.theme, look.width, look.direction) for look in of]
        return {(row[a], row[b]) for row in rows for a, b in ((0, 1), (0, 2), (1, 2))}

    assert len(looks.ALL) == 8
    assert pairs(looks.PAIRS) == pairs(looks.ALL)


def test_the_checks_find_what_is_planted(new_shopper: NewShopper) -> None:
    """Otherwise a check that looks at nothing would pass, too."""
    shopper = new_shopper()
    page = shopper.page
    shopper.open("/")
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.evaluate(
        """() => {
            document.body.insertAdjacentHTML("beforeend",
                '<img src="/static/img/favicon.svg" width="10" height="10">'
                + '<p class="tally">x</p>'.repeat(2) + '<pre id="wide">' + 'wide'.repeat(200) + '</pre>'
                + '<p id="low">A text that is cut off</p>');
            Object.assign(document.querySelector("#low").style, { height: "5px", overflow: "hidden" });
        }"""
    )
    bring_axe(page)
    assert any(found.startswith("image-alt") for found in findings(page))
    seen = cut_off(page)
    assert "px wide" in seen[0]
    assert any(found.startswith("text cut off") and 'id="low"' in found for found in seen)
    page.evaluate("document.querySelector('#wide').style.width = '50px'")
    assert any(found.startswith("text beside its box") and 'id="wide"' in found for found in cut_off(page))
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("console.log('a word')")
    page.evaluate("setTimeout(() => { throw new Error('a throw') })")
    page.evaluate("fetch('/nothing')")
    page.wait_for_timeout(300)
    for planted in ("securitypolicyviolation: style-src-attr", "a word", "a throw", "404: "):
        assert any(planted in complaint for complaint in shopper.complaints), planted
    shopper.forgive()


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("<h1>Again</h1>", "one h1"),
        ('<p id="a"></p>', "stands 2 times"),
        ('<input name="x" id="b">', "has no label"),
        ('<p aria-describedby="c"></p>', "which is not there"),
        ('<img src="/x" width="1" height="1">', "has no alt"),
        ('<p style="color: red">', "inline style"),
        ('<p onclick="x()">', "inline onclick"),
        ("<script>x()</script>", "inline script"),
        ('<p hx-on:click="x()">', "inline hx-on"),
        ('<form method="post" action="/a" hx-post="/b">', "/b, which nothing"),
        ('<form method="get" action="/a" hx-post="/a">', "/a, which nothing"),
        ('<a href="/a" hx-get="/b">x</a>', "/b, which nothing"),
        ('<form method="post" action="/a" hx-post="/a" hx-trigger="click[x]">', "needs eval"),
        ('<form method="post" action="/a"><select name="x" aria-label="x" hx-post="/q"></select>', "/q, which nothing"),
        ('<a href="#">x</a>', "leads nowhere"),
        ('<img src="//other.example/x" alt="" width="1" height="1">', "from elsewhere"),
    ],
)
def test_the_page_rules_find_what_is_planted(planted: str, fault: str) -> None:
    sound = '<html lang="en"><title>T</title><main id="a"><h1>One</h1>{}</main></html>'
    assert faults(sound.format("")) == []
    assert any(fault in found for found in faults(sound.format(planted)))
