"""Deleting an account: asked for, thought over for two weeks, and done by the worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from app.core.deletion import COOLING_OFF, PUT_OFF, UNPROVEN_KEPT
from app.core.emails import EmailKind
from app.core.errors import Forbidden, NotFound, StepUpRequired
from app.core.identity import Ended
from app.ports.deletion import Deletions, PendingDeletion
from app.ports.emails import Emails
from app.ports.files import Files
from app.ports.identity import Sessions, SignedIn
from app.ports.transactions import Transactions
from app.services.accounts import AccountService
from app.services.notices import Notices, Outbox, What
from app.services.provider_tokens import ProviderTokenService

AT_ONCE = 100

log = structlog.get_logger()


@dataclass(frozen=True)
class DeletionService:
    deletions: Deletions
    accounts: AccountService
    provider_tokens: ProviderTokenService
    sessions: Sessions
    files: Files
    emails: Emails
    outbox: Outbox
    notices: Notices
    transactions: Transactions

    async def pending(self, user_id: int) -> PendingDeletion | None:
        return await self.deletions.find(user_id)

    async def has_open_orders(self, user_id: int) -> bool:
        """Whether the deletion would have to wait for parcels that are still under way."""
        return await self.deletions.has_open_orders(user_id)

    async def ask(self, who: SignedIn, *, locale: str) -> PendingDeletion:
        """Have the account deleted after the time to think it over; all other sessions end, and the owner is told.

        Asked again, it stays as it is. Raises StepUpRequired; Forbidden for staff, whose accounts others close.
        """
        if who.role.is_staff:
            raise Forbidden
        if not who.is_fresh:
            raise StepUpRequired
        async with self.transactions.begin(actor=who.user_id) as transaction:
            pending, is_new = await self.deletions.ask(who.user_id, locale=locale, wait=COOLING_OFF)
            if is_new:
                await self.sessions.revoke_all(who.user_id, Ended.REVOKED, keep=who.session_id)
                day = pending.erase_at.date().isoformat()
                await self.notices.queue(transaction, who.user_id, What.DELETION_ASKED, detail=day, locale=locale)
        return pending

    async def cancel(self, who: SignedIn, *, locale: str) -> None:
        """Keep the account. Raises NotFound where nothing was to be deleted."""
        async with self.transactions.begin(actor=who.user_id) as transaction:
            if not await self.deletions.cancel(who.user_id):
                raise NotFound("deletion")
            await self.notices.queue(transaction, who.user_id, What.DELETION_CANCELLED, locale=locale)

    async def erase_next(self) -> int:
        """Erase one account that is due; 0 where there is none. Ended at any point, it is begun again.

        The files go first: what is gone already is no fault the second time.
        """
        due = await self.deletions.find_due()
        if due is None:
            return 0
        await self.accounts.gather_orders(due.user_id)
        async with self.transactions.begin():
            waits = await self.deletions.open_locked(due) and await self.deletions.has_open_orders(due.user_id)
            if waits:
                await self.deletions.put_off(due, by=PUT_OFF)
        if waits:
            return 1
        for key in await self.deletions.files_of(due.user_id):
            await self.files.delete(key)
        async with self.transactions.begin() as transaction:
            if not await self.deletions.open_locked(due):
                return 1
            await self.provider_tokens.retire(transaction, due.user_id)
            await self.deletions.erase(due)
            farewell = await self.emails.queue(
                kind=EmailKind.NOTICE,
                recipient=due.email,
                locale=due.locale,
                data={"what": What.ACCOUNT_ERASED.value, "detail": "", "deletion_id": due.id},
                order_id=None,
                user_id=due.user_id,
            )
            transaction.after_commit(partial(self.outbox.enqueue, farewell))
        log.info("account_erased", deletion_id=due.id, user_id=due.user_id)
        return 1

    async def erase_unproven(self) -> int:
        """Erase accounts that somebody began long ago and nobody has proven or used; returns how many."""
        erased = 0
        for user_id in await self.deletions.find_unproven(older=UNPROVEN_KEPT, limit=AT_ONCE):
            async with self.transactions.begin():
                erased += await self.deletions.erase_unproven(user_id)
        if erased:
            log.info("unproven_accounts_erased", count=erased)
        return erased

    async def forget_mail(self, data: Mapping[str, object]) -> None:
        await self.deletions.forget_mail(data)
