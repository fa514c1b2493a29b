"""7.3.2 Sign-in sessions: one for each device, kept alive by refresh tokens that are each good once.

A refresh token is opaque and stored as its SHA-256. Using it gives the next one; using an old one again means that two
hold it, and ends the whole session. Two tabs of one browser may meet within a few seconds: that is no theft.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit, clock, events
from zhidu.kernel.db import Model, new_id
from zhidu.kernel.jobs import every
from zhidu.kernel.problem import Missing, NotSignedIn
from zhidu.policy.accounts import Account, SignInSession

Client = Literal["browser", "device"]
# After this one signs in anew, however busy the session was.
LIVES: dict[str, timedelta] = {"browser": timedelta(days=7), "device": timedelta(days=30)}
GRACE = timedelta(seconds=10)
# Sign-ins are part of the log, which is kept for 180 days (Cybersecurity Law, art. 21).
KEPT = timedelta(days=180)


class RefreshToken(Model):
    """A refresh token by its hash; `used_at` is when it was changed for the next."""

    __tablename__ = "refresh_token"
    __table_args__ = (Index("ix_refresh_token_session_id", "session_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in_session.id", ondelete="CASCADE"))
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    used_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Opened:
    """A session with the refresh token that keeps it alive, until when."""

    session_id: UUID
    account_id: UUID
    client: str
    refresh_token: str
    expires_at: datetime


class Reused(Exception):
    """An old refresh token came back: whose session is to end."""

    def __init__(self, session_id: UUID, account_id: UUID) -> None:
        super().__init__("reuse")
        self.session_id, self.account_id = session_id, account_id


def hash_of(token: str) -> bytes:
    """What is kept of a refresh token. It has 256 random bits, so a plain hash cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def open_session(
    db: AsyncSession, account: Account, client: Client, *, device: str | None, address: str | None
) -> Opened:
    """A new session of this person on this device."""
    session_id, now = new_id(), clock.now()
    # Statements, not records: a sign-in changes nobody's rights, so no process need forget what it remembers.
    await db.execute(
        insert(SignInSession).values(
            id=session_id, version=1, account_id=account.id, client=client, device=device and device[:200],
            address=address, last_used_at=now, expires_at=now + LIVES[client], created_by=account.id,
        )
    )  # fmt: skip
    return Opened(session_id, account.id, client, await _issue(db, session_id), now + LIVES[client])


async def _issue(db: AsyncSession, session_id: UUID) -> str:
    token = secrets.token_urlsafe(32)
    await db.execute(insert(RefreshToken).values(token_hash=hash_of(token), session_id=session_id))
    return token


async def refresh(db: AsyncSession, token: str) -> Opened:
    """Change a refresh token for the next. Raises NotSignedIn, or Reused (then `end` the session by itself)."""
    now = clock.now()
    row = (
        await db.execute(
            select(RefreshToken.used_at, SignInSession, Account.status)
            .join(SignInSession, SignInSession.id == RefreshToken.session_id)
            .join(Account, Account.id == SignInSession.account_id)
            .where(RefreshToken.token_hash == hash_of(token))
            .with_for_update(of=RefreshToken)
        )
    ).one_or_none()
    if row is None:
        raise NotSignedIn
    used_at, session, status = row
    if session.revoked_at is not None or session.expires_at <= now or status != "active":
        raise NotSignedIn
    if used_at is not None and used_at + GRACE <= now:
        raise Reused(session.id, session.account_id)
    if used_at is None:
        await db.execute(update(RefreshToken).where(RefreshToken.token_hash == hash_of(token)).values(used_at=now))
    await seen(db, session.account_id, session.id)
    return Opened(session.id, session.account_id, session.client, await _issue(db, session.id), session.expires_at)


async def seen(db: AsyncSession, account_id: UUID, session_id: UUID) -> None:
    """The person was here; that changes neither the version of the account nor anybody's rights."""
    now = clock.now()
    for table, row_id, values in (
        (SignInSession, session_id, {"last_used_at": now}),
        (Account, account_id, {"last_seen_at": now}),
    ):
        kept = {**values, "updated_at": table.updated_at}
        quiet = update(table).where(table.id == row_id).values(kept)
        await db.execute(quiet.execution_options(synchronize_session=False))


async def session_of(db: AsyncSession, token: str) -> UUID | None:
    """The session that a refresh token (fresh or used) belongs to."""
    return await db.scalar(select(RefreshToken.session_id).where(RefreshToken.token_hash == hash_of(token)))


async def end(db: AsyncSession, *which: UUID, why: str) -> int:
    """Revoke these sessions; every token of theirs is refused from the commit on. Returns how many stood."""
    return await _revoke(db, SignInSession.id.in_(which), why)


async def end_all(db: AsyncSession, account_id: UUID, *, why: str, but: UUID | None = None) -> int:
    """Revoke every session of a person (but one)."""
    others = SignInSession.account_id == account_id
    return await _revoke(db, others if but is None else others & (SignInSession.id != but), why)


async def _revoke(db: AsyncSession, which: ColumnElement[bool], why: str) -> int:
    ended = (
        await db.execute(
            update(SignInSession)
            .where(which, SignInSession.revoked_at.is_(None))
            .values(revoked_at=clock.now(), revoked_why=why, version=SignInSession.version + 1)
            .returning(SignInSession.id)
            .execution_options(synchronize_session=False)
        )
    ).scalars()
    count = 0
    for session_id in ended:
        audit.note(db, "end", "sign_in_session", session_id, why=why)
        count += 1
    if count:
        await events.notify(db, {"type": "access"})
    return count


async def mine(db: AsyncSession, account_id: UUID | None) -> list[SignInSession]:
    """The person's sessions that stand, the last used first."""
    standing = select(SignInSession).where(
        SignInSession.account_id == account_id,
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > clock.now(),
    )
    newest_first = standing.order_by(SignInSession.last_used_at.desc(), SignInSession.id.desc())
    return list(await db.scalars(newest_first.limit(100)))


async def revoke(db: AsyncSession, account_id: UUID | None, session_id: UUID) -> None:
    """A person ends one of his own sessions. Raises Missing for one that is not his or has ended."""
    owner = await db.scalar(select(SignInSession.account_id).where(SignInSession.id == session_id))
    if owner is None or owner != account_id or not await end(db, session_id, why="revoked"):
        raise Missing


@every("23 19 * * *", clause="7.3.2")
async def forget_ended_sessions(db: AsyncSession) -> None:
    """Delete sessions, and their tokens, that ended longer ago than the log is kept."""
    await db.execute(delete(SignInSession).where(SignInSession.expires_at < clock.now() - KEPT))
