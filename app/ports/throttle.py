"""Limits in time on what anybody may do: forms that send mail, and signing in."""

from typing import Protocol


class Throttle(Protocol):
    async def take(self, key: str, *, limit: int, seconds: int) -> int | None:
        """Use up one of `limit` uses that `key` has in a window of `seconds`, which its first use opens.

        None where there was one left, else the whole seconds until there is one. Exact over all processes. Runs in a
        transaction of its own: what is counted must not be taken back with the thing that it counts.
        """
        ...

    async def sweep(self) -> int:
        """Forget windows that have ended; returns how many."""
        ...
