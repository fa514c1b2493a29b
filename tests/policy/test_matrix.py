"""Every operation x every post x every scope against the running API, compared with the table in matrix.yaml."""

import asyncio
import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message

from tests.conftest import Acting
from tests.policy.matrix import Line, Operation, differences, lines, operations, table
from tests.policy.records import Filled
from zhidu.kernel.db import Record
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account, Department
from zhidu.policy.actor import Actor
from zhidu.policy.duties import DUTIES, POSTS, Duty, Grant
from zhidu.policy.guard import House
from zhidu.policy.register import REGISTERS

# A stream never ends, and the test's transport waits for the end of an answer; it is looked at on its own.
ENDLESS = "follow_changes"
AT_ONCE = 6
# Who owns a record: the person of that login; nobody, in the department of that kind; nobody at all.
OWNERS = (
    "sales-specialist", "sales-specialist-2", "sales-manager", "marketing-specialist", "marketing-specialist-2",
    "service-agent", "logistics-clerk", "support-staff", "integration",
)  # fmt: skip
# What a few resources ask for beyond what their columns say.
BESIDES: dict[str, dict[str, Any]] = {
    "campaign_amendment": {"budget_fen": 2_00, "budget_before_fen": 1_00},
    "channel_assessment": {"criteria": {}},
}


@dataclass(slots=True)
class Seeded:
    """A record and what a decision may look at."""

    id: UUID
    owner: UUID | None
    department: UUID | None


@dataclass(slots=True)
class World:
    """The records of each resource, and the company's tree as the tests know it."""

    records: dict[str, list[Seeded]] = field(default_factory=dict)
    below: dict[UUID, set[UUID]] = field(default_factory=dict)

    def reached(self, reach: Iterable[str], person: Account, record: Seeded, team: set[UUID]) -> bool:
        """Whether these scopes cover a record: said again here, in the plainest way."""
        return (
            "company" in reach
            or ("own" in reach and record.owner == person.id)
            or ("team" in reach and record.owner in {person.id} | team)
            or (
                "department" in reach and person.department_id is not None
                and record.department in self.below[person.department_id]
            )
        )  # fmt: skip


def resource_of(path: str) -> str | None:
    """The resource on whose path an operation stands."""
    fits = [name for name, one in REGISTERS.items() if f"{path}/".startswith(f"{one.router.prefix}/")]
    return max(fits, key=lambda name: len(REGISTERS[name].router.prefix), default=None)


# Those of whose duties one at least does not cover the whole company.
SCOPED = sorted(
    name
    for name in REGISTERS
    if hasattr(REGISTERS[name].listing.model, "owner_id") and name not in ("absence", "account", "pool")
    if any(reach != {"company"} for o in operations().values() if resource_of(o.path) == name and o.duty
           for reach in lines()[o.duty].posts.values())
)  # fmt: skip


async def fresh(db: AsyncSession, name: str, owner: UUID | None, department: UUID | None, **columns: Any) -> Record:
    """A record of a resource, with whatever it must point to."""
    filled = Filled(db)
    besides = dict(BESIDES.get(name, {}))
    if name == "follow_up":  # it is about a lead, a customer or an opportunity
        besides["lead_id"] = (await filled.record(REGISTERS["lead"].listing.model)).id
    kind = REGISTERS[name].listing.model
    return await filled.record(kind, **besides | {"owner_id": owner, "department_id": department} | columns)


@pytest.fixture(scope="module")
async def world(house: House, staff: dict[str, Account]) -> World:
    """Of each resource: a record of each owner, one moved to another department, and ownerless ones."""
    made = World()
    async with unit_of_work(house.database) as db:
        sales, marketing = staff["sales-specialist"].department_id, staff["marketing-specialist"].department_id
        north = Department(code="north", name="华北", kind="sales", parent_id=sales)
        db.add(north)
        await db.flush()
        departments = {account.department_id for account in staff.values()} - {None}
        made.below = {one: {one} for one in departments if one is not None}
        if sales is not None:
            made.below[sales].add(north.id)
        places: list[tuple[UUID | None, UUID | None]] = [
            *((staff[login].id, staff[login].department_id) for login in OWNERS),
            (staff["sales-specialist"].id, marketing), (None, sales), (None, north.id), (None, None),
        ]  # fmt: skip
        for name in SCOPED:
            made.records[name] = [
                Seeded((await fresh(db, name, owner, department)).id, owner, department)
                for owner, department in places
            ]  # fmt: skip
        made.records["pool"] = [one for one in made.records["lead"] if one.owner is None]
    return made


