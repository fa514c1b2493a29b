"""4.1.1 Imports of leads from files: mapped, previewed honestly, entered as a whole, and undone as a whole.

A person brings a table, says what its columns mean, and sees what will be created, updated or refused, row by row,
before anything happens. Each phase is a job; what it enters, it enters in one transaction, so that a crash leaves all
or nothing.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock, events, files, tables
from zhidu.kernel.db import Database, Owned, Record, driver, scope_indexes, settings_of
from zhidu.kernel.events import Event, emit
from zhidu.kernel.jobs import enqueue, every, job
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.kernel.work import unit_of_work
from zhidu.policy import duties
from zhidu.policy.accounts import Account, Department
from zhidu.policy.actor import RULES, Actor
from zhidu.regulation.limits import amount_of, limit
from zhidu.sales import import_rows
from zhidu.sales.import_columns import TARGETS, ColumnMapping, suggested
from zhidu.sales.lead_sources import LeadSource

SAMPLE_ROWS = 8
WORDS = 60
READ_FOR_WORDS = 20_000

# Telephones and e-mail addresses never stand in clear in the database, not even as samples.
_PERSONAL = re.compile(
    r"[^\s@]+@[^\s@]+|(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"
)

_NOBODYS = ("name", "phone", "email")

LIFECYCLE = Lifecycle(
    "lead_import",
    {
        "uploaded": "open", "previewing": "waiting", "previewed": "open", "importing": "waiting", "imported": "done",
        "undoing": "waiting", "undone": "ended", "unreadable": "ended",
    },
    map=step(("uploaded", "previewed"), "previewing", clause="4.1.1"),
    show=step("previewing", "previewed", clause="4.1.1", by_rules=True),
    refuse=step("previewing", "unreadable", clause="4.1.1", by_rules=True),
    run=step("previewed", "importing", clause="4.1.1"),
    finish=step("importing", "imported", clause="4.1.1", by_rules=True),
    undo=step("imported", "undoing", clause="4.1.1"),
    take_back=step("undoing", "undone", clause="4.1.1", by_rules=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeadsImported(Event):
    """The leads of an import have arrived."""


@dataclass(frozen=True, slots=True)
class LeadImportUndone(Event):
    """The leads of an import have been taken back; `days` are the days on which they had counted."""

    days: tuple[str, ...]


class LeadImport(Owned, Record):
    """One file on its way to leads."""

    __tablename__ = "sales_lead_import"
    __table_args__ = scope_indexes("sales_lead_import")

    file_id: Mapped[UUID] = mapped_column(ForeignKey("file.id"))
    filename: Mapped[str]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    columns: Mapped[list[Any]] = mapped_column(doc="[{header, samples, words, suggestion}]: what the file has.")
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="What its columns mean, as the person said.")
    rows: Mapped[int] = mapped_column(default=0, doc="Rows read, without the header.")
    to_create: Mapped[int] = mapped_column(default=0)
    to_update: Mapped[int] = mapped_column(default=0)
    to_skip: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    taken_back: Mapped[int] = mapped_column(default=0)
    kept_back: Mapped[int] = mapped_column(default=0, doc="Leads that an undo left, for somebody had worked on them.")
    trouble_zh: Mapped[str | None]
    trouble_en: Mapped[str | None]


class ImportMapping(Owned, Record):
    """A mapping that was kept for the next file of the same form."""

    __tablename__ = "sales_import_mapping"

    name: Mapped[str] = mapped_column(unique=True)
    headers: Mapped[list[Any]] = mapped_column(doc="The headers that it was made for.")
    mapping: Mapped[dict[str, Any]]


LISTING = Listing(
    "lead_import",
    LeadImport,
    extra=(
        Account.name.label("owner_name"),
        func.coalesce(import_rows.ImportProgress.done, 0).label("done_rows"),
        files.File.removed_at.label("file_removed_at"),
    ),
    joins=(
        (Account, Account.id == LeadImport.owner_id),
        (files.File, files.File.id == LeadImport.file_id),
        (import_rows.ImportProgress, import_rows.ImportProgress.import_id == LeadImport.id),
    ),
    filters=(LeadImport.status, LeadImport.owner_id),
    lifecycle=LIFECYCLE,
)
MAPPINGS = Listing(
    "import_mapping",
    ImportMapping,
    filters=(ImportMapping.name,),
    sorts=(ImportMapping.name,),
    default_sort="name",
)


# -- a person's steps ----------------------------------------------------------------------------------------------


async def bring(db: AsyncSession, actor: Actor, *, file_id: UUID) -> LeadImport:
    """A file that was uploaded becomes an import: its columns are read and their meaning guessed. Raises Malformed."""
    actor.must(duties.CREATE_IMPORT)
    file = await db.get(files.File, file_id)
    if file is None or file.created_by != actor.id or file.use != "import":
        raise Malformed.at("/file_id", Text("没有这个上传的表格", "There is no such uploaded table"), "reference")
    async with files.opened(settings_of(db), file) as path:
        columns = await asyncio.to_thread(_columns, path)
    made = LeadImport(
        file_id=file_id,
        filename=file.filename,
        columns=columns,
        owner_id=actor.id,
        department_id=actor.department_id,
    )
    db.add(made)
    return made


async def map_(db: AsyncSession, actor: Actor, of: LeadImport, *, mapping: dict[str, Any]) -> LeadImport:
    """Say what the columns mean; a preview is made of it. Raises Malformed for a column that does not exist."""
    actor.must(duties.MAP_IMPORT, of)
    await _checked(db, of, mapping)
    await LIFECYCLE.advance(db, actor, "map", of)
    of.mapping = mapping
    await _progress(db, of.id, 0)
    await enqueue(db, preview_import, lock=f"import/{of.id}", import_id=of.id)
    return of


async def run(db: AsyncSession, actor: Actor, of: LeadImport, note: str | None = None) -> LeadImport:
    """Enter what the preview showed."""
    actor.must(duties.RUN_IMPORT, of)
    await LIFECYCLE.advance(db, actor, "run", of, note)
    await enqueue(db, enter_import, lock=f"import/{of.id}", import_id=of.id)
    return of


async def undo(db: AsyncSession, actor: Actor, of: LeadImport, note: str | None = None) -> LeadImport:
    """Take the whole import back; leads that somebody has worked on since stay, and are counted."""
    actor.must(duties.UNDO_IMPORT, of)
    await LIFECYCLE.advance(db, actor, "undo", of, note)
    await enqueue(db, take_back_import, lock=f"import/{of.id}", import_id=of.id)
    return of


async def keep_mapping(
    db: AsyncSession, actor: Actor, *, name: str, headers: Sequence[str], mapping: dict[str, Any]
) -> ImportMapping:
    """Keep a mapping under a name."""
    actor.must(duties.CREATE_MAPPING)
    kept = ImportMapping(
        name=name, headers=list(headers), mapping=mapping, owner_id=actor.id, department_id=actor.department_id
    )
    db.add(kept)
    return kept


async def drop_mapping(db: AsyncSession, actor: Actor, kept: ImportMapping) -> ImportMapping:
    """Keep it no longer."""
    actor.must(duties.DELETE_MAPPING, kept)
    await db.delete(kept)
    return kept


# -- what is in the file -------------------------------------------------------------------------------------------


def _columns(path: Path) -> list[dict[str, Any]]:
    """The columns of a file: header, samples, a guess, and (for a source) its words with their counts."""
    try:
        rows = tables.read_rows(path)
        header = next(rows, None)
        if header is None:
            raise tables.Unreadable("empty")
        samples: list[list[str]] = [[] for _ in header]
        first: list[list[str]] = [[] for _ in header]
        words: list[Counter[str] | None] = [Counter() for _ in header]
        spelt: dict[str, str] = {}
        for count, row in enumerate(rows):
            if count >= READ_FOR_WORDS:
                break
            for number, cell in enumerate(row[: len(header)]):
                shown = _PERSONAL.sub("•••", cell.strip()[:80])
                if len(samples[number]) < SAMPLE_ROWS and count < SAMPLE_ROWS:
                    samples[number].append(shown)
                    first[number].append(cell)
                counted = words[number]
                if counted is not None:
                    # google and Google are one word, as they are when the rows are read.
                    counted[spelt.setdefault(shown.casefold(), shown)] += 1
                    if len(counted) > WORDS:
                        words[number] = None
    except tables.Unreadable as unreadable:
        raise Malformed.at("/file_id", Text(unreadable.zh, unreadable.en), unreadable.code) from None
    guesses = suggested(header, first)
    return [
        {
            "header": name.strip()[:100] or f"#{number + 1}",
            "samples": [] if (guess := guesses.get(number)) in _NOBODYS else samples[number],
            "words": dict(counted.most_common()) if guess not in _NOBODYS and (counted := words[number]) else None,
            "suggestion": guess,
        }
        for number, name in enumerate(header)
    ]


async def _checked(db: AsyncSession, of: LeadImport, mapping: dict[str, Any]) -> ColumnMapping:
    """The mapping of the wire, checked against the file and the company's sources."""
    headers = [column["header"] for column in of.columns]
    numbers: dict[int, str] = {}
    for column in mapping["columns"]:
        if column["header"] not in headers:
            raise Malformed.at(
                "/mapping/columns", Text("文件没有列「{h}」", "The file has no column “{h}”").of(h=column["header"])
            )
        if column["field"] in numbers.values():
            field = TARGETS[column["field"]].title
            raise Malformed.at("/mapping/columns", Text("「{f}」对应了两列", "“{f}” is mapped twice").of(f=field))
        numbers[headers.index(column["header"])] = column["field"]
    wanted = {entry["source_id"] for entry in mapping["source_words"]} | {mapping["default_source_id"]} - {None}
    wanted.discard(None)
    known = set(await db.scalars(select(LeadSource.id).where(LeadSource.id.in_(wanted), LeadSource.active)))
    if missing := {str(one) for one in wanted} - {str(one) for one in known}:
        raise Malformed.at(
            "/mapping",
            Text("没有这个线索来源：{s}", "There is no such lead source: {s}").of(s=min(missing)),
            "reference",
        )
    facts = {n: h for n, h in enumerate(headers) if n not in numbers} if mapping["keep_rest"] else {}
    return ColumnMapping(
        columns=numbers,
        facts=facts,
        source_words={entry["word"].strip().casefold(): str(entry["source_id"]) for entry in mapping["source_words"]},
        default_source_id=mapping["default_source_id"] and str(mapping["default_source_id"]),
        empty_words=frozenset(word.strip().casefold() for word in mapping["empty_words"]),
        date_order=mapping["date_order"],
    )


