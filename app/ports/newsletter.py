"""Who gets the newsletter, by what they agreed to and when."""

from dataclasses import dataclass
from typing import Protocol

from app.core.newsletter import SubscriptionState


@dataclass(frozen=True, slots=True)
class Subscription:
    id: int
    email: str
    locale: str
    state: SubscriptionState
    wording: str


class Newsletter(Protocol):
    """Everything that writes runs in a transaction."""

    async def ask(self, *, email: str, locale: str, wording: str) -> Subscription:
        """The row of an address, upper and lower case being one: as it stands where it is confirmed, else pending."""
        ...

    async def find(self, subscription_id: int) -> Subscription | None: ...

    async def find_for(self, email: str) -> Subscription | None:
        """Whatever its state."""
        ...

    async def confirm(self, subscription_id: int) -> None:
        """From now on; the time of an earlier confirmation stays."""
        ...

    async def end(self, subscription_id: int) -> None: ...
