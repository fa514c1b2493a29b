"""Duties: which post does what, how far, by which clause. The one table, in the order of the regulation.

A duty is `resource.verb`. Scopes: own (what the person answers for), team (the reporting line below), department
(and those under it), company. `never` names the columns of a record that must not be the person: separation of duties.
`amount` with `.upto(fen)` is a limit: above it the next post in the line decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from zhidu.kernel.texts import Text

ScopeName = Literal["own", "team", "department", "company"]


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the company. Its attributes `own`, `team`, `department`, `company` are grants."""

    name: str
    title: Text
    # Posts that approve money or see personal data sign in with a second factor.
    second_factor: bool = False

    @property
    def own(self) -> "Grant":
        """Records that the person answers for."""
        return Grant(self, "own")

    @property
    def team(self) -> "Grant":
        """Records of the person and of the reporting line below."""
        return Grant(self, "team")

    @property
    def department(self) -> "Grant":
        """Records of the person's department and of those under it."""
        return Grant(self, "department")

    @property
    def company(self) -> "Grant":
        """All records."""
        return Grant(self, "company")


@dataclass(frozen=True, slots=True)
class Grant:
    """A post has a duty within a scope, up to a limit in fen where the duty is about an amount."""

    post: Post
    scope: ScopeName
    limit: int | None = None

    def upto(self, limit_fen: int) -> "Grant":
        """The same grant up to an amount."""
        return replace(self, limit=limit_fen)


@dataclass(frozen=True, slots=True)
class Duty:
    """A right and a duty: named, granted, and founded on its clauses."""

    name: str
    title: Text
    grants: tuple[Grant, ...]
    clauses: tuple[str, ...]
    never: tuple[str, ...] = ()
    amount: str | None = None

    @property
    def resource(self) -> str:
        """`order` of `order.confirm`."""
        return self.name.partition(".")[0]

    @property
    def verb(self) -> str:
        """`confirm` of `order.confirm`."""
        return self.name.partition(".")[2]


DUTIES: dict[str, Duty] = {}


def duty(
    name: str,
    zh: str,
    en: str,
    *grants: Grant,
    clause: str | tuple[str, ...],
    never: str | tuple[str, ...] = (),
    amount: str | None = None,
) -> Duty:
    """Write a line of the table."""
    if name in DUTIES:
        raise ValueError(f"duty {name} stands twice")
    clauses = (clause,) if isinstance(clause, str) else clause
    columns = (never,) if isinstance(never, str) else never
    DUTIES[name] = Duty(name, Text(zh, en), grants, clauses, columns, amount)
    return DUTIES[name]


marketing_specialist = Post("marketing-specialist", Text("市场专员", "marketing specialist"))
marketing_manager = Post("marketing-manager", Text("市场经理", "marketing manager"), second_factor=True)
sales_specialist = Post("sales-specialist", Text("销售专员", "sales specialist"))
sales_manager = Post("sales-manager", Text("销售经理", "sales manager"), second_factor=True)
service_agent = Post("service-agent", Text("客服专员", "service agent"))
service_lead = Post("service-lead", Text("客服主管", "service lead"))
tech_engineer = Post("tech-engineer", Text("技术工程师", "tech engineer"))
tech_manager = Post("tech-manager", Text("技术经理", "tech manager"))
data_officer = Post("data-officer", Text("数据安全专员", "data officer"), second_factor=True)
legal_reviewer = Post("legal-reviewer", Text("法务审核", "legal reviewer"))
logistics_clerk = Post("logistics-clerk", Text("物流专员", "logistics clerk"))
finance_clerk = Post("finance-clerk", Text("财务专员", "finance clerk"), second_factor=True)
hr_officer = Post("hr-officer", Text("人事专员", "HR officer"))
inspector = Post("inspector", Text("督察员", "inspector"))
general_manager = Post("general-manager", Text("总经理", "general manager"), second_factor=True)
administrator = Post("administrator", Text("系统管理员", "administrator"), second_factor=True)
support_staff = Post("support-staff", Text("支持部门员工", "support staff"))
integration = Post("integration", Text("系统集成", "integration"))

POSTS: tuple[Post, ...] = (
    marketing_specialist, marketing_manager, sales_specialist, sales_manager, service_agent, service_lead,
    tech_engineer, tech_manager, data_officer, legal_reviewer, logistics_clerk, finance_clerk, hr_officer,
    inspector, general_manager, administrator, support_staff, integration,
)  # fmt: skip
_BY_NAME = {post.name: post for post in POSTS}

_people = tuple(post for post in POSTS if post is not integration)
everyone = tuple(post.company for post in _people)
# Who reads across departments to supervise (8.1.1).
overseers = (inspector.company, general_manager.company)


def post_named(name: str) -> Post | None:
    """The post, or None."""
    return _BY_NAME.get(name)


