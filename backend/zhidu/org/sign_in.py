"""7.3.2 Sign-in: who one is, proved by a password and, where the post asks for it, by a second factor.

An unknown login costs the same work and gets the same answer as a wrong password. Tries are counted in the database,
for each account and each address, before anything is compared: ten tries in a quarter of an hour, then none, not even
with the right password. The count is kept by the login as typed, so that it does not tell which accounts exist.
"""

from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from uuid import UUID

from sqlalchemy import LargeBinary, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit, clock
from zhidu.kernel.crypto import ring
from zhidu.kernel.db import Database, Model
from zhidu.kernel.jobs import every
from zhidu.kernel.problem import NotSignedIn, TooMany
from zhidu.kernel.texts import Text
from zhidu.kernel.work import unit_of_work
from zhidu.org import passwords, second_factor, sessions
from zhidu.policy.accounts import Account

TRIES_PER_ACCOUNT = 10
# An office shares one address; guesses over many accounts still end here.
TRIES_PER_ADDRESS = 100
WINDOW = timedelta(minutes=15)
_CLAUSES = ("7.3.2",)


class SignInTries(Model):
    """How often somebody tried within the window, by account or by address; the keys are keyed hashes."""

    __tablename__ = "sign_in_tries"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]


class WrongCredentials(NotSignedIn):
    """401: the same answer for an unknown login, a wrong password, a wrong code and a disabled account."""

    slug = "wrong-credentials"
    title = Text("登录失败", "Sign-in failed")

    def __init__(self) -> None:
        super().__init__(Text("登录名、密码或验证码不正确", "The login, the password or the code is not right"))


class TotpNeeded(NotSignedIn):
    """401: the password is right, and the account has a second factor."""

    slug = "totp-needed"
    title = Text("需要验证码", "A code is needed")

    def __init__(self) -> None:
        super().__init__(
            Text(
                "请输入验证器中的 6 位验证码，或一个恢复码",
                "Enter the six figures of your authenticator, or a recovery code",
            )
        )


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where somebody comes, for the counters, the session list and the audit."""

    address: str | None
    device: str | None
    request_id: str


async def sign_in(
    db: AsyncSession, database: Database, visitor: Visitor,
    *, login: str, password: str, totp: str | None, client: sessions.Client,
) -> sessions.Opened:  # fmt: skip
    """Open a session for who proves to be this person. Raises WrongCredentials, TotpNeeded, TooMany.

    `db` commits the success; failures and counters are written by transactions of their own, for the refused one is
    rolled back. No connection is held while argon2 works.
    """
    login = login.casefold()
    await count_try(database, visitor, login)
    async with database.sessions() as reading:
        account = await reading.scalar(select(Account).where(Account.login == login))
    known = await passwords.matches(password, None if account is None else account.password_hash)
    if account is None or not known or account.status != "active":
        await _note_failure(database, visitor, account, "password" if account is None or not known else "disabled")
        raise WrongCredentials
    if account.totp_sealed is not None and not totp:
        raise TotpNeeded
    if not await second_factor.accepts(db, account, totp or ""):
        await _note_failure(database, visitor, account, "code")
        raise WrongCredentials
    if account.password_hash is not None and passwords.outdated(account.password_hash):
        await _rehash(db, account, password)
    await forgive(db, visitor, login)
    opened = await sessions.open_session(db, account, client, device=visitor.device, address=visitor.address)
    await sessions.seen(db, account.id, opened.session_id)
    db.info.update(account_id=account.id, clauses=_CLAUSES)
    audit.note(db, "sign-in", "account", account.id, client=client)
    return opened


async def refresh(db: AsyncSession, database: Database, visitor: Visitor, token: str) -> sessions.Opened:
    """Change a refresh token for the next. Raises NotSignedIn; an old token ends its whole session first."""
    try:
        return await sessions.refresh(db, token)
    except sessions.Reused as reused:
        async with _own_transaction(database, visitor, reused.account_id) as own:
            await sessions.end(own, reused.session_id, why="reuse")
        raise NotSignedIn(
            Text(
                "这个登录在别处被使用过，已全部退出；请重新登录",
                "This sign-in was used elsewhere and has ended; sign in again",
            )
        ) from None


async def sign_out(db: AsyncSession, token: str) -> None:
    """End the session of a refresh token; an unknown one is nobody's, and nothing happens."""
    session_id = await sessions.session_of(db, token)
    if session_id is not None:
        await sessions.end(db, session_id, why="signed-out")


