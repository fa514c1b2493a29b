"""Controls: a measured statement that says whether a clause is lived.

A domain declares a control beside its rules: the records in question (`population`), those that break the clause
(`failing`), a period and a threshold. Both are selects over live rows, so that the number and the records behind it
cannot disagree. A control without any record in its period is grey, never green; a clause without a control is 'not yet
measured'.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias
from uuid import UUID

import structlog
from sqlalchemy import Index, Select, column, exists, func, literal, select, values
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Model, new_id
from zhidu.kernel.jobs import every
from zhidu.kernel.texts import Text
from zhidu.regulation.clauses import Clause, version_in_force

log = structlog.get_logger(__name__)

State = Literal["green", "amber", "red", "grey"]


@dataclass(frozen=True, slots=True)
class Window:
    """The period that a control looks at: from `since` (inclusive) to `until` (exclusive)."""

    since: datetime
    until: datetime


# (id, title, resource, at) of records.
Records: TypeAlias = Select[*tuple[Any, ...]]
Rows = Callable[[Window], Records]


@dataclass(frozen=True, slots=True)
class Control:
    """A control of one clause.

    population and failing select (id, title, resource, at) of records; `failing` is a subset of the population.
    green and amber are shares of the population that hold (1.0 = none may fail). figure, if given, selects one number
    that the clause asks for besides (a median, a rate), shown but not judged.
    """

    name: str
    clause: str
    title: Text
    population: Rows
    failing: Rows
    green: float
    amber: float
    period: timedelta
    figure: Callable[[Window], Records] | None
    figure_unit: Text | None


CONTROLS: dict[str, Control] = {}


def control(
    name: str,
    zh: str,
    en: str,
    *,
    clause: str,
    population: Rows,
    failing: Rows,
    green: float = 1.0,
    amber: float = 1.0,
    period: timedelta = timedelta(days=30),
    figure: Callable[[Window], Records] | None = None,
    figure_unit: Text | None = None,
) -> Control:
    """Declare a control; `must be 0` is green=1.0, amber=1.0: a single failing record makes it red."""
    if name in CONTROLS:
        raise ValueError(f"control {name} stands twice")
    CONTROLS[name] = Control(name, clause, Text(zh, en), population, failing, green, amber, period, figure, figure_unit)
    return CONTROLS[name]


class ControlResult(Model):
    """What a control measured at a moment; results are added, never changed."""

    __tablename__ = "control_result"
    __table_args__ = (
        Index("ix_control_result_control", "control", "measured_at"),
        Index("ix_control_result_clause", "clause", "measured_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    control: Mapped[str]
    clause: Mapped[str]
    measured_at: Mapped[datetime]
    since: Mapped[datetime]
    until: Mapped[datetime]
    population: Mapped[int]
    failing: Mapped[int]
    share: Mapped[float | None] = mapped_column(doc="The share that holds; empty when there was nothing to look at.")
    figure: Mapped[float | None]
    state: Mapped[str]


def window_of(of: Control, now: datetime) -> Window:
    """The control's period, ending now."""
    return Window(now - of.period, now)


def judged(of: Control, population: int, failing: int) -> tuple[State, float | None]:
    """The colour and the share that holds."""
    if population == 0:
        return "grey", None
    share = 1 - failing / population
    return ("green" if share >= of.green else "amber" if share >= of.amber else "red"), share


async def measure(db: AsyncSession, of: Control) -> ControlResult:
    """Measure a control now and keep the result: two counts, and the figure if it has one."""
    now = clock.now()
    window = window_of(of, now)
    population = await db.scalar(select(func.count()).select_from(of.population(window).subquery()))
    failing = await db.scalar(select(func.count()).select_from(of.failing(window).subquery()))
    figure = None if of.figure is None else await db.scalar(of.figure(window))
    state, share = judged(of, population or 0, failing or 0)
    result = ControlResult(
        control=of.name,
        clause=of.clause,
        measured_at=now,
        since=window.since,
        until=window.until,
        population=population or 0,
        failing=failing or 0,
        share=share,
        figure=None if figure is None else float(figure),
        state=state,
    )
    db.add(result)
    return result


@every("7 * * * *", clause="1.1")
async def measure_all(db: AsyncSession) -> None:
    """Every control, every hour; one that cannot be measured does not keep the others from it, and 1.1 shows it."""
    for declared in sorted(CONTROLS.values(), key=lambda c: c.clause == "1.1"):  # what measures the measuring, last
        try:
            async with db.begin_nested():
                await measure(db, declared)
                await db.flush()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            log.warning("control_failed", control=declared.name, reason=str(error.orig)[:300])


# -- 1.1 The regulation is measured ------------------------------------------------------------------------------------


def _declared(window: Window) -> Records:
    """Every other control that the program declares."""
    rows = [(c.name, c.title.zh) for c in CONTROLS.values() if c.clause != "1.1"]
    known = values(column("id", SqlText), column("title", SqlText), name="declared").data(rows)
    at = literal(window.until, ControlResult.measured_at.type).label("at")
    return select(known.c.id, known.c.title, literal("control").label("resource"), at)


def _not_run(window: Window) -> Records:
    """Those without a result in the period."""
    declared = _declared(window)
    name = declared.selected_columns.id
    ran = exists().where(ControlResult.control == name, ControlResult.measured_at >= window.since)
    return declared.where(~ran)


def _measured(window: Window) -> Records:
    """The latest result of each other control in the period, where there was something to look at."""
    last = (
        select(ControlResult.control, ControlResult.state, ControlResult.measured_at)
        .ext(distinct_on(ControlResult.control))
        .where(ControlResult.measured_at >= window.since, ControlResult.clause != "1.1")
        .order_by(ControlResult.control, ControlResult.measured_at.desc())
        .subquery("last")
    )
    return select(
        last.c.control.label("id"),
        last.c.control.label("title"),
        literal("control").label("resource"),
        last.c.measured_at.label("at"),
        last.c.state,
    ).where(last.c.state != "grey")


def _does_not_hold(window: Window) -> Records:
    """Those that are amber or red."""
    measured = _measured(window)
    return measured.where(measured.selected_columns.state != "green")


def _share_of_clauses(window: Window) -> Records:
    """Percent of the clauses in force that have a control."""
    clauses = sorted({c.clause for c in CONTROLS.values()})
    have = func.count().filter(Clause.clause.in_(clauses))
    in_force = version_in_force(window.until.astimezone(clock.COMPANY_ZONE).date())
    return select(100.0 * have / func.nullif(func.count(), 0)).where(
        Clause.version_id == in_force, Clause.zh.is_not(None)
    )


RAN = control(
    "control.ran",
    "控制项在周期内已测量",
    "Controls ran in their period",
    clause="1.1",
    population=_declared,
    failing=_not_run,
    period=timedelta(days=1),
    figure=_share_of_clauses,
    figure_unit=Text("% 的条款有控制项", "% of the clauses have a control"),
)
HOLD = control(
    "control.holds",
    "已测量的控制项达标",
    "Controls that were measured hold",
    clause="1.1",
    population=_measured,
    failing=_does_not_hold,
    green=0.9,
    amber=0.6,
    period=timedelta(days=1),
)
