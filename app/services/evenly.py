"""Answers that take the same time, where the time itself would tell something."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def evenly(seconds: float) -> AsyncIterator[None]:
    """Nothing inside is answered sooner than `seconds` after it began, refusals included."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    try:
        yield
    finally:
        await asyncio.sleep(until - loop.time())
