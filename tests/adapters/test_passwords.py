"""Hashing off the event loop, and common passwords."""

import ast
import asyncio
import threading
import time
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.adapters.identity import passwords as module
from app.adapters.identity.passwords import ARGON2, Argon2Passwords
from app.core.errors import PasswordTooLong

PASSWORD = "correct horse battery"
PASSWORDS = Argon2Passwords()


async def test_a_hash_is_of_this_password_only():
    stored = await PASSWORDS.hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await PASSWORDS.verify(stored, PASSWORD)
    for wrong in (PASSWORD + " ", PASSWORD.upper(), "", "x" * 129, "x" * 100_000):
        assert not await PASSWORDS.verify(stored, wrong)


async def test_nothing_is_cut_off():
    stored = await PASSWORDS.hash("x" * 128)
    assert not await PASSWORDS.verify(stored, "x" * 127)
    assert not await PASSWORDS.verify(stored, "x" * 129)
    with pytest.raises(PasswordTooLong):
        await PASSWORDS.hash("x" * 129)


async def test_however_the_keyboard_composed_it():
    stored = await PASSWORDS.hash("pa\u0308sswort mit umlaut")
    assert await PASSWORDS.verify(stored, "p\u00e4sswort mit umlaut")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$cut"])
async def test_what_is_no_hash_matches_nothing(stored):
    assert not await PASSWORDS.verify(stored, PASSWORD)


async def test_an_unknown_name_costs_the_same_work(monkeypatch):
    asked = []

    class Counting(PasswordHasher):
        def verify(self, stored, password):
            asked.append(stored)
            return super().verify(stored, password)

    counting = Argon2Passwords(Counting(time_cost=2, memory_cost=19_456, parallelism=1))
    assert not await counting.verify(None, PASSWORD)
    assert not await counting.verify(await counting.hash("something else"), PASSWORD)
    assert [stored.rsplit("$", 2)[0] for stored in asked] == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


async def test_an_old_hash_wants_renewal():
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    assert PASSWORDS.needs_rehash(weak)
    assert not PASSWORDS.needs_rehash(await PASSWORDS.hash(PASSWORD))


async def test_common_passwords_are_known():
    assert await PASSWORDS.is_common("Iloveyou")
    assert await PASSWORDS.is_common("nothing", "123456789")
    assert not await PASSWORDS.is_common(PASSWORD)
    assert len(module._common_passwords()) >= 10_000


async def test_hashing_never_runs_on_the_loops_thread(monkeypatch):
    threads = set()

    class Watching(PasswordHasher):
        def hash(self, password, **options):
            threads.add(threading.current_thread())
            return super().hash(password, **options)

        def verify(self, stored, password):
            threads.add(threading.current_thread())
            return super().verify(stored, password)

    watching = Argon2Passwords(Watching(time_cost=1, memory_cost=1_024, parallelism=1))
    stored = await watching.hash(PASSWORD)
    await asyncio.gather(*(watching.verify(stored, PASSWORD) for _ in range(50)))
    assert threading.current_thread() not in threads
    assert len(threads) <= module.MOST_THREADS


def test_nobody_else_hashes():
    """One implementation: every other module goes through it, and none calls the slow functions itself."""
    for path in Path("app").rglob("*.py"):
        if path.as_posix() == "app/adapters/identity/passwords.py":
            continue
        tree = ast.parse(path.read_text())
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        imported = {
            (node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        }
        assert "argon2" not in imported and "PasswordHasher" not in names and "verify_now" not in names, path


@pytest.mark.prove
async def test_fifty_sign_ins_at_once_do_not_stop_the_loop():
    """The control beside it: the same work on the loop itself stops it for much longer."""
    stored = await PASSWORDS.hash(PASSWORD)

    async def longest_stall(work):
        worst, stop = 0.0, asyncio.Event()

        async def tick():
            nonlocal worst
            while not stop.is_set():
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                worst = max(worst, time.perf_counter() - before - 0.001)

        ticking = asyncio.create_task(tick())
        await asyncio.sleep(0.05)
        await work()
        stop.set()
        await ticking
        return worst

    async def in_threads():
        await asyncio.gather(*(PASSWORDS.verify(stored, PASSWORD) for _ in range(50)))

    async def on_the_loop():
        for _ in range(50):
            ARGON2.verify(stored, PASSWORD)

    stalls = [await longest_stall(in_threads) for _ in range(3)]
    control = await longest_stall(on_the_loop)
    print(f"longest stall of 50 sign-ins: {min(stalls) * 1000:.0f} ms; on the loop {control * 1000:.0f} ms")
    assert min(stalls) < 0.05 < control
