"""Another address for an account: confirmed at both."""

from dataclasses import dataclass

from app.core.accounts import normalised_email
from app.core.codes import Purpose
from app.core.errors import NotFound, WrongCode
from app.core.identity import Ended
from app.core.throttle import CODE_MAIL, CODE_TRY_ADDRESS, MAIL_ADDRESS
from app.ports.accounts import Accounts
from app.ports.identity import Sessions, SignedIn
from app.ports.transactions import Transactions
from app.services.accounts import AccountService
from app.services.browser import Browser
from app.services.codes import CodeService
from app.services.email_undo import EmailUndoService
from app.services.mailed_codes import MailedCodes
from app.services.notices import Notices, What
from app.services.throttle import ThrottleService


@dataclass(frozen=True)
class EmailChangeService:
    accounts: Accounts
    signing_in: AccountService
    sessions: Sessions
    codes: CodeService
    mailed: MailedCodes
    undo: EmailUndoService
    notices: Notices
    throttle: ThrottleService
    transactions: Transactions

    async def ask(self, signed_in: SignedIn, email: str, *, browser: Browser) -> str:
        """Mail a code to the old and one to the new address; a new address that has an account gets a mail that says
        so instead. Returns the new address as it would be stored.

        Raises StepUpRequired, InvalidEmail, TooOften.
        """
        self.signing_in.require_fresh(signed_in)
        address = normalised_email(email)
        await self.throttle.require((MAIL_ADDRESS, browser.address), (CODE_MAIL, signed_in.email))
        async with self.mailed.evenly(), self.transactions.begin(actor=signed_in.user_id) as transaction:
            account = await self.accounts.open_locked(signed_in.user_id)
            if account is None:
                raise NotFound("account")
            owner = await self.accounts.find_by_email(address)
            await self.mailed.send(transaction, account, Purpose.CHANGE_EMAIL_OLD, browser, subject=address)
            await self.codes.void(account.id, Purpose.CHANGE_EMAIL_NEW)
            if owner is None:
                await self.mailed.send(
                    transaction, account, Purpose.CHANGE_EMAIL_NEW, browser, recipient=address, subject=address
                )
            elif owner.id != account.id:
                await self.notices.queue(transaction, owner.id, What.ACCOUNT_EXISTS, locale=browser.locale)
        return address

    async def confirm(self, signed_in: SignedIn, *, old_code: str, new_code: str, browser: Browser) -> str:
        """Both codes at once: the address is changed, all other sessions end, both addresses are told, and the
        old one gets a link that undoes it.

        One wrong code leaves the other one unused; both tries count. Returns the new address.
        Raises StepUpRequired, WrongCode, EmailTaken, TooOften.
        """
        self.signing_in.require_fresh(signed_in)
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        user_id, address = signed_in.user_id, ""
        async with self.transactions.begin(actor=user_id) as transaction:
            account = await self.accounts.open_locked(user_id)
            old = await self.codes.try_typed(user_id, Purpose.CHANGE_EMAIL_OLD, old_code, browser=browser.token)
            new = await self.codes.try_typed(user_id, Purpose.CHANGE_EMAIL_NEW, new_code, browser=browser.token)
            tried = [one for one in (old, new) if one is not None and one.is_right]
            if account is not None and new is not None and len(tried) == 2 and new.subject:
                address = new.subject
                await self.accounts.set_email(user_id, address)
                await self.sessions.revoke_all(user_id, Ended.EMAIL, keep=signed_in.session_id)
                await self.undo.offer(transaction, account, locale=browser.locale)
                await self.notices.queue(
                    transaction, user_id, What.EMAIL_CHANGED, recipient=address, locale=browser.locale
                )
            else:
                for one in tried:
                    await self.codes.undo_use(one)
        if not address:
            raise WrongCode
        return address

    async def pending(self, signed_in: SignedIn, *, browser: Browser) -> str:
        """The address that `ask` was asked for in this browser and that is not confirmed yet, or nothing.

        Known by the code for the present address: whether the new one is somebody else's, nobody is told.
        """
        return await self.codes.subject(signed_in.user_id, Purpose.CHANGE_EMAIL_OLD, browser=browser.token)

    async def give_up(self, signed_in: SignedIn) -> None:
        async with self.transactions.begin(actor=signed_in.user_id):
            await self.codes.void(signed_in.user_id, Purpose.CHANGE_EMAIL_OLD, Purpose.CHANGE_EMAIL_NEW)
