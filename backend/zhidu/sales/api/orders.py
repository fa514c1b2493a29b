"""4.3 /sales/orders."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

import zhidu.sales.order_measures  # noqa: F401 - the controls of 2.4.2 and 4.3 declare themselves
from zhidu.kernel.wire import Address, In, Line, MoneyOut, Note, Phone, Prose, RecordOut
from zhidu.policy.register import Register
from zhidu.sales import orders
from zhidu.sales.api.lines import LineOut, Lines

TaxNumber = Annotated[str, StringConstraints(min_length=15, max_length=20, pattern=r"^[0-9A-Z]+$")]
Tracking = Annotated[str, StringConstraints(min_length=4, max_length=40, pattern=r"^[0-9A-Za-z-]+$")]
_EXAMPLE_LINE = {"product_id": "0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11", "quantity": "2", "discount": "0.00"}


class OrderPatch(In):
    """What may be made exact until the customer has confirmed the order; lines, if given, replace all."""

    contact_id: UUID | None = Field(None, examples=[None])
    receiver: Line | None = Field(None, examples=["王芳"])
    phone: Phone | None = Field(None, description="The receiver's.", examples=["13812345678"])
    address: Address | None = Field(None, examples=["广东省深圳市南山区科技园路 1 号"])
    invoice_title: Line | None = Field(None, examples=["深圳市云帆科技有限公司"])
    invoice_tax_number: TaxNumber | None = Field(None, examples=["91440300MA5F1ABC2X"])
    promised_ship_on: date | None = Field(None, description="Where a day was promised.", examples=["2026-12-01"])
    remark: Prose | None = Field(None, examples=["送货前电话联系"])
    lines: Lines = Field([], examples=[[_EXAMPLE_LINE]])


class OrderIn(OrderPatch):
    """An order as the customer gave it. What is not said is taken from the contact and the customer's file."""

    customer_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    lines: Lines = Field(examples=[[_EXAMPLE_LINE]])


class ConfirmIn(In):
    """How the customer confirmed that the order is exact."""

    by: Literal["phone", "wechat", "email", "in-person"] = Field(examples=["phone"])
    note: Note | None = Field(None, examples=["数量、地址、发票抬头均核对无误"])


class ShipIn(In):
    """How it was sent off."""

    carrier: Line = Field(examples=["顺丰速运"])
    tracking_number: Tracking = Field(examples=["SF1390246814703"])
    note: Note | None = Field(None, examples=["两箱"])


class DeliverIn(In):
    """Who took it."""

    received_by: Line | None = Field(None, description="The receiver unless given.", examples=["前台代收"])
    note: Note | None = Field(None, examples=["外包装完好"])


class CancelIn(In):
    """Why it will not be."""

    reason: Note = Field(examples=["客户重复下单"])


class OrderOut(RecordOut):
    """An order with its lines; the receiver's telephone and address are masked."""

    number: str = Field(examples=["D20261125-7QX4MH"])
    customer_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    contact_id: UUID | None = Field(examples=[None])
    opportunity_id: UUID | None = Field(examples=[None])
    proposal_id: UUID | None = Field(examples=[None])
    status: str = Field(examples=["placed"])
    receiver: str | None = Field(examples=["王芳"])
    phone_masked: str | None = Field(examples=["138****5678"])
    address_masked: str | None = Field(examples=["广东省深圳市****"])
    invoice_title: str | None = Field(examples=["深圳市云帆科技有限公司"])
    invoice_tax_number: str | None = Field(examples=["91440300MA5F1ABC2X"])
    promised_ship_on: date | None = Field(examples=[None])
    remark: str | None = Field(examples=["送货前电话联系"])
    needs_setup: bool = Field(description="Tech has a part in it.", examples=[False])
    gross: MoneyOut = Field(description="Before discounts.")
    discount: MoneyOut
    total: MoneyOut = Field(description="To pay, tax included.")
    tax: MoneyOut = Field(description="The tax within the total.")
    paid: MoneyOut = Field(description="The sum of the ledger.")
    payment: str = Field(description="unpaid, partly_paid or paid.", examples=["unpaid"])
    lines: list[LineOut]
    placed_at: datetime | None = Field(examples=["2026-11-25T06:05:00Z"])
    confirmed_at: datetime | None = Field(examples=[None])
    confirmed_by: str | None = Field(description="How the customer confirmed.", examples=["phone"])
    shipped_at: datetime | None = Field(examples=[None])
    delivered_at: datetime | None = Field(examples=[None])
    completed_at: datetime | None = Field(examples=[None])
    cancelled_at: datetime | None = Field(examples=[None])
    cancel_reason: str | None = Field(examples=[None])
    channel_id: UUID | None = Field(examples=[None])
    campaign_id: UUID | None = Field(examples=[None])
    link_id: UUID | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    customer_name: str | None = Field(examples=["深圳市云帆科技有限公司"])
    contact_name: str | None = Field(examples=["陈晨"])
    owner_name: str | None = Field(examples=["王芳"])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/sales/orders", orders.LISTING, OrderOut)
    .readable()
    .creates(OrderIn, orders.register)
    .patches(OrderPatch, orders.revise)
    .reveals(orders.reveal)
    .steps(orders, "place", "hand_over", "complete")
    .verb("confirm", orders.confirm, ConfirmIn)
    .verb("ship", orders.ship, ShipIn)
    .verb("deliver", orders.deliver, DeliverIn)
    .verb("cancel", orders.cancel, CancelIn)
    .router
)
