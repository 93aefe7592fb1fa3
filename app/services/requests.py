"""Telling people that something is back in stock: they ask once, and get one mail."""

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
class RequestService:
    requests: Requests
    carts: Carts
    emails: Emails
    transactions: Transactions
    throttle: ThrottleService
    outbox: EmailService

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


@dataclass(frozen=True)
class RequestMails:
    """What the mail shows."""

    requests: Requests
    languages: Languages
    origin: str
    shop_name: str

    async def back_in_stock(self, data: Mapping[str, object]) -> BackInStock:
        """From the ids in its row."""
        goods = await self.requests.find_goods(int(str(data["request_id"])))
        if goods is None:
            raise NotFound("request", str(data["request_id"]))
        chosen = urlencode({f"option.{name}": value for name, value in goods.options.items()})
        path = f"/p/{goods.slug}?{chosen}" if chosen else f"/p/{goods.slug}"
        return BackInStock(
            goods=goods,
            link=self.origin + self.languages.address(path, goods.locale),
            shop_name=self.shop_name,
            origin=self.origin,
        )
