"""7.3.2 /tech/keys."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import Field

from zhidu.kernel import crypto
from zhidu.kernel.wire import Out
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Db, Reader, duty_router, house_of, on_duty, problems
from zhidu.tech import keys
from zhidu.tech.keys import KeyRotation

router = duty_router("/tech/keys", "tech.keys")


class FieldKeysOut(Out):
    """How many values of one field are under one key."""

    table: str = Field(examples=["sales_lead"])
    field: str = Field(examples=["phone"])
    key_number: int = Field(examples=[1])
    values: int = Field(examples=[10250])


class KeyRotationOut(Out):
    """A rotation and how far it has come."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    asked_by: UUID | None = Field(examples=[None])
    key_number: int = Field(description="The new key.", examples=[2])
    status: str = Field(description="running or done.", examples=["running"])
    total: int = Field(description="Values under older keys when it began.", examples=[20500])
    done: int = Field(examples=[12000])
    ended_at: datetime | None = Field(examples=[None])


class KeysOut(Out):
    """The state of the keys. The keys themselves never leave the house."""

    current: int = Field(description="The key that seals new values.", examples=[2])
    key_numbers: list[int] = Field(
        description="Keys in the ring; old ones stay, for backups need them.", examples=[[1, 2]]
    )
    fields: list[FieldKeysOut]
    rotation: KeyRotationOut | None = Field(description="The last rotation.")


@router.get("", response_model=KeysOut, **on_duty(duties.READ_KEY))
async def get_keys(db: Reader) -> dict[str, Any]:
    """Which keys there are, what each seals, and the last rotation."""
    ring, last = crypto.ring(), await keys.last_rotation(db)
    return {
        "current": ring.current,
        "key_numbers": sorted(ring.keys),
        "fields": [asdict(found) for found in await keys.values_by_key(db)],
        "rotation": None if last is None else _shown(last),
    }


@router.post(
    "/rotate",
    status_code=202,
    response_model=KeyRotationOut,
    **on_duty(duties.ROTATE_KEY) | {"responses": problems(401, 403, 409, 422, 503)},
)
async def rotate_keys(request: Request, db: Db, actor: CurrentActor) -> dict[str, Any]:
    """A new key seals from now on; a job brings all earlier values under it, and GET shows its progress."""
    return _shown(await keys.rotate(db, actor, house_of(request).database))


def _shown(rotation: KeyRotation) -> dict[str, Any]:
    return {name: getattr(rotation, name) for name in KeyRotationOut.model_fields}