@pytest.fixture
def team(staff: dict[str, Account]) -> dict[UUID, set[UUID]]:
    """Who reports to whom, all the way down; the test company has two levels."""
    return {a.id: {b.id for b in staff.values() if b.leader_id == a.id} for a in staff.values()}


async def call(client: AsyncClient, one: Operation, path: str, body: Any, **headers: str) -> httpx.Response:
    """The answer of an operation."""
    return await client.request(one.method, path, json=body, headers={"If-Match": '"1"', **headers})


async def each(jobs: Iterable[Any]) -> list[Any]:
    """Several at once, in order."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(job: Any) -> Any:
        async with room:
            return await job

    return await asyncio.gather(*(one(job) for job in jobs))


def said(reply: httpx.Response) -> str:
    """A line for the list of what went wrong."""
    return f"{reply.request.method} {reply.request.url.path}: {reply.status_code} {reply.text[:160]}"


def refusal(reply: httpx.Response, line: Line) -> str | None:
    """What is missing in a refusal: it is a problem, it names the first clause and the posts that have the duty."""
    if reply.status_code != 403 or reply.headers["content-type"] != "application/problem+json":
        return said(reply)
    problem = reply.json()
    if (problem.get("duty"), problem.get("clause")) != (line.name, line.clauses[0]):
        return f"{said(reply)}: should name {line.name} and {line.clauses[0]}"
    if {post["post"] for post in problem["posts"]} != set(line.posts):
        return f"{said(reply)}: should name {sorted(line.posts)}"
    return None


def test_the_table_of_duties_is_the_one_written_here():
    assert not list(differences()), "change tests/policy/matrix.yaml too, if this is meant"


def test_each_operation_stands_in_the_table_and_the_reverse():
    written = [name for line in lines().values() for name in line.operations] + table()["public"]
    assert len(written) == len(set(written)), "an operation stands twice"
    assert set(written) == set(operations())
    for line in lines().values():
        for name in line.operations:
            one = operations()[name]
            assert (one.duty, one.clauses) == (line.name, line.clauses), name
    for name in table()["public"]:
        assert operations()[name].duty is None, name


async def test_nobody_comes_in_without_a_token(acting: Acting):
    wrong = []
    for one in operations().values():
        reply = await call(acting(""), one, one.somewhere(), one.body)
        if one.duty is not None and (reply.status_code != 401 or "WWW-Authenticate" not in reply.headers):
            wrong.append(said(reply))
        # A refresh and a sign-out without a cookie are refused for their own reasons.
        if one.duty is None and one.name not in ("refresh_sign_in", "sign_in") and reply.status_code in (401, 403):
            wrong.append(said(reply))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer null", "bearer 1"])
async def test_nor_with_something_that_is_no_token(acting: Acting, token: str):
    for one in operations().values():
        if one.duty is not None:
            reply = await call(acting(""), one, one.somewhere(), one.body, Authorization=token)
            assert reply.status_code == 401, said(reply)


def spellings(path: str) -> list[str]:
    """Other ways to write a path that a careless server takes for the same."""
    return [
        path + "/", path + "//", path.upper(), path.replace("/api/v1", "/API/v1"), "/" + path, path + "%2f",
        path + "%00", path.replace("/v1/", "/v1//"), path.replace("/v1/", "/v1/./"), path.replace("/v1/", "/v1/x/../"),
        path.replace("/v1/", "/v1;x=1/"), path.replace("/v1", "/v1%2e"), path + ";a", path + ".json", path + "%20",
    ]  # fmt: skip


async def test_no_spelling_goes_around_the_gate(acting: Acting):
    wrong = []
    for one in operations().values():
        if one.duty is None:
            continue
        for path in spellings(one.somewhere()):
            reply = await acting("").request(one.method, path, json=one.body)
            if reply.status_code not in (401, 404, 405):
                wrong.append(said(reply))
        for method in ("HEAD", "OPTIONS", "TRACE", "get", "PROPFIND"):
            override = {
                "X-HTTP-Method-Override": one.method,
                "X-Original-URL": one.path,
                "X-Forwarded-For": "127.0.0.1",
            }
            reply = await acting("").request(method, one.somewhere(), headers=override)
            if reply.status_code not in (401, 404, 405):
                wrong.append(said(reply))
    assert not wrong, "\n".join(wrong)


async def test_no_spelling_gives_a_duty(acting: Acting):
    """Who is signed in, but has not the duty, gets no further by writing the address otherwise."""
    wrong = []
    for one in operations().values():
        line = lines()[one.duty] if one.duty else None
        outsider = next((post.name for post in POSTS if line is not None and post.name not in line.posts), None)
        if outsider is None or one.name == ENDLESS:
            continue
        for path in (*spellings(one.somewhere()), one.somewhere() + f"?_method={one.method}"):
            reply = await acting(outsider).request(one.method, path, json=one.body)
            if reply.status_code not in (403, 404, 405):
                wrong.append(said(reply))
        reply = await acting(outsider).head(one.somewhere())
        if reply.status_code not in (403, 404, 405):
            wrong.append(said(reply))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("post", [post.name for post in POSTS])
async def test_a_post_may_do_what_the_table_says_and_nothing_else(acting: Acting, post: str):
    client = acting(f"{post}-2")

    async def tried(one: Operation, line: Line) -> str | None:
        path = one.somewhere()
        if post not in line.posts:
            refused = refusal(await call(client, one, path, one.body), line)
            if refused is None and one.method != "GET":  # neither the body nor a key is looked at before the duty
                broken = await client.request(one.method, path, content=b"{", headers={"Idempotency-Key": "a" * 8})
                refused = refusal(broken, line)
            return refused
        # A change of one's own sign-in would end the test's; what is wrong with the body is said after the duty.
        body = {"no_such_field": 1} if line.name == "self.use" else one.body
        reply = await call(client, one, path, body)
        ours = reply.status_code in (401, 403, 405) or reply.status_code >= 500
        return said(reply) if ours else None

    found = await each(
        tried(one, lines()[one.duty]) for one in operations().values() if one.duty is not None and one.name != ENDLESS
    )
    assert not any(found), "\n".join(filter(None, found))


async def test_everybody_may_follow_the_changes(app: FastAPI, acting: Acting):
    """The answer begins, and then the reader goes away."""
    for post in POSTS:
        statuses: list[int] = []
        begun = asyncio.Event()

        async def receive(begun: asyncio.Event = begun) -> Message:
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message, begun: asyncio.Event = begun, statuses: list[int] = statuses) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
                begun.set()

        headers = [(b"authorization", acting(post.name).headers["Authorization"].encode())]
        await app(
            {"type": "http", "method": "GET", "path": "/api/v1/stream", "raw_path": b"/api/v1/stream", "root_path": "",
             "query_string": b"", "headers": headers, "http_version": "1.1", "scheme": "http", "client": None,
             "server": None}, receive, send,
        )  # fmt: skip
        assert statuses == [200], post.name


# -- scopes -----------------------------------------------------------------------------------------------------------


def reading(name: str) -> Line:
    """The line by which records of a resource are read."""
    return lines()[f"{name}.read"]


@pytest.mark.parametrize("name", [*SCOPED, "pool"])
async def test_lists_show_exactly_what_the_table_reaches(
    name: str, acting: Acting, world: World, staff: dict[str, Account], team: dict[UUID, set[UUID]]
):
    """The list, the count, the export and each single read of a record agree, for each post that reads it."""
    path, seeded = REGISTERS[name].router.prefix, {str(one.id) for one in world.records[name]}
    about_one = [
        o
        for o in operations().values()
        if o.method == "GET" and o.path.startswith(f"{path}/{{record_id}}") and o.name != "get_tracked_link_qr"
    ]
    assert about_one
    for post, reach in reading(name).posts.items():
        person, client = staff[post], acting(post)
        mine = {
            str(one.id) for one in world.records[name] if world.reached(reach, person, one, team[person.id])
        }  # fmt: skip
        listed = await client.get(path, params={"limit": 200, "fields": "id"})
        assert listed.status_code == 200, said(listed)
        shown = {row["id"] for row in listed.json()["items"]}
        assert shown & seeded == mine, f"{post} lists {name}"
        if f"{path}/export" in (o.path for o in operations().values()):
            exported = await client.get(f"{path}/export", params={"fields": "id"})
            rows = {row["id"] for row in csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig")))}
            assert rows & seeded == mine, f"{post} exports {name}"
        replies = await each(
            client.get(o.somewhere(one.id)) for o in about_one for one in world.records[name]
        )  # fmt: skip
        wrong = [
            said(reply)
            for (one, reply) in zip([one for _ in about_one for one in world.records[name]], replies, strict=True)
            if (reply.status_code == 404) is (str(one.id) in mine) or reply.status_code not in (200, 404, 410, 422)
        ]
        assert not wrong, f"{post} reads {name}:\n" + "\n".join(wrong)


CHANGES = [
    o
    for o in operations().values()
    if o.method != "GET" and o.duty is not None and "{record_id}" in o.path and resource_of(o.path) in SCOPED
]


@pytest.mark.parametrize("one", CHANGES, ids=lambda o: o.name)
async def test_a_change_reaches_exactly_what_the_table_says(
    one: Operation, acting: Acting, world: World, staff: dict[str, Account], team: dict[UUID, set[UUID]]
):
    """Out of sight 404; in sight and out of the duty's reach 403 with the clause; within reach neither."""
    name, line = str(resource_of(one.path)), lines()[str(one.duty)]
    sight = line if line.beyond_read else reading(name)
    jobs, expected = [], []
    for post, reach in line.posts.items():
        person = staff[post]
        for record in world.records[name]:
            seen = world.reached(sight.posts.get(post, ()), person, record, team[person.id])
            may = world.reached(reach, person, record, team[person.id])
            if not may:
                jobs.append(call(acting(post), one, one.somewhere(record.id), one.body))
                expected.append((post, 403 if seen else 404))
    for (post, status), reply in zip(expected, await each(jobs), strict=True):
        assert reply.status_code == status, f"{post}: {said(reply)}"
        assert status == 404 or refusal(reply, line) is None, f"{post}: {refusal(reply, line)}"


