"""The embedded PostgreSQL keeps what was written, whatever happens to its processes."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from zhidu.kernel import embedded


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    # Not pytest's own temporary folder: each run that begins closes that to the user whom root lends the server.
    with TemporaryDirectory(prefix="zhidu-embedded-") as place:
        yield Path(place)


@pytest.fixture(scope="module")
def folder(place: Path) -> Iterator[Path]:
    folder = place / "with space"
    yield folder
    embedded.stop(folder)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as server:
        row = server.execute(question.encode()).fetchone()
        assert row is not None
        return row[0]


def tell(url: str, order: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(order.encode())


def pid_of(folder: Path) -> int:
    return int((folder / "cluster" / "postmaster.pid").read_text().split()[0])


def test_a_server_starts_and_speaks_unicode_durably(folder: Path) -> None:
    url = embedded.start(folder)
    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert ask(url, "SELECT upper('é张')") == "É张"
    assert ask(url, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    assert ask(url, "SHOW synchronous_commit") == "on"
    assert ask(url, "SHOW shared_buffers") == "256MB"
    tell(url, "CREATE TABLE kept AS SELECT 1 AS value")


def test_a_running_server_is_found_again(folder: Path) -> None:
    assert embedded.start(folder) == embedded.start(folder)
    with embedded.serving(folder) as url:
        assert ask(url, "SELECT value FROM kept") == 1
    assert ask(url, "SELECT value FROM kept") == 1  # it ran before the block, so it still does


def test_nobody_enters_without_the_password(folder: Path) -> None:
    url = embedded.start(folder)
    parts = conninfo_to_dict(url)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace(str(parts["password"]), "guess"), connect_timeout=5)
    assert (folder / "password").stat().st_mode & 0o077 == 0


def test_a_restart_keeps_the_data_and_the_port(folder: Path) -> None:
    url = embedded.start(folder)
    embedded.stop(folder)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=5)
    embedded.stop(folder)  # stopping twice is no error
    assert embedded.start(folder) == url
    assert ask(url, "SELECT value FROM kept") == 1


def test_a_killed_server_comes_back_with_its_data(folder: Path) -> None:
    url = embedded.start(folder)
    tell(url, "INSERT INTO kept VALUES (2)")
    with psycopg.connect(url):  # an open connection keeps a child, and so the shared memory, alive for a while
        os.kill(pid_of(folder), signal.SIGKILL)
        assert embedded.start(folder) == url
    assert ask(url, "SELECT sum(value)::int FROM kept") == 3


def test_a_pid_file_that_names_a_stranger_is_stale(folder: Path) -> None:
    url = embedded.start(folder)
    pid_file = folder / "cluster" / "postmaster.pid"
    left = pid_file.read_text()
    embedded.stop(folder)
    stranger = psutil.Process(os.getpid()).ppid()
    pid_file.write_text(left.replace(left.split()[0], str(stranger), 1))
    assert embedded.start(folder) == url
    assert psutil.pid_exists(stranger)


def test_a_pid_file_that_a_crash_left_empty_is_stale(folder: Path) -> None:
    url = embedded.start(folder)
    embedded.stop(folder)
    (folder / "cluster" / "postmaster.pid").touch()
    assert embedded.start(folder) == url


def test_a_taken_port_is_exchanged_for_another(folder: Path) -> None:
    url = embedded.start(folder)
    embedded.stop(folder)
    port = int(str(conninfo_to_dict(url)["port"]))
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind((embedded.HOST, port))
        squatter.listen()
        moved = embedded.start(folder)
    assert moved != url
    assert ask(moved, "SELECT count(*) FROM kept") == 2


def test_what_cannot_start_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded.stop(folder)
    monkeypatch.setitem(embedded.SETTINGS, "work_mem", "plenty")
    with pytest.raises(embedded.CannotStart, match="plenty"):
        embedded.start(folder)


def test_a_server_for_tests_ends_with_its_block(place: Path) -> None:
    with embedded.serving(place / "throwaway", durable=False) as url:
        assert ask(url, "SHOW fsync") == "off"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=5)
