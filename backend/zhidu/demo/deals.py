"""4.2.2, 4.3 in the demonstration: what becomes of an opportunity, and of the order when it is won."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from zhidu.catalog.products import Product
from zhidu.demo.company import AGENTS, CLERKS, ENGINEER, FINANCE, SALES_MANAGER
from zhidu.demo.year import Life, Year
from zhidu.kernel import clock
from zhidu.org import handovers
from zhidu.policy import duties
from zhidu.sales import customers, opportunities, orders, payments, proposals
from zhidu.sales.contacts import Contact
from zhidu.sales.customers import Customer
from zhidu.sales.opportunities import Opportunity
from zhidu.sales.orders import Order
from zhidu.sales.proposals import Proposal

_STEPS = ("发送案例与报价", "约到店体验", "上门量尺", "确认颜色与安装时间", "回电确认付款方式")
_REASONS = (("价格高于预期", "同城品牌"), ("交期不满足", None), ("选择了其他品牌", "某米"), ("项目取消", None))
_CARRIERS = (("顺丰速运", "SF"), ("德邦快递", "DB"), ("京东物流", "JD"))
_INDUSTRIES = ("租赁住房", "装修", "酒店", "房地产", "软件", "批发", "物业", "零售", "餐饮", "设计")
_CONFIRMED_BY = ("phone", "phone", "wechat", "email", "in-person")


async def pursue(year: Year, opportunity_id: UUID | None, chance: Random) -> Life:
    """An opportunity goes through its stages, and is won, lost, or put on hold for a while."""
    yield year.worked(clock.now(), chance.uniform(0.2, 3))
    opportunity = await year.find(Opportunity, opportunity_id)
    await _keep_file(year, opportunity, chance)
    await _next_step(year, opportunity, chance)
    await year.do(year.owner(opportunity), duties.ADVANCE_OPPORTUNITY, opportunities.define, opportunity)
    if chance.random() < 0.12:
        yield year.worked(clock.now(), chance.uniform(8, 40))
        await _lose(year, await year.find(Opportunity, opportunity_id), chance)
        return
    yield year.worked(clock.now(), chance.uniform(6, 34))
    proposal_id = await _propose(year, await year.find(Opportunity, opportunity_id), chance)
    async for moment in _send(year, proposal_id, chance):
        yield moment
    if chance.random() < 0.08:
        opportunity = await year.find(Opportunity, opportunity_id)
        until = clock.today() + timedelta(days=chance.randint(14, 60))
        await year.do(
            year.owner(opportunity), duties.HOLD_OPPORTUNITY, opportunities.hold, opportunity, until=until,
            note="客户装修延期",
        )  # fmt: skip
        yield year.at_work(clock.midnight(until) + timedelta(hours=2))
        opportunity = await year.find(Opportunity, opportunity_id)
        await _next_step(year, opportunity, chance)
        await year.do(year.owner(opportunity), duties.RESUME_OPPORTUNITY, opportunities.resume, opportunity)
    yield year.worked(clock.now(), chance.uniform(10, 50))
    opportunity = await year.find(Opportunity, opportunity_id)
    await year.do(year.owner(opportunity), duties.ADVANCE_OPPORTUNITY, opportunities.negotiate, opportunity)
    await _next_step(year, opportunity, chance)
    yield year.worked(clock.now(), chance.uniform(8, 46))
    opportunity = await year.find(Opportunity, opportunity_id)
    if chance.random() < 0.34 or not await _accepted(year, proposal_id):
        await _lose(year, opportunity, chance)
        return
    await year.do(year.owner(opportunity), duties.WIN_OPPORTUNITY, opportunities.win, opportunity)
    order_id = (await year.db.scalars(select(Order.id).where(Order.opportunity_id == opportunity_id))).one()
    async for moment in fulfil(year, order_id, chance):
        yield moment


async def _keep_file(year: Year, opportunity: Opportunity, chance: Random) -> None:
    """The owner completes the customer's file; now and then something is forgotten (4.4.3)."""
    customer = await year.find(Customer, opportunity.customer_id)
    facts: dict[str, Any] = {"address": f"{customer.region or '浙江省杭州市'}湖滨路 {chance.randint(1, 399)} 号"}
    if customer.kind == "company" and chance.random() < 0.9:
        facts |= {"industry": chance.choice(_INDUSTRIES), "level": chance.choice(("key", "normal", "normal"))}
    await year.do(year.owner(opportunity), duties.UPDATE_CUSTOMER, customers.revise, customer, **facts)