@pytest.mark.parametrize("one", CHANGES, ids=lambda o: o.name)
async def test_and_within_reach_nobody_is_refused(
    one: Operation, acting: Acting, house: House, world: World, staff: dict[str, Account], team: dict[UUID, set[UUID]]
):
    name, line = str(resource_of(one.path)), lines()[str(one.duty)]
    for post, reach in line.posts.items():
        person = staff[post]
        for like in [r for r in world.records[name] if world.reached(reach, person, r, team[person.id])][:2]:
            async with unit_of_work(house.database) as db:
                record = await fresh(db, name, like.owner, like.department)
            reply = await call(acting(post), one, one.somewhere(record.id), one.body)
            assert reply.status_code in (200, 201, 204, 409, 422), f"{post}: {said(reply)}"


# -- never by the same person; up to an amount -----------------------------------------------------------------------


NEVER = [
    (o, column)
    for o in CHANGES
    for column in lines()[str(o.duty)].never
    if column not in ("id", "account_id")
]  # fmt: skip


@pytest.mark.parametrize(("one", "column"), NEVER, ids=lambda value: getattr(value, "name", value))
async def test_what_one_began_one_does_not_decide(
    one: Operation, column: str, acting: Acting, house: House, staff: dict[str, Account]
):
    name, line = str(resource_of(one.path)), lines()[str(one.duty)]
    for post in line.posts:
        author, other = staff[post], staff[f"{post}-2"]
        async with unit_of_work(house.database) as db:
            record = await fresh(db, name, other.id, other.department_id, **{column: author.id})
        reply = await call(acting(post), one, one.somewhere(record.id), one.body)
        assert refusal(reply, line) is None, f"{post}, {column}: {refusal(reply, line)}"
        reply = await call(acting(f"{post}-2"), one, one.somewhere(record.id), one.body)
        assert reply.status_code in (200, 409, 422), f"{post}-2, not {column}: {said(reply)}"


