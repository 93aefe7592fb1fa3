"""The embedded Valkey: keeps what it was told through restarts and kills, and never runs twice."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from app.adapters.embedded.processes import AlreadyServed, Identity, ServerFailed
from app.adapters.embedded.valkey import start_valkey
from tests.adapters.embedded import NOBODY, Parent, all_gone, kill_all, reachable_dir


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with reachable_dir() as path:
        yield path


async def count(url: str) -> int:
    """One more than last time, on disk when this returns."""
    async with Redis.from_url(url) as client:
        number: int = await client.incr("count")
        await client.execute_command("WAITAOF", 1, 0, 5000)
        return number


async def test_keeps_its_data(data_dir: Path) -> None:
    for expected in (1, 2):
        with start_valkey(data_dir) as server:
            assert server.url.startswith("unix:///")
            assert await count(server.url) == expected
        assert server.process.poll() == 0


async def test_never_evicts_a_job(data_dir: Path) -> None:
    with start_valkey(data_dir) as server:
        async with Redis.from_url(server.url) as client:
            assert await client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert await client.config_get("port") == {"port": "0"}


async def test_a_second_start_says_who_is_there(data_dir: Path) -> None:
    with start_valkey(data_dir), pytest.raises(AlreadyServed, match=f"Valkey in {data_dir}.*process {os.getpid()}"):
        start_valkey(data_dir)


async def test_a_path_too_long_for_a_socket(data_dir: Path) -> None:
    with start_valkey(data_dir / ("long " * 30)) as server:
        assert await count(server.url) == 1
    Path(server.url.removeprefix("unix://")).parent.rmdir()


async def test_kill_9_of_the_parent_leaves_nothing_behind(data_dir: Path) -> None:
    parent = Parent(data_dir)
    assert await count(parent.redis_url) == 1
    parent.kill()
    with start_valkey(data_dir) as server:
        assert await count(server.url) == 2
    assert all_gone(parent.servers)


async def test_kill_9_of_everything_keeps_what_reached_the_disk(data_dir: Path) -> None:
    parent = Parent(data_dir)
    assert await count(parent.redis_url) == 1
    kill_all(parent.everything())
    parent.process.wait()
    with start_valkey(data_dir) as server:
        assert await count(server.url) == 2


def test_broken_files_are_refused_with_the_reason(data_dir: Path) -> None:
    start_valkey(data_dir).stop()
    for manifest in (data_dir / "valkey/appendonlydir").glob("*.manifest"):
        manifest.write_text("nonsense\n")
    with pytest.raises(ServerFailed, match="Its log:"):
        start_valkey(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_root_serves_the_files_of_another_as_that_user(data_dir: Path) -> None:
    with start_valkey(data_dir / "data", identity=Identity(setuid=(NOBODY, NOBODY))) as server:
        assert await count(server.url) == 1
    with start_valkey(data_dir / "data") as server:
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == NOBODY
        assert await count(server.url) == 2
