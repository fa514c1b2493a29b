"""7.3.2 Backup and restore: one file with the database, the files and the anchors, that knows when it is damaged.

The keys are not in it: who finds a backup must not be able to read a telephone. Keep `keys/` apart, and as safe.
A restore goes into an empty database only, so that it can never destroy anything.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import psycopg
from sqlalchemy.engine import URL, make_url

from zhidu.kernel import clock
from zhidu.kernel.anchors import Anchors, ForgedAnchor
from zhidu.kernel.seal import NoKey, key_of
from zhidu.settings import Settings

DUMP, MANIFEST = "database.dump", "manifest.json"
_MEMBER = re.compile(r"database\.dump|files/[0-9a-f]{32}|anchors/[a-z-]+\.jsonl?")
_CHUNK = 1 << 20


class CannotBackUp(Exception):
    """The backup was not made; nothing is left of it."""


class CannotRestore(Exception):
    """Nothing was restored, and nothing changed."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup: what it holds."""

    path: Path
    size: int
    files: int
    sha256: str


# -- backup --------------------------------------------------------------------------------------------------------


def back_up(of: Settings, url: str, path: Path) -> Made:
    """Write the whole installation, without its keys, to one file; it appears under its name when it is complete."""
    path = path.resolve()
    draft = path.with_name(f".{path.name}.part")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".zhidu-") as folder:
        work = Path(folder)
        # In this order the anchors never reach beyond the dump, and no row of the dump lacks its file.
        shutil.copytree(of.data_dir / "anchors", work / "anchors") if (of.data_dir / "anchors").exists() else None
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={work / DUMP}")
        members = {DUMP: work / DUMP}
        members |= {f"anchors/{found.name}": found for found in sorted(work.glob("anchors/*.json*"))}
        members |= {
            f"files/{found.name}": found
            for found in sorted((of.data_dir / "files").glob("*"))
            if _MEMBER.fullmatch(f"files/{found.name}")
        }
        manifest = {
            "product": "zhidu",
            "version": version("zhidu"),
            "made_at": clock.now().isoformat(),
            "members": {
                name: {"size": source.stat().st_size, "sha256": _digest(source)} for name, source in members.items()
            },
        }
        try:
            with draft.open("wb") as out:
                os.chmod(draft, 0o600)
                with tarfile.open(fileobj=out, mode="w") as archive:
                    _add_text(archive, MANIFEST, json.dumps(manifest, indent=1))
                    for name, source in members.items():
                        archive.add(source, name, recursive=False)
                out.flush()
                os.fsync(out.fileno())
            made = Made(path, draft.stat().st_size, sum(name.startswith("files/") for name in members), _digest(draft))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return made


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text.encode())
    archive.addfile(entry, BytesIO(text.encode()))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- restore -------------------------------------------------------------------------------------------------------


def restore(of: Settings, url: str, path: Path) -> list[str]:
    """Bring a backup back into an empty database. Returns what is left for the operator to know.

    Raises CannotRestore, before anything is changed, for a damaged file or a database that holds something.
    """
    with tempfile.TemporaryDirectory(dir=path.resolve().parent, prefix=".zhidu-") as folder:
        work = Path(folder)
        members = _unpacked(path, work)
        _must_be_empty(url)
        _run(
            "pg_restore",
            url,
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            str(work / DUMP),
        )
        for name in members:
            target = of.data_dir / name
            # What is there is at least as new: files never change, and anchors are only added to.
            if name != DUMP and not target.exists():
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.move(work / name, target)
    return _anchored(of, url)


