"""The worker as a process: it delivers, it stops well, it outlives its servers and it stays small."""

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from app.adapters.db.engine import ShopEngine
from app.adapters.jobs.arq import ArqJobs
from app.bootstrap import open_shop
from app.core.checkout import Address, Buyer, PaymentMethod
from app.core.emails import job_id
from app.core.jobs import Job
from app.ports.cart import Visitor
from app.ports.emails import DueEmail
from app.services.checkout.placement import Placement
from app.settings import Settings
from tests.factories import db, insert, make_order, make_product, make_shipping_method, variant_of
from tests.queue import TestQueue, queue_server
from tests.smtp import SmtpServer, smtp_server
from tests.worker import ROOT, TIMES, all_sent, outbox, queue_mails, start_worker, until, working

LARGEST_MEGABYTES = 90


@pytest.fixture
async def queue() -> AsyncIterator[TestQueue]:
    async with queue_server() as found:
        yield found


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with smtp_server() as found:
        yield found


@pytest.fixture
def settings(engine: ShopEngine, queue: TestQueue, server: SmtpServer, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": engine.dsn,
        "REDIS_URL": queue.url,
        "MAIL_URL": server.url,
        "DATA_DIR": str(tmp_path),
        **TIMES,
    }


async def hand_over(queue: TestQueue, emails: list[DueEmail]) -> None:
    jobs = ArqJobs(queue.url, enqueue_seconds=5)
    for email in emails:
        assert await jobs.enqueue(Job.DELIVER_EMAIL, email.id, job_id=job_id(email.id, email.attempt))
    await jobs.close()


# Delivery


async def test_the_mail_of_an_order_arrives_with_its_link(settings: dict[str, str]) -> None:
    """As the demo runs: the order is placed in one process, its mail is written by another into the mailbox."""
    mug = await variant_of(await make_product(name="Everyday mug", price="14.00"))
    await make_shipping_method(code="standard")
    settings |= {"MAIL_URL": "mailbox:", "SWEEP_SECONDS": "60"}
    async with working(settings), open_shop(read(settings)) as shop:
        services, mailbox = shop.services, shop.services.mailbox
        assert mailbox is not None
        began = time.monotonic()
        cart, _ = await services.cart.add(Visitor("a" * 64), variant_id=mug["id"], slug="", options={}, quantity=2)
        quote = await services.quotes.quote(cart, country="US", delivery_code="standard")
        order = await services.placement.place(Visitor("a" * 64), placement(quote.digest))

        async def arrived() -> bool:
            return bool(await mailbox.latest(1))

        await until(arrived, seconds=5)
        print(f"arrived {time.monotonic() - began:.2f} s after the cart was filled")
        (mail,) = await mailbox.latest(2)
        assert mail.recipient == "ada@buyer.example"
        assert order.number in mail.subject and "Everyday mug" in mail.text
        (link,) = [link for link in mail.links if order.number in link]
        opened = await services.orders.open(order.number, link.partition("?key=")[2])
        assert opened.id == order.id


async def test_a_worker_that_finds_nothing_to_do_leaves_what_is_kept(
    engine: ShopEngine, settings: dict[str, str]
) -> None:
    """Each of its chores comes by at the start; what changes nothing must not have every page read anew."""
    await make_product()
    await engine.fetchval("SELECT shop_tend_listing()")
    async with open_shop(read(settings)) as shop:
        before = await shop.services.catalog.version()
        looked = await engine.fetchval("SELECT seen FROM listing_clock")

        async def looked_twice() -> bool:
            return bool(await engine.fetchval("SELECT seen - $1 > interval '6 seconds' FROM listing_clock", looked))

        async with working(settings):
            await until(looked_twice, seconds=30)
            assert await shop.services.catalog.version() == before


def read(settings: dict[str, str]) -> Settings:
    return Settings.from_environment(settings)


def placement(digest: str) -> Placement:
    address = Address("Ada Lovelace", "12 Analytical Way", "", "Portland", "OR", "97201", "US")
    return Placement(
        buyer=Buyer("ada@buyer.example", "", address),
        delivery_code="standard",
        payment_method=PaymentMethod.CASH_ON_DELIVERY,
        digest=digest,
        key="once",
        body_hash="b" * 64,
        locale="en_US",
    )


