"""What the marketing tests begin with: a channel under an approved assessment, and a campaign on it."""

from datetime import timedelta
from itertools import count
from typing import Any

from tests.conftest import Acting, versioned
from zhidu.kernel import clock

CHANNELS = "/api/v1/marketing/channels"
ASSESSMENTS = "/api/v1/marketing/channel-assessments"
CAMPAIGNS = "/api/v1/marketing/campaigns"
AMENDMENTS = "/api/v1/marketing/campaign-amendments"
LINKS = "/api/v1/marketing/links"
SPEND = "/api/v1/marketing/spend"
_numbers = count(1)

CRITERIA = {
    "traffic_quality": {"score": 80, "weight": 30, "evidence": "近 90 天来访 12,400 次，跳出率 38%"},
    "user_activity": {"score": 70, "weight": 20, "evidence": "日均活跃 320 万"},
    "cost": {"score": 61, "weight": 20, "evidence": "平均点击 2.35 元"},
    "audience_fit": {"score": 90, "weight": 20, "evidence": "采购岗占 41%"},
    "compliance": {"score": 100, "weight": 10, "evidence": "已签广告合规承诺"},
}
# 24.0 + 14.0 + 12.2 + 18.0 + 10.0
SCORE = 78.2


def assessment(channel_id: str, **changes: Any) -> dict[str, Any]:
    """An assessment to send."""
    return {
        "channel_id": channel_id, "criteria": CRITERIA, "summary": "意向明确、合规可控",
        "expected_leads": 120, "expected_cost_per_lead": "85.00", **changes,
    }  # fmt: skip


def campaign(channel_id: str, **changes: Any) -> dict[str, Any]:
    """A campaign to send: it begins today and lasts a month."""
    number = next(_numbers)
    return {
        "code": f"plan-{number}", "name": f"春季获客 {number}", "kind": "sem", "channel_id": channel_id,
        "begins_on": str(clock.today()), "ends_on": str(clock.today() + timedelta(days=30)), "budget": "50000.00",
        "leads_target": 400, "orders_target": 40, "revenue_target": "480000.00", "audience": "制造企业采购负责人",
        "message": "三天上线", "plan": "第 1 周落地页，第 2-4 周投放", **changes,
    }  # fmt: skip


async def do(acting: Acting, login: str, path: str, record: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    """The record after a verb that must succeed."""
    reply = await acting(login).post(
        f"{path}/{record['id']}/{verb}", json=body, headers={"If-Match": f'"{record["version"]}"'}
    )
    assert reply.status_code == 200, reply.text
    done: dict[str, Any] = reply.json()
    return done


async def made(acting: Acting, login: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The record that a POST must make."""
    reply = await acting(login).post(path, json=body)
    assert reply.status_code == 201, reply.text
    assert versioned(reply) == {"If-Match": f'"{reply.json()["version"]}"'}
    record: dict[str, Any] = reply.json()
    return record


async def a_channel(acting: Acting, *, active: bool = True) -> dict[str, Any]:
    """A channel of the marketing specialist's; active: assessed by him, approved by the marketing manager."""
    number = next(_numbers)
    body = {"code": f"channel-{number}", "name": f"搜索推广 {number}", "kind": "search"}
    channel = await made(acting, "marketing-specialist", CHANNELS, body)
    if active:
        drafted = await made(acting, "marketing-specialist", ASSESSMENTS, assessment(channel["id"]))
        submitted = await do(acting, "marketing-specialist", ASSESSMENTS, drafted, "submit")
        await do(acting, "marketing-manager", ASSESSMENTS, submitted, "approve")
    reply = await acting("marketing-specialist").get(f"{CHANNELS}/{channel['id']}")
    shown: dict[str, Any] = reply.json()
    return shown


async def an_approved_campaign(acting: Acting, **changes: Any) -> dict[str, Any]:
    """A campaign of the marketing specialist's on an active channel, approved by the marketing manager."""
    channel = await a_channel(acting)
    drafted = await made(acting, "marketing-specialist", CAMPAIGNS, campaign(channel["id"], **changes))
    submitted = await do(acting, "marketing-specialist", CAMPAIGNS, drafted, "submit")
    return await do(acting, "marketing-manager", CAMPAIGNS, submitted, "approve")


async def a_running_campaign(acting: Acting, **changes: Any) -> dict[str, Any]:
    """The same, started."""
    approved = await an_approved_campaign(acting, **changes)
    return await do(acting, "marketing-specialist", CAMPAIGNS, approved, "start")
