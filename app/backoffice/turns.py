"""One request of the office, as hooks see it: what they may call, and what follows once it is committed."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

import structlog
from piccolo.columns.combination import WhereRaw
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.adapters.db.tables.accounts import User, UserPermission
from app.backoffice.changes import refuse
from app.core.identity import FRESH
from app.core.permissions import Permission, granted
from app.services.accounts import AccountService
from app.services.passwords import PasswordService

# Of two that take each other's rights away, the second sees what the first has done.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(1380931684)"

log = structlog.get_logger()


@dataclass
class Turn:
    """Also a transaction, as far as services ask for one: the office's own is open around every hook."""

    accounts: AccountService
    passwords: PasswordService
    address: str
    later: list[Callable[[], Awaitable[object]]] = field(default_factory=list)

    def after_commit(self, fn: Callable[[], Awaitable[object]]) -> None:
        self.later.append(fn)

    async def finish(self) -> None:
        """What was asked for; the change is safe by now, so nothing here may undo the answer."""
        for fn in self.later:
            try:
                await fn()
            except Exception:
                log.exception("after_office_failed", step=getattr(fn, "__qualname__", repr(fn)))


_turn: ContextVar[Turn] = ContextVar("office_turn")


@contextmanager
def turn_of(accounts: AccountService, passwords: PasswordService, address: str) -> Iterator[Turn]:
    turn = Turn(accounts, passwords, address)
    token = _turn.set(turn)
    try:
        yield turn
    finally:
        _turn.reset(token)


def this_turn() -> Turn:
    return _turn.get()


async def permissions_of(role_id: int) -> frozenset[Permission]:
    """What a role may do at this moment, by the database's clock."""
    rows = await UserPermission.select(UserPermission.permission, UserPermission.permission_type).where(
        UserPermission.role_id == role_id,
        UserPermission.deleted_at.is_null(),
        WhereRaw("effective_date <= clock_timestamp()"),
    )
    return granted((row["permission"], row["permission_type"]) for row in rows)


def may(request: Request, permission: Permission) -> bool:
    """Whether the member of staff had the right when the request came; `StaffBackend` has read it."""
    return permission in cast("Any", request.user.user).permissions


def require(request: Request, permission: Permission) -> None:
    """Raises 403."""
    if not may(request, permission):
        log.warning("permission_missing", user_id=request.user.user_id, permission=permission, path=request.url.path)
        raise HTTPException(403, f"Your role does not have the right {permission}. An administrator can give it.")


async def require_proof(request: Request, field_name: str, permission: Permission) -> None:
    """For what lets people in and out: the right, still there after everybody before, and a fresh proof.

    Raises 403, and 422 at the field.
    """
    require(request, permission)
    await User.raw(ONE_AT_A_TIME)
    user = await User.objects().where(User.id == request.user.user_id).first()
    if user is None or not user.admin or permission not in await permissions_of(user.role_id):
        raise HTTPException(403, "Somebody has just taken this right from you.")
    if not cast("Any", request.user.user).is_fresh:
        minutes = int(FRESH.total_seconds() // 60)
        refuse(
            field_name,
            f"needs a proof that it is you, and your last is older than {minutes} minutes."
            " Open /account/confirm?next=/admin/ in another tab of this browser, then save again here",
        )
