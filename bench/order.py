"""What a guest order costs: `python -m bench.order` (make bench-order) prints the table of bench/README.md.

The shop is the one of `make run`, on a data directory that is thrown away. Times depend on what else the machine does;
CPU milliseconds per order hardly do.
"""

import argparse
import asyncio
import itertools
import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.adapters.embedded.postgres import binary
from bench import usage
from bench.running import RunningShop, data_directory, running_shop
from bench.rush import all_click, at_the_last_click, available, leave_in_stock, orders_placed, products_on_sale

SESSIONS = 8
ROUNDS = 3
"""Of each load and each rush; the table has the median and, in brackets, the least and the most."""
WARM_UP = 40
ADDS_PER_VISITOR = 8
BUYERS, UNITS = 200, 20
COUNTED_ORDERS = 40
AT_A_TIME = 10
ENDLESS = 1_000_000

Figures = dict[str, str]
"""A line of the table by its name."""

STATEMENTS = """
SELECT coalesce(sum(calls) FILTER (WHERE NOT of_transaction), 0)::int AS statements,
       coalesce(sum(calls) FILTER (WHERE of_transaction), 0)::int AS transactions
FROM (SELECT calls, query ~* '^(BEGIN|COMMIT|ROLLBACK)' AS of_transaction FROM pg_stat_statements) s
"""


@dataclass
class Load:
    """What a number of whole orders took: seconds of each, and CPU seconds of each part for all of them."""

    seconds: float = 0
    orders: list[float] = field(default_factory=list)
    clicks: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)

    def milliseconds(self, part: str) -> float:
        """CPU time an order; "all of the shop" is all of it but the client's."""
        used = sum(self.cpu.values()) - self.cpu["client"] if part == "all of the shop" else self.cpu[part]
        return used * 1000 / len(self.orders)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.order", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5, help="how long each load runs (default: %(default)s)")
    options = parser.parse_args()
    say(machine())
    with data_directory() as data_dir:
        single, columns = asyncio.run(measure(data_dir, options.seconds))
    print(f"\n{machine()}\n")
    print_table(("", ""), [single])
    print()
    print_table(("", "1 web process", "2 web processes"), columns)


async def measure(data_dir: Path, seconds: float) -> tuple[Figures, list[Figures]]:
    """Figures of the shop as it starts, and those for one and for two web processes."""
    once: Figures = {}
    say("an empty shop and its first order")
    async with running_shop(data_dir) as shop:
        once["start with an empty DATA_DIR to the first page, s"] = f"{shop.start_seconds:.1f}"
        (slug,) = await products_on_sale(shop, 1)
        async with shop.shopper() as shopper:
            await shopper.buy(slug)
        await shop.all_mailed()
        memory = memory_of(shop)
    columns = [await measure_processes(data_dir, processes, seconds) for processes in (1, 2)]
    once["start on existing data to the first page, s"] = columns[0].pop("start")
    columns[1].pop("start")
    once |= {f"PSS after one order, MiB: {part}": figure for part, figure in memory.items()}
    return once | await count_statements(data_dir), columns


async def measure_processes(data_dir: Path, processes: int, seconds: float) -> Figures:
    say(f"{processes} web processes" if processes > 1 else "1 web process")
    async with running_shop(data_dir, WEB_PROCESSES=str(processes)) as shop:
        figures = {"start": f"{shop.start_seconds:.1f}"}
        slugs = await endless_stock(shop)
        figures |= await measure_orders(shop, slugs, seconds)
        figures |= await measure_adding(shop, slugs[:ADDS_PER_VISITOR], seconds)
        figures |= await measure_rush(shop)
        figures |= await measure_opposite_carts(shop)
        figures |= {f"PSS after the load, MiB: {part}": figure for part, figure in memory_of(shop).items()}
        figures["`pgbench -N` on the same server, commits/s"] = f"{pgbench(shop, seconds):,.0f}"
        return figures


