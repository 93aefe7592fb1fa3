"""The one Jinja environment: pages and mails, words in the shopper's language, money and dates in their form."""

import gettext
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import msgspec
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from app.adapters.files.static import StaticFiles
from app.adapters.jinja import rehearsal
from app.adapters.jinja.spoken import SpokenEnvironment
from app.core.languages import Languages
from app.core.stock import LOW_STOCK

LOCALE_DIR = Path(__file__).resolve().parents[2] / "locale"
REMEMBERED = 6_000
"""Pieces of pages, most of them cards of one or two kilobytes."""
NARROW = 320
"""Pixels of the pictures beside a line of the cart; every picture that is kept in several widths has this one."""
UNSAFE_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
WORD = re.compile(r"[^\W_]+")
WIDTH = re.compile(r"-\d+(?=\.webp$)")

_locale: ContextVar[str | None] = ContextVar("locale", default=None)


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Render in `locale` (like de_DE) until the block ends; without it the environment's own locale is used."""
    token = _locale.set(locale)
    try:
        yield
    finally:
        _locale.reset(token)


def build_environment(
    *,
    templates_dir: Path,
    static: StaticFiles,
    currency: str,
    locale: str,
    languages: Languages | None = None,
    content_language: str = "en",
    locale_dir: Path = LOCALE_DIR,
    auto_reload: bool = False,
) -> Environment:
    """`currency` (ISO 4217) and `locale` hold where a template names none; `auto_reload` is for development."""
    languages = languages or Languages.of(locale)
    environment = SpokenEnvironment(
        loader=FileSystemLoader(templates_dir),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=auto_reload,
        cache_size=0,
        extensions=["jinja2.ext.i18n"],
    )

    def current() -> str:
        return _locale.get() or locale

    environment.language = current
    environment.said = frozenset({"_"})
    environment.plain = frozenset({"to", "to_in", "picture", "narrow", "srcset", "remembered", "remembered_items"})
    environment.constant = frozenset({"to", "static", "integrity", "content_lang", "picture", "narrow"})

    def formats() -> str:
        return formats_of(current())

    words = _catalogues(locale_dir)

    @lru_cache(maxsize=64)
    def catalogue_of(name: str) -> gettext.NullTranslations:
        return words.get(name) or words.get(name.split("_")[0]) or words[""]

    def catalogue() -> gettext.NullTranslations:
        return catalogue_of(current())

    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: catalogue().gettext(message),
        lambda one, many, count: catalogue().ngettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, message: catalogue().pgettext(context, message),
        npgettext=lambda context, one, many, count: catalogue().npgettext(context, one, many, count),
    )
    environment.globals["_"] = environment.globals["gettext"] = _quick_gettext(catalogue)
    environment.globals["catalogue"] = catalogue
    environment.globals["static"] = static.url
    address = lru_cache(maxsize=4096)(languages.address)
    environment.globals["to"] = lambda path: address(path, current())
    environment.globals["to_in"] = address
    environment.globals["locale_now"] = current
    environment.globals["use_locale"] = use_locale
    environment.globals["content_lang"] = lambda: _lang(content_language, current())
    environment.globals["lang_of"] = lambda language: _lang(language, current())
    environment.globals["low_stock"] = LOW_STOCK
    environment.globals["integrity"] = lru_cache(static.integrity)
    environment.globals["picture"] = static.picture
    environment.globals["narrow"] = lambda url: static.picture(narrowed(url, NARROW))
    environment.globals["srcset"] = lru_cache(maxsize=4096)(lambda url, widths: _srcset(static, url, widths))
    remembered = _remembered(current, size=0 if auto_reload else REMEMBERED)
    environment.globals["remembered"] = remembered

    def remembered_items(item: Macro, things: Iterable[Hashable], eager: int, offer: bool) -> Markup:
        items = [remembered(item, thing, place < eager, offer) for place, thing in enumerate(things)]
        return Markup("".join(items))  # noqa: S704

    environment.globals["remembered_items"] = remembered_items
    environment.filters["icon"] = _icon(static.url("img/icons.svg"))
    environment.filters["money"] = lambda amount, unit=None: _money(amount, unit or currency, formats())
    environment.filters["date"] = lambda day: _date(day, formats())
    environment.filters["moment"] = lambda time: _moment(time, formats())
    environment.filters["json_ld"] = json_ld
    environment.filters["day_range"] = lambda first, last: _day_range(first, last, formats())
    environment.filters["number"] = lambda value: _number(value, formats())
    environment.filters["tenths"] = lambda value: _tenths(value, formats())
    environment.filters["percent"] = lambda share: _percent(share, formats())
    environment.filters["country"] = lambda code: _country(code, formats())
    environment.filters["currency_name"] = lambda code: _currency_name(code, formats())
    environment.filters["saving"] = saving
    environment.filters["marked"] = marked
    environment.filters["language"] = lambda name: name.replace("_", "-")
    environment.filters["direction"] = _direction
    environment.filters["language_name"] = _language_name
    return environment


