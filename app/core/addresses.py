"""The address book of an account: how much it holds, and which address a checkout begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.checkout import Address

MOST_ADDRESSES = 20


class Use(StrEnum):
    """What an address can be the default for."""

    DELIVERY = "delivery"
    BILLING = "billing"


@dataclass(frozen=True, slots=True)
class KeptAddress:
    id: int
    address: Address
    phone: str
    is_delivery_default: bool = False
    is_billing_default: bool = False

    def is_default(self, use: Use) -> bool:
        return self.is_delivery_default if use is Use.DELIVERY else self.is_billing_default


def default_of(book: Sequence[KeptAddress], use: Use) -> KeptAddress | None:
    """The default for this use, else the first there is."""
    return next((kept for kept in book if kept.is_default(use)), book[0] if book else None)


def holds(book: Sequence[KeptAddress], address: Address) -> bool:
    """Whether the same is in the book already, however it is written in capitals."""
    return any(_folded(kept.address) == _folded(address) for kept in book)


def _folded(address: Address) -> tuple[str, ...]:
    written = (address.full_name, address.line1, address.line2, address.city, address.region, address.postal_code)
    return (*(" ".join(part.casefold().split()) for part in written), address.country)
