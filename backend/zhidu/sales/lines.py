"""4.2.2, 4.3.1 Lines of proposals and orders: a product with its price and tax as they were that day.

A person says which product, how many, and what is given off. Prices come from the catalogue and sums from the database.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Computed, ForeignKey, Numeric, String, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from zhidu.catalog.products import Product
from zhidu.kernel.db import new_id
from zhidu.kernel.money import yuan
from zhidu.kernel.problem import FieldError, Malformed
from zhidu.kernel.texts import Text

_LIST = "round(quantity * unit_price_fen)"
_TOTAL = f"({_LIST} - discount_fen)"
MAX_FEN = 10**15


class Priced:
    """The columns of a line; `total_fen` and the tax within it are the database's."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    position: Mapped[int]
    sku: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 3))
    unit_price_fen: Mapped[int]
    discount_fen: Mapped[int] = mapped_column(default=0)
    tax_rate: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    gross_fen: Mapped[int] = mapped_column(Computed(f"{_LIST}::bigint"), doc="Before the discount.")
    total_fen: Mapped[int] = mapped_column(Computed(f"{_TOTAL}::bigint"))
    tax_fen: Mapped[int] = mapped_column(Computed(f"round({_TOTAL} * tax_rate / (100 + tax_rate))::bigint"))

    @declared_attr
    def product_id(cls) -> Mapped[UUID]:  # noqa: N805
        """The product, as it is now; the other columns keep what it was."""
        return mapped_column(ForeignKey(Product.id))

    def kept(self) -> dict[str, Any]:
        """The line as columns for another document, at the same price."""
        return {name: getattr(self, name) for name in _KEPT}


_KEPT = (
    "position", "product_id", "sku", "name", "unit", "quantity", "unit_price_fen", "discount_fen", "tax_rate",
)  # fmt: skip


def line_checks() -> tuple[CheckConstraint, ...]:
    """What must hold of every line, for `__table_args__`."""
    return (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price_fen >= 0", name="unit_price"),
        CheckConstraint(f"discount_fen BETWEEN 0 AND {_LIST}", name="discount"),
    )


class Summed:
    """The sums of a record's lines; written from them by `sum_up`, never typed."""

    gross_fen: Mapped[int] = mapped_column(default=0, doc="Before discounts.")
    discount_fen: Mapped[int] = mapped_column(default=0)
    total_fen: Mapped[int] = mapped_column(default=0, doc="To pay, tax included.")
    tax_fen: Mapped[int] = mapped_column(default=0, doc="The tax within the total.")


def sum_up(record: Summed, lines: Sequence[Priced]) -> None:
    """Write the sums; the lines must have come back from the database."""
    record.gross_fen = sum(line.gross_fen for line in lines)
    record.discount_fen = sum(line.discount_fen for line in lines)
    record.total_fen = sum(line.total_fen for line in lines)
    record.tax_fen = sum(line.tax_fen for line in lines)


async def priced(db: AsyncSession, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines as asked for ({product_id, quantity, discount_fen}) with their product's price of today, as columns.

    Raises Malformed at each line whose product is unknown or retired, or whose discount is more than its price.
    """
    wanted = {line["product_id"] for line in lines}
    products = {product.id: product for product in await db.scalars(select(Product).where(Product.id.in_(wanted)))}
    rows, wrong = [], []
    for position, line in enumerate(lines):
        product = products.get(line["product_id"])
        if product is None or product.status != "listed":
            wrong.append(FieldError(f"/lines/{position}/product_id", _NOT_SOLD, "reference"))
            continue
        listed = int((line["quantity"] * product.price_fen).quantize(Decimal(1), "ROUND_HALF_UP"))
        if line["discount_fen"] > listed:
            wrong.append(FieldError(f"/lines/{position}/discount", _TOO_MUCH_OFF, "too_large"))
        if listed > MAX_FEN:
            wrong.append(FieldError(f"/lines/{position}/quantity", _TOO_MUCH, "too_large"))
        rows.append(
            {
                "position": position + 1, "product_id": product.id, "sku": product.sku, "name": product.name,
                "unit": product.unit, "quantity": line["quantity"], "unit_price_fen": product.price_fen,
                "discount_fen": line["discount_fen"], "tax_rate": product.tax_rate,
            }
        )  # fmt: skip
    if wrong:
        raise Malformed(Text("请改正标出的行", "Correct the marked lines"), errors=wrong)
    return rows


_NOT_SOLD = Text("没有这个在售产品", "No such product is sold")
_TOO_MUCH_OFF = Text("优惠不能超过该行金额", "The discount is more than the line")
_TOO_MUCH = Text("金额过大", "The amount is too large")


def shown_lines(
    line: type[Any], of: InstrumentedAttribute[UUID], record_id: InstrumentedAttribute[UUID]
) -> ColumnElement[Any]:
    """A record's lines as JSON for its Listing, by the index on the record's id."""
    table = line.__table__.c
    one = func.jsonb_build_object(
        "id", table.id, "position", table.position, "product_id", table.product_id, "sku", table.sku,
        "name", table.name, "unit", table.unit,
        "quantity", cast(func.trim_scale(table.quantity), String),
        "unit_price", yuan(table.unit_price_fen), "discount", yuan(table.discount_fen),
        "tax_rate", cast(table.tax_rate, String), "total", yuan(table.total_fen),
    )  # fmt: skip
    rows = select(func.jsonb_agg(aggregate_order_by(one, table.position), type_=JSONB)).where(of == record_id)
    return func.coalesce(rows.scalar_subquery(), func.jsonb_build_array(), type_=JSONB)
