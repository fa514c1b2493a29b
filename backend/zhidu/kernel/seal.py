"""7.3.1 The seal: audit entries in a chain of keyed hashes, so that a change, a deletion or a cut tail is found.

Each seal binds an entry to all before it by HMAC-SHA256 under a key that the database does not know. Sealing runs every
minute over what has been committed; a transaction that commits late is sealed late, and nothing is left out. The
database itself refuses to change or delete an entry or a seal; whoever gets around that is found by `verify`.
"""

import asyncio
import hmac
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import asyncpg
import orjson
import structlog
from sqlalchemy import DDL, LargeBinary, event, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.anchors import Anchor, Anchors, ForgedAnchor
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.db import Database, Model
from zhidu.kernel.jobs import enqueue, every, job
from zhidu.settings import Settings

log = structlog.get_logger(__name__)

BATCH = 1000
LOCK = 7_142_027
GENESIS = bytes(32)
FINDINGS_SHOWN = 100
# No transaction of ours is open for an hour; the nightly run looks at all the same.
LATE_COMMITS_MS = 3_600_000


class AuditSeal(Model):
    """One link of the chain."""

    __tablename__ = "audit_seal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(unique=True)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


# pg_restore and COPY only insert, so a backup comes back in spite of these.
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only added to (7.3.1)' USING ERRCODE = 'insufficient_privilege';
END $$"""
_TRIGGER = """
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit()"""
_GONE = "DROP FUNCTION IF EXISTS refuse_to_change_audit() CASCADE"
for _table in (AuditEntry.__table__, AuditSeal.__table__):
    for _when, _statement in (("after_create", _FUNCTION), ("after_create", _TRIGGER), ("after_drop", _GONE)):
        event.listen(_table, _when, DDL(_statement))  # type: ignore[no-untyped-call]  # SQLAlchemy has no type for it


class NoKey(Exception):
    """The chain's key is not where it should be; a new one would make the whole chain look forged."""


class ChainBroken(Exception):
    """The database does not hold the head that was anchored last; sealing on would hide it."""


def key_of(settings: Settings, *, create: bool = False) -> bytes:
    """The chain's key, 32 bytes in `keys/audit.key` (0600); `create` makes it where there is none. Raises NoKey."""
    path = settings.data_dir / "keys" / "audit.key"
    if create and not path.exists():
        _write_key(path)
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except (FileNotFoundError, ValueError):
        raise NoKey(f"{path} is missing or damaged; put back the file that the chain was sealed with.") from None
    if len(key) != 32:
        raise NoKey(f"{path} does not hold 32 bytes.")
    return key


