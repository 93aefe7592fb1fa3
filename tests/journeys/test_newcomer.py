"""Somebody who has never been here follows every link and presses every button that can be seen."""

import re
from collections import deque
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from tests.journeys.conftest import NewShopper
from tests.journeys.page_rules import faults
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.web.markup import parse

pytestmark = pytest.mark.journey

ENOUGH = 500
FILLER = re.compile(
    r"lorem ipsum|\bTODO\b|\bundefined\b|\bNone\b|\bnull\b|\[object |\{\{|\{%|%\(\w+\)s|foo\b|\bbar baz"
)
PRESSED = ["/", "/c/kitchen", "/search?q=lamp", "/p/skagen-pendant", "/p/folio-pocket-notebook", "/cart"]


@pytest.mark.parametrize("start", ["/", "/de"])
def test_every_link_leads_somewhere(start: str, new_shopper: NewShopper, running_shop: RunningShop) -> None:
    """Each path once, and with one query: filters lead to more pages than anybody counts."""
    shopper = new_shopper()
    ids: dict[str, set[str]] = {}
    anchors: list[tuple[str, str, str]] = []
    waiting, known = deque([start]), {start}
    troubles: list[str] = []
    while waiting and len(ids) < ENOUGH:
        path = waiting.popleft()
        answer = shopper.page.request.get(running_shop.address + path)
        if not answer.ok:
            troubles.append(f"{path} answers {answer.status}")
            continue
        if "html" not in answer.headers["content-type"]:
            continue
        html = answer.text()
        page, _ = parse(html)
        troubles += [f"{path}: {fault}" for fault in faults(html)]
        body = next(page.all("body")).text
        troubles += [f"{path} says {found[0]}" for found in FILLER.finditer(body)]
        ids[path] = {element["id"] for element in page.all() if "id" in element}
        for link in page.all("a"):
            target, anchor = urldefrag(urljoin(path, link["href"]))
            if urlsplit(target).netloc or target.startswith(("mailto:", "tel:", "/admin")):
                continue
            anchors.append((path, target, anchor))
            plain = re.sub(r"=[^&]*", "=", target)
            in_language = target == start or target.startswith(start.rstrip("/") + "/")
            if plain not in known and in_language:
                known.add(plain)
                waiting.append(target)
    for path, target, anchor in anchors:
        if anchor and target in ids and anchor not in ids[target]:
            troubles.append(f"{path} links to {target}#{anchor}, which is not there")
    assert not troubles
    assert len(ids) > 50


@pytest.mark.parametrize("path", PRESSED)
def test_every_button_does_something(path: str, new_shopper: NewShopper) -> None:
    """A request, a change on the page, or a field that follows. One button of each name is enough."""
    shopper = new_shopper()
    shopper.expected |= {409, 422}
    page = shopper.page
    shopper.put("folio-pocket-notebook")
    shopper.open(path)
    names = page.evaluate(f"() => ({BUTTONS}).map((one) => one.textContent.trim().split(':')[0] || one.ariaLabel)")
    dead: list[str] = []
    for name in dict.fromkeys(names):
        shopper.open(path)
        if not does_something(shopper, name):
            dead.append(name)
    assert not dead
    assert names


BUTTONS = """[...document.querySelectorAll("button, summary, [role=button]")].filter(
    (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.ariaDisabled !== "true")"""


def does_something(shopper: Shopper, name: str) -> bool:
    page = shopper.page
    page.evaluate(
        f"""(name) => {{
            window.somethingHappened = false;
            window.print = () => {{ window.somethingHappened = true }};
            new MutationObserver(() => {{ window.somethingHappened = true }})
                .observe(document.documentElement, {{ subtree: true, childList: true, attributes: true }});
            addEventListener("change", () => {{ window.somethingHappened = true }}, true);
            addEventListener("invalid", () => {{ window.somethingHappened = true }}, true);
            addEventListener("pagehide", () => {{ window.somethingHappened = true }});
            const one = ({BUTTONS}).find((one) => (one.textContent.trim().split(":")[0] || one.ariaLabel) === name);
            one.scrollIntoView({{ block: "center" }});
            one.click();
        }}""",
        name,
    )
    try:
        page.wait_for_function("window.somethingHappened !== false", timeout=3000)
    except Exception:
        return False
    page.wait_for_load_state("networkidle")
    return True
