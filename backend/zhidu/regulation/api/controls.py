"""1.1, 8.1.2 /regulation/controls: what is measured, what it measured, and the records behind a number."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request
from pydantic import Field
from sqlalchemy import Uuid, bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from zhidu.kernel import clock
from zhidu.kernel.page import dumps
from zhidu.kernel.problem import Missing
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import Out
from zhidu.policy import duties
from zhidu.policy.duties import DUTIES
from zhidu.policy.guard import CurrentActor, Db, Reader, duty_router, on_duty, problems
from zhidu.regulation import coverage, standing
from zhidu.regulation.api.clauses import CHART_DAYS, ClauseControlOut, ControlStateOut, PointOut, cited_by, control_out
from zhidu.regulation.api.cursors import cursor_after, read_cursor
from zhidu.regulation.controls import CONTROLS, Control, measure, window_of
from zhidu.regulation.standing import Measured, in_language


class ControlOut(ControlStateOut):
    """A control and its latest result."""

    clause: str = Field(examples=["1.3.4"])
    green: float = Field(description="From this share on it is green.", examples=[0.95])
    amber: float = Field(description="From this share on it is amber.", examples=[0.8])
    period_days: float = Field(description="The days that it looks back on.", examples=[30])


class UnmeasuredOut(Out):
    """A clause that nothing measures yet."""

    clause: str = Field(examples=["8.1.1"])
    text: str = Field(examples=["建立监督机制，定期检查各部门各岗位。"])
    control_text: str | None = Field(description="What is to be measured.", examples=["各部门应做与已做的检查。"])


class ControlsOut(Out):
    """Every control with its latest result, and the clauses that have none."""

    items: list[ControlOut]
    unmeasured: list[UnmeasuredOut]


class ControlDetail(ClauseControlOut):
    """A control with its history."""

    clause: str = Field(examples=["1.3.4"])


class ControlRowOut(Out):
    """A record behind a number."""

    id: str = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    title: str | None = Field(
        description="Null where the caller may not read such records.", examples=["D20261125-7K3M 上海云帆科技"]
    )
    resource: str = Field(examples=["handover"])
    at: datetime = Field(examples=["2026-11-25T06:05:00Z"])


class ControlRows(Out):
    """The records that a control looks at, newest first, by the state of this moment."""

    items: list[ControlRowOut]
    next_cursor: str | None = Field(description="Ask for the next page with it; null on the last.", examples=[None])
    total: int = Field(examples=[4])
    since: datetime = Field(description="The period's beginning.", examples=["2026-10-26T06:07:00Z"])
    until: datetime = Field(examples=["2026-11-25T06:07:00Z"])


class CoverageOut(Out):
    """What of the program lives by a clause."""

    clause: str = Field(examples=["4.3.1"])
    operations: int = Field(examples=[9])
    steps: int = Field(examples=[3])
    obligations: int = Field(examples=[1])
    controls: int = Field(examples=[1])
    duties: int = Field(examples=[7])


class CoverageReport(Out):
    """Clause -> code."""

    items: list[CoverageOut]
    without_code: list[str] = Field(
        description="Clauses that no operation, step, obligation or control cites.", examples=[["6.1.1"]]
    )
    unmeasured: list[str] = Field(description="Clauses without a control.", examples=[["8.1.1"]])


router = duty_router("/regulation/controls", "regulation.controls")
report = duty_router("/regulation/coverage", "regulation.controls")
Name = Annotated[str, Path(pattern=r"^[a-z0-9_.]{3,64}$", description="The control's name.", examples=["control.ran"])]
_ONE = problems(401, 403, 404, 422, 503)


def _control(name: str) -> Control:
    if name not in CONTROLS:
        raise Missing(Text("没有这个控制项", "There is no such control"))
    return CONTROLS[name]


def _facts(measured: Measured, language: str) -> dict[str, Any]:
    control = measured.control
    return control_out(measured, language) | {
        "clause": control.clause,
        "green": control.green,
        "amber": control.amber,
        "period_days": control.period / timedelta(days=1),
    }


@router.get("", response_model=ControlsOut, **on_duty(duties.READ_CONTROL))
async def list_controls(request: Request, db: Reader) -> Response:
    """Every control with its latest result; and what the regulation in force has nobody measure yet."""
    language = request.scope["language"]
    latest = await standing.latest_results(db, sorted(CONTROLS.values(), key=lambda c: clause_order(c.clause)))
    version = await standing.regulation_in_force(db)
    found = [] if version is None else await standing.standings(db, version.id)
    unmeasured = [
        {
            "clause": one.clause.clause,
            "text": one.text.to(language),
            "control_text": in_language(one.clause.control_zh, one.clause.control_en, language),
        }
        for one in found
        if one.clause.zh is not None and not one.controls
    ]
    answer = {"items": [_facts(measured, language) for measured in latest], "unmeasured": unmeasured}
    return Response(dumps(answer), media_type="application/json")


def clause_order(clause: str) -> tuple[int, ...]:
    """4.3.10 comes after 4.3.9."""
    return tuple(int(part) for part in clause.split("."))


@router.get("/{name}", response_model=ControlDetail, **{**on_duty(duties.READ_CONTROL), "responses": _ONE})
async def get_control(name: Name, request: Request, db: Reader) -> Response:
    """A control with its history, one point a day."""
    return await _shown(db, _control(name), request.scope["language"])


@router.post("/{name}/run", response_model=ControlDetail, **{**on_duty(duties.RUN_CONTROL), "responses": _ONE})
async def run_control(name: Name, request: Request, db: Db) -> Response:
    """Measure it now."""
    control = _control(name)
    await measure(db, control)
    await db.flush()
    return await _shown(db, control, request.scope["language"])


async def _shown(db: AsyncSession, control: Control, language: str) -> Response:
    [measured] = await standing.latest_results(db, [control])
    points = await standing.history(db, [control.name], clock.now() - CHART_DAYS)
    shown = _facts(measured, language)
    shown["history"] = [{key: getattr(point, key) for key in PointOut.model_fields} for point in points[control.name]]
    return Response(dumps(shown), media_type="application/json")


@router.get("/{name}/rows", response_model=ControlRows, **{**on_duty(duties.READ_CONTROL_ROWS), "responses": _ONE})
async def list_control_rows(
    name: Name,
    db: Reader,
    actor: CurrentActor,
    failing: Annotated[bool, Query(description="Those that break the clause; false: all that are looked at.")] = True,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows a page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=200, description="next_cursor of the page before.")] = None,
) -> Response:
    """The records behind the number."""
    control = _control(name)
    window = window_of(control, clock.now())
    behind = (control.failing if failing else control.population)(window).subquery("behind")
    asked = select(behind.c.id, behind.c.title, behind.c.resource, behind.c.at)
    if cursor is not None:
        at, last = read_cursor(cursor, UUID if isinstance(behind.c.id.type, Uuid) else str)
        here = tuple_(bindparam("_at", at, behind.c.at.type), bindparam("_id", last, behind.c.id.type))
        asked = asked.where(tuple_(behind.c.at, behind.c.id) < here)
    rows = (await db.execute(asked.order_by(behind.c.at.desc(), behind.c.id.desc()).limit(limit + 1))).all()
    total = await db.scalar(select(func.count()).select_from(behind))
    # The mapping of a union's row has labels for keys, which orjson does not take for texts.
    items = [{str(name): value for name, value in row._mapping.items()} for row in rows[:limit]]
    for item in items:
        reads = DUTIES.get(f"{item['resource']}.read")
        if reads is not None and not actor.may(reads).allowed:
            item["title"] = None
    after = cursor_after(rows[limit - 1].at, rows[limit - 1].id) if len(rows) > limit else None
    answer = {"items": items, "next_cursor": after, "total": total, "since": window.since, "until": window.until}
    return Response(dumps(answer), media_type="application/json")


@report.get("", response_model=CoverageReport, **on_duty(duties.READ_CONTROL))
async def read_coverage(request: Request, db: Reader) -> Response:
    """Which clauses of the regulation in force have code, and which have none yet."""
    version = await standing.regulation_in_force(db)
    found = [] if version is None else await standing.standings(db, version.id)
    cited = cited_by(request)
    items, without, unmeasured = [], [], []
    for one in found:
        if one.clause.zh is None:
            continue
        clause, of = one.clause.clause, cited.get(one.clause.clause, coverage.Cited())
        kinds = ("operation", "step", "obligation", "control", "duty")
        names = ("operations", "steps", "obligations", "controls", "duties")
        items.append({"clause": clause} | {n: len(of.of(kind)) for n, kind in zip(names, kinds, strict=True)})
        if not of.lived:
            without.append(clause)
        if not one.controls:
            unmeasured.append(clause)
    answer = {"items": items, "without_code": without, "unmeasured": unmeasured}
    return Response(dumps(answer), media_type="application/json")
