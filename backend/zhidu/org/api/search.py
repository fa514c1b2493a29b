"""1.2 /search: whatever one may see, by any two characters, pinyin, initials, number, telephone or e-mail."""

import asyncio
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from zhidu.kernel import clock, page
from zhidu.kernel.page import Listing, dumps
from zhidu.kernel.wire import CLEAN, Out
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.policy.guard import CurrentActor, House, Reader, connection_of, duty_router, house_of, on_duty
from zhidu.policy.register import REGISTERS, Register
from zhidu.regulation.clauses import Clause, version_in_force
from zhidu.regulation.standing import in_language

OF_EACH = 5
AT_ONCE = 4


class HitOut(Out):
    """A record that was found."""

    resource: str = Field(examples=["customer"])
    id: str = Field(description="Its id; of a clause its number.", examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    title: str = Field(examples=["上海云帆科技有限公司"])
    subtitle: str | None = Field(examples=["K20261125-7K3M"])
    status: str | None = Field(examples=[None])


class HitsOut(Out):
    """What was found, at most five of each resource."""

    items: list[HitOut]


router = duty_router("/search", "search")


@router.get("", response_model=HitsOut, **on_duty(duties.SEARCH))
async def search_everything(
    request: Request,
    db: Reader,
    actor: CurrentActor,
    q: Annotated[str, Query(min_length=2, max_length=64, pattern=CLEAN, examples=["云帆"])],
) -> Response:
    """What the caller may read and what matches, in the order of the regulation."""
    searches = [(register, register.listing.words(q)) for register in _searched(actor)]
    room, house = asyncio.Semaphore(AT_ONCE), house_of(request)
    found = await asyncio.gather(*(_hits(house, room, actor, register, words) for register, words in searches))
    items = await _clauses(db, actor, q.strip(), request.scope["language"])
    items += [hit for hits in found for hit in hits]
    return Response(dumps({"items": items}), media_type="application/json")


def _searched(actor: Actor) -> list[Register]:
    """The registers that can be searched and that the person may read; one of each table."""
    found: dict[Any, Register] = {}
    for register in REGISTERS.values():
        listing = register.listing
        if listing.search is not None and listing.title and actor.may(register.reads).allowed:
            found.setdefault(listing.model, register)
    return list(found.values())


async def _hits(
    house: House, room: asyncio.Semaphore, actor: Actor, register: Register, q: str
) -> list[dict[str, Any]]:
    """The youngest records of one resource that match."""
    listing = register.listing
    asked = page.Query(
        filters={},
        sort=listing.default_sort.removeprefix("-"),
        descending=listing.default_sort.startswith("-"),
        limit=OF_EACH,
        q=q,
        fields=listing.title,
    )
    async with room, connection_of(house) as connection:
        found = await listing.page(connection, actor.scope(register.reads), asked)
    return [_hit(listing, row) for row in found.rows]


def _hit(listing: Listing, row: dict[str, Any]) -> dict[str, Any]:
    named = [row[name] for name in listing.title if row[name]]
    return {
        "resource": listing.name,
        "id": row["id"],
        "title": str(named[0]) if named else "",
        "subtitle": " · ".join(map(str, named[1:])) or None,
        "status": row.get("status"),
    }


async def _clauses(db: AsyncSession, actor: Actor, q: str, language: str) -> list[dict[str, Any]]:
    """Clauses of the regulation in force by their number or their words; there are few, so no index is needed."""
    if not actor.may(duties.READ_CLAUSE).allowed:
        return []
    matching = or_(
        Clause.clause == q,
        Clause.clause.startswith(f"{q}.", autoescape=True),
        Clause.zh.contains(q, autoescape=True),
        Clause.en.icontains(q, autoescape=True),
    )
    rows = await db.scalars(
        select(Clause)
        .where(Clause.version_id == version_in_force(clock.today()), Clause.zh.is_not(None), matching)
        .order_by(Clause.position)
        .limit(OF_EACH)
    )
    return [
        {
            "resource": "clause",
            "id": row.clause,
            "title": row.clause,
            "subtitle": in_language(row.zh, row.en, language),
            "status": None,
        }
        for row in rows
    ]