def _write_key(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".audit.key.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)  # fails where a file is: processes that start together agree on one key
    except FileExistsError:
        return
    finally:
        draft.unlink()


# Every column as the text that PostgreSQL gives it: no value, however altered, escapes by being read leniently.
_ENTRY = """e.id::text AS id, extract(epoch FROM e.at)::text AS at, e.account_id::text AS account_id, e.action,
    e.resource, e.record_id::text AS record_id, e.clauses, e.changes::text AS changes, e.request_id, e.address"""
_CONTENT = ("id", "at", "account_id", "action", "resource", "record_id", "clauses", "changes", "request_id", "address")


def link(key: bytes, seq: int, previous: bytes, entry: "asyncpg.Record") -> bytes:
    """The hash that binds an entry to its place in the chain."""
    content = orjson.dumps([entry[name] for name in _CONTENT])
    return hmac.digest(key, previous + seq.to_bytes(8, "big") + content, "sha256")


# -- sealing -------------------------------------------------------------------------------------------------------

_HEAD = "SELECT seq, entry_id, hash FROM audit_seal ORDER BY seq DESC LIMIT 1"
_UNSEALED = f"""SELECT {_ENTRY}, e.id AS entry_id FROM audit_entry e
    WHERE e.id > $1 AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT {BATCH}"""  # noqa: S608


async def seal(database: Database, *, everything: bool = False) -> int:
    """Seal what has been committed, a transaction a batch, and anchor the head; nothing if another is at it just now.

    `everything` looks also for entries whose transaction was open for more than an hour. Returns how many entries were
    sealed. Raises ChainBroken, NoKey.
    """
    async with _alone(database) as connection:
        return 0 if connection is None else await _seal(connection, database.settings, everything=everything)


async def anchor(database: Database) -> Anchor | None:
    """Write the head down for good; None if nothing is sealed yet, or is just being. Raises ChainBroken, NoKey."""
    async with _alone(database) as connection:
        head = None if connection is None else await connection.fetchrow(_HEAD)
        if connection is None or head is None:
            return None
        anchors = Anchors(database.settings.data_dir, key_of(database.settings))
        await _must_hold(connection, anchors, head["seq"])
        return await asyncio.to_thread(anchors.keep, head["seq"], head["hash"], ask=True)


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator["asyncpg.Connection[asyncpg.Record] | None"]:
    """A connection that holds the chain's lock for the time of the block, or None if another one has it.

    The anchor is written after the commit, so a lock of the transaction would end too early; a connection of its own
    takes its lock with it however it ends.
    """
    connection = await asyncpg.connect(database.url, timeout=5)
    try:
        yield connection if await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK) else None
    finally:
        await connection.close(timeout=5)


async def _seal(connection: "asyncpg.Connection[asyncpg.Record]", settings: Settings, *, everything: bool) -> int:
    sealed, floor = 0, UUID(int=0) if everything else None
    while True:
        async with connection.transaction():
            head = await connection.fetchrow(_HEAD)
            key = key_of(settings, create=head is None)
            anchors = Anchors(settings.data_dir, key)
            await _must_hold(connection, anchors, head["seq"] if head else 0)
            if floor is None:
                floor = _hour_before(head["entry_id"]) if head else UUID(int=0)
            rows = await connection.fetch(_UNSEALED, floor)
            links = _links(key, head, rows)
            await connection.copy_records_to_table(
                "audit_seal", records=links, columns=("seq", "entry_id", "previous", "hash")
            )
        if links:
            # After the commit: an anchor ahead of the database would cry wolf.
            await asyncio.to_thread(anchors.keep, links[-1][0], links[-1][3])
            floor = links[-1][1]
        sealed += len(links)
        if len(links) < BATCH:
            return sealed


def _links(
    key: bytes, head: "asyncpg.Record | None", rows: Sequence["asyncpg.Record"]
) -> list[tuple[int, UUID, bytes, bytes]]:
    seq, previous = (head["seq"], head["hash"]) if head else (0, GENESIS)
    links = []
    for row in rows:
        seq += 1
        hash_ = link(key, seq, previous, row)
        links.append((seq, row["entry_id"], previous, hash_))
        previous = hash_
    return links


async def newest(db: AsyncSession) -> AuditSeal | None:
    """The head of the chain."""
    return await db.scalar(select(AuditSeal).order_by(AuditSeal.seq.desc()).limit(1))


async def _must_hold(connection: "asyncpg.Connection[asyncpg.Record]", anchors: Anchors, seq: int) -> None:
    try:
        anchored = anchors.head()
    except ForgedAnchor:
        raise ChainBroken("The anchored head was altered, or the key is another.") from None
    if anchored is None:
        # A kill between the very first commit and its anchor leaves one batch; anything longer had an anchor.
        if seq > BATCH:
            raise ChainBroken("The anchors are missing; put back the folder that they were in.")
        return
    held = await connection.fetchval("SELECT hash FROM audit_seal WHERE seq = $1", anchored.seq)
    if held is None or held.hex() != anchored.hash:
        raise ChainBroken(f"The database does not hold entry {anchored.seq} of the chain as it was anchored.")


