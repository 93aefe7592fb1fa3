"""What reading costs: `python -m bench.read` (make bench-read) prints the table of bench/README.md.

The shop of `make run` with two web processes, first with the demo's 64 products and then with 100,000 more (SCALE),
each page rendered afresh (SHARED_PAGES_MB=0) and from what a process keeps. All in one run, since other work on the
machine changes every time and no ratio. DATA_DIR keeps the data, so that the next run need not load it again.
"""

import argparse
import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

import asyncpg

from bench import usage
from bench.many import ADJECTIVES, MATERIALS, NOUNS, load, say
from bench.order import STATEMENTS, machine, percentiles
from bench.reader import CONNECTIONS, Reading, read
from bench.running import RunningShop, data_directory, running_shop

PAGES = ("home", "listing", "filtered listing", "search", "product")
WARM_UP = 48
FIRST_TIMES = 20
"""From so many addresses on it is worth telling what they cost when nobody has asked for them yet."""
ONE_EACH = 2
"""So many ask at once for what has not been asked for, one for each process."""
COUNTED = 40
"""Pages whose statements are counted, one after the other."""
FAR_IN = 3
"""Listings are read up to this page."""
BROWSER = "Accept-Encoding: br\r\n"
GENERATED = "SELECT count(*) FROM product WHERE id > 1000000"

# What a page of cards needs at the very least, in one statement.
BARE = """
SELECT p.slug, p.name, p.price, i.image_url, s.available FROM (
    SELECT id, slug, name, price FROM product
    WHERE category_id = $1 AND status = 'active' AND deleted_at IS NULL ORDER BY sold_count DESC, id LIMIT 24
) p
LEFT JOIN LATERAL (SELECT image_url FROM product_image WHERE product_id = p.id LIMIT 1) i ON true
LEFT JOIN LATERAL (SELECT sum(available) AS available FROM inventory WHERE product_id = p.id) s ON true
"""


@dataclass(frozen=True)
class Cost:
    """Of one page: requests a second, seconds of each, CPU milliseconds of application and database."""

    rate: float
    waits: list[float]
    app: float
    database: float
    kilobytes: float = 0.0

    @property
    def cpu(self) -> str:
        return f"{self.app + self.database:.2f} ({self.app:.2f} + {self.database:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.read", description=__doc__)
    parser.add_argument("--scale", type=int, default=int(os.environ.get("SCALE", "100000")), help="products to add")
    parser.add_argument("--seconds", type=float, default=4, help="how long each page is read (default: %(default)s)")
    options = parser.parse_args()
    say(machine())
    kept = os.environ.pop("DATA_DIR", "")
    with nullcontext(Path(kept)) if kept else data_directory() as data_dir:
        data_dir.mkdir(parents=True, exist_ok=True)
        asyncio.run(measure(data_dir, options.scale, options.seconds))


async def measure(data_dir: Path, scale: int, seconds: float) -> None:
    small, large = {}, {}
    async with running_shop(data_dir, SHARED_PAGES_MB="0", DEBUG="") as shop, shop.database() as database:
        there: int = await database.fetchval(GENERATED)
    if not there:
        small = await measure_shop(data_dir, seconds)
        async with running_shop(data_dir) as shop, shop.database() as database:
            os.kill(shop.parts()["worker"], signal.SIGSTOP)
            try:
                await load(database, scale)
            finally:
                os.kill(shop.parts()["worker"], signal.SIGCONT)
        there = scale
    large = await measure_shop(data_dir, seconds)
    print(f"\n{machine()}\n")
    for name, figures in (("64 products", small), (f"{there:,} products", large)):
        if figures:
            print_figures(name, figures)
    print(f"\nDatabase CPU of the mix, {there:,} products: {mix(large):.2f} ms")
    if small:
        ratio = mix(large) / mix(small)
        print(f"{ratio:.2f} times that of 64 products, {mix(small):.2f} ms (aim: 3 or less at a million)")
        first, first_small = mix(large, "first time"), mix(small, "first time")
        print(f"Asked for the first time: {first:.2f} ms, {first / first_small:.2f} times {first_small:.2f} ms")


