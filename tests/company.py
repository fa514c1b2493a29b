"""A small company for the tests: its departments, and two people of every post."""

from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.policy.accounts import Account, Department, PostHolding
from zhidu.policy.duties import POSTS

DEPARTMENTS = {
    "marketing": "市场部", "sales": "销售部", "tech": "技术部", "service": "客服部", "logistics": "物流部",
    "finance": "财务部", "management": "管理层", "support": "产品部",
}  # fmt: skip
# Which department a post sits in, by the beginning of its name; the rest sit with the management.
_SEATS = {
    "marketing": "marketing", "sales": "sales", "tech": "tech", "service": "service", "logistics": "logistics",
    "finance": "finance", "support": "support",
}  # fmt: skip


async def found(db: AsyncSession) -> None:
    """Departments, and `<post>` and `<post>-2` for each post; specialists report to their first manager."""
    departments = {code: Department(code=code, name=name, kind=code) for code, name in DEPARTMENTS.items()}
    db.add_all(departments.values())
    await db.flush()
    people: dict[str, Account] = {}
    for post in POSTS:
        seat = departments[_SEATS.get(post.name.partition("-")[0], "management")]
        for login in (post.name, f"{post.name}-2"):
            people[login] = Account(
                login=login, name=f"{post.title.zh}{login[-1] if login[-1] == '2' else ''}", department_id=seat.id
            )
    db.add_all(people.values())
    await db.flush()
    for login, person in people.items():
        post_name = login.removesuffix("-2")
        db.add(PostHolding(account_id=person.id, post=post_name))
        head = f"{post_name.partition('-')[0]}-manager"
        if head in people and login != head:
            person.leader_id = people[head].id
    await db.flush()
    for department in departments.values():
        head = people.get(f"{department.code}-manager")
        department.head_id = head.id if head else None
