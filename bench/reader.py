"""Readers that ask for pages as fast as the shop answers: GET on connections that stay open, nothing is decoded."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

CONNECTIONS = 16


@dataclass
class Reading:
    """What it took: seconds of each answer, and of all together; bytes as they came."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    bytes: int = 0
    others: dict[int, int] = field(default_factory=dict)
    """Answers with another status than 200, by status."""


async def read(
    port: int,
    paths: Sequence[str],
    *,
    seconds: float = 0.0,
    requests: int = 0,
    connections: int = CONNECTIONS,
    headers: str = "",
) -> Reading:
    """All `paths` in turn, on `connections` at once, until `seconds` are over or `requests` are answered."""
    reading, began = Reading(), time.perf_counter()
    turn = itertools.cycle(paths)
    left = itertools.count(requests - 1, -1)

    async def visit() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() - began < seconds if seconds else next(left) >= 0:
            started = time.perf_counter()
            writer.write(f"GET {next(turn)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
            await reader.readexactly(length)
            reading.waits.append(time.perf_counter() - started)
            reading.bytes += length
            if (status := int(head[9:12])) != 200:
                reading.others[status] = reading.others.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(visit() for _ in range(connections)))
    reading.seconds = time.perf_counter() - began
    return reading
