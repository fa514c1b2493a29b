"""3.1 in the demonstration: channels, assessed by one person and approved by another, each on its day."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from zhidu.demo.company import GENERAL_MANAGER, MARKETERS, MARKETING_MANAGER
from zhidu.demo.year import Life, Year
from zhidu.kernel import clock
from zhidu.marketing import assessments, channels
from zhidu.marketing.assessments import CRITERIA, ChannelAssessment
from zhidu.policy import duties


@dataclass(slots=True, eq=False)
class Place:
    """A channel as the demonstration plays it."""

    code: str
    name: str
    kind: str
    share: float  # of all leads
    quality: float  # chance that a lead of it is worth one's time
    scores: tuple[int, int, int, int, int]
    why: str
    leads: int  # a month, as forecast
    cost_yuan: int  # a lead, as forecast
    assessed: tuple[float, ...]  # days ago
    id: UUID = field(init=False)


# Assessed 386 days ago and not since: expired. 350 days ago: to be renewed soon. None: waits for its first approval.
PLACES = (
    Place("baidu", "百度搜索推广", "search", 0.24, 0.66, (86, 78, 62, 84, 95),
          "搜索“智能门锁”“全屋智能”的人意向明确，可按词核算成本。", 30, 160, (388, 32)),
    Place("douyin", "抖音本地推", "social", 0.22, 0.48, (70, 92, 80, 66, 85),
          "短视频带来新房装修人群，量大但需要快速初筛。", 34, 85, (300,)),
    Place("xiaohongshu", "小红书", "social", 0.15, 0.58, (78, 84, 74, 82, 88),
          "装修笔记收藏多，女性决策者集中，适合窗帘与照明。", 20, 90, (275,)),
    Place("wechat", "微信公众号与小程序", "social", 0.12, 0.70, (80, 74, 90, 85, 96),
          "老客户与门店粉丝，转化稳定，几乎没有投放成本。", 15, 40, (350,)),
    Place("b2b1688", "1688 采购平台", "trade-site", 0.10, 0.62, (82, 60, 70, 80, 92),
          "工程商与公寓运营方批量询价，客单价高。", 9, 130, (240,)),
    Place("expo", "建博会与线下展会", "other", 0.05, 0.74, (88, 50, 45, 90, 94),
          "一年三场展会，现场留资质量高。", 6, 320, (200,)),
    Place("referral", "老客户转介绍", "referral", 0.07, 0.86, (95, 55, 98, 92, 98),
          "成交率最高，须在送达后主动邀请。", 8, 30, (310,)),
    Place("toutiao", "信息流广告", "display", 0.05, 0.34, (52, 80, 66, 48, 80),
          "曝光大、意向弱，去年试投，效果未达预期。", 12, 70, (386,)),
    Place("zhihu", "知乎专栏", "social", 0.0, 0.5, (76, 68, 78, 74, 90),
          "“全屋智能怎么选”一类问题长期有流量，建议先做三个月内容。", 6, 100, ()),
)  # fmt: skip
BY_CODE = {place.code: place for place in PLACES}
_WEIGHTS = (30, 20, 20, 20, 10)
_EVIDENCE = (
    "近 90 天来访与跳出率见附表，意向词占 {n}%", "平台公布的月活与本类目互动率", "同类投放的平均获客成本",
    "与近 200 位成交客户的画像重合 {n}%", "已核验平台资质与广告合规承诺",
)  # fmt: skip


def author_of(place: Place) -> str:
    """Which of the marketing specialists keeps the channel."""
    return MARKETERS[PLACES.index(place) % len(MARKETERS)]


async def open_channel(year: Year, place: Place) -> Life:
    """Registered, assessed, approved by the marketing manager; assessed anew in later years."""
    author = author_of(place)
    channel = await year.do(
        author, duties.CREATE_CHANNEL, channels.register, code=place.code, name=place.name, kind=place.kind,
        website=None,
    )  # fmt: skip
    place.id = channel.id
    for number, days in enumerate(place.assessed):
        yield year.at_work(year.days_ago(days, 9.5))
        assessment = await (_first(year, place) if number == 0 else _renewed(year, place))
        async for moment in _decided(year, author, assessment):
            yield moment
    if not place.assessed:
        # Right now it waits for the manager, with some hours left.
        yield year.hours_before(year.worked(year.now, 4), 8)
        assessment = await _first(year, place)
        await year.do(author, duties.SUBMIT_ASSESSMENT, assessments.submit, assessment, "请审批，拟下季度试投")


async def _first(year: Year, place: Place) -> ChannelAssessment:
    return await year.do(
        author_of(place), duties.CREATE_ASSESSMENT, assessments.draft, channel_id=place.id,
        criteria=_criteria(year, place), summary=place.why, expected_leads=place.leads,
        expected_cost_per_lead_fen=place.cost_yuan * 100,
    )  # fmt: skip


async def _renewed(year: Year, place: Place) -> ChannelAssessment:
    stands = select(ChannelAssessment).where(
        ChannelAssessment.channel_id == place.id, ChannelAssessment.status.in_(("approved", "expired"))
    )
    before = (await year.db.scalars(stands.order_by(ChannelAssessment.number.desc()).limit(1))).one()
    return await year.do(author_of(place), duties.RENEW_ASSESSMENT, assessments.renew, before, "年度续评")


async def _decided(year: Year, author: str, assessment: ChannelAssessment) -> Life:
    await year.do(author, duties.SUBMIT_ASSESSMENT, assessments.submit, assessment)
    yield year.worked(clock.now(), 3)
    assessment = await year.find(ChannelAssessment, assessment.id)
    await year.do(MARKETING_MANAGER, duties.APPROVE_ASSESSMENT, assessments.approve, assessment, "证据充分，同意投放")


def _criteria(year: Year, place: Place) -> dict[str, dict[str, Any]]:
    chance = year.chance("criteria", place.code)
    return {
        name: {"score": score, "weight": weight, "evidence": says.format(n=chance.randint(28, 61)), "file_ids": []}
        for name, score, weight, says in zip(CRITERIA, place.scores, _WEIGHTS, _EVIDENCE, strict=True)
    }


async def return_one(year: Year) -> Life:
    """An assessment that the general manager sent back: the author has it to do again."""
    author = MARKETERS[2]
    channel = await year.do(
        author, duties.CREATE_CHANNEL, channels.register, code="dianping", name="本地生活平台", kind="other",
        website=None,
    )  # fmt: skip
    criteria = _criteria(year, BY_CODE["xiaohongshu"])
    assessment = await year.do(
        author, duties.CREATE_ASSESSMENT, assessments.draft, channel_id=channel.id, criteria=criteria,
        summary="门店团购券引流，拟在杭州三家门店试行。", expected_leads=10, expected_cost_per_lead_fen=60_00,
    )  # fmt: skip
    await year.do(author, duties.SUBMIT_ASSESSMENT, assessments.submit, assessment)
    yield year.worked(clock.now(), 5)
    assessment = await year.find(ChannelAssessment, assessment.id)
    await year.do(
        GENERAL_MANAGER, duties.RETURN_ASSESSMENT, assessments.return_, assessment, "请补充合规证据与券核销口径"
    )


def standing(place: Place, year: Year, moment: datetime) -> bool:
    """Whether leads come from it at this moment: an expired channel brings none."""
    days = [year.days_ago(day, 13) for day in place.assessed]
    return any(day <= moment and (moment - day).days < 365 for day in days)
