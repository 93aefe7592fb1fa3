"""Every word goes through gettext, and every message is in the catalogue."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import TemplateNotFound

from app.adapters.jinja.environment import build_environment, use_locale
from app.settings import Settings
from app.web.pages.listing import CategoryPage
from app.web.render import Renderer
from tests.web.markup import parse
from tests.web.rendering import SHOP, TEMPLATES, environment, render, static_files
from tests.web.sample_pages import CARDS, CATEGORY
from tools.words import TEMPLATE, gather, messages, untranslated

NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())
SPOKEN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Cart"
msgstr "Warenkorb"

msgid "Cart, %(num)s item"
msgid_plural "Cart, %(num)s items"
msgstr[0] "Warenkorb, %(num)s Artikel"
msgstr[1] "Warenkorb, %(num)s Artikel insgesamt"
"""


def test_catalogue_holds_every_message() -> None:
    with TEMPLATE.open("rb") as source:
        kept = {message.id for message in messages(read_po(source))}
    assert {message.id for message in messages(gather())} == kept, "run: python tools/words.py"


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".html")])
def test_no_word_stands_outside_gettext(name: str) -> None:
    assert list(_bare_words(_data(TEMPLATES / name))) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".txt")])
def test_no_word_stands_outside_gettext_in_text(name: str) -> None:
    assert re.findall(r"[^\W\d_]{2,}", _data(TEMPLATES / name)) == []


def test_bare_words_are_found() -> None:
    assert list(_bare_words("<p>Hello \0</p><img alt='A lamp'><p>x 2</p>")) == ["Hello", "A lamp"]


def test_pages_speak_the_language_of_the_visitor(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "messages.po").write_text(GERMAN)
    german = build_environment(
        templates_dir=tmp_path, static=static_files(), currency="EUR", locale="en_US", locale_dir=tmp_path
    )
    (tmp_path / "a.html").write_text(
        '{{ _("Cart") }}|{{ ngettext("Cart, %(num)s item", "Cart, %(num)s items", n) }}'
        "|{{ price|money }}"
        "|{{ code|country }}"
    )
    context = {"n": 2, "price": Decimal("1234.50"), "code": "DE"}
    assert german.get_template("a.html").render(context) == "Cart|Cart, 2 items|€1,234.50|Germany"
    with use_locale("de_AT"):
        assert (
            german.get_template("a.html").render(context)
            == "Warenkorb|Warenkorb, 2 Artikel insgesamt|€\xa01.234,50|Deutschland"
        )
    with use_locale("fr_FR"):
        assert german.get_template("a.html").render(context) == "Cart|Cart, 2 items|1\u202f234,50\xa0€|Allemagne"
    assert german.get_template("a.html").render(context).startswith("Cart|")


def test_remembered_cards_differ_by_language_and_content() -> None:
    def first_price(page: CategoryPage) -> str:
        root, _ = parse(render("category/show.html", page))
        return next(price.text for price in next(root.all("article")).all("b"))

    assert first_price(CATEGORY) == "$129.00"
    with use_locale("de_DE"):
        assert first_price(CATEGORY) == "129,00 $"
    assert first_price(CATEGORY) == "$129.00"
    dearer = replace(CARDS[0], price=Decimal("130.00"))
    listing = replace(CATEGORY.listing, cards=(dearer, *CARDS[1:]))
    assert first_price(replace(CATEGORY, listing=listing)) == "$130.00"


def test_remembered_macros_have_names_of_their_own() -> None:
    """What is kept of a macro is kept under its name and values."""
    text = {path: path.read_text() for path in TEMPLATES.rglob("*.html")}
    remembered = {name for one in text.values() for name in re.findall(r"remembered(?:_items)?\((?:\w+\.)?(\w+)", one)}
    defined = [name for one in text.values() for name in re.findall(r"{% macro (\w+)\(", one)]
    assert remembered >= {"card", "item", "navigation", "columns", "facet"}
    assert [name for name in remembered if defined.count(name) != 1] == []


def _data(path: Path) -> str:
    """The template's own text, with a NUL for what stands there of Jinja's; none in the name of a tag."""
    text = "".join(text if kind == "data" else "\0" for _, kind, text in environment().lex(path.read_text()))
    return re.sub(r"(<[a-z]\w*)\0+", r"\1", text)


def _bare_words(data: str) -> Iterator[str]:
    found: list[str] = []

    class Words(HTMLParser):
        quiet = 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.quiet += tag in ("style", "script")
            found.extend(value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value and _is_spoken(value))

        def handle_endtag(self, tag: str) -> None:
            self.quiet -= tag in ("style", "script")

        def handle_data(self, text: str) -> None:
            if not self.quiet:
                found.extend(re.findall(r"[^\W\d_]{2,}", text))

    # An expression may hold half a tag; as attributes go, it is one more word without meaning.
    Words().feed(data)
    yield from found


def _is_spoken(value: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2,}", value))


def test_german_says_everything() -> None:
    """If this fails: python tools/words.py --translations, then translate what is new in app/locale/de/messages.po."""
    with (TEMPLATE.parent / "de" / "messages.po").open("rb") as source:
        german = read_po(source, locale="de")
    assert {message.id for message in messages(german)} == {message.id for message in messages(gather())}
    assert untranslated(german) == []


def test_german_fills_in_the_same_values() -> None:
    with (TEMPLATE.parent / "de" / "messages.po").open("rb") as source:
        german = read_po(source, locale="de")
    values = re.compile(r"%\(\w+\)s")
    for message in messages(german):
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        words = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = {value for text in sources for value in values.findall(text)}
        assert {value for text in words for value in values.findall(text)} == wanted, message.id


def test_an_untranslated_message_is_found() -> None:
    german = Catalog(locale="de")
    german.add("Cart", "")
    german.add(("%(num)s item", "%(num)s items"), ("%(num)s Artikel", ""))
    german.add("Home", "Start")
    assert untranslated(german) == ["Cart", "('%(num)s item', '%(num)s items')"]


async def test_pages_that_visits_begin_with_are_ready_in_every_language() -> None:
    made = build_environment(
        templates_dir=TEMPLATES, static=static_files(), currency="EUR", locale="en_US", languages=SHOP
    )
    settings = Settings(locale="en_US", locales="de_DE")
    await Renderer(made, settings).prepare()
    made.loader = None
    for locale in ("en_US", "de_DE"):
        with use_locale(locale):
            for name in ("home/show.html", "category/show.html", "search/show.html", "product/show.html"):
                made.get_template(name)
            with pytest.raises(TemplateNotFound):
                made.get_template("orders/show.html")
