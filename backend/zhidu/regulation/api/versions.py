"""1.1 /regulation/versions: the regulation is amended as a draft, approved by another person, and published."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Request
from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from zhidu.kernel.page import dumps
from zhidu.kernel.problem import Malformed, Missing
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import In, Line, Note, Out, Prose, RecordOut, arguments
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.policy.guard import CurrentActor, Db, Reader, duty_router, on_duty, problems
from zhidu.policy.register import IF_MATCH, RecordId, Register, if_match
from zhidu.regulation import amendments, versions
from zhidu.regulation.api.clauses import ClauseId
from zhidu.regulation.clauses import Clause, RegulationVersion

Department = Literal["marketing", "sales", "tech", "service", "management", "support", "all"]
Served = Annotated[str, StringConstraints(min_length=3, max_length=64, pattern=r"^[a-z]+\.[a-z-]+$")]


class VersionIn(In):
    """A version to draft from the one in force."""

    title: Line | None = Field(None, description="Absent: as it is called now.", examples=["线上推广与销售管理制度"])
    summary: Prose | None = Field(None, examples=["回访周期改为按客户等级"])
    in_force_from: date | None = Field(None, examples=["2027-01-01"])


class VersionPatch(In):
    """What may be changed of a draft besides its clauses."""

    title: Line = Field("", examples=["线上推广与销售管理制度"])
    summary: Prose | None = Field(None, examples=["回访周期改为按客户等级"])
    in_force_from: date | None = Field(None, examples=["2027-01-01"])


class VersionOut(RecordOut):
    """A version of the regulation."""

    number: int = Field(examples=[2])
    title: str = Field(examples=["线上推广与销售管理制度"])
    summary: str | None = Field(examples=["回访周期改为按客户等级"])
    status: str = Field(examples=["draft"])
    based_on_id: UUID | None = Field(examples=[None])
    in_force_from: date | None = Field(examples=["2027-01-01"])
    submitted_by: UUID | None = Field(examples=[None])
    submitted_by_name: str | None = Field(examples=["刘洋"])
    approved_by: UUID | None = Field(examples=[None])
    approved_by_name: str | None = Field(examples=["赵敏"])
    published_at: datetime | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])
    created_by_name: str | None = Field(examples=["刘洋"])


class VersionReturn(In):
    """Why the draft goes back."""

    reason: Note = Field(examples=["第 4.4.1 条的周期与人手不符"])


class VersionPublication(In):
    """From when the version binds."""

    in_force_from: date | None = Field(None, description="Absent: as drafted, else today.", examples=["2027-01-01"])
    note: Note | None = Field(None, examples=["经总经理办公会讨论"])


class WordingOut(Out):
    """What a version says in a clause, in both languages."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    version: int = Field(description="Its ETag: send it back in If-Match.", examples=[1])
    clause: str = Field(examples=["4.4.1"])
    chapter: str = Field(examples=["4"])
    owner: str | None = Field(examples=["sales"])
    title_zh: str | None = Field(description="Only chapters have titles.", examples=[None])
    title_en: str | None = Field(examples=[None])
    zh: str | None = Field(examples=["定期回访，了解使用情况，收集意见，解决问题，提高满意度。"])
    en: str | None = Field(examples=["Revisit regularly, learn how the product serves, solve problems."])
    serves: list[str] = Field(examples=[["service.revisits"]])
    control_zh: str | None = Field(examples=["应做与已做的回访"])
    control_en: str | None = Field(examples=["Revisits due and done."])


class WordingsOut(Out):
    """Every clause of a version, in order."""

    items: list[WordingOut]


class WordingPatch(In):
    """What a draft says otherwise in a clause; a chapter takes titles, a clause the rest."""

    title_zh: Line = Field("", examples=["销售管理"])
    title_en: Line = Field("", examples=["Sales management"])
    owner: Department = Field("all", examples=["sales"])
    zh: Note = Field("", examples=["按客户等级定期回访。"])
    en: Note = Field("", examples=["Revisit by the customer's level."])
    serves: list[Served] = Field(default_factory=list, max_length=20, examples=[["service.revisits"]])
    control_zh: Note | None = Field(None, examples=["应做与已做的回访"])
    control_en: Note | None = Field(None, examples=["Revisits due and done."])


class WordingIn(In):
    """A clause more."""

    clause: str = Field(pattern=r"^[1-9](\.[1-9][0-9]?){1,3}$", max_length=12, examples=["4.4.4"])
    owner: Department = Field(examples=["sales"])
    zh: Note = Field(examples=["老客户转介绍有奖励。"])
    en: Note = Field(examples=["Referrals by customers are rewarded."])
    serves: list[Served] = Field(default_factory=list, max_length=20, examples=[["sales.referrals"]])
    control_zh: Note | None = Field(None, examples=["转介绍在 7 天内兑现的比例"])
    control_en: Note | None = Field(None, examples=["Referrals rewarded within 7 days."])


