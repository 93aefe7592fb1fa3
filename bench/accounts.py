"""What strangers gain by many requests at once, and by watching the clock: `python -m bench.accounts`.

The shop is the one of `make run` with four web processes, reached by real connections, each from another address where
an address would be limited. Counts must come out the same on any machine; times need one that does nothing else.
"""

import argparse
import asyncio
import itertools
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar

import httpx
import pyotp

from app.adapters.identity.passwords import Argon2Passwords
from bench.running import HOST, RunningShop, data_directory, running_shop

PROCESSES = "4"
PASSWORD = "seven quiet lamps in june"
GUESSES, RENEWALS, ATTEMPTS, USES, SIGN_INS = 1_000, 50, 200, 100, 50
AT_A_TIME = 100
"""Connections; the rest wait for one."""
SAMPLES = 500
LANES, FEW_LANES = 8, 2
"""So many ask in turns, where answers wait for an even time, and where each keeps a core busy."""
USED_UP = 4
"""Accounts that the rushes have blocked."""
WIDEST_GAP, LONGEST_STALL = 5.0, 50.0
"""Milliseconds."""

TWO_FACTOR = "/account/security/two-factor"
ADD = """
INSERT INTO users (email, password, role_id, email_verified_at)
SELECT 'known' || n || '@shop.example', $1, 3, now() FROM generate_series(1, $2::int) n
"""

FORGET = "DELETE FROM throttle"
"""A thousand sign-ins in five minutes is what strangers may try at one shop, and what is measured here."""

Result = TypeVar("Result")
numbers = itertools.count(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=SAMPLES, help="of each side, for the times")
    sys.exit(asyncio.run(measure(parser.parse_args().samples)))


async def measure(samples: int) -> int:
    """Print the table; 1 where something came out as it must not."""
    failed = False
    with data_directory() as directory:
        many = {"WEB_PROCESSES": PROCESSES, "TRUSTED_PROXIES": HOST}
        async with running_shop(directory, **many) as shop:
            await add_accounts(shop, USED_UP + samples + SIGN_INS)
            for line, good in [
                await guesses(shop),
                await renewals(shop),
                await attempts(shop),
                await uses(shop),
            ]:
                failed |= say(line, good)
        async with running_shop(directory, TRUSTED_PROXIES=HOST) as shop:
            failed |= say(*await stall(shop, USED_UP + samples))
            async with shop.database() as database:
                await database.execute(FORGET)
            for what in ("sign-in", "password/reset/mail", "sign-up", "sign-in/code/mail"):
                failed |= say(*await gap(shop, what, samples))
    return int(failed)


def say(line: str, good: bool) -> bool:
    print(f"{'ok ' if good else 'NO '} {line}", flush=True)
    return not good


async def add_accounts(shop: RunningShop, how_many: int) -> None:
    async with shop.database() as database:
        await database.execute(ADD, await Argon2Passwords().hash(PASSWORD), how_many)


async def guesses(shop: RunningShop) -> tuple[str, bool]:
    """Many codes for one account at once, all from the browser that asked for the real one."""
    async with browser(shop) as person:
        token = await csrf(person, "/sign-in/code")
        await person.post("/sign-in/code/mail", data={"email": "known1@shop.example", "csrf_token": token})
        token = await csrf(person, "/sign-in/code")

        async def guess(number: int) -> int:
            form = {"code": f"{number:08}", "csrf_token": token}
            return (await person.post("/sign-in/code", data=form, headers=elsewhere())).status_code

        answers = Counter(await all_at_once(guess, range(GUESSES)))
    async with shop.database() as database:
        tries = await database.fetchval("SELECT tries FROM otp WHERE purpose = 'sign_in'")
    return f"{GUESSES} guesses at one code: {tries} evaluated; answers {dict(answers)}", tries == 5


