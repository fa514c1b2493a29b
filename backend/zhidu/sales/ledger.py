"""4.3.1, 4.3.4 The ledger: each movement of money is postings that add up to nothing. Rows are added, never changed.

Paid is a sum, not a stored total; and the database itself refuses that more goes back than came in.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DDL, BigInteger, ColumnElement, Date, ForeignKey, Index, case, cast, event, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Model, new_id

# What the company has, and what a customer has paid it: a payment moves from the second to the first.
BANK = "bank"
CUSTOMER = "customer"


class LedgerEntry(Model):
    """One posting: fen into (+) or out of (-) an account, for an order."""

    __tablename__ = "sales_ledger_entry"
    __table_args__ = (
        Index("ix_sales_ledger_entry_order", "order_id", "account", postgresql_include=["amount_fen"]),
        Index("ix_sales_ledger_entry_transaction_id", "transaction_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    transaction_id: Mapped[UUID] = mapped_column(doc="Postings of one transaction add up to nothing.")
    account: Mapped[str]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales_order.id"))
    amount_fen: Mapped[int]
    value_on: Mapped[date] = mapped_column(Date, doc="The day on which the money moved.")
    at: Mapped[datetime] = mapped_column(default=clock.now)


# Two refunds at once each see the sum without the other; so both take the order's row first, and the second then sees
# the first. NO KEY UPDATE, for the foreign key's own lock on that row must not stand in the way (a deadlock, else).
_NEVER_MORE_BACK = """
CREATE FUNCTION sales_ledger_never_more_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM sales_order WHERE id = NEW.order_id FOR NO KEY UPDATE;
    IF NEW.account = 'customer' AND (
        SELECT sum(amount_fen) FROM sales_ledger_entry WHERE order_id = NEW.order_id AND account = 'customer'
    ) > 0 THEN
        RAISE EXCEPTION 'more is given back than was paid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunded_within_paid';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sales_ledger_never_more_back AFTER INSERT ON sales_ledger_entry
    FOR EACH ROW EXECUTE FUNCTION sales_ledger_never_more_back();
"""
_BALANCED = """
CREATE FUNCTION sales_ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount_fen) FROM sales_ledger_entry WHERE transaction_id = NEW.transaction_id) <> 0 THEN
        RAISE EXCEPTION 'the postings do not add up' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sales_ledger_balanced AFTER INSERT ON sales_ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sales_ledger_balanced();
"""
_APPEND_ONLY = """
CREATE FUNCTION sales_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is added to, never changed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_append_only';
END $$;
CREATE TRIGGER sales_ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sales_ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION sales_ledger_append_only();
"""
for _rule in (_NEVER_MORE_BACK, _BALANCED, _APPEND_ONLY):
    event.listen(LedgerEntry.__table__, "after_create", DDL(_rule))  # type: ignore[no-untyped-call]  # SQLAlchemy's


async def post(
    db: AsyncSession, order_id: UUID, amount_fen: int, value_on: date, *, source: str = CUSTOMER, target: str = BANK
) -> UUID:
    """Move money between two accounts of an order; returns the transaction. Raises at flush if the database refuses."""
    transaction_id = new_id()
    for account, amount in ((source, -amount_fen), (target, amount_fen)):
        db.add(
            LedgerEntry(
                transaction_id=transaction_id, account=account, order_id=order_id, amount_fen=amount, value_on=value_on
            )
        )
    await db.flush()
    return transaction_id


def paid_fen(order_id: InstrumentedAttribute[UUID]) -> ColumnElement[int]:
    """What has been paid for an order and not been given back, as SQL."""
    entries = LedgerEntry.__table__.c
    paid = select(cast(-func.sum(entries.amount_fen), BigInteger))
    paid = paid.where(entries.order_id == order_id, entries.account == CUSTOMER)
    return func.coalesce(paid.scalar_subquery(), 0)


def payment_state(order_id: InstrumentedAttribute[UUID], total_fen: InstrumentedAttribute[int]) -> ColumnElement[str]:
    """unpaid, partly_paid or paid, as SQL."""
    paid = paid_fen(order_id)
    return case((paid >= total_fen, literal("paid")), (paid > 0, literal("partly_paid")), else_=literal("unpaid"))


async def paid_for(db: AsyncSession, order_id: UUID) -> int:
    """The same for one order, now."""
    paid = select(func.coalesce(-func.sum(LedgerEntry.amount_fen), 0))
    return int(await db.scalar(paid.where(LedgerEntry.order_id == order_id, LedgerEntry.account == CUSTOMER)) or 0)
