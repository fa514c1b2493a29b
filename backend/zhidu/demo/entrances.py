"""4.1 in the demonstration: sources, forms, the scoring model and the routing rules, set up by who has the duty."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from zhidu.demo.channels import BY_CODE, PLACES
from zhidu.demo.company import MARKETERS, MARKETING_MANAGER, SALES_MANAGER, SELLERS
from zhidu.demo.year import Year
from zhidu.policy import duties
from zhidu.sales import lead_forms, lead_sources, routing, scoring
from zhidu.sales.lead_forms import LeadForm
from zhidu.sales.scoring import ScoringModel

_SOURCES = {place.code: (place.name, place.kind) for place in PLACES if place.share}
_ASKED = [
    {"name": "name", "label": "您的称呼", "required": True, "options": []},
    {"name": "phone", "label": "手机", "required": True, "options": []},
    {"name": "region", "label": "所在城市", "required": False, "options": []},
    {"name": "product_interest", "label": "感兴趣的产品", "required": False,
     "options": ["智能门锁", "全屋智能", "窗帘", "照明", "床垫", "净水", "定制柜"]},
    {"name": "need", "label": "您的需求", "required": False, "options": []},
]  # fmt: skip
_OF_BUSINESS = [
    *_ASKED[:2],
    {"name": "company", "label": "单位", "required": True, "options": []},
    {"name": "title", "label": "职务", "required": False, "options": []},
    {"name": "email", "label": "邮箱", "required": False, "options": []},
    {"name": "budget", "label": "预算（元）", "required": False, "options": []},
    *_ASKED[2:],
]
_CONSENT = "我同意杭州云栖家居科技有限公司为联系我、提供报价和安装服务而处理以上信息，并知悉可随时撤回同意。"
# (key, title, introduction, questions, source, published)
_FORMS = (
    ("booking", "预约到店体验", "留下联系方式，顾问将在一个工作日内与您联系。", _ASKED, "wechat", True),
    ("b2b", "工程与集采询价", "公寓、酒店、办公室批量采购，48 小时内出报价。", _OF_BUSINESS, "b2b1688", True),
    ("measure", "免费上门量尺", "杭州、上海、苏州主城区可约。", _ASKED, "baidu", True),
    ("trial", "床垫三十天试睡", "名额有限，按登记先后安排。", _ASKED, "xiaohongshu", False),
)  # fmt: skip
FORM_SOURCES = {form[0]: form[4] for form in _FORMS}


@dataclass(slots=True)
class Doors:
    """What a lead comes in by."""

    sources: dict[str, UUID] = field(default_factory=dict)
    forms: dict[str, UUID] = field(default_factory=dict)
    model: ScoringModel = field(default_factory=scoring.default_model)
    consent: str = _CONSENT


DOORS = Doors()


def _rule(field: str, test: str, value: object, points: int, zh: str, en: str) -> dict[str, object]:
    return {"field": field, "test": test, "value": value, "points": points, "label": {"zh": zh, "en": en}}


_INTENT = [
    _rule("need", "present", None, 16, "写明了需求", "says what is needed"),
    _rule("need", "contains", "报价", 16, "询问报价", "asks for a quotation"),
    _rule("budget", "present", None, 8, "说明了预算", "names a budget"),
    _rule("budget", "at_least", "20000", 10, "预算不低于 2 万元", "a budget of 20,000 yuan or more"),
    _rule("product_interest", "present", None, 10, "指明了产品", "names a product"),
    _rule("phone", "present", None, 10, "留下电话", "leaves a telephone number"),
    _rule("landing_page", "contains", "booking", 6, "从预约页来", "came by the booking page"),
]
_FIT = [
    _rule("company", "present", None, 14, "来自企业", "comes from a company"),
    _rule("title", "contains", "经理", 8, "职务为经理", "is a manager"),
    _rule("title", "contains", "总", 10, "职务为负责人", "is in charge"),
    _rule("region", "contains", "浙江", 6, "本省，可上门", "in the province"),
    _rule("region", "present", None, 6, "地区明确", "names a region"),
    _rule("email", "present", None, 4, "留下邮箱", "leaves an e-mail address"),
    _rule("source_kind", "is", "referral", 14, "由客户推荐", "comes by recommendation"),
    _rule("source_kind", "is", "display", -8, "信息流误触较多", "display is often touched by mistake"),
]


async def open_doors(year: Year) -> None:
    """Sources by the sales manager, forms by a specialist and the marketing manager, then scoring and routing."""
    for code, (name, kind) in _SOURCES.items():
        made = await year.do(
            SALES_MANAGER, duties.CREATE_SOURCE, lead_sources.register, code=code, name=name, kind=kind,
            channel_id=BY_CODE[code].id,
        )  # fmt: skip
        DOORS.sources[code] = made.id
    walk_in = await year.do(
        SALES_MANAGER, duties.CREATE_SOURCE, lead_sources.register, code="direct", name="电话与到店", kind="direct",
        channel_id=None,
    )  # fmt: skip
    DOORS.sources["direct"] = walk_in.id
    for number, (key, title, intro, fields, source, published) in enumerate(_FORMS):
        form = await year.do(
            MARKETERS[number % 3], duties.CREATE_FORM, lead_forms.draw_up, key=key, title=title, intro=intro,
            fields=fields, consent_text=_CONSENT, thanks="已收到，我们会尽快与您联系。", campaign_id=None,
            source_id=DOORS.sources[source],
        )  # fmt: skip
        if published:
            await year.do(MARKETING_MANAGER, duties.PUBLISH_FORM, lead_forms.publish, form)
            DOORS.forms[key] = form.id
    model = await year.do(
        SALES_MANAGER, duties.CREATE_SCORING, scoring.draft, name="云栖线索评分", intent_rules=_INTENT, intent_max=60,
        fit_rules=_FIT, fit_max=40, key_from=72,
    )  # fmt: skip
    await year.do(SALES_MANAGER, duties.ADOPT_SCORING, scoring.adopt, model, "试行一季度后复核")
    DOORS.model = model
    await _route(year)


async def _route(year: Year) -> None:
    senior = [year.actors[login].id for login in SELLERS[:3]]
    for position, rule in enumerate(
        (
            {"name": "重点线索：资深销售优先", "min_score": 72, "account_ids": senior, "territory": "prefer",
             "skill": "prefer", "capacity": 60},
            {"name": "全屋与定制：按产品技能", "products": ["全屋智能", "定制柜"], "skill": "prefer",
             "territory": "prefer", "capacity": 50},
            {"name": "其余线索：按地区均衡", "territory": "prefer", "capacity": 45},
        ),
        start=1,
    ):  # fmt: skip
        await year.do(
            SALES_MANAGER, duties.CREATE_ROUTING, routing.set_rule, position=position * 10, active=True, **rule
        )


async def draft_next_model(year: Year) -> None:
    """The sales manager is at work on another way to judge."""
    await year.do(
        SALES_MANAGER, duties.CREATE_SCORING, scoring.draft, name="云栖线索评分（修订稿）", intent_rules=_INTENT[:5],
        intent_max=60, fit_rules=_FIT, fit_max=40, key_from=75,
    )  # fmt: skip


async def form_of(year: Year, key: str) -> LeadForm:
    """A published form."""
    return (await year.db.scalars(select(LeadForm).where(LeadForm.key == key))).one()
