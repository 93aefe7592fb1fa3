"""The queue. It carries names and ids only; losing it loses no work, since the sweeper reads the store."""

from typing import Protocol

from app.core.jobs import Job


class Jobs(Protocol):
    async def enqueue(self, job: Job, *ids: int, job_id: str) -> bool:
        """Hand over a job; False when the queue could not take it in time. Never raises.

        `job_id` names this one piece of work: enqueueing it twice runs it once.
        """
        ...

    async def ping(self) -> bool:
        """Whether the queue answers in time. Never raises."""
        ...

    async def close(self) -> None: ...
