"""Templates as they are written: nothing inline, none unused, and a dataclass for each page."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app.core.emails import EmailKind
from tests.architecture.sources import ROOT, modules

TEMPLATES = ROOT / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())
PAGES = [name for name in NAMES if not name.startswith("emails/")]  # mail readers know no style sheets
MAIL_PARTS = ("subject.txt", "body.txt", "body.html")

# What a strict content security policy forbids, and what htmx would need eval for.
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a handler attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "an inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?! type=\"application/ld\+json\">\{\{ value\|json_ld \}\}</script>)", re.I
    ),
    "an hx-on handler": re.compile(r"\shx-on[:\-a-z]*\s*=", re.I),
    "a value that is a script": re.compile(r"[\"'\s](js|javascript):", re.I),
    "a filtered trigger": re.compile(r"hx-trigger\s*=\s*[\"'][^\"']*\[", re.I),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false", re.I),
}
USES = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"']")


def test_nothing_is_inline() -> None:
    assert [f"{name}: {fault}" for name in PAGES for fault in inline((TEMPLATES / name).read_text())] == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        '<button class="x" onclick="go()">',
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<script type="application/ld+json">{{ value|tojson }}</script>',
        '<p hx-on:click="go()">',
        "<p hx-vals='js:{a: 1}'>",
        '<a href="javascript:go()">',
        '<p hx-trigger="click[ctrlKey]">',
        "{{ name|safe }}",
    ],
)
def test_what_is_inline_is_found(planted: str) -> None:
    assert list(inline(planted))
    assert not list(inline('<script src="{{ static("js/shop.js") }}" defer></script><form hx-trigger="change">'))
    assert not list(inline('<script type="application/ld+json">{{ value|json_ld }}</script>'))


def test_every_template_is_used() -> None:
    used = reached(asked_for() | {f"emails/{kind}/{part}" for kind in EmailKind for part in MAIL_PARTS})
    assert sorted(set(NAMES) - used) == []
    assert sorted(used - set(NAMES)) == []


def test_an_unused_template_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{% extends "layout.html" %}')
    (tmp_path / "layout.html").write_text('{%- include "part.html" %}')
    assert reached({"page.html"}, tmp_path) == {"page.html", "layout.html", "part.html"}


def test_every_page_has_its_template_and_every_template_its_page() -> None:
    named = dict(page_templates())
    assert [f"{page} names {name}" for page, name in named.items() if name not in NAMES] == []
    rendered = {name for name in NAMES if re.search(r"(show|index|edit|\.hx)\.html$", name)}
    by_hand = {
        "addresses/refused.hx.html",
        "cart/sold_out.hx.html",
        "checkout/refused.hx.html",
        "confirm/asked.hx.html",
        "contact/answered.hx.html",
        "listing/filtered.hx.html",
        "listing/filters.hx.html",
        "listing/more.hx.html",
        "orders/account.hx.html",
        "email_undo/answered.hx.html",
        "password/answered.hx.html",
        "product/chosen.hx.html",
        "providers/answered.hx.html",
        "reviews/shown.hx.html",
        "sign_in/answered.hx.html",
        "sign_in_code/answered.hx.html",
        "sign_up/answered.hx.html",
        "security/email.hx.html",
        "security/password.hx.html",
        "two_factor/codes.hx.html",
        "two_factor/show.hx.html",
        "two_factor/sign_in.hx.html",
        "verify/answered.hx.html",
    }  # a page's dataclass again
    assert rendered - set(named.values()) == by_hand


def test_every_link_goes_through_to() -> None:
    """`to()` gives a path its language; a link without it would lead out of the visitor's."""
    assert [f"{name}: {path}" for name in NAMES for path in bare_paths((TEMPLATES / name).read_text())] == []


@pytest.mark.parametrize(
    "planted",
    [
        '<a href="/cart">',
        '<form action="/search">',
        """<a href="{{ "/c/" ~ slug }}">""",
        """{{ ui.crumbs([(name, "/c/" ~ slug)]) }}""",
        "<button formaction='/checkout/quote'>",
        '<p hx-get="/p/{{ slug }}">',
    ],
)
def test_a_link_that_does_not_is_found(planted: str) -> None:
    assert list(bare_paths(planted))


def test_links_that_do_are_not() -> None:
    sound = """<a href="{{ to("/c/" ~ slug ~ "#top") }}"><a href="#main"><a href="/admin/">{{ path == "/" }}"""
    assert not list(bare_paths(sound))


def bare_paths(text: str) -> Iterator[str]:
    """Paths that are written into an attribute, or into an expression that neither compares them nor calls `to`."""
    for path in re.findall(r"""\s(?:href|action|formaction|hx-\w+)\s*=\s*["'](/[^"']*)""", text):
        if not path.startswith("/admin/"):
            yield path
    yield from _constant_paths(Environment(extensions=["jinja2.ext.i18n"]).parse(text))


def _constant_paths(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Compare):
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in ("to", "to_in"):
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and re.match(r"/[\w-]|/$", node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _constant_paths(child)


def inline(text: str) -> Iterator[str]:
    return (what for what, pattern in INLINE.items() if pattern.search(text))


def asked_for() -> set[str]:
    """Names of templates in the Python code."""
    return {
        node.value
        for _, module in modules("app")
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(?!templates/)[\w./]+/[\w.]+\.html", node.value)
    }


def reached(names: set[str], folder: Path = TEMPLATES) -> set[str]:
    """These templates and all that they extend, include and import."""
    found: set[str] = set()
    while names:
        name = names.pop()
        found.add(name)
        if (folder / name).exists():
            names |= set(USES.findall((folder / name).read_text())) - found
    return found


def page_templates() -> Iterator[tuple[str, str]]:
    """Each dataclass of app/web/pages that is a whole context, and the template its docstring names."""
    for name, module in modules("app/web/pages"):
        for node in module.body:
            if isinstance(node, ast.ClassDef) and node.name.endswith(("Page", "Reply")):
                told = re.match(r"templates/([\w./]+\.html)", ast.get_docstring(node) or "")
                assert told, f"{name}: {node.name} does not begin with the name of its template"
                yield node.name, told[1]
