"""1.2 Who holds which post, from which day to which day. Nobody appoints himself."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Conflict, Malformed
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Account, PostHolding
from zhidu.policy.actor import Actor

LISTING = Listing(
    "holding",
    PostHolding,
    extra=(Account.name.label("account_name"),),
    joins=((Account, Account.id == PostHolding.account_id),),
    filters=(PostHolding.account_id, PostHolding.post, PostHolding.begins_on, PostHolding.ends_on),
    sorts=(PostHolding.begins_on,),
)


async def appoint(
    db: AsyncSession, actor: Actor, *, account_id: UUID, post: str, begins_on: date | None, ends_on: date | None
) -> PostHolding:
    """A person holds a post from a day on (today), until a day (inclusive) or until it is ended."""
    actor.must(duties.CREATE_HOLDING, {"account_id": account_id})
    if duties.post_named(post) is None:
        raise Malformed.at("/post", Text("没有这个岗位", "There is no such post"), "post")
    begins_on = begins_on or clock.today()
    if ends_on is not None and ends_on < begins_on:
        raise Malformed.at("/ends_on", Text("不能早于开始日期", "Cannot be before the beginning"), "order")
    account = await db.get(Account, account_id, with_for_update=True)
    if account is None or account.status != "active":
        raise Malformed.at("/account_id", Text("没有这个在职员工", "No such active member of staff"), "reference")
    overlapping = select(PostHolding.id).where(
        PostHolding.account_id == account_id,
        PostHolding.post == post,
        PostHolding.ends_on.is_(None) | (PostHolding.ends_on >= begins_on),
    )
    if ends_on is not None:
        overlapping = overlapping.where(PostHolding.begins_on <= ends_on)
    if await db.scalar(overlapping.limit(1)) is not None:
        raise Conflict(Text("此人在这段时间已担任该岗位", "The person holds this post in that time already"))
    holding = PostHolding(account_id=account_id, post=post, begins_on=begins_on, ends_on=ends_on)
    db.add(holding)
    return holding


async def end(db: AsyncSession, actor: Actor, holding: PostHolding, *, last_day: date | None) -> PostHolding:
    """The person gives the post up: after a last day, or at once (then the last day was yesterday)."""
    actor.must(duties.END_HOLDING, holding)
    today = clock.today()
    if holding.ends_on is not None and holding.ends_on < today:
        raise Conflict(Text("这项任职已经结束", "This has ended already"))
    if last_day is not None and last_day < today:
        raise Malformed.at("/last_day", Text("不能早于今天", "Cannot be before today"), "order")
    holding.ends_on = last_day or today - timedelta(days=1)
    return holding