async def test_nobody_appoints_disables_or_resets_himself(acting: Acting, staff: dict[str, Account]):
    for name in ("account.disable", "account.reset"):
        (operation,) = lines()[name].operations
        for post in lines()[name].posts:
            reply = await call(
                acting(post), operations()[operation], operations()[operation].somewhere(staff[post].id), {}
            )
            assert refusal(reply, lines()[name]) is None, refusal(reply, lines()[name])
    for post in lines()["holding.create"].posts:
        body = {"account_id": str(staff[post].id), "post": "general-manager"}
        reply = await acting(post).post(operations()["create_holding"].path, json=body)
        assert refusal(reply, lines()["holding.create"]) is None, said(reply)


async def test_who_sold_it_does_not_take_the_money(acting: Acting, house: House, staff: dict[str, Account]):
    clerk = staff["finance-clerk"]
    async with unit_of_work(house.database) as db:
        order = await fresh(db, "order", clerk.id, clerk.department_id)
    body = {"order_id": str(order.id), "amount": "1.00", "method": "bank"}
    reply = await acting("finance-clerk").post(operations()["create_payment"].path, json=body)
    assert refusal(reply, lines()["payment.create"]) is None, said(reply)


LIMITED = [o for o in CHANGES if lines()[str(o.duty)].limit]


