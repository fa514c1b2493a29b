"""The built SPA, served beside the API: its files, and its index for every address that is a page of its own.

The folder is read once at the start. What is not in that table is not looked for on the disk: no path leads out of it.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

# Vite names what lies in assets/ after its content: under that name it never changes.
_FOR_EVER = b"public, max-age=31536000, immutable"
_ASK_AGAIN = b"no-cache"
_TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".json": "application/json"}
_TEXT = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
_SUFFIX = re.compile(r"\.[A-Za-z][^./]*$")
_SMALL = 1024  # bytes; below it the header of a gzip costs more than it saves


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is sent: its headers, its bytes, and the same bytes smaller."""

    headers: tuple[tuple[bytes, bytes], ...]
    tag: bytes
    body: bytes
    smaller: bytes | None


class Pages:
    """Answers GET and HEAD for the SPA; everything else, and all that begins like an operation, goes on to the API."""

    def __init__(self, app: ASGIApp, folder: Path, *, taken: Collection[str]) -> None:
        """`taken` are the first segments of the API's own paths: api, healthz, f."""
        self.app, self.taken = app, frozenset(taken)
        self.files = {
            "/" + path.relative_to(folder).as_posix(): _read(path, folder)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        self.index = self.files.get("/index.html")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        file = self._find(scope["path"]) if scope["method"] in ("GET", "HEAD") else None
        if file is None:
            await self.app(scope, receive, send)
            return
        scope["operation"] = "page"
        asked = Headers(scope=scope)
        if file.tag in [tag.strip().removeprefix("W/").encode() for tag in asked.get("if-none-match", "").split(",")]:
            await _send(send, 304, file.headers)
            return
        headers, body = file.headers, file.body
        if file.smaller is not None:
            headers = (*headers, (b"vary", b"accept-encoding"))
            if "gzip" in asked.get("accept-encoding", ""):
                headers, body = (*headers, (b"content-encoding", b"gzip")), file.smaller
        length = (b"content-length", b"%d" % len(body))
        await _send(send, 200, (*headers, length), b"" if scope["method"] == "HEAD" else body)

    def _find(self, path: str) -> _File | None:
        if path.lstrip("/").partition("/")[0] in self.taken:
            return None
        known = self.files.get(path)
        # A name with a suffix means a file: an old asset is missing, it is not the index. The clause 3.1.1 has none.
        is_page = not _SUFFIX.search(path) and not path.startswith("/assets/")
        return known or (self.index if is_page else None)


def _read(path: Path, folder: Path) -> _File:
    body = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    written = kind.startswith(_TEXT)
    for_ever = path.relative_to(folder).parts[0] == "assets"
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'.encode()
    headers = (
        (b"content-type", (kind + ("; charset=utf-8" if written else "")).encode()),
        (b"cache-control", _FOR_EVER if for_ever else _ASK_AGAIN),
        (b"etag", b"W/" + tag),  # weak: the same for the smaller form
    )
    return _File(headers, tag, body, gzip.compress(body, 9) if written and len(body) > _SMALL else None)


async def _send(send: Send, status: int, headers: tuple[tuple[bytes, bytes], ...], body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