def _quick_gettext(catalogue: Callable[[], gettext.NullTranslations]) -> Callable[..., str]:
    """What the extension's own newstyle gettext does, at a third of its cost: a page says some forty things."""

    @pass_eval_context
    def say(evaluated: EvalContext, message: str, **values: object) -> str:
        text = catalogue().gettext(message)
        if not values:
            return _plain_markup(text) if evaluated.autoescape else text % {}
        # The messages are ours; Markup escapes the values it is filled with.
        return Markup(text) % values if evaluated.autoescape else text % values  # noqa: S704

    return say


@lru_cache(maxsize=4096)
def _plain_markup(text: str) -> Markup:
    return Markup(text % {})  # noqa: S704


def _remembered(current: Callable[[], str], *, size: int) -> Callable[..., str]:
    """Calls a macro once for the same values in the same language: a card looks alike wherever it is shown.

    Macros see nothing of the page but their values, so what is kept cannot hold anything else, least of all a visitor.
    A macro is known by its name, since each language has its own instance of a template.
    """
    kept: OrderedDict[Hashable, str] = OrderedDict()

    def remembered(macro: Macro, *values: Hashable) -> str:
        key = current(), macro.name, values
        if (text := kept.get(key)) is not None:
            kept.move_to_end(key)
            return text
        text = macro(*values)
        if size:
            kept[key] = text
        if len(kept) > size:
            kept.popitem(last=False)
        return text

    return remembered


def _icon(sprite: str) -> Callable[..., Markup]:
    """The icon of a name. Where the name is constant, the template is compiled with the finished mark-up."""

    @lru_cache(maxsize=256)
    def icon(name: str, kind: str = "") -> Markup:
        drawing = Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>')
        return drawing.format(f"icon {kind}".rstrip(), sprite, name)

    return icon


@lru_cache(maxsize=64)
def _lang(language: str, locale: str) -> Markup:
    """The attributes of an element whose text has a language of its own, where the page speaks another; "" is one
    that nobody knows."""
    if not language:
        return Markup(' dir="auto"')
    if locale in rehearsal.FORMATS or locale.partition("_")[0] == language.replace("-", "_").partition("_")[0]:
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(language.replace("_", "-"), _direction_of(language))


@lru_cache(maxsize=64)
def _direction_of(language: str) -> str:
    try:
        return str(Locale.parse(language.replace("-", "_")).text_direction)
    except (UnknownLocaleError, ValueError):
        return "auto"


def formats_of(locale: str) -> str:
    """The locale whose money, dates and numbers `locale` has: itself, unless its words are made up."""
    return rehearsal.FORMATS.get(locale, locale)


@lru_cache(maxsize=64)
def _direction(locale: str) -> str:
    return str(Locale.parse(formats_of(locale)).text_direction)


@lru_cache(maxsize=64)
def _currency_name(code: str, locale: str) -> str:
    """Like US Dollar (USD)."""
    return f"{get_currency_name(code, locale=locale)} ({code})"