# 1.1, 1.2 The regulation and those whom it binds ------------------------------------------------------------------
USE_SELF = duty("self.use", "使用本人的工作台", "use one's own workplace", *everyone, integration.company, clause="1.2")
READ_DEPARTMENT = duty("department.read", "查看部门", "read departments", *everyone, clause="1.2")
CREATE_DEPARTMENT = duty("department.create", "设立部门", "set up a department", hr_officer.company, administrator.company, clause="1.2")
UPDATE_DEPARTMENT = duty("department.update", "调整部门", "change a department", hr_officer.company, administrator.company, clause="1.2")
READ_POST = duty("post.read", "查看岗位与职责", "read posts and duties", *everyone, clause="1.2")
READ_ACCOUNT = duty("account.read", "查看同事", "read colleagues", *everyone, clause="1.2")
CREATE_ACCOUNT = duty("account.create", "登记员工", "register a member of staff", hr_officer.company, administrator.company, clause="1.2")
UPDATE_ACCOUNT = duty("account.update", "修改员工信息", "change a member of staff", hr_officer.company, administrator.company, clause="1.2")
DISABLE_ACCOUNT = duty("account.disable", "停用账号", "disable an account", hr_officer.company, administrator.company, clause=("1.2", "7.3.2"), never="id")
ENABLE_ACCOUNT = duty("account.enable", "启用账号", "enable an account", hr_officer.company, administrator.company, clause=("1.2", "7.3.2"))
RESET_ACCOUNT = duty("account.reset", "重置登录", "reset a sign-in", administrator.company, clause="7.3.2", never="id")
READ_HOLDING = duty("holding.read", "查看任职", "read who holds which post", *everyone, clause="1.2")
# Nobody gives himself a post.
CREATE_HOLDING = duty("holding.create", "任命岗位", "appoint to a post", hr_officer.company, administrator.company, clause="1.2", never="account_id")
END_HOLDING = duty("holding.end", "免除岗位", "end a post", hr_officer.company, administrator.company, clause="1.2")
READ_ABSENCE = duty("absence.read", "查看请假与代理", "read absences", *everyone, clause="1.2")
CREATE_ABSENCE = duty("absence.create", "登记请假与代理", "register an absence", *(p.own for p in _people), hr_officer.company, clause="1.2")
CANCEL_ABSENCE = duty("absence.cancel", "撤销请假", "cancel an absence", *(p.own for p in _people), hr_officer.company, clause="1.2")
READ_CALENDAR = duty("calendar.read", "查看工作日历", "read the working calendar", *everyone, clause="1.2")
UPDATE_CALENDAR = duty("calendar.update", "调整工作日历", "change the working calendar", hr_officer.company, administrator.company, clause="1.2")
READ_CLAUSE = duty("clause.read", "查看制度", "read the regulation", *everyone, integration.company, clause=("1.1", "1.2"))
READ_REGULATION_VERSION = duty("regulation_version.read", "查看制度版本", "read versions of the regulation", *everyone, clause="1.1")
CREATE_REGULATION_VERSION = duty("regulation_version.create", "起草制度新版本", "draft a version of the regulation", inspector.company, hr_officer.company, clause="1.1")
UPDATE_REGULATION_VERSION = duty("regulation_version.update", "修改制度草案", "change the draft of a version", inspector.company, hr_officer.company, clause="1.1")
SUBMIT_REGULATION_VERSION = duty("regulation_version.submit", "提交制度草案", "submit a version", inspector.company, hr_officer.company, clause="1.1")
APPROVE_REGULATION_VERSION = duty("regulation_version.approve", "批准制度", "approve a version", general_manager.company, clause="1.1", never=("created_by", "submitted_by"))
RETURN_REGULATION_VERSION = duty("regulation_version.return", "退回制度草案", "return a version", general_manager.company, clause="1.1", never=("created_by", "submitted_by"))
PUBLISH_REGULATION_VERSION = duty("regulation_version.publish", "发布制度", "publish a version", general_manager.company, clause=("1.1", "1.2"))
ACKNOWLEDGE_REGULATION = duty("acknowledgement.create", "确认知悉制度", "acknowledge the regulation", *everyone, clause="1.2")
READ_ACKNOWLEDGEMENT = duty("acknowledgement.read", "查看知悉情况", "read acknowledgements", hr_officer.company, *overseers, clause="1.2")
READ_CONTROL = duty("control.read", "查看控制项", "read controls", *everyone, clause=("1.1", "8.1.2"))
RUN_CONTROL = duty("control.run", "立即测量控制项", "measure a control now", *overseers, marketing_manager.company, sales_manager.company, service_lead.company, tech_manager.company, clause=("1.1", "8.1.2"))
READ_CONTROL_ROWS = duty("control.drill", "查看控制项背后的记录", "read the records behind a control", *overseers, marketing_manager.company, sales_manager.company, service_lead.company, tech_manager.company, clause="8.1.2")
READ_LIMIT = duty("limit.read", "查看时限", "read limits", *everyone, clause=("1.2", "8.1.1"))
UPDATE_LIMIT = duty("limit.update", "调整时限", "change a limit", general_manager.company, clause=("1.1", "8.1.1"))
READ_OBLIGATION = duty("obligation.read", "查看应办事项", "read what is due", *(p.own for p in _people), marketing_manager.department, sales_manager.department, service_lead.department, tech_manager.department, *overseers, clause="8.1.1")

