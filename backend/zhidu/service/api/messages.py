"""4.3.3 /service/messages."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import RecordOut
from zhidu.policy.register import Register
from zhidu.service import messages


class MessageOut(RecordOut):
    """A message to a customer. The address is masked; the text is shown as it was sent."""

    kind: str = Field(description="What it tells.", examples=["order.shipped"])
    channel: str = Field(examples=["email"])
    to_name: str = Field(examples=["上海云帆科技 王芳"])
    email_masked: str | None = Field(examples=["w***@yunfan.example"])
    subject: str = Field(examples=["您的订单 D20261125-7K3M 已发货"])
    body: str = Field(examples=["您好，您的订单已交承运商。"])
    order_id: UUID | None = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a12"])
    customer_id: UUID | None = Field(examples=[None])
    lead_id: UUID | None = Field(examples=[None])
    status: str = Field(description="queued, sending, sent, failed.", examples=["sent"])
    attempts: int = Field(description="Tries since it was queued.", examples=[1])
    error: str | None = Field(
        description="Why the last try failed: server-away, server-busy:<code>, refused:<code>, sign-in-refused:<code>, "
        "not-an-address, not-supported, no-address.",
        examples=["refused:550"],
    )
    sent_at: datetime | None = Field(examples=["2026-11-25T06:05:02Z"])
    caught: bool = Field(description="No mail server is set: it is shown here and went nowhere.", examples=[True])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


router = Register("/service/messages", messages.LISTING, MessageOut).readable().verb("retry", messages.retry).router