async def renewals(shop: RunningShop) -> tuple[str, bool]:
    """Requests of one browser whose access token is over."""
    async with browser(shop) as person:
        await sign_in(person, "known2@shop.example")
        kept = {"refresh": person.cookies["refresh"]}

    async def ask(_: int) -> httpx.Response:
        async with stranger(shop) as tab:
            return await tab.get("/cart", headers={"cookie": f"refresh={kept['refresh']}"})

    answers = await all_at_once(ask, range(RENEWALS))
    renewed = sum("access=" in answer.headers.get("set-cookie", "") for answer in answers)
    async with shop.database() as database:
        rows = await database.fetchval("SELECT count(*) - 1 FROM refresh_token")
        alarms = await database.fetchval("SELECT count(*) FROM user_session WHERE revoked_reason = 'reuse'")
    statuses = Counter(answer.status_code for answer in answers)
    line = f"{RENEWALS} uses of one refresh token: {rows} successor, {alarms} alarms; answers {dict(statuses)}"
    return line, (renewed, rows, alarms, set(statuses)) == (1, 1, 0, {200})


async def attempts(shop: RunningShop) -> tuple[str, bool]:
    """Guesses at one account's password, each from another address."""
    async with stranger(shop) as guesser:
        token = await csrf(guesser, "/sign-in")

        async def guess(number: int) -> int:
            form = {"email": "known3@shop.example", "password": f"guess number {number}", "csrf_token": token}
            return (await guesser.post("/sign-in", data=form, headers=elsewhere())).status_code

        answers = Counter(await all_at_once(guess, range(ATTEMPTS)))
    return f"{ATTEMPTS} guesses at one password: {answers[422]} evaluated; answers {dict(answers)}", answers[422] == 10


async def uses(shop: RunningShop) -> tuple[str, bool]:
    """One code of an authenticator, shown many times at once, each from another address: it lets in once.

    Five tries of an account are evaluated: beside the one that is right, four find the code used. The rest are told to
    wait.
    """
    email = "known4@shop.example"
    async with browser(shop) as owner:
        await sign_in(owner, email)
        token = await csrf(owner, TWO_FACTOR)
        begun = await owner.post(TWO_FACTOR, data={"csrf_token": token}, follow_redirects=True)
        found = re.search(r"<code>([A-Z2-7 ]+)</code>", begun.text)
        assert found, begun.text
        app = pyotp.TOTP(found[1].replace(" ", ""))
        await owner.post(f"{TWO_FACTOR}/activation", data={"csrf_token": token, "code": app.now()})
    async with shop.database() as database:
        await database.execute(FORGET)
        await database.execute("UPDATE users SET two_factor_step = NULL WHERE email = $1", email)
    async with browser(shop) as person:
        form = {"email": email, "password": PASSWORD, "csrf_token": await csrf(person, "/sign-in")}
        await person.post("/sign-in", data=form, headers=elsewhere())
        form = {"code": app.now(), "csrf_token": await csrf(person, "/sign-in/two-factor")}
        cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    async with stranger(shop) as crowd:

        async def use(_: int) -> int:
            answer = await crowd.post("/sign-in/two-factor", data=form, headers=elsewhere() | {"cookie": cookies})
            return answer.status_code

        answers = Counter(await all_at_once(use, range(USES)))
    async with shop.database() as database:
        entered = await database.fetchval(
            "SELECT count(*) FROM user_session s JOIN users u ON u.id = s.user_id WHERE u.email = $1"
            " AND s.amr LIKE '%mfa%' AND s.revoked_at IS NULL"
            " AND s.id > (SELECT min(id) FROM user_session WHERE user_id = u.id)",
            email,
        )
    line = f"{USES} uses of one code of an app: {answers[303]} accepted, {entered} session; answers {dict(answers)}"
    return line, (answers[303], answers[422], answers[429]) == (1, 4, USES - 5) and entered == 1


