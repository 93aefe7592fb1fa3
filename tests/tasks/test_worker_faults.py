"""No mail is lost, and none arrives twice but under one Message-ID, whatever dies or forgets on the way.

A short round of each runs with all tests; the long rounds run in `make prove`.
"""

import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.adapters.db.engine import ShopEngine
from app.adapters.jobs.arq import ArqJobs
from app.core.emails import job_id
from app.core.jobs import Job
from tests.factories import db
from tests.queue import TestQueue, queue_server
from tests.smtp import SmtpServer, smtp_server
from tests.worker import FINAL_WITHIN, ROOT, TIMES, all_sent, outbox, queue_mails, start_worker, until, working

short_and_long = pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.prove)])


@pytest.fixture
async def queue() -> AsyncIterator[TestQueue]:
    async with queue_server() as found:
        yield found


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with smtp_server() as found:
        yield found


@pytest.fixture
async def jobs(queue: TestQueue) -> AsyncIterator[ArqJobs]:
    found = ArqJobs(queue.url, enqueue_seconds=5)
    yield found
    await found.close()


@pytest.fixture
def settings(engine: ShopEngine, queue: TestQueue, server: SmtpServer, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": engine.dsn,
        "REDIS_URL": queue.url,
        "MAIL_URL": server.url,
        "DATA_DIR": str(tmp_path),
        **TIMES,
    }


async def queue_and_hand_over(count: int, jobs: ArqJobs) -> None:
    for email in await queue_mails(count):
        assert await jobs.enqueue(Job.DELIVER_EMAIL, email.id, job_id=job_id(email.id, email.attempt))


async def check_outbox(server: SmtpServer) -> int:
    """Every mail is sent, under the Message-ID of its row; returns how many copies came more than once."""
    rows = await outbox()
    assert {row["status"] for row in rows} == {"sent"}
    arrived = Counter((mail.message_id, mail.recipient) for mail in server.received)
    assert set(arrived) == {(row["message_id"], row["recipient_email"]) for row in rows}
    contents = {(mail.message_id, mail.content) for mail in server.received}
    assert len(contents) == len(rows), "a repeat is the same to the byte"
    return arrived.total() - len(rows)


@short_and_long
async def test_a_worker_killed_while_it_sends_loses_no_mail(
    settings: dict[str, str], jobs: ArqJobs, server: SmtpServer, rounds: int
) -> None:
    """The server has the mails and has not answered yet: where it is unknown whether they were sent."""
    chance = random.Random(rounds)
    repeated = 0
    slowest = 0.0
    for number in range(rounds):
        await queue_and_hand_over(10, jobs)
        server.seconds, server.arrived = 0.5, asyncio.Event()
        worker = await start_worker(settings)
        await asyncio.wait_for(server.arrived.wait(), 15)
        # At once, then anywhere between the first mail and the last answer, and a little beyond.
        await asyncio.sleep(0 if number == 0 else chance.uniform(0, 0.8))
        await worker.kill()
        killed = time.monotonic()
        server.seconds = 0
        async with working(settings):
            await until(all_sent, seconds=FINAL_WITHIN)
            slowest = max(slowest, time.monotonic() - killed)
        repeats = await check_outbox(server)
        assert repeats > 0 or number > 0, "the first round kills in the window where a mail may come twice"
        repeated += repeats
        await db_forget(server)
    print(f"{rounds} kills: {repeated} of {10 * rounds} mails came twice; all sent within {slowest:.1f} s of the kill")


@short_and_long
async def test_a_queue_that_forgets_everything_loses_no_mail(
    settings: dict[str, str], queue: TestQueue, jobs: ArqJobs, server: SmtpServer, rounds: int
) -> None:
    chance = random.Random(rounds)
    slowest = 0.0
    for number in range(rounds):
        await queue_and_hand_over(200, jobs)
        if number % 2 == 0:
            await queue.flush()
        began = time.monotonic()
        async with working(settings):
            await until(lambda: len(server.received) >= chance.randrange(1, 150))
            await queue.flush()
            await until(all_sent, seconds=60)
            slowest = max(slowest, time.monotonic() - began)
        assert await check_outbox(server) == 0, "nobody died, so every mail came once"
        await db_forget(server)
    print(f"{rounds} rounds of 200 mails: all sent once, the slowest round in {slowest:.1f} s")


@short_and_long
async def test_a_worker_killed_and_a_queue_emptied_at_once_lose_no_mail(
    settings: dict[str, str], queue: TestQueue, jobs: ArqJobs, server: SmtpServer, rounds: int
) -> None:
    chance = random.Random(rounds)
    repeated = 0
    for _ in range(rounds):
        await queue_and_hand_over(200, jobs)
        server.seconds = 0.05
        worker = await start_worker(settings)
        await until(lambda: len(server.received) >= chance.randrange(1, 150), seconds=30)
        await worker.kill()
        await queue.flush()
        async with working(settings):
            await until(all_sent, seconds=60)
        repeated += await check_outbox(server)
        await db_forget(server)
    print(f"{rounds} rounds of 200 mails: {repeated} came twice")


CRASH = """
import asyncio, os
from app.bootstrap import open_shop
from app.core.emails import EmailKind
from app.ports.emails import RenderedEmail
from app.settings import Settings

async def crash():
    os._exit(9)

async def main():
    async with open_shop(Settings.from_environment(os.environ)) as shop:
        outbox = shop.services.emails
        async with outbox.transactions.begin() as transaction:
            email = await outbox.emails.queue(
                kind=EmailKind.ORDER_CONFIRMATION, recipient="bo@buyer.example", locale="en_US", data={}, order_id=None)
            await outbox.emails.keep_rendered(email.id, RenderedEmail("Order", "text", "<p>text</p>"))
            transaction.after_commit(crash)

asyncio.run(main())
"""


@short_and_long
async def test_a_process_that_dies_between_commit_and_hand_over_loses_no_mail(
    settings: dict[str, str], server: SmtpServer, rounds: int
) -> None:
    async with working(settings):
        for number in range(rounds):
            dying = await asyncio.create_subprocess_exec(
                sys.executable, "-c", CRASH, cwd=ROOT, env={"PATH": os.environ["PATH"]} | settings
            )
            assert await dying.wait() == 9
            await until(all_sent)
            assert len(server.received) == number + 1
    assert await check_outbox(server) == 0


@pytest.mark.prove
async def test_ten_thousand_mails_survive_an_emptied_queue(
    settings: dict[str, str], queue: TestQueue, jobs: ArqJobs, server: SmtpServer
) -> None:
    await queue_and_hand_over(10_000, jobs)
    await queue.flush()
    async with working(
        settings | {"SWEEP_SECONDS": "30", "MAIL_SECONDS": "10", "JOB_SECONDS": "30", "LEASE_SECONDS": "40"}
    ):
        took = await until(all_sent, seconds=300)
    assert await check_outbox(server) == 0
    print(f"10,000 mails sent once in {took:.0f} s")


async def db_forget(server: SmtpServer) -> None:
    async with db().transaction():
        await db().execute("DELETE FROM email")
    server.received.clear()
