"""4.2.2, 4.3.1 The lines of proposals and orders on the wire."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import In, Money, MoneyOut, Out, decimals

Quantity = Annotated[
    Decimal,
    Field(gt=0, le=1_000_000, max_digits=10, decimal_places=3),
    decimals(7, 3, exclusiveMinimum=0, maximum=1_000_000),
]


class LineIn(In):
    """A product, how many, and what is given off; the price is the catalogue's."""

    product_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    quantity: Quantity = Field(examples=["2"])
    discount: Money = Field("0.00", description="Off the whole line.", examples=["60.00"], validate_default=True)


class LineOut(Out):
    """A line with its product's price and tax as they were when it was written."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    position: int = Field(examples=[1])
    product_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    sku: str = Field(examples=["ZD-1001"])
    name: str = Field(examples=["智能门锁 X1"])
    unit: str = Field(examples=["件"])
    quantity: str = Field(examples=["2"])
    unit_price: MoneyOut
    discount: MoneyOut
    tax_rate: str = Field(description="Per cent, within the price.", examples=["13.00"])
    total: MoneyOut


Lines = Annotated[list[LineIn], Field(min_length=1, max_length=200)]
