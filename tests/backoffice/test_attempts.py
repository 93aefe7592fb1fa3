"""The throttle of the sign-in: shared by all processes, bounded without the server that they share, and it ends."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from app.backoffice import attempts as module
from app.backoffice.attempts import PER_ACCOUNT, PER_ADDRESS, WINDOW, Attempts
from tests.queue import queue_server


async def allowed(attempts: Attempts, account: str, address: str, *, tries: int) -> int:
    waits = await asyncio.gather(*(attempts.count(account, address) for _ in range(tries)))
    assert set(waits) <= {0, WINDOW}
    return waits.count(0)


async def test_processes_count_together():
    async with queue_server() as queue:
        processes = [Attempts(queue.url, seconds=1) for _ in range(3)]
        counted = await asyncio.gather(*(allowed(p, "boss", f"10.0.0.{n}", tries=5) for n, p in enumerate(processes)))
        assert sum(counted) == PER_ACCOUNT
        keys = await queue.keys()
        assert keys
        assert not any("boss" in key or "10.0.0" in key for key in keys)
        async with Redis.from_url(queue.url) as client:
            assert {0 < await client.ttl(key) <= WINDOW for key in keys} == {True}


async def test_one_address_cannot_try_many_accounts_nor_lock_them():
    attempts = Attempts("", seconds=1)
    tried = [await attempts.count(f"user{n}", "10.0.0.1") for n in range(PER_ADDRESS + 30)]
    assert tried.count(0) == PER_ADDRESS
    assert await attempts.count(f"user{PER_ADDRESS + 20}", "10.0.0.2") == 0


async def test_an_account_is_one_however_its_name_is_typed():
    attempts = Attempts("", seconds=1)
    for n, name in enumerate(["boss@shop.example", " BOSS@shop.example ", "Boss@Shop.Example"] * 4):
        wait = await attempts.count(name, f"10.0.0.{n}")
    assert wait == WINDOW


async def test_it_ends_by_itself(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "WINDOW", 1)
    async with queue_server() as queue:
        attempts = Attempts(queue.url, seconds=1)
        for _ in range(PER_ACCOUNT + 1):
            wait = await attempts.count("boss", "10.0.0.1")
        assert wait == 1
        await asyncio.sleep(1.2)
        assert await attempts.count("boss", "10.0.0.1") == 0


async def test_without_the_server_it_still_counts_and_nobody_waits():
    async with queue_server() as queue:
        attempts = Attempts(queue.url, seconds=0.2)
        await attempts.count("boss", "10.0.0.1")
        queue.freeze()
        started = time.monotonic()
        assert await allowed(attempts, "boss", "10.0.0.1", tries=20) == PER_ACCOUNT - 1
        assert time.monotonic() - started < 2
        queue.thaw()
        queue.stop()
        assert await attempts.count("boss", "10.0.0.1") == WINDOW
        queue.start()


async def test_what_is_kept_is_bounded_and_keeps_those_at_their_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_KEPT", 50)
    attempts = Attempts("", seconds=1)
    await allowed(attempts, "boss", "10.0.0.1", tries=PER_ADDRESS + 1)
    for n in range(500):
        await attempts.count(f"user{n}", f"10.1.{n}.1")
        assert len(attempts._here) <= 53
    assert await attempts.count("boss", "10.0.0.1") == WINDOW
