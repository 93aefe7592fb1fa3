"""Sending what the outbox holds: claim and render once, hand over outside any transaction, record the outcome."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import structlog

from app.core.emails import MOST_ATTEMPTS, EmailKind, has_hidden, hide, job_id, show, wait_before_retry
from app.core.jobs import Job
from app.ports.emails import ClaimedEmail, DueEmail, Emails, RenderedEmail
from app.ports.jobs import Jobs
from app.ports.mail import Mailer, MailError, MailRenderer, OutgoingMail, PermanentMailError
from app.ports.mail_contexts import EndableMail, KeyedMail
from app.ports.transactions import Transactions

log = structlog.get_logger()

PAGE = 500
AT_ONCE = 10
"""Mails the sweeper has under way at a time when the queue is down."""


class EmailContext(Protocol):
    """Loads what one kind of mail shows, from the ids in its row."""

    async def __call__(self, data: Mapping[str, object]) -> object | None:
        """None where the mail is of no more use and must not be sent."""
        ...


class Forget(Protocol):
    """Wipes what was kept for one mail, once it has left or never will."""

    async def __call__(self, data: Mapping[str, object]) -> None: ...


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that is ours, as it leaves."""

    claimed: ClaimedEmail
    rendered: RenderedEmail
    unsubscribe: str = ""


@dataclass(frozen=True)
class EmailService:
    emails: Emails
    transactions: Transactions
    mailer: Mailer
    renderer: MailRenderer
    jobs: Jobs
    contexts: Mapping[EmailKind, EmailContext]
    message_host: str
    """What Message-IDs end in: the domain that mails come from."""
    lease: timedelta
    """How long one attempt may take: longer than a job may run."""
    first_retry: timedelta
    forgets: Mapping[EmailKind, Forget] = field(default_factory=dict)

    async def deliver(self, email_id: int) -> bool:
        """Try to send one mail. False when there was nothing to do: sent before, not due, or claimed elsewhere.

        Ended at any point, it loses nothing: the mail is due again once its lease is over.
        """
        try:
            ready = await self._claim(email_id)
        except Exception as error:
            return await self._put_off(email_id, error)
        if ready is None:
            return False
        claimed = ready.claimed
        try:
            await self.mailer.send(
                OutgoingMail(
                    message_id=claimed.message_id,
                    recipient=claimed.recipient,
                    date=claimed.queued_at,
                    rendered=ready.rendered,
                    reply_to=str(claimed.data.get("reply_to", "")),
                    unsubscribe=ready.unsubscribe,
                )
            )
        except MailError as error:
            await self._record_failure(claimed, error.reason, permanent=isinstance(error, PermanentMailError))
        except Exception as error:
            log.error("email_sending_failed", email_id=claimed.id, exc_info=error)
            await self._record_failure(claimed, f"could not be sent: {type(error).__name__}")
        else:
            async with self.transactions.begin():
                recorded = await self.emails.mark_sent(claimed.id, attempt=claimed.attempt)
                await self._forget(claimed)
            log.info("email_sent", email_id=claimed.id, kind=claimed.kind, attempt=claimed.attempt, recorded=recorded)
        return True

    async def enqueue(self, email: DueEmail) -> bool:
        """Hand one mail to the queue; False when the queue took none, and the sweeper will see to it."""
        return await self.jobs.enqueue(Job.DELIVER_EMAIL, email.id, job_id=job_id(email.id, email.attempt))

    async def sweep(self) -> int:
        """Hand every due mail to the queue. When the queue takes none, send a few from here; returns how many went.

        A mail that waits in the queue already stays there once, since its job has the same id.
        """
        after = 0
        while due := await self.emails.find_due(PAGE, after=after):
            for position, email in enumerate(due):
                if not await self.enqueue(email):
                    return await self._deliver_here(due[position : position + AT_ONCE])
            after = due[-1].id
        return 0

    async def _claim(self, email_id: int) -> Ready | None:
        """The mail, ours and rendered. One transaction: it is claimed together with its text, or not at all."""
        async with self.transactions.begin():
            claimed = await self.emails.claim(email_id, lease=self.lease, message_host=self.message_host)
            if claimed is None:
                return None
            if claimed.repeated:
                log.warning("email_outcome_lost", email_id=claimed.id, attempt=claimed.attempt - 1)
            if claimed.attempt > MOST_ATTEMPTS:
                await self._give_up(claimed, "every attempt ended without an outcome")
                return None
            kept = claimed.rendered
            if kept is not None and not has_hidden(kept.text):
                return Ready(claimed, kept)
            context = await self.contexts[claimed.kind](claimed.data)
            if context is None:
                await self._give_up(claimed, "no longer needed")
                return None
            keys = context.keys if isinstance(context, KeyedMail) else ()
            unsubscribe = context.unsubscribe_link if isinstance(context, EndableMail) else ""
            if kept is not None:
                return Ready(claimed, _each(kept, show, keys), unsubscribe)
            rendered = self.renderer.render(claimed.kind, locale=claimed.locale, context=context)
            if not claimed.kind.holds_secret:
                await self.emails.keep_rendered(claimed.id, _each(rendered, hide, keys))
            return Ready(claimed, rendered, unsubscribe)

    async def _put_off(self, email_id: int, error: Exception) -> bool:
        """The claim was rolled back with the fault: claim again, so that the attempt counts, and say why."""
        log.error("email_rendering_failed", email_id=email_id, exc_info=error)
        async with self.transactions.begin():
            claimed = await self.emails.claim(email_id, lease=self.lease, message_host=self.message_host)
        if claimed is None:
            return False
        await self._record_failure(claimed, f"could not be rendered: {type(error).__name__}")
        return True

    async def _record_failure(self, claimed: ClaimedEmail, reason: str, *, permanent: bool = False) -> None:
        wait = None if permanent else wait_before_retry(claimed.attempt, first=self.first_retry, age=claimed.age)
        async with self.transactions.begin():
            if wait is None:
                await self._give_up(claimed, reason)
            else:
                await self.emails.mark_retry(claimed.id, attempt=claimed.attempt, wait=wait, reason=reason)
        log.warning(
            "email_not_sent", email_id=claimed.id, attempt=claimed.attempt, reason=reason, given_up=wait is None
        )

    async def _give_up(self, claimed: ClaimedEmail, reason: str) -> None:
        await self.emails.mark_failed(claimed.id, attempt=claimed.attempt, reason=reason)
        await self._forget(claimed)

    async def _forget(self, claimed: ClaimedEmail) -> None:
        if forget := self.forgets.get(claimed.kind):
            await forget(claimed.data)

    async def _deliver_here(self, due: Sequence[DueEmail]) -> int:
        outcomes = await asyncio.gather(*(self.deliver(email.id) for email in due), return_exceptions=True)
        for email, outcome in zip(due, outcomes, strict=True):
            if isinstance(outcome, Exception):
                log.error("email_delivery_failed", email_id=email.id, exc_info=outcome)
        return sum(outcome is True for outcome in outcomes)


def _each(rendered: RenderedEmail, change: Callable[[str, Sequence[str]], str], keys: Sequence[str]) -> RenderedEmail:
    return RenderedEmail(change(rendered.subject, keys), change(rendered.text, keys), change(rendered.html, keys))
