"""Pages in other words: in longer ones, and written from right to left."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewShopper
from tests.journeys.looks import DOUBLED, NARROW, WIDE, Look, styled
from tests.journeys.page_rules import faults
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.sights import bring_axe, cut_off, findings
from tests.journeys.states import STATES, State, account, security
from tests.journeys.states.state import Way

pytestmark = pytest.mark.journey

LONG, FROM_THE_RIGHT, GERMAN = "/x-long", "/x-rtl", "/de"
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


@each_address
def test_a_german_page_leaves_no_english(state: State, new_shopper: NewShopper, running_shop: RunningShop) -> None:
    english, german = new_shopper(), new_shopper()
    state.reach(english, running_shop)
    state.reach(german, running_shop, language=GERMAN)
    wrong = faults(german.page.content())
    assert not wrong
    assert left_over(english, german) == set()
    assert title_of(english) != title_of(german) or title_of(german) in names(running_shop)


@pytest.mark.parametrize("enter", [account.with_orders("/account"), security.finished], ids=["account", "security"])
def test_the_pages_of_an_account_leave_no_english(
    enter: Way, new_shopper: NewShopper, running_shop: RunningShop
) -> None:
    english, german = new_shopper(), new_shopper()
    for shopper in (english, german):
        enter(shopper, running_shop)
        account.add_address(shopper)
    left = {}
    for path in account.PATHS:
        english.open(path)
        german.open(GERMAN + path)
        wrong = faults(german.page.content())
        assert not wrong, path
        left[path] = left_over(english, german)
        assert title_of(english) != title_of(german), path
        for width in (NARROW, WIDE):
            Look(width=width).put_on(german.page)
            assert cut_off(german.page) == [], (path, width)
    assert {path: words for path, words in left.items() if words} == {}


@pytest.mark.parametrize("path", ["/cart", "/checkout"])
def test_what_is_ordered_in_german_leaves_no_english(path: str, new_shopper: NewShopper) -> None:
    english, german = new_shopper(), new_shopper()
    for shopper, language in ((english, ""), (german, GERMAN)):
        shopper.put("folio-pocket-notebook")
        shopper.put("kiln-street-mug", Colour="Sand")
        shopper.open(language + path)
    assert left_over(english, german) == set()


def test_what_is_left_would_be_found(new_shopper: NewShopper) -> None:
    english, german = new_shopper(), new_shopper()
    for shopper, language in ((english, ""), (german, GERMAN)):
        shopper.open(f"{language}/about")
        shopper.page.evaluate(
            """document.querySelector("main").insertAdjacentHTML("beforeend",
                '<p>Left over</p><p lang="en">Marked</p><button aria-label="Unsaid">x</button><p><bdi>Ada</bdi></p>')"""
        )
    assert left_over(english, german) == {"Left over", "Unsaid"}


SAME = re.compile(
    r"[\W\d]*|[\d.,]+\s?(?:cm|mm|g|kg|ml|l|W|h)|Exclusive|English|Deutsch|E-Mail|FAQ|USD"
    r"|Name|System|Newsletter|Start|Filter|Code|Sale|Set|Cookies|Website"
    r"|Instagram|Facebook|YouTube|TikTok|LinkedIn|GitHub|Chrome, Linux"
)
"""What German says as English does."""


def left_over(english: Shopper, german: Shopper) -> set[str]:
    """Words of a German page that are not marked as another language's and that the English page has, too."""
    alike = words_of(english.page) & words_of(german.page)
    return {words for words in alike if not SAME.fullmatch(words)}


def words_of(page: Page) -> set[str]:
    """Every text and every name that a reader of the page meets, but what customers wrote."""
    found: list[str] = page.evaluate(
        """() => {
            const found = [];
            const lang = document.documentElement.lang;
            const isOurs = (one) => !one.closest("[translate=no], script, style, template, bdi, .said .text")
                && one.closest("[lang]").lang === lang;
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) if (isOurs(texts.currentNode.parentElement)) found.push(texts.currentNode.data);
            for (const one of document.querySelectorAll("[aria-label], [placeholder], [alt]")) {
                const said = ["aria-label", "placeholder", "alt"].map((name) => one.getAttribute(name));
                if (isOurs(one)) found.push(...said.filter(Boolean));
            }
            return found.map((text) => text.replace(/\\s+/g, " ").trim()).filter((text) => /\\p{L}{2}/u.test(text));
        }"""
    )
    return set(found)


def title_of(shopper: Shopper) -> str:
    return shopper.page.title().rpartition(" – ")[0]


def names(shop: RunningShop) -> set[str]:
    """What a title may be in any language: the name of a thing."""
    rows = shop.fetch("SELECT name FROM product UNION SELECT name FROM category UNION SELECT name FROM flash_sale")
    return {row["name"] for row in rows}