# -- the jobs ------------------------------------------------------------------------------------------------------


@job(clause="4.1.1")
async def preview_import(database: Database, import_id: str) -> None:
    """Read the file into the staging table and judge each row. Starting over begins afresh."""
    async with _waiting(database, import_id, "previewing") as (db, of):
        if of is None:
            return
        await import_rows.clear(db, of.id)
        mapping = await _checked(db, of, of.mapping)
        file = await db.get_one(files.File, of.file_id)
        connection = await driver(db)
        rows = 0
        try:
            async with files.opened(settings_of(db), file) as path:
                batches = import_rows.batches(path, of.id, mapping)
                while batch := await asyncio.to_thread(next, batches, None):
                    await import_rows.stage(connection, batch)
                    rows += len(batch)
                    async with database.session() as aside:  # people see it move before the work commits
                        await _progress(aside, of.id, rows)
        except tables.Unreadable as unreadable:
            await import_rows.clear(db, of.id)
            of.trouble_zh, of.trouble_en = unreadable.zh, unreadable.en
            await LIFECYCLE.advance(db, RULES, "refuse", of, unreadable.zh)
            return
        verdicts = await import_rows.judge(db, of.id, update_known=of.mapping["known"] == "update")
        of.rows = rows
        of.to_create, of.to_update = verdicts.get("create", 0), verdicts.get("update", 0)
        of.to_skip, of.refused = verdicts.get("skip", 0), verdicts.get("refuse", 0)
        await LIFECYCLE.advance(db, RULES, "show", of)