async def measure_orders(shop: RunningShop, slugs: list[str], seconds: float) -> Figures:
    await place_orders(shop, slugs, orders=WARM_UP)
    loads = [await place_orders(shop, slugs, seconds=seconds) for _ in range(ROUNDS)]
    return {
        "whole guest orders/s": spread([len(load.orders) / load.seconds for load in loads]),
        "one order, ms p50 / p95 / p99": percentiles([seconds for load in loads for seconds in load.orders]),
        "its last click, ms p50 / p95 / p99": percentiles([seconds for load in loads for seconds in load.clicks]),
        **{
            f"CPU ms an order: {part}": spread([load.milliseconds(part) for load in loads])
            for part in ("all of the shop", *loads[0].cpu)
        },
    }


async def place_orders(shop: RunningShop, slugs: list[str], *, seconds: float = 0, orders: int = ENDLESS) -> Load:
    """Whole guest orders until `seconds` or `orders` are over; CPU time counts until the last mail is sent."""
    load, places, wares = Load(), iter(range(orders)), itertools.cycle(slugs)
    before, began = cpu_of(shop), time.perf_counter()

    async def visit() -> None:
        for _ in places:
            if seconds and time.perf_counter() - began > seconds:
                return
            started = time.perf_counter()
            async with shop.shopper() as shopper:
                await shopper.buy(next(wares))
            load.orders.append(time.perf_counter() - started)
            load.clicks.append(shopper.seconds["last click"])

    await asyncio.gather(*(visit() for _ in range(SESSIONS)))
    load.seconds = time.perf_counter() - began
    await shop.all_mailed()
    load.cpu = {part: used - before[part] for part, used in cpu_of(shop).items()}
    return load


async def measure_adding(shop: RunningShop, slugs: list[str], seconds: float) -> Figures:
    """One POST each, into carts that take a few things before a new visitor comes; pages are not counted."""
    forms = []
    for slug in slugs:
        async with shop.shopper() as shopper:
            forms.append((await shopper.get(f"/p/{slug}")).form("/cart/items"))
    waits: list[float] = []
    before, began = cpu_of(shop), time.perf_counter()

    async def visit() -> None:
        while time.perf_counter() - began < seconds:
            async with shop.shopper() as shopper:
                for form in forms:
                    started = time.perf_counter()
                    added = await shopper.post("/cart/items", form)
                    assert added.status == 303, added.words
                    waits.append(time.perf_counter() - started)

    await asyncio.gather(*(visit() for _ in range(SESSIONS)))
    rate = len(waits) / (time.perf_counter() - began)
    used = {part: (now - before[part]) * 1000 / len(waits) for part, now in cpu_of(shop).items()}
    return {
        "add to cart/s": f"{rate:.0f}",
        "one add, ms p50 / p95 / p99": percentiles(waits),
        "CPU ms an add: web + postgres": f"{used['web']:.1f} + {used['postgres']:.1f}",
    }


async def measure_rush(shop: RunningShop) -> Figures:
    (slug,) = await products_on_sale(shop, 1)
    took, waits = [], []
    for _ in range(ROUNDS):
        await leave_in_stock(shop, slug, UNITS)
        before = await orders_placed(shop)
        rush = await all_click(await at_the_last_click(shop, [[slug]] * BUYERS))
        assert rush.statuses == {303: UNITS, 409: BUYERS - UNITS}, rush.statuses
        assert (await orders_placed(shop) - before, await available(shop, slug)) == (UNITS, 0)
        took.append(rush.seconds)
        waits += rush.waits
    return {
        f"rush, {BUYERS} buyers for {UNITS} units: orders / refusals / left": f"{UNITS} / {BUYERS - UNITS} / 0",
        "rush over within s, each round": " / ".join(f"{seconds:.2f}" for seconds in took),
        "one answer of the rush, ms p50 / p95 / p99": percentiles(waits),
    }


