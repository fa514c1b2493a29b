"""1.1, 1.2 Versions of the regulation: drafted, submitted, approved by another person, published, superseded."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from zhidu.kernel import clock
from zhidu.kernel.events import Event, emit
from zhidu.kernel.jobs import every
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Conflict, Malformed, Refused
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import RULES, Actor
from zhidu.policy.deciders import all_who_may
from zhidu.regulation import amendments
from zhidu.regulation.acknowledgements import ask_everyone
from zhidu.regulation.clauses import LIFECYCLE, WORDING, Clause, RegulationVersion, version_in_force
from zhidu.regulation.obligations import tell

_author, _submitter, _approver = aliased(Account), aliased(Account), aliased(Account)

LISTING = Listing(
    "regulation_version",
    RegulationVersion,
    show=[c for c in RegulationVersion.__table__.c if c.name != "editors"],
    extra=(
        _author.name.label("created_by_name"),
        _submitter.name.label("submitted_by_name"),
        _approver.name.label("approved_by_name"),
    ),
    joins=(
        (_author, _author.id == RegulationVersion.created_by),
        (_submitter, _submitter.id == RegulationVersion.submitted_by),
        (_approver, _approver.id == RegulationVersion.approved_by),
    ),
    filters=(RegulationVersion.status,),
    sorts=(RegulationVersion.number,),
    default_sort="-number",
    lifecycle=LIFECYCLE,
)


@dataclass(frozen=True, slots=True)
class RegulationPublished(Event):
    """A version was published; from `in_force_from` on it binds."""

    in_force_from: date


async def draft(
    db: AsyncSession, actor: Actor, *, title: str | None, summary: str | None, in_force_from: date | None
) -> RegulationVersion:
    """A new version, which begins as the text that is in force."""
    actor.must(duties.CREATE_REGULATION_VERSION)
    await _one_at_a_time(db)
    now = await db.scalar(select(RegulationVersion).where(RegulationVersion.id == version_in_force(clock.today())))
    if now is None:
        raise Conflict(Text("还没有可修订的制度", "There is no regulation to revise yet"))
    last = await db.scalar(select(func.max(RegulationVersion.number)))
    version = RegulationVersion(
        number=(last or 0) + 1,
        title=title or now.title,
        summary=summary,
        in_force_from=in_force_from,
        based_on_id=now.id,
        editors=[],
    )
    db.add(version)
    await db.flush()
    copied = ("clause", "chapter", *WORDING)
    text = select(
        func.gen_random_uuid(), literal(1), literal(version.id), *(getattr(Clause, name) for name in copied)
    ).where(Clause.version_id == now.id)
    await db.execute(insert(Clause).from_select(["id", "version", "version_id", *copied], text))
    return version


async def revise(db: AsyncSession, actor: Actor, version: RegulationVersion, **changes: Any) -> RegulationVersion:
    """Change what a draft is called, what it says of itself, and from when it is to bind."""
    actor.must(duties.UPDATE_REGULATION_VERSION, version)
    LIFECYCLE.check("update", version.status)
    for name, value in changes.items():
        setattr(version, name, value)
    return version


async def submit(
    db: AsyncSession, actor: Actor, version: RegulationVersion, note: str | None = None
) -> RegulationVersion:
    """The draft is ready to be decided upon; the general managers hear of it."""
    actor.must(duties.SUBMIT_REGULATION_VERSION, version)
    await LIFECYCLE.advance(db, actor, "submit", version, note)
    if not await amendments.difference(db, version.based_on_id, version.id):
        raise Conflict(Text("草案与现行制度没有差别", "The draft does not differ from the regulation in force"))
    version.submitted_by = actor.id
    await tell(
        db,
        await all_who_may(db, duties.APPROVE_REGULATION_VERSION, but=actor.id),
        "regulation_version.submitted",
        Text("有制度草案待批准：{title}", "A draft of the regulation waits for you: {title}").of(title=version.title),
        clause="1.1",
        resource="regulation_version",
        record_id=version.id,
    )
    return version


async def approve(
    db: AsyncSession, actor: Actor, version: RegulationVersion, note: str | None = None
) -> RegulationVersion:
    """Another person than those who wrote it finds it right."""
    actor.must(duties.APPROVE_REGULATION_VERSION, version)
    if str(actor.id) in version.editors:
        raise Refused(
            Text(
                "您修改过这个草案，不能批准它（1.1，职责分离）",
                "You wrote in this draft; another person approves it (1.1)",
            ),
            duty=duties.APPROVE_REGULATION_VERSION.name,
            clause="1.1",
        )
    await LIFECYCLE.advance(db, actor, "approve", version, note)
    version.approved_by = actor.id
    return version


async def return_(db: AsyncSession, actor: Actor, version: RegulationVersion, reason: str) -> RegulationVersion:
    """It is not right yet, for a reason; it becomes a draft again."""
    actor.must(duties.RETURN_REGULATION_VERSION, version)
    await LIFECYCLE.advance(db, actor, "return", version, reason)
    version.approved_by = None
    await tell(
        db,
        [who for who in (version.created_by, version.submitted_by) if who is not None],
        "regulation_version.returned",
        Text("制度草案被退回：{title}（{reason}）", "Your draft came back: {title} ({reason})").of(
            title=version.title, reason=reason[:100]
        ),
        clause="1.1",
        resource="regulation_version",
        record_id=version.id,
    )
    return version


async def publish(
    db: AsyncSession,
    actor: Actor,
    version: RegulationVersion,
    in_force_from: date | None = None,
    note: str | None = None,
) -> RegulationVersion:
    """It binds from a date on; everybody whom it binds has seven days to acknowledge it."""
    actor.must(duties.PUBLISH_REGULATION_VERSION, version)
    await _one_at_a_time(db)
    await LIFECYCLE.advance(db, actor, "publish", version, note)
    if in_force_from is not None and in_force_from < clock.today():
        raise Malformed.at("/in_force_from", Text("不能早于今天", "Not before today"), "past")
    # A draft that waited longer than it meant to begins today: nobody is bound backwards.
    version.in_force_from = max(in_force_from or version.in_force_from or clock.today(), clock.today())
    youngest = await db.scalar(
        select(func.max(RegulationVersion.in_force_from)).where(RegulationVersion.status == "published")
    )
    if youngest is not None and version.in_force_from < youngest:
        raise Malformed.at(
            "/in_force_from",
            Text("不能早于已发布版本的生效日期 {day}", "Not before the published version of {day}").of(day=youngest),
            "order",
        )
    version.published_at = clock.now()
    await db.flush()
    await supersede(db)
    await ask_everyone(db)
    emit(db, RegulationPublished(version.id, version.in_force_from))
    return version


@every("1 16 * * *", clause="1.1")
async def supersede(db: AsyncSession) -> None:
    """At the beginning of the company's day: what a younger version has replaced is superseded."""
    binding = version_in_force(clock.today())
    older = (
        select(RegulationVersion)
        .where(
            RegulationVersion.status == "published",
            RegulationVersion.in_force_from <= clock.today(),
            RegulationVersion.id != binding,
        )
        .with_for_update()
    )
    for version in (await db.scalars(older)).all():
        await LIFECYCLE.advance(db, RULES, "supersede", version)


async def _one_at_a_time(db: AsyncSession) -> None:
    """Two drafts do not take one number, nor two publications one date."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtext("regulation.version"))))
