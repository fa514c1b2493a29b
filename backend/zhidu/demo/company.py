"""The people of the demonstration: a maker of home goods in Hangzhou. Every name is invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from zhidu.demo.year import Life, Year
from zhidu.kernel import clock
from zhidu.org import absences, accounts, administrators, departments, holdings
from zhidu.org.demonstration import PASSWORD
from zhidu.policy import duties
from zhidu.policy.accounts import Account, Department
from zhidu.regulation import acknowledgements, amendments, versions
from zhidu.regulation.clauses import RegulationVersion

NAME = "杭州云栖家居科技有限公司"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here; the first of a department heads it."""

    login: str
    name: str
    department: str
    post: str
    region: str | None = None
    skills: str | None = None


DEPARTMENTS = {
    "management": "总经办", "marketing": "市场部", "sales": "销售部", "service": "客服部", "tech": "技术部",
    "logistics": "物流部", "finance": "财务部", "support": "产品部",
}  # fmt: skip
ADMINISTRATOR = Person("admin", "周予安", "tech", "administrator")
PEOPLE = (
    Person("shen.zhiyuan", "沈知远", "management", "general-manager"),
    Person("gu.qinghe", "顾清和", "management", "hr-officer"),
    Person("lu.mingche", "陆明澈", "management", "inspector"),
    Person("qin.ruoheng", "秦若衡", "management", "legal-reviewer"),
    Person("lin.wanqiu", "林晚秋", "marketing", "marketing-manager"),
    Person("su.nianzhen", "苏念真", "marketing", "marketing-specialist"),
    Person("he.jiashu", "何嘉树", "marketing", "marketing-specialist"),
    Person("ye.chuxia", "叶初夏", "marketing", "marketing-specialist"),
    Person("cheng.lichuan", "程立川", "sales", "sales-manager"),
    Person("xu.xinghe", "许行禾", "sales", "sales-specialist", "浙江", "智能门锁,全屋智能"),
    Person("luo.jincheng", "骆锦澄", "sales", "sales-specialist", "上海", "全屋智能,窗帘"),
    Person("ding.yifan", "丁亦帆", "sales", "sales-specialist", "广东", "智能门锁,照明"),
    Person("meng.zhihan", "孟知寒", "sales", "sales-specialist", "江苏", "床垫,定制柜"),
    Person("song.zhixia", "宋芷夏", "sales", "sales-specialist", "北京", "全屋智能,照明"),
    Person("pei.zhaoye", "裴昭野", "sales", "sales-specialist", "四川", "定制柜,净水"),
    Person("han.jingshu", "韩静姝", "service", "service-lead"),
    Person("tang.xiaoman", "唐晓蔓", "service", "service-agent"),
    Person("feng.kexin", "冯可馨", "service", "service-agent"),
    Person("fang.zhigang", "方之岗", "tech", "tech-manager"),
    Person("yuan.muzhi", "袁牧之", "tech", "tech-engineer"),
    Person("wen.yining", "温以宁", "tech", "data-officer"),
    Person("he.changfeng", "贺长枫", "logistics", "logistics-clerk"),
    Person("peng.haitang", "彭海岚", "logistics", "logistics-clerk"),
    Person("wei.siqi", "魏思琪", "finance", "finance-clerk"),
    Person("jiang.yibai", "姜亦柏", "support", "support-staff"),
)
SELLERS = tuple(person.login for person in PEOPLE if person.post == "sales-specialist")
MARKETERS = tuple(person.login for person in PEOPLE if person.post == "marketing-specialist")
AGENTS = tuple(person.login for person in PEOPLE if person.post == "service-agent")
CLERKS = tuple(person.login for person in PEOPLE if person.post == "logistics-clerk")
GENERAL_MANAGER, MARKETING_MANAGER, SALES_MANAGER = "shen.zhiyuan", "lin.wanqiu", "cheng.lichuan"
PRODUCT_KEEPER, FINANCE, ENGINEER, HR, INSPECTOR = "jiang.yibai", "wei.siqi", "yuan.muzhi", "gu.qinghe", "lu.mingche"
AWAY, STANDS_IN = "meng.zhihan", "xu.xinghe"
# Whoever has little else to do today still has the new version of the regulation to read.
_YET_TO_READ = {
    ADMINISTRATOR.login, "fang.zhigang", "wen.yining", ENGINEER, FINANCE, PRODUCT_KEEPER, HR, INSPECTOR, "qin.ruoheng",
    *AGENTS, CLERKS[1],
}  # fmt: skip


