"""Domain events: a rule says what happened, others react in the same transaction, the outbox remembers it."""

import dataclasses
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Index, Text, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.alongside import Alongside
from zhidu.kernel.db import CHANNEL, Model, flushed, new_id

MANY = 20
LOUD = ("access", "keys")
# Tables whose change alters what somebody may do; policy adds its own.
ACCESS: set[str] = set()


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a record; subclasses are named in the past tense and may carry more."""

    record_id: UUID


E = TypeVar("E", bound=Event)
Reaction = Callable[[AsyncSession, Any], Awaitable[None]]
_reactions: dict[type[Event], list[Reaction]] = defaultdict(list)


def on(
    kind: type[E],
) -> Callable[[Callable[[AsyncSession, E], Awaitable[None]]], Callable[[AsyncSession, E], Awaitable[None]]]:
    """The function reacts to each event of this kind, in the transaction that emits it."""

    def subscribe(
        reaction: Callable[[AsyncSession, E], Awaitable[None]],
    ) -> Callable[[AsyncSession, E], Awaitable[None]]:
        _reactions[kind].append(reaction)
        return reaction

    return subscribe


class DomainEvent(Model):
    """The outbox: what clients, webhooks and roll-ups follow. `transaction` makes a cursor that skips nothing that
    commits late: read only below pg_snapshot_xmin(pg_current_snapshot()).
    """

    __tablename__ = "domain_event"
    __table_args__ = (Index("ix_domain_event_transaction_id", "transaction", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    transaction: Mapped[int] = mapped_column(server_default=text("(pg_current_xact_id()::text)::bigint"))
    name: Mapped[str]
    record_id: Mapped[UUID]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=clock.now)


OUTBOX = Alongside.of(DomainEvent)


def emit(db: AsyncSession, event: Event) -> None:
    """Say what happened; reactions run before the commit."""
    db.info.setdefault("events", []).append(event)


async def settle(db: AsyncSession) -> None:
    """Run the reactions (which may emit again) until it is quiet; write the outbox; wake the listeners at commit."""
    waiting: list[Event] = db.info.setdefault("events", [])
    happened: list[Event] = []
    while waiting:
        event = waiting.pop(0)
        happened.append(event)
        for reaction in _reactions[type(event)]:
            await reaction(db, event)
    for event in happened:
        payload = {k: v for k, v in dataclasses.asdict(event).items() if k != "record_id"}
        OUTBOX.add(db, name=type(event).__name__, record_id=event.record_id, payload=payload)
    await flushed(db)
    changed = db.info.pop("changed", set())
    notices: list[dict[str, Any]] = [{"type": "access"}] if any(table in ACCESS for table, _ in changed) else []
    # A mass change is told as such: clients reload their lists once.
    told = sorted(changed, key=str) if len(changed) <= MANY else [(table, None) for table in {t for t, _ in changed}]
    notices += [{"type": "changed", "table": table, "id": record_id and str(record_id)} for table, record_id in told]
    if notices:
        await notify(db, *notices)


async def notify(db: AsyncSession, *messages: dict[str, Any]) -> None:
    """Tell every listening process of what this transaction did.

    What decides (access, keys) is told by the commit itself. What only refreshes a screen is told just after it, many
    together: NOTIFY makes commits wait for one another, and a screen can wait (Database.whisper).
    """
    loud = [json.dumps(message) for message in messages if message["type"] in LOUD]
    db.info.setdefault("whispers", []).extend(message for message in messages if message["type"] not in LOUD)
    if loud:
        told = func.unnest(bindparam("messages", loud, ARRAY(Text))).column_valued("message")
        await db.execute(select(func.pg_notify(CHANNEL, told)))
