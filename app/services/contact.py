"""Messages from visitors to the shop, through the outbox like every mail."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial

from app.core.contact import ContactMessage, Topic
from app.core.emails import EmailKind
from app.core.throttle import CONTACT_BY, CONTACT_FROM
from app.ports.emails import Emails
from app.ports.mail_contexts import ContactMail
from app.ports.transactions import Transactions
from app.services.emails import EmailService
from app.services.throttle import ThrottleService


@dataclass(frozen=True)
class ContactService:
    emails: Emails
    transactions: Transactions
    throttle: ThrottleService
    outbox: EmailService
    recipient: str
    """The shop's own address."""
    locale: str
    """The language of the shop's people."""

    async def send(self, message: ContactMessage, *, visitor: str) -> None:
        """Queue `message` for the shop. Nothing goes to the address it names, which may be anybody's.

        `visitor` is where the request came from. Raises TooOften.
        """
        await self.throttle.require((CONTACT_FROM, visitor), (CONTACT_BY, message.email))
        async with self.transactions.begin() as transaction:
            queued = await self.emails.queue(
                kind=EmailKind.CONTACT_MESSAGE,
                recipient=self.recipient,
                locale=self.locale,
                data={**asdict(message), "reply_to": message.email},
                order_id=None,
            )
            transaction.after_commit(partial(self.outbox.enqueue, queued))


@dataclass(frozen=True)
class ContactMails:
    """What the mail shows."""

    shop_name: str
    origin: str

    async def message(self, data: Mapping[str, object]) -> ContactMail:
        """All of it is in its row."""
        fields = ("order_number", "name", "email", "text")
        given = {name: str(data[name]) for name in fields}
        message = ContactMessage(topic=Topic(str(data["topic"])), **given)
        return ContactMail(message=message, shop_name=self.shop_name, origin=self.origin)
