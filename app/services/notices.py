"""Mails that tell the owner of an account what has happened to it. They hold no secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Protocol

from app.core.emails import EmailKind
from app.ports.accounts import Accounts
from app.ports.emails import DueEmail, Emails
from app.ports.mail_contexts import NoticeMail
from app.ports.transactions import Transaction


class Outbox(Protocol):
    async def enqueue(self, email: DueEmail) -> bool: ...


class What(StrEnum):
    """What happened; templates/emails/notice/ has the words for each."""

    ACCOUNT_EXISTS = "account_exists"
    """Somebody signed up with an address that has an account."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    EMAIL_CHANGED = "email_changed"
    EMAIL_PUT_BACK = "email_put_back"
    """To the address that was taken away again."""
    SESSION_STOLEN = "session_stolen"
    NEW_DEVICE = "new_device"
    SUSPENDED = "suspended"
    EXPORT_READY = "export_ready"
    DELETION_ASKED = "deletion_asked"
    DELETION_CANCELLED = "deletion_cancelled"
    ACCOUNT_ERASED = "account_erased"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_CODES_NEW = "recovery_codes_new"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_GONE = "recovery_codes_gone"
    """The last one was used."""
    PROVIDER_LINKED = "provider_linked"
    PROVIDER_UNLINKED = "provider_unlinked"


NOT_ALARMING = frozenset({What.ACCOUNT_EXISTS, What.SUSPENDED, What.ACCOUNT_ERASED, What.EMAIL_PUT_BACK})
"""Those that a new password would do nothing about."""


@dataclass(frozen=True)
class Notices:
    accounts: Accounts
    emails: Emails
    outbox: Outbox
    locale: str
    """What mails are written in where the account says nothing."""
    shop_name: str
    origin: str

    async def queue(
        self,
        transaction: Transaction,
        user_id: int,
        what: What,
        *,
        detail: str = "",
        recipient: str | None = None,
        locale: str | None = None,
    ) -> None:
        """Write the mail in the running transaction; it leaves after commit. `recipient` is the account's address.

        `detail` is shown as it is, such as the device that signed in.
        """
        if recipient is None:
            account = await self.accounts.find(user_id)
            if account is None:
                return
            recipient = account.email
        email = await self.emails.queue(
            kind=EmailKind.NOTICE,
            recipient=recipient,
            locale=locale or self.locale,
            data={"what": what.value, "detail": detail},
            order_id=None,
            user_id=user_id,
        )
        transaction.after_commit(partial(self.outbox.enqueue, email))

    async def context(self, data: Mapping[str, object]) -> NoticeMail:
        """What templates/emails/notice/ shows."""
        what, link = What(str(data["what"])), f"{self.origin}/password/reset"
        return NoticeMail(
            what=what.value,
            detail=str(data.get("detail", "")),
            link="" if what in NOT_ALARMING else link,
            shop_name=self.shop_name,
            origin=self.origin,
        )