@job(clause="4.1.1")
async def enter_import(database: Database, import_id: str) -> None:
    """Enter the previewed rows, all in one transaction."""
    async with _waiting(database, import_id, "importing") as (db, of):
        if of is None:
            return
        # Between preview and now others may have entered the same people: what became known since is judged anew.
        verdicts = await import_rows.judge(db, of.id, update_known=of.mapping["known"] == "update")
        of.to_create, of.to_update = verdicts.get("create", 0), verdicts.get("update", 0)
        of.to_skip, of.refused = verdicts.get("skip", 0), verdicts.get("refuse", 0)
        sales = await db.scalar(select(Department.id).where(Department.kind == "sales", Department.active).limit(1))
        await import_rows.enter(db, of.id, by=of.owner_id, department=sales, now=clock.now())
        await LIFECYCLE.advance(db, RULES, "finish", of)
        emit(db, LeadsImported(of.id))


@job(clause="4.1.1")
async def take_back_import(database: Database, import_id: str) -> None:
    """Undo an import, all in one transaction."""
    async with _waiting(database, import_id, "undoing") as (db, of):
        if of is None:
            return
        days = await db.scalars(
            text(
                """SELECT DISTINCT (fact.at AT TIME ZONE 'Asia/Shanghai')::date::text
                FROM sales_import_row r JOIN sales_lead l ON l.id = r.lead_id
                CROSS JOIN LATERAL (VALUES (l.arrived_at), (l.qualified_at)) fact (at)
                WHERE r.import_id = :import_id AND fact.at IS NOT NULL"""
            ),
            {"import_id": of.id},
        )
        touched = tuple(days)
        of.taken_back, of.kept_back = await import_rows.take_back(db, of.id, by=of.owner_id, now=clock.now())
        await LIFECYCLE.advance(db, RULES, "take_back", of)
        emit(db, LeadImportUndone(of.id, touched))


