"""Whether the things the shop stands on are there."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HealthReport:
    """`database` and `schema` must be true to serve; without the queue the shop is degraded but sells."""

    database: bool
    schema: bool
    queue: bool

    @property
    def is_ready(self) -> bool:
        return self.database and self.schema


class Health(Protocol):
    async def report(self) -> HealthReport:
        """Answers within about a second, whatever is down."""
        ...
