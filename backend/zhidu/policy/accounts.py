"""1.2 The people a duty can fall to: departments, accounts, the posts they hold, and who stands in for whom."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock, events
from zhidu.kernel.crypto import HasEmail, HasPhone
from zhidu.kernel.db import Record
from zhidu.kernel.search import Searchable, search_index
from zhidu.policy import duties
from zhidu.policy.actor import Actor


class Department(Searchable, Record):
    """A department of the company; `kind` says which of the regulation's departments it is."""

    __tablename__ = "department"
    __searched__ = ("name", "code")
    __table_args__ = (search_index("department"),)

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="marketing, sales, tech, service, logistics, finance, management or support")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"))
    head_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", use_alter=True))
    active: Mapped[bool] = mapped_column(default=True)


class Account(Searchable, HasPhone, HasEmail, Record):
    """A person (or an integration) who can sign in."""

    __tablename__ = "account"
    __searched__ = ("name", "login")
    __table_args__ = (
        search_index("account"),
        Index("ix_account_department_id", "department_id"),
        Index("ix_account_leader_id", "leader_id"),
    )

    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"))
    leader_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), doc="The reporting line.")
    region: Mapped[str | None] = mapped_column(doc="Territory: province or city that the person serves.")
    skills: Mapped[str | None] = mapped_column(doc="Comma-separated words that routing rules match.")
    status: Mapped[str] = mapped_column(default="active", doc="active, disabled")
    language: Mapped[str] = mapped_column(default="zh-CN")
    password_hash: Mapped[str | None] = mapped_column(info={"private": True, "personal": True})
    password_changed_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_sealed: Mapped[bytes | None] = mapped_column(info={"private": True, "personal": True})
    totp_pending_sealed: Mapped[bytes | None] = mapped_column(
        info={"private": True, "personal": True}, doc="Offered, and not yet confirmed by a code."
    )
    totp_step: Mapped[int | None] = mapped_column(
        info={"private": True}, doc="The time step of the last code taken: none is taken twice."
    )
    last_seen_at: Mapped[datetime | None]


class PostHolding(Record):
    """A person holds a post from a day to a day; several add up."""

    __tablename__ = "post_holding"
    __table_args__ = (
        Index("ix_post_holding_account_id", "account_id"),
        Index("ix_post_holding_post", "post"),
        UniqueConstraint("account_id", "post", "begins_on"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    post: Mapped[str] = mapped_column(doc="A post of policy/duties.py, such as sales-specialist.")
    begins_on: Mapped[date] = mapped_column(default=clock.today)
    ends_on: Mapped[date | None]


class Absence(Record):
    """Leave of a person, and who stands in meanwhile: the delegate sees and does what the absent one would."""

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_account_id", "account_id", "begins_at"),
        Index("ix_absence_delegate_id", "delegate_id", "begins_at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    delegate_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # No reason and no illness: who stands in needs to know when, not why (PIPL art. 6, no more than is needed).
    kind: Mapped[str] = mapped_column(default="leave", doc="leave, travel, training, other")
    status: Mapped[str] = mapped_column(default="planned", doc="planned, cancelled")

    @property
    def owner_id(self) -> UUID:
        """Whose record it is: the absent person's own."""
        return self.account_id


_TREE = text(
    """
    WITH RECURSIVE team AS (
        SELECT id, 1 AS depth FROM account WHERE leader_id = ANY(:people)
        UNION SELECT a.id, t.depth + 1 FROM account a JOIN team t ON a.leader_id = t.id WHERE t.depth < 12
    ), departments AS (
        SELECT id, 1 AS depth FROM department WHERE id = ANY(:departments)
        UNION SELECT d.id, s.depth + 1 FROM department d JOIN departments s ON d.parent_id = s.id WHERE s.depth < 12
    )
    SELECT (SELECT coalesce(array_agg(DISTINCT id), '{}') FROM team),
           (SELECT coalesce(array_agg(DISTINCT id), '{}') FROM departments)
    """
)


async def load_actor(db: AsyncSession, account_id: UUID) -> Actor | None:
    """The person with all that a decision looks at: posts in force, reports, departments, people stood in for.

    Returns None for an unknown or disabled account. Four queries; the result is cached by the process (guard.py).
    """
    account = await db.get(Account, account_id)
    if account is None or account.status != "active":
        return None
    now, today = clock.now(), clock.today()
    stands_in_for = tuple(
        await db.scalars(
            select(Absence.account_id).where(
                Absence.delegate_id == account_id,
                Absence.status == "planned",
                Absence.begins_at <= now,
                Absence.ends_at > now,
            )
        )
    )
    people = (account_id, *stands_in_for)
    holdings = await db.execute(
        select(PostHolding.account_id, PostHolding.post).where(
            PostHolding.account_id.in_(people),
            PostHolding.begins_on <= today,
            (PostHolding.ends_on.is_(None)) | (PostHolding.ends_on >= today),
        )
    )
    posts: dict[str, set[UUID]] = {}
    for holder, post in holdings:
        posts.setdefault(post, set()).add(holder)
    departments = [
        d for d in await db.scalars(select(Account.department_id).where(Account.id.in_(people))) if d is not None
    ]
    team, below = (await db.execute(_TREE, {"people": list(people), "departments": departments})).one()
    return Actor(
        id=account_id,
        name=account.name,
        login=account.login,
        posts=frozenset(post for post, holders in posts.items() if account_id in holders),
        delegated_posts=frozenset(post for post, holders in posts.items() if account_id not in holders),
        stands_in_for=frozenset(stands_in_for),
        team=frozenset(team),
        department_id=account.department_id,
        departments=frozenset(below),
        language=account.language,
        must_change_password=account.must_change_password,
        second_factor_missing=account.totp_sealed is None
        and any(p.second_factor for p in duties.POSTS if p.name in posts),
        grants=duties.grants_of(frozenset(posts)),
    )


class SignInSession(Record):
    """One sign-in on one device: the family of its refresh tokens; revoking it ends every token of it."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_account_id", "account_id", "created_at"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    client: Mapped[str] = mapped_column(doc="browser or device")
    device: Mapped[str | None] = mapped_column(doc="The user agent, shortened.")
    address: Mapped[str | None]
    last_used_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None] = mapped_column(doc="signed-out, revoked, reuse, password, disabled")


async def session_is_good(db: AsyncSession, session_id: UUID, account_id: UUID) -> bool:
    """Whether the sign-in behind a token still stands."""
    good = select(SignInSession.id).where(
        SignInSession.id == session_id,
        SignInSession.account_id == account_id,
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > clock.now(),
    )
    return await db.scalar(good) is not None


# A change to one of these changes what somebody may do: every process forgets what it remembered (kernel/listen.py).
events.ACCESS.update({"account", "department", "post_holding", "absence", "sign_in_session"})