async def test_a_mail_that_is_handed_over_arrives_at_once(
    settings: dict[str, str], queue: TestQueue, server: SmtpServer
) -> None:
    async with working(settings | {"SWEEP_SECONDS": "60"}) as worker:
        await asyncio.sleep(0.5)
        began = time.monotonic()
        emails = await queue_mails(1)
        await hand_over(queue, emails)
        await worker.until("email_sent")
        assert time.monotonic() - began < 5
    assert [mail.recipient for mail in server.received] == ["buyer0@buyer.example"]


async def test_a_mail_that_nobody_handed_over_arrives_by_the_sweeper(
    settings: dict[str, str], server: SmtpServer
) -> None:
    await queue_mails(1)
    async with working(settings):
        await until(all_sent)
        await queue_mails(2)
        await until(all_sent)
    assert len(server.received) == 3


async def test_many_mails_and_two_workers_send_each_once(
    settings: dict[str, str], queue: TestQueue, server: SmtpServer
) -> None:
    emails = await queue_mails(150)
    await hand_over(queue, emails[:75])
    async with working(settings), working(settings):
        await until(all_sent, seconds=30)
    assert len(server.received) == len({mail.message_id for mail in server.received}) == 150
    assert {row["attempts"] for row in await outbox()} == {1}


async def test_a_refusing_mail_server_is_tried_again(settings: dict[str, str], server: SmtpServer) -> None:
    server.answer_data = "451 try later"
    await queue_mails(1)
    async with working(settings) as worker:
        await worker.until("email_not_sent", count=2)
        server.answer_data = "250 OK"
        await until(all_sent)
    assert len(server.received) == 1


async def test_unpaid_orders_lapse(settings: dict[str, str]) -> None:
    variant = await variant_of(await make_product(stock=5))
    order = await make_order(status="pending")
    async with db().transaction():
        await db().execute("UPDATE inventory SET reserved = 2 WHERE variant_id = $1", variant["id"])
        await db().execute(
            "INSERT INTO stock_reservation (order_id, variant_id, quantity, state, expires_at)"
            " VALUES ($1, $2, 2, 'held', now() - interval '1 s')",
            order["id"],
            variant["id"],
        )

    async def lapsed() -> bool:
        return await db().fetchval("SELECT status FROM orders WHERE id = $1", order["id"]) == "lapsed"

    async with working(settings):
        await until(lapsed)
    assert await db().fetchval("SELECT reserved FROM inventory WHERE variant_id = $1", variant["id"]) == 0


async def test_who_waits_is_told_and_what_was_sold_is_counted(settings: dict[str, str], server: SmtpServer) -> None:
    product = await make_product(stock=0, name="Plain bowl")
    variant = await variant_of(product)
    for number in range(60):
        await insert("back_in_stock_request", variant_id=variant["id"], email=f"buyer{number}@buyer.example")
    line = {"product_id": product["id"], "variant_id": variant["id"], "product_name": "Plain bowl", "sku": "BOWL"}
    await insert("order_item", order_id=(await make_order())["id"], quantity=3, **line)

    async def all_done() -> bool:
        told = await db().fetchval("SELECT count(*) FROM email WHERE status = 'sent'")
        return told == 60 and await db().fetchval("SELECT sold_count FROM product") == 3

    async with working(settings), working(settings):
        async with db().transaction():
            await db().execute("UPDATE inventory SET quantity = 3")
        await until(all_done, seconds=30)
    assert len({mail.recipient for mail in server.received}) == len(server.received) == 60


# Stopping


@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
async def test_an_idle_worker_stops_at_once(settings: dict[str, str], stop_signal: signal.Signals) -> None:
    async with working(settings | {"SWEEP_SECONDS": "60"}) as worker:
        began = time.monotonic()
        worker.process.send_signal(stop_signal)
        assert await worker.ended() == 0
        assert time.monotonic() - began < 5
        assert worker.names()[-1] == "worker_stopped"


