"""The embedded PostgreSQL: as root in both ways, as an ordinary user, and through every kind of kill."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from app.adapters.embedded import processes
from app.adapters.embedded.postgres import start_postgres
from app.adapters.embedded.processes import AlreadyServed, Identity, RunningServer, ServerFailed, user_namespaces_work
from tests.adapters.embedded import NOBODY, Parent, all_gone, fetch, kill_all, reachable_dir

QUICK = {"fsync": "off"}
"""For tests that are not about what a power cut leaves."""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with reachable_dir() as path:
        yield path


async def test_keeps_rows_from_one_start_to_the_next(data_dir: Path) -> None:
    with start_postgres(data_dir, options=QUICK) as server:
        assert server.url.startswith("postgresql://postgres@/exclusive?host=")
        await fetch(server.url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    assert server.process.poll() == 0
    with start_postgres(data_dir, options=QUICK) as server:
        assert await fetch(server.url, "SELECT n FROM kept") == 7


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """One that tests only look at."""
    with reachable_dir() as path, start_postgres(path, options={"max_connections": "17"}) as running:
        yield running


async def test_has_what_the_shop_needs(server: RunningServer) -> None:
    for extension in ("pg_trgm", "unaccent", "citext", "btree_gin"):
        await fetch(server.url, f"CREATE EXTENSION {extension}")
    assert await fetch(server.url, "SELECT lower(unaccent('ÅÉ'))") == "ae"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("TimeZone", "UTC"),
        ("jit", "off"),
        ("listen_addresses", ""),
        ("max_connections", "17"),  # an option of this start
    ],
)
async def test_is_set_as_it_should_be(server: RunningServer, setting: str, value: str) -> None:
    assert await fetch(server.url, f"SHOW {setting}") == value


async def test_the_log_quotes_nobody(server: RunningServer) -> None:
    await fetch(server.url, "CREATE TABLE person (email text PRIMARY KEY)", "INSERT INTO person VALUES ('me@home')")
    with pytest.raises(asyncpg.UniqueViolationError):
        await fetch(server.url, "INSERT INTO person VALUES ('me@home')")
    log = server.log.read_text()
    assert "duplicate key" in log
    assert "me@home" not in log


def test_files_are_private(server: RunningServer) -> None:
    assert server.log.stat().st_mode & 0o077 == 0
    assert (server.log.parent / "postgres").stat().st_mode & 0o077 == 0


async def test_a_second_start_says_who_is_there(data_dir: Path) -> None:
    with (
        start_postgres(data_dir, options=QUICK),
        pytest.raises(AlreadyServed, match=f"{data_dir}.*process {os.getpid()}"),
    ):
        start_postgres(data_dir, options=QUICK)


async def test_a_server_started_by_hand_is_noticed(data_dir: Path) -> None:
    with start_postgres(data_dir, options=QUICK) as server:
        (data_dir / "postgres.lock").unlink()
        with pytest.raises(AlreadyServed, match=f"process {server.process.pid} already serves"):
            start_postgres(data_dir, options=QUICK)


async def test_a_path_too_long_for_a_socket(data_dir: Path) -> None:
    deep = data_dir / ("long " * 30)
    for _ in range(2):
        with start_postgres(deep, options=QUICK) as server:
            assert await fetch(server.url, "SELECT 1") == 1
            sockets = Path(server.url.partition("host=")[2].partition("&")[0])
    assert sockets.stat().st_mode & 0o077 == 0
    sockets.rmdir()


async def test_lock_files_of_a_crash_whose_number_is_taken_by_another(data_dir: Path) -> None:
    with start_postgres(data_dir, options=QUICK):
        files = {path: path.read_text() for path in (data_dir / "postgres").glob(".s.*.lock")}
        files[data_dir / "postgres/postmaster.pid"] = (data_dir / "postgres/postmaster.pid").read_text()
    for path, text in files.items():
        path.write_text(text.replace(text.split()[0], str(os.getpid()), 1))
    assert len(files) == 2
    with start_postgres(data_dir, options=QUICK) as server:
        assert await fetch(server.url, "SELECT 1") == 1


async def test_a_cluster_that_was_never_finished_is_made_anew(data_dir: Path) -> None:
    (data_dir / "postgres.new").mkdir()
    (data_dir / "postgres.new/PG_VERSION").write_text("18\n")
    with start_postgres(data_dir, options=QUICK) as server:
        assert await fetch(server.url, "SELECT 1") == 1


def test_files_of_another_version_are_refused_with_the_reason(data_dir: Path) -> None:
    start_postgres(data_dir, options=QUICK).stop()
    (data_dir / "postgres/PG_VERSION").write_text("17\n")
    with pytest.raises(ServerFailed, match="incompatible with server"):
        start_postgres(data_dir, options=QUICK)


@as_root
async def test_root_looks_like_nobody_in_a_user_namespace(data_dir: Path) -> None:
    if not user_namespaces_work():
        pytest.skip("no user namespaces on this machine")
    with start_postgres(data_dir, options=QUICK) as server:
        assert await fetch(server.url, "SELECT 1") == 1
        status = Path(f"/proc/{server.process.pid}/uid_map").read_text().split()
    assert status[1:] == ["0", "1"]
    assert (data_dir / "postgres").stat().st_uid == 0


@as_root
async def test_root_becomes_nobody_where_namespaces_are_forbidden(data_dir: Path) -> None:
    with start_postgres(data_dir / "data", identity=Identity(setuid=(NOBODY, NOBODY))) as server:
        await fetch(server.url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    assert (data_dir / "data/postgres").stat().st_uid == NOBODY
    with start_postgres(data_dir / "data") as server:  # the owner of the files decides from then on
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == NOBODY
        assert await fetch(server.url, "SELECT n FROM kept") == 7


@as_root
async def test_nobody_finds_its_way_through_a_private_home(data_dir: Path) -> None:
    data_dir.chmod(0o700)
    with start_postgres(data_dir / "inside", identity=Identity(setuid=(NOBODY, NOBODY))) as server:
        assert await fetch(server.url, "SELECT 1") == 1
        status = Path(f"/proc/{server.process.pid}/status").read_text()
    assert re.search(r"^CapEff:\s+0*4$", status, re.MULTILINE), "only the way through directories is kept"
    assert data_dir.stat().st_mode & 0o777 == 0o700


@as_root
async def test_a_program_out_of_reach_is_explained(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cap_kill = 5  # of no use here, as on a machine that grants none of the useful ones
    monkeypatch.setattr(processes, "_CAP_DAC_READ_SEARCH", cap_kill)
    monkeypatch.setattr(processes, "_CAP_DAC_OVERRIDE", cap_kill)
    data_dir.chmod(0o700)
    with pytest.raises(ServerFailed, match="private home"):
        start_postgres(data_dir / "inside", identity=Identity(setuid=(NOBODY, NOBODY)))


@as_root
async def test_an_ordinary_user_runs_both(data_dir: Path) -> None:
    os.chown(data_dir, NOBODY, NOBODY)
    parent = Parent(data_dir / "data", user=NOBODY)
    assert await fetch(parent.database_url, "SELECT 1") == 1
    assert Path(f"/proc/{parent.servers[0]}").stat().st_uid == NOBODY
    parent.close()
    assert all_gone(parent.servers)


async def test_kill_9_of_the_parent_leaves_nothing_behind(data_dir: Path) -> None:
    parent = Parent(data_dir)
    everything = parent.everything()
    assert len(everything) >= 6
    await fetch(parent.database_url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    parent.kill()
    with start_postgres(data_dir, options=QUICK) as server:  # at once: the old server is waited for
        assert await fetch(server.url, "SELECT n FROM kept") == 7
    assert all_gone(everything)


async def test_kill_9_of_everything_loses_no_committed_row(data_dir: Path) -> None:
    for expected in (1, 2):
        parent = Parent(data_dir)
        add = ("CREATE TABLE IF NOT EXISTS kept (n int)", f"INSERT INTO kept VALUES ({expected})")
        assert await fetch(parent.database_url, *add, "SELECT count(*) FROM kept") == expected
        kill_all(parent.everything())
        parent.process.wait()
    with start_postgres(data_dir, options=QUICK) as server:
        assert await fetch(server.url, "SELECT count(*) FROM kept") == 2


async def test_kill_9_of_the_server_alone_is_seen(data_dir: Path) -> None:
    server = start_postgres(data_dir, options=QUICK)
    server.process.kill()
    assert server.process.wait() == -9
    server.stop()
    with start_postgres(data_dir, options=QUICK) as server:
        assert await fetch(server.url, "SELECT 1") == 1
