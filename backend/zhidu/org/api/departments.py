"""1.2 /org/departments."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import Code, In, Line, RecordOut
from zhidu.org import departments
from zhidu.policy.register import Register

DepartmentKind = Literal["marketing", "sales", "tech", "service", "logistics", "finance", "management", "support"]
_KIND = "Which of the regulation's departments it is."


class DepartmentIn(In):
    """A department to set up."""

    code: Code = Field(description="Unique; used in imports.", examples=["sales-north"])
    name: Line = Field(examples=["华北销售部"])
    kind: DepartmentKind = Field(description=_KIND, examples=["sales"])
    parent_id: UUID | None = Field(None, description="The department above.", examples=[None])
    head_id: UUID | None = Field(None, description="Who answers for it; what is late climbs to him.", examples=[None])


class DepartmentPatch(In):
    """What may be changed of a department."""

    name: Line = Field("", examples=["华北销售部"])
    kind: DepartmentKind = Field("management", description=_KIND, examples=["sales"])
    parent_id: UUID | None = Field(None, examples=[None])
    head_id: UUID | None = Field(None, examples=[None])
    active: bool = Field(True, description="False closes it, once nobody works there.", examples=[True])


class DepartmentOut(RecordOut):
    """A department."""

    code: str = Field(examples=["sales-north"])
    name: str = Field(examples=["华北销售部"])
    kind: str = Field(examples=["sales"])
    parent_id: UUID | None = Field(examples=[None])
    parent_name: str | None = Field(examples=["销售部"])
    head_id: UUID | None = Field(examples=[None])
    head_name: str | None = Field(examples=["张伟"])
    active: bool = Field(examples=[True])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/org/departments", departments.LISTING, DepartmentOut)
    .readable()
    .creates(DepartmentIn, departments.set_up)
    .patches(DepartmentPatch, departments.revise)
    .router
)
