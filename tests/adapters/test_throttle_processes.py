"""Limits in time are exact however many processes ask at once."""

import asyncio
import sys

from app.adapters.db.throttle import TAKE

GUESS = """
import asyncio, asyncpg, sys
from datetime import timedelta

async def main(url, careless):
    pool = await asyncpg.create_pool(url, min_size=10, max_size=10)
    async def attempt():
        async with pool.acquire() as connection:
            if not careless:
                row = await connection.fetchrow(sys.argv[3], "guess", 10, timedelta(minutes=5))
                return row["uses"] <= 10
            taken = await connection.fetchval("SELECT coalesce(max(uses), 0) FROM throttle WHERE key_hash = 'guess'")
            await asyncio.sleep(0)
            await connection.execute(
                "INSERT INTO throttle (key_hash, expires_at) VALUES ('guess', now() + interval '5 minutes')"
                " ON CONFLICT (key_hash) DO UPDATE SET uses = $1", taken + 1)
            return taken < 10
    print("ready", flush=True)
    sys.stdin.readline()
    print(sum(await asyncio.gather(*(attempt() for _ in range(50)))))

asyncio.run(main(sys.argv[1], sys.argv[2] == "careless"))
"""


async def admitted_by_four_processes(url, how):
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", GUESS, url, how, TAKE,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in processes:
        await process.stdout.readline()
    for process in processes:
        process.stdin.write(b"go\n")
    return sum(int(output) for output, _ in await asyncio.gather(*(process.communicate() for process in processes)))


async def test_of_two_hundred_guesses_by_four_processes_ten_pass(engine, database_url):
    assert await admitted_by_four_processes(database_url, "exact") == 10


async def test_a_careless_counter_lets_more_pass(engine, database_url):
    """The control: reading first and writing after, as limiters over a cache do."""
    assert await admitted_by_four_processes(database_url, "careless") > 10
