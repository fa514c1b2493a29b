"""4.1.1 The rows of an import on their way: read into a staging table by COPY, judged, entered and undone set-based.

A row is judged honestly before anything is entered: create, update (only blanks of an existing lead are filled), or
refuse with every reason. Personal values are sealed before they reach the database.
"""

import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import tables
from zhidu.kernel.db import Model, driver, new_id
from zhidu.kernel.search import search_columns
from zhidu.sales.import_columns import ColumnMapping, read_row

BATCH = 5_000
# What a row brings to a lead; each is filled on an update only where the lead has none.
_BROUGHT = (
    "company", "title", "phone_sealed", "phone_masked", "phone_index", "phone_last4", "email_sealed", "email_masked",
    "email_index", "region", "need", "product_interest", "budget_fen", "landing_page", "external_id", "original_author",
)  # fmt: skip


class ImportRow(Model):
    """One row of a file, as read and judged. `lead_id` is the lead to be made, or the one that it belongs to."""

    __tablename__ = "sales_import_row"
    __table_args__ = (
        Index("ix_sales_import_row_verdict", "import_id", "verdict", "number"),
        Index("ix_sales_import_row_lead_id", "lead_id"),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("sales_lead_import.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, doc="The row's number as a spreadsheet shows it.")
    verdict: Mapped[str] = mapped_column(doc="create, update, refuse, skip")
    reasons: Mapped[list[Any]] = mapped_column(doc="Why it is refused: [[zh, en], ...]")
    lead_id: Mapped[UUID]
    matched_by: Mapped[str | None] = mapped_column(doc="external_id, phone or email")
    filled: Mapped[list[str]] = mapped_column(ARRAY(SqlText), doc="The blanks that an update filled.")
    entered_version: Mapped[int | None] = mapped_column(doc="The lead's version after this row was entered.")
    taken_back: Mapped[bool] = mapped_column(default=False, server_default="false")
    name: Mapped[str | None]
    company: Mapped[str | None]
    title: Mapped[str | None]
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_masked: Mapped[str | None]
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_last4: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_masked: Mapped[str | None]
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    region: Mapped[str | None]
    need: Mapped[str | None]
    product_interest: Mapped[str | None]
    budget_fen: Mapped[int | None]
    source_id: Mapped[UUID | None]
    landing_page: Mapped[str | None]
    external_id: Mapped[str | None]
    original_author: Mapped[str | None]
    arrived_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]
    search_text: Mapped[str]
    search_tokens: Mapped[list[str]] = mapped_column(ARRAY(SqlText))


class ImportProgress(Model):
    """How many rows of an import are done; written outside the transaction of the work, so that people see it move."""

    __tablename__ = "sales_import_progress"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    done: Mapped[int]


_COLUMNS = tuple(column.name for column in ImportRow.__table__.columns if column.name != "taken_back")


def records(import_id: UUID, rows: Iterable[tables.Row], mapping: ColumnMapping) -> Iterator[tuple[Any, ...]]:
    """Rows of a file as rows of the staging table."""
    for row in rows:
        reading = read_row(row, mapping)
        reasons = [[reason.zh, reason.en] for reason in reading.reasons]
        reasons += [[f"第 {f.column + 1} 列：{f.zh}", f"Column {f.column + 1}: {f.en}"] for f in row.faults]
        values = {
            **reading.values,
            **search_columns(reading.values.get("name"), reading.values.get("company")),
            "import_id": import_id,
            "number": row.number,
            "verdict": "refuse" if reasons else "create",
            "reasons": json.dumps(reasons, ensure_ascii=False),
            "lead_id": new_id(),
            "filled": [],
            "facts": json.dumps(reading.values["facts"], ensure_ascii=False),
            "source_id": reading.values["source_id"] and UUID(str(reading.values["source_id"])),
        }
        yield tuple(values.get(column) for column in _COLUMNS)


def batches(path: Path, import_id: UUID, mapping: ColumnMapping) -> Iterator[list[tuple[Any, ...]]]:
    """The file's rows (without its header) in batches for COPY; the file is never held whole. Raises Unreadable."""
    rows = tables.read_rows(path)
    next(rows, None)
    staged = records(import_id, rows, mapping)
    while batch := list(itertools.islice(staged, BATCH)):
        yield batch


async def stage(connection: "asyncpg.Connection[Any]", batch: list[tuple[Any, ...]]) -> None:
    """Put a batch into the staging table."""
    await connection.copy_records_to_table(ImportRow.__tablename__, records=batch, columns=_COLUMNS)


# Rows that say the same thing twice within the file: the first stands, the others are refused with its number.
_REPEATED = text(
    """
    WITH keyed AS (
        SELECT number, min(number) OVER (PARTITION BY key) AS first_number
        FROM sales_import_row, LATERAL (VALUES
            ('x' || external_id), ('p' || encode(phone_index, 'hex')), ('e' || encode(email_index, 'hex'))) AS keys(key)
        WHERE import_id = :import_id AND verdict = 'create' AND key IS NOT NULL
    ), repeated AS (
        SELECT number, min(first_number) AS first_number FROM keyed WHERE first_number < number GROUP BY number
    )
    UPDATE sales_import_row r
    SET verdict = 'refuse',
        reasons = jsonb_build_array(jsonb_build_array(
            '与第 ' || d.first_number || ' 行重复', 'Repeats row ' || d.first_number))
    FROM repeated d WHERE r.import_id = :import_id AND r.number = d.number
    """
)
# Rows whose lead is known: by the id of the old system first, then telephone, then e-mail.
_KNOWN = text(
    """
    WITH known AS (
        SELECT DISTINCT ON (r.number) r.number, l.id, m.by
        FROM sales_import_row r
        CROSS JOIN LATERAL (
            SELECT id, 1 AS rank, 'external_id' AS by FROM sales_lead
             WHERE external_id = r.external_id AND external_id IS NOT NULL AND merged_into_id IS NULL
            UNION ALL
            SELECT id, 2, 'phone' FROM sales_lead WHERE phone_index = r.phone_index AND merged_into_id IS NULL
            UNION ALL
            SELECT id, 3, 'email' FROM sales_lead WHERE email_index = r.email_index AND merged_into_id IS NULL
        ) m
        JOIN sales_lead l ON l.id = m.id
        WHERE r.import_id = :import_id AND r.verdict = 'create'
        ORDER BY r.number, m.rank, l.created_at
    )
    UPDATE sales_import_row r SET verdict = :verdict, lead_id = k.id, matched_by = k.by
    FROM known k WHERE r.import_id = :import_id AND r.number = k.number
    """
)
_COUNT = text("SELECT verdict, count(*) FROM sales_import_row WHERE import_id = :import_id GROUP BY verdict")


async def judge(db: AsyncSession, import_id: UUID, *, update_known: bool) -> dict[str, int]:
    """Say of each staged row what will become of it; returns how many of each verdict."""
    await db.execute(text("ANALYZE sales_import_row"))
    await db.execute(_REPEATED, {"import_id": import_id})
    await db.execute(_KNOWN, {"import_id": import_id, "verdict": "update" if update_known else "skip"})
    return {row[0]: row[1] for row in await db.execute(_COUNT, {"import_id": import_id})}


_CREATE = text(
    f"""
    INSERT INTO sales_lead (
        id, version, created_at, updated_at, created_by, owner_id, department_id, status, name, source_id, channel_id,
        import_id, arrived_at, touched_at, facts, search_text, search_tokens,
        intent_score, fit_score, score, key, score_parts, {", ".join(_BROUGHT)})
    SELECT r.lead_id, 1, :now, :now, :by, NULL, :department, 'new', r.name, r.source_id, s.channel_id,
        r.import_id, coalesce(r.arrived_at, :now), :now, r.facts, r.search_text, r.search_tokens,
        0, 0, 0, false, '[]', {", ".join("r." + column for column in _BROUGHT)}
    FROM sales_import_row r JOIN sales_lead_source s ON s.id = r.source_id
    WHERE r.import_id = :import_id AND r.verdict = 'create'
    """  # noqa: S608 - the names are this module's own
)
_FILL = text(
    f"""
    WITH filling AS (
        SELECT r.number, l.id, array_remove(ARRAY[{
        ", ".join(f"CASE WHEN l.{c} IS NULL AND r.{c} IS NOT NULL THEN '{c}' END" for c in _BROUGHT)
    }], NULL) AS filled
        FROM sales_import_row r JOIN sales_lead l ON l.id = r.lead_id
        WHERE r.import_id = :import_id AND r.verdict = 'update' FOR UPDATE OF l
    ), filled AS (
        UPDATE sales_lead l SET version = l.version + 1, updated_at = :now, touched_at = :now,
            {", ".join(f"{c} = coalesce(l.{c}, r.{c})" for c in _BROUGHT)}
        FROM sales_import_row r JOIN filling f ON f.number = r.number
        WHERE l.id = r.lead_id AND r.import_id = :import_id AND cardinality(f.filled) > 0
        RETURNING l.id, l.version, r.number
    )
    UPDATE sales_import_row r SET filled = g.filled, entered_version = f.version
    FROM filled f JOIN filling g USING (number) WHERE r.import_id = :import_id AND r.number = f.number
    """  # noqa: S608 - the names are this module's own
)
_TRAIL = text(
    """
    INSERT INTO audit_entry (id, at, account_id, action, resource, record_id, clauses, changes, request_id, address)
    SELECT gen_random_uuid(), :now, :by, CASE verdict WHEN 'create' THEN :created ELSE :updated END, 'sales_lead',
           lead_id, ARRAY['4.1.1'], jsonb_build_object('import_id', import_id, 'row', number, 'filled', filled),
           NULL, NULL
    FROM sales_import_row
    WHERE import_id = :import_id AND (verdict = 'create' OR (verdict = 'update' AND entered_version IS NOT NULL))
    """
)


async def enter(db: AsyncSession, import_id: UUID, *, by: UUID | None, department: UUID | None, now: datetime) -> None:
    """Enter what was judged: new leads, filled blanks, and a trail of each; all in the caller's transaction."""
    values = {"import_id": import_id, "by": by, "now": now}
    await db.execute(_CREATE, {**values, "department": department})
    await db.execute(_FILL, {"import_id": import_id, "now": now})
    await db.execute(_TRAIL, {**values, "created": "create", "updated": "update"})


# What came in by the import and was not worked on since goes; the rest stays, and is counted.
_UNTOUCHED = text(
    """
    UPDATE sales_import_row r SET taken_back = true FROM sales_lead l
    WHERE r.import_id = :import_id AND r.verdict = 'create' AND l.id = r.lead_id AND l.owner_id IS NULL
      AND l.status = 'new' AND l.first_contacted_at IS NULL AND l.merged_into_id IS NULL
      AND NOT EXISTS (SELECT FROM sales_lead m WHERE m.merged_into_id = l.id)
    """
)
_REMOVE = tuple(
    text(f"DELETE FROM {table} d USING sales_import_row r WHERE r.import_id = :import_id AND r.taken_back AND {which}")  # noqa: S608 - our own names
    for table, which in (
        ("sales_duplicate", "d.lead_id = r.lead_id"),
        ("sales_duplicate", "d.other_id = r.lead_id"),
        ("regulation_obligation", "d.record_id = r.lead_id"),
        ("sales_lead", "d.id = r.lead_id"),
    )
)
_UNDO_FILLED = text(
    f"""
    UPDATE sales_lead l SET version = l.version + 1, updated_at = :now,
        {", ".join(f"{c} = CASE WHEN '{c}' = ANY(r.filled) THEN NULL ELSE l.{c} END" for c in _BROUGHT)}
    FROM sales_import_row r
    WHERE r.import_id = :import_id AND r.verdict = 'update' AND l.id = r.lead_id AND l.version = r.entered_version
    """  # noqa: S608 - the names are this module's own
)


async def take_back(db: AsyncSession, import_id: UUID, *, by: UUID | None, now: datetime) -> tuple[int, int]:
    """Undo an import: (leads taken back or restored, leads that stay because somebody has worked on them since)."""
    entered = await db.scalar(
        text("""SELECT count(*) FROM sales_import_row WHERE import_id = :import_id
                AND (verdict = 'create' OR entered_version IS NOT NULL)"""),
        {"import_id": import_id},
    )
    await db.execute(_TRAIL, {"import_id": import_id, "by": by, "now": now, "created": "delete", "updated": "undo"})
    await db.execute(_UNTOUCHED, {"import_id": import_id})
    for statement in _REMOVE:
        removed = await db.execute(statement, {"import_id": import_id})
    restored = await db.execute(_UNDO_FILLED, {"import_id": import_id, "now": now})
    back = removed.rowcount + restored.rowcount  # type: ignore[attr-defined]  # changes come as CursorResults
    return back, int(entered or 0) - back


async def clear(db: AsyncSession, import_id: UUID) -> None:
    """Forget the staged rows: before a new preview."""
    await (await driver(db)).execute("DELETE FROM sales_import_row WHERE import_id = $1", import_id)
