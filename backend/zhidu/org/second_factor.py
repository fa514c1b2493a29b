"""7.3.2 The second factor: time-based codes (RFC 6238), each taken once, and recovery codes for a lost telephone."""

import hmac
import io
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
import segno
from sqlalchemy import CursorResult, ForeignKey, Index, LargeBinary, delete, exists, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit, clock
from zhidu.kernel.crypto import ring
from zhidu.kernel.db import Model, new_id
from zhidu.kernel.problem import Conflict, Malformed
from zhidu.kernel.texts import Text
from zhidu.policy.accounts import Account, PostHolding
from zhidu.policy.duties import POSTS
from zhidu.regulation.controls import Records, Window, control

STEP_SECONDS = 30
# A telephone's clock may be one step early or late.
WINDOW = 1
RECOVERY_CODES = 10
# Without the letters and figures that people confuse.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class RecoveryCode(Model):
    """A code that stands in once for the telephone; only its keyed hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_account_id", "account_id", "code_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret to put into an authenticator: as text, as an otpauth address, and as a picture of it."""

    secret: str
    uri: str
    qr_svg: str


def begin(account: Account) -> Offer:
    """Offer a new secret; it counts when a code of it has come back. Raises Conflict where one is enrolled."""
    if account.totp_sealed is not None:
        raise Conflict(Text("已启用两步验证，请先停用", "A second factor is enrolled; remove it first"))
    secret = pyotp.random_base32()
    account.totp_pending_sealed = ring().seal("totp_pending", secret)
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name="Zhidu")
    return Offer(secret, uri, _picture(uri))


def _picture(uri: str) -> str:
    """The address as a QR code: an SVG document on white, readable in a dark theme too."""
    svg = io.BytesIO()
    segno.make(uri, error="m").save(svg, kind="svg", scale=4, omitsize=True, xmldecl=False, light="#fff", nl=False)
    return svg.getvalue().decode()


async def confirm(db: AsyncSession, account: Account, code: str) -> list[str]:
    """The first good code enrols the secret; returns the recovery codes, which are shown this once."""
    if account.totp_pending_sealed is None:
        raise Conflict(Text("请先开始设置两步验证", "Begin to enrol first"))
    secret = ring().open("totp_pending", account.totp_pending_sealed)
    step = _step_of(secret, code)
    if step is None:
        raise Malformed.at("/code", Text("验证码不正确", "This is not the code"), "totp")
    account.totp_sealed, account.totp_pending_sealed = ring().seal("totp", secret), None
    account.totp_step = step
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    await db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.add_all(RecoveryCode(account_id=account.id, code_hash=_code_hash(code)) for code in codes)
    audit.note(db, "enrol-second-factor", "account", account.id)
    return codes


async def clear(db: AsyncSession, account: Account) -> None:
    """Forget the secret and the recovery codes of an account."""
    account.totp_sealed = account.totp_pending_sealed = account.totp_step = None
    await db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    audit.note(db, "remove-second-factor", "account", account.id)


async def accepts(db: AsyncSession, account: Account, code: str) -> bool:
    """Whether this is a code of the account that was never taken before; taking it and asking are one statement."""
    if account.totp_sealed is None:
        return True
    step = _step_of(ring().open("totp", account.totp_sealed), code)
    if step is not None:
        fresh = (Account.totp_step.is_(None)) | (Account.totp_step < step)
        # A statement, not the record: to sign in does not change the account's version.
        taken = await db.execute(
            update(Account)
            .where(Account.id == account.id, fresh)
            .values(totp_step=step, updated_at=Account.updated_at)
            .execution_options(synchronize_session=False)
        )
        return _one(taken)
    spent = await db.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == _code_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if _one(spent):
        audit.note(db, "use-recovery-code", "account", account.id)
        return True
    return False


def _one(result: object) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1


def _step_of(secret: str, code: str) -> int | None:
    """The time step whose code this is, within the window; None for any other text."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp, given = pyotp.TOTP(secret), code.replace(" ", "").encode()
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given):
            return step
    return None


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _code_hash(code: str) -> bytes:
    return ring().blind_index("recovery_code", code.replace("-", "").replace(" ", "").upper())


# -- the measure -----------------------------------------------------------------------------------------------------


def _asked(window: Window) -> Records:
    """Active people of the posts that ask for a second factor."""
    today = window.until.astimezone(clock.COMPANY_ZONE).date()
    holds = exists().where(
        PostHolding.account_id == Account.id,
        PostHolding.post.in_([post.name for post in POSTS if post.second_factor]),
        PostHolding.begins_on <= today,
        PostHolding.ends_on.is_(None) | (PostHolding.ends_on >= today),
    )
    return select(
        Account.id, Account.name.label("title"), literal("account").label("resource"), Account.created_at.label("at")
    ).where(Account.status == "active", holds)


def _without(window: Window) -> Records:
    """Those of them who have none."""
    return _asked(window).where(Account.totp_sealed.is_(None))


ENROLLED = control(
    "account.second_factor",
    "审批资金或接触个人信息的岗位已启用两步验证",
    "Posts that approve money or see personal data have a second factor",
    clause="7.3.2",
    population=_asked,
    failing=_without,
)
