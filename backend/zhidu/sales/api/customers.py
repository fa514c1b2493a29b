"""4.4.3 /sales/customers."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import Address, Email, In, Line, Phone, Prose, RecordOut
from zhidu.policy.register import Register
from zhidu.sales import customers

CustomerKind = Literal["person", "company"]
Level = Literal["key", "normal", "quiet"]


class CustomerPatch(In):
    """What may be changed of a customer's file."""

    name: Line = Field("", examples=["深圳市云帆科技有限公司"])
    kind: CustomerKind = Field("person", examples=["company"])
    phone: Phone | None = Field(None, examples=["0755-86013388"])
    email: Email | None = Field(None, examples=["cg@example.com"])
    address: Address | None = Field(None, examples=["广东省深圳市南山区科技园路 1 号"])
    industry: Line | None = Field(None, examples=["软件和信息技术服务业"])
    region: Line | None = Field(None, description="Province or city.", examples=["广东省深圳市"])
    level: Level = Field("normal", description="How often the customer is revisited.", examples=["key"])
    remark: Prose | None = Field(None, examples=["年框客户"])


class CustomerIn(CustomerPatch):
    """A customer's file to open."""

    name: Line = Field(examples=["深圳市云帆科技有限公司"])


class CustomerOut(RecordOut):
    """A customer's file; telephone, e-mail and address are masked."""

    number: str = Field(examples=["K20261125-7QX4MH"])
    name: str = Field(examples=["深圳市云帆科技有限公司"])
    kind: str = Field(examples=["company"])
    industry: str | None = Field(examples=["软件和信息技术服务业"])
    region: str | None = Field(examples=["广东省深圳市"])
    level: str = Field(examples=["key"])
    remark: str | None = Field(examples=["年框客户"])
    phone_masked: str | None = Field(examples=["0755****3388"])
    email_masked: str | None = Field(examples=["c***@example.com"])
    address_masked: str | None = Field(examples=["广东省深圳市****"])
    first_lead_id: UUID | None = Field(examples=[None])
    channel_id: UUID | None = Field(examples=[None])
    campaign_id: UUID | None = Field(examples=[None])
    link_id: UUID | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["王芳"])
    created_by: UUID | None = Field(examples=[None])


register = (
    Register("/sales/customers", customers.LISTING, CustomerOut)
    .readable()
    .creates(CustomerIn, customers.open_file)
    .patches(CustomerPatch, customers.revise)
    .reveals(customers.reveal)
)
router = register.router