# 1.3.4, 2.5, 4.3.2 Hand-overs between departments -------------------------------------------------------------------
_receivers = (service_agent.department, service_lead.department, tech_engineer.department, tech_manager.department, logistics_clerk.department, finance_clerk.department, support_staff.department)
READ_HANDOVER = duty("handover.read", "查看交接", "read hand-overs", *_receivers, sales_specialist.own, sales_manager.company, *overseers, clause=("1.3.4", "4.3.2"))
ACCEPT_HANDOVER = duty("handover.accept", "签收交接", "accept a hand-over", *_receivers, clause=("1.3.4", "4.3.2"), never="offered_by")
REFUSE_HANDOVER = duty("handover.refuse", "拒收交接", "refuse a hand-over", *_receivers, clause=("1.3.4", "4.3.2"), never="offered_by")
COMPLETE_HANDOVER = duty("handover.complete", "办结交接", "complete a hand-over", *_receivers, clause=("1.3.4", "2.4.2"))
RETURN_HANDOVER = duty("handover.return", "退回交接", "return a hand-over", *_receivers, clause="1.3.4")
OFFER_HANDOVER = duty("handover.offer", "重新提交交接", "offer a hand-over again", sales_specialist.own, sales_manager.company, clause=("1.3.4", "4.3.2"))

# 2.3.1, 7.3 The system, its data and its trail -----------------------------------------------------------------------
READ_AUDIT = duty("audit.read", "查看审计记录", "read the audit trail", data_officer.company, inspector.company, clause="7.3.1")
VERIFY_AUDIT = duty("audit_chain.verify", "校验审计链", "verify the audit chain", data_officer.company, inspector.company, clause="7.3.1")
READ_KEY = duty("key.read", "查看加密密钥状态", "read the state of the keys", data_officer.company, administrator.company, clause="7.3.2")
ROTATE_KEY = duty("key.rotate", "轮换加密密钥", "rotate the keys", data_officer.company, clause="7.3.2")
READ_JOB = duty("job.read", "查看后台任务", "read background jobs", tech_engineer.company, tech_manager.company, administrator.company, clause="2.3.1")
RETRY_JOB = duty("job.retry", "重试后台任务", "try a failed job again", tech_engineer.company, tech_manager.company, administrator.company, clause="2.3.1")
READ_FILE = duty("file.read", "下载附件", "download a file", *everyone, clause="7.3.2")
CREATE_FILE = duty("file.create", "上传附件", "upload a file", *everyone, clause="7.3.2")
SEARCH = duty("search.use", "全局搜索", "search everything one may see", *everyone, clause="1.2")

# 2.5 Products and material of the other departments -------------------------------------------------------------------
READ_PRODUCT = duty("product.read", "查看产品", "read products", *everyone, integration.company, clause="2.5")
CREATE_PRODUCT = duty("product.create", "登记产品", "register a product", support_staff.company, sales_manager.company, marketing_manager.company, clause="2.5")
UPDATE_PRODUCT = duty("product.update", "修改产品", "change a product", support_staff.company, sales_manager.company, marketing_manager.company, clause="2.5")
RETIRE_PRODUCT = duty("product.retire", "下架产品", "retire a product", support_staff.company, sales_manager.company, clause="2.5")
RELIST_PRODUCT = duty("product.relist", "重新上架产品", "list a product again", support_staff.company, sales_manager.company, clause="2.5")

