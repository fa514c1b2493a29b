"""2.5 /catalog/products."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from zhidu.catalog import products
from zhidu.kernel.wire import Code, In, Line, Money, MoneyOut, Prose, RecordOut, Url, decimals
from zhidu.policy.register import Register

Rate = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2), decimals(3, 2, minimum=0, maximum=100)]
Exemption = Literal["custom-made", "perishable", "digital", "periodical", "by-nature"]
Files = Annotated[list[UUID], Field(max_length=20)]


class ProductIn(In):
    """A product to register."""

    sku: Code = Field(description="The article number; unique.", examples=["ZD-1001"])
    name: Line = Field(examples=["智能门锁 X1"])
    category: Line | None = Field(None, examples=["智能家居"])
    unit: Line = Field("件", examples=["件"])
    price: Money = Field(description="For one unit, tax included.", examples=["1280.00"])
    tax_rate: Rate = Field(Decimal(13), description="Per cent, within the price.", examples=["13.00"])
    needs_setup: bool = Field(False, description="Tech sets it up for the customer.", examples=[False])
    return_exemption: Exemption | None = Field(
        None,
        description="Why the seven-day right does not hold (Consumer Rights Protection Law, art. 25).",
        examples=[None],
    )
    description: Prose | None = Field(None, examples=["指纹、密码、刷卡三合一，适配木门与防盗门。"])
    website: Url | None = Field(None, examples=["https://www.example.com/x1"])
    material_ids: Files = Field([], description="Files with its material.", examples=[[]])


class ProductPatch(In):
    """What may be changed of a product."""

    name: Line = Field("", examples=["智能门锁 X1"])
    category: Line | None = Field(None, examples=["智能家居"])
    unit: Line = Field("件", examples=["件"])
    price: Money = Field("0.00", examples=["1180.00"])
    tax_rate: Rate = Field(Decimal(13), examples=["13.00"])
    needs_setup: bool = Field(False, examples=[True])
    return_exemption: Exemption | None = Field(None, examples=["custom-made"])
    description: Prose | None = Field(None, examples=["指纹、密码、刷卡三合一。"])
    website: Url | None = Field(None, examples=["https://www.example.com/x1"])
    material_ids: Files = Field([], examples=[[]])


class ProductOut(RecordOut):
    """A product."""

    sku: str = Field(examples=["ZD-1001"])
    name: str = Field(examples=["智能门锁 X1"])
    category: str | None = Field(examples=["智能家居"])
    unit: str = Field(examples=["件"])
    price: MoneyOut
    tax_rate: str = Field(examples=["13.00"])
    needs_setup: bool = Field(examples=[False])
    return_exemption: str | None = Field(examples=[None])
    description: str | None = Field(examples=["指纹、密码、刷卡三合一。"])
    website: str | None = Field(examples=["https://www.example.com/x1"])
    material_ids: list[UUID] = Field(examples=[[]])
    status: str = Field(examples=["listed"])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/catalog/products", products.LISTING, ProductOut)
    .readable()
    .creates(ProductIn, products.register)
    .patches(ProductPatch, products.revise)
    .verb("retire", products.retire)
    .verb("relist", products.relist)
    .router
)
