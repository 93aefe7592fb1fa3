"""Style sheets as they are written: nothing that would have to be mirrored by hand, and no rule that shouts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SHEETS = sorted((ROOT / "static/css").glob("*.css"))
SIDES = "left|right|top|bottom"
PHYSICAL = re.compile(
    rf"(?:{SIDES}|(?:min-|max-)?(?:width|height)|(?:scroll-)?(?:margin|padding)-(?:{SIDES})"
    rf"|border-(?:{SIDES})(?:-(?:width|style|color))?|border-(?:top|bottom)-(?:left|right)-radius)"
)
SIDED = re.compile(r"text-align|float|clear|caption-side|text-align-last")
DECLARATION = re.compile(r"(?<=[{;])\s*([a-z-]+)\s*:\s*([^;{}]+)")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_needs_no_mirror(sheet: Path) -> None:
    assert list(one_sided(sheet.read_text())) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_is_important_in_utilities_only(sheet: Path) -> None:
    assert list(important(sheet.read_text())) == []


@pytest.mark.parametrize(
    "planted",
    [
        "margin-left: 1rem",
        "padding-right:0",
        "left: 0",
        "text-align: left",
        "float: right",
        "border-left: 1px solid",
        "border-top-left-radius: 1px",
        "min-width: 3rem",
        "height: 2rem",
        "scroll-margin-top: 8rem",
        "margin: 0 1rem 0 2rem",
    ],
)
def test_a_side_is_found(planted: str) -> None:
    assert list(one_sided(f"a {{ color: red; {planted} }}"))
    assert list(one_sided(f"@media print {{ a {{ {planted} }} }}"))


def test_what_is_logical_is_not() -> None:
    sound = """@media (width >= 60rem) { a:hover { margin: 0 1rem 2rem; inset-inline-start: 0; text-align: start;
        /* left: 0 */ background: linear-gradient(to right, red, red); border-radius: 1px; inline-size: 1rem } }"""
    assert not list(one_sided(sound))


def test_what_is_important_is_found() -> None:
    assert list(important("@layer components { a { color: red !important } }"))
    assert not list(important("@layer utilities { @media print { .no-print { display: none !important } } }"))
    assert list(important("@layer utilities { a { color: red } } b { color: red ! important }"))


def one_sided(text: str) -> Iterator[str]:
    for name, value in DECLARATION.findall(uncommented(text)):
        edges = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "()", value).split()
        has_unlike_sides = name in ("margin", "padding", "inset") and len(edges) == 4 and edges[1] != edges[3]
        is_sided = SIDED.fullmatch(name) and re.search(r"\b(?:left|right)\b", value)
        if PHYSICAL.fullmatch(name) or is_sided or has_unlike_sides:
            yield f"{name}: {value.strip()}"


def important(text: str) -> Iterator[str]:
    text = uncommented(text)
    while found := re.search(r"@layer utilities\s*\{", text):
        text = text[: found.start()] + text[block_end(text, found.end()) :]
    for name, value in DECLARATION.findall(text):
        if re.search(r"!\s*important", value):
            yield f"{name}: {value.strip()}"


def block_end(text: str, start: int) -> int:
    """Behind the brace that closes the block whose text begins at `start`."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return place + 1
    return len(text)


def uncommented(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