# 3.1 Channels ------------------------------------------------------------------------------------------------------------
_marketing = (marketing_specialist.company, marketing_manager.company)
READ_CHANNEL = duty("channel.read", "查看渠道", "read channels", *_marketing, sales_specialist.company, sales_manager.company, legal_reviewer.company, finance_clerk.company, *overseers, integration.company, clause="3.1.1")
CREATE_CHANNEL = duty("channel.create", "登记渠道", "register a channel", *_marketing, clause="3.1.1")
UPDATE_CHANNEL = duty("channel.update", "修改渠道", "change a channel", marketing_specialist.own, marketing_manager.company, clause="3.1.1")
RETIRE_CHANNEL = duty("channel.retire", "停用渠道", "retire a channel", marketing_manager.company, clause="3.1.1")
READ_ASSESSMENT = duty("channel_assessment.read", "查看渠道评估", "read channel assessments", *_marketing, legal_reviewer.company, *overseers, clause=("3.1.1", "3.1.2"))
CREATE_ASSESSMENT = duty("channel_assessment.create", "评估渠道", "assess a channel", *_marketing, clause=("3.1.1", "3.1.2"))
UPDATE_ASSESSMENT = duty("channel_assessment.update", "修改渠道评估", "change an assessment", marketing_specialist.own, marketing_manager.company, clause="3.1.2")
SUBMIT_ASSESSMENT = duty("channel_assessment.submit", "提交渠道评估", "submit an assessment", marketing_specialist.own, marketing_manager.own, clause="3.1.1")
APPROVE_ASSESSMENT = duty("channel_assessment.approve", "批准渠道评估", "approve an assessment", marketing_manager.company, general_manager.company, clause="3.1.1", never=("created_by", "submitted_by"))
RETURN_ASSESSMENT = duty("channel_assessment.return", "退回渠道评估", "return an assessment", marketing_manager.company, general_manager.company, clause="3.1.1", never=("created_by", "submitted_by"))
REVISE_ASSESSMENT = duty("channel_assessment.revise", "重拟渠道评估", "take an assessment back to draft", marketing_specialist.own, marketing_manager.own, clause="3.1.1")
RENEW_ASSESSMENT = duty("channel_assessment.renew", "续评渠道", "renew an assessment", *_marketing, clause="3.1.1")

# 2.1.3, 3.3 Campaigns ------------------------------------------------------------------------------------------------------
READ_CAMPAIGN = duty("campaign.read", "查看活动", "read campaigns", *_marketing, sales_specialist.company, sales_manager.company, legal_reviewer.company, finance_clerk.company, *overseers, integration.company, clause=("2.1.3", "3.3.1"))
CREATE_CAMPAIGN = duty("campaign.create", "策划活动", "plan a campaign", *_marketing, clause="2.1.3")
UPDATE_CAMPAIGN = duty("campaign.update", "修改活动", "change a campaign", marketing_specialist.own, marketing_manager.company, clause="2.1.3")
SUBMIT_CAMPAIGN = duty("campaign.submit", "提交活动方案", "submit a campaign", marketing_specialist.own, marketing_manager.own, clause="2.1.3")
# Above 100,000 yuan the general manager decides.
APPROVE_CAMPAIGN = duty("campaign.approve", "批准活动", "approve a campaign", marketing_manager.company.upto(100_000_00), general_manager.company, clause=("2.1.3", "1.3.3"), never=("created_by", "submitted_by"), amount="budget_fen")
RETURN_CAMPAIGN = duty("campaign.return", "退回活动", "return a campaign", marketing_manager.company, general_manager.company, clause="2.1.3", never=("created_by", "submitted_by"))
REVISE_CAMPAIGN = duty("campaign.revise", "重拟活动方案", "take a campaign back to draft", marketing_specialist.own, marketing_manager.own, clause="2.1.3")
START_CAMPAIGN = duty("campaign.start", "启动活动", "start a campaign", marketing_specialist.own, marketing_manager.company, clause="3.3.1")
PAUSE_CAMPAIGN = duty("campaign.pause", "暂停活动", "pause a campaign", marketing_specialist.own, marketing_manager.company, clause="3.3.2")
RESUME_CAMPAIGN = duty("campaign.resume", "恢复活动", "resume a campaign", marketing_specialist.own, marketing_manager.company, clause="3.3.2")
FINISH_CAMPAIGN = duty("campaign.finish", "结束活动", "finish a campaign", marketing_specialist.own, marketing_manager.company, clause="3.3.1")
CANCEL_CAMPAIGN = duty("campaign.cancel", "取消活动", "cancel a campaign", marketing_manager.company, general_manager.company, clause="3.3.1")
REVIEW_CAMPAIGN = duty("campaign.review", "复盘活动", "review a campaign", marketing_specialist.own, marketing_manager.company, clause="3.3.3")
READ_AMENDMENT = duty("campaign_amendment.read", "查看预算追加", "read budget amendments", *_marketing, finance_clerk.company, *overseers, clause="1.3.3")
CREATE_AMENDMENT = duty("campaign_amendment.create", "申请追加预算", "ask for a higher budget", *_marketing, clause="1.3.3")
# The limit looks at the whole new budget: many small steps are one large one.
APPROVE_AMENDMENT = duty("campaign_amendment.approve", "批准追加预算", "approve a higher budget", marketing_manager.company.upto(100_000_00), general_manager.company, clause="1.3.3", never=("created_by", "requested_by"), amount="budget_fen")
REFUSE_AMENDMENT = duty("campaign_amendment.refuse", "驳回追加预算", "refuse a higher budget", marketing_manager.company, general_manager.company, clause="1.3.3", never=("created_by", "requested_by"))
WITHDRAW_AMENDMENT = duty("campaign_amendment.withdraw", "撤回追加申请", "withdraw an amendment", marketing_specialist.own, marketing_manager.own, clause="1.3.3")
READ_LINK = duty("tracked_link.read", "查看推广链接", "read tracked links", *_marketing, sales_manager.company, *overseers, clause=("3.3.2", "5.1.1"))
CREATE_LINK = duty("tracked_link.create", "生成推广链接", "make a tracked link", *_marketing, clause=("3.3.1", "5.1.1"))
RETIRE_LINK = duty("tracked_link.retire", "停用推广链接", "retire a tracked link", marketing_specialist.own, marketing_manager.company, clause="3.3.1")
READ_SPEND = duty("spend.read", "查看推广花费", "read spend", *_marketing, finance_clerk.company, *overseers, clause="1.3.3")
CREATE_SPEND = duty("spend.create", "登记推广花费", "record spend", *_marketing, finance_clerk.company, clause="1.3.3")
REVERSE_SPEND = duty("spend.reverse", "冲销推广花费", "reverse spend", marketing_manager.company, finance_clerk.company, clause="1.3.3")

