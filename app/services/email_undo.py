"""Putting back the address that an account had before: for a week, by the link in the mail to that address.

Whoever reads the mails of the old address was the owner before somebody changed it. So the link is worth more than
all that was set since: what a thief could have added in that time goes with their address.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from app.core.codes import Purpose
from app.core.emails import EmailKind
from app.core.errors import EmailTaken, WrongCode
from app.core.identity import Ended
from app.core.languages import Languages
from app.core.throttle import CODE_TRY_ADDRESS
from app.ports.accounts import Account, Accounts
from app.ports.deletion import Deletions
from app.ports.email_undo import EmailUndos, NewUndo, Undo
from app.ports.emails import Emails
from app.ports.identity import Sessions
from app.ports.mail_contexts import EmailUndoMail
from app.ports.providers import Identities
from app.ports.transactions import Transaction, Transactions
from app.ports.two_factor import TwoFactors
from app.ports.vault import Place, Vault
from app.services.browser import Browser
from app.services.codes import CodeService
from app.services.mailed_codes import MailedCodes
from app.services.notices import Notices, Outbox, What
from app.services.provider_tokens import ProviderTokenService
from app.services.throttle import ThrottleService

TABLE, COLUMN = "email_undo", "sealed_code"
PAGE = "/email/undo"
LONGEST_KEY = 100
SWEEP_LIMIT = 1_000

log = structlog.get_logger()


@dataclass(frozen=True)
class EmailUndoService:
    undos: EmailUndos
    accounts: Accounts
    sessions: Sessions
    codes: CodeService
    mailed: MailedCodes
    factors: TwoFactors
    identities: Identities
    provider_tokens: ProviderTokenService
    deletions: Deletions
    vault: Vault
    emails: Emails
    outbox: Outbox
    notices: Notices
    throttle: ThrottleService
    transactions: Transactions
    shop_name: str
    origin: str
    languages: Languages

    async def offer(self, transaction: Transaction, account: Account, *, locale: str) -> None:
        """Write to the address that the account is about to lose, in the running transaction."""
        undo_id = await self.undos.next_id()
        key = secrets.token_urlsafe(32)
        await self.undos.keep(
            NewUndo(
                id=undo_id,
                user_id=account.id,
                email=account.email,
                token_hash=_hash(key),
                sealed=self.vault.seal(f"{undo_id}.{key}", Place(TABLE, COLUMN, undo_id)),
                had_second_factor=account.two_factor_enabled,
            )
        )
        email = await self.emails.queue(
            kind=EmailKind.EMAIL_UNDO,
            recipient=account.email,
            locale=locale,
            data={"undo_id": undo_id, "locale": locale},
            order_id=None,
            user_id=account.id,
        )
        transaction.after_commit(partial(self.outbox.enqueue, email))

    async def find(self, key: str) -> str:
        """The address that this link would put back. Raises WrongCode where it is none of ours, or no longer."""
        return (await self._find(key)).email

    async def undo(self, key: str, *, browser: Browser) -> str:
        """Put the former address back, end all sessions, and mail a code to set a new password to it. Returns it.

        The present password ends, and so do links to providers and a second factor that were added since. Raises
        TooOften; WrongCode; EmailTaken where the address belongs to another account by now: the link stays good.
        """
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        found = await self._find(key)
        async with self.transactions.begin() as transaction:
            account = await self.accounts.open_locked(found.user_id)
            if account is None or not await self.undos.use(found.id):
                raise WrongCode
            await self._make_room(found)
            await self._put_back(transaction, account, found, browser)
        log.warning("email_change_undone", user_id=found.user_id)
        return found.email

    async def context(self, data: Mapping[str, object]) -> EmailUndoMail | None:
        """What templates/emails/email_undo/ shows; None where the link is no longer of use."""
        undo_id, locale = int(str(data["undo_id"])), str(data["locale"])
        waiting = await self.undos.find_waiting(undo_id)
        if waiting is None:
            return None
        email, sealed = waiting
        key = self.vault.open(sealed, Place(TABLE, COLUMN, undo_id))
        link = f"{self.origin}{self.languages.address(PAGE, locale)}?key={key}"
        return EmailUndoMail(email=email, link=link, shop_name=self.shop_name, origin=self.origin)

    async def forget(self, data: Mapping[str, object]) -> None:
        """Wipe what was sealed for a mail that has left or never will, in the running transaction."""
        await self.undos.wipe(int(str(data["undo_id"])))

    async def sweep(self) -> int:
        """Forget links that are over; returns how many."""
        async with self.transactions.begin():
            return await self.undos.sweep(SWEEP_LIMIT)

    async def _find(self, key: str) -> Undo:
        undo_id, _, secret = key.partition(".")
        is_one = undo_id.isascii() and undo_id.isdecimal() and len(undo_id) < 19 and len(key) <= LONGEST_KEY
        undo = await self.undos.find(int(undo_id), _hash(secret)) if is_one else None
        if undo is None:
            raise WrongCode
        return undo

    async def _make_room(self, undo: Undo) -> None:
        """An account that somebody began with the address, and that nobody has proven, is in nobody's way."""
        owner = await self.accounts.find_by_email(undo.email)
        if owner is None or owner.id == undo.user_id:
            return
        if not await self.deletions.erase_unproven(owner.id):
            raise EmailTaken

    async def _put_back(self, transaction: Transaction, account: Account, undo: Undo, browser: Browser) -> None:
        await self.accounts.set_email(account.id, undo.email)
        await self.accounts.set_password(account.id, None)
        await self.codes.void(account.id, *Purpose)
        await self.sessions.revoke_all(account.id, Ended.EMAIL)
        if not undo.had_second_factor:
            await self.factors.switch_off(account.id)
        for identity in await self.identities.list_of(account.id):
            if identity.linked_at >= undo.changed_at:
                await self.identities.remove(identity.id)
                await self.provider_tokens.retire(transaction, account.id, identity.provider_id)
        await self.deletions.cancel(account.id)
        if account.email != undo.email:
            await self.notices.queue(
                transaction, account.id, What.EMAIL_PUT_BACK, recipient=account.email, locale=browser.locale
            )
        if account.may_sign_in:
            owner = replace(account, email=undo.email)
            await self.mailed.send(transaction, owner, Purpose.RESET, browser, with_link=True)


def _hash(key: str) -> str:
    """256 bits by chance: there is nothing to guess, so it need not be keyed."""
    return hashlib.sha256(f"email_undo|{key}".encode(errors="replace")).hexdigest()
