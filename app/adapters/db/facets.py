"""Counts of a list and of its filters: what was asked for, as the database knows it, and the answer put in order."""

import re
import time
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from app.core.listing import COUNTED_EXACTLY, MOST_VALUES, VALUES_AT_FIRST, Wish
from app.ports.catalog import Facet, FacetValue

MOST_COUNTED = COUNTED_EXACTLY + 1
ORDER = ("category", "brand", "colour", "size", "rating", "available", "sale", "new")
ONE_VALUE = frozenset({"rating", "available", "sale", "new"})
"""Fields whose values are the shop's own words, so that none is unknown."""
SIZES = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NO_TERM = -1
"""Stands for a value that no product has."""
KEPT = 1_000
"""Counts of a list are a few kilobytes."""
KEPT_SECONDS = 300
"""The version tells of all changes, of time's too; should it ever miss one, nobody sees it for longer."""

COUNTS = """
SELECT c.part, c.amount, c.field AS kind,
       CASE WHEN a.id IS NULL THEN c.field ELSE 'a.' || a.code END AS field,
       CASE c.field WHEN 'brand' THEN b.slug WHEN 'category' THEN k.slug ELSE c.value END AS value,
       coalesce(b.name, k.name, c.value) AS label, coalesce(s.swatch, '') AS swatch,
       a.name AS attribute, a.kind AS attribute_kind, coalesce(a.unit, '') AS unit, coalesce(a.position, 0) AS position
FROM listing_counts(to_tsquery('english', $1), $2, $3, $4, $8, $5, $6, $7, $9) c
LEFT JOIN brand b ON c.field = 'brand' AND b.id::text = c.value
LEFT JOIN category k ON c.field = 'category' AND k.id::text = c.value
LEFT JOIN colour s ON c.field = 'colour' AND s.name = c.value
LEFT JOIN attribute a ON c.field = 'a.' || a.id
WHERE (c.field <> 'brand' OR c.value = '' OR b.deleted_at IS NULL)
    AND (a.id IS NULL OR c.value = '' OR (a.is_filter AND a.deleted_at IS NULL))
"""


class _Term(msgspec.Struct):
    field: str
    value: str
    term: int
    of_variant: bool
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a wish as terms. `groups` are array literals, one per field; `fields` are the terms' own."""

    groups: list[str]
    fields: list[str]
    of_variant: list[bool]
    chosen: dict[tuple[str, str], str]
    """(field, value) as the form sends them, to what shoppers read."""
    dropped: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, rows: str, wish: Wish) -> "Asked":
        known = {(term.field, term.value): term for term in msgspec.json.decode(rows, type=list[_Term])}
        wanted = wish.chosen + ((("category", wish.category),) if wish.category else ())
        groups: dict[str, list[int]] = {}
        kinds: dict[str, _Term | None] = {}
        chosen: dict[tuple[str, str], str] = {}
        dropped = []
        for field, value in wanted:
            term = known.get((field, value))
            if term is None and field not in ONE_VALUE:
                dropped.append((field, value))
                continue
            groups.setdefault(field, []).append(term.term if term else NO_TERM)
            kinds[field] = term
            chosen[field, value] = term.label if term else value
        return cls(
            groups=["{" + ",".join(map(str, sorted(terms))) + "}" for terms in groups.values()],
            fields=[term.kind if (term := kinds[field]) else field for field in groups],
            of_variant=[term.of_variant if (term := kinds[field]) else field == "available" for field in groups],
            chosen=chosen,
            dropped=tuple(dropped),
        )

    @property
    def key(self) -> Hashable:
        return tuple(zip(self.fields, self.groups, strict=True))


@dataclass(frozen=True, slots=True)
class Outline:
    """A list without its cards; see `Listing`."""

    total: int
    is_more: bool
    facets: tuple[Facet, ...]
    price_span: tuple[Decimal, Decimal] | None
    without: tuple[tuple[str, int], ...]


T = TypeVar("T")


