"""What is due right now: each who signs in finds something to do, something late, and something that has climbed."""

from uuid import UUID

from sqlalchemy import select

from zhidu.demo import deals
from zhidu.demo.company import AWAY, CLERKS, MARKETERS, SALES_MANAGER, SELLERS
from zhidu.demo.entrances import DOORS
from zhidu.demo.names import prospect
from zhidu.demo.year import Life, Year
from zhidu.kernel import clock
from zhidu.org import handovers
from zhidu.policy import duties
from zhidu.sales import arrivals, assignments, follow_ups, opportunities, orders, proposals, screening
from zhidu.sales.customers import Customer
from zhidu.sales.leads import Lead
from zhidu.sales.opportunities import Opportunity
from zhidu.sales.orders import Order

_FIRST_CONTACT_HOURS, _SCREEN_HOURS, _CONFIRM_HOURS, _ACCEPT_HOURS = 24.0, 4.0, 2.0, 4.0
_NUMBERS = 5000  # beyond those of the year's leads


def prepare(year: Year) -> None:
    """Plan it: the moments are reckoned back from what shall be due, late or climbing now."""
    late, climbed = year.hours_before(year.now, 1.5), year.hours_before(year.now, 13)
    for number, seller in enumerate(login for login in SELLERS if login != AWAY):
        due = late if number else climbed  # the first one's has climbed past the manager
        year.once(_assigned, seller, number * 3, at=year.hours_before(due, _FIRST_CONTACT_HOURS))
        soon = year.hours_before(year.worked(year.now, 3 + number), _FIRST_CONTACT_HOURS)
        year.once(_assigned, seller, number * 3 + 1, at=soon)
        year.begin(_promised(year, seller, number * 3 + 2), year.hours_before(year.now, 12 + number))
        year.once(_placed, seller, at=year.hours_before(year.worked(year.now, 0.6), _CONFIRM_HOURS))
    for hours_left in (3.5, 1, -0.5):
        at = year.hours_before(year.worked(year.now, max(hours_left, 0)), _ACCEPT_HOURS - min(hours_left, 0))
        year.begin(_handed_over(year, hours_left), year.hours_before(at, 1))
    year.begin(_discount(year), year.hours_before(year.now, 4))
    for number in range(4):
        year.once(_new, number, at=year.hours_before(year.worked(year.now, 0.5 + number), _SCREEN_HOURS))


async def _lead(year: Year, number: int) -> Lead:
    who = prospect(year.chance("today", number), _NUMBERS + number, business=0.5)
    return await year.do(
        MARKETERS[number % 3], duties.CREATE_LEAD, arrivals.register, source_id=DOORS.sources["baidu"], name=who.name,
        company=who.company, title=who.title, region=who.region, phone=who.phone, email=who.email,
        need="想了解安装时间",         product_interest=who.product_interest,
    )  # fmt: skip


async def _new(year: Year, number: int) -> None:
    """It has just come in, and nobody has screened it."""
    await _lead(year, 100 + number)


async def _assigned(year: Year, seller: str, number: int) -> None:
    """A lead that the sales manager has given to somebody: its first contact is due."""
    lead = await _lead(year, number)
    await year.do(SALES_MANAGER, duties.SCREEN_LEAD, screening.screen, lead)
    await year.do(SALES_MANAGER, duties.QUALIFY_LEAD, screening.qualify, lead)
    await year.do(
        SALES_MANAGER, duties.ASSIGN_LEAD, assignments.assign, lead, account_id=_id(year, seller), note="熟悉该片区"
    )


