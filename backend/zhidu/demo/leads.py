"""4.1, 4.2 in the demonstration: how leads arrive, are screened, spoken with, and what becomes of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.demo import archive, deals
from zhidu.demo.archive import LIVED_DAYS, Came
from zhidu.demo.campaigns import running_on
from zhidu.demo.channels import BY_CODE, PLACES, Place, author_of, standing
from zhidu.demo.company import SALES_MANAGER, SELLERS, present
from zhidu.demo.entrances import DOORS, FORM_SOURCES, form_of
from zhidu.demo.names import PAGES, prospect
from zhidu.demo.year import Life, Year
from zhidu.kernel import clock
from zhidu.policy import duties
from zhidu.policy.actor import RULES, Actor
from zhidu.sales import arrivals, conversion, duplicates, follow_ups, lead_forms, leads, merges, pool, screening
from zhidu.sales.duplicates import Duplicate
from zhidu.sales.lead_forms import Brought, FormSubmission, LeadForm
from zhidu.sales.leads import Lead

COUNT = 1500
Fate = Literal["disqualified", "lost", "left", "won", "nurtured"]
# The hours at which people write, and the days: evenings and Mondays.
_HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 8, 14, 18, 15, 9, 10, 15, 16, 14, 11, 9, 12, 15, 14, 8, 4)
_WEEKDAYS = (1.2, 1.12, 1.1, 1.05, 1.0, 0.78, 0.7)
_BUSINESS = {"b2b1688": 0.95, "expo": 0.6, "referral": 0.35, "baidu": 0.3}
_UNFIT = ("电话为空号", "同行询价", "只问价格，没有装修计划", "不在服务区域", "误触广告", "已在别处购买")
_LOST = ("预算不足", "选择了其他品牌", "装修推迟到明年", "多次联系无回应", "户型不适合")
_SAID = (
    ("电话介绍产品与服务流程，约定发资料", "希望先看案例，周末有空到店"),
    ("确认户型与数量，说明安装条件", "已量好门厚，等报价"),
    ("微信发送三套方案与价格区间", "倾向中间一档，要和家人商量"),
    ("邀请到店体验", "答应周末到店"),
    ("回访上次疑问，说明保修与退换", "对保修满意，问能否月底安装"),
)  # fmt: skip
_CHANNELS = ("call", "call", "wechat", "wechat", "email", "visit")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody comes at a moment, by a channel."""

    number: int
    at: datetime
    place: Place


def arrivals_of(year: Year) -> Iterator[Arrival]:
    """Who comes in the year: by weekday, hour, channel, and more towards its end."""
    chance = year.chance("arrivals")
    first = year.days_ago(365, 0)
    days = [first + timedelta(days=day) for day in range(366)]
    weights = [
        _WEEKDAYS[day.astimezone(clock.COMPANY_ZONE).weekday()] * (0.75 + 0.5 * number / 365)
        for number, day in enumerate(days)
    ]
    chosen = sorted(chance.choices(days, weights, k=COUNT))
    hours = chance.choices(range(24), _HOURS, k=COUNT)
    for number, (day, hour) in enumerate(zip(chosen, hours, strict=True)):
        at = day + timedelta(hours=hour, minutes=chance.uniform(0, 60))
        open_now = [place for place in PLACES if place.share and standing(place, year, at)]
        yield Arrival(number, at, chance.choices(open_now, [place.share for place in open_now])[0])


async def live(year: Year, of: Arrival) -> Life:
    """From the first word to its end."""
    chance = year.chance("lead", of.number)
    came = _came(year, of, chance)
    if of.at < year.days_ago(LIVED_DAYS) and not _comes_to_something(year, of, came, chance):
        return
    lead_id = await _arrive(year, of, came, chance)
    slow = chance.random() < 0.05
    yield year.worked(of.at, chance.uniform(4.5, 9) if slow else chance.uniform(0.2, 3.4))
    lead = await year.find(Lead, lead_id)
    if lead.status != "new" or await _known_already(year, lead, chance):
        return
    screener = year.by_id.get(lead.owner_id) or year.actors[chance.choice(present(year, SELLERS))]
    await year.do(screener, duties.SCREEN_LEAD, screening.screen, lead)
    if of.at >= year.days_ago(LIVED_DAYS) and _unfit(of.place, came, chance):
        await year.do(screener, duties.DISQUALIFY_LEAD, screening.disqualify, lead, reason=chance.choice(_UNFIT))
        return
    await year.do(screener, duties.QUALIFY_LEAD, screening.qualify, lead)
    while lead.status != "assigned":
        yield year.worked(clock.now(), 1)
        lead = await year.find(Lead, lead_id)
        if lead.status not in ("qualified", "assigned"):
            return
    fate = _fate(lead.score, of.place, chance) if of.at >= year.days_ago(LIVED_DAYS) else "won"
    async for moment in follow(year, lead, chance, fate):
        yield moment


