"""What people ask their system for: colours of their own, no motion, large print, a small window, and paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import NewShopper
from tests.journeys.fragments import FRAGMENTS
from tests.journeys.keyboard import walk
from tests.journeys.looks import HEIGHT, NARROW, WIDE, printed
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.sights import cut_off
from tests.journeys.states.state import NOTEBOOK
from tests.journeys.test_fragment_faults import held_back

pytestmark = pytest.mark.journey

PAGES = [
    "/",
    "/c/kitchen?colour=Sand",
    "/p/skagen-pendant?option.Colour=Sky&option.Diameter=42+cm",
    "/p/kiln-street-mug",
    "/cart",
    "/checkout",
    "/contact",
]
ZOOMED = [(NARROW, 256), (640, 450), (1024, 400)]
"""CSS px of a window of 1280 x 1024 at 400 %, of 1280 x 900 at 200 %, and one that is wide and low."""


def filled(shopper: Shopper, path: str) -> Page:
    if path in ("/cart", "/checkout"):
        shopper.put("folio-pocket-notebook")
        shopper.put("kiln-street-mug", Colour="Sand")
    shopper.open(path)
    return shopper.page


# --- Colours of the system (Windows' contrast themes)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_what_can_be_pressed_has_an_edge_in_forced_colours(path: str, width: int, new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    page = filled(shopper, path)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(forced_colors="active")
    assert page.evaluate(EDGELESS) == []
    assert page.evaluate(UNSEEN_ICONS) == []
    stops = walk(page)
    assert len(stops) > 5
    assert [stop for stop in stops if stop.trouble] == []


EDGELESS = """() => {
  const edged = (style) => ["Top", "Bottom", "Left", "Right"].every((side) =>
    parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none"
    && style[`border${side}Color`] !== style.backgroundColor);
  return [...document.querySelectorAll(".btn, .chip, .option input, .choice, .options label, .stepper, select, "
      + "textarea, input:not([type=hidden], [type=radio], [type=checkbox]), .badge, .toast, .note, meter")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".trap"))
    .filter((one) => ![one, one.parentElement].some((box) => edged(getComputedStyle(box)))
      && !(one.localName === "input" && getComputedStyle(one).appearance !== "none"))
    .map((one) => one.outerHTML.slice(0, 120));
}"""

UNSEEN_ICONS = """() => {
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("svg.icon")]
    .filter((icon) => icon.checkVisibility({ visibilityProperty: true }))
    .filter((icon) => {
      const { stroke, fill, width } = getComputedStyle(icon);
      const ground = behind(icon.parentElement);
      return parseFloat(width) < 8 || [stroke, fill].every((colour) => colour === "none" || colour === ground);
    })
    .map((icon) => icon.parentElement.outerHTML.slice(0, 160));
}"""


def look_of(page: Page, chosen: str, other: str) -> tuple[dict[str, str], dict[str, str]]:
    """What the system's colours leave of two places' looks: edges, rings, lines and weights."""
    found = page.evaluate(
        """(places) => places.map((place) => {
            const style = getComputedStyle(document.querySelector(place));
            return Object.fromEntries(["borderTopColor", "borderTopWidth", "borderTopStyle", "outlineStyle",
                "outlineColor", "textDecorationLine", "fontWeight", "color"].map((name) => [name, style[name]]));
        })""",
        [chosen, other],
    )
    return found[0], found[1]


@pytest.mark.parametrize(
    ("path", "chosen", "other"),
    [
        ("/about", ".theme [aria-pressed=true]", ".theme [aria-pressed=false]"),
        (PAGES[2], ".options label:has(:checked)", ".options label:not(:has(:checked))"),
        (PAGES[2], ".options label.gone", ".options label:not(.gone)"),
        ("/p/skagen-pendant", ".thumbs [aria-current]", ".thumbs a:not([aria-current])"),
        ("/checkout", ".choice:has(:checked)", ".choice:not(:has(:checked))"),
        ("/about", ".help-nav [aria-current]", ".help-nav a:not([aria-current])"),
    ],
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_chosen_is_told_by_more_than_its_ground(
    theme: str, path: str, chosen: str, other: str, new_shopper: NewShopper
) -> None:
    shopper = new_shopper()
    page = filled(shopper, path)
    page.emulate_media(forced_colors="active", color_scheme=theme)  # type: ignore[arg-type]
    one, another = look_of(page, chosen, other)
    assert one != another


def test_a_meter_is_seen_in_forced_colours(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    page = shopper.page
    shopper.open("/flash-sale")
    page.emulate_media(forced_colors="active")
    meter = page.locator("meter").first
    full, empty = meter.screenshot(), None
    meter.evaluate("meter => { meter.value = 0 }")
    empty = meter.screenshot()
    assert full != empty


# --- No motion


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_where_no_motion_is_wanted(path: str, new_shopper: NewShopper) -> None:
    page = filled(new_shopper(), path)
    assert moving(page) == []
    for place in ("a.tile", ".card", ".btn", "main a"):
        shown = page.locator(f"{place}:visible")
        if shown.count():
            shown.first.hover(force=True)
            assert moving(page) == [], place
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_waiting_and_toasts_do_not_move_either(new_shopper: NewShopper) -> None:
    assert seen_while_waiting(new_shopper()) == []


def test_they_move_for_everybody_else(browser: Browser, running_shop: RunningShop) -> None:
    """Otherwise a page without any style would pass, too."""
    context = browser.new_context(viewport={"width": WIDE, "height": HEIGHT}, reduced_motion="no-preference")
    try:
        found = seen_while_waiting(Shopper(context, running_shop.address, scripts=True))
        assert any("turn" in motion for motion in found)
        assert any("appear" in motion for motion in found)
    finally:
        context.close()


def seen_while_waiting(shopper: Shopper) -> list[str]:
    (adding,) = (fragment for fragment in FRAGMENTS if fragment.name == "F1 product")
    control = adding.reach(shopper)
    with held_back(shopper.page, adding):
        adding.act(control)
        expect(shopper.page.locator("[aria-busy=true]")).not_to_have_count(0)
        found = moving(shopper.page)
    shopper.page.wait_for_selector("[data-toast]")
    return found + moving(shopper.page)


def moving(page: Page) -> list[str]:
    """Animations and transitions that somebody could see, by name or property."""
    found: list[str] = page.evaluate(
        """() => document.getAnimations().filter((one) => {
            const { duration, iterations } = one.effect.getComputedTiming();
            return duration > 10 || iterations === Infinity;
        }).map((one) => `${one.animationName ?? one.transitionProperty} of ${one.effect.target?.className}`)"""
    )
    return found


# --- Large print and small windows


@pytest.mark.parametrize("size", ZOOMED, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("path", PAGES)
def test_zoomed_in_nothing_covers_what_has_the_focus(path: str, size: tuple[int, int], new_shopper: NewShopper) -> None:
    page = filled(new_shopper(), path)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert cut_off(page) == []
    stops = walk(page)
    assert len(stops) > 5
    assert [stop for stop in stops if stop.trouble] == []


def test_a_bar_that_covers_the_focus_would_be_found(new_shopper: NewShopper) -> None:
    page = filled(new_shopper(), "/cart")
    page.set_viewport_size({"width": NARROW, "height": 256})
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(".head { position: sticky !important; inset-block-start: 0 } html { scroll-padding: 0 }");
            document.adoptedStyleSheets = [sheet];
        }"""
    )
    assert any(stop.trouble for stop in walk(page))