async def _promised(year: Year, seller: str, number: int) -> Life:
    """A lead that was promised to hear again within today's work."""
    await _assigned(year, seller, number)
    newest = select(Lead.id).where(Lead.owner_id == _id(year, seller), Lead.status == "assigned")
    lead_id = (await year.db.scalars(newest.order_by(Lead.created_at.desc(), Lead.id.desc()).limit(1))).one()
    yield year.worked(clock.now(), 2)
    lead = await year.find(Lead, lead_id)
    if lead.status != "assigned":
        return
    await year.do(
        year.owner(lead), duties.CONTACT_LEAD, follow_ups.contact, lead, at=None, channel="call",
        content="介绍安装流程，约定再联系", response="要和家人商量，请今天再打来", tags=[],
        next_at=max(year.worked(year.now, 2), year.worked(clock.now(), 2)),
    )  # fmt: skip


async def _order_of(year: Year, seller: str | None = None) -> Order | None:
    """A new order of a known customer (of this seller), a draft still."""
    known = select(Order).where(Order.status == "completed").order_by(Order.completed_at.desc()).limit(1)
    if seller is not None:
        known = known.where(Order.owner_id == _id(year, seller))
    before = (await year.db.scalars(known)).first()
    if before is None:
        return None
    lines = await deals.basket(year, 6000_00, year.chance("today", before.number[:9], seller))
    return await year.do(
        year.owner(before), duties.CREATE_ORDER, orders.register, customer_id=before.customer_id,
        contact_id=before.contact_id, lines=lines,
    )  # fmt: skip


async def _placed(year: Year, seller: str) -> None:
    """An order to confirm with the customer within the hour."""
    order = await _order_of(year, seller)
    if order is not None:
        await year.do(year.owner(order), duties.PLACE_ORDER, orders.place, order)


async def _handed_over(year: Year, hours_left: float) -> Life:
    """An order whose parts wait for service and logistics; the first one is signed for, and waits to be shipped."""
    order = await _order_of(year)
    if order is None:
        return
    order_id = order.id
    await year.do(year.owner(order), duties.PLACE_ORDER, orders.place, order)
    yield year.worked(clock.now(), 0.4)
    order = await year.find(Order, order_id)
    await year.do(year.owner(order), duties.CONFIRM_ORDER, orders.confirm, order, by="phone")
    yield year.worked(clock.now(), 0.6)
    order = await year.find(Order, order_id)
    await year.do(year.owner(order), duties.HAND_OVER_ORDER, orders.hand_over, order)
    if hours_left == 1:
        yield year.worked(clock.now(), 1)
        for handover, kind in await handovers.of_record(year.db, order_id):
            if kind == "logistics" and handover.status == "offered":
                await year.do(CLERKS[0], duties.ACCEPT_HANDOVER, handovers.accept, handover)


async def _discount(year: Year) -> Life:
    """A proposal whose discount waits for the sales manager."""
    seller = SELLERS[1]
    of = select(Customer).where(Customer.owner_id == _id(year, seller)).order_by(Customer.created_at.desc()).limit(1)
    customer = (await year.db.scalars(of)).one()
    made = await year.do(
        seller, duties.CREATE_OPPORTUNITY, opportunities.open_for, customer_id=customer.id, title="样板间加购照明",
        needs="样板间再做两套照明", amount_fen=26_000_00, next_step="等折扣审批",
        next_step_at=year.worked(year.now, 9),
    )  # fmt: skip
    yield year.worked(clock.now(), 1)
    opportunity = await year.find(Opportunity, made.id)
    await year.do(seller, duties.ADVANCE_OPPORTUNITY, opportunities.define, opportunity)
    lines = await deals.basket(year, 26_000_00, year.chance("discount"), discount=True)
    proposal = await year.do(
        seller, duties.CREATE_PROPOSAL, proposals.write, opportunity_id=opportunity.id, title="样板间照明方案",
        solution="磁吸轨道灯两套，含调光面板。", lines=lines,
    )  # fmt: skip
    await year.do(seller, duties.SUBMIT_PROPOSAL, proposals.submit, proposal, "老客户加购，申请九二折")


def _id(year: Year, login: str) -> UUID:
    account_id = year.actors[login].id
    if account_id is None:
        raise LookupError(login)
    return account_id