def _comes_to_something(year: Year, of: Arrival, came: Came, chance: Random) -> bool:
    """Whether a lead of long ago was won; one that was not is written down as it ended."""
    judgement = archive.judged(came)
    unfit = _unfit(of.place, came, chance)
    if not unfit and _fate(judgement.score, of.place, chance) == "won":
        return True
    archive.keep(
        year, came, judgement, chance, unfit=chance.choice(_UNFIT) if unfit else None, lost=chance.choice(_LOST),
        said=chance.choice(_SAID),
    )  # fmt: skip
    return False


def _unfit(place: Place, came: Came, chance: Random) -> bool:
    return chance.random() > place.quality + (0.12 if came.who.company else 0)


def _fate(score: int, place: Place, chance: Random) -> Fate:
    # A good score is a good sign, and no more than that.
    luck = chance.random() - score / 300 - (0.12 if place.code == "referral" else 0)
    if luck < 0.03:
        return "won"
    return "nurtured" if luck < 0.2 else "lost" if luck < 0.6 else "left"


# -- how it comes in -------------------------------------------------------------------------------------------------


def _came(year: Year, of: Arrival, chance: Random) -> Came:
    """By which campaign and link, and whether by a form or by somebody who wrote it down."""
    number = of.number
    if number > 50 and chance.random() < 0.06:
        number = chance.randrange(max(number - 120, 0), number)  # some write twice, by another channel
    who = prospect(year.chance("prospect", number), number, business=_BUSINESS.get(of.place.code, 0.1))
    running = running_on(of.place.code)
    plan = chance.choice(running) if running and chance.random() < 0.75 else None
    link = chance.choice(plan.links) if plan is not None and plan.links else None
    by_day = year.calendar.open_at(of.at)
    personal = of.place.kind in ("referral", "other")
    spoken = by_day and chance.random() < (0.8 if personal else 0.35)
    form = None if spoken else "b2b" if who.company else chance.choice(("booking", "measure"))
    source = of.place if form is None else BY_CODE[FORM_SOURCES[form]]
    return Came(
        at=of.at, who=who, channel_id=of.place.id, source=source.code, source_kind=source.kind, channel=of.place.code,
        plan=plan, link=link if form else None, form=form, page=f"https://www.yunqi-home.example{chance.choice(PAGES)}",
    )  # fmt: skip


async def _arrive(year: Year, of: Arrival, came: Came, chance: Random) -> UUID:
    if came.form is not None:
        return await _by_form(year, of, came, chance)
    personal = of.place.kind in ("referral", "other")
    writer = chance.choice(present(year, SELLERS)) if personal else author_of(of.place)
    who = came.who
    lead = await year.do(
        writer, duties.CREATE_LEAD, arrivals.register, source_id=DOORS.sources[came.source], name=who.name,
        company=who.company, title=who.title, region=who.region, phone=who.phone, email=who.email, need=who.need,
        product_interest=who.product_interest, budget_fen=who.budget_fen, campaign_id=came.plan and came.plan.id,
        channel_id=came.channel_id,
    )  # fmt: skip
    return lead.id


async def _by_form(year: Year, of: Arrival, came: Came, chance: Random) -> UUID:
    """Somebody leaves a wish on a page, led there by a link or by the channel alone."""
    form = await form_of(year, came.form or "")
    who = came.who
    answers = {
        "name": who.name, "phone": who.phone, "region": who.region, "need": who.need,
        "product_interest": who.product_interest, "company": who.company, "title": who.title, "email": who.email,
        "budget_fen": who.budget_fen,
    }  # fmt: skip
    campaign = came.plan.code if came.plan is not None else None
    brought = Brought(
        zl=came.link[1] if came.link else None, utm_source=came.channel, utm_campaign=campaign, page=came.page
    )
    submission = UUID(int=chance.getrandbits(128), version=4)
    address = f"198.51.{of.number // 250}.{of.number % 250}"
    await year.do(
        RULES, duties.CREATE_LEAD, _submitted, form, submission=submission, answers=answers, brought=brought,
        address=address,
    )  # fmt: skip
    return (await year.db.scalars(select(FormSubmission.lead_id).where(FormSubmission.id == submission))).one()


async def _submitted(db: AsyncSession, _rules: Actor, form: LeadForm, **sent: Any) -> None:
    """A form is sent by the world: nobody of the company acts."""
    await lead_forms.submit(db, form, **sent)


async def _known_already(year: Year, lead: Lead, chance: Random) -> bool:
    """Who writes twice is found on arrival; the sales manager makes one of two, mostly. Says whether it is settled."""
    twins = select(Duplicate).where(Duplicate.lead_id == lead.id, Duplicate.certain, Duplicate.status == "open")
    found = (await year.db.scalars(twins.limit(1))).first()
    if found is None or found.other_id is None:
        return False
    if chance.random() < 0.25:
        await year.do(SALES_MANAGER, duties.DISMISS_DUPLICATE, duplicates.dismiss, found, "同一家庭的两套房，分别跟进")
        return False
    if lead.arrived_at > year.days_ago(12):
        return False  # the last ones still wait for somebody to decide
    await year.do(SALES_MANAGER, duties.MERGE_DUPLICATE, merges.merge, found, keep=found.other_id, take=())
    return True


