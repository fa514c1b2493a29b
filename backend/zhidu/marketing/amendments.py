"""1.3.3 Budget amendments: a campaign spends beyond its approved budget only after a second person raised it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Malformed, OutOfOrder
from zhidu.kernel.texts import Text
from zhidu.marketing.campaigns import Campaign
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor
from zhidu.policy.deciders import decider
from zhidu.regulation import obligations
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import obligation

LIFECYCLE = Lifecycle(
    "campaign_amendment",
    {"requested": "waiting", "approved": "done", "refused": "ended", "withdrawn": "ended"},
    approve=step("requested", "approved", clause="1.3.3"),
    refuse=step("requested", "refused", clause="1.3.3"),
    withdraw=step("requested", "withdrawn", clause="1.3.3"),
)
# Bills come in after the end too; what was reviewed or called off is closed.
AMENDABLE = ("approved", "running", "paused", "finished")

DECIDE_WITHIN = limit(
    "campaign_amendment.approve", 8, "working-hours", "预算追加审批", "decision on an amendment", clause="1.3.3"
)
DECIDE = obligation(
    "campaign_amendment.approve", "审批预算追加", "decide on the amendment", clause="1.3.3", limit=DECIDE_WITHIN
)


class CampaignAmendment(Owned, Record):
    """The request to raise a campaign's budget, from what to what and why, and the decision."""

    __tablename__ = "marketing_campaign_amendment"
    __table_args__ = (
        *scope_indexes("marketing_campaign_amendment"),
        Index("ix_marketing_campaign_amendment_campaign_id", "campaign_id", "updated_at", "id"),
        Index(
            "uq_marketing_campaign_amendment_requested",
            "campaign_id",
            unique=True,
            postgresql_where=text("status = 'requested'"),
        ),
        CheckConstraint("budget_fen > budget_before_fen", name="raises"),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("marketing_campaign.id"))
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    budget_before_fen: Mapped[int]
    # The limit of who approves looks at the whole new budget: many small steps are one large one.
    budget_fen: Mapped[int] = mapped_column(doc="The whole budget after the amendment.")
    reason: Mapped[str]
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]


_decider = aliased(Account)

LISTING = Listing(
    "campaign_amendment",
    CampaignAmendment,
    extra=(
        Campaign.name.label("campaign_name"),
        Account.name.label("requested_by_name"),
        _decider.name.label("decided_by_name"),
    ),
    joins=(
        (Campaign, Campaign.id == CampaignAmendment.campaign_id),
        (Account, Account.id == CampaignAmendment.requested_by),
        (_decider, _decider.id == CampaignAmendment.decided_by),
    ),
    filters=(CampaignAmendment.status, CampaignAmendment.campaign_id, CampaignAmendment.owner_id),
    lifecycle=LIFECYCLE,
)


async def request(
    db: AsyncSession, actor: Actor, *, campaign_id: UUID, budget_fen: int, reason: str
) -> CampaignAmendment:
    """Ask for a higher budget; one request at a time for a campaign."""
    actor.must(duties.CREATE_AMENDMENT)
    campaign = await db.get(Campaign, campaign_id, with_for_update=True)
    if campaign is None:
        raise Malformed.at("/campaign_id", Text("没有这个活动", "No such campaign"), "reference")
    _must_be_amendable(campaign)
    if budget_fen <= campaign.budget_fen:
        raise Malformed.at("/budget", Text("应高于现有预算", "Must be more than the present budget"), "not_higher")
    amendment = CampaignAmendment(
        campaign_id=campaign.id,
        budget_before_fen=campaign.budget_fen,
        budget_fen=budget_fen,
        reason=reason,
        requested_by=actor.id,
        owner_id=actor.id,
        department_id=actor.department_id,
        created_by=actor.id,
    )
    db.add(amendment)
    await db.flush()
    await obligations.due(
        db, DECIDE, amendment.id, campaign.name,
        holder=await decider(db, duties.APPROVE_AMENDMENT, amendment), department=amendment.department_id,
    )  # fmt: skip
    return amendment


async def approve(
    db: AsyncSession, actor: Actor, amendment: CampaignAmendment, note: str | None = None
) -> CampaignAmendment:
    """The campaign's budget is from now on the higher one."""
    actor.must(duties.APPROVE_AMENDMENT, amendment)
    await LIFECYCLE.advance(db, actor, "approve", amendment, note)
    campaign = await db.get_one(Campaign, amendment.campaign_id, with_for_update=True)
    _must_be_amendable(campaign)
    campaign.budget_fen = amendment.budget_fen
    await _decided(db, actor, amendment, campaign, Text("「{c}」的预算已追加", "The budget of ‘{c}’ is raised"))
    return amendment


async def refuse(db: AsyncSession, actor: Actor, amendment: CampaignAmendment, note: str) -> CampaignAmendment:
    """The budget stays; the note says why."""
    actor.must(duties.REFUSE_AMENDMENT, amendment)
    await LIFECYCLE.advance(db, actor, "refuse", amendment, note)
    campaign = await db.get_one(Campaign, amendment.campaign_id)
    await _decided(db, actor, amendment, campaign, Text("「{c}」的预算追加被驳回", "‘{c}’ keeps its budget"))
    return amendment


async def withdraw(
    db: AsyncSession, actor: Actor, amendment: CampaignAmendment, note: str | None = None
) -> CampaignAmendment:
    """It is asked for no longer."""
    actor.must(duties.WITHDRAW_AMENDMENT, amendment)
    await LIFECYCLE.advance(db, actor, "withdraw", amendment, note)
    await obligations.void(db, amendment.id)
    return amendment


async def _decided(
    db: AsyncSession, actor: Actor, amendment: CampaignAmendment, campaign: Campaign, says: Text
) -> None:
    """The decision is made, and who asked for it knows."""
    amendment.decided_by, amendment.decided_at = actor.id, clock.now()
    await obligations.met(db, DECIDE, amendment.id)
    await obligations.tell(
        db, [amendment.owner_id] if amendment.owner_id else [], f"campaign_amendment.{amendment.status}",
        says.of(c=campaign.name), clause="1.3.3", resource="campaign_amendment", record_id=amendment.id,
    )  # fmt: skip


def _must_be_amendable(campaign: Campaign) -> None:
    if campaign.status not in AMENDABLE:
        raise OutOfOrder(
            Text(
                "「{c}」现在不能追加预算：草稿可直接修改，已复盘或取消的活动不再花费",
                "‘{c}’ cannot be amended now: change a draft itself; what is reviewed or cancelled spends no more",
            ).of(c=campaign.name),
            state=campaign.status,
            clause="1.3.3",
        )