@asynccontextmanager
async def _waiting(
    database: Database, import_id: str, status: str
) -> AsyncIterator[tuple[AsyncSession, LeadImport | None]]:
    """The import, locked, if it waits for this phase; a job that runs twice finds nothing to do the second time."""
    async with unit_of_work(database, clauses=("4.1.1",), action="import") as db:
        await db.execute(text("SET LOCAL statement_timeout = '10min'"))
        found = select(LeadImport).where(LeadImport.id == UUID(import_id), LeadImport.status == status)
        yield db, await db.scalar(found.with_for_update(key_share=True))


async def _progress(db: AsyncSession, import_id: UUID, rows: int) -> None:
    """How far the reading is, in rows."""
    await db.execute(
        text(
            """INSERT INTO sales_import_progress (import_id, done) VALUES (:import_id, :rows)
            ON CONFLICT (import_id) DO UPDATE SET done = excluded.done"""
        ),
        {"import_id": import_id, "rows": rows},
    )
    await events.notify(db, {"type": "changed", "table": LeadImport.__tablename__, "id": str(import_id)})


# -- what is no longer needed --------------------------------------------------------------------------------------

KEPT = limit("lead_import.file", 30, "days", "保存导入文件", "keep an imported file", clause="7.3.2")
_AT_WORK = ("previewing", "importing", "undoing")


@every("35 19 * * *", clause="7.3.2")
async def remove_old_files(db: AsyncSession) -> int:
    """Let go of the tables that nobody has worked on for a month, before the sweep: they are full of telephones."""
    until = clock.now() - timedelta(days=await amount_of(db, KEPT))
    old = select(files.File).join(LeadImport, LeadImport.file_id == files.File.id)
    old = old.where(files.File.removed_at.is_(None), LeadImport.status.not_in(_AT_WORK), LeadImport.updated_at < until)
    found = (await db.scalars(old.with_for_update(skip_locked=True, of=files.File).limit(500))).all()
    for file in found:
        file.removed_at = clock.now()
    return len(found)