async def measure_shop(data_dir: Path, seconds: float) -> dict[str, Cost | float]:
    """Figures by the name of the page and how it was made, and the limits they are compared with."""
    figures: dict[str, Cost | float] = {}
    async with running_shop(data_dir, WEB_PROCESSES="2", SHARED_PAGES_MB="0") as shop, shop.database() as database:
        paths = await addresses(database)
        figures["static file"] = await cost_of(shop, await static_file(shop), seconds)
        figures["bare query"] = await bare_query(shop, database, seconds)
        for page in PAGES:
            if len(paths[page]) >= FIRST_TIMES:
                say(f"{page}, first time")
                figures[f"{page}, first time"] = await cost_of(shop, paths[page], 0, requests=len(paths[page]))
            say(f"{page}, rendered")
            await read(shop.port, paths[page], requests=3 * len(paths[page]))
            figures[f"{page}, rendered"] = await cost_of(shop, paths[page], seconds)
            figures[f"{page}, rendered, brotli"] = await cost_of(shop, paths[page], seconds / 2, headers=BROWSER)
    async with running_shop(data_dir, WEB_PROCESSES="2") as shop:
        for page in PAGES:
            say(f"{page}, kept")
            kept = paths[page][:20]
            await read(shop.port, kept, requests=len(kept) * 8, headers=BROWSER)
            figures[f"{page}, kept"] = await cost_of(shop, kept, seconds, headers=BROWSER)
    figures |= await count_statements(data_dir, paths)
    return figures


async def cost_of(shop: RunningShop, paths: list[str], seconds: float, *, requests: int = 0, headers: str = "") -> Cost:
    """For so many seconds, or each once where `requests` says how many."""
    if not requests:
        await read(shop.port, paths, requests=WARM_UP, headers=headers)
    before = {part: usage.cpu_seconds(shop.parts()[part]) for part in ("web", "postgres")}
    connections = ONE_EACH if requests else CONNECTIONS
    reading = await read(shop.port, paths, seconds=seconds, requests=requests, connections=connections, headers=headers)
    used = {part: usage.cpu_seconds(shop.parts()[part]) - spent for part, spent in before.items()}
    assert not reading.others, (reading.others, paths[:3])
    return cost(reading, used["web"], used["postgres"])


def cost(reading: Reading, app: float, database: float) -> Cost:
    count = len(reading.waits)
    return Cost(
        count / reading.seconds,
        reading.waits,
        app * 1000 / count,
        database * 1000 / count,
        reading.bytes / count / 1000,
    )


async def static_file(shop: RunningShop) -> list[str]:
    async with shop.shopper() as shopper:
        home = (await shopper.get("/")).text
    return ["/static/css/core." + home.partition("/static/css/core.")[2].partition('"')[0]]


async def bare_query(shop: RunningShop, database: "asyncpg.Connection[asyncpg.Record]", seconds: float) -> Cost:
    """From this process, on one connection after the other; its own CPU time is the application's."""
    categories = [
        row["id"] for row in await database.fetch("SELECT DISTINCT category_id AS id FROM product ORDER BY 1")
    ]
    statement = await database.prepare(BARE)
    loop, reading = asyncio.get_running_loop(), Reading()
    for category in categories:
        await statement.fetch(category)
    postgres, began = shop.parts()["postgres"], loop.time()
    before, own = usage.cpu_seconds(postgres), usage.cpu_seconds(os.getpid()) - usage.cpu_seconds(shop.process.pid)
    while loop.time() - began < seconds:
        started = loop.time()
        await statement.fetch(categories[len(reading.waits) % len(categories)])
        reading.waits.append(loop.time() - started)
    reading.seconds = loop.time() - began
    own = usage.cpu_seconds(os.getpid()) - usage.cpu_seconds(shop.process.pid) - own
    return cost(reading, own, usage.cpu_seconds(postgres) - before)