# -- how it goes on --------------------------------------------------------------------------------------------------


async def follow(year: Year, lead: Lead, chance: Random, fate: Fate) -> Life:
    """Its owner speaks with it, within the limit or late, and then as it is fated."""
    lead_id, slow = lead.id, chance.random() < 0.06
    hours = (4.3, 7) if lead.key and slow else (0.3, 3.6) if lead.key else (25, 34) if slow else (0.5, 20)
    yield year.worked(clock.now(), chance.uniform(*hours))
    lead = await year.find(Lead, lead_id)
    if lead.status != "assigned":
        return
    promised = None if fate == "left" else _promise(year, chance, 1.5, 5)
    await _speak(year, lead, chance, promised)
    if fate == "left":
        async for moment in _left(year, lead_id, chance):
            yield moment
        return
    for again in range(chance.choice((0, 1, 1, 2))):
        yield _when(year, promised, chance)
        lead = await year.find(Lead, lead_id)
        if lead.status not in ("contacted", "nurturing"):
            return
        promised = _promise(year, chance, 2, 7)
        if fate == "nurtured" and again == 0 and lead.status == "contacted":
            promised = _promise(year, chance, 12, 35)
            await year.do(
                year.owner(lead), duties.NURTURE_LEAD, follow_ups.nurture, lead, next_at=promised, note="装修计划未定"
            )
        else:
            await _speak(year, lead, chance, promised)
    yield _when(year, promised, chance)
    lead = await year.find(Lead, lead_id)
    if lead.status not in ("contacted", "nurturing"):
        return
    if fate == "lost" or (fate == "nurtured" and chance.random() < 0.75):
        await year.do(year.owner(lead), duties.LOSE_LEAD, leads.lose, lead, reason=chance.choice(_LOST))
        return
    await _convert(year, lead, chance)
    async for moment in deals.pursue(year, lead.opportunity_id, chance):
        yield moment


def _promise(year: Year, chance: Random, least: float, most: float) -> datetime:
    """A day and an hour at which the company works."""
    return year.at_work(clock.now() + timedelta(days=chance.uniform(least, most)))


def _when(year: Year, promised: datetime | None, chance: Random) -> datetime:
    """When it is really done: mostly shortly before what was promised, sometimes a day late."""
    due = promised or year.worked(clock.now(), 8)
    early = max(clock.now() + timedelta(minutes=30), due - timedelta(minutes=chance.uniform(5, 50)))
    return year.worked(due, chance.uniform(2, 12)) if chance.random() < 0.09 else early


async def _speak(year: Year, lead: Lead, chance: Random, next_at: datetime | None) -> None:
    content, response = chance.choice(_SAID)
    said: dict[str, Any] = {
        "at": None, "channel": chance.choice(_CHANNELS), "content": content, "tags": [], "next_at": next_at,
        "response": None if chance.random() < 0.12 else response,
    }  # fmt: skip
    who = year.owner(lead)
    if lead.status == "contacted":
        about = {"lead_id": lead.id, "customer_id": None, "opportunity_id": None}
        await year.do(who, duties.CREATE_FOLLOW_UP, follow_ups.record, **about, **said)
    else:
        await year.do(who, duties.CONTACT_LEAD, follow_ups.contact, lead, **said)


async def _left(year: Year, lead_id: UUID, chance: Random) -> Life:
    """Nobody touches it any more: the rules put it into the pool, and perhaps somebody claims it there."""
    yield year.at_work(clock.now() + timedelta(days=chance.uniform(17, 30)))
    lead = await year.find(Lead, lead_id)
    if lead.status != "pool" or chance.random() < 0.5:
        return
    claimer = year.actors[chance.choice(present(year, SELLERS))]
    await year.do(claimer, duties.CLAIM_LEAD, pool.claim, lead, "客户再次咨询")
    async for moment in follow(year, lead, chance, chance.choice(("lost", "lost", "won"))):
        yield moment


async def _convert(year: Year, lead: Lead, chance: Random) -> None:
    worth = lead.budget_fen or round(chance.uniform(3, 18)) * 1000_00
    await year.do(
        year.owner(lead), duties.CONVERT_LEAD, conversion.convert, lead,
        title=f"{lead.company or lead.name} {lead.product_interest or '家居'}", amount_fen=worth,
        expected_close_on=clock.today() + timedelta(days=chance.randint(15, 45)),
        needs=lead.need or "新房入住前完成安装，希望一次到位", customer_id=None, note=None,
    )  # fmt: skip