def _unpacked(path: Path, folder: Path) -> list[str]:
    """Every member on the disk, each as the manifest describes it, and none missing. Raises CannotRestore."""
    try:
        with tarfile.open(path, mode="r:") as archive:
            members = _manifest(archive.extractfile(archive.next() or tarfile.TarInfo(MANIFEST)))
            found = []
            for entry in iter(archive.next, None):
                described, content = members.get(entry.name), archive.extractfile(entry)
                if described is None or content is None or not _MEMBER.fullmatch(entry.name):
                    raise CannotRestore(f"{path} is damaged: it holds what its manifest does not describe.")
                target = folder / entry.name
                target.parent.mkdir(exist_ok=True)
                with target.open("wb") as out:
                    shutil.copyfileobj(content, out, _CHUNK)
                if _digest(target) != described["sha256"]:
                    raise CannotRestore(f"{path} is damaged: {entry.name} is not what was backed up.")
                found.append(entry.name)
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError, AttributeError) as reason:
        raise CannotRestore(f"{path} is no backup, or is damaged ({type(reason).__name__}).") from None
    if set(found) != members.keys() or DUMP not in found:
        raise CannotRestore(f"{path} is damaged: its end is missing.")
    return found


def _manifest(file: IO[bytes] | None) -> dict[str, Any]:
    if file is None:
        raise ValueError
    manifest = json.load(file)
    if manifest["product"] != "zhidu":
        raise ValueError
    members: dict[str, Any] = manifest["members"]
    return members


def _must_be_empty(url: str) -> None:
    with psycopg.connect(url) as server:
        held = server.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchone()
    if held != (0,):
        raise CannotRestore("The database is not empty. Create an empty one and point DATABASE_URL to it.")


def _anchored(of: Settings, url: str) -> list[str]:
    """Let the chain of the audit go on from where the backup ends, and say which keys are missing."""
    said = []
    if not (of.data_dir / "keys" / "fields.json").exists():
        said.append(f"Put back {of.data_dir / 'keys'}: without fields.json telephones and e-mails cannot be read.")
    with psycopg.connect(url) as server:
        head = server.execute("SELECT seq, hash FROM audit_seal ORDER BY seq DESC LIMIT 1").fetchone() or (0, b"")
    with suppress(ForgedAnchor):
        try:
            anchors = Anchors(of.data_dir, key_of(of))
        except NoKey:
            return (
                [*said, f"Put back {of.data_dir / 'keys' / 'audit.key'} before the worker starts."] if head[0] else said
            )
        last = anchors.head()
        if last is not None and last.seq > head[0]:
            anchors.restored(head[0], head[1])
            said.append(f"The audit of entries {head[0] + 1} to {last.seq} is lost; the anchors say so.")
    return said


# -- PostgreSQL's own programs ---------------------------------------------------------------------------------------


def _run(program: str, url: str, *arguments: str) -> None:
    """Run it on a database; the password goes by the environment, where a list of processes does not show it."""
    address = make_url(url)
    environment = {**os.environ, "PGPASSWORD": address.password or "", "PGCONNECT_TIMEOUT": "10"}
    shown = URL.create(
        "postgresql", address.username, None, address.host, address.port, address.database, address.query
    ).render_as_string()
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL with arguments made here
        [str(_program(program, url)), f"--dbname={shown}", *arguments],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        kind = CannotBackUp if program == "pg_dump" else CannotRestore
        raise kind(
            f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no reason given'}"
        )


def _program(name: str, url: str) -> Path:
    """PostgreSQL's program that is at least as new as the server: of this machine, or of the embedded one."""
    with psycopg.connect(url, connect_timeout=10) as server:
        needed = server.info.server_version // 10000
    for path in _candidates(name):
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        found = re.search(r"\) (\d+)", said)
        if found and int(found[1]) >= needed:
            return path
    raise CannotBackUp(
        f"No {name} of version {needed} or later is on this machine (package postgresql-client-{needed})."
    )


def _candidates(name: str) -> Iterator[Path]:
    if on_path := shutil.which(name):
        yield Path(on_path)
    from zhidu.kernel import embedded  # only where the machine has no program of its own

    with suppress(embedded.CannotStart):
        yield embedded.program(name)
