"""1.2 What a person is told about himself: who he is, which posts he holds, for whom he stands in."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import audit
from zhidu.kernel.db import Database
from zhidu.kernel.problem import Malformed, NotSignedIn
from zhidu.kernel.texts import Language, Text
from zhidu.org import passwords, second_factor, sessions, sign_in
from zhidu.org.sign_in import Visitor
from zhidu.policy.accounts import Account, Department, load_actor
from zhidu.policy.actor import Actor
from zhidu.policy.duties import DUTIES, POSTS, Duty, Post, ScopeName

_WIDTH: tuple[ScopeName, ...] = ("own", "team", "department", "company")


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as shown to himself."""

    account: Account
    department: Department | None
    actor: Actor
    stands_in_for: tuple[str, ...]

    @property
    def posts(self) -> list[tuple[Post, bool]]:
        """The posts in force, each with whether it is held by delegation."""
        every = self.actor.posts | self.actor.delegated_posts
        return [(post, post.name not in self.actor.posts) for post in POSTS if post.name in every]


async def profile(db: AsyncSession, account_id: UUID | None) -> Profile:
    """The person as of now. Raises NotSignedIn where there is no such active account."""
    account = None if account_id is None else await db.get(Account, account_id)
    actor = None if account is None else await load_actor(db, account.id)
    if actor is None or account is None:
        raise NotSignedIn
    department = None if account.department_id is None else await db.get(Department, account.department_id)
    names = await db.scalars(select(Account.name).where(Account.id.in_(actor.stands_in_for)).order_by(Account.name))
    return Profile(account, department, actor, tuple(names))


def duties_of(actor: Actor) -> list[tuple[Duty, ScopeName]]:
    """Each duty of the person with its widest scope, in the order of the regulation."""
    return [
        (DUTIES[name], max((grant.scope for grant in grants), key=_WIDTH.index))
        for name, grants in actor.grants.items()
    ]


async def speak(db: AsyncSession, account_id: UUID | None, language: Language) -> None:
    """The person chooses a language."""
    account = await own_account(db, account_id)
    account.language = language


async def change_password(
    db: AsyncSession, database: Database, visitor: Visitor, account_id: UUID | None, session_id: UUID,
    *, current_password: str, new_password: str,
) -> None:  # fmt: skip
    """A person changes his password; every other session of his ends. Raises Malformed, TooMany."""
    account = await own_account(db, account_id)
    passwords.check(new_password, login=account.login, name=account.name)
    if passwords.normalised(current_password) == passwords.normalised(new_password):
        raise Malformed.at("/new_password", Text("新密码与当前密码相同", "This is the password you have"), "password")
    await _prove(db, database, visitor, account, current_password, "/current_password")
    await passwords.give(account, new_password, chosen_by_owner=True)
    audit.note(db, "change-password", "account", account.id)
    await sessions.end_all(db, account.id, why="password", but=session_id)


async def give_up_second_factor(
    db: AsyncSession, database: Database, visitor: Visitor, account_id: UUID | None, *, password: str
) -> None:
    """A person gives his second factor up; the password is asked, for a screen left open is not its owner."""
    account = await own_account(db, account_id)
    await _prove(db, database, visitor, account, password, "/password")
    await second_factor.clear(db, account)


async def _prove(
    db: AsyncSession, database: Database, visitor: Visitor, account: Account, password: str, pointer: str
) -> None:
    """That it is the person himself. Guesses are counted with those of the sign-in. Raises Malformed, TooMany."""
    await sign_in.count_try(database, visitor, account.login)
    if not await passwords.matches(password, account.password_hash):
        raise Malformed.at(pointer, Text("当前密码不正确", "This is not your password"), "password")
    await sign_in.forgive(db, visitor, account.login)


async def own_account(db: AsyncSession, account_id: UUID | None) -> Account:
    """The person's account, locked for the change that follows."""
    account = None if account_id is None else await db.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotSignedIn
    return account