async def found(year: Year) -> None:
    """The administrator sets the departments up; HR registers everybody, and the posts are given."""
    await _regulation_from_the_beginning(year)
    first = await administrators.create_administrator(
        year.db, login=ADMINISTRATOR.login, name=ADMINISTRATOR.name, password=PASSWORD
    )
    await year.settle()
    await year.meet(first.id)
    admin = ADMINISTRATOR.login
    made: dict[str, Department] = {}
    for code, name in DEPARTMENTS.items():
        above = made["management"].id if made else None
        made[code] = await year.do(
            admin, duties.CREATE_DEPARTMENT, departments.set_up, code=code, name=name, kind=code, parent_id=above,
            head_id=None,
        )  # fmt: skip
    known: dict[str, Account] = {admin: first}
    for number, person in enumerate(PEOPLE):
        head = known.get(_head_of(person.department))
        known[person.login] = account = await year.do(
            admin, duties.CREATE_ACCOUNT, accounts.register, login=person.login, name=person.name,
            department_id=made[person.department].id, leader_id=head.id if head else _general_manager(known),
            region=person.region, skills=person.skills, email=f"{person.login}@yunqi-home.example",
            phone=f"1390000{8000 + number}",
        )  # fmt: skip
        await year.do(
            admin, duties.CREATE_HOLDING, holdings.appoint, account_id=account.id, post=person.post, begins_on=None,
            ends_on=None,
        )  # fmt: skip
    for code, department in made.items():
        await year.do(admin, duties.UPDATE_DEPARTMENT, departments.revise, department, head_id=known[_head_of(code)].id)
    first.department_id, first.leader_id = made["tech"].id, known[_head_of("tech")].id
    await year.settle()
    for account in known.values():
        await year.meet(account.id)
    for login in year.actors:
        year.once(_acknowledges, login, at=year.days_ago(399, year.chance("reads", login).uniform(9, 17)))


def _head_of(department: str) -> str:
    return next(person.login for person in PEOPLE if person.department == department)


def _general_manager(known: dict[str, Account]) -> UUID | None:
    return known[GENERAL_MANAGER].id if GENERAL_MANAGER in known else None


async def _regulation_from_the_beginning(year: Year) -> None:
    """The first version was seeded today; in this company it has been in force all the year."""
    for version in await year.db.scalars(select(RegulationVersion)):
        version.in_force_from, version.published_at = clock.today(), clock.now()
    await year.settle()


async def _acknowledges(year: Year, login: str) -> None:
    await year.do(login, duties.ACKNOWLEDGE_REGULATION, acknowledgements.acknowledge, version_id=None)


async def new_version(year: Year) -> Life:
    """The inspector amends a clause, the general manager approves and publishes it; most have read it since."""
    version = await year.do(
        INSPECTOR, duties.CREATE_REGULATION_VERSION, versions.draft, title=None,
        summary="4.2.1 首次联系写明重点线索的时限；其余不变。", in_force_from=None,
    )  # fmt: skip
    clause = await amendments.clause_of(year.db, version.id, "4.2.1")
    if clause is not None:
        zh, en = f"{clause.zh}重点线索应在 4 个工作小时内首次联系。", f"{clause.en} Key leads within 4 working hours."
        await year.do(
            INSPECTOR, duties.UPDATE_REGULATION_VERSION, amendments.amend, version, clause, zh=zh, en=en
        )  # fmt: skip
    await year.do(INSPECTOR, duties.SUBMIT_REGULATION_VERSION, versions.submit, version)
    yield year.worked(clock.now(), 6)
    version = await year.find(RegulationVersion, version.id)
    await year.do(GENERAL_MANAGER, duties.APPROVE_REGULATION_VERSION, versions.approve, version)
    await year.do(GENERAL_MANAGER, duties.PUBLISH_REGULATION_VERSION, versions.publish, version)
    for login in sorted(year.actors.keys() - _YET_TO_READ):
        hours = year.chance("reads again", login).uniform(0.3, 6)
        year.once(_acknowledges, login, at=year.worked(clock.now(), hours))


async def leave(year: Year) -> None:
    """One salesperson is away just now, and a colleague stands in; the marketing manager travels next week."""
    ends, travels = year.days_ago(-3, 18), year.days_ago(-7, 9)
    for login, delegate, begins_at, ends_at, kind in (
        (AWAY, STANDS_IN, year.days_ago(1, 9), ends, "leave"),
        (MARKETING_MANAGER, GENERAL_MANAGER, travels, travels + timedelta(days=2, hours=9), "travel"),
        ("tang.xiaoman", "feng.kexin", year.days_ago(-10, 9), year.days_ago(-12, 18), "training"),
    ):
        await year.do(
            login, duties.CREATE_ABSENCE, absences.register, account_id=None, begins_at=begins_at, ends_at=ends_at,
            delegate_id=year.actors[delegate].id, kind=kind,
        )  # fmt: skip


def present(year: Year, logins: Sequence[str]) -> list[str]:
    """Of these, who is here now."""
    away = clock.now() >= year.days_ago(1, 9)
    return [login for login in logins if not (away and login == AWAY)]
