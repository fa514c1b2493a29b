"""1.1 /regulation/clauses: the regulation in force, and how each clause of it is lived."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Request
from pydantic import Field
from starlette.responses import Response

from zhidu.kernel import clock
from zhidu.kernel.page import Query, dumps
from zhidu.kernel.problem import Missing
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import Out
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.policy.duties import DUTIES
from zhidu.policy.guard import CurrentActor, Reader, connection_of, duty_router, house_of, on_duty, problems
from zhidu.regulation import acknowledgements, coverage, obligations, standing
from zhidu.regulation.clauses import Clause
from zhidu.regulation.coverage import Cited
from zhidu.regulation.standing import Measured, Standing, in_language, worst

CHART_DAYS = timedelta(days=120)
OPEN_SHOWN = 50
ClauseState = Literal["green", "amber", "red", "grey", "unmeasured"]


class InForceOut(Out):
    """The version of the regulation that binds today."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    number: int = Field(examples=[1])
    title: str = Field(examples=["线上推广与销售管理制度"])
    in_force_from: date | None = Field(examples=["2026-01-01"])
    acknowledged_at: datetime | None = Field(
        description="When the caller acknowledged it; null if not yet.", examples=["2026-11-25T06:05:00Z"]
    )


class ControlStateOut(Out):
    """A control and its latest result."""

    name: str = Field(examples=["handover.in_time"])
    title: str = Field(examples=["部门间交接在时限内签收"])
    state: ClauseState = Field(description="grey: nothing to look at, or not run yet.", examples=["green"])
    share: float | None = Field(description="The share that holds, 0 to 1.", examples=[0.97])
    population: int = Field(examples=[120])
    failing: int = Field(examples=[4])
    figure: float | None = Field(description="A number that the clause asks for besides.", examples=[2.5])
    figure_unit: str | None = Field(examples=["小时"])
    measured_at: datetime | None = Field(examples=["2026-11-25T06:07:00Z"])


class OpenCounts(Out):
    """What is due by this clause in the company."""

    open: int = Field(examples=[12])
    late: int = Field(examples=[2])


class ClauseDutyOut(Out):
    """A duty that the clause gives, and to whom."""

    duty: str = Field(examples=["order.confirm"])
    title: str = Field(examples=["与客户确认订单"])
    posts: list[str] = Field(examples=[["销售专员", "销售经理"]])


class ClauseFacts(Out):
    """What is shown of a clause in the list and by itself."""

    clause: str = Field(examples=["4.3.1"])
    chapter: str = Field(examples=["4"])
    is_chapter: bool = Field(examples=[False])
    text: str = Field(examples=["收到订单及时与客户确认，内容准确无误。"])
    owner: str | None = Field(description="Whose duty it is.", examples=["sales"])
    control_text: str | None = Field(
        description="What is to be measured.", examples=["2 个工作小时内没有确认的订单；确认之后又更正的订单。"]
    )
    state: ClauseState = Field(
        description="The worst of its controls; a chapter: of its clauses. Unmeasured is never green.",
        examples=["amber"],
    )
    obligations: OpenCounts
    duties: list[ClauseDutyOut]
    operations: int = Field(description="How many operations of the API cite it.", examples=[9])
    serves: list[str] = Field(description="The resources that carry it.", examples=[["sales.orders"]])


class ClauseOut(ClauseFacts):
    """A clause (or the title of a chapter) and how it is lived."""

    controls: list[ControlStateOut]


class RegulationOut(Out):
    """The regulation in force, clause by clause."""

    version: InForceOut
    counts: dict[ClauseState, int] = Field(
        description="Clauses by state.",
        examples=[{"green": 20, "amber": 3, "red": 2, "grey": 5, "unmeasured": 43}],
    )
    items: list[ClauseOut]


class PointOut(Out):
    """What a control measured on a day."""

    measured_at: datetime = Field(examples=["2026-11-25T06:07:00Z"])
    state: ClauseState = Field(examples=["green"])
    share: float | None = Field(examples=[0.97])
    population: int = Field(examples=[120])
    failing: int = Field(examples=[4])
    figure: float | None = Field(examples=[2.5])


