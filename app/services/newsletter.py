"""The newsletter: nobody gets it who has not said so twice, once on a page and once by a mail to the address."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from app.core.emails import EmailKind
from app.core.errors import NotFound
from app.core.languages import Languages
from app.core.newsletter import Step, SubscriptionState
from app.core.throttle import NEWSLETTER_FROM, NEWSLETTER_TO
from app.ports.emails import Emails
from app.ports.mail_contexts import NewsletterConfirmation
from app.ports.newsletter import Newsletter, Subscription
from app.ports.transactions import Transactions
from app.services.emails import EmailService
from app.services.throttle import ThrottleService


@dataclass(frozen=True)
class NewsletterLinks:
    """Links that only the owner of an address has. Derived from the row, and stored nowhere."""

    secrets: tuple[bytes, ...]
    origin: str
    languages: Languages

    def url(self, subscription: Subscription, step: Step) -> str:
        path = f"/newsletter/{step}?id={subscription.id}&key={self._key(self.secrets[0], subscription, step)}"
        return self.origin + self.languages.address(path, subscription.locale)

    def opens(self, subscription: Subscription, step: Step, key: str) -> bool:
        given = key.encode(errors="replace")
        return any(hmac.compare_digest(self._key(s, subscription, step).encode(), given) for s in self.secrets)

    @staticmethod
    def _key(secret: bytes, subscription: Subscription, step: Step) -> str:
        message = f"newsletter:{step}:{subscription.id}:{subscription.email.lower()}".encode()
        return hmac.new(secret, message, hashlib.sha256).hexdigest()[:40]


@dataclass(frozen=True)
class NewsletterService:
    newsletter: Newsletter
    emails: Emails
    transactions: Transactions
    throttle: ThrottleService
    outbox: EmailService
    links: NewsletterLinks

    async def ask(self, *, email: str, locale: str, wording: str, visitor: str) -> None:
        """Mail a link that confirms `email`. The same, seen from outside, whether or not the address is known.

        `visitor` is where the request came from. Raises TooOften.
        """
        await self.throttle.require((NEWSLETTER_FROM, visitor), (NEWSLETTER_TO, email))
        async with self.transactions.begin() as transaction:
            subscription = await self.newsletter.ask(email=email, locale=locale, wording=wording)
            if subscription.state is SubscriptionState.CONFIRMED:
                return
            queued = await self.emails.queue(
                kind=EmailKind.NEWSLETTER_CONFIRMATION,
                recipient=email,
                locale=locale,
                data={"subscription_id": subscription.id},
                order_id=None,
            )
            transaction.after_commit(partial(self.outbox.enqueue, queued))

    async def open(self, subscription_id: int, step: Step, key: str) -> Subscription:
        """The subscription a link names. Wrong numbers and wrong keys are the same NotFound."""
        subscription = await self.newsletter.find(subscription_id)
        if subscription is None or not self.links.opens(subscription, step, key):
            raise NotFound("subscription")
        return subscription

    async def take(self, subscription_id: int, step: Step, key: str) -> Subscription:
        """Do what the link is for; again, it changes nothing. Raises NotFound."""
        subscription = await self.open(subscription_id, step, key)
        async with self.transactions.begin():
            if step is Step.CONFIRM:
                await self.newsletter.confirm(subscription.id)
            else:
                await self.newsletter.end(subscription.id)
        return subscription


@dataclass(frozen=True)
class NewsletterMails:
    """What the mails show."""

    newsletter: Newsletter
    links: NewsletterLinks
    shop_name: str

    async def confirmation(self, data: Mapping[str, object]) -> NewsletterConfirmation:
        """From the ids in its row."""
        subscription = await self.newsletter.find(int(str(data["subscription_id"])))
        if subscription is None:
            raise NotFound("subscription")
        return NewsletterConfirmation(
            link=self.links.url(subscription, Step.CONFIRM),
            unsubscribe_link=self.links.url(subscription, Step.END),
            wording=subscription.wording,
            shop_name=self.shop_name,
            origin=self.links.origin,
        )
