"""2.1.3, 3.3 in the demonstration: campaigns in every state, with budgets, amendments, spend, links and reviews."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from zhidu.demo.channels import BY_CODE, author_of
from zhidu.demo.company import FINANCE, GENERAL_MANAGER, MARKETING_MANAGER
from zhidu.demo.year import Life, Year
from zhidu.kernel import clock
from zhidu.marketing import amendments, campaigns, links, spend
from zhidu.marketing.amendments import CampaignAmendment
from zhidu.marketing.campaigns import Campaign
from zhidu.policy import duties

Fate = Literal[
    "reviewed", "finished", "running", "overdue", "paused", "cancelled", "approved", "submitted", "returned", "draft"
]  # fmt: skip
MANAGERS_LIMIT_FEN = 100_000_00


@dataclass(slots=True, eq=False)
class Plan:
    """A campaign as the demonstration plays it; days are counted back from today."""

    code: str
    name: str
    kind: str
    channel: str
    begins: int
    lasts: int
    budget_yuan: int
    leads: int
    orders: int
    revenue_yuan: int
    fate: Fate
    raised_to_yuan: int = 0
    late_start: bool = False
    id: UUID = field(init=False)
    links: list[tuple[UUID, str]] = field(default_factory=list)
    runs: bool = False

    @property
    def owner(self) -> str:
        """The specialist who keeps its channel."""
        return author_of(BY_CODE[self.channel])

    @property
    def approver(self) -> str:
        """Who decides on this budget."""
        return GENERAL_MANAGER if self.budget_yuan * 100 > MANAGERS_LIMIT_FEN else MARKETING_MANAGER

    def ran(self, days: int) -> bool:
        """Whether it ran so many days ago."""
        lasted = {"cancelled": 12, "paused": 13}.get(self.fate, self.lasts)
        return self.begins - lasted < days <= self.begins


PLANS = (
    Plan("winter-lock", "冬季换锁季", "sem", "baidu", 372, 60, 62000, 90, 12, 90000, "reviewed"),
    Plan("spring-fair", "春季建博会", "event", "expo", 192, 12, 88000, 40, 8, 260000, "reviewed", raised_to_yuan=96000),
    Plan("newhome-video", "新房装修短视频", "social", "douyin", 285, 90, 72000, 160, 14, 150000, "reviewed"),
    Plan("curtain-notes", "窗帘改造笔记", "content", "xiaohongshu", 250, 75, 38000, 90, 10, 80000, "reviewed"),
    Plan("apartment-b2b", "公寓门锁集采", "social", "b2b1688", 225, 90, 46000, 60, 9, 320000, "reviewed"),
    Plan("summer-sem", "夏季全屋智能", "sem", "baidu", 190, 75, 96000, 120, 16, 300000, "reviewed", 99000),
    Plan("member-day", "会员日小程序", "social", "wechat", 150, 20, 12000, 60, 14, 90000, "reviewed", late_start=True),
    Plan("refer-friend", "老客户转介绍有礼", "email", "referral", 130, 120, 20000, 60, 24, 240000, "finished"),
    Plan("autumn-live", "秋季直播周", "live", "douyin", 75, 68, 58000, 110, 12, 120000, "finished"),
    Plan("autumn-fair", "秋季建博会", "event", "expo", 64, 6, 76000, 50, 8, 220000, "overdue"),
    Plan("double11", "双十一大促", "sem", "baidu", 34, 45, 180000, 160, 26, 420000, "running", raised_to_yuan=210000),
    Plan("winter-warm", "暖冬睡眠季", "content", "xiaohongshu", 30, 60, 42000, 70, 9, 90000, "running"),
    Plan("store-group", "门店社群裂变", "social", "wechat", 25, 50, 18000, 50, 10, 70000, "running"),
    Plan("engineer-q4", "工程商四季度集采", "social", "b2b1688", 45, 43, 40000, 30, 6, 260000, "running"),
    Plan("video-q4", "四季度短视频获客", "social", "douyin", 20, 40, 50000, 90, 10, 100000, "paused"),
    Plan("feed-trial", "信息流加投", "social", "toutiao", 110, 30, 30000, 60, 4, 40000, "cancelled"),
    Plan("year-end", "年终清仓专场", "live", "douyin", 0, 21, 36000, 60, 9, 80000, "approved"),
    Plan("spring-plan", "明年春季换新", "sem", "baidu", -30, 60, 86000, 140, 18, 320000, "submitted"),
    Plan("brand-2027", "品牌焕新年度计划", "content", "wechat", -35, 180, 360000, 400, 60, 1800000, "submitted"),
    Plan("expo-next", "下届建博会", "event", "expo", -70, 8, 90000, 50, 10, 260000, "returned"),
    Plan("notes-next", "小红书家装日记", "content", "xiaohongshu", -14, 45, 28000, 50, 7, 60000, "draft"),
)  # fmt: skip
_LINKS = (("主投放页", "main"), ("海报二维码", "poster"), ("图文与短视频", "post"))


def running_on(channel: str) -> list[Plan]:
    """The campaigns of a channel that run at this point of the walk."""
    return [plan for plan in PLANS if plan.channel == channel and plan.runs]


async def live(year: Year, plan: Plan) -> Life:
    """From the plan to whatever state it has today."""
    begins = year.days_ago(plan.begins).astimezone(clock.COMPANY_ZONE).date()
    campaign = await year.do(
        plan.owner, duties.CREATE_CAMPAIGN, campaigns.plan, code=plan.code, name=plan.name, kind=plan.kind,
        channel_id=BY_CODE[plan.channel].id, begins_on=begins, ends_on=begins + timedelta(days=plan.lasts - 1),
        budget_fen=plan.budget_yuan * 100, leads_target=plan.leads, orders_target=plan.orders,
        revenue_target_fen=plan.revenue_yuan * 100, audience="正在装修或换新的家庭，以及公寓与工程客户",
        message=f"{plan.name}：先体验，后安装",
        plan="第 1 周上线落地页与素材，之后每周复盘投放并调整出价；客服同步话术。",
    )  # fmt: skip
    plan.id = campaign.id
    if plan.fate == "draft":
        return
    if plan.begins < 0 and plan.fate == "submitted":
        yield year.hours_before(year.worked(year.now, 3 if plan.approver == MARKETING_MANAGER else 6), 8)
    else:
        yield year.worked(clock.now(), 2)
    campaign = await year.find(Campaign, plan.id)
    await year.do(plan.owner, duties.SUBMIT_CAMPAIGN, campaigns.submit, campaign)
    if plan.fate == "submitted":
        return
    yield year.worked(clock.now(), year.chance("approves", plan.code).uniform(2, 7))
    campaign = await year.find(Campaign, plan.id)
    if plan.fate == "returned":
        await year.do(
            plan.approver, duties.RETURN_CAMPAIGN, campaigns.return_, campaign, "展位费用未含搭建，请补充报价"
        )
        return
    await year.do(plan.approver, duties.APPROVE_CAMPAIGN, campaigns.approve, campaign, "同意，按周报花费")
    if plan.fate == "approved":
        return  # it is due to begin today
    yield year.days_ago(plan.begins - (3 if plan.late_start else 0), 9.3)
    campaign = await year.find(Campaign, plan.id)
    await year.do(plan.owner, duties.START_CAMPAIGN, campaigns.start, campaign)
    plan.runs = True
    for name, content in _LINKS:
        link = await year.do(
            plan.owner, duties.CREATE_LINK, links.make, campaign_id=plan.id, name=f"{plan.name} {name}",
            target_url=f"https://www.yunqi-home.example/{plan.code}", utm_medium=None, utm_content=content,
            utm_term=None,
        )  # fmt: skip
        plan.links.append((link.id, link.code))
    async for moment in _run(year, plan, year.days_ago(plan.begins)):
        yield moment


async def _run(year: Year, plan: Plan, started: datetime) -> Life:
    chance = year.chance("runs", plan.code)
    weeks = max(1, round(plan.lasts / 7))
    # Amended ones spend what was added too; the others stay below their budget.
    whole = (plan.raised_to_yuan or plan.budget_yuan) * chance.uniform(0.82, 0.97)
    last = plan.lasts - 1 if plan.fate != "cancelled" else 12
    for week in range(weeks):
        yield started + timedelta(days=min(week * 7 + 6, last), hours=6 + week / 100)
        if plan.raised_to_yuan and week == weeks // 2:
            async for moment in _amended(year, plan):
                yield moment
        amount = round(whole / weeks * chance.uniform(0.88, 1.02))
        await year.do(
            plan.owner if week % 3 else FINANCE, duties.CREATE_SPEND, spend.record, campaign_id=plan.id,
            day=clock.today(), amount_fen=amount * 100, note=f"第 {week + 1} 周投放",
        )  # fmt: skip
        if plan.fate == "cancelled" and week == 1:
            campaign = await year.find(Campaign, plan.id)
            await year.do(
                MARKETING_MANAGER, duties.CANCEL_CAMPAIGN, campaigns.cancel, campaign, "两周线索质量过低，止损"
            )
            plan.runs = False
            return
        if plan.fate == "paused" and week == 1:
            campaign = await year.find(Campaign, plan.id)
            await year.do(plan.owner, duties.PAUSE_CAMPAIGN, campaigns.pause, campaign, "素材重拍，预计一周")
            plan.runs = False
            return
    if plan.fate == "running":
        return  # one of them should have been brought to its end two days ago
    yield started + timedelta(days=plan.lasts - 1, hours=7)
    campaign = await year.find(Campaign, plan.id)
    await year.do(plan.owner, duties.FINISH_CAMPAIGN, campaigns.finish, campaign)
    plan.runs = False
    if plan.fate == "reviewed":
        yield year.worked(clock.now(), chance.uniform(20, 70))
        campaign = await year.find(Campaign, plan.id)
        await year.do(
            plan.owner, duties.REVIEW_CAMPAIGN, campaigns.review, campaign,
            worked="意向词与转介绍素材转化最好，客服响应快。", failed="夜间线索次日才联系，流失约一成。",
            next_time="夜间改投表单预约，次日上午优先联系；预算向意向词倾斜。",
        )  # fmt: skip


async def _amended(year: Year, plan: Plan) -> Life:
    amendment = await year.do(
        plan.owner, duties.CREATE_AMENDMENT, amendments.request, campaign_id=plan.id,
        budget_fen=plan.raised_to_yuan * 100, reason="线索成本低于预期，追加投放以覆盖旺季",
    )  # fmt: skip
    yield year.worked(clock.now(), 1.5)
    amendment = await year.find(CampaignAmendment, amendment.id)
    who = GENERAL_MANAGER if plan.raised_to_yuan * 100 > MANAGERS_LIMIT_FEN else MARKETING_MANAGER
    await year.do(who, duties.APPROVE_AMENDMENT, amendments.approve, amendment, "同意")


async def ask_for_more(year: Year) -> None:
    """A campaign that runs asks for a higher budget just now; the marketing manager decides."""
    plan = next(plan for plan in PLANS if plan.code == "winter-warm")
    await year.do(
        plan.owner, duties.CREATE_AMENDMENT, amendments.request, campaign_id=plan.id, budget_fen=55_000_00,
        reason="床垫笔记进入热门，建议追加达人合作",
    )  # fmt: skip
