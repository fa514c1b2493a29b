"""1.2 Leave, and who stands in meanwhile: the delegate sees and does what the absent person would, at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from zhidu.kernel import clock
from zhidu.kernel.db import new_id
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Conflict, Malformed, Refused
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Absence, Account
from zhidu.policy.actor import Actor

LIFECYCLE = Lifecycle(
    "absence",
    {"planned": "open", "cancelled": "ended"},
    cancel=step("planned", "cancelled", clause="1.2"),
)

_delegate = aliased(Account)

LISTING = Listing(
    "absence",
    Absence,
    extra=(Account.name.label("account_name"), _delegate.name.label("delegate_name")),
    joins=((Account, Account.id == Absence.account_id), (_delegate, _delegate.id == Absence.delegate_id)),
    filters=(Absence.account_id, Absence.delegate_id, Absence.status, Absence.begins_at, Absence.ends_at),
    sorts=(Absence.begins_at,),
    default_sort="-begins_at",
    owner=Absence.__table__.c.account_id,
    lifecycle=LIFECYCLE,
)


class NotYourDelegate(Refused):
    """403: who registers somebody else's absence cannot give himself that person's duties (separation of duties)."""

    slug = "not-your-delegate"

    def __init__(self) -> None:
        super().__init__(
            Text(
                "为他人登记请假时，不能把自己设为代理人（1.2，职责分离）",
                "Who registers another's absence cannot be the one who stands in (1.2, separation of duties)",
            ),
            clause="1.2",
        )


async def register(
    db: AsyncSession, actor: Actor,
    *, account_id: UUID | None, delegate_id: UUID | None, begins_at: datetime, ends_at: datetime, kind: str,
) -> Absence:  # fmt: skip
    """A person registers his own absence, HR anybody's. Raises Refused, Malformed, Conflict."""
    absent = account_id or actor.id
    actor.must(duties.CREATE_ABSENCE, {"owner_id": absent})
    if absent is None:
        raise Malformed.at("/account_id", Text("必填", "Required"), "missing")
    if absent != actor.id and delegate_id is not None and delegate_id == actor.id:
        raise NotYourDelegate
    if ends_at <= begins_at or ends_at <= clock.now():
        raise Malformed.at(
            "/ends_at", Text("应晚于开始时间和现在", "Must be after the beginning, and after now"), "order"
        )
    if delegate_id == absent:
        raise Malformed.at("/delegate_id", Text("不能由本人代理", "Nobody stands in for himself"), "self")
    # Locked in one order, so that two absences that point at each other wait instead of deadlocking.
    people = [person for person in (absent, delegate_id) if person is not None]
    locked = select(Account).where(Account.id.in_(people)).order_by(Account.id).with_for_update()
    active = {account.id for account in await db.scalars(locked) if account.status == "active"}
    for pointer, person in (("/account_id", absent), ("/delegate_id", delegate_id)):
        if person is not None and person not in active:
            raise Malformed.at(pointer, Text("没有这个在职员工", "No such active member of staff"), "reference")
    away = set(
        await db.scalars(
            select(Absence.account_id).where(
                Absence.account_id.in_(people),
                Absence.status == "planned",
                Absence.begins_at < ends_at,
                Absence.ends_at > begins_at,
            )
        )
    )
    if absent in away:
        raise Conflict(Text("这段时间已登记请假", "There is an absence in that time already"))
    if delegate_id in away:
        raise Conflict(Text("代理人这段时间也不在", "The one who stands in is away in that time too"))
    absence = Absence(
        id=new_id(), account_id=absent, delegate_id=delegate_id, begins_at=begins_at, ends_at=ends_at, kind=kind,
        status=LIFECYCLE.initial,
    )  # fmt: skip
    db.add(absence)
    return absence


async def cancel(db: AsyncSession, actor: Actor, absence: Absence, note: str | None = None) -> Absence:
    """The person is here after all: whoever stood in stands in no longer."""
    actor.must(duties.CANCEL_ABSENCE, absence)
    await LIFECYCLE.advance(db, actor, "cancel", absence, note)
    return absence
