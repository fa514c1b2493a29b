"""8.1.1 /regulation/obligations: what is due in the company, by clause, within the reader's scope."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import RecordOut
from zhidu.policy.actor import Actor
from zhidu.policy.register import Register
from zhidu.regulation import obligations


class ObligationOut(RecordOut):
    """Something that a clause makes due."""

    kind: str = Field(examples=["order.confirm"])
    title: str = Field(description="What is to be done, in the reader's language.", examples=["与客户确认订单"])
    resource: str = Field(examples=["order"])
    clause: str = Field(examples=["4.3.1"])
    record_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    record_title: str = Field(examples=["D20261125-7K3M 上海云帆科技"])
    status: str = Field(description="due, warned, late, met, met_late, void.", examples=["late"])
    owner_id: UUID | None = Field(description="Who holds it; null: the department as such.", examples=[None])
    owner_name: str | None = Field(examples=["王芳"])
    department_id: UUID | None = Field(examples=[None])
    department_name: str | None = Field(examples=["销售部"])
    opened_at: datetime = Field(examples=["2026-11-25T04:05:00Z"])
    due_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    warn_at: datetime = Field(examples=["2026-11-25T05:35:00Z"])
    climb_at: datetime = Field(
        description="When it climbs to the head of the department.", examples=["2026-11-25T10:05:00Z"]
    )
    next_at: datetime | None = Field(description="When the watch looks at it next.", examples=[None])
    level: int = Field(description="0 the holder, 1 the leader, 2 the head of the department.", examples=[1])
    climbed_to_id: UUID | None = Field(examples=[None])
    met_at: datetime | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


class Obligations(Register):
    """The register of obligations, which names each kind as people say it."""

    def _dress(self, actor: Actor, row: dict[str, Any], fields: tuple[str, ...] | None = None) -> None:
        if "title" in row:
            row["title"] = obligations.title_of(row["title"]).to(actor.language)
        super()._dress(actor, row, fields)


router = Obligations("/regulation/obligations", obligations.LISTING, ObligationOut).exports().lists().gets().router
