"""People's accounts."""

from dataclasses import dataclass
from typing import Protocol

from app.core.accounts import Role, UserStatus


@dataclass(frozen=True, slots=True)
class Account:
    id: int
    email: str
    first_name: str
    role: Role
    status: UserStatus
    is_verified: bool
    password: str | None
    """Its hash; None for an account that signs in otherwise."""
    two_factor_enabled: bool
    has_signed_in: bool
    """Ever, however long ago."""

    @property
    def may_sign_in(self) -> bool:
        return self.status is UserStatus.ACTIVE

    @property
    def must_enrol(self) -> bool:
        """Staff without a second factor get to no page of staff."""
        return self.role.is_staff and not self.two_factor_enabled

    @property
    def needs_second_factor(self) -> bool:
        return self.two_factor_enabled


class Accounts(Protocol):
    """Retired accounts are not there. Everything that writes runs in a transaction."""

    async def find(self, user_id: int) -> Account | None: ...

    async def find_by_email(self, email: str) -> Account | None:
        """By the address as `normalised_email` gives it."""
        ...

    async def find_by_name(self, name: str) -> Account | None:
        """By address, or by user name where there is no @ in it."""
        ...

    async def open_locked(self, user_id: int) -> Account | None:
        """The account, and nobody else changes it before this transaction ends."""
        ...

    async def add(
        self,
        email: str,
        password_hash: str | None,
        *,
        role: Role,
        is_verified: bool,
        first_name: str = "",
        last_name: str = "",
    ) -> int:
        """Store an active account; returns its id. Raises EmailTaken where a live account has this address, in
        whatever case.
        """
        ...

    async def set_password(self, user_id: int, password_hash: str | None) -> None: ...

    async def set_name(self, user_id: int, first_name: str, last_name: str) -> None: ...

    async def set_email(self, user_id: int, email: str) -> None:
        """Store a proven address. Raises EmailTaken."""
        ...

    async def mark_verified(self, user_id: int) -> None: ...

    async def set_status(self, user_id: int, status: UserStatus) -> None: ...

    async def note_sign_in(self, user_id: int) -> None: ...

    async def renew_hash(self, user_id: int, *, old: str, new: str) -> None:
        """Keep the same password under newer parameters, where it is still the same."""
        ...
