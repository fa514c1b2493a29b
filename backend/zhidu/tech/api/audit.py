"""7.3.1 /tech/audit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import Field
from sqlalchemy import exists, func, select

from zhidu.kernel.anchors import Anchors, ForgedAnchor
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.seal import AuditSeal, NoKey, key_of, newest
from zhidu.kernel.wire import Out
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Db, Reader, house_of, on_duty
from zhidu.policy.register import Register
from zhidu.settings import Settings
from zhidu.tech import audit
from zhidu.tech.audit import Verification


class AuditOut(Out):
    """An entry of the audit trail: who did what to which record, by which clauses. Personal values are never in it."""

    id: UUID = Field(description="UUIDv7.", examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    account_id: UUID | None = Field(description="Null where a rule of the company acted.", examples=[None])
    account_name: str | None = Field(examples=["王芳"])
    action: str = Field(description="create, update, delete, a verb, reveal, export, denied, …", examples=["confirm"])
    resource: str = Field(
        description="The table, or the resource of a reveal, export or denial.", examples=["sales_order"]
    )
    record_id: UUID | None = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a12"])
    clauses: list[str] = Field(examples=[["4.3.1"]])
    changes: dict[str, Any] = Field(
        description="A created record's values, or [old, new] of each change.",
        examples=[{"status": ["placed", "confirmed"]}],
    )
    request_id: str | None = Field(examples=["0192f0c17c1a7b6e9d1a2f6f0f5b7a11"])
    address: str | None = Field(description="Where the caller was.", examples=["192.0.2.7"])
    actions: list[str] = Field(description="Always empty: an entry cannot be changed.", examples=[[]])


class FindingOut(Out):
    """Something that is not as it was sealed."""

    seq: int = Field(description="Which link of the chain.", examples=[1042])
    fault: str = Field(
        description="altered, entry_missing, gap, link_broken, tail_cut, or anchor_: mismatch, altered, missing.",
        examples=["altered"],
    )
    entry_id: UUID | None = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])


class VerificationOut(Out):
    """One walk over the chain."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a13"])
    at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    ended_at: datetime | None = Field(description="Null while it runs.", examples=["2026-11-25T06:05:01Z"])
    asked_by: UUID | None = Field(description="Null for the nightly one.", examples=[None])
    status: str = Field(description="running, whole, broken, no-key.", examples=["whole"])
    entries: int = Field(description="Links walked.", examples=[18452])
    unsealed: int = Field(description="Entries that wait for the next sealing.", examples=[3])
    faults: int = Field(examples=[0])
    findings: list[FindingOut] = Field(description="The first hundred.")
    head_seq: int | None = Field(description="The newest anchor that it was compared with.", examples=[18452])


class ChainHeadOut(Out):
    """How far the chain reaches, and when it was last found whole."""

    seq: int = Field(description="Links in the chain.", examples=[18452])
    hash: str | None = Field(
        description="Of the last link; note it elsewhere to anchor the chain yourself.",
        examples=["2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"],
    )
    unsealed: int = Field(description="Entries of the last minute that wait to be sealed.", examples=[3])
    anchored_seq: int | None = Field(
        description="Up to where an anchor outside the database holds it.", examples=[18452]
    )
    anchored_at: datetime | None = Field(examples=["2026-11-25T06:05:00Z"])
    verification: VerificationOut | None = Field(description="The last walk over it.")


_register = Register("/tech/audit", audit.LISTING, AuditOut, plural="audit").exports().lists()
router = _register.router


@router.get("/head", response_model=ChainHeadOut, **on_duty(duties.READ_AUDIT))
async def get_audit_head(request: Request, db: Reader) -> dict[str, Any]:
    """How far the chain reaches, and when it was last found whole."""
    head, last = await newest(db), await audit.last_verification(db)
    sealed = exists().where(AuditSeal.entry_id == AuditEntry.id)
    recent = AuditEntry.id > head.entry_id if head else AuditEntry.id.is_not(None)
    anchored = _anchored(house_of(request).settings)
    return {
        "seq": head.seq if head else 0,
        "hash": head.hash.hex() if head else None,
        "unsealed": await db.scalar(select(func.count()).select_from(AuditEntry).where(recent, ~sealed)),
        "anchored_seq": anchored[0],
        "anchored_at": anchored[1],
        "verification": None if last is None else _shown(last),
    }


@router.post("/verify", response_model=VerificationOut, **on_duty(duties.VERIFY_AUDIT))
async def verify_audit(request: Request, db: Db, actor: CurrentActor) -> dict[str, Any]:
    """Walk the chain: at once if it is short, else by a job; ask /tech/audit/head how it ended."""
    return _shown(await audit.verify(db, actor, house_of(request).database))


def _anchored(settings: Settings) -> tuple[int | None, datetime | None]:
    """The newest anchor, as far as this machine holds the anchors; whether it is good, a verification says."""
    try:
        anchor = Anchors(settings.data_dir, key_of(settings)).head()
    except (NoKey, ForgedAnchor):
        anchor = None
    return (anchor.seq, datetime.fromisoformat(anchor.at)) if anchor else (None, None)


def _shown(verification: Verification) -> dict[str, Any]:
    return {name: getattr(verification, name) for name in VerificationOut.model_fields}