# 4.1 Leads -----------------------------------------------------------------------------------------------------------------
READ_SOURCE = duty("lead_source.read", "查看线索来源", "read lead sources", *_marketing, sales_specialist.company, sales_manager.company, *overseers, integration.company, clause="4.1.1")
CREATE_SOURCE = duty("lead_source.create", "登记线索来源", "register a lead source", sales_manager.company, marketing_manager.company, clause="4.1.1")
UPDATE_SOURCE = duty("lead_source.update", "修改线索来源", "change a lead source", sales_manager.company, marketing_manager.company, clause="4.1.1")
READ_FORM = duty("lead_form.read", "查看表单", "read lead forms", *_marketing, sales_manager.company, legal_reviewer.company, *overseers, clause="4.1.1")
CREATE_FORM = duty("lead_form.create", "新建表单", "make a lead form", *_marketing, sales_manager.company, clause="4.1.1")
UPDATE_FORM = duty("lead_form.update", "修改表单", "change a lead form", marketing_specialist.own, marketing_manager.company, sales_manager.company, clause="4.1.1")
PUBLISH_FORM = duty("lead_form.publish", "发布表单", "publish a lead form", marketing_manager.company, sales_manager.company, clause=("4.1.1", "3.2.3"))
REVISE_FORM = duty("lead_form.revise", "撤下表单修改", "take a lead form back to draft", marketing_specialist.own, marketing_manager.company, sales_manager.company, clause="4.1.1")
CLOSE_FORM = duty("lead_form.close", "关闭表单", "close a lead form", marketing_manager.company, sales_manager.company, clause="4.1.1")
READ_LEAD = duty("lead.read", "查看线索", "read leads", sales_specialist.own, sales_manager.department, marketing_manager.company, *overseers, integration.own, clause=("2.2.1", "4.1.1"))
CREATE_LEAD = duty("lead.create", "登记线索", "register a lead", sales_specialist.own, sales_manager.department, marketing_specialist.own, integration.own, clause="4.1.1")
UPDATE_LEAD = duty("lead.update", "修改线索", "change a lead", sales_specialist.own, sales_manager.department, clause="2.2.1")
SCREEN_LEAD = duty("lead.screen", "初筛线索", "begin to screen a lead", sales_specialist.department, sales_manager.department, clause="4.1.2")
QUALIFY_LEAD = duty("lead.qualify", "判定线索合格", "qualify a lead", sales_specialist.own, sales_manager.department, clause="4.1.2")
DISQUALIFY_LEAD = duty("lead.disqualify", "判定线索不合格", "disqualify a lead", sales_specialist.own, sales_manager.department, clause="4.1.2")
ASSIGN_LEAD = duty("lead.assign", "分配线索", "assign a lead", sales_manager.department, clause=("2.2.1", "4.1.2"))
CONTACT_LEAD = duty("lead.contact", "首次联系线索", "contact a lead", sales_specialist.own, sales_manager.own, clause="4.2.1")
NURTURE_LEAD = duty("lead.nurture", "培育线索", "nurture a lead", sales_specialist.own, sales_manager.own, clause="4.2.1")
CONVERT_LEAD = duty("lead.convert", "转化线索", "convert a lead", sales_specialist.own, sales_manager.own, clause=("2.2.1", "4.2.2"))
LOSE_LEAD = duty("lead.lose", "标记线索流失", "mark a lead lost", sales_specialist.own, sales_manager.department, clause="4.2.1")
RELEASE_LEAD = duty("lead.release", "退回公海", "return a lead to the pool", sales_specialist.own, sales_manager.department, clause="2.2.1")
CLAIM_LEAD = duty("lead.claim", "领取公海线索", "claim a lead from the pool", sales_specialist.department, sales_manager.department, clause="2.2.1")
REOPEN_LEAD = duty("lead.reopen", "重新打开线索", "reopen a lead", sales_manager.department, clause="4.1.2")
REVEAL_LEAD = duty("lead.reveal", "查看完整联系方式", "reveal a lead's telephone and e-mail", sales_specialist.own, sales_manager.department, clause=("4.2.1", "7.3.2"))
READ_POOL = duty("pool.read", "查看公海", "read the pool", sales_specialist.department, sales_manager.department, *overseers, clause="2.2.1")
READ_DUPLICATE = duty("duplicate.read", "查看疑似重复", "read likely duplicates", sales_specialist.own, sales_manager.department, clause=("4.1.1", "4.4.3"))
MERGE_DUPLICATE = duty("duplicate.merge", "合并重复线索", "merge duplicates", sales_specialist.own, sales_manager.department, clause=("4.1.1", "4.4.3"))
DISMISS_DUPLICATE = duty("duplicate.dismiss", "标记为非重复", "dismiss a likely duplicate", sales_specialist.own, sales_manager.department, clause="4.1.1")
UNDO_DUPLICATE = duty("duplicate.undo", "撤销合并", "undo a merge", sales_specialist.own, sales_manager.department, clause="4.4.3")
READ_SCORING = duty("scoring_model.read", "查看评分模型", "read scoring models", sales_specialist.company, sales_manager.company, marketing_manager.company, *overseers, clause="4.1.2")
CREATE_SCORING = duty("scoring_model.create", "起草评分模型", "draft a scoring model", sales_manager.company, clause="4.1.2")
UPDATE_SCORING = duty("scoring_model.update", "修改评分模型", "change a scoring model", sales_manager.company, clause="4.1.2")
ADOPT_SCORING = duty("scoring_model.adopt", "启用评分模型", "adopt a scoring model", sales_manager.company, general_manager.company, clause="4.1.2")
READ_ROUTING = duty("routing_rule.read", "查看分配规则", "read routing rules", sales_specialist.company, sales_manager.company, *overseers, clause=("2.2.1", "4.1.2"))
CREATE_ROUTING = duty("routing_rule.create", "设定分配规则", "set a routing rule", sales_manager.company, clause="2.2.1")
UPDATE_ROUTING = duty("routing_rule.update", "修改分配规则", "change a routing rule", sales_manager.company, clause="2.2.1")
READ_ASSIGNMENT = duty("assignment.read", "查看分配台账", "read the fairness ledger", sales_specialist.company, sales_manager.company, *overseers, clause=("2.2.1", "1.3.4"))
READ_IMPORT = duty("lead_import.read", "查看导入", "read imports", sales_specialist.own, sales_manager.department, marketing_specialist.own, marketing_manager.department, *overseers, clause="4.1.1")
CREATE_IMPORT = duty("lead_import.create", "上传导入文件", "upload a file to import", sales_specialist.own, sales_manager.department, marketing_specialist.own, marketing_manager.department, clause="4.1.1")
MAP_IMPORT = duty("lead_import.map", "对应导入列", "map the columns of an import", sales_specialist.own, sales_manager.department, marketing_specialist.own, marketing_manager.department, clause="4.1.1")
RUN_IMPORT = duty("lead_import.run", "执行导入", "run an import", sales_specialist.own, sales_manager.department, marketing_specialist.own, marketing_manager.department, clause="4.1.1")
UNDO_IMPORT = duty("lead_import.undo", "撤销导入", "undo an import", sales_specialist.own, sales_manager.department, marketing_specialist.own, marketing_manager.department, clause="4.1.1")
READ_MAPPING = duty("import_mapping.read", "查看列对应", "read saved mappings", sales_specialist.company, sales_manager.company, marketing_specialist.company, marketing_manager.company, clause="4.1.1")
CREATE_MAPPING = duty("import_mapping.create", "保存列对应", "save a mapping", sales_specialist.company, sales_manager.company, marketing_specialist.company, marketing_manager.company, clause="4.1.1")
DELETE_MAPPING = duty("import_mapping.delete", "删除列对应", "delete a saved mapping", sales_specialist.own, sales_manager.company, marketing_specialist.own, marketing_manager.company, clause="4.1.1")

