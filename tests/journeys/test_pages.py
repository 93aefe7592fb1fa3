"""Every page in its main states: sound HTML, nothing cut off at 320 px, no finding by axe, no complaint."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewShopper
from tests.journeys.page_rules import faults
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.web.rendering import environment

pytestmark = pytest.mark.journey

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Theme = Literal["light", "dark"]
NARROW, WIDE = 320, 1280
NOTEBOOK = "/p/folio-pocket-notebook"


@dataclass(frozen=True)
class State:
    """`statuses` are the refusals that belong to it. What is `alike` without JavaScript is looked at with it only."""

    name: str
    reach: Callable[[Shopper, RunningShop], object]
    statuses: set[int] = field(default_factory=set)
    alike: bool = False


def at(path: str) -> Callable[[Shopper, RunningShop], object]:
    return lambda shopper, _: shopper.open(path)


def added(shopper: Shopper, shop: RunningShop) -> None:
    """The toast, or the flash message."""
    shopper.open("/c/carry")
    shopper.button("Add to cart").click()
    place = "#toasts" if shopper.scripts else ".flash"
    expect(shopper.page.locator(place)).to_contain_text("Added to your cart")


def removed(shopper: Shopper, shop: RunningShop) -> None:
    shopper.fill_cart(NOTEBOOK)
    shopper.button("Remove").click()
    expect(shopper.button("Undo")).to_be_visible()


def cart_in_trouble(shopper: Shopper, shop: RunningShop) -> None:
    """One line is dearer, one short, one sold out, one no longer sold, and one is fine."""
    shop.fetch("UPDATE product SET status = 'active' WHERE slug = 'cala-sunglasses'")
    stock(shop, "HB-CAP-SKY-L", 9)
    stock(shop, "FL-22-SKY", 9)
    shopper.put("folio-pocket-notebook")
    shopper.put("noon-wall-clock", Colour="Rose")
    shopper.put("harbour-cap", quantity="3", Colour="Sky", Size="L")
    shopper.put("fell-22-backpack", Colour="Sky")
    shopper.put("cala-sunglasses", Colour="Rose")
    shop.fetch("UPDATE product SET price = price + 1 WHERE slug = 'noon-wall-clock'")
    shop.fetch("UPDATE product SET status = 'archived' WHERE slug = 'cala-sunglasses'")
    stock(shop, "HB-CAP-SKY-L", 1)
    stock(shop, "FL-22-SKY", 0)
    shopper.open("/cart")
    for told in ("Only 1 left", "Sold out for now", "No longer sold", "The price changed from"):
        shopper.sees(told)


def stock(shop: RunningShop, sku: str, quantity: int) -> None:
    variant = "SELECT id FROM product_variant WHERE sku = $2"
    shop.fetch(f"UPDATE inventory SET quantity = $1 WHERE variant_id = ({variant})", quantity, sku)


def cart_refusal(shopper: Shopper, shop: RunningShop) -> None:
    shopper.fill_cart(NOTEBOOK)
    quantity = shopper.page.get_by_label("Quantity: Folio pocket notebook")
    quantity.fill("5000")
    quantity.press("Enter")
    shopper.sees("Error:")


def not_added(shopper: Shopper, shop: RunningShop) -> None:
    shopper.open(NOTEBOOK)
    shopper.page.get_by_label("Quantity").fill("5000")
    shopper.button("Add to cart").click()
    place = "#toasts" if shopper.scripts else "#buy"
    expect(shopper.page.locator(place)).to_contain_text("Error:")


def stale_form(shopper: Shopper, shop: RunningShop) -> None:
    shopper.fill_cart(NOTEBOOK)
    shopper.page.context.clear_cookies()
    shopper.button("Remove").click()
    place = "#toasts" if shopper.scripts else "h1"
    expect(shopper.page.locator(place)).not_to_be_empty()


def checkout(shopper: Shopper, shop: RunningShop) -> None:
    shopper.put("folio-pocket-notebook", quantity="2")
    shopper.put("kiln-street-mug", Colour="Ink")
    shopper.open("/checkout")


def checkout_with_errors(shopper: Shopper, shop: RunningShop) -> None:
    checkout(shopper, shop)
    shopper.place_button.click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("problems")


def checkout_changed(shopper: Shopper, shop: RunningShop) -> None:
    shopper.put("noon-wall-clock", Colour="Ink")
    shopper.open("/checkout")
    shopper.fill_in()
    shop.fetch("UPDATE product SET price = price + 1 WHERE slug = 'noon-wall-clock'")
    shopper.place_button.click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("Your order has changed")


def checkout_sold_out(shopper: Shopper, shop: RunningShop) -> None:
    stock(shop, "FL-22-SKY", 9)
    shopper.put("fell-22-backpack", Colour="Sky")
    shopper.open("/checkout")
    shopper.fill_in()
    stock(shop, "FL-22-SKY", 0)
    shopper.place_button.click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("has just sold out")


def ordered(shopper: Shopper, shop: RunningShop, *, pay: str = "Cash on delivery") -> None:
    shopper.put("folio-pocket-notebook")
    shopper.open("/checkout")
    shopper.fill_in(phone="+1 512 555 0100")
    shopper.page.get_by_label(pay).check()
    shopper.place()


def transfer(shopper: Shopper, shop: RunningShop) -> None:
    ordered(shopper, shop, pay="Bank transfer")


def lapsed(shopper: Shopper, shop: RunningShop) -> None:
    transfer(shopper, shop)
    shop.fetch("UPDATE orders SET status = 'lapsed' WHERE email = $1", shopper.email)
    shopper.page.reload()
    shopper.sees("Closed unpaid")


def menu(shopper: Shopper, shop: RunningShop) -> None:
    shopper.page.set_viewport_size({"width": NARROW, "height": 800})
    shopper.open("/")
    shopper.page.locator("summary").first.click()
    expect(shopper.page.get_by_role("navigation", name="Main")).to_be_visible()


def broken(shopper: Shopper, shop: RunningShop) -> None:
    """The last resort, which the shop sends when it cannot even ask the database."""
    words = {"status": 503, "title": "We will be right back", "next_step": "Please wait.", "request_id": "5f3a"}
    page = environment().get_template("errors/plain.html").render(words)
    shopper.page.route("**/broken", lambda route: route.fulfill(status=503, body=page, content_type="text/html"))
    shopper.open("/broken")


def mail(shopper: Shopper, shop: RunningShop) -> None:
    transfer(shopper, shop)
    shopper.read_mail()


def mailbox(shopper: Shopper, shop: RunningShop) -> None:
    mail(shopper, shop)
    shopper.open("/mailbox")


STATES = [
    State("home", at("/"), alike=True),
    State("menu on a narrow screen", menu, alike=True),
    State("category", at("/c/kitchen"), alike=True),
    State("page that a category does not have", at("/c/kitchen?page=999"), {404}, alike=True),
    State("search", at("/search?q=lamp"), alike=True),
    State("search without words", at("/search"), alike=True),
    State("search that finds nothing", at("/search?q=" + "zeppelin-" * 20), alike=True),
    State("product with two options", at("/p/skagen-pendant")),
    State("product without a choice", at(NOTEBOOK), alike=True),
    State("product chosen and sold out", at("/p/skagen-pendant?option.Colour=Sky&option.Diameter=42+cm"), alike=True),
    State("product half chosen", at("/p/skagen-pendant?option.Colour=Sky"), alike=True),
    State("product that does not exist so", at("/p/skagen-pendant?option.Colour=Sky&option.Diameter=1+m"), alike=True),
    State("product sold out", at("/p/otto-side-table"), alike=True),
    State("added to the cart", added),
    State("not added to the cart", not_added, {422}),
    State("empty cart", at("/cart"), alike=True),
    State("cart", lambda shopper, _: shopper.fill_cart(NOTEBOOK)),
    State("cart in trouble", cart_in_trouble),
    State("cart refuses a quantity", cart_refusal, {422}),
    State("removed from the cart", removed),
    State("form of another visit", stale_form, {403}),
    State("checkout", checkout),
    State("checkout with errors", checkout_with_errors, {422}),
    State("checkout after a change", checkout_changed, {409}),
    State("checkout of what just sold out", checkout_sold_out, {409}),
    State("order paid in cash", ordered, alike=True),
    State("order paid by transfer", transfer, alike=True),
    State("order that lapsed", lapsed, alike=True),
    State("mailbox", mailbox, alike=True),
    State("mail", mail, alike=True),
    State("not found", at("/nothing"), {404}, alike=True),
    State("gone", at("/p/norrvik-tour-headphones"), {410}, alike=True),
    State("wrong method", at("/cart/items"), {405}, alike=True),
    State("broken", broken, {503}, alike=True),
]


CASES = [(state, scripts) for scripts in (True, False) for state in STATES if scripts or not state.alike]


@pytest.mark.parametrize(
    ("state", "scripts"),
    CASES,
    ids=[f"{state.name.replace(' ', '-')}-{'htmx' if scripts else 'no-script'}" for state, scripts in CASES],
)
def test_a_page_is_sound(state: State, scripts: bool, new_shopper: NewShopper, running_shop: RunningShop) -> None:
    shopper = new_shopper(scripts=scripts)
    page = shopper.page
    shopper.expected |= state.statuses
    state.reach(shopper, running_shop)
    assert not faults(page.content())
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert not cut_off(page)
    if shopper.scripts:
        page.evaluate(axe_source())
        # Each page in both themes and both widths, each theme in each width every other page.
        themes: list[Theme] = ["light", "dark"] if STATES.index(state) % 2 else ["dark", "light"]
        for theme, width in zip(themes, (NARROW, WIDE), strict=True):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            assert not findings(page), f"{theme}, {width} px"


def cut_off(page: Page) -> list[str]:
    """What reaches over the right edge, where the page can be scrolled there."""
    found: list[str] = page.evaluate(
        """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
            [`${document.scrollingElement.scrollWidth} px wide`,
             ...[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 5).map(e => e.outerHTML.slice(0, 120))]"""
    )
    return found


def findings(page: Page) -> list[str]:
    """What axe-core says is wrong, with the first places."""
    found: list[str] = page.evaluate(
        """async (rules) => (await axe.run(document, { runOnly: rules, resultTypes: ["violations"] })).violations.map(
            (found) => `${found.id}: ${found.help}: ` + found.nodes.slice(0, 3)
                .map((node) => `${node.target} (${node.any[0]?.message ?? node.all[0]?.message ?? ""})`).join("; "))""",
        RULES,
    )
    return found


def axe_source() -> str:
    if not AXE.exists():
        pytest.fail("axe-core is missing: make test installs it, or npm ci in tests/journeys")
    return AXE.read_text()


def test_the_checks_find_what_is_planted(new_shopper: NewShopper) -> None:
    """Otherwise a check that looks at nothing would pass, too."""
    shopper = new_shopper()
    shopper.open("/")
    shopper.page.evaluate(
        """() => document.body.insertAdjacentHTML("beforeend",
            '<img src="/static/img/favicon.svg" width="10" height="10">'
            + '<p class="tally">x</p>'.repeat(2) + '<pre>' + 'wide'.repeat(200) + '</pre>')"""
    )
    shopper.page.evaluate(axe_source())
    assert any(found.startswith("image-alt") for found in findings(shopper.page))
    shopper.page.set_viewport_size({"width": NARROW, "height": 800})
    assert cut_off(shopper.page)
    shopper.page.evaluate("document.body.setAttribute('style', 'color: red')")
    shopper.page.evaluate("console.log('a word')")
    shopper.page.evaluate("setTimeout(() => { throw new Error('a throw') })")
    shopper.page.evaluate("fetch('/nothing')")
    shopper.page.wait_for_timeout(300)
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
