"""4.3.3 Messages: what the company tells a customer, from the transaction that causes it to the mail server.

A message is queued in the transaction of its cause, so it exists if and only if the cause does. A job sends it at least
once: after a kill in the wrong moment twice, then under the same Message-ID.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock, mail
from zhidu.kernel.crypto import HasEmail
from zhidu.kernel.db import Database, Owned, Record, new_id, scope_indexes
from zhidu.kernel.events import Event, emit
from zhidu.kernel.jobs import enqueue, job
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Conflict
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.kernel.texts import Text
from zhidu.kernel.work import unit_of_work
from zhidu.policy import duties
from zhidu.policy.actor import RULES, Actor
from zhidu.regulation import obligations
from zhidu.regulation.controls import Records, Window, control

# Tries of one message before a person must look; with the jobs' backoff they span a morning.
MAX_ATTEMPTS = 8
LATE_AFTER = timedelta(hours=1)

LIFECYCLE = Lifecycle(
    "message",
    {"queued": "open", "sending": "open", "failed": "waiting", "sent": "done"},
    begin=step(("queued", "sending"), "sending", clause="4.3.3", by_rules=True),
    deliver=step("sending", "sent", clause="4.3.3", by_rules=True),
    postpone=step("sending", "queued", clause="4.3.3", by_rules=True),
    fail=step(("queued", "sending"), "failed", clause="4.3.3", by_rules=True),
    retry=step("failed", "queued", clause="4.3.3"),
)


class Message(Searchable, Owned, HasEmail, Record):
    """A letter to a customer. owner_id is who answers for it: the owner of the order or the lead."""

    __tablename__ = "service_message"
    __searched__ = ("to_name", "subject")
    __table_args__ = (
        *scope_indexes("service_message", "created_at"),
        search_index("service_message"),
        Index("ix_service_message_order_id", "order_id"),
        Index("ix_service_message_customer_id", "customer_id"),
        Index("ix_service_message_lead_id", "lead_id"),
        Index("ix_service_message_status", "status", "created_at"),
    )

    kind: Mapped[str] = mapped_column(doc="What it tells: order.confirmed, order.shipped, …")
    channel: Mapped[str] = mapped_column(default="email")
    to_name: Mapped[str] = mapped_column(info={"personal": True})
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(info={"personal": True})
    # No foreign keys: a message outlives what it was about.
    order_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    lead_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    attempts: Mapped[int] = mapped_column(default=0, doc="Tries since it was queued.")
    error: Mapped[str | None] = mapped_column(doc="Why the last try failed: server-away, refused:550, no-address, …")
    sent_at: Mapped[datetime | None]
    caught: Mapped[bool] = mapped_column(default=False, doc="No mail server is set: it is shown here and went nowhere.")


LISTING = Listing(
    "message",
    Message,
    filters=(
        Message.status, Message.kind, Message.channel, Message.order_id, Message.customer_id, Message.lead_id,
        Message.owner_id, Message.caught, Message.created_at,
    ),
    default_sort="-created_at",
    search=lambda q: matches(Message, q),
    lifecycle=LIFECYCLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MessageSent(Event):
    """The mail server has taken it."""

    order_id: UUID | None


@dataclass(frozen=True, slots=True)
class MessageFailed(Event):
    """It did not reach the mail server, and will not without a person's help."""

    order_id: UUID | None


async def tell(
    db: AsyncSession,
    *,
    kind: str,
    to_email: str | None,
    to_name: str,
    subject: str,
    body: str,
    owner_id: UUID | None = None,
    department_id: UUID | None = None,
    order_id: UUID | None = None,
    customer_id: UUID | None = None,
    lead_id: UUID | None = None,
) -> Message:
    """Tell a customer something by e-mail; it leaves after this transaction has committed.

    Who has no address cannot be told so: the message then stands as failed, and its owner hears of it.
    """
    message = Message(
        id=new_id(),
        kind=kind,
        to_name=to_name,
        subject=subject,
        body=body,
        owner_id=owner_id,
        department_id=department_id,
        order_id=order_id,
        customer_id=customer_id,
        lead_id=lead_id,
        status=LIFECYCLE.initial,
    )
    message.email = to_email
    db.add(message)
    if message.email_sealed is None:
        await _fail(db, message, "no-address")
    else:
        await enqueue(db, send, lock=f"message:{message.id}", message_id=message.id)
    return message