# 4.2 Follow-up, opportunities, proposals -------------------------------------------------------------------------------------
READ_FOLLOW_UP = duty("follow_up.read", "查看跟进", "read follow-ups", sales_specialist.own, sales_manager.department, *overseers, clause="4.2.3")
CREATE_FOLLOW_UP = duty("follow_up.create", "记录跟进", "record a follow-up", sales_specialist.own, sales_manager.department, clause=("4.2.1", "4.2.3"))
READ_OPPORTUNITY = duty("opportunity.read", "查看商机", "read opportunities", sales_specialist.own, sales_manager.department, *overseers, clause=("2.2.2", "4.2.2"))
CREATE_OPPORTUNITY = duty("opportunity.create", "新建商机", "open an opportunity", sales_specialist.own, sales_manager.department, clause="2.2.2")
UPDATE_OPPORTUNITY = duty("opportunity.update", "记录需求与下一步", "record needs and the next step", sales_specialist.own, sales_manager.department, clause="2.2.2")
ADVANCE_OPPORTUNITY = duty("opportunity.advance", "推进商机", "move an opportunity on", sales_specialist.own, sales_manager.department, clause="4.2.2")
WIN_OPPORTUNITY = duty("opportunity.win", "赢单", "win an opportunity", sales_specialist.own, sales_manager.department, clause="4.2.2")
LOSE_OPPORTUNITY = duty("opportunity.lose", "输单", "lose an opportunity", sales_specialist.own, sales_manager.department, clause="4.2.2")
HOLD_OPPORTUNITY = duty("opportunity.hold", "搁置商机", "put an opportunity on hold", sales_specialist.own, sales_manager.department, clause="4.2.2")
RESUME_OPPORTUNITY = duty("opportunity.resume", "恢复商机", "resume an opportunity", sales_specialist.own, sales_manager.department, clause="4.2.2")
REASSIGN_OPPORTUNITY = duty("opportunity.reassign", "改派商机", "reassign an opportunity", sales_manager.department, clause="2.2.2")
READ_PROPOSAL = duty("proposal.read", "查看方案", "read proposals", sales_specialist.own, sales_manager.department, *overseers, clause=("2.2.2", "4.2.2"))
CREATE_PROPOSAL = duty("proposal.create", "编写方案", "write a proposal", sales_specialist.own, sales_manager.department, clause=("2.2.2", "4.2.2"))
UPDATE_PROPOSAL = duty("proposal.update", "修改方案", "change a proposal", sales_specialist.own, sales_manager.department, clause="4.2.2")
SUBMIT_PROPOSAL = duty("proposal.submit", "提交方案审批", "submit a proposal", sales_specialist.own, sales_manager.own, clause="4.2.2")
# A discount of more than 50,000 yuan in total goes to the general manager.
APPROVE_PROPOSAL = duty("proposal.approve", "批准折扣", "approve a discount", sales_manager.department.upto(50_000_00), general_manager.company, clause=("4.2.2", "1.3.3"), never=("created_by", "submitted_by"), amount="discount_fen")
RETURN_PROPOSAL = duty("proposal.return", "退回方案", "return a proposal", sales_manager.department, general_manager.company, clause="4.2.2", never=("created_by", "submitted_by"))
REVISE_PROPOSAL = duty("proposal.revise", "重拟方案", "take a proposal back to draft", sales_specialist.own, sales_manager.own, clause="4.2.2")
SEND_PROPOSAL = duty("proposal.send", "发送方案", "send a proposal", sales_specialist.own, sales_manager.own, clause="4.2.2")
ACCEPT_PROPOSAL = duty("proposal.accept", "登记客户接受", "record the customer's acceptance", sales_specialist.own, sales_manager.department, clause="4.2.2")
DECLINE_PROPOSAL = duty("proposal.decline", "登记客户拒绝", "record the customer's refusal", sales_specialist.own, sales_manager.department, clause="4.2.2")

