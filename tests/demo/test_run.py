"""`zhidu run`: one command brings everything up, and one signal puts everything away again."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.conftest import VAR
from zhidu.kernel import embedded

pytestmark = pytest.mark.timeout(180)
PASSWORD = "violet-harbour-27-kites"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """An installation of its own: no server runs, and nothing is there."""
    # Not in pytest's folder: another run of it closes that to the user that the embedded server is lent.
    data_dir = VAR / f"run-{uuid4().hex[:8]}"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIDU_", "DATABASE_URL"))}
    yield inherited | {
        "ZHIDU_DATA_DIR": str(data_dir), "ZHIDU_PORT": str(_free_port()), "ZHIDU_ADMIN_PASSWORD": PASSWORD,
        "ZHIDU_SECOND_FACTOR_REQUIRED": "false",
    }  # fmt: skip
    embedded.stop(data_dir / "postgres")
    shutil.rmtree(data_dir)


async def _zhidu(environment: dict[str, str], *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "zhidu.cli", *words, env=environment, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


@pytest.fixture
async def running(environment: dict[str, str]) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    """The house, up, and somebody who looks at it."""
    process = await _zhidu(environment, "run")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{environment['ZHIDU_PORT']}", timeout=20) as client:
        for _ in range(600):
            try:
                if (await client.get("/readyz")).status_code == 200:
                    break
            except httpx.TransportError:
                await asyncio.sleep(0.1)
        yield process, client
    if process.returncode is None:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_all_though_somebody_listens(
    running: tuple[asyncio.subprocess.Process, httpx.AsyncClient], environment: dict[str, str], number: signal.Signals
) -> None:
    process, client = running
    made = await _zhidu(environment, "admin", "create", "--login", "root", "--name", "管理员")
    said, _ = await made.communicate()
    assert made.returncode == 0, said.decode()
    signed_in = await client.post(
        "/api/v1/auth/sign-in", json={"login": "root", "password": PASSWORD, "client": "device"}
    )
    headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    clauses = await client.get("/api/v1/regulation/clauses", headers=headers)
    assert clauses.status_code == 200
    assert len(clauses.json()["items"]) > 20
    async with client.stream("GET", "/api/v1/stream", headers=headers) as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": open"
        process.send_signal(number)
        said, _ = await asyncio.wait_for(process.communicate(), 12)
    assert process.returncode == 0, said.decode()
    assert f"http://127.0.0.1:{environment['ZHIDU_PORT']}" in said.decode()
    postmaster = Path(environment["ZHIDU_DATA_DIR"]) / "postgres" / "cluster" / "postmaster.pid"
    assert not postmaster.exists()