class Outlines:
    """What was counted lately, for as long as it holds."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()

    def find(self, key: Hashable) -> Any:
        kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] > time.monotonic_ns() else None

    def keep(self, key: Hashable, value: T) -> T:
        self._kept[key] = (time.monotonic_ns() + KEPT_SECONDS * 10**9, value)
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return value


def outline_of(rows: Iterable[Any], asked: Asked, *, whole: str = "") -> Outline:
    """From the rows of COUNTS; `whole` is the field of which all values are kept."""
    now: dict[tuple[str, str], int] = {}
    everything: dict[tuple[str, str], int] = {}
    looks: dict[tuple[str, str], Any] = {}
    without: dict[str, int] = {}
    span: dict[str, Decimal] = {}
    for row in rows:
        place = (row["field"], row["value"])
        match row["part"]:
            case "price":
                span[row["value"]] = row["amount"]
                continue
            case "without":
                without[row["field"]] = int(row["amount"])
                continue
            case "now":
                now[place] = int(row["amount"])
            case _:
                everything[place] = int(row["amount"])
        looks[place] = row
    total = now.pop(("", ""), 0)
    everything.pop(("", ""), None)
    is_counted_out = total > COUNTED_EXACTLY
    by_field: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for place in {**everything, **now, **asked.chosen}:
        by_field[place[0]].append(place)
    facets = []
    for field, places in by_field.items():
        if not field:
            continue
        # Where counting stopped, it stopped right there; the counts that stand ready go on.
        is_least = without.get(field, total) == MOST_COUNTED
        values = [
            FacetValue(
                value=value,
                label=_label(looks.get((name, value)), asked.chosen.get((name, value), value)),
                count=now.get((name, value), 0),
                is_chosen=(name, value) in asked.chosen,
                swatch=row["swatch"] if (row := looks.get((name, value))) else "",
                is_least=is_least,
            )
            for name, value in places
        ]
        weight = {value: everything.get((field, value), now.get((field, value), 0)) for _, value in places}
        facets.append(
            Facet(
                field,
                _in_order(field, values, weight, looks, is_whole=field == whole),
                _name_of(places, looks),
                known=len(values),
                is_whole=field == whole and len(values) > VALUES_AT_FIRST,
            )
        )
    facets.sort(key=lambda facet: _rank(facet.field, looks))
    return Outline(
        total=min(total, COUNTED_EXACTLY),
        is_more=is_counted_out,
        facets=tuple(facets),
        price_span=(span["lowest"], span["highest"]) if len(span) == 2 else None,
        without=tuple(without.items()),
    )


def _label(row: Any, otherwise: str) -> str:
    if row is None:
        return otherwise
    return f"{row['label']} {row['unit']}".rstrip() if row["unit"] else str(row["label"])


def _name_of(places: list[tuple[str, str]], looks: dict[tuple[str, str], Any]) -> str:
    return next((looks[place]["attribute"] or "" for place in places if place in looks), "")


def _rank(field: str, looks: dict[tuple[str, str], Any]) -> tuple[int, int, str]:
    if field in ORDER:
        return ORDER.index(field), 0, field
    return len(ORDER), next(row["position"] for place, row in looks.items() if place[0] == field), field


def _in_order(
    field: str,
    values: list[FacetValue],
    weight: dict[str, int],
    looks: dict[tuple[str, str], Any],
    *,
    is_whole: bool,
) -> tuple[FacetValue, ...]:
    """In an order that does not move while filters are chosen: sizes and numbers by what they are, others by weight,
    and where there are many of them, by name."""
    room = MOST_VALUES if is_whole else VALUES_AT_FIRST
    most = sorted(values, key=lambda value: (-value.is_chosen, -weight[value.value], value.label))[:room]
    if field == "rating":
        return tuple(sorted(most, key=lambda value: value.value, reverse=True))
    row = next((row for place, row in looks.items() if place[0] == field), None)
    if field == "size" or (row is not None and row["attribute_kind"] == "number"):
        return tuple(sorted(most, key=lambda value: _size(value.value)))
    if len(most) > VALUES_AT_FIRST:
        return tuple(sorted(most, key=lambda value: value.label.casefold()))
    return tuple(sorted(most, key=lambda value: (-weight[value.value], value.label)))


def _size(value: str) -> tuple[int, Decimal, str]:
    if value.upper() in SIZES:
        return 0, Decimal(SIZES.index(value.upper())), value
    number = NUMBER.search(value)
    return (1, Decimal(number[0]), value) if number else (2, Decimal(0), value)
