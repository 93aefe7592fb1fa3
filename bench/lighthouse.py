"""Lighthouse on the shop's main pages as a phone sees them: `python -m bench.lighthouse` (make lighthouse).

The shop is the demo of `make run` on a data directory that is thrown away. Each page is audited five times, and the
median counts, since performance moves with whatever else the machine does. Fails below the scores of LEAST.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.running import ROOT, data_directory, running_shop

HERE = ROOT / "tools/lighthouse"
PAGES = {"home": "/", "listing": "/c/{category}", "product": "/p/{product}"}
LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
METRICS = {
    "LCP s": ("largest-contentful-paint", 1000),
    "CLS": ("cumulative-layout-shift", 1),
    "TBT ms": ("total-blocking-time", 1),
    "kB": ("total-byte-weight", 1000),
}
ROUNDS = 5
CHROME_FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    chrome = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if chrome is None:
        print("lighthouse: no Chromium found; set CHROME_PATH", file=sys.stderr)
        return 1
    with data_directory() as data_dir:
        reports = asyncio.run(audit_all(data_dir, chrome))
    names = [*LEAST, *METRICS]
    print(f"\n| page | {' | '.join(names)} |\n| --- |{' --- |' * len(names)}")
    for page, rounds in reports.items():
        print(f"| {page} | {' | '.join([*(f'{score(rounds, name):.0f}' for name in LEAST), *metrics(rounds)])} |")
    faults = [
        f"{page}: {name} {score(rounds, name):.0f}, below {least}. {failed(rounds[-1], name)}"
        for page, rounds in reports.items()
        for name, least in LEAST.items()
        if score(rounds, name) < least
    ]
    print("\n".join(["", *faults]))
    return 1 if faults else 0


async def audit_all(data_dir: Path, chrome: str) -> dict[str, list[Any]]:
    """A shop that knows its address may be indexed; any other asks not to be, which costs it the score for that."""
    async with running_shop(data_dir, BASE_URL="http://127.0.0.1:{port}") as shop, shop.database() as database:
        named = {
            "category": await database.fetchval(
                "SELECT slug FROM category WHERE parent_id IS NULL ORDER BY id LIMIT 1"
            ),
            "product": await database.fetchval("SELECT slug FROM product ORDER BY sold_count DESC LIMIT 1"),
        }
        reports: dict[str, list[Any]] = {page: [] for page in PAGES}
        for page, path in PAGES.items():
            for number in range(1, ROUNDS + 1):
                print(f"lighthouse: {page}, {number} of {ROUNDS}", file=sys.stderr, flush=True)
                url = f"http://127.0.0.1:{shop.port}{path.format(**named)}"
                reports[page].append(await asyncio.to_thread(audit, url, chrome))
    return reports


def audit(url: str, chrome: str) -> Any:
    command = ["node", "node_modules/lighthouse/cli/index.js", url, "--output=json", "--quiet"]
    command += [f"--chrome-flags={CHROME_FLAGS}", f"--only-categories={','.join(LEAST)}"]
    done = subprocess.run(
        command, cwd=HERE, env={**os.environ, "CHROME_PATH": chrome}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout)


def score(rounds: list[Any], category: str) -> float:
    return statistics.median(100 * (report["categories"][category]["score"] or 0) for report in rounds)


def metrics(rounds: list[Any]) -> list[str]:
    return [
        f"{statistics.median(report['audits'][audit]['numericValue'] for report in rounds) / unit:.2f}"
        for audit, unit in METRICS.values()
    ]


def failed(report: Any, category: str) -> str:
    """What cost points, with the first place each."""
    found = []
    for reference in report["categories"][category]["auditRefs"]:
        one = report["audits"][reference["id"]]
        if reference["weight"] and one["score"] is not None and one["score"] < 0.9:
            places = one.get("details", {}).get("items", [])[:1]
            found.append(f"{one['title']} {json.dumps(places)[:300] if places else one.get('displayValue', '')}")
    return "; ".join(found)


if __name__ == "__main__":
    sys.exit(main())