class ClauseControlOut(ControlStateOut):
    """A control with its history."""

    green: float = Field(description="From this share on it is green.", examples=[0.95])
    amber: float = Field(description="From this share on it is amber.", examples=[0.8])
    period_days: float = Field(description="The days that it looks back on.", examples=[30])
    history: list[PointOut] = Field(description="One point a day, oldest first.")


class ClauseObligationOut(Out):
    """Something that the clause makes due, within the caller's scope."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    title: str = Field(examples=["与客户确认订单"])
    resource: str = Field(examples=["order"])
    record_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    record_title: str = Field(examples=["D20261125-7K3M 上海云帆科技"])
    status: str = Field(examples=["late"])
    due_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    owner_name: str | None = Field(examples=["王芳"])
    department_name: str | None = Field(examples=["销售部"])


class OperationOut(Out):
    """An operation of the API that lives by the clause."""

    operation: str = Field(examples=["confirm_order"])
    where: str = Field(examples=["POST /api/v1/sales/orders/{record_id}/confirm"])


class ResourceOut(Out):
    """A resource that is to carry the clause."""

    name: str = Field(examples=["sales.orders"])
    built: bool = Field(examples=[True])


class ClauseDetail(ClauseFacts):
    """One clause with everything that hangs from it."""

    version: InForceOut
    controls: list[ClauseControlOut]
    due: list[ClauseObligationOut] = Field(description="What is open of it, by urgency; at most 50.")
    operation_list: list[OperationOut]
    steps: list[str] = Field(description="Steps of lifecycles that cite it.", examples=[["order.confirm"]])
    limits: list[str] = Field(description="Limits that it sets.", examples=[["order.confirm"]])
    resources: list[ResourceOut]


router = duty_router("/regulation/clauses", "regulation.clauses")


def cited_by(request: Request) -> dict[str, Cited]:
    """What of this application cites which clause; read once a process."""
    state = request.app.state
    if not hasattr(state, "cited"):
        state.cited = coverage.by_clause(request.app.routes)
    cited: dict[str, Cited] = state.cited
    return cited


def control_out(measured: Measured, language: str) -> dict[str, Any]:
    """A control and its latest result, in a language."""
    control, result = measured.control, measured.result
    return {
        "name": control.name,
        "title": control.title.to(language),
        "state": measured.state,
        "share": result and result.share,
        "population": result.population if result else 0,
        "failing": result.failing if result else 0,
        "figure": result and result.figure,
        "figure_unit": control.figure_unit and control.figure_unit.to(language),
        "measured_at": result and result.measured_at,
    }


def _clause_out(of: Standing, cited: Cited, language: str) -> dict[str, Any]:
    row = of.clause
    return {
        "clause": row.clause,
        "chapter": row.chapter,
        "is_chapter": row.title_zh is not None,
        "text": of.text.to(language),
        "owner": row.owner,
        "control_text": in_language(row.control_zh, row.control_en, language),
        "state": of.state,
        "controls": [control_out(measured, language) for measured in of.controls],
        "obligations": {"open": of.open, "late": of.late},
        "duties": [
            {
                "duty": citation.name,
                "title": DUTIES[citation.name].title.to(language),
                "posts": list(dict.fromkeys(g.post.title.to(language) for g in DUTIES[citation.name].grants)),
            }
            for citation in cited.of("duty")
        ],
        "operations": len(cited.of("operation")),
        "serves": row.serves,
    }


async def _in_force(db: Any, actor: Actor) -> dict[str, Any]:
    version = await standing.regulation_in_force(db)
    if version is None:
        raise Missing(Text("还没有发布的制度", "No regulation has been published yet"))
    return {
        "id": version.id,
        "number": version.number,
        "title": version.title,
        "in_force_from": version.in_force_from,
        "acknowledged_at": await acknowledgements.acknowledged_at(db, version.id, actor.id),
    }


@router.get("", response_model=RegulationOut, **on_duty(duties.READ_CLAUSE))
async def list_clauses(request: Request, db: Reader, actor: CurrentActor) -> Response:
    """The regulation in force, each clause with its colour, what is open of it, its duties and operations."""
    language, cited = request.scope["language"], cited_by(request)
    version = await _in_force(db, actor)
    found = await standing.standings(db, version["id"])
    items = [_clause_out(one, cited.get(one.clause.clause, Cited()), language) for one in found]
    _colour_chapters(items)
    counts: dict[str, int] = {"green": 0, "amber": 0, "red": 0, "grey": 0, "unmeasured": 0}
    for item in items:
        if not item["is_chapter"]:
            counts[item["state"]] += 1
    return Response(dumps({"version": version, "counts": counts, "items": items}), media_type="application/json")


def _colour_chapters(items: Sequence[dict[str, Any]]) -> None:
    """A chapter is as bad as the worst clause of it that is measured."""
    for chapter in items:
        if chapter["is_chapter"]:
            states = [i["state"] for i in items if i["chapter"] == chapter["chapter"] and not i["is_chapter"]]
            chapter["state"] = worst(state for state in states if state != "unmeasured")


ClauseId = Annotated[
    str, Path(pattern=r"^[1-9](\.[1-9][0-9]?){0,3}$", max_length=12, description="As cited.", examples=["4.3.1"])
]


@router.get(
    "/{clause}",
    response_model=ClauseDetail,
    **{**on_duty(duties.READ_CLAUSE), "responses": problems(401, 403, 404, 422, 503)},
)
async def get_clause(clause: ClauseId, request: Request, db: Reader, actor: CurrentActor) -> Response:
    """One clause: its text, its controls with their history, its duties, what is due, and what carries it."""
    language, cited = request.scope["language"], cited_by(request).get(clause, Cited())
    version = await _in_force(db, actor)
    found = await standing.standings(db, version["id"], clause)
    if not found:
        raise Missing(Text("现行制度中没有这一条", "The regulation in force has no such clause"))
    item = _clause_out(found[0], cited, language)
    controls = [measured.control for measured in found[0].controls]
    points = await standing.history(db, [control.name for control in controls], clock.now() - CHART_DAYS)
    for control, shown in zip(controls, item["controls"], strict=True):
        shown |= {
            "green": control.green,
            "amber": control.amber,
            "period_days": control.period / timedelta(days=1),
            "history": [
                {name: getattr(point, name) for name in PointOut.model_fields} for point in points[control.name]
            ],
        }
    item |= {
        "version": version,
        "due": await _open_of(request, actor, clause, language),
        "operation_list": [{"operation": c.name, "where": c.where} for c in cited.of("operation")],
        "steps": [c.name for c in cited.of("step")],
        "limits": [c.name for c in cited.of("limit")],
        "resources": _resources(request, found[0].clause),
    }
    return Response(dumps(item), media_type="application/json")


def _resources(request: Request, row: Clause) -> list[dict[str, Any]]:
    """Each resource that is to carry the clause, and whether there is anything at its address."""
    paths = [route.path for route in request.app.routes]
    return [
        {"name": name, "built": any(f"{path}/".startswith(f"/api/v1/{name.replace('.', '/', 1)}/") for path in paths)}
        for name in row.serves
    ]


async def _open_of(request: Request, actor: Actor, clause: str, language: str) -> list[dict[str, Any]]:
    """What is open of a clause and the caller may see, most urgent first."""
    if not actor.may(duties.READ_OBLIGATION).allowed:
        return []
    asked = Query(
        filters={"clause": [clause], "status": list(obligations.LIFECYCLE.of_category("open"))},
        sort="due_at",
        descending=False,
        limit=OPEN_SHOWN,
    )
    async with connection_of(house_of(request)) as connection:
        page = await obligations.LISTING.page(connection, actor.scope(duties.READ_OBLIGATION), asked)
    shown = ("id", "resource", "record_id", "record_title", "status", "due_at", "owner_name", "department_name")
    return [
        {"title": obligations.title_of(row["kind"]).to(language), **{name: row[name] for name in shown}}
        for row in page.rows
    ]
