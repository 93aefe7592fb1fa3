"""Bounds how often a password can be guessed: per account, per address and altogether, each for five minutes.

Counted on the Redis server, which all processes share, and in this process besides, which is what counts when the
server is away. Attempts are counted before they are judged, so that parallel ones gain nothing.
"""

import asyncio
import hashlib
import time
from contextlib import suppress

import structlog
from piccolo_api.rate_limiting.middleware import RateLimitProvider
from redis.asyncio import Redis

log = structlog.get_logger()

WINDOW = 300
PER_ACCOUNT = 10
PER_ADDRESS = 10
ALTOGETHER = 1000
MOST_KEPT = 10_000

COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
"""


class Attempts:
    def __init__(self, redis_url: str, *, seconds: float) -> None:
        self._redis_url = redis_url
        self._seconds = seconds
        self._here: dict[str, tuple[float, int]] = {}

    async def count(self, account: str, address: str) -> int:
        """Note one attempt. Returns the seconds to wait where it is one too many, else 0.

        An address that is blocked already uses up nobody else's attempts.
        """
        for key, limit in (
            (_key("address", address), PER_ADDRESS),
            (_key("all", ""), ALTOGETHER),
            (_key("account", account.strip().lower()), PER_ACCOUNT),
        ):
            if max(self._count_here(key), await self._count_shared(key)) > limit:
                return WINDOW
        return 0

    def _count_here(self, key: str) -> int:
        now = time.monotonic()
        if len(self._here) > MOST_KEPT:
            # Those whose time is over go, and if need be those that are furthest from a limit.
            current = [kept for kept in self._here.items() if now - kept[1][0] < WINDOW]
            self._here = dict(sorted(current, key=lambda kept: kept[1][1])[-MOST_KEPT // 2 :])
        begun, count = self._here.get(key, (now, 0))
        if now - begun >= WINDOW:
            begun, count = now, 0
        self._here[key] = (begun, count + 1)
        return count + 1

    async def _count_shared(self, key: str) -> int:
        """What all processes have counted; 0 where the server does not answer in time."""
        if not self._redis_url:
            return 0
        asking = asyncio.create_task(self._ask(key))
        done, _ = await asyncio.wait({asking}, timeout=self._seconds)
        if done:
            return asking.result()
        asking.cancel()
        log.warning("attempts_not_shared", error="the server did not answer in time")
        return 0

    async def _ask(self, key: str) -> int:
        # Sign-ins are rare: a connection for each is simpler than one that has to be looked after.
        wait = self._seconds
        client = Redis.from_url(self._redis_url, socket_timeout=wait, socket_connect_timeout=wait)
        try:
            return int(await client.eval(COUNT, 1, key, str(WINDOW)))
        except Exception as error:
            log.warning("attempts_not_shared", error=type(error).__name__)
            return 0
        finally:
            with suppress(Exception):
                await client.aclose()


class Unlimited(RateLimitProvider):
    """In the place of the library's own limit, which blocks an address until the process is restarted."""

    def increment(self, identifier: str) -> None:
        pass


def _key(kind: str, subject: str) -> str:
    """Names neither account nor address to those who can read the server."""
    return f"attempts:admin:{kind}:{hashlib.sha256(subject.encode()).hexdigest()[:24]}"