async def measure_opposite_carts(shop: RunningShop) -> Figures:
    """Two things each, added in opposite order by every other buyer: whoever locks as they come meets a deadlock."""
    first, second = await products_on_sale(shop, 2)
    for slug in (first, second):
        await leave_in_stock(shop, slug, ENDLESS)
    buyers = await at_the_last_click(shop, [[first, second], [second, first]] * (BUYERS // 2))
    rush = await all_click(buyers, at_once=AT_A_TIME)
    assert rush.statuses == {303: BUYERS}, rush.statuses
    await shop.all_mailed()
    name = f"{BUYERS} carts in opposite order, {AT_A_TIME} at a time"
    return {
        f"{name}: deadlocks": str(shop.database_log.count("deadlock detected")),
        f"{name}: an answer, ms p50 / p95 / p99": percentiles(rush.waits),
    }


def pgbench(shop: RunningShop, seconds: float) -> float:
    """Commits per second of simple updates, in a database of their own."""
    where = ["-h", str(shop.data_dir / "postgres"), "-U", "postgres"]
    load = ["-N", "-n", "-c", str(SESSIONS), "-j", "2", "-T", str(round(seconds))]
    for program, *arguments in (("dropdb", "--if-exists"), ("createdb",), ("pgbench", "-i", "-q", "-s", "10")):
        subprocess.run([binary(program), *where, *arguments, "pgbench"], check=True, capture_output=True)
    output = subprocess.run([binary("pgbench"), *where, *load, "pgbench"], check=True, capture_output=True, text=True)
    return float(next(line.split()[2] for line in output.stdout.splitlines() if line.startswith("tps")))


async def count_statements(data_dir: Path) -> Figures:
    """In a start of its own, since counting costs the server a little. The worker sleeps while the web is counted."""
    say("statements")
    with open(data_dir / "postgres" / "postgresql.conf", "a") as configuration:
        configuration.write("shared_preload_libraries = 'pg_stat_statements'\n")
    async with running_shop(data_dir) as shop, shop.database() as database:
        await database.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        slugs = await endless_stock(shop)
        await place_orders(shop, slugs, orders=WARM_UP)
        worker = shop.parts()["worker"]
        os.kill(worker, signal.SIGSTOP)
        try:
            await database.execute("SELECT pg_stat_statements_reset()")
            for slug in itertools.islice(itertools.cycle(slugs), COUNTED_ORDERS):
                async with shop.shopper() as shopper:
                    await shopper.buy(slug)
            web = [count / COUNTED_ORDERS for count in await database.fetchrow(STATEMENTS) or ()]
        finally:
            os.kill(worker, signal.SIGCONT)
        await shop.all_mailed()
        both = [count / COUNTED_ORDERS for count in await database.fetchrow(STATEMENTS) or ()]
    return {
        "SQL statements an order, web (BEGIN, COMMIT)": f"{web[0]:.1f} (+ {web[1]:.1f})",
        "SQL statements an order, worker (BEGIN, COMMIT)": f"{both[0] - web[0]:.1f} (+ {both[1] - web[1]:.1f})",
    }


async def endless_stock(shop: RunningShop) -> list[str]:
    """Slugs of everything on sale, none of which will run out."""
    async with shop.database() as database:
        await database.execute("UPDATE inventory SET quantity = $1", ENDLESS)
        rows = await database.fetch(
            "SELECT slug FROM product WHERE status = 'active' AND published_at <= now() ORDER BY id"
        )
    return [row["slug"] for row in rows]


def cpu_of(shop: RunningShop) -> dict[str, float]:
    """CPU seconds each part has used until now, its children included, and ours."""
    heads = shop.parts()
    used = {part: usage.cpu_seconds(pid) for part, pid in heads.items()}
    used["supervisor"] -= sum(seconds for part, seconds in used.items() if part != "supervisor")
    return used | {"client": time.process_time()}


def memory_of(shop: RunningShop) -> Figures:
    heads = shop.parts()
    trees = {part: usage.tree(pid) if part != "supervisor" else [pid] for part, pid in heads.items()}
    sizes = {part: usage.pss_mib(pids) for part, pids in trees.items()}
    return {part: f"{size:.0f}" for part, size in ({"all of the shop": sum(sizes.values())} | sizes).items()}


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


def percentiles(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return " / ".join(f"{cuts[percent - 1] * 1000:.0f}" for percent in (50, 95, 99))


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    return f"{len(os.sched_getaffinity(0))} cores of {model}, {platform.system()}, Python {platform.python_version()}"


def print_table(head: tuple[str, ...], columns: list[Figures]) -> None:
    rows = [head, ("---",) * len(head), *((name, *(column[name] for column in columns)) for name in columns[0])]
    for row in rows:
        print(f"| {' | '.join(row)} |")


def say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
