"""The outbox on the real store: each mail ends sent or failed, whatever happens on the way."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from app.adapters.db.emails import PiccoloEmails
from app.adapters.db.engine import ShopEngine
from app.adapters.db.transactions import PiccoloTransactions
from app.adapters.jobs.none import NoJobs
from app.core.emails import MOST_ATTEMPTS, EmailKind, job_id
from app.core.jobs import Job
from app.ports.emails import DueEmail, RenderedEmail
from app.ports.mail import OutgoingMail, PermanentMailError, TemporaryMailError
from app.services.emails import AT_ONCE, PAGE, EmailService
from tests.factories import db, make_order

LEASE = timedelta(seconds=40)
FIRST_RETRY = timedelta(minutes=1)
KIND = EmailKind.ORDER_CONFIRMATION


class Post:
    """A mailer that keeps what it sends, or fails as it is told."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMail] = []
        self.failure: Exception | None = None
        self.door = asyncio.Event()
        self.door.set()

    async def send(self, mail: OutgoingMail) -> None:
        await self.door.wait()
        if self.failure:
            raise self.failure
        self.sent.append(mail)


class Renderer:
    def __init__(self) -> None:
        self.rendered = 0
        self.failure: Exception | None = None

    def render(self, kind: EmailKind, *, locale: str, context: object) -> RenderedEmail:
        self.rendered += 1
        if self.failure:
            raise self.failure
        return RenderedEmail(f"{kind} {self.rendered}", f"{locale} {context}", "<p>€</p>")


class Queue:
    """A queue with room for so many jobs."""

    def __init__(self, room: int = 10**6) -> None:
        self.room = room
        self.jobs: list[tuple[Job, tuple[int, ...], str]] = []

    async def enqueue(self, job: Job, *ids: int, job_id: str) -> bool:
        if len(self.jobs) >= self.room:
            return False
        self.jobs.append((job, ids, job_id))
        return True

    async def ping(self) -> bool:
        return True

    async def close(self) -> None:
        pass


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def outbox(engine: ShopEngine, transactions: PiccoloTransactions, post: Post, renderer: Renderer) -> EmailService:
    return EmailService(
        emails=PiccoloEmails(),
        transactions=transactions,
        mailer=post,
        renderer=renderer,
        jobs=NoJobs(),
        contexts={KIND: read_order},
        message_host="shop.example",
        lease=LEASE,
        first_retry=FIRST_RETRY,
    )


async def read_order(data: Mapping[str, object]) -> object:
    return data["order_id"]


async def queue_mail(outbox: EmailService, **changes: Any) -> DueEmail:
    """One mail, committed as checkout does it; `changes` are columns to change afterwards."""
    async with outbox.transactions.begin():
        email = await outbox.emails.queue(
            kind=KIND, recipient="bo@buyer.example", locale="en_US", data={"order_id": 12}, order_id=None
        )
    for column, value in changes.items():
        await change(email.id, f"{column} = {value}")
    return email


async def change(email_id: int, assignment: str) -> None:
    transactions = PiccoloTransactions()
    async with transactions.begin():
        await db().execute(f"UPDATE email SET {assignment} WHERE id = $1", email_id)


async def row(email_id: int) -> asyncpg.Record:
    found = await db().fetchrow(
        "SELECT *, next_attempt_at - now() AS wait, lease_until - now() AS lease FROM email WHERE id = $1", email_id
    )
    assert found is not None
    return found


# A mail's life


async def test_a_queued_mail_is_sent_once(outbox: EmailService, post: Post) -> None:
    order = await make_order()
    async with outbox.transactions.begin():
        email = await outbox.emails.queue(
            kind=KIND,
            recipient="bo@buyer.example",
            locale="de_DE",
            data={"order_id": order["id"]},
            order_id=order["id"],
        )
    assert email.attempt == 1
    before = await row(email.id)
    assert (before["status"], before["sent_at"], before["message_id"]) == ("queued", None, None)
    assert (before["subject"], before["body"]) == (None, None)

    assert await outbox.deliver(email.id)
    assert not await outbox.deliver(email.id)

    (mail,) = post.sent
    assert mail.recipient == "bo@buyer.example"
    assert mail.rendered == RenderedEmail("order_confirmation 1", f"de_DE {order['id']}", "<p>€</p>")
    assert mail.message_id.startswith(f"<email-{email.id}-") and mail.message_id.endswith("@shop.example>")
    after = await row(email.id)
    assert (after["status"], after["attempts"], after["lease_until"]) == ("sent", 1, None)
    assert after["sent_at"] is not None and after["failed_reason"] is None
    assert (after["order_id"], after["message_id"]) == (order["id"], mail.message_id)
    assert mail.date == after["created_at"]
    assert after["temporal_id"] == job_id(email.id, 1)