@pytest.mark.parametrize("one", LIMITED, ids=lambda o: o.name)
async def test_above_the_limit_another_post_decides(
    one: Operation, acting: Acting, house: House, staff: dict[str, Account]
):
    name, line = str(resource_of(one.path)), lines()[str(one.duty)]
    for post, limit in line.limit.items():
        colleague, higher = staff[f"{post}-2"], next(p for p in line.posts if p not in line.limit)
        for fen, decides in ((limit, post), (limit + 1, higher)):
            async with unit_of_work(house.database) as db:
                record = await fresh(db, name, colleague.id, colleague.department_id, **{str(line.amount): fen})
            for who in (post, higher):
                reply = await call(acting(who), one, one.somewhere(record.id), one.body)
                assert (reply.status_code == 403) is (who != decides and fen > limit), f"{who}, {fen}: {said(reply)}"


# -- the team, which no line of the table gives yet ------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["own", "team", "department", "company"])
async def test_a_check_and_a_filter_never_disagree(scope: Any, staff: dict[str, Account], world: World):
    """The decision on one record and the filter of the list are the same decision, in each scope."""
    seller, manager = staff["sales-specialist"], staff["sales-manager"]
    grant = Grant(next(post for post in POSTS if post.name == "sales-manager"), scope)
    duty = Duty("trial.read", DUTIES["lead.read"].title, (grant,), ("4.1.1",))
    below = {manager.department_id} - {None}
    actor = Actor(
        manager.id, manager.name, posts=frozenset({"sales-manager"}), team=frozenset({seller.id}),
        departments=frozenset(one for one in below if one is not None), grants={duty.name: (grant,)},
    )  # fmt: skip
    filtered = actor.scope(duty)
    for record in world.records["lead"]:
        row = {"owner_id": record.owner, "department_id": record.department}
        shown = filtered.company or record.owner in filtered.owners or record.department in filtered.departments
        assert actor.may(duty, row).allowed is shown
        expected = {
            "own": record.owner == manager.id, "team": record.owner in (manager.id, seller.id),
            "department": record.department == manager.department_id, "company": True,
        }  # fmt: skip
        assert shown is expected[scope]
