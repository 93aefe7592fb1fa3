"""Who waits for something to be back in stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """One whose wait is over; the mail goes to `email` in `locale`."""

    id: int
    email: str
    locale: str


@dataclass(frozen=True, slots=True)
class RequestedGoods:
    """What somebody asked for, as it is now: `price` is today's, flash sale included."""

    name: str
    variant: str
    slug: str
    options: Mapping[str, str]
    price: Decimal
    available: int
    locale: str


class Requests(Protocol):
    async def ask(self, *, variant_id: int, email: str, locale: str) -> None:
        """Note who waits; an address that waits for the variant already waits once."""
        ...

    async def answer(self, limit: int) -> Sequence[AnsweredRequest]:
        """End up to `limit` waits for what can be bought again, first come first; never the same wait twice."""
        ...

    async def find_address(self, request_id: int) -> str | None:
        """The email address of a request, as long as it is kept."""
        ...

    async def withdraw(self, email: str) -> None:
        """End every wait of an address, upper and lower case being one."""
        ...

    async def forget(self, *, ended: timedelta, asked: timedelta, limit: int) -> int:
        """Delete up to `limit` requests that ended, or were asked, longer ago than that; how many it were."""
        ...

    async def find_goods(self, request_id: int) -> RequestedGoods | None: ...