async def addresses(database: "asyncpg.Connection[asyncpg.Record]") -> dict[str, list[str]]:
    """Of each page, spread over the catalogue and always the same."""
    shelves = await database.fetch(
        "SELECT c.slug, count(*) AS size FROM category c"
        " JOIN product p ON p.category_id IN (SELECT category_below(c.id))"
        " WHERE c.deleted_at IS NULL GROUP BY c.id ORDER BY c.id"
    )
    lists = [
        f"/c/{shelf['slug']}?page={page}"
        for page in range(1, FAR_IN + 1)
        for shelf in shelves
        if shelf["size"] > page * 24
    ] or [f"/c/{shelf['slug']}" for shelf in shelves]
    filters = ("available=1", "price_to=200&sort=price", "rating=4", "colour=Sand", "colour=Ink&available=1", "sale=1")
    filtered = [f"/c/{shelf['slug']}?{choice}" for shelf in shelves for choice in filters]
    words = ["household", *ADJECTIVES[::6], *MATERIALS[::4], *NOUNS[::9]]
    words += [f"{adjective} {noun}" for adjective, noun in zip(ADJECTIVES[::7], NOUNS[::12], strict=False)]
    products = await database.fetch(
        "SELECT slug FROM product WHERE status = 'active' AND published_at <= now() AND deleted_at IS NULL"
        " ORDER BY md5(slug) LIMIT 400"
    )
    return {
        "home": ["/"],
        "listing": lists,
        "filtered listing": filtered[:: max(1, len(filtered) // 100)],
        "search": [f"/search?q={quote_plus(term)}" for term in words],
        "product": [f"/p/{row['slug']}" for row in products],
    }


async def count_statements(data_dir: Path, paths: dict[str, list[str]]) -> dict[str, Cost | float]:
    """In a start of its own, since counting costs the server a little; the worker sleeps."""
    say("statements")
    configuration = data_dir / "postgres" / "postgresql.conf"
    as_it_was = configuration.read_text()
    configuration.write_text(as_it_was + "shared_preload_libraries = 'pg_stat_statements'\n")
    try:
        return await statements_of(data_dir, paths)
    finally:
        configuration.write_text(as_it_was)


async def statements_of(data_dir: Path, paths: dict[str, list[str]]) -> dict[str, Cost | float]:
    counts: dict[str, Cost | float] = {}
    async with running_shop(data_dir, SHARED_PAGES_MB="0") as shop, shop.database() as database:
        await database.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        worker = shop.parts()["worker"]
        os.kill(worker, signal.SIGSTOP)
        try:
            for page in PAGES:
                asked = [paths[page][n % len(paths[page])] for n in range(COUNTED)]
                await read(shop.port, asked, requests=4, connections=1)
                await database.execute("SELECT pg_stat_statements_reset()")
                await read(shop.port, asked, requests=COUNTED, connections=1)
                row = await database.fetchrow(STATEMENTS)
                counts[f"{page}, statements"] = row["statements"] / COUNTED if row else 0.0
        finally:
            os.kill(worker, signal.SIGCONT)
    return counts


def mix(figures: dict[str, Cost | float], made: str = "rendered") -> float:
    """Database CPU of one page of each kind that was made so."""
    costs = [figures.get(f"{page}, {made}") for page in PAGES]
    return sum(one.database for one in costs if isinstance(one, Cost))


def print_figures(name: str, figures: dict[str, Cost | float]) -> None:
    static, bare = figures["static file"], figures["bare query"]
    assert isinstance(static, Cost) and isinstance(bare, Cost)
    columns: tuple[tuple[str, Callable[[Cost], str]], ...] = (
        ("requests/s", lambda one: f"{one.rate:,.0f}"),
        ("ms p50 / p95 / p99", lambda one: percentiles(one.waits)),
        ("CPU ms (app + database)", lambda one: one.cpu),
        ("× static file", lambda one: f"{(one.app + one.database) / (static.app + static.database):.1f}"),
        ("× bare query", lambda one: f"{(one.app + one.database) / (bare.app + bare.database):.1f}"),
        ("kB", lambda one: f"{one.kilobytes:.1f}"),
    )
    print(f"\n| {name} | {' | '.join(title for title, _ in columns)} | SQL |")
    print(f"| --- | {'--- | ' * (len(columns) + 1)}".rstrip())
    for line, figure in figures.items():
        if isinstance(figure, Cost):
            counted = figures.get(f"{line.removesuffix(', rendered')}, statements")
            cells = [make(figure) for _, make in columns]
            print(f"| {line} | {' | '.join(cells)} | {f'{counted:.1f}' if isinstance(counted, float) else ''} |")


if __name__ == "__main__":
    main()