async def _next_step(year: Year, opportunity: Opportunity, chance: Random) -> None:
    at = year.at_work(clock.now() + timedelta(days=chance.uniform(3, 9)))
    await year.do(
        year.owner(opportunity), duties.UPDATE_OPPORTUNITY, opportunities.revise, opportunity,
        next_step=chance.choice(_STEPS), next_step_at=at,
    )  # fmt: skip


async def _lose(year: Year, opportunity: Opportunity, chance: Random) -> None:
    reason, competitor = chance.choice(_REASONS)
    await year.do(
        year.owner(opportunity), duties.LOSE_OPPORTUNITY, opportunities.lose, opportunity, reason=reason,
        competitor=competitor,
    )  # fmt: skip


async def _propose(year: Year, opportunity: Opportunity, chance: Random) -> UUID:
    lines = await basket(year, opportunity.amount_fen, chance, discount=chance.random() < 0.3)
    proposal = await year.do(
        year.owner(opportunity), duties.CREATE_PROPOSAL, proposals.write, opportunity_id=opportunity.id,
        title=f"{opportunity.title} 方案", solution="按户型与使用习惯选型，含安装调试与两年保修；可先到店体验。",
        terms="预付 30%，安装完成付清；签约后七个工作日发货。", lines=lines,
    )  # fmt: skip
    return proposal.id


async def basket(year: Year, worth_fen: int, chance: Random, *, discount: bool = False) -> list[dict[str, Any]]:
    """Products that come to about this sum; with a discount that somebody else must approve, if asked."""
    sold = (await year.db.scalars(select(Product).where(Product.status == "listed").order_by(Product.sku))).all()
    affordable = [product for product in sold if product.price_fen <= max(worth_fen, 400_00)]
    lines = []
    for product in chance.sample(affordable, min(len(affordable), chance.choice((1, 1, 2, 3)))):
        quantity = max(1, min(200, round(worth_fen / 2 / product.price_fen)))
        off = round(quantity * product.price_fen * chance.uniform(0.06, 0.11)) if discount else 0
        lines.append({"product_id": product.id, "quantity": Decimal(quantity), "discount_fen": off})
    return lines


async def _send(year: Year, proposal_id: UUID, chance: Random) -> Life:
    """Within the free discount it goes out at once; beyond it the sales manager decides first."""
    proposal = await year.find(Proposal, proposal_id)
    seller = year.owner(proposal)
    if proposal.over_free_discount:
        await year.do(seller, duties.SUBMIT_PROPOSAL, proposals.submit, proposal, "客户批量采购，申请折扣")
        yield year.worked(clock.now(), chance.uniform(0.5, 3.5))
        proposal = await year.find(Proposal, proposal_id)
        await year.do(SALES_MANAGER, duties.APPROVE_PROPOSAL, proposals.approve, proposal, "同意")
        yield year.worked(clock.now(), chance.uniform(0.2, 2))
        proposal = await year.find(Proposal, proposal_id)
    contact = await year.find(Contact, proposal.contact_id)
    by = "email" if contact.email_sealed is not None else "wechat"
    await year.do(seller, duties.SEND_PROPOSAL, proposals.send, proposal, by=by)


async def _accepted(year: Year, proposal_id: UUID) -> bool:
    proposal = await year.find(Proposal, proposal_id)
    if proposal.status != "sent" or proposal.valid_until < clock.today():
        return False
    await year.do(year.owner(proposal), duties.ACCEPT_PROPOSAL, proposals.accept, proposal)
    return True


# -- orders ----------------------------------------------------------------------------------------------------------