async def stall(shop: RunningShop, first: int) -> tuple[str, bool]:
    """How long one who only asks /live waits while many sign in, beside what it takes otherwise."""
    quiet, busy, stop = list[float](), list[float](), asyncio.Event()

    async def watch(times: list[float]) -> None:
        async with stranger(shop) as watcher:
            while not stop.is_set():
                began = time.perf_counter()
                await watcher.get("/live")
                times.append((time.perf_counter() - began) * 1_000)
                await asyncio.sleep(0.003)

    async def rush() -> list[int]:
        async with stranger(shop) as crowd:
            token = await csrf(crowd, "/sign-in")

            async def enter(number: int) -> int:
                form = {"email": f"known{number}@shop.example", "password": PASSWORD, "csrf_token": token}
                return (await crowd.post("/sign-in", data=form, headers=elsewhere())).status_code

            return await all_at_once(enter, range(first + 1, first + 1 + SIGN_INS))

    for times, work in ((quiet, asyncio.sleep(2)), (busy, rush())):
        stop.clear()
        watching = asyncio.create_task(watch(times))
        answers = await work
        stop.set()
        await watching
    line = f"{SIGN_INS} sign-ins at once: /live in {max(busy):.0f} ms at most (before: {max(quiet):.0f} ms)"
    return f"{line}; answers {dict(Counter(answers or []))}", max(busy) < LONGEST_STALL


async def gap(shop: RunningShop, what: str, samples: int) -> tuple[str, bool]:
    """Medians of answers about known and unknown addresses, taken in turns."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    seen: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    async with stranger(shop) as asker:
        token = await csrf(asker, f"/{what.removesuffix('/mail')}")

        async def lane(accounts: Iterable[int]) -> None:
            for number, is_known in itertools.product(accounts, (True, False)):
                name = f"known{number}" if is_known else f"nobody{next(numbers)}"
                form = {"email": f"{name}@shop.example", "name": "Ada", "csrf_token": token}
                form["password"] = PASSWORD if what == "sign-up" else f"{PASSWORD}, not"
                began = time.perf_counter()
                answer = await asker.post(f"/{what}", data=form, headers=elsewhere())
                taken[is_known].append((time.perf_counter() - began) * 1_000)
                seen[is_known][answer.status_code] += 1

        lanes, end = FEW_LANES if what == "sign-in" else LANES, USED_UP + samples + 1
        await asyncio.gather(*(lane(range(USED_UP + 1 + turn, end, lanes)) for turn in range(lanes)))
    known, unknown = (statistics.median(taken[is_known]) for is_known in (True, False))
    line = f"{what}: median {known:.1f} ms for a known address, {unknown:.1f} ms for another, {samples} each"
    alike = seen[True] == seen[False]
    return f"{line}; answers {dict(seen[True])}", abs(known - unknown) <= WIDEST_GAP and alike


def elsewhere() -> dict[str, str]:
    """From an address that nobody else has."""
    number = next(numbers)
    return {"x-forwarded-for": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


async def sign_in(person: httpx.AsyncClient, email: str) -> None:
    form = {"email": email, "password": PASSWORD, "csrf_token": await csrf(person, "/sign-in")}
    answer = await person.post("/sign-in", data=form, headers=elsewhere())
    assert "refresh" in person.cookies, answer.text


async def csrf(client: httpx.AsyncClient, page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', (await client.get(page)).text)
    assert found, page
    return found[1]


async def all_at_once(ask: Callable[[int], Awaitable[Result]], these: Sequence[int]) -> list[Result]:
    return list(await asyncio.gather(*map(ask, these)))


@asynccontextmanager
async def browser(shop: RunningShop, cookies: CookieJar | None = None) -> AsyncIterator[httpx.AsyncClient]:
    origin = f"http://{HOST}:{shop.port}"
    async with httpx.AsyncClient(
        base_url=origin,
        cookies=cookies,
        headers={"sec-fetch-site": "same-origin", "origin": origin},
        limits=httpx.Limits(max_connections=AT_A_TIME, max_keepalive_connections=AT_A_TIME),
        timeout=120,
    ) as client:
        yield client


def stranger(shop: RunningShop) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """A browser that keeps no cookies."""
    return browser(shop, CookieJar(DefaultCookiePolicy(allowed_domains=[])))


if __name__ == "__main__":
    main()
