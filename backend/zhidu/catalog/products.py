"""2.5 Products: what the company sells, with the price and the material that the other departments keep current."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Numeric, Uuid, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.db import Record
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.page import Listing
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation.controls import Records, Window, control

LIFECYCLE = Lifecycle(
    "product",
    {"listed": "open", "retired": "ended"},
    retire=step("listed", "retired", clause="2.5"),
    relist=step("retired", "listed", clause="2.5"),
)


class Product(Searchable, Record):
    """Something that can be ordered. Its price is for one unit, tax included."""

    __tablename__ = "catalog_product"
    __searched__ = ("name", "sku")
    __table_args__ = (
        search_index("catalog_product"),
        Index("ix_catalog_product_name", "name", "id"),
        Index("ix_catalog_product_updated_at", "updated_at", "id"),
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("tax_rate BETWEEN 0 AND 100", name="tax_rate"),
    )

    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    category: Mapped[str | None]
    unit: Mapped[str] = mapped_column(default="件")
    price_fen: Mapped[int]
    tax_rate: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(13), doc="Per cent, within the price.")
    needs_setup: Mapped[bool] = mapped_column(
        default=False, doc="An order of it is handed over to tech as well (4.3.2)."
    )
    return_exemption: Mapped[str | None] = mapped_column(
        doc="Why the seven-day right does not hold (art. 25): custom-made, perishable, digital, periodical, by-nature."
    )
    description: Mapped[str | None]
    website: Mapped[str | None]
    material_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, doc="Files: sheets, manuals, pictures.")
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)


LISTING = Listing(
    "product",
    Product,
    filters=(Product.status, Product.category, Product.needs_setup, Product.price_fen),
    sorts=(Product.name, Product.sku, Product.price_fen),
    default_sort="name",
    search=lambda q: matches(Product, q),
    lifecycle=LIFECYCLE,
)


async def register(db: AsyncSession, actor: Actor, **fields: Any) -> Product:
    """A new product; it can be proposed and ordered at once."""
    actor.must(duties.CREATE_PRODUCT)
    product = Product(**fields)
    db.add(product)
    return product


async def revise(db: AsyncSession, actor: Actor, product: Product, **changes: Any) -> Product:
    """Change what is known of the product; proposals and orders keep the price that they were written with."""
    actor.must(duties.UPDATE_PRODUCT, product)
    for name, value in changes.items():
        setattr(product, name, value)
    return product


async def retire(db: AsyncSession, actor: Actor, product: Product, note: str | None = None) -> Product:
    """It is sold no longer; what was ordered stays as it is."""
    actor.must(duties.RETIRE_PRODUCT, product)
    await LIFECYCLE.advance(db, actor, "retire", product, note)
    return product


async def relist(db: AsyncSession, actor: Actor, product: Product, note: str | None = None) -> Product:
    """It is sold again."""
    actor.must(duties.RELIST_PRODUCT, product)
    await LIFECYCLE.advance(db, actor, "relist", product, note)
    return product


def _listed(_window: Window) -> Records:
    return select(
        Product.id, Product.name.label("title"), literal("product").label("resource"), Product.updated_at.label("at")
    ).where(Product.status == "listed")


def _without_material(window: Window) -> Records:
    nothing_to_hand_out = Product.website.is_(None) & (func.cardinality(Product.material_ids) == 0)
    return _listed(window).where(or_(Product.description.is_(None), nothing_to_hand_out))


control(
    "product.material", "在售产品均有说明和可用资料", "Every product sold has a description and material",
    clause="2.5", population=_listed, failing=_without_material, green=0.95, amber=0.8, period=timedelta(days=365),
)  # fmt: skip
