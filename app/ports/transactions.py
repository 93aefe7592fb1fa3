"""One transaction per use case, opened by the service and enclosing no network call."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Transaction(Protocol):
    def after_commit(self, fn: Callable[[], Awaitable[object]]) -> None:
        """Run `fn` once the commit has succeeded, in the order given. What it raises is logged, never passed on."""
        ...


class Transactions(Protocol):
    def begin(self, *, actor: int | None = None) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction; it commits at the end of the block and rolls back on any exception.

        `actor` is the user the change log names; None is the shop itself or a guest. Refuses to nest. Queries inside
        go one after the other: no `asyncio.gather`, and no task that outlives the block.
        Raises Busy when there is no connection to be had, StillRunning when a lock is not to be had in time.
        """
        ...
