"""The second factor of an account: its authenticator's secret, sealed, and hashes of its recovery codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Factor:
    """What an account has. `secret` and `pending` are sealed."""

    is_on: bool
    secret: str | None
    pending: str | None
    """Of a set-up that has not been finished; it opens nothing."""
    now: int
    """The present step, by the database's clock."""
    codes_left: int


class TwoFactors(Protocol):
    """Everything that writes runs in a transaction. Each decision is one conditional statement."""

    async def find(self, user_id: int) -> Factor | None: ...

    async def keep_pending(self, user_id: int, sealed: str | None) -> None:
        """Begin a set-up, or give it up."""
        ...

    async def switch_on(self, user_id: int, *, pending: str, sealed: str, step: int) -> bool:
        """Make the pending secret the account's own; the code of `step` is used up. False where it is not pending."""
        ...

    async def switch_off(self, user_id: int) -> bool:
        """Forget the secret and the recovery codes. False where there was none."""
        ...

    async def use_step(self, user_id: int, step: int) -> bool:
        """Use up the code of this step: true once, and never again for it or an earlier one."""
        ...

    async def keep_codes(self, user_id: int, hashes: Sequence[str]) -> None:
        """Store a set of recovery codes in the place of the one before."""
        ...

    async def use_code(self, user_id: int, hashes: Sequence[str]) -> int | None:
        """Use up the recovery code that has one of these hashes, once; returns how many are left."""
        ...


class Authenticator(Protocol):
    """What an authenticator app computes."""

    def new_secret(self) -> str:
        """160 bits from the system's generator, in base 32."""
        ...

    def code(self, secret: str, step: int) -> str: ...

    def address(self, secret: str, *, account: str, issuer: str) -> str:
        """The otpauth address that the QR code holds."""
        ...