async def retry(db: AsyncSession, actor: Actor, message: Message, note: str | None = None) -> Message:
    """Send it again, after the cause of the failure is gone."""
    actor.must(duties.RETRY_MESSAGE, message)
    if message.email_sealed is None:
        raise Conflict(Text("客户没有电子邮箱，请用其他方式告知", "The customer has no e-mail; tell them another way"))
    await LIFECYCLE.advance(db, actor, "retry", message, note)
    message.attempts, message.error = 0, None
    await enqueue(db, send, lock=f"message:{message.id}", message_id=message.id)
    return message


# -- the outbox ------------------------------------------------------------------------------------------------------


@job(clause="4.3.3")
async def send(database: Database, message_id: str) -> None:
    """Hand one message to the mail server. Raises TryLater, upon which the jobs try again with growing pauses."""
    async with unit_of_work(database, clauses=("4.3.3",), action="send") as db:
        message = await _locked(db, message_id)
        if message is None or LIFECYCLE.states[message.status] != "open":
            return
        await LIFECYCLE.advance(db, RULES, "begin", message)
        message.attempts += 1
        letter = mail.Letter(str(message.id), message.email or "", message.to_name, message.subject, message.body)
    failure: mail.NotSent | None = None
    caught = False
    # No transaction is open while a mail server takes its time.
    try:
        caught = not await mail.send(database.settings, letter)
    except mail.NotSent as refused:
        failure = refused
    async with unit_of_work(database, clauses=("4.3.3",), action="send") as db:
        message = await _locked(db, message_id)
        if message is None or message.status != "sending":
            return
        if failure is None:
            await LIFECYCLE.advance(db, RULES, "deliver", message)
            message.sent_at, message.error, message.caught = clock.now(), None, caught
            emit(db, MessageSent(message.id, message.order_id))
            return
        if isinstance(failure, mail.Undeliverable) or message.attempts >= MAX_ATTEMPTS:
            await _fail(db, message, failure.code)
            return
        await LIFECYCLE.advance(db, RULES, "postpone", message, failure.code)
        message.error = failure.code
    raise failure


async def _locked(db: AsyncSession, message_id: str) -> Message | None:
    return await db.get(Message, UUID(message_id), with_for_update=True)


async def _fail(db: AsyncSession, message: Message, code: str) -> None:
    await LIFECYCLE.advance(db, RULES, "fail", message, code)
    message.error = code
    emit(db, MessageFailed(message.id, message.order_id))
    await obligations.tell(
        db,
        [message.owner_id] if message.owner_id else [],
        "message.failed",
        Text("消息未能发送：{subject}（{code}）", "A message could not be sent: {subject} ({code})").of(
            subject=message.subject[:100], code=code
        ),
        clause="4.3.3",
        resource="message",
        record_id=message.id,
    )


# -- the measure -----------------------------------------------------------------------------------------------------


def _due(window: Window) -> Records:
    """Messages of the period that have left, have failed, or should have left by its end."""
    settled = or_(Message.status.in_(("sent", "failed")), Message.created_at < window.until - LATE_AFTER)
    return select(
        Message.id, Message.subject.label("title"), literal("message").label("resource"), Message.created_at.label("at")
    ).where(Message.created_at >= window.since, Message.created_at < window.until, settled)


def _not_told(window: Window) -> Records:
    """Of these, what has not reached the mail server."""
    return _due(window).where(Message.status != "sent")


SENT = control(
    "message.sent",
    "发给客户的消息都已送出",
    "Messages to customers have left the house",
    clause="4.3.3",
    population=_due,
    failing=_not_told,
    green=0.99,
    amber=0.95,
)
