"""Passwords of accounts: changed by their owner, or set anew by whoever reads their mails."""

from dataclasses import dataclass, replace
from datetime import timedelta

from app.core.codes import Purpose
from app.core.errors import WrongCode
from app.core.identity import Ended
from app.core.throttle import CODE_TRY_ADDRESS, RESET_MAIL
from app.ports.accounts import Account, Accounts
from app.ports.identity import Sessions, SignedIn
from app.ports.passwords import Passwords
from app.ports.transactions import Transaction, Transactions
from app.services.accounts import AccountService
from app.services.browser import Browser
from app.services.codes import CodeService
from app.services.mailed_codes import MailedCodes
from app.services.notices import Notices, What
from app.services.throttle import ThrottleService


@dataclass(frozen=True)
class PasswordService:
    accounts: Accounts
    passwords: Passwords
    signing_in: AccountService
    sessions: Sessions
    codes: CodeService
    mailed: MailedCodes
    notices: Notices
    throttle: ThrottleService
    transactions: Transactions

    async def change_password(self, signed_in: SignedIn, new: str, *, browser: Browser) -> None:
        """Ends all other sessions and tells the owner.

        Raises StepUpRequired, PasswordTooShort, PasswordTooLong, PasswordTooCommon.
        """
        self.signing_in.require_fresh(signed_in)
        await self.signing_in.require_good_password(
            new, known=(signed_in.email, signed_in.first_name), second_factor=signed_in.two_factor_enabled
        )
        hashed = await self.passwords.hash(new)
        async with self.transactions.begin(actor=signed_in.user_id) as transaction:
            await self.accounts.open_locked(signed_in.user_id)
            await self.accounts.set_password(signed_in.user_id, hashed)
            await self.codes.void(signed_in.user_id, *Purpose)
            await self.sessions.revoke_all(signed_in.user_id, Ended.PASSWORD, keep=signed_in.session_id)
            await self.notices.queue(transaction, signed_in.user_id, What.PASSWORD_CHANGED, locale=browser.locale)

    async def replace_password(self, signed_in: SignedIn, present: str, new: str, *, browser: Browser) -> None:
        """The same, asking for the present password where there is one. It is all the proof that an account without a
        second factor needs; with one, the session must be fresh besides.

        Raises SignInFailed where the present password is another, TooOften, and what `change_password` raises.
        """
        if signed_in.two_factor_enabled or not await self.has_password(signed_in):
            self.signing_in.require_fresh(signed_in)
            await self.signing_in.require_own_password(signed_in, present, browser=browser)
        else:
            await self.signing_in.step_up_by_password(signed_in, present, browser=browser)
            signed_in = replace(signed_in, proven_ago=timedelta())
        await self.change_password(signed_in, new, browser=browser)

    async def has_password(self, signed_in: SignedIn) -> bool:
        account = await self.accounts.find(signed_in.user_id)
        return account is not None and account.password is not None

    async def send_reset(self, email: str, *, browser: Browser) -> None:
        """Mail a code and a link to set a new password; to an unknown address nothing.

        Raises InvalidEmail, TooOften.
        """
        await self.mailed.send_to(email, Purpose.RESET, RESET_MAIL, browser, with_link=True)

    async def reset_by_code(self, email: str, typed: str, new: str, *, browser: Browser) -> None:
        """Set a new password, end all sessions, tell the owner. Signs nobody in, and no second factor is skipped.

        The password is judged first, so that a refused one costs no try.
        Raises WrongCode, PasswordTooShort, PasswordTooLong, PasswordTooCommon, TooOften.
        """
        await self.signing_in.require_good_password(new, known=(email,))
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        async with self.mailed.evenly():
            hashed = await self.passwords.hash(new)
            async with self.transactions.begin() as transaction:
                account = await self.mailed.find_locked(email)
                right = await self.mailed.is_right(account, Purpose.RESET, typed, browser)
                if right and account is not None:
                    await self._reset(transaction, account, hashed, browser)
        if not right:
            raise WrongCode

    async def reset_by_link(self, token: str, new: str, *, browser: Browser) -> None:
        """The same by the link of the mail, in whatever browser; once, within an hour."""
        await self.signing_in.require_good_password(new)
        await self.throttle.require((CODE_TRY_ADDRESS, browser.address))
        hashed = await self.passwords.hash(new)
        async with self.transactions.begin() as transaction:
            user_id = await self.codes.try_link(token)
            account = None if user_id is None else await self.accounts.open_locked(user_id)
            if account is not None:
                await self._reset(transaction, account, hashed, browser)
        if account is None:
            raise WrongCode

    # Within

    async def _reset(self, transaction: Transaction, account: Account, hashed: str, browser: Browser) -> None:
        await self.accounts.set_password(account.id, hashed)
        await self.accounts.mark_verified(account.id)
        await self.codes.void(account.id, *Purpose)
        await self.sessions.revoke_all(account.id, Ended.PASSWORD)
        await self.notices.queue(transaction, account.id, What.PASSWORD_CHANGED, locale=browser.locale)
