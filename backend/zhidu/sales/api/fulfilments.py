"""4.3.2, 4.3.3 /sales/fulfilments."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import RecordOut
from zhidu.policy.register import Register
from zhidu.sales import fulfilments


class FulfilmentOut(RecordOut):
    """A parcel of an order."""

    order_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    order_number: str = Field(examples=["D20261125-7K3M2X"])
    carrier: str = Field(examples=["顺丰速运"])
    tracking_number: str = Field(examples=["SF1390246814703"])
    shipped_at: datetime = Field(examples=["2026-11-26T02:00:00Z"])
    delivered_at: datetime | None = Field(examples=[None])
    received_by: str | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


router = Register("/sales/fulfilments", fulfilments.LISTING, FulfilmentOut).readable().router
