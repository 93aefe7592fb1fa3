"""Templates are compiled for each language: what is worked out then is what would have been said at each rendering."""

from pathlib import Path

import pytest
from markupsafe import Markup

from app.adapters.files.static import StaticFiles
from app.adapters.jinja.environment import build_environment, use_locale
from app.adapters.jinja.spoken import SpokenEnvironment
from app.core.languages import Languages

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **templates: str) -> SpokenEnvironment:
    for name, text in templates.items():
        (folder / name.replace("_", ".")).write_text(text)
    made = build_environment(
        templates_dir=folder,
        static=StaticFiles.load(ROOT / "static"),
        currency="EUR",
        locale="en_US",
        languages=Languages.of("en_US", ("de_DE",)),
    )
    assert isinstance(made, SpokenEnvironment)
    return made


def rendered(made: SpokenEnvironment, name: str, locale: str = "en_US", **values: object) -> str:
    with use_locale(locale):
        return made.get_template(name).render(values)


def test_each_language_has_its_own_words_addresses_and_amounts(tmp_path: Path) -> None:
    made = environment(tmp_path, a_html='{{ _("Search") }} {{ to("/cart") }} {{ 1249|money }}{{ content_lang() }}')
    for _ in range(2):
        assert rendered(made, "a.html") == "Search /cart €1,249.00"
        assert rendered(made, "a.html", "de_DE") == 'Suche /de/cart 1.249,00\xa0€ lang="en" dir="ltr"'


def test_imported_and_included_templates_are_in_the_language_of_the_page(tmp_path: Path) -> None:
    made = environment(
        tmp_path,
        a_html='{% extends "b.html" %}{% block c %}{% import "m.html" as m %}{{ m.word() }}{% endblock %}',
        b_html='{% block c %}{% endblock %} {% include "i.html" %}',
        i_html='{{ _("Search") }}',
        m_html='{% macro word() %}{{ _("Cart") }}{% endmacro %}',
    )
    assert rendered(made, "a.html", "de_DE") == "Warenkorb Suche"
    assert rendered(made, "a.html") == "Cart Search"


@pytest.mark.parametrize("value", ["<b>", 'a"b', "a'b", "&amp;", 3, None, ["<"]])
def test_whatever_is_put_into_a_page_is_escaped_once(tmp_path: Path, value: object) -> None:
    made = environment(
        tmp_path,
        a_html='{% import "m.html" as m %}{{ x }}|{{ m.same(x) }}|{{ m.twice(x) }}|{{ remembered(m.same, x|string) }}',
        m_html="{% macro same(x) %}{{ x }}{% endmacro %}{% macro twice(x) %}{{ same(same(x)) }}{% endmacro %}",
    )
    once = str(Markup("{}").format(value))
    assert rendered(made, "a.html", x=value) == "|".join([once] * 4)


def test_mark_up_stays_what_it_is(tmp_path: Path) -> None:
    class Mine(Markup):
        pass

    made = environment(tmp_path, a_html="{{ x }}{{ y }}")
    assert rendered(made, "a.html", x=Markup("<b>"), y=Mine("<i>")) == "<b><i>"


def test_in_plain_text_nothing_is_escaped(tmp_path: Path) -> None:
    made = environment(tmp_path, a_txt='{{ x }} {{ _("Search") }} {{ to("/cart") }}')
    assert rendered(made, "a.txt", x="<&>") == "<&> Search /cart"


def test_what_does_not_stand_in_the_template_is_asked_for_when_it_is_filled(tmp_path: Path) -> None:
    made = environment(tmp_path, a_html='{{ to("/p/" ~ slug) }} {{ _(word) }} {{ _("%(n)s of 5", n=x) }}')
    assert rendered(made, "a.html", "de_DE", slug="a", word="Search", x="<") == "/de/p/a Suche &lt; of 5"


def test_a_change_of_a_template_shows_where_that_is_asked_for(tmp_path: Path) -> None:
    made = environment(tmp_path, a_html="one")
    made.auto_reload = True
    assert rendered(made, "a.html") == "one"
    (tmp_path / "a.html").write_text("two")
    assert rendered(made, "a.html") == "two"