async def fulfil(year: Year, order_id: UUID, chance: Random) -> Life:
    """From the draft to what has arrived, each department in its turn; few are late, few are called off."""
    yield year.worked(clock.now(), chance.uniform(0.3, 5))
    order = await year.find(Order, order_id)
    seller = year.owner(order)
    await year.do(seller, duties.PLACE_ORDER, orders.place, order)
    if chance.random() < 0.06:
        yield year.worked(clock.now(), chance.uniform(0.3, 1.8))
        order = await year.find(Order, order_id)
        await year.do(seller, duties.CANCEL_ORDER, orders.cancel, order, reason="客户改变主意")
        return
    yield year.worked(clock.now(), chance.uniform(2.1, 5) if chance.random() < 0.07 else chance.uniform(0.1, 1.8))
    order = await year.find(Order, order_id)
    await year.do(seller, duties.CONFIRM_ORDER, orders.confirm, order, by=chance.choice(_CONFIRMED_BY))
    yield year.worked(clock.now(), chance.uniform(0.1, 1.7))
    order = await year.find(Order, order_id)
    await year.do(seller, duties.HAND_OVER_ORDER, orders.hand_over, order)
    year.once(_pay, order_id, chance.uniform(0.3, 1.0), at=year.worked(clock.now(), chance.uniform(1, 6)))
    yield year.worked(clock.now(), chance.uniform(0.3, 1.8))
    await sign(year, order_id, chance, "service", "tech")
    yield year.worked(clock.now(), chance.uniform(2.5, 7) if chance.random() < 0.08 else chance.uniform(0.2, 2))
    await sign(year, order_id, chance, "logistics")
    yield year.worked(clock.now(), chance.uniform(21, 34) if chance.random() < 0.05 else chance.uniform(2, 16))
    order = await year.find(Order, order_id)
    carrier, letters = chance.choice(_CARRIERS)
    await year.do(
        chance.choice(CLERKS), duties.SHIP_ORDER, orders.ship, order, carrier=carrier,
        tracking_number=f"{letters}{chance.randrange(10**12):012d}",
    )  # fmt: skip
    yield year.at_work(clock.now() + timedelta(days=chance.uniform(1.2, 5)))
    order = await year.find(Order, order_id)
    await year.do(chance.choice(AGENTS), duties.DELIVER_ORDER, orders.deliver, order)
    year.once(_pay, order_id, 1.0, at=year.worked(clock.now(), chance.uniform(2, 24)))
    if chance.random() < 0.4:
        yield year.worked(clock.now(), chance.uniform(8, 34))
        order = await year.find(Order, order_id)
        await year.do(chance.choice(AGENTS), duties.COMPLETE_ORDER, orders.complete, order, "客户确认满意")
    if chance.random() < 0.35:
        yield year.at_work(clock.now() + timedelta(days=chance.uniform(18, 75)))
        async for moment in order_again(year, order_id, chance):
            yield moment


async def order_again(year: Year, order_id: UUID, chance: Random) -> Life:
    """A customer who is content orders once more, without any proposal."""
    before = await year.find(Order, order_id)
    order = await year.do(
        year.owner(before), duties.CREATE_ORDER, orders.register, customer_id=before.customer_id,
        contact_id=before.contact_id, lines=await basket(year, round(before.total_fen * 0.6), chance),
    )  # fmt: skip
    async for moment in fulfil(year, order.id, chance):
        yield moment


async def sign(year: Year, order_id: UUID, chance: Random, *kinds: str) -> None:
    """These departments sign for their parts."""
    receivers = {"service": chance.choice(AGENTS), "logistics": chance.choice(CLERKS), "tech": ENGINEER}
    for handover, kind in await handovers.of_record(year.db, order_id):
        if kind in kinds and handover.status == "offered":
            await year.do(receivers[kind], duties.ACCEPT_HANDOVER, handovers.accept, handover)


async def _pay(year: Year, order_id: UUID, share: float) -> None:
    """Finance records what has come in: a deposit, or the rest."""
    order = await year.find(Order, order_id)
    paid = sum(await year.db.scalars(select(payments.Payment.amount_fen).where(payments.Payment.order_id == order_id)))
    amount = min(order.total_fen - paid, round(order.total_fen * (share if share > 0.85 else 0.3)))
    if amount <= 0:
        return
    await year.do(
        FINANCE, duties.CREATE_PAYMENT, payments.record, order_id=order_id, amount_fen=amount,
        method="bank" if order.total_fen > 8000_00 else "alipay", reference=None,
    )  # fmt: skip