async def test_a_rolled_back_order_leaves_no_mail(outbox: EmailService) -> None:
    with pytest.raises(RuntimeError):
        async with outbox.transactions.begin():
            email = await outbox.emails.queue(
                kind=KIND, recipient="bo@buyer.example", locale="en_US", data={}, order_id=None
            )
            raise RuntimeError
    assert not await outbox.deliver(email.id)


async def test_a_mail_that_is_not_there_is_nothing_to_do(outbox: EmailService) -> None:
    assert not await outbox.deliver(10**12)


async def test_fifty_at_once_send_it_once(outbox: EmailService, post: Post) -> None:
    email = await queue_mail(outbox)
    done = await asyncio.gather(*(outbox.deliver(email.id) for _ in range(50)))
    assert done.count(True) == 1
    assert len(post.sent) == 1


async def test_a_temporary_failure_is_tried_again_later_with_the_same_text(
    outbox: EmailService, post: Post, renderer: Renderer
) -> None:
    email = await queue_mail(outbox)
    post.failure = TemporaryMailError("451 try later")
    assert await outbox.deliver(email.id)
    waiting = await row(email.id)
    assert (waiting["status"], waiting["attempts"], waiting["failed_reason"]) == ("queued", 1, "451 try later")
    assert timedelta(seconds=58) < waiting["wait"] <= FIRST_RETRY
    assert waiting["lease_until"] is None
    assert not await outbox.deliver(email.id), "its time has not come"
    assert await outbox.emails.find_due(10) == []

    await change(email.id, "next_attempt_at = now()")
    assert await outbox.emails.find_due(10) == [DueEmail(email.id, attempt=2)]
    post.failure = None
    assert await outbox.deliver(email.id)
    (mail,) = post.sent
    sent = await row(email.id)
    assert (sent["status"], sent["attempts"], sent["temporal_id"]) == ("sent", 2, job_id(email.id, 2))
    assert (sent["message_id"], sent["failed_reason"]) == (waiting["message_id"], "451 try later")
    assert renderer.rendered == 1 and mail.rendered.subject == waiting["subject"]


@dataclass(frozen=True)
class Invitation:
    """A mail with two links that open something."""

    keys: tuple[str, ...] = ("5e" * 20, "c7" * 20)
    unsubscribe_link: str = f"https://shop.example/end?key={'c7' * 20}"


async def test_keys_of_links_are_mailed_and_not_stored(outbox: EmailService, post: Post, renderer: Renderer) -> None:
    async def invite(data: Mapping[str, object]) -> object:
        return Invitation()

    outbox = replace(outbox, contexts={KIND: invite})
    email = await queue_mail(outbox)
    post.failure = TemporaryMailError("451 try later")
    await outbox.deliver(email.id)
    post.failure = None
    for _ in range(2):
        kept = str(dict(await row(email.id)))
        assert "⟦1⟧" in kept and "⟦2⟧" in kept
        assert not [key for key in Invitation().keys if key in kept]
        await change(email.id, "next_attempt_at = now()")
        await outbox.deliver(email.id)
    (mail,) = post.sent
    assert renderer.rendered == 1
    assert mail.rendered.text == f"en_US {Invitation()}", "every attempt sends the same"
    assert mail.unsubscribe == Invitation().unsubscribe_link


async def test_a_permanent_failure_ends_it_with_the_reason(outbox: EmailService, post: Post) -> None:
    email = await queue_mail(outbox)
    post.failure = PermanentMailError("550 no such user")
    assert await outbox.deliver(email.id)
    failed = await row(email.id)
    assert (failed["status"], failed["failed_reason"], failed["sent_at"]) == ("failed", "550 no such user", None)
    assert await outbox.emails.find_due(10) == []
    assert not await outbox.deliver(email.id)


