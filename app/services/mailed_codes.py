"""Codes for whoever owns an account: the same answer, and after the same time, whether or not there is one."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from app.core.accounts import normalised_email
from app.core.codes import Purpose
from app.core.errors import InvalidEmail
from app.core.throttle import MAIL_ADDRESS, Limit
from app.ports.accounts import Account, Accounts
from app.ports.transactions import Transaction, Transactions
from app.services.browser import Browser
from app.services.codes import CodeService
from app.services.evenly import evenly
from app.services.throttle import ThrottleService


@dataclass(frozen=True)
class MailedCodes:
    accounts: Accounts
    codes: CodeService
    throttle: ThrottleService
    transactions: Transactions
    even_seconds: float
    """No answer that could tell whether an address is known comes sooner."""

    async def send_to(
        self, email: str, purpose: Purpose, limit: Limit, browser: Browser, *, with_link: bool = False
    ) -> None:
        """Mail a code to the owner of an address; to an unknown one nothing. Raises InvalidEmail, TooOften."""
        address = normalised_email(email)
        await self.throttle.require((MAIL_ADDRESS, browser.address))
        async with self.evenly():
            if not await self.throttle.is_left(limit, address):
                return
            async with self.transactions.begin() as transaction:
                account = await self.find_locked(address)
                if account is not None and account.may_sign_in:
                    await self.send(transaction, account, purpose, browser, with_link=with_link)

    async def send(
        self,
        transaction: Transaction,
        account: Account,
        purpose: Purpose,
        browser: Browser,
        *,
        recipient: str | None = None,
        subject: str | None = None,
        with_link: bool = False,
    ) -> None:
        """Queue a code in the running transaction."""
        await self.codes.send(
            transaction,
            account.id,
            purpose,
            recipient=recipient or account.email,
            browser=browser.token,
            locale=browser.locale,
            subject=subject,
            with_link=with_link,
        )

    async def is_right(self, account: Account | None, purpose: Purpose, typed: str, browser: Browser) -> bool:
        """Try a code. For an unknown address the same statement runs and finds nothing."""
        tried = await self.codes.try_typed(account.id if account else 0, purpose, typed, browser=browser.token)
        return tried is not None and tried.is_right

    async def find_locked(self, email: str) -> Account | None:
        """The account with this address, which nobody else changes before the transaction ends."""
        address = address_or_nothing(email)
        found = await self.accounts.find_by_email(address) if address else None
        return None if found is None else await self.accounts.open_locked(found.id)

    def evenly(self) -> AbstractAsyncContextManager[None]:
        return evenly(self.even_seconds)


def address_or_nothing(text: str) -> str:
    """For where an unusable address is answered like an unknown one."""
    try:
        return normalised_email(text)
    except InvalidEmail:
        return ""
