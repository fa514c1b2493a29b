"""1.3.4 A hand-over moves only as its table says."""

from tests.conftest import Acting, versioned
from tests.lifecycles import Case, every_step_of
from zhidu.kernel.db import new_id
from zhidu.kernel.work import unit_of_work
from zhidu.org import handovers
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House

PATH = "/api/v1/org/handovers"
REASON = {"refuse": {"reason": "不完整"}, "return": {"reason": "改期"}}


@every_step_of(handovers.LIFECYCLE)
async def test_a_hand_over_moves_only_as_written(case: Case, acting: Acting, house: House, staff: dict[str, Account]):
    async def take(_: Case):
        seller = await house.actor_of(staff["sales-specialist"].id)
        async with unit_of_work(house.database, account_id=seller.id) as db:
            made = await handovers.offer(
                db, seller, resource="order", record_id=new_id(), title="D1", to_kind="logistics"
            )
            made.status = case.state
        who = acting("sales-specialist" if case.verb == "offer" else "logistics-clerk")
        shown = await who.get(f"{PATH}/{made.id}")
        return await who.post(f"{PATH}/{made.id}/{case.verb}", json=REASON.get(case.verb, {}), headers=versioned(shown))

    await case.check(take)