def _own_transaction(
    database: Database, visitor: Visitor, account_id: UUID | None
) -> AbstractAsyncContextManager[AsyncSession]:
    return unit_of_work(
        database, account_id=account_id, clauses=_CLAUSES, request_id=visitor.request_id, address=visitor.address
    )


async def _rehash(db: AsyncSession, account: Account, password: str) -> None:
    """Bring a hash made with older parameters to today's; the password stays the same, and so does the version."""
    fresh = await passwords.hashed(password)
    await db.execute(
        update(Account)
        .where(Account.id == account.id, Account.password_hash == account.password_hash)
        .values(password_hash=fresh, updated_at=Account.updated_at)
        .execution_options(synchronize_session=False)
    )


# -- counters -------------------------------------------------------------------------------------------------------


def _account_key(login: str) -> bytes:
    return ring().blind_index("sign_in_login", login)


def _address_key(address: str) -> bytes:
    if ":" in address:  # one subscriber has a whole /64 of IPv6
        with suppress(ValueError):
            address = str(ip_network(f"{address}/64", strict=False))
    return ring().blind_index("sign_in_address", address)


async def count_try(database: Database, visitor: Visitor, login: str) -> None:
    """Count a try before it is made, so that parallel guesses are counted too. Raises TooMany.

    The window does not move: who waits a quarter of an hour gets in, whatever others have tried meanwhile.
    """
    limits = [(_account_key(login), TRIES_PER_ACCOUNT, "account")]
    if visitor.address:
        limits.insert(0, (_address_key(visitor.address), TRIES_PER_ADDRESS, "address"))
    for key, limit, by in limits:
        async with _own_transaction(database, visitor, None) as own:
            tries, since = await _counted(own, key)
            if tries == limit + 1:
                audit.note(own, "sign-in-locked", "account", None, by=by)
        if tries > limit:
            raise TooMany(max(1, int((since + WINDOW - clock.now()).total_seconds())))


async def forgive(db: AsyncSession, visitor: Visitor, login: str) -> None:
    """The try was right: the account's count is forgotten, and the address has one less."""
    await db.execute(delete(SignInTries).where(SignInTries.key == _account_key(login)))
    if visitor.address:
        one_less = func.greatest(SignInTries.tries - 1, 0)
        here = SignInTries.key == _address_key(visitor.address)
        await db.execute(update(SignInTries).where(here).values(tries=one_less))


async def _counted(db: AsyncSession, key: bytes) -> tuple[int, datetime]:
    now = clock.now()
    over = SignInTries.since <= now - WINDOW
    first = insert(SignInTries).values(key=key, since=now, tries=1)
    counted = first.on_conflict_do_update(
        index_elements=[SignInTries.key],
        set_={
            "tries": case((over, 1), else_=SignInTries.tries + 1),
            "since": case((over, now), else_=SignInTries.since),
        },
    )
    tries, since = (await db.execute(counted.returning(SignInTries.tries, SignInTries.since))).one()
    return tries, since


async def _note_failure(database: Database, visitor: Visitor, account: Account | None, why: str) -> None:
    """7.3.1 A failed try leaves its trace; an unknown login is not written down: it may be somebody's password."""
    async with _own_transaction(database, visitor, None) as own:
        audit.note(own, "sign-in-failed", "account", None if account is None else account.id, why=why)


@every("41 19 * * *", clause="7.3.2")
async def forget_old_tries(db: AsyncSession) -> None:
    """Delete counters whose window is over."""
    await db.execute(delete(SignInTries).where(SignInTries.since < clock.now() - WINDOW))
