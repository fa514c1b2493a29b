"""1.1 Amendments: what a draft of the regulation changes, clause by clause, and how two versions differ."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel.problem import Conflict, Malformed
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation import coverage
from zhidu.regulation.clauses import LIFECYCLE, Clause, RegulationVersion

# What makes a clause another one: not where it stands.
SAID = ("owner", "title_zh", "title_en", "zh", "en", "serves", "control_zh", "control_en")


async def clauses_of(db: AsyncSession, version_id: UUID | None) -> list[Clause]:
    """The clauses of a version, in their order."""
    return list(await db.scalars(select(Clause).where(Clause.version_id == version_id).order_by(Clause.position)))


async def clause_of(db: AsyncSession, version_id: UUID, clause: str) -> Clause | None:
    """One clause of a version, locked for its change."""
    return await db.scalar(
        select(Clause).where(Clause.version_id == version_id, Clause.clause == clause).with_for_update()
    )


async def amend(db: AsyncSession, actor: Actor, version: RegulationVersion, row: Clause, **changes: Any) -> Clause:
    """Say a clause of a draft otherwise; a chapter has a title, a clause has a text."""
    _write_in(actor, version)
    foreign = [name for name in changes if name.startswith("title_") != (row.title_zh is not None)]
    if foreign:
        raise Malformed.at(
            f"/{foreign[0]}", Text("章只有标题，条只有正文", "A chapter has a title, a clause a text"), "kind"
        )
    for name, value in changes.items():
        setattr(row, name, value)
    return row


async def insert(db: AsyncSession, actor: Actor, version: RegulationVersion, *, clause: str, **said: Any) -> Clause:
    """A clause more, at its place in the order."""
    _write_in(actor, version)
    standing = await clauses_of(db, version.id)
    if any(row.clause == clause for row in standing):
        raise Conflict(Text("已有第 {clause} 条", "There is a clause {clause} already").of(clause=clause))
    chapter = clause.partition(".")[0]
    if chapter not in {row.clause for row in standing}:
        raise Malformed.at("/clause", Text("没有第 {c} 章", "There is no chapter {c}").of(c=chapter), "chapter")
    before = [row.position for row in standing if _order(row.clause) < _order(clause)]
    place = max(before) + 1
    await db.execute(
        update(Clause)
        .where(Clause.version_id == version.id, Clause.position >= place)
        .values(position=Clause.position + 1),
        execution_options={"synchronize_session": False},
    )
    row = Clause(version_id=version.id, clause=clause, chapter=chapter, position=place, **said)
    db.add(row)
    return row


async def repeal(db: AsyncSession, actor: Actor, version: RegulationVersion, row: Clause) -> None:
    """A clause less; not one by which the program lives."""
    _write_in(actor, version)
    cited = coverage.by_clause(()).get(row.clause)
    if cited is not None or row.title_zh is not None:
        raise Conflict(
            Text(
                "第 {clause} 条不能删除：系统的职责依据它；可以修改它的文字",
                "Clause {clause} cannot be repealed: duties of the system stand on it; its wording may be changed",
            ).of(clause=row.clause)
        )
    await db.delete(row)


def _write_in(actor: Actor, version: RegulationVersion) -> None:
    actor.must(duties.UPDATE_REGULATION_VERSION, version)
    LIFECYCLE.check("update", version.status)
    if str(actor.id) not in version.editors:
        version.editors = [*version.editors, str(actor.id)]


def _order(clause: str) -> tuple[int, ...]:
    return tuple(int(part) for part in clause.split("."))


@dataclass(frozen=True, slots=True)
class Difference:
    """How a clause differs between two versions."""

    clause: str
    change: Literal["added", "removed", "changed"]
    fields: tuple[str, ...]
    before: Clause | None
    after: Clause | None


async def difference(db: AsyncSession, before_id: UUID | None, after_id: UUID) -> list[Difference]:
    """What is added, removed or said otherwise, in the order of the regulation."""
    before = {row.clause: row for row in await clauses_of(db, before_id)}
    after = {row.clause: row for row in await clauses_of(db, after_id)}
    found = []
    for clause in sorted(before.keys() | after.keys(), key=_order):
        old, new = before.get(clause), after.get(clause)
        fields = tuple(name for name in SAID if getattr(old, name, None) != getattr(new, name, None))
        if old is None or new is None:
            found.append(Difference(clause, "added" if old is None else "removed", fields, old, new))
        elif fields:
            found.append(Difference(clause, "changed", fields, old, new))
    return found