class DifferenceOut(Out):
    """How a clause differs."""

    clause: str = Field(examples=["4.4.1"])
    change: Literal["added", "removed", "changed"] = Field(examples=["changed"])
    fields: list[str] = Field(description="What is said otherwise.", examples=[["zh", "en"]])
    before: WordingOut | None
    after: WordingOut | None


class DifferencesOut(Out):
    """How two versions differ, in the order of the regulation."""

    before_number: int | None = Field(examples=[1])
    after_number: int = Field(examples=[2])
    items: list[DifferenceOut]


register = (
    Register("/regulation/versions", versions.LISTING, VersionOut)
    .readable()
    .creates(VersionIn, versions.draft)
    .patches(VersionPatch, versions.revise)
    .verb("submit", versions.submit)
    .verb("approve", versions.approve)
    .verb("return", versions.return_, VersionReturn)
    .verb("publish", versions.publish, VersionPublication)
)
router = register.router
wording = duty_router("/regulation/versions/{record_id}", "regulation.versions")
_READ = {**on_duty(duties.READ_REGULATION_VERSION), "responses": problems(401, 403, 404, 422, 503)}


def _shown(row: Clause | None) -> dict[str, Any] | None:
    return None if row is None else {name: getattr(row, name) for name in WordingOut.model_fields}


def _writes(*parameters: dict[str, Any]) -> dict[str, Any]:
    extra = on_duty(duties.UPDATE_REGULATION_VERSION)
    extra["responses"] = problems(401, 403, 404, 409, 412, 413, 422, 428, 503)
    extra["openapi_extra"]["parameters"] = list(parameters)
    return extra


async def _version(db: AsyncSession, version_id: UUID) -> RegulationVersion:
    version = await db.get(RegulationVersion, version_id)
    if version is None:
        raise Missing
    return version


@wording.get("/clauses", response_model=WordingsOut, **_READ)
async def list_regulation_wording(record_id: RecordId, db: Reader) -> Response:
    """Every clause of a version, in both languages."""
    await _version(db, record_id)
    items = [_shown(row) for row in await amendments.clauses_of(db, record_id)]
    return Response(dumps({"items": items}), media_type="application/json")


@wording.post("/clauses", status_code=201, response_model=WordingOut, **_writes())
async def insert_regulation_clause(record_id: RecordId, data: WordingIn, db: Db, actor: CurrentActor) -> Response:
    """A clause more in a draft."""
    version = await register.one(db, actor, record_id)
    return await _answer(db, await amendments.insert(db, actor, version, **arguments(data)), 201)


@wording.patch("/clauses/{clause}", response_model=WordingOut, **_writes(IF_MATCH))
async def amend_regulation_clause(
    record_id: RecordId, clause: ClauseId, data: WordingPatch, request: Request, db: Db, actor: CurrentActor
) -> Response:
    """Say a clause of a draft otherwise."""
    version, row = await _clause(db, actor, record_id, clause)
    if_match(request, row)
    return await _answer(db, await amendments.amend(db, actor, version, row, **arguments(data, given_only=True)), 200)


@wording.delete("/clauses/{clause}", status_code=204, **_writes(IF_MATCH))
async def repeal_regulation_clause(
    record_id: RecordId, clause: ClauseId, request: Request, db: Db, actor: CurrentActor
) -> Response:
    """A clause less in a draft; not one on which the system's duties stand."""
    version, row = await _clause(db, actor, record_id, clause)
    if_match(request, row)
    await amendments.repeal(db, actor, version, row)
    return Response(status_code=204)


@wording.get("/difference", response_model=DifferencesOut, **_READ)
async def compare_regulation_versions(
    record_id: RecordId,
    db: Reader,
    against: Annotated[UUID | None, Query(description="Absent: the version that it was drafted from.")] = None,
) -> Response:
    """What a version adds, removes and says otherwise."""
    after = await _version(db, record_id)
    before_id = against or after.based_on_id
    before = await db.scalar(select(RegulationVersion).where(RegulationVersion.id == before_id))
    if against is not None and before is None:
        raise Malformed.at("?against", Text("没有这个版本", "No such version"), "reference")
    found = await amendments.difference(db, before_id, after.id)
    items = [
        {
            "clause": one.clause,
            "change": one.change,
            "fields": one.fields,
            "before": _shown(one.before),
            "after": _shown(one.after),
        }
        for one in found
    ]
    answer = {"before_number": before and before.number, "after_number": after.number, "items": items}
    return Response(dumps(answer), media_type="application/json")


async def _clause(db: AsyncSession, actor: Actor, version_id: UUID, clause: str) -> tuple[RegulationVersion, Clause]:
    version = await register.one(db, actor, version_id)
    row = await amendments.clause_of(db, version_id, clause)
    if row is None:
        raise Missing
    return version, row


async def _answer(db: AsyncSession, row: Clause, status: int) -> Response:
    await db.flush()
    return Response(dumps(_shown(row)), status, {"ETag": f'"{row.version}"'}, media_type="application/json")
