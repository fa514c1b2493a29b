"""A record that another one points to: it must exist within the reach of the person who names it."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.policy.actor import Actor
from zhidu.policy.duties import DUTIES


async def within_reach(
    db: AsyncSession, actor: Actor, listing: Listing, record_id: UUID, pointer: str, *, lock: bool = False
) -> Any:
    """The record that a body names at `pointer`, if this person may read it; else Malformed at that field."""
    scope, model = actor.scope(DUTIES[f"{listing.name}.read"]), listing.model
    found = select(model).select_from(listing.source).where(model.id == bindparam("_id", type_=model.id.type))
    found = found.where(*listing.visible(scope))
    record = await db.scalar(
        found.with_for_update(of=model) if lock else found, {**listing.scope_values(scope), "_id": record_id}
    )
    if record is None:
        raise Malformed.at(
            pointer, Text("没有这条记录，或不在您的范围内", "No such record, or it is outside your scope"), "reference"
        )
    return record