@pytest.mark.parametrize("handed_over", [True, False], ids=["job", "sweeper"])
async def test_a_stop_waits_for_the_mail_under_way(
    settings: dict[str, str], queue: TestQueue, server: SmtpServer, handed_over: bool
) -> None:
    server.seconds = 1
    emails = await queue_mails(1)
    if handed_over:
        await hand_over(queue, emails)
    else:
        queue.stop()
    async with working(settings) as worker:
        await asyncio.wait_for(server.arrived.wait(), 10)
        assert await worker.stop() == 0
    assert await all_sent()
    assert len(server.received) == 1


# Servers that go away


async def test_without_its_queue_the_worker_still_sends_and_finds_back_to_it(
    settings: dict[str, str], queue: TestQueue, server: SmtpServer
) -> None:
    queue.stop()
    await queue_mails(25)
    async with working(settings) as worker:
        await until(all_sent)
        assert "queue_lost" in worker.names()
        queue.start()
        emails = await queue_mails(1)
        await hand_over(queue, emails)
        async with Redis.from_url(queue.url) as client:

            async def drained() -> bool:
                return not await client.zcard("arq:queue")

            await until(drained, seconds=10)
        await until(all_sent)
        queue.stop()
        await queue_mails(25)
        await until(all_sent)
    assert len(server.received) == len({mail.message_id for mail in server.received}) == 51


async def test_a_queue_that_hangs_does_not_keep_mail_from_leaving(
    settings: dict[str, str], queue: TestQueue, server: SmtpServer
) -> None:
    async with working(settings):
        queue.freeze()
        await queue_mails(5)
        await until(all_sent)
        queue.thaw()
    assert len(server.received) == 5


async def test_lost_database_connections_end_nothing(
    settings: dict[str, str], server: SmtpServer, superuser: asyncpg.Connection
) -> None:
    async with working(settings) as worker:
        for _ in range(5):
            await superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shop worker'"
            )
            await asyncio.sleep(0.2)
        await queue_mails(3)
        await until(all_sent)
        assert worker.process.returncode is None
    assert len({mail.message_id for mail in server.received}) == 3


# What it says and what it weighs


async def test_logs_are_json_without_addresses_or_text(settings: dict[str, str], server: SmtpServer) -> None:
    server.answer_recipient = "550 <buyer0@buyer.example> is not known here"
    await queue_mails(1)
    async with working(settings) as worker:
        await worker.until("email_not_sent")
        server.answer_recipient = "250 OK"
        await queue_mails(1)
        await worker.until("email_sent")
    assert all(json.loads(line)["event"] for line in worker.lines)
    assert not re.search("buyer|Confidential|@", "".join(worker.lines))


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"DATABASE_URL": "postgresql://shop:hunter2@127.0.0.1:1/shop"}, "127.0.0.1:1"),
        ({"LEASE_SECONDS": "1"}, "LEASE_SECONDS"),
        ({"MAIL_URL": "http://mail"}, "MAIL_URL"),
    ],
)
async def test_a_worker_that_cannot_start_says_so_in_a_line(
    settings: dict[str, str], setting: dict[str, str], told: str
) -> None:
    worker = await start_worker(settings | setting)
    assert await worker.ended() == 1
    (line,) = worker.lines
    assert line.startswith("worker: ") and told in line and "hunter2" not in line


def test_the_worker_loads_no_web() -> None:
    program = "import tasks.worker, sys; print([m for m in sys.modules if m.split('.')[0] in %r])"
    heavy = ("litestar", "granian", "starlette", "fastapi", "piccolo_admin", "hypercorn", "playwright")
    done = subprocess.run(
        [sys.executable, "-c", program % (heavy,)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


async def test_the_worker_stays_small(settings: dict[str, str], server: SmtpServer) -> None:
    await queue_mails(50)
    async with working(settings) as worker:
        await until(all_sent, seconds=20)
        rollup = Path(f"/proc/{worker.pid}/smaps_rollup").read_text()
    match = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    assert match is not None
    print(f"PSS {int(match[1]) / 1024:.0f} MB")
    assert int(match[1]) / 1024 < LARGEST_MEGABYTES
