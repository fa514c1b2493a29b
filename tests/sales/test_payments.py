"""4.3.1, 4.3.4 Payments and their ledger."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import func, select

from tests.conftest import Acting, versioned
from tests.sales.selling import API, done, order, placed, step
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation.controls import CONTROLS, measure
from zhidu.sales.ledger import CUSTOMER, LedgerEntry

PATH = f"{API}/sales/payments"
PAYMENTS = "sales/payments"


async def balance(house: House, order_id: str) -> tuple[int, int]:
    """The sum of all postings of an order, and what its customer has paid."""
    async with house.database.sessions() as db:
        mine = select(func.coalesce(func.sum(LedgerEntry.amount_fen), 0)).where(LedgerEntry.order_id == UUID(order_id))
        return int(await db.scalar(mine) or 0), -int(await db.scalar(mine.where(LedgerEntry.account == CUSTOMER)) or 0)


async def test_finance_records_what_came_in_and_the_order_shows_it(acting: Acting, house: House):
    now = await placed(acting)
    bill = {"order_id": now.json()["id"], "amount": "1000.00", "method": "bank", "reference": f"B{uuid4().hex}"}
    refused = await acting("sales-manager").post(PATH, json=bill)
    assert (refused.status_code, refused.json()["clause"]) == (403, "4.3.1")
    made = done(await acting("finance-clerk").post(PATH, json=bill))
    assert (made.json()["amount"], made.json()["order_number"]) == ("1000.00", now.json()["number"])
    seen = (await acting("sales-specialist").get(f"{API}/sales/orders/{now.json()['id']}")).json()
    assert (seen["paid"], seen["payment"]) == ("1000.00", "partly_paid")
    twice = await acting("finance-clerk").post(PATH, json=bill)
    assert twice.status_code == 409
    over = await acting("finance-clerk").post(PATH, json={**bill, "reference": "B2", "amount": "1560.01"})
    assert (over.status_code, over.json()["errors"][0]["pointer"]) == (422, "/amount")
    assert "1560.00" in over.text
    done(await acting("finance-clerk").post(PATH, json={**bill, "reference": f"B{uuid4().hex}", "amount": "1560.00"}))
    seen = (await acting("sales-specialist").get(f"{API}/sales/orders/{now.json()['id']}")).json()
    assert (seen["paid"], seen["payment"]) == ("2560.00", "paid")
    assert await balance(house, now.json()["id"]) == (0, 256000)
    seen = done(await acting("sales-specialist").get(f"{API}/sales/orders/{now.json()['id']}"))
    gone = await step(acting("sales-specialist"), "sales/orders", seen, "cancel", reason="不要了")
    assert (gone.status_code, "冲销" in gone.json()["detail"]) == (409, True)


@pytest.mark.parametrize("amount", ["0", "-1.00", "1.001", "1e3", "99999999999999.00"])
async def test_an_amount_that_is_none_is_refused_at_its_field(acting: Acting, amount: str):
    now = await placed(acting)
    reply = await acting("finance-clerk").post(
        PATH, json={"order_id": now.json()["id"], "amount": amount, "method": "cash"}
    )
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "/amount")


async def test_a_draft_is_not_paid_for_nor_money_of_tomorrow_recorded(acting: Acting):
    now = await order(acting)
    bill = {"order_id": now.json()["id"], "amount": "1.00", "method": "cash"}
    assert (await acting("finance-clerk").post(PATH, json=bill)).status_code == 409
    other = await placed(acting)
    late = await acting("finance-clerk").post(
        PATH, json={**bill, "order_id": other.json()["id"], "paid_on": "2099-01-01"}
    )
    assert late.json()["errors"][0]["pointer"] == "/paid_on"


async def test_a_payment_is_reversed_by_another_person_and_may_be_recorded_again(acting: Acting, house: House):
    now = await placed(acting)
    bill = {"order_id": now.json()["id"], "amount": "2560.00", "method": "alipay", "reference": f"A{uuid4().hex}"}
    made = done(await acting("finance-clerk").post(PATH, json=bill))
    own = await step(acting("finance-clerk"), PAYMENTS, made, "reverse", reason="登错")
    assert (own.status_code, "职责分离" in own.json()["detail"]) == (403, True)
    back = done(await step(acting("finance-clerk-2"), PAYMENTS, made, "reverse", reason="登错"))
    assert back.json()["status"] == "reversed"
    assert await balance(house, now.json()["id"]) == (0, 0)
    again = await step(acting("finance-clerk-2"), PAYMENTS, back, "reverse", reason="登错")
    assert again.status_code == 409
    done(await acting("finance-clerk").post(PATH, json=bill))


async def test_sixteen_reversals_at_once_have_one_effect_five_times_over(acting: Acting, house: House):
    now = await placed(acting)
    for _ in range(5):
        made = done(
            await acting("finance-clerk").post(
                PATH, json={"order_id": now.json()["id"], "amount": "2560.00", "method": "bank"}
            )
        )
        url = f"{PATH}/{made.json()['id']}/reverse"
        replies = await asyncio.gather(*(
            acting("finance-clerk-2").post(url, json={"reason": "退回"}, headers=versioned(made)) for _ in range(16)
        ))  # fmt: skip
        assert sorted(r.status_code for r in replies) == [200] + [412] * 15
        assert await balance(house, now.json()["id"]) == (0, 0)


async def test_the_database_itself_never_gives_back_more_than_was_paid(acting: Acting, house: House):
    """Past the rules and their locks: sixteen writers post the whole amount back, each seeing it still there."""
    now = await placed(acting)
    order_id = UUID(now.json()["id"])
    for _ in range(5):
        done(
            await acting("finance-clerk").post(
                PATH, json={"order_id": str(order_id), "amount": "2560.00", "method": "bank"}
            )
        )

        async def give_back() -> str:
            connection = await asyncpg.connect(house.database.url)
            try:
                async with connection.transaction():
                    await _post(connection, order_id, ("customer", 256000), ("bank", -256000))
            except asyncpg.CheckViolationError as refused:
                return str(refused.as_dict()["constraint_name"])
            finally:
                await connection.close()
            return "accepted"

        outcomes = await asyncio.gather(*(give_back() for _ in range(16)))
        assert sorted(outcomes) == ["accepted", *["refunded_within_paid"] * 15]
        assert await balance(house, str(order_id)) == (0, 0)


async def _post(connection: "asyncpg.Connection[asyncpg.Record]", order_id: UUID, *postings: tuple[str, int]) -> None:
    transaction_id = uuid4()
    for account, amount in postings:
        await connection.execute(
            "INSERT INTO sales_ledger_entry (id, transaction_id, account, order_id, amount_fen, value_on, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            uuid4(), transaction_id, account, order_id, amount, clock.today(), clock.now(),
        )  # fmt: skip


async def test_the_ledger_balances_and_is_only_added_to(acting: Acting, house: House):
    now = await placed(acting)
    done(
        await acting("finance-clerk").post(
            PATH, json={"order_id": now.json()["id"], "amount": "1.00", "method": "cash"}
        )
    )
    async with house.database.pool.acquire() as connection:
        with pytest.raises(asyncpg.CheckViolationError, match="do not add up"):
            async with connection.transaction():
                await _post(connection, UUID(now.json()["id"]), ("customer", -100), ("bank", 99))
        for change in (
            "UPDATE sales_ledger_entry SET amount_fen = 0",
            "DELETE FROM sales_ledger_entry",
            "TRUNCATE sales_ledger_entry",
        ):
            with pytest.raises(asyncpg.CheckViolationError, match="never changed"):
                await connection.execute(change)
    async with unit_of_work(house.database) as db:
        result = await measure(db, CONTROLS["payment.within_paid"])
    assert (result.clause, result.failing, result.state) == ("4.3.4", 0, "green")
