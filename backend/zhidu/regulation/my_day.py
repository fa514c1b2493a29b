"""8.1.1 My day: what the regulation makes due for a person, what is late, and to whom it climbs next."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from asyncpg import Connection

from zhidu.kernel import clock
from zhidu.policy.actor import Actor
from zhidu.regulation.obligations import KINDS, LINE_OF, OPEN

SHOWN = 200
# Beyond this a count says 'so many and more': nobody's day has five thousand things.
COUNTED = 5000


def _concerning(limit: int) -> str:
    """What concerns a person, each branch in the order of its own index: what he (or who he stands in for) holds,
    what nobody holds of his department ($3) and is of the kinds that he may do ($4) or of one that he heads, what has
    climbed to him.
    """
    branches = (
        ("unnest($1::uuid[]) AS of (id)", f"o.owner_id = of.id AND o.{OPEN}"),
        (
            "(SELECT id FROM department WHERE head_id = ANY($1::uuid[])) AS of",
            f"o.department_id = of.id AND o.owner_id IS NULL AND o.{OPEN}",
        ),
        (
            "unnest($3::uuid[]) AS of (id)",
            f"o.department_id = of.id AND o.owner_id IS NULL AND o.kind = ANY($4::text[]) AND o.{OPEN}",
        ),
        ("unnest($1::uuid[]) AS of (id)", "o.climbed_to_id = of.id AND o.status = 'late'"),
    )
    return " UNION ".join(
        f"""SELECT it.id, it.due_at FROM {whose} CROSS JOIN LATERAL (
            SELECT o.id, o.due_at FROM regulation_obligation o WHERE {which} ORDER BY o.due_at LIMIT {limit}) AS it"""  # noqa: S608
        for whose, which in branches
    )


_ITEMS = f"""
    WITH mine AS (SELECT id, due_at FROM ({_concerning(SHOWN)}) AS all_of_it ORDER BY due_at, id LIMIT {SHOWN})
    SELECT o.id, o.kind, o.clause, o.resource, o.record_id, o.record_title, o.due_at, o.warn_at,
           CASE WHEN o.due_at <= $2 THEN 'late' WHEN o.warn_at <= $2 THEN 'warned' ELSE 'due' END AS state,
           nullif(next.id, o.owner_id) IS NOT NULL AS climbs,
           next.name AS next_name,
           CASE o.level WHEN 0 THEN o.due_at WHEN 1 THEN o.climb_at END AS climbs_at,
           o.level AS climbed_level, coalesce(a.name, d.name, '') AS holder_name, o.owner_id, o.department_id
    FROM mine JOIN regulation_obligation o ON o.id = mine.id {LINE_OF}
    LEFT JOIN account next ON next.id = CASE o.level WHEN 0 THEN first.leader WHEN 1 THEN second.head END
        AND next.id IS DISTINCT FROM o.climbed_to_id
    ORDER BY o.due_at, o.id
"""  # noqa: S608 - made of constants
_COUNTS = f"""
    SELECT count(*) FILTER (WHERE due_at <= $2) AS late,
           count(*) FILTER (WHERE due_at > $2 AND due_at < $5) AS today,
           count(*) FILTER (WHERE due_at >= $5 AND due_at > $2) AS later
    FROM ({_concerning(COUNTED)}) AS mine
"""  # noqa: S608 - made of constants


async def items_of(connection: "Connection[Any]", actor: Actor) -> Sequence[dict[str, Any]]:
    """What is due for this person, the most urgent first; at most 200."""
    found = []
    ours, kinds = _shared_with(actor)
    for row in await connection.fetch(_ITEMS, sorted(actor.people), clock.now(), ours, kinds):
        item = dict(row)
        climbs, name = item.pop("climbs"), item.pop("next_name")
        item["climbs_to"] = name if climbs else None
        if not climbs:
            item["climbs_at"] = None
        owner, department = item.pop("owner_id"), item.pop("department_id")
        item["shared"] = owner is None and department in ours and item["kind"] in kinds
        item["mine"] = item["shared"] or owner == actor.id
        found.append(item)
    return found


async def counts_of(connection: "Connection[Any]", actor: Actor) -> dict[str, int]:
    """How much of it is late, due by the end of the company's day, and due later."""
    row = await connection.fetchrow(_COUNTS, sorted(actor.people), clock.now(), *_shared_with(actor), _end_of_day())
    return dict(row)


def _shared_with(actor: Actor) -> tuple[list[UUID], list[str]]:
    """Whose unheld work he sees, and which of it: what is due is called like the duty that does it."""
    reach = ("department", "company")
    kinds = [kind for kind in KINDS if any(grant.scope in reach for grant in actor.grants.get(kind, ()))]
    return sorted(actor.departments), kinds


def _end_of_day() -> datetime:
    return datetime.combine(clock.today() + timedelta(days=1), time(), clock.COMPANY_ZONE)


async def notifications_of(
    connection: "Connection[Any]", account_id: UUID | None, *, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[dict[str, Any]]:
    """What a person was told, newest first."""
    rows = await connection.fetch(_TOLD if before is None else _TOLD_BEFORE, account_id, limit, *(before or ()))
    return [dict(row) for row in rows]


async def unread_of(connection: "Connection[Any]", account_id: UUID | None) -> int:
    """How much of it the person has not read."""
    count: int = await connection.fetchval(_UNREAD, account_id)
    return count


_COLUMNS = "id, at AS created_at, kind, clause, resource, record_id, title_zh, title_en, read_at"
_TOLD = f"SELECT {_COLUMNS} FROM notification WHERE account_id = $1 ORDER BY at DESC, id DESC LIMIT $2"  # noqa: S608
_TOLD_BEFORE = f"""SELECT {_COLUMNS} FROM notification
WHERE account_id = $1 AND (at, id) < ($3::timestamptz, $4::uuid) ORDER BY at DESC, id DESC LIMIT $2"""  # noqa: S608
_UNREAD = "SELECT count(*) FROM notification WHERE account_id = $1 AND read_at IS NULL"