@lru_cache(maxsize=64)
def _language_name(locale: str) -> str:
    """The name of a locale's language in that language, like Deutsch."""
    language = Locale.parse(locale.partition("_")[0])
    return str(language.languages[language.language])


def json_ld(data: object) -> Markup:
    """A value as JSON for a script element of data: nothing in it can end the element or begin a comment."""
    text = msgspec.json.encode(data).decode()
    return Markup(text.translate(UNSAFE_IN_SCRIPT))  # noqa: S704


def narrowed(url: str, width: int) -> str:
    """The address of the same picture in another width, where its address names one."""
    return WIDTH.sub(f"-{width}", url)


def _srcset(static: StaticFiles, url: str, widths: tuple[int, ...]) -> str:
    """What an img element offers the browser to choose from; nothing for a picture in one width."""
    if len(widths) < 2:
        return ""
    return ", ".join(f"{static.picture(narrowed(url, width))} {width}w" for width in widths)


def marked(text: str, words: str) -> Markup:
    """`text` with the beginnings that `words` name marked, whatever their case and accents."""
    plain = "".join(unicodedata.normalize("NFD", letter)[0] for letter in text).lower()
    wanted = [unicodedata.normalize("NFD", word) for word in WORD.findall(words.lower())]
    folded = ["".join(letter for letter in word if not unicodedata.combining(letter)) for word in wanted]
    if len(plain) != len(text) or not any(folded):
        return escape(text)
    parts, at = [], 0
    for begun in re.finditer(r"(?<!\w)(?:" + "|".join(map(re.escape, filter(None, folded))) + ")", plain):
        parts += [escape(text[at : begun.start()]), Markup("<mark>{}</mark>").format(text[begun.start() : begun.end()])]
        at = begun.end()
    return Markup("").join([*parts, escape(text[at:])])


def saving(price: Decimal, before: Decimal | None) -> int:
    """Whole per cent by which `price` is below `before`, rounded down; 0 where there is nothing to boast of."""
    return int((before - price) * 100 / before) if before and before > price else 0


@lru_cache(maxsize=8192)
def _money(amount: Decimal, currency: str, locale: str) -> str:
    return format_currency(amount, currency, locale=locale)


@lru_cache(maxsize=1024)
def _date(day: date, locale: str) -> str:
    return format_date(day, "long", locale=locale)


@lru_cache(maxsize=1024)
def _moment(time: datetime, locale: str) -> str:
    """Like "Fri, Nov 27, 3:00 PM UTC": the shop's own time, and which that is."""
    clock = time.astimezone(UTC)
    glue = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    day = format_skeleton("MMMEd", clock, locale=locale)
    return glue.replace("{1}", day).replace("{0}", format_time(clock, "short", locale=locale)) + " UTC"


@lru_cache(maxsize=1024)
def _day_range(first: date, last: date, locale: str) -> str:
    """Like "Tue, Nov 24 – Thu, Nov 26"; one day where both are the same."""
    return format_interval(first, last, "MMMEd", locale=locale)


@lru_cache(maxsize=4096)
def _number(value: Decimal | int, locale: str) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=512)
def _tenths(value: Decimal, locale: str) -> str:
    return format_decimal(value, format="0.0", locale=locale)


@lru_cache(maxsize=512)
def _percent(share: Decimal, locale: str) -> str:
    """A fraction as per cent, with as many decimals as it has."""
    return format_percent(share, locale=locale, decimal_quantization=False)


@lru_cache(maxsize=512)
def _country(code: str, locale: str) -> str:
    return str(Locale.parse(locale).territories.get(code, code))


def _catalogues(locale_dir: Path) -> Mapping[str, gettext.NullTranslations]:
    """Locale name to its words, from `locale_dir`/<locale>/messages.po; "" holds the source language, English."""
    found: dict[str, gettext.NullTranslations] = {"": gettext.NullTranslations(), **rehearsal.CATALOGUES}
    for path in locale_dir.glob("*/messages.po"):
        with path.open("rb") as source:
            catalogue = read_po(source, locale=path.parent.name)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        found[path.parent.name] = gettext.GNUTranslations(compiled)
    return found