# --- Paper


def on_paper(way: Callable[[Shopper], object], shopper: Shopper) -> str:
    """What is printed of a page, and that nothing of it is cut off."""
    way(shopper)
    with printed(shopper.page):
        assert cut_off(shopper.page) == []
        for around in ("header.head", "footer", "nav", ".toasts", ".skip", ".announcement"):
            for place in shopper.page.locator(around).all():
                expect(place).to_be_hidden()
        dark = "getComputedStyle(document.body).backgroundColor"
        shopper.page.emulate_media(media="print", color_scheme="dark")
        assert shopper.page.evaluate(dark) == "rgb(255, 255, 255)", "paper is white"
        return shopper.page.locator("body").inner_text()


def test_a_printed_order_holds_what_counts(new_shopper: NewShopper) -> None:
    shopper = new_shopper()
    text = on_paper(lambda shopper: shopper.order(), shopper)
    for needed in (shopper.order_number, "Folio pocket notebook", "Cash on delivery", "12 Analytical Way", "Total"):
        assert needed in text
    assert not re.search("Print this page|Continue shopping|Subscribe|Breadcrumb", text)


def test_a_printed_product_is_about_the_product(new_shopper: NewShopper) -> None:
    text = on_paper(lambda shopper: shopper.open(NOTEBOOK), new_shopper())
    for needed in ("Folio pocket notebook", "$", "About this product", "Article number"):
        assert needed in text
    assert not re.search("Add to cart|Buy now|Show delivery|Subscribe", text)


@pytest.mark.parametrize("path", ["/delivery", "/terms", "/faq", "/about"])
def test_a_printed_page_of_help_is_all_text(path: str, new_shopper: NewShopper) -> None:
    text = on_paper(lambda shopper: shopper.open(path), new_shopper())
    assert len(text) > 500
    assert "Subscribe" not in text
