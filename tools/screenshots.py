"""Pictures of every page in every state and look, and a page to browse them.

    make screenshots            all of them, into screenshots/
    make screenshots ONLY=cart  those states whose name has the word

The states are those of the browser tests, and the shop is one of its own with the demo in it.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.chromium import QUIET, executable
from tests.journeys.looks import HEIGHT, NARROW, WIDE, Look, printed
from tests.journeys.running import RunningShop
from tests.journeys.shopper import Shopper
from tests.journeys.states import STATES, State

FOLDER = Path(__file__).parents[1] / "screenshots"
LOOKS = [
    Look("light", WIDE),
    Look("dark", WIDE),
    Look("light", WIDE, "rtl"),
    Look("light", NARROW),
    Look("dark", NARROW),
    Look("light", NARROW, "rtl"),
]
LOOKS_BY_WIDTH = [Look("light", WIDE), Look("light", NARROW)]
GERMAN, FROM_THE_RIGHT = "/de", "/x-rtl"
PRINTED = ("product", "cart", "order")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="", metavar="WORD", help="only states whose name has this word")
    options.add_argument("--folder", type=Path, default=FOLDER)
    given = options.parse_args()
    states = [state for state in STATES if given.only in state.name]
    taken: dict[State, list[str]] = {}
    with photographer() as (browser, shop):
        for number, state in enumerate(states, 1):
            began = time.monotonic()
            taken[state] = take(state, browser, shop, given.folder)
            seconds = time.monotonic() - began
            print(f"[{number}/{len(states)}] {state.name}: {len(taken[state])} pictures, {seconds:.1f} s", flush=True)
    index = given.folder / "index.html"
    index.write_text(sheet(taken))
    print(f"Look at {index}")
    return 0


@contextmanager
def photographer() -> Iterator[tuple[Browser, RunningShop]]:
    print("Starting a shop with its demo", flush=True)
    shop = RunningShop()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=list(QUIET))
            yield browser, shop
            browser.close()
    finally:
        shop.stop()


def take(state: State, browser: Browser, shop: RunningShop, folder: Path) -> list[str]:
    """The names of the pictures that were taken."""
    names: list[str] = []

    def shoot(shopper: Shopper, look: Look, what: str = "") -> None:
        look.put_on(shopper.page)
        shopper.bring_every_picture()
        names.append(f"{state.slug}/{look}{what}.png")
        shopper.page.screenshot(path=folder / names[-1], full_page=True)

    for scripts in (True,) if state.alike else (True, False):
        context = browser.new_context(java_script_enabled=scripts, locale="en-US", reduced_motion="reduce")
        shopper = Shopper(context, shop.address, scripts=scripts)
        shopper.page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        state.reach(shopper, shop)
        for look in LOOKS if scripts else LOOKS[:1]:
            shoot(shopper, look, "" if scripts else "-no-script")
        if scripts and any(word in state.name for word in PRINTED):
            LOOKS[0].put_on(shopper.page)
            with printed(shopper.page):
                names.append(f"{state.slug}/printed.png")
                shopper.page.screenshot(path=folder / names[-1], full_page=True)
        if scripts and state.address:
            for look in LOOKS_BY_WIDTH:
                state.reach(shopper, shop, language=GERMAN)
                shoot(shopper, look, "-german")
                state.reach(shopper, shop, language=FROM_THE_RIGHT)
                shoot(shopper, replace(look, direction="rtl"), "-words")
        context.close()
    return names


def sheet(taken: dict[State, list[str]]) -> str:
    """A page that needs nothing but the pictures beside it."""
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages and states</title><style>'
        "body { font: 14px system-ui; margin: 2rem } div { display: flex; gap: 1rem; overflow-x: auto }"
        "figure { margin: 0 } img { block-size: 30rem; border: 1px solid #bbb }"
        "</style><h1>Pages and states</h1>"
    ]
    for state, names in taken.items():
        parts.append(f'<h2 id="{state.slug}">{escape(state.name)}</h2><div>')
        parts += [
            f'<figure><a href="{name}"><img src="{name}" alt="" loading="lazy"></a>{Path(name).stem}</figure>'
            for name in names
        ]
        parts.append("</div>")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
