"""The filters of a list: from the address to a wish. What cannot be meant is left out, and said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

from babel import UnknownLocaleError
from babel.numbers import NumberFormatError, parse_decimal

from app.core.listing import RATINGS, Sort, Wish
from app.web.forms.read import clean, page_number, whole_number
from app.web.render import Renderer

MOST_PAIRS = 200
MOST_VALUES = 30
"""So many alternatives of one filter are heeded."""
LONGEST_VALUE = 100
ATTRIBUTE = "a."
LONG = frozenset({"category", "brand", "colour", "size"})
"""Fields that may have more values than are shown at first; attributes may, too."""
SORTS = {str(sort): sort for sort in Sort}
LETTER = re.compile(r"[^\W\d]")
PLAIN_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,2})?")
SIGNS = re.compile(r"[$€£\s\u00a0\u202f]")
HIGHEST_PRICE = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class ListingForm:
    """A wish without what was wrong; `errors` by field; `typed` prices as they stand in the form.

    `dropped` are values (field, value) that no list has.
    """

    wish: Wish
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[tuple[str, str], ...] = ()


def read_listing(query: str | bytes, render: Renderer, locale: str) -> ListingForm:
    """Fields that repeat are alternatives. Whatever somebody makes of the address, there is a list for it."""
    text = query.decode(errors="replace") if isinstance(query, bytes) else query
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, errors="replace")[:MOST_PAIRS]:
        kept = given.setdefault(clean(name), [])
        if (value := clean(value)) and value not in kept:
            kept.append(value)

    def many(name: str) -> frozenset[str]:
        return frozenset(value[:LONGEST_VALUE] for value in given.get(name, [])[:MOST_VALUES])

    def last(name: str) -> str:
        return (given.get(name) or [""])[-1]

    dropped = []
    rating = whole_number(last("rating")) or 0
    if last("rating") and rating not in RATINGS:
        dropped.append(("rating", last("rating")[:LONGEST_VALUE]))
        rating = 0
    switches = {}
    for name in ("available", "sale", "new"):
        switches[name] = last(name) == "1"
        if last(name) not in ("", "0", "1"):
            dropped.append((name, last(name)[:LONGEST_VALUE]))
    typed = {name: last(name)[:LONGEST_VALUE] for name in ("price_from", "price_to")}
    lowest, highest, errors = _prices(typed, render, locale)
    sort = last("sort")
    wish = Wish(
        category=last("category").lower()[:LONGEST_VALUE],
        words=last("q"),
        brands=many("brand"),
        colours=many("colour"),
        sizes=many("size"),
        attributes={
            name.removeprefix(ATTRIBUTE): many(name) for name in given if name.startswith(ATTRIBUTE) and given[name]
        },
        lowest=lowest,
        highest=highest,
        rating=rating,
        in_stock=switches["available"],
        on_sale=switches["sale"],
        is_new=switches["new"],
        sort=SORTS.get(sort, Sort.RELEVANCE),
        page=page_number(last("page")),
        literal=last("exact") == "1",
        whole=whole if (whole := last("all")[:LONGEST_VALUE]) in LONG or whole.startswith(ATTRIBUTE) else "",
    )
    return ListingForm(wish, errors, typed, tuple(dropped))


def pairs_of(wish: Wish, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What an address says to ask for this wish again, the page aside."""
    pairs = [("q", wish.words)] if wish.words else []
    if wish.literal:
        pairs.append(("exact", "1"))
    if wish.category:
        pairs.append(("category", wish.category))
    pairs += wish.chosen
    pairs += [(name, value) for name, value in typed.items() if value]
    if wish.sort is not Sort.RELEVANCE:
        pairs.append(("sort", str(wish.sort)))
    return pairs


def address(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _prices(
    typed: Mapping[str, str], render: Renderer, locale: str
) -> tuple[Decimal | None, Decimal | None, dict[str, str]]:
    """Both prices, and what is wrong with them; none at all where anything is."""
    errors = {}
    amounts: dict[str, Decimal | None] = {}
    for name, text in typed.items():
        amounts[name] = _amount(text, locale) if text else None
        if text and amounts[name] is None:
            errors[name] = render.say("Enter a price as a number, like 25 or 19.90.")
    lowest, highest = amounts["price_from"], amounts["price_to"]
    if lowest is not None and highest is not None and lowest > highest:
        errors["price_to"] = render.say("The highest price must not be below the lowest.")
    return (None, None, errors) if errors else (lowest, highest, {})


def _amount(text: str, locale: str) -> Decimal | None:
    """As people of the locale write it, or plain; None where it is no price."""
    text = SIGNS.sub("", text)
    if LETTER.search(text):  # 1e5 is a number to a machine
        return None
    try:
        amount = parse_decimal(text, locale=locale, strict=True)
    except (NumberFormatError, ValueError, UnknownLocaleError):  # made-up languages have no numbers of their own
        if not PLAIN_NUMBER.fullmatch(text):
            return None
        amount = Decimal(text)
    if not amount.is_finite() or amount < 0 or amount >= HIGHEST_PRICE:
        return None
    return amount.quantize(Decimal("0.01"))