def _hour_before(entry_id: UUID) -> UUID:
    """The smallest UUIDv7 of an hour before: their first 48 bits are milliseconds since 1970."""
    return UUID(int=max(0, (entry_id.int >> 80) - LATE_COMMITS_MS) << 80)


@job(clause="7.3.1")
async def seal_entries(database: Database, everything: bool = False) -> None:
    """Seal what waits. On a broken chain it does not try again by itself: trying does not mend it."""
    try:
        await seal(database, everything=everything)
    except (ChainBroken, NoKey) as reason:
        log.error("audit_not_sealed", reason=type(reason).__name__)


@every("* * * * *", clause="7.3.1")
async def seal_each_minute(db: AsyncSession) -> None:
    """Ask for the minute's sealing."""
    await enqueue(db, seal_entries)


@every("20 18 * * *", clause="7.3.1")
async def seal_each_night(db: AsyncSession) -> None:
    """Ask for the sealing of what committed later than an hour."""
    await enqueue(db, seal_entries, everything=True)


# -- verifying -----------------------------------------------------------------------------------------------------

Fault = Literal[
    "altered", "entry_missing", "gap", "link_broken", "anchor_mismatch", "tail_cut", "anchor_altered", "anchor_missing"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was sealed: which link, what, and whose entry."""

    seq: int
    fault: Fault
    entry_id: str | None = None


@dataclass(slots=True)
class Verdict:
    """What a verification has seen; `findings` holds the first hundred, `faults` counts all; `head` is as anchored."""

    entries: int = 0
    unsealed: int = 0
    faults: int = 0
    findings: list[Finding] = field(default_factory=list)
    head: Anchor | None = None

    @property
    def ok(self) -> bool:
        """Whether all is as it was sealed."""
        return self.faults == 0

    def found(self, seq: int, fault: Fault, entry_id: str | None = None) -> None:
        """Write a fault down."""
        self.faults += 1
        if len(self.findings) < FINDINGS_SHOWN:
            self.findings.append(Finding(seq, fault, entry_id))


_CHAIN = f"""SELECT s.seq, s.entry_id::text AS entry_id, s.previous, s.hash, {_ENTRY}
    FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry_id ORDER BY s.seq"""  # noqa: S608
_WAITING = "SELECT count(*) FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id)"


async def verify(connection: "asyncpg.Connection[Any]", settings: Settings) -> Verdict:
    """Walk the whole chain, and compare it with the anchors; reads only, in one snapshot. Raises NoKey."""
    key = key_of(settings)
    verdict, forged = Verdict(), False
    expected: dict[int, set[str]] = {}
    # Before the snapshot: what is sealed meanwhile is then in the database at least.
    try:
        for anchor in Anchors(settings.data_dir, key).all():
            expected.setdefault(anchor.seq, set()).add(anchor.hash)
            verdict.head = anchor
    except ForgedAnchor:
        forged = True
        verdict.found(0, "anchor_altered")
    previous, seq = GENESIS, 0
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for row in connection.cursor(_CHAIN, prefetch=500):
            if row["seq"] != seq + 1:
                verdict.found(seq + 1, "gap")
            seq = row["seq"]
            if row["previous"] != previous:
                verdict.found(seq, "link_broken", row["entry_id"])
            if row["id"] is None:
                verdict.found(seq, "entry_missing", row["entry_id"])
            elif not hmac.compare_digest(link(key, seq, row["previous"], row), row["hash"]):
                verdict.found(seq, "altered", row["entry_id"])
            if expected.pop(seq, {row["hash"].hex()}) != {row["hash"].hex()}:
                verdict.found(seq, "anchor_mismatch", row["entry_id"])
            previous = row["hash"]
            verdict.entries += 1
        verdict.unsealed = await connection.fetchval(_WAITING)
    if verdict.entries and verdict.head is None and not forged:
        verdict.found(seq, "anchor_missing")
    for missing in sorted(expected):
        verdict.found(missing, "tail_cut")
    return verdict
