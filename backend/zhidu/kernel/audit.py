"""7.3.1 The audit trail: every change, reveal, export and denial, written in the same transaction.

A background job seals the entries into a hash chain (kernel/seal.py); nothing in the API can edit or delete one.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, Column, Index, event, inspect
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstanceState, Mapped, Mapper, Session, UOWTransaction, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.alongside import Alongside
from zhidu.kernel.db import Model, Record, new_id

# Columns whose change says nothing: they change with every change.
_ROUTINE = {"version", "updated_at", "search_text", "search_tokens"}


class AuditEntry(Model):
    """Who did what to which record, by which clauses; personal values are never written here."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_record", "record_id", "id"),
        Index("ix_audit_entry_account", "account_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    account_id: Mapped[UUID | None]
    action: Mapped[str]
    resource: Mapped[str]
    record_id: Mapped[UUID | None]
    clauses: Mapped[list[str]] = mapped_column(ARRAY(SqlText))
    changes: Mapped[dict[str, Any]]
    request_id: Mapped[str | None]
    address: Mapped[str | None]


ENTRIES = Alongside.of(AuditEntry)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return "•••"
    return value


@cache
def _told_of(mapper: Mapper[Any]) -> dict[str, Column[Any]]:
    """The columns whose change is told, by attribute."""
    return {a.key: cast("Column[Any]", a.columns[0]) for a in mapper.column_attrs if a.key not in _ROUTINE}


def _changes(record: Record, *, created: bool) -> dict[str, Any]:
    state: InstanceState[Record] = inspect(record)
    found: dict[str, Any] = {}
    touched = state.dict if created else state.committed_state
    for name, column in _told_of(state.mapper).items():
        if name not in touched:
            continue
        history = state.attrs[name].history
        if not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if created and new is None:
            continue
        if column.info.get("personal"):
            old, new = old and "•••", new and "•••"
        found[name] = _plain(new) if created else [_plain(old), _plain(new)]
    return found


def _write(
    db: AsyncSession | Session, action: str, resource: str, record_id: UUID | None, changes: dict[str, Any]
) -> None:
    info = db.info
    ENTRIES.add(
        db,
        account_id=info.get("account_id"),
        action=action,
        resource=resource,
        record_id=record_id,
        clauses=list(info.get("clauses", ())),
        changes=changes,
        request_id=info.get("request_id"),
        address=info.get("address"),
    )


def note(db: AsyncSession, action: str, resource: str, record_id: UUID | None = None, **changes: Any) -> None:
    """Write what the session cannot see by itself: a reveal, an export, a denial, a sign-in."""
    _write(db, action, resource, record_id, {key: _plain(value) for key, value in changes.items()})


@event.listens_for(Session, "before_flush")
def _write_changes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Each record that is about to change leaves its entry with it; if it cannot, the change fails too."""
    for record in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(record, Record):
            continue
        created = record in session.new
        if created:
            record.id = record.id or new_id()
            record.created_by = record.created_by or session.info.get("account_id")
        session.info.setdefault("changed", set()).add((record.__tablename__, record.id))
        if not record.__audited__:
            continue
        deleted = record in session.deleted
        changes = {} if deleted else _changes(record, created=created)
        if changes or deleted:
            action = "create" if created else "delete" if deleted else session.info.get("action", "update")
            _write(session, action, record.__tablename__, record.id, changes)