async def test_a_mail_is_given_up_a_day_after_it_was_queued(outbox: EmailService, post: Post) -> None:
    email = await queue_mail(outbox, attempts=11, created_at="now() - interval '23 hours 50 minutes'")
    post.failure = TemporaryMailError("451 try later")
    await outbox.deliver(email.id)
    last = await row(email.id)
    assert last["status"] == "queued" and last["wait"] <= timedelta(minutes=10)

    await change(email.id, "next_attempt_at = now(), created_at = now() - interval '24 hours'")
    await outbox.deliver(email.id)
    assert (await row(email.id))["status"] == "failed"


async def test_a_mail_that_waited_for_days_is_still_sent(outbox: EmailService, post: Post) -> None:
    email = await queue_mail(outbox, created_at="now() - interval '3 days'")
    await outbox.deliver(email.id)
    assert len(post.sent) == 1


@pytest.mark.parametrize("where", ["renderer", "context", "mailer"])
async def test_a_bug_counts_as_an_attempt_and_its_text_is_not_kept(
    outbox: EmailService, post: Post, renderer: Renderer, where: str
) -> None:
    async def broken(data: Mapping[str, object]) -> object:
        await db().fetch("SELECT 1 / 0")
        return data

    fault = ValueError("bo@buyer.example")
    if where == "renderer":
        renderer.failure = fault
    elif where == "mailer":
        post.failure = fault
    else:
        outbox = replace(outbox, contexts={KIND: broken})
    email = await queue_mail(outbox)
    with capture_logs():
        assert await outbox.deliver(email.id)
    waiting = await row(email.id)
    assert (waiting["status"], waiting["attempts"]) == ("queued", 1)
    assert "buyer" not in waiting["failed_reason"] and "Error" in waiting["failed_reason"]
    assert timedelta(seconds=58) < waiting["wait"] <= FIRST_RETRY


async def test_logs_name_no_address(outbox: EmailService, post: Post) -> None:
    email = await queue_mail(outbox)
    post.failure = TemporaryMailError("451 try later")
    with capture_logs() as logs:
        await outbox.deliver(email.id)
        post.failure = None
        await change(email.id, "next_attempt_at = now()")
        await outbox.deliver(email.id)
    assert [line["event"] for line in logs] == ["email_not_sent", "email_sent"]
    assert "buyer" not in str(logs) and "€" not in str(logs)


# Leases


async def test_nobody_else_sends_while_the_lease_lasts(outbox: EmailService, post: Post) -> None:
    email = await queue_mail(outbox)
    post.door.clear()
    first = asyncio.create_task(outbox.deliver(email.id))
    await until_sending(email.id)
    held = await row(email.id)
    assert LEASE - timedelta(seconds=5) < held["lease"] <= LEASE
    assert not await outbox.deliver(email.id)
    assert await outbox.emails.find_due(10) == []
    post.door.set()
    assert await first
    assert len(post.sent) == 1


async def test_a_sender_that_died_is_replaced_once_its_lease_is_over(outbox: EmailService, post: Post) -> None:
    email = await queue_mail(outbox)
    post.door.clear()
    dying = asyncio.create_task(outbox.deliver(email.id))
    await until_sending(email.id)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    lost = await row(email.id)
    assert lost["status"] == "sending" and not await outbox.deliver(email.id)

    await change(email.id, "lease_until = now() - interval '1 second'")
    assert await outbox.emails.find_due(10) == [DueEmail(email.id, attempt=2)]
    post.door.set()
    with capture_logs() as logs:
        assert await outbox.deliver(email.id)
    assert logs[0]["event"] == "email_outcome_lost", "what may arrive twice is counted"
    assert post.sent[0].message_id == lost["message_id"]
    assert (await row(email.id))["attempts"] == 2


@pytest.mark.parametrize("late", [None, TemporaryMailError("451 try later"), PermanentMailError("550 no")])
async def test_a_late_outcome_changes_nothing_of_the_attempt_after_it(
    outbox: EmailService, post: Post, late: Exception | None
) -> None:
    email = await queue_mail(outbox)
    slow = Post()
    slow.failure = late
    slow.door.clear()
    post.door.clear()
    first = asyncio.create_task(replace(outbox, mailer=slow).deliver(email.id))
    await until_sending(email.id)
    await change(email.id, "lease_until = now() - interval '1 second'")
    second = asyncio.create_task(outbox.deliver(email.id))
    await until_sending(email.id, attempt=2)

    slow.door.set()
    await first
    held = await row(email.id)
    assert (held["status"], held["attempts"], held["failed_reason"], held["sent_at"]) == ("sending", 2, None, None)

    post.door.set()
    await second
    assert (await row(email.id))["status"] == "sent"


