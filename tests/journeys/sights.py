"""What is wrong with how a page looks, as sentences: axe's findings, and texts that nobody can read to the end."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def bring_axe(page: Page) -> None:
    if not AXE.exists():
        pytest.fail("axe-core is missing: make test installs it, or npm ci in tests/journeys")
    page.evaluate(AXE.read_text())


def findings(page: Page) -> list[str]:
    """What axe-core says is wrong, with the first places. After `bring_axe`."""
    found: list[str] = page.evaluate(
        """async (rules) => (await axe.run(document, { runOnly: rules, resultTypes: ["violations"] })).violations.map(
            (found) => `${found.id}: ${found.help}: ` + found.nodes.slice(0, 3)
                .map((node) => `${node.target} (${node.any[0]?.message ?? node.all[0]?.message ?? ""})`).join("; "))""",
        RULES,
    )
    return found


def cut_off(page: Page) -> list[str]:
    """What reaches over an edge, where the page can be scrolled there, and texts that their boxes do not hold."""
    found: list[str] = page.evaluate(_CUT_OFF)
    return found


_CUT_OFF = """() => {
  const found = [];
  const said = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
  if (document.scrollingElement.scrollWidth > innerWidth) {
    found.push(`${document.scrollingElement.scrollWidth} px wide`);
    for (const element of document.querySelectorAll("body *")) {
      const box = element.getBoundingClientRect();
      const isOver = box.width && (box.right > innerWidth + 1 || box.left < -1);
      if (isOver && found.length < 6) said("over the edge", element);
    }
  }
  const range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, holder = text.parentElement;
    if (!text.data.trim() || holder.closest(".sr, .skip, .trap, option, [popover]:not(:popover-open)")) continue;
    if (getComputedStyle(holder).clipPath === "inset(50%)") continue;
    if (!holder.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(text);
    const lines = [...range.getClientRects()].filter((line) => line.width > 1);
    let isBox = false;
    for (let around = holder; around && around !== document.body; around = around.parentElement) {
      const style = getComputedStyle(around), box = around.getBoundingClientRect();
      if (style.display === "inline" || style.display === "contents") continue;
      if (style.overflowX === "auto" || style.overflowX === "scroll") break;
      const hides = style.overflowX !== "visible" || style.overflowY !== "visible";
      if (!isBox && lines.some((line) => line.right > box.right + 2 || line.left < box.left - 2)) {
        said("text beside its box", around);
        break;
      }
      isBox = true;
      if (hides && lines.some((line) => line.bottom > box.bottom + 3 || line.top < box.top - 3
          || line.right > box.right + 2 || line.left < box.left - 2)) {
        said("text cut off", holder);
        break;
      }
      if (style.position === "fixed") break;
    }
  }
  return found;
}"""
