"""1.1 How each clause stands: its text, its colour by its controls, what of it is open; a few queries for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import ARRAY, bindparam, func, select, text
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.texts import Text
from zhidu.regulation.clauses import Clause, RegulationVersion, version_in_force
from zhidu.regulation.controls import CONTROLS, Control, ControlResult
from zhidu.regulation.obligations import LIFECYCLE, Obligation

State = Literal["green", "amber", "red", "grey", "unmeasured"]
# The worst colour of its controls is the colour of a clause; a control without anything to look at says less than one
# that holds, and never hides one that fails.
_WORST: tuple[State, ...] = ("red", "amber", "grey", "green")


@dataclass(frozen=True, slots=True)
class Measured:
    """A control with its latest result, None if it has not run yet."""

    control: Control
    result: ControlResult | None

    @property
    def state(self) -> State:
        """The colour; grey until it has run."""
        return "grey" if self.result is None else cast(State, self.result.state)


@dataclass(slots=True)
class Standing:
    """A clause of the regulation in force and how it is lived."""

    clause: Clause
    controls: list[Measured] = field(default_factory=list)
    open: int = 0
    late: int = 0

    @property
    def state(self) -> State:
        """The worst of its controls; 'unmeasured' where none is declared, never green."""
        return worst(measured.state for measured in self.controls)

    @property
    def text(self) -> Text:
        """What the clause says, or the title of a chapter."""
        row = self.clause
        return Text(row.zh or row.title_zh or "", row.en or row.title_en or "")


def worst(states: Iterable[State]) -> State:
    """The worst of these; 'unmeasured' of none."""
    found = set(states)
    return next((state for state in _WORST if state in found), "unmeasured")


async def regulation_in_force(db: AsyncSession) -> RegulationVersion | None:
    """The version that binds today."""
    return await db.scalar(select(RegulationVersion).where(RegulationVersion.id == version_in_force(clock.today())))


async def latest_results(db: AsyncSession, controls: Sequence[Control]) -> list[Measured]:
    """Each control with what it measured last: one step down the index a control."""
    asked = (
        func.unnest(bindparam("names", [c.name for c in controls], ARRAY(SqlText))).table_valued("name").alias("asked")
    )
    last = (
        select(ControlResult)
        .where(ControlResult.control == asked.c.name)
        .order_by(ControlResult.measured_at.desc())
        .limit(1)
        .correlate(asked)
        .lateral("last")
    )
    found = select(ControlResult).from_statement(select(last).select_from(asked.join(last, text("true"))))
    by_name = {result.control: result for result in await db.scalars(found)}
    return [Measured(control, by_name.get(control.name)) for control in controls]


async def standings(db: AsyncSession, version_id: UUID, clause: str | None = None) -> list[Standing]:
    """Every clause of a version (or one of them) as it stands now; three queries."""
    rows = select(Clause).where(Clause.version_id == version_id).order_by(Clause.position)
    if clause is not None:
        rows = rows.where(Clause.clause == clause)
    found = [Standing(row) for row in await db.scalars(rows)]
    named = {standing.clause.clause: standing for standing in found}
    for measured in await latest_results(db, [c for c in CONTROLS.values() if c.clause in named]):
        named[measured.control.clause].controls.append(measured)
    counts = (
        select(Obligation.clause, func.count(), func.count().filter(Obligation.due_at < clock.now()))
        .where(Obligation.status.in_(LIFECYCLE.of_category("open")))
        .group_by(Obligation.clause)
    )
    if clause is not None:
        counts = counts.where(Obligation.clause == clause)
    for of, opened, late in await db.execute(counts):
        if of in named:
            named[of].open, named[of].late = opened, late
    return found


@dataclass(frozen=True, slots=True)
class Point:
    """What a control measured on a day: its last result of that day."""

    control: str
    measured_at: datetime
    state: str
    share: float | None
    population: int
    failing: int
    figure: float | None


_BY_DAY = text(
    """
    SELECT DISTINCT ON (control, date_trunc('day', measured_at, 'Asia/Shanghai'))
           control, measured_at, state, share, population, failing, figure
    FROM control_result WHERE control = ANY(:names) AND measured_at >= :since
    ORDER BY control, date_trunc('day', measured_at, 'Asia/Shanghai') DESC, measured_at DESC
    """
).bindparams(bindparam("names", type_=ARRAY(SqlText)))


async def history(db: AsyncSession, names: Sequence[str], since: datetime) -> dict[str, list[Point]]:
    """What controls measured, one point a day, oldest first: what a chart draws."""
    found: dict[str, list[Point]] = {name: [] for name in names}
    for row in await db.execute(_BY_DAY, {"names": list(names), "since": since}):
        found[row.control].insert(0, Point(*row))
    return found


def in_language(zh: str | None, en: str | None, language: str) -> str | None:
    """A wording of the regulation in one language; None where it has none."""
    return None if zh is None and en is None else Text(zh or en or "", en or zh or "").to(language)


def plain(result: ControlResult) -> dict[str, Any]:
    """A result as it is shown."""
    return {
        "measured_at": result.measured_at,
        "since": result.since,
        "until": result.until,
        "state": result.state,
        "share": result.share,
        "population": result.population,
        "failing": result.failing,
        "figure": result.figure,
    }