# 4.4.3 Customers ------------------------------------------------------------------------------------------------------------------
READ_CUSTOMER = duty("customer.read", "查看客户", "read customers", sales_specialist.own, sales_manager.department, service_agent.company, service_lead.company, *overseers, integration.own, clause=("2.2.3", "4.4.3"))
CREATE_CUSTOMER = duty("customer.create", "建立客户档案", "open a customer file", sales_specialist.own, sales_manager.department, clause="4.4.3")
UPDATE_CUSTOMER = duty("customer.update", "更新客户档案", "keep a customer file", sales_specialist.own, sales_manager.department, service_agent.company, clause="4.4.3")
REVEAL_CUSTOMER = duty("customer.reveal", "查看完整联系方式", "reveal a customer's telephone and e-mail", sales_specialist.own, sales_manager.department, service_agent.company, clause=("4.4.3", "7.3.2"))
READ_CONTACT = duty("contact.read", "查看联系人", "read contacts", sales_specialist.own, sales_manager.department, service_agent.company, service_lead.company, *overseers, clause="4.4.3")
CREATE_CONTACT = duty("contact.create", "登记联系人", "register a contact", sales_specialist.own, sales_manager.department, service_agent.company, clause="4.4.3")
UPDATE_CONTACT = duty("contact.update", "修改联系人", "change a contact", sales_specialist.own, sales_manager.department, service_agent.company, clause="4.4.3")
REVEAL_CONTACT = duty("contact.reveal", "查看联系人联系方式", "reveal a contact's telephone and e-mail", sales_specialist.own, sales_manager.department, service_agent.company, clause=("4.4.3", "7.3.2"))

