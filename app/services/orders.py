"""Orders after they were placed."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.errors import NotFound
from app.core.languages import Languages
from app.ports.cart import Visitor
from app.ports.mail_contexts import OrderConfirmation
from app.ports.orders import OrderList, OrderReference, Orders, OrderView
from app.ports.transactions import Transactions

LAPSE_LIMIT = 50
COUNT_LIMIT = 500
PER_PAGE = 10


@dataclass(frozen=True)
class OrderLinks:
    """Secret links to orders: derived, never stored, so that a mail can be sent again.

    The key is an HMAC-SHA256 over id and link version; raising the version makes earlier links void.
    """

    secrets: tuple[bytes, ...]
    origin: str
    languages: Languages

    def path(self, order: OrderReference) -> str:
        """Without a language."""
        return f"/orders/{order.number}?key={_key(self.secrets[0], order)}"

    def url(self, order: OrderReference, locale: str) -> str:
        """For a mail in `locale`."""
        return self.origin + self.languages.address(self.path(order), locale)

    def opens(self, order: OrderReference, key: str) -> bool:
        given = key.encode(errors="replace")
        return any(hmac.compare_digest(_key(secret, order).encode(), given) for secret in self.secrets)


@dataclass(frozen=True)
class OrderService:
    orders: Orders
    transactions: Transactions
    links: OrderLinks
    shop_name: str
    bank_account: str

    async def open(self, number: str, key: str) -> OrderView:
        """The order its link names. A wrong number and a wrong key are the same NotFound."""
        order = await self.orders.find(number)
        if order is None or not self.links.opens(_reference(order), key):
            raise NotFound("order", number)
        return order

    async def open_own(self, user_id: int, number: str) -> OrderView:
        """One of the user's own orders. Somebody else's is the same NotFound as one that never was."""
        order = await self.orders.find_of(user_id, number)
        if order is None:
            raise NotFound("order", number)
        return order

    async def list_own(self, user_id: int, page: int = 1, *, per_page: int = PER_PAGE) -> OrderList:
        """A page of the user's own orders; a page beyond the last is the last."""
        total = await self.orders.count_of(user_id)
        pages = max(1, -(-total // per_page))
        page = min(max(page, 1), pages)
        orders = await self.orders.list_of(user_id, limit=per_page, offset=(page - 1) * per_page)
        return OrderList(tuple(orders), total, page, pages)

    def path_of(self, order: OrderView) -> str:
        """The secret link, without origin and language."""
        return self.links.path(_reference(order))

    async def latest_of(self, user_id: int) -> OrderView | None:
        """A person's latest order, whose address and phone number they need not type again."""
        return await self.orders.find_latest_of(user_id)

    async def latest_link(self, visitor: Visitor) -> str:
        """Path of the order this visitor placed within the last day, or nothing."""
        reference = await self.orders.find_placed_from(visitor)
        return "" if reference is None else self.links.path(reference)

    async def lapse_unpaid(self) -> int:
        """Free the stock of orders that were not paid in time; returns how many lapsed."""
        async with self.transactions.begin():
            return await self.orders.lapse_unpaid(LAPSE_LIMIT)

    async def count_sold(self) -> int:
        """Bring the sold counters up to date; returns how many lines were looked at."""
        async with self.transactions.begin():
            return await self.orders.count_sold(COUNT_LIMIT)

    async def confirmation(self, data: Mapping[str, object]) -> OrderConfirmation:
        """What the confirmation mail shows, from the ids in its row."""
        order = await self.orders.find_by_id(int(str(data["order_id"])))
        if order is None:
            raise NotFound("order", str(data["order_id"]))
        return OrderConfirmation(
            order=order,
            link=self.links.url(_reference(order), order.locale),
            shop_name=self.shop_name,
            origin=self.links.origin,
            bank_account=self.bank_account,
        )


def _reference(order: OrderView) -> OrderReference:
    return OrderReference(order.id, order.number, order.link_version)


def _key(secret: bytes, order: OrderReference) -> str:
    message = f"order-link:{order.id}:{order.link_version}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:40]
