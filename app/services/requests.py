"""Telling people that something is back in stock: they ask once, and get one mail."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from app.core import requests as rules
from app.core.emails import EmailKind
from app.core.errors import NotFound
from app.core.languages import Languages
from app.core.throttle import REQUEST_FROM, REQUEST_TO
from app.ports.cart import Carts
from app.ports.emails import Emails
from app.ports.mail_contexts import BackInStock
from app.ports.requests import Requests
from app.ports.transactions import Transactions
from app.services.emails import EmailService
from app.services.throttle import ThrottleService

AT_ONCE = 50
"""Mails in one transaction; the worker goes on at once as long as there are more."""


@dataclass(frozen=True)
class RequestLinks:
    """The link that ends every wait of an address. Derived from the row, and stored nowhere."""

    secrets: tuple[bytes, ...]
    origin: str
    languages: Languages

    def url(self, request_id: int, email: str, locale: str) -> str:
        path = f"/back-in-stock/withdrawal?id={request_id}&key={self._key(self.secrets[0], request_id, email)}"
        return self.origin + self.languages.address(path, locale)

    def opens(self, request_id: int, email: str, key: str) -> bool:
        given = key.encode(errors="replace")
        return any(hmac.compare_digest(self._key(s, request_id, email).encode(), given) for s in self.secrets)

    @staticmethod
    def _key(secret: bytes, request_id: int, email: str) -> str:
        message = f"back-in-stock:withdrawal:{request_id}:{email.lower()}".encode()
        return hmac.new(secret, message, hashlib.sha256).hexdigest()[:40]


@dataclass(frozen=True)
class RequestService:
    requests: Requests
    carts: Carts
    emails: Emails
    transactions: Transactions
    throttle: ThrottleService
    outbox: EmailService
    links: RequestLinks

    async def ask(self, *, slug: str, variant_id: int, email: str, locale: str, visitor: str) -> None:
        """Remember who waits for a variant of the product. Seen from outside, asking again is the same.

        `visitor` is where the request came from. Raises NotFound, NotForSale, InStock, TooOften.
        """
        offer = await self.carts.find_offer(variant_id)
        if offer is None or offer.slug != slug:
            raise NotFound("variant", str(variant_id))
        rules.require_sold_out(offer)
        await self.throttle.require((REQUEST_FROM, visitor), (REQUEST_TO, email))
        async with self.transactions.begin():
            await self.requests.ask(variant_id=variant_id, email=email, locale=locale)

    async def answer(self) -> int:
        """Tell some whose wait is over: mail and mark are written together. Returns how many."""
        async with self.transactions.begin() as transaction:
            answered = await self.requests.answer(AT_ONCE)
            for request in answered:
                email = await self.emails.queue(
                    kind=EmailKind.BACK_IN_STOCK,
                    recipient=request.email,
                    locale=request.locale,
                    data={"request_id": request.id},
                    order_id=None,
                )
                transaction.after_commit(partial(self.outbox.enqueue, email))
        return len(answered)

    async def open(self, request_id: int, key: str) -> str:
        """The address whose waits a link ends. Wrong numbers and wrong keys are the same NotFound."""
        email = await self.requests.find_address(request_id)
        if email is None or not self.links.opens(request_id, email, key):
            raise NotFound("request")
        return email

    async def withdraw(self, request_id: int, key: str) -> str:
        """End every wait of the address, and return it; again, it changes nothing. Raises NotFound."""
        email = await self.open(request_id, key)
        async with self.transactions.begin():
            await self.requests.withdraw(email)
        return email

    async def forget(self) -> int:
        """A chore of the worker: addresses are deleted once they are of no more use."""
        async with self.transactions.begin():
            return await self.requests.forget(ended=rules.KEPT_AFTER, asked=rules.LONGEST_WAIT, limit=AT_ONCE)


@dataclass(frozen=True)
class RequestMails:
    """What the mail shows."""

    requests: Requests
    links: RequestLinks
    shop_name: str

    async def back_in_stock(self, data: Mapping[str, object]) -> BackInStock:
        """From the ids in its row."""
        request_id = int(str(data["request_id"]))
        goods, email = await self.requests.find_goods(request_id), await self.requests.find_address(request_id)
        if goods is None or email is None:
            raise NotFound("request", str(request_id))
        chosen = urlencode({f"option.{name}": value for name, value in goods.options.items()})
        path = f"/p/{goods.slug}?{chosen}" if chosen else f"/p/{goods.slug}"
        return BackInStock(
            goods=goods,
            link=self.links.origin + self.links.languages.address(path, goods.locale),
            unsubscribe_link=self.links.url(request_id, email, goods.locale),
            shop_name=self.shop_name,
            origin=self.links.origin,
        )
