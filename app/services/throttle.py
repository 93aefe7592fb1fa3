"""Counting attempts: first counted, then judged, so that parallel ones gain nothing."""

from dataclasses import dataclass

from app.core.errors import TooOften
from app.core.throttle import Limit
from app.ports.throttle import Throttle


@dataclass(frozen=True)
class ThrottleService:
    """Not for use within a transaction: what is counted stays, whatever becomes of the attempt."""

    throttle: Throttle

    async def require(self, *attempts: tuple[Limit, str]) -> None:
        """Count one attempt at each (limit, subject), in this order, up to the first that is one too many.

        An address that is blocked already thus uses up nobody else's attempts. Raises TooOften.
        """
        for limit, subject in attempts:
            if wait := await self._take(limit, subject):
                raise TooOften(wait)

    async def is_left(self, limit: Limit, subject: str) -> bool:
        """Count one attempt; whether it was within the limit, for what is then left undone without a word."""
        return await self._take(limit, subject) is None

    async def sweep(self) -> int:
        """Forget windows that have ended; returns how many."""
        return await self.throttle.sweep()

    async def _take(self, limit: Limit, subject: str) -> int | None:
        key = f"{limit.name}:{subject.strip().lower()}"
        return await self.throttle.take(key, limit=limit.most, seconds=limit.seconds)