async def test_a_mail_that_ends_its_process_every_time_is_given_up(outbox: EmailService, post: Post) -> None:
    email = await queue_mail(outbox)
    await change(email.id, f"status = 'sending', attempts = {MOST_ATTEMPTS}, lease_until = now() - interval '1 second'")
    assert not await outbox.deliver(email.id)
    assert post.sent == []
    assert (await row(email.id))["status"] == "failed"
    assert await outbox.emails.find_due(10) == []


async def test_a_claim_waits_for_nobody(outbox: EmailService, database_url: str) -> None:
    email = await queue_mail(outbox)
    connection = await asyncpg.connect(database_url)
    async with connection.transaction():
        await connection.execute("SELECT * FROM email WHERE id = $1 FOR UPDATE", email.id)
        assert not await asyncio.wait_for(outbox.deliver(email.id), 1)
    await connection.close()
    assert await outbox.deliver(email.id)


# Sweeping


async def test_what_was_never_handed_over_is_swept_into_the_queue(outbox: EmailService) -> None:
    """A process that dies between commit and hand-over leaves exactly this behind."""
    emails = [await queue_mail(outbox) for _ in range(3)]
    queue = Queue()
    assert await replace(outbox, jobs=queue).sweep() == 0
    assert queue.jobs == [(Job.DELIVER_EMAIL, (email.id,), job_id(email.id, 1)) for email in emails]


async def test_a_sweep_hands_over_all_that_is_due_and_nothing_else(
    outbox: EmailService, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(
        f"""INSERT INTO email (kind, recipient_email, status, lease_until, next_attempt_at, attempts, sent_at)
        SELECT 'order_confirmation', 'bo@buyer.example', status, lease, next, attempts, now()
        FROM (VALUES ('queued', NULL, now(), 0), ('queued', NULL, now() + interval '1 h', 1), ('sent', NULL, now(), 1),
                     ('failed', NULL, now(), 1), ('sending', now() - interval '1 s', now(), 1),
                     ('sending', now() + interval '1 h', now(), 1)) AS v (status, lease, next, attempts),
             generate_series(1, {PAGE})"""
    )
    queue = Queue()
    await replace(outbox, jobs=queue).sweep()
    due = await superuser.fetch(
        "SELECT id, attempts FROM email WHERE status = 'queued' AND attempts = 0"
        " OR status = 'sending' AND lease_until < now() ORDER BY id"
    )
    assert len(due) == 2 * PAGE
    assert [identity for _, _, identity in queue.jobs] == [job_id(mail["id"], mail["attempts"] + 1) for mail in due]


async def test_without_a_queue_the_sweeper_sends_a_few_at_a_time(outbox: EmailService, post: Post) -> None:
    emails = [await queue_mail(outbox) for _ in range(AT_ONCE + 3)]
    assert await outbox.sweep() == AT_ONCE
    assert await outbox.sweep() == 3
    assert await outbox.sweep() == 0
    assert len(post.sent) == len(emails)


async def test_a_queue_that_goes_away_in_the_middle_is_no_loss(outbox: EmailService, post: Post) -> None:
    emails = [await queue_mail(outbox) for _ in range(8)]
    queue = Queue(room=3)
    assert await replace(outbox, jobs=queue).sweep() == 5
    for _, (email_id,), _ in queue.jobs:
        await outbox.deliver(email_id)
    assert len({mail.message_id for mail in post.sent}) == len(post.sent) == len(emails)


async def test_a_fault_of_one_mail_keeps_no_other_from_being_swept(
    outbox: EmailService, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = [await queue_mail(outbox) for _ in range(2)]
    mark_sent = PiccoloEmails.mark_sent

    async def fail_for_the_first(self: PiccoloEmails, email_id: int, *, attempt: int) -> bool:
        if email_id == first.id:
            raise OSError("the connection is gone")
        return await mark_sent(self, email_id, attempt=attempt)

    monkeypatch.setattr(PiccoloEmails, "mark_sent", fail_for_the_first)
    with capture_logs():
        assert await outbox.sweep() == 1
    assert (await row(first.id))["status"] == "sending", "accepted but not recorded: due again after the lease"
    assert (await row(second.id))["status"] == "sent"


async def until_sending(email_id: int, *, attempt: int = 1) -> None:
    async with asyncio.timeout(5):
        while (await row(email_id))["attempts"] != attempt:
            await asyncio.sleep(0.01)