# 4.3 Orders ------------------------------------------------------------------------------------------------------------------------
READ_ORDER = duty("order.read", "查看订单", "read orders", sales_specialist.own, sales_manager.department, service_agent.company, service_lead.company, logistics_clerk.company, finance_clerk.company, *overseers, integration.own, clause=("4.3.1", "4.3.3"))
CREATE_ORDER = duty("order.create", "登记订单", "register an order", sales_specialist.own, sales_manager.department, integration.own, clause="4.3.1")
UPDATE_ORDER = duty("order.update", "修改订单", "change an order before it is confirmed", sales_specialist.own, sales_manager.department, clause="4.3.1")
PLACE_ORDER = duty("order.place", "下单", "place an order", sales_specialist.own, sales_manager.department, clause="4.3.1")
CONFIRM_ORDER = duty("order.confirm", "与客户确认订单", "confirm an order", sales_specialist.own, sales_manager.department, clause="4.3.1")
HAND_OVER_ORDER = duty("order.hand_over", "交接订单", "hand an order over", sales_specialist.own, sales_manager.department, clause="4.3.2")
SHIP_ORDER = duty("order.ship", "发货", "ship an order", logistics_clerk.company, clause="4.3.2")
DELIVER_ORDER = duty("order.deliver", "登记送达", "record the delivery", service_agent.company, service_lead.company, logistics_clerk.company, clause="4.3.3")
COMPLETE_ORDER = duty("order.complete", "完成订单", "complete an order", service_agent.company, service_lead.company, clause=("4.3.3", "2.4.2"))
CANCEL_ORDER = duty("order.cancel", "取消订单", "cancel an order", sales_specialist.own, sales_manager.department, clause="4.3.4")
REVEAL_ORDER = duty("order.reveal", "查看收货信息", "reveal where an order goes", sales_specialist.own, sales_manager.department, service_agent.company, logistics_clerk.company, clause=("4.3.2", "7.3.2"))
READ_PAYMENT = duty("payment.read", "查看收款", "read payments", sales_specialist.own, sales_manager.department, finance_clerk.company, *overseers, clause=("4.3.1", "4.3.4"))
CREATE_PAYMENT = duty("payment.create", "登记收款", "record a payment", finance_clerk.company, clause="4.3.1", never="owner_id")
REVERSE_PAYMENT = duty("payment.reverse", "冲销收款", "reverse a payment", finance_clerk.company, clause="4.3.4", never="created_by")
READ_FULFILMENT = duty("fulfilment.read", "查看发货", "read fulfilments", sales_specialist.own, sales_manager.department, service_agent.company, service_lead.company, logistics_clerk.company, *overseers, clause=("4.3.2", "4.3.3"))

# 4.3.3 Messages to customers ---------------------------------------------------------------------------------------------------------
READ_MESSAGE = duty("message.read", "查看客户消息", "read messages to customers", sales_specialist.own, sales_manager.department, service_agent.company, service_lead.company, *overseers, clause="4.3.3")
RETRY_MESSAGE = duty("message.retry", "重发消息", "send a message again", sales_specialist.own, sales_manager.department, service_agent.company, service_lead.company, clause="4.3.3")

# 5.1, 5.2 Data ------------------------------------------------------------------------------------------------------------------------
READ_EVENT = duty("web_event.read", "查看访问事件", "read web events", *_marketing, tech_engineer.company, tech_manager.company, *overseers, clause="5.1.1")
READ_FUNNEL = duty("funnel.read", "查看转化漏斗", "read the funnel", *_marketing, sales_manager.company, finance_clerk.company, *overseers, clause=("5.2.2", "3.4.2"))
READ_ROI = duty("channel_roi.read", "查看渠道投入产出", "read channel ROI", *_marketing, sales_manager.company, finance_clerk.company, *overseers, clause=("1.3.3", "5.2.2"))


@lru_cache(maxsize=4096)
def grants_of(posts: frozenset[str]) -> Mapping[str, tuple[Grant, ...]]:
    """For each duty that these posts have, the lines of the table that give it."""
    held: dict[str, tuple[Grant, ...]] = {}
    for name, line in DUTIES.items():
        mine = tuple(grant for grant in line.grants if grant.post.name in posts)
        if mine:
            held[name] = mine
    return held
