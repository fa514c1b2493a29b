"""4.3.1, 4.3.4 /sales/payments."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import In, Line, Money, MoneyOut, Note, RecordOut
from zhidu.policy.register import Register
from zhidu.sales import payments

Method = Literal["bank", "alipay", "wechat", "cash", "other"]


class PaymentIn(In):
    """Money that came in for an order."""

    order_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    amount: Money = Field(examples=["2560.00"])
    method: Method = Field(examples=["bank"])
    paid_on: date | None = Field(None, description="Today unless given.", examples=["2026-11-25"])
    reference: Line | None = Field(
        None, description="The bank's own number; unique per method.", examples=["2026112500018"]
    )
    remark: Note | None = Field(None, examples=["对公转账"])


class ReverseIn(In):
    """Why it is reversed."""

    reason: Note = Field(examples=["登记到了别的订单"])


class PaymentOut(RecordOut):
    """A payment."""

    order_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    order_number: str | None = Field(examples=["D20261125-7QX4MH"])
    amount: MoneyOut
    method: str = Field(examples=["bank"])
    reference: str | None = Field(examples=["2026112500018"])
    paid_on: date = Field(examples=["2026-11-25"])
    remark: str | None = Field(examples=["对公转账"])
    status: str = Field(examples=["recorded"])
    transaction_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    reversal_id: UUID | None = Field(examples=[None])
    reversed_at: datetime | None = Field(examples=[None])
    reverse_reason: str | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/sales/payments", payments.LISTING, PaymentOut)
    .readable()
    .creates(PaymentIn, payments.record)
    .verb("reverse", payments.reverse, ReverseIn)
    .router
)
