"""The built SPA is served beside the API, and nothing else of the disk is."""

import gzip
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from zhidu.app import create_app
from zhidu.settings import Settings

INDEX = "<!doctype html><title>制度</title>"
SCRIPT = "export const answer = 42;\n" * 100


@pytest.fixture(scope="module")
def web_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A built SPA, in a folder beside a secret."""
    outer = tmp_path_factory.mktemp("outer")
    (outer / "secret.txt").write_text("secret")
    web = outer / "web"
    (web / "assets").mkdir(parents=True)
    for name, text in {
        "index.html": INDEX, "assets/index-C0FFEE.js": SCRIPT, "sw.js": "self.skipWaiting();", "config.json": "{}",
        "manifest.webmanifest": "{}",
    }.items():  # fmt: skip
        (web / name).write_text(text)
    return web


@pytest.fixture(scope="module")
async def browser(web_dir: Path) -> AsyncIterator[AsyncClient]:
    """Nobody's browser: the pages need neither sign-in nor database."""
    app = create_app(Settings(web_dir=web_dir, worker_embedded=False, _env_file=None), "postgresql://nowhere/none")
    async with AsyncClient(transport=ASGITransport(app), base_url="http://zhidu.test") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/sales/leads", "/fabric", "/sales/leads/0192f0c1", "/regulation/clauses/3.1.1"])
async def test_an_address_that_is_a_page_answers_with_the_index(browser: AsyncClient, path: str) -> None:
    reply = await browser.get(path)
    assert (reply.status_code, reply.text) == (200, INDEX)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["cache-control"] == "no-cache"
    policy = reply.headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy


async def test_what_is_named_after_its_content_is_kept_for_ever_and_sent_small(browser: AsyncClient) -> None:
    reply = await browser.get("/assets/index-C0FFEE.js", headers={"Accept-Encoding": "gzip"})
    assert reply.text == SCRIPT
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert reply.headers["vary"] == "accept-encoding"
    assert int(reply.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), 9))
    plain = await browser.get("/assets/index-C0FFEE.js", headers={"Accept-Encoding": "identity"})
    assert (plain.text, "content-encoding" in plain.headers) == (SCRIPT, False)


async def test_what_has_not_changed_is_not_sent_again(browser: AsyncClient) -> None:
    first = await browser.get("/")
    again = await browser.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/manifest.webmanifest", "application/manifest+json; charset=utf-8"),
        ("/config.json", "application/json; charset=utf-8"),
        ("/sw.js", "text/javascript; charset=utf-8"),
    ],
)
async def test_each_file_says_what_it_is_and_is_asked_for_again(browser: AsyncClient, path: str, kind: str) -> None:
    reply = await browser.get(path)
    assert (reply.status_code, reply.headers["content-type"]) == (200, kind)
    assert reply.headers["cache-control"] == "no-cache"


async def test_a_head_has_headers_alone(browser: AsyncClient) -> None:
    reply = await browser.head("/")
    assert (reply.status_code, reply.content) == (200, b"")


async def test_what_belongs_to_the_api_is_never_a_page(browser: AsyncClient) -> None:
    assert (await browser.get("/api")).status_code == 404
    assert (await browser.get("/healthz")).json() == {"status": "ok"}
    assert (await browser.get("/l")).status_code == 404
    assert (await browser.post("/")).status_code == 404
    assert (await browser.get("/assets/index-OLD.js")).status_code == 404
    assert (await browser.get("/favicon.ico")).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/assets/../../secret.txt", "/..%2fsecret.txt", "//secret.txt", "/\\..\\secret.txt", "/./sw.js"],
)
async def test_no_path_leads_out_of_the_folder(browser: AsyncClient, web_dir: Path, path: str) -> None:
    assert (web_dir.parent / "secret.txt").read_text() == "secret"
    app = browser._transport.app  # type: ignore[attr-defined]  # httpx would tidy the path
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
        "root_path": "", "scheme": "http", "http_version": "1.1", "client": ("127.0.0.1", 1), "server": ("zhidu", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    assert said[0]["status"] == 404
    assert all(message.get("body") != b"secret" for message in said)
