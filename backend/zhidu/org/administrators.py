"""7.3.2 The first administrator: made by who has the machine, for nobody is there yet to appoint him."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import audit, clock
from zhidu.kernel.db import new_id
from zhidu.kernel.problem import Conflict, Malformed
from zhidu.kernel.texts import Text
from zhidu.org import passwords
from zhidu.policy.accounts import Account, PostHolding
from zhidu.policy.duties import administrator


async def create_administrator(
    db: AsyncSession, *, login: str, name: str, password: str, again: bool = False
) -> Account:
    """An account that holds the post of administrator, and no other: it runs the system and sees no business record.

    Raises Malformed for a weak password, and Conflict where the login is taken, or where an active administrator
    exists and `again` is not given.
    """
    login = login.strip().casefold()
    if not login or not name.strip():
        raise Malformed.at("/login", Text("请填写登录名和姓名", "Give a login and a name"), "missing")
    passwords.check(password, login=login, name=name, pointer="/password")
    today = clock.today()
    standing = (
        select(Account.login)
        .join(PostHolding, PostHolding.account_id == Account.id)
        .where(
            Account.status == "active",
            PostHolding.post == administrator.name,
            PostHolding.begins_on <= today,
            PostHolding.ends_on.is_(None) | (PostHolding.ends_on >= today),
        )
        .limit(1)
    )
    there = await db.scalar(standing)
    if there is not None and not again:
        raise Conflict(
            Text(
                "已有在职的系统管理员 {login}；确需再建请加 --again", "There is an administrator, {login}; add --again"
            ).of(login=there)
        )
    if await db.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise Conflict(Text("登录名 {login} 已被使用", "The login {login} is taken").of(login=login))
    account = Account(id=new_id(), login=login, name=name.strip(), status="active")
    await passwords.give(account, password, chosen_by_owner=True)
    db.add(account)
    await db.flush()
    db.add(PostHolding(account_id=account.id, post=administrator.name, begins_on=today))
    audit.note(db, "create-administrator", "account", account.id)
    return account
