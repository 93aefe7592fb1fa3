"""The ways a page is looked at: themes, widths and directions, and what readers do to texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Literal

from playwright.sync_api import Page

Theme = Literal["light", "dark"]
NARROW, WIDE = 320, 1280
PAPER = 718  # CSS px between the margins of A4
HEIGHT = 900


@dataclass(frozen=True)
class Look:
    theme: Theme = "light"
    width: int = WIDE
    direction: Literal["ltr", "rtl"] = "ltr"

    def __str__(self) -> str:
        return f"{self.theme}-{self.width}-{self.direction}"

    def put_on(self, page: Page) -> None:
        """The direction is turned in place, so that what a swap or a refusal left on the page is seen mirrored, too."""
        page.set_viewport_size({"width": self.width, "height": HEIGHT})
        page.emulate_media(color_scheme=self.theme)
        page.evaluate("direction => { document.documentElement.dir = direction }", self.direction)


ALL = [Look(*values) for values in product(("light", "dark"), (NARROW, WIDE), ("ltr", "rtl"))]
# Every two values of two dimensions meet in one of these four.
PAIRS = [
    Look("light", NARROW, "ltr"),
    Look("light", WIDE, "rtl"),
    Look("dark", NARROW, "rtl"),
    Look("dark", WIDE, "ltr"),
]

# Style that readers bring along. A constructed sheet is theirs to make: the shop's policy forbids only inline ones.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-block-end: 2em !important }"""  # WCAG 1.4.12
DOUBLED = ":root { font-size: 200% !important }"  # WCAG 1.4.4


@contextmanager
def styled(page: Page, css: str) -> Iterator[None]:
    page.evaluate(
        """css => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
            document.adoptedStyleSheets = [sheet];
        }""",
        css,
    )
    yield
    page.evaluate("document.adoptedStyleSheets = []")


@contextmanager
def printed(page: Page) -> Iterator[None]:
    page.set_viewport_size({"width": PAPER, "height": 1016})
    page.emulate_media(media="print")
    yield
    page.emulate_media(media="screen")
