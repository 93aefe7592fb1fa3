"""Hands that know Tab, Enter, Space, Escape and the arrows, and eyes that have to see where they are."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page

ENOUGH = 400
SETTLING_MS = 200

_LOOK = """element => {
  const box = element.getBoundingClientRect();
  let ringed = false;
  for (let one = element; one && one.localName !== "main" && !ringed; one = one.parentElement) {
    ringed = [null, "::after"].some((part) => {
      const style = getComputedStyle(one, part);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    });
  }
  const label = element.closest("label");
  const shown = label && box.width < 2 ? label.getBoundingClientRect() : box;
  let trouble = "";
  if (!ringed) trouble = "no focus ring";
  else if (shown.bottom <= 0 || shown.top >= innerHeight) trouble = "outside the window";
  else {
    const at = [shown.x + shown.width / 2, shown.y + shown.height / 2];
    const top = document.elementFromPoint(...at);
    const isSeen = !top || element.contains(top) || top.contains(element) || label?.contains(top);
    if (!isSeen) trouble = `covered by ${top.outerHTML.slice(0, 80)}`;
  }
  return {
    what: element.outerHTML.slice(0, 120), trouble, is_in_main: !!element.closest("main"),
    top: shown.top + scrollY, bottom: shown.bottom + scrollY, left: shown.left, right: shown.right,
  };
}"""

_HERE = f"() => document.activeElement === document.body ? null : ({_LOOK})(document.activeElement)"


@dataclass(frozen=True)
class Stop:
    """Where Tab comes to rest: its box in CSS px of the page, and what is wrong with seeing it there."""

    what: str
    trouble: str
    is_in_main: bool
    top: float
    bottom: float
    left: float
    right: float


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until `target` has the focus, which everybody has to see."""
    for _ in range(ENOUGH):
        page.keyboard.press(key)
        if target.evaluate("element => element === document.activeElement"):
            break
    else:
        pytest.fail(f"{key} does not reach {target}")
    trouble = target.evaluate(_LOOK)["trouble"]
    assert not trouble, f"{target} has the focus, but {trouble}"


def walk(page: Page) -> list[Stop]:
    """Every stop of Tab from the top of the page until it is left or begins again."""
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
    stops: list[Stop] = []
    for _ in range(ENOUGH):
        page.keyboard.press("Tab")
        found = page.evaluate(_HERE)
        if found and found["trouble"]:  # a list that scrolls by itself snaps a moment later
            page.wait_for_timeout(SETTLING_MS)
            found = page.evaluate(_HERE)
        if found is None or (stops and found["what"] == stops[0].what):
            return stops
        stops.append(Stop(**found))
    pytest.fail(f"Tab never leaves the page; last of all, {stops[-1]}")


def jumps(stops: list[Stop]) -> list[str]:
    """Where the focus goes against the direction of reading: up, but not into the next column."""
    found = []
    for before, after in pairwise(stops):
        if before.is_in_main and after.is_in_main and after.bottom <= before.top and after.left < before.right:
            found.append(f"from {before.what} up to {after.what}")
    return found
