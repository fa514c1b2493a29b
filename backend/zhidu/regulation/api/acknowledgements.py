"""1.2 /regulation/acknowledgements."""

from typing import Annotated
from uuid import UUID

from fastapi import Body
from pydantic import Field
from starlette.responses import Response

from zhidu.kernel.page import dumps
from zhidu.kernel.wire import In, Out, RecordOut
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Db, Reader, duty_router, on_duty, problems
from zhidu.policy.register import Register
from zhidu.regulation import acknowledgements, standing


class AcknowledgementIn(In):
    """Which version the person has read."""

    version_id: UUID | None = Field(None, description="Absent: the version in force.", examples=[None])


class AcknowledgementOut(RecordOut):
    """A person has read a version of the regulation; created_at says when."""

    version_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    version_number: int = Field(examples=[1])
    account_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    account_name: str = Field(examples=["王芳"])
    department_name: str | None = Field(examples=["销售部"])
    created_by: UUID | None = Field(examples=[None])


class DepartmentShare(Out):
    """How much of a department has acknowledged the version in force."""

    department_id: UUID | None = Field(examples=[None])
    department_name: str | None = Field(examples=["销售部"])
    people: int = Field(examples=[12])
    acknowledged: int = Field(examples=[11])


class ShareOut(Out):
    """How many of those whom the regulation binds have acknowledged the version in force."""

    version_id: UUID | None = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    number: int | None = Field(examples=[1])
    people: int = Field(examples=[120])
    acknowledged: int = Field(examples=[114])
    share: float | None = Field(description="0 to 1; null where nobody is bound.", examples=[0.95])
    departments: list[DepartmentShare]


register = Register("/regulation/acknowledgements", acknowledgements.LISTING, AcknowledgementOut).readable()
share = duty_router("/regulation/acknowledged", "regulation.acknowledgements")


@register.router.post(
    "",
    status_code=201,
    response_model=register.detail,
    **{**on_duty(duties.ACKNOWLEDGE_REGULATION), "responses": problems(401, 403, 404, 409, 413, 422, 503)},
)
async def acknowledge_regulation(
    db: Db, actor: CurrentActor, data: Annotated[AcknowledgementIn, Body(default_factory=AcknowledgementIn)]
) -> Response:
    """The caller has read the regulation and knows that it binds him; twice is once."""
    made = await acknowledgements.acknowledge(db, actor, version_id=data.version_id)
    return await register.answer(db, actor, made, 201)


@share.get("", response_model=ShareOut, **on_duty(duties.READ_ACKNOWLEDGEMENT))
async def share_acknowledged(db: Reader) -> Response:
    """The share of people who acknowledged the version in force, by department."""
    version = await standing.regulation_in_force(db)
    rows = await acknowledgements.by_department(db, version.id if version else None)
    people, done = sum(row["people"] for row in rows), sum(row["acknowledged"] for row in rows)
    answer = {
        "version_id": version and version.id,
        "number": version and version.number,
        "people": people,
        "acknowledged": done,
        "share": done / people if people else None,
        "departments": rows,
    }
    return Response(dumps(answer), media_type="application/json")


router = register.router
