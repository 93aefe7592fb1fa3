"""What every page keeps to, read off the HTML that a browser has in the end, with real data and after swaps."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.web.markup import Element, parse

CONTROLS = ("a", "button", "form", "input", "select", "textarea")
UNSEEN = frozenset({"hidden", "submit", "button", "image", "reset"})
NAMED = ("canonical", "alternate")  # links that say an address, which no browser fetches
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


def faults(html: str) -> list[str]:
    """A sentence for each thing that is not as it should be."""
    page, _ = parse(html)
    return [fault for rule in (_head, _ids, _names, _inline, _htmx, _addresses) for fault in rule(page)]


def _head(page: Element) -> Iterator[str]:
    if not any(root["lang"] for root in page.all("html")):
        yield "the page does not name its language"
    if not any(title.text for title in page.all("title")):
        yield "the page has no title"
    headings = [heading.text for heading in page.all("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"there should be one h1, not {headings}"
    if len(list(page.all("main"))) != 1:
        yield "there should be one main"


def _ids(page: Element) -> Iterator[str]:
    counts = Counter(element["id"] for element in page.all() if "id" in element)
    yield from (f"the id {name!r} stands {count} times" for name, count in counts.items() if count > 1)
    for element in page.all():
        for target in (target for name in REFERENCES for target in element[name].split()):
            if target not in counts:
                yield f"{element} refers to {target!r}, which is not there"


def _names(page: Element) -> Iterator[str]:
    labelled = {label["for"] for label in page.all("label") if label.text}
    for element in page.all("input", "select", "textarea"):
        around = element.up("label")
        named = element["aria-label"] or element["id"] in labelled or (around is not None and around.text)
        if element["type"] not in UNSEEN and not named:
            yield f"{element} has no label"
    for element in page.all("button", "a"):
        if not (element.text or element["aria-label"] or any(image["alt"] for image in element.all("img"))):
            yield f"{element} has no words"
    for element in page.all("img"):
        yield from (f"{element} has no {name}" for name in ("alt", "width", "height") if name not in element)


def _inline(page: Element) -> Iterator[str]:
    for element in page.all():
        is_data = element["type"] == "application/ld+json"
        if element.name == "style" or (element.name == "script" and not element["src"] and not is_data):
            yield f"there is an inline {element.name}"
        for name, value in element.attributes.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"{element} has an inline {name}"
            if name.startswith("hx-") and value.startswith(("js:", "javascript:")):
                yield f"{element} needs eval in {name}"
        if re.search(r"\[.*\]", element["hx-trigger"]):
            yield f"{element} filters its trigger, which needs eval"


def _htmx(page: Element) -> Iterator[str]:
    """Whatever htmx asks for can be asked for at the same address without it."""
    shown = {urlsplit(link["href"]).path for link in page.all("a", "link") if link["rel"] in ("", "next", "canonical")}
    for element in page.all():
        for name, address in element.attributes.items():
            if name not in ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete"):
                continue
            path = urlsplit(address).path
            is_link_elsewhere = element.name not in CONTROLS and name == "hx-get" and path in shown
            if not is_link_elsewhere and (name.removeprefix("hx-"), path) not in set(_without_script(element)):
                yield f"{element} asks for {address}, which nothing beside it asks for without JavaScript"


def _without_script(element: Element) -> Iterator[tuple[str, str]]:
    """Method and path that the same control leads to; of a field, those that a button of its form leads to."""
    if element.name == "a":
        yield "get", urlsplit(element["href"]).path
    elif element.name == "form":
        yield element["method"], urlsplit(element["action"]).path
    elif form := _form_of(element):
        for button in [element] if element.name == "button" else form.all("button"):
            address = button["formaction"] or form["action"]
            yield button["formmethod"] or form["method"], urlsplit(address).path


def _form_of(element: Element) -> Element | None:
    """The form around it, or the one it names because it stands elsewhere."""
    if "form" not in element:
        return element.up("form")
    root = element
    while root.parent is not None:
        root = root.parent
    return root.by_id(element["form"])


def _addresses(page: Element) -> Iterator[str]:
    for element in page.all("a"):
        if element["href"] in ("", "#"):
            yield f"{element} leads nowhere"
    for element in page.all("form"):
        if element["method"] == "dialog":
            continue
        if element["method"] not in ("get", "post") or not element["action"].startswith("/"):
            yield f"{element} has no method or address"
    for element in page.all("img", "script", "link", "use"):
        address = element["src"] or element["href"]
        if urlsplit(address).netloc and "itemprop" not in element and element["rel"] not in NAMED:
            yield f"{element} comes from elsewhere"
