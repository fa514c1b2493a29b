"""2.2.1, 4.2.2 Conversion: a lead becomes a customer, a contact and an opportunity at once, and stays readable."""

from datetime import date
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.events import emit
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation import obligations
from zhidu.sales import contacts, customers, opportunities
from zhidu.sales.customers import Customer
from zhidu.sales.follow_ups import FollowUp
from zhidu.sales.leads import LIFECYCLE, Lead, LeadConverted


async def convert(
    db: AsyncSession,
    actor: Actor,
    lead: Lead,
    *,
    title: str,
    amount_fen: int,
    expected_close_on: date | None,
    needs: str | None,
    customer_id: UUID | None,
    note: str | None,
) -> Lead:
    """Customer, contact and opportunity in one transaction, with the lead's attribution.

    With `customer_id`, or where the lead was joined to a customer before, that file is used. Raises Malformed for one
    that does not exist or is out of the actor's reach.
    """
    actor.must(duties.CONVERT_LEAD, lead)
    await LIFECYCLE.advance(db, actor, "convert", lead, note)
    known = customer_id or lead.customer_id
    customer = await _open_file(db, actor, lead) if known is None else await _existing(db, actor, known)
    contact = await contacts.add(
        db, actor, customer=customer, name=lead.name, phone=lead.phone, email=lead.email,
        position=lead.title, main=known is None,
    )  # fmt: skip
    await db.flush()
    opportunity = await opportunities.open(
        db, actor, customer=customer, title=title, amount_fen=amount_fen, contact_id=contact.id,
        needs=needs or lead.need, expected_close_on=expected_close_on, lead_id=lead.id,
        channel_id=lead.channel_id, campaign_id=lead.campaign_id, link_id=lead.link_id,
    )  # fmt: skip
    await db.flush()
    lead.customer_id, lead.contact_id, lead.opportunity_id = customer.id, contact.id, opportunity.id
    lead.converted_at = lead.touched_at = clock.now()
    lead.next_contact_at = None
    await obligations.void(db, lead.id)
    # What was said with the lead is part of the customer's story.
    await db.execute(
        update(FollowUp)
        .where(FollowUp.lead_id == lead.id)
        .values(customer_id=customer.id, opportunity_id=opportunity.id),
        execution_options={"synchronize_session": False},
    )
    emit(db, LeadConverted(lead.id, customer.id, opportunity.id))
    return lead


async def _open_file(db: AsyncSession, actor: Actor, lead: Lead) -> Customer:
    customer = await customers.open_file(
        db, actor, name=lead.company or lead.name, kind="company" if lead.company else "person",
        phone=lead.phone, email=lead.email, region=lead.region, lead_id=lead.id,
        owner_id=lead.owner_id, department_id=lead.department_id,
        channel_id=lead.channel_id, campaign_id=lead.campaign_id, link_id=lead.link_id,
    )  # fmt: skip
    await db.flush()
    return customer


async def _existing(db: AsyncSession, actor: Actor, customer_id: UUID) -> Customer:
    customer = await db.get(Customer, customer_id)
    if customer is None or not actor.may(duties.CREATE_OPPORTUNITY, customer).allowed:
        raise Malformed.at(
            "/customer_id",
            Text("没有这位客户，或不在您的范围内", "No such customer, or outside your scope"),
            "reference",
        )
    return customer
