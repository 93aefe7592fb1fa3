"""Accounts: for now, the one that lets somebody into the back office."""

from dataclasses import dataclass

from app.core.accounts import normalised_email, require_strong_password
from app.ports.accounts import Accounts
from app.ports.transactions import Transactions


@dataclass(frozen=True)
class AccountService:
    accounts: Accounts
    transactions: Transactions

    async def create_admin(self, email: str, password: str) -> str:
        """Open an account that may do everything; returns its address as stored.

        Raises InvalidEmail, PasswordTooShort, PasswordTooLong, EmailTaken.
        """
        address = normalised_email(email)
        require_strong_password(password)
        async with self.transactions.begin():
            await self.accounts.add_admin(address, password)
        return address
