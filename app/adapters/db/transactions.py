"""The transaction that services open, on the engine that bootstrap bound to the tables."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog

from app.adapters.db.engine import engine_of, milliseconds
from app.adapters.db.tables.accounts import User

# One statement for all of it. `true` means: until the transaction ends, so nothing leaks into the next one that uses
# the connection, whether it comes from our pool or from a pooler's.
SETTINGS = """
SELECT set_config('app.user_id', $1, true), set_config('statement_timeout', $2, true),
       set_config('lock_timeout', $3, true), set_config('idle_in_transaction_session_timeout', $4, true)
"""

log = structlog.get_logger(__name__)


class NestedTransaction(Exception):
    """A bug: a use case opened a transaction inside another one's, which could then not roll back on its own."""


class PiccoloTransactions:
    def begin(self, *, actor: int | None = None) -> AbstractAsyncContextManager["PiccoloTransaction"]:
        return _begin(actor)


class PiccoloTransaction:
    def __init__(self) -> None:
        self._later: list[Callable[[], Awaitable[object]]] = []

    def after_commit(self, fn: Callable[[], Awaitable[object]]) -> None:
        self._later.append(fn)

    async def committed(self) -> None:
        """Run what was asked for; the change is safe by now, so nothing here may undo the answer."""
        for fn in self._later:
            try:
                await fn()
            except Exception:
                log.exception("after_commit_failed", step=getattr(fn, "__qualname__", repr(fn)))


@asynccontextmanager
async def _begin(actor: int | None) -> AsyncIterator[PiccoloTransaction]:
    engine = engine_of(User)
    if engine.transaction_here() is not None:
        raise NestedTransaction
    transaction = PiccoloTransaction()
    async with engine.transaction(allow_nested=False):
        limits = engine.limits
        await engine.fetchrow(
            SETTINGS,
            "" if actor is None else str(actor),
            milliseconds(limits.statement_seconds),
            milliseconds(limits.lock_seconds),
            milliseconds(limits.idle_in_transaction_seconds),
        )
        yield transaction
    await transaction.committed()
