"""1.2 Departments: where people and records belong; a department reaches those under it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Conflict, Malformed
from zhidu.kernel.search import matches
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Account, Department
from zhidu.policy.actor import Actor

_parent, _head = aliased(Department), aliased(Account)

LISTING = Listing(
    "department",
    Department,
    extra=(_parent.name.label("parent_name"), _head.name.label("head_name")),
    joins=((_parent, _parent.id == Department.parent_id), (_head, _head.id == Department.head_id)),
    filters=(Department.kind, Department.parent_id, Department.active),
    sorts=(Department.code, Department.name),
    default_sort="code",
    search=lambda q: matches(Department, q),
)

_UNDER = text(
    """
    WITH RECURSIVE above AS (
        SELECT id, parent_id, 1 AS depth FROM department WHERE id = :start
        UNION SELECT d.id, d.parent_id, a.depth + 1
        FROM department d JOIN above a ON d.id = a.parent_id WHERE a.depth < 12
    )
    SELECT count(*) FILTER (WHERE id = :itself) > 0 OR max(depth) >= 12 FROM above
    """
)


async def set_up(
    db: AsyncSession, actor: Actor, *, code: str, name: str, kind: str, parent_id: UUID | None, head_id: UUID | None
) -> Department:
    """A new department."""
    actor.must(duties.CREATE_DEPARTMENT)
    department = Department(code=code, name=name, kind=kind, parent_id=parent_id, head_id=head_id)
    db.add(department)
    return department


async def revise(db: AsyncSession, actor: Actor, department: Department, **changes: Any) -> Department:
    """Change a department. It cannot stand under itself, and it closes only when nobody works in it any more."""
    actor.must(duties.UPDATE_DEPARTMENT, department)
    parent_id = changes.get("parent_id")
    if parent_id is not None and await db.scalar(_UNDER, {"start": parent_id, "itself": department.id}):
        raise Malformed.at(
            "/parent_id",
            Text(
                "部门不能隶属于自己或下级部门，且不超过 12 级",
                "A department cannot stand under itself, nor deeper than 12",
            ),
            "tree",
        )
    if changes.get("active") is False:
        works_there = (
            select(Account.id).where(Account.department_id == department.id, Account.status == "active").limit(1)
        )
        if await db.scalar(works_there) is not None:
            raise Conflict(Text("部门内还有在职员工，请先调动", "People still work there: move them first"))
    for name, value in changes.items():
        setattr(department, name, value)
    return department
