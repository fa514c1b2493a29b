"""The one decision: may this person do this, with this record, now? Pure Python, four uses that cannot disagree.

1. `must` in a rule; 2. `scope` as the SQL filter of a list; 3. `/me/duties`; 4. `explain`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from zhidu.kernel.lifecycle import Lifecycle
from zhidu.kernel.page import EVERYTHING, Scope
from zhidu.kernel.problem import Refused
from zhidu.kernel.texts import Text
from zhidu.policy.duties import Duty, Grant, Post

_DOES_NOT_HAVE = Text("「{duty}」由{posts}负责（{clause}）", "‘{duty}’ is the duty of {posts} ({clause})")
_OUT_OF_REACH = Text(
    "「{duty}」只能对{reach}的记录进行；由{posts}负责（{clause}）",
    "‘{duty}’ covers {reach} records only; it is the duty of {posts} ({clause})",
)
_NEVER = Text(
    "「{duty}」不能由同一个人完成：您{did}（{clause}，职责分离）",
    "‘{duty}’ may not be done by the same person: you {did} ({clause}, separation of duties)",
)
_OVER_LIMIT = Text(
    "金额超过您的审批限额，由{posts}审批（{clause}）", "The amount is above your limit; {posts} decide ({clause})"
)
_REACH = {
    "own": Text("本人负责", "your own"),
    "team": Text("本团队", "your team's"),
    "department": Text("本部门", "your department's"),
    "company": Text("全公司", "the company's"),
}
_DID = {
    "created_by": Text("起草了这条记录", "drafted this record"),
    "submitted_by": Text("提交了这条记录", "submitted this record"),
    "requested_by": Text("申请了这条记录", "requested this record"),
    "approved_by": Text("批准了这条记录", "approved this record"),
    "owner_id": Text("负责这条记录", "own this record"),
    "offered_by": Text("提交了这条记录", "offered this record"),
    "id": Text("就是这个账号的本人", "are the person of this account"),
    "account_id": Text("就是被任命的人", "are the one who is appointed"),
    "subject_id": Text("就是记录所涉及的人", "are the subject of this record"),
}


def authorship(column: str) -> Text:
    """What somebody did whom a column names: 起草了这条记录 / drafted this record."""
    return _DID[column]


def join_posts(posts: tuple[Post, ...]) -> Text:
    """Posts as people name them: 销售专员、销售主管 / sales specialist, sales manager."""
    return Text("、".join(p.title.zh for p in posts) or "（无人）", ", ".join(p.title.en for p in posts) or "nobody")


Look = Callable[[str], Any]


def _looking_at(record: Any) -> Look:
    """How to read a column of an object, or of a row of the read path."""
    if isinstance(record, dict | Mapping):  # a dict is the usual, and sooner known than any Mapping
        row: Mapping[str, Any] = record
        return lambda column: row.get(column)
    return lambda column: getattr(record, column, None)


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed, or why not, by which clause and who may; `grant` is the line of the table that allows it."""

    allowed: bool
    duty: Duty
    why: Text | None = None
    grant: Grant | None = None

    @property
    def posts(self) -> tuple[Post, ...]:
        """Who has the duty."""
        return tuple(dict.fromkeys(g.post for g in self.duty.grants))


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person (or the rules of the company themselves) with all that a decision looks at."""

    id: UUID | None
    name: str
    login: str = ""
    posts: frozenset[str] = frozenset()
    delegated_posts: frozenset[str] = frozenset()
    stands_in_for: frozenset[UUID] = frozenset()
    team: frozenset[UUID] = frozenset()
    department_id: UUID | None = None
    departments: frozenset[UUID] = frozenset()
    language: str = "zh-CN"
    must_change_password: bool = False
    # A post of this person (held or delegated) asks for a second factor, and none is enrolled.
    second_factor_missing: bool = False
    grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    rules: bool = False
    _memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def people(self) -> frozenset[UUID]:
        """Whose own records are this person's own: himself, and those he stands in for."""
        known: frozenset[UUID] | None = self._memo.get("people")
        if known is None:
            known = self._memo["people"] = self.stands_in_for | {self.id} if self.id else self.stands_in_for
        return known

    # -- the decision -------------------------------------------------------------------------------------------

    def may(self, duty: Duty, record: Any = None) -> Decision:
        """The decision on a duty, with a record (an object, or a row of the read path) or in general (None)."""
        if self.rules:
            return Decision(True, duty)
        grants = self.grants.get(duty.name, ())
        if not grants:
            return self._no(duty, _DOES_NOT_HAVE)
        if record is None:
            return Decision(True, duty, grant=grants[0])
        look = _looking_at(record)
        for author in duty.never:
            if look(author) is not None and look(author) in self.people:
                return self._no(duty, _NEVER, did=_DID[author])
        within = [grant for grant in grants if self._reaches(grant, look)]
        if not within:
            return self._no(duty, _OUT_OF_REACH, reach=_REACH[grants[-1].scope])
        for grant in within:
            if grant.limit is None or (look(duty.amount or "") or 0) <= grant.limit:
                return Decision(True, duty, grant=grant)
        higher = tuple(g.post for g in duty.grants if g.limit is None or g.limit > (within[-1].limit or 0))
        return Decision(False, duty, _OVER_LIMIT.of(posts=join_posts(higher), clause=duty.clauses[0]))

    def _no(self, duty: Duty, why: Text, **values: Text) -> Decision:
        posts = join_posts(tuple(dict.fromkeys(g.post for g in duty.grants)))
        return Decision(False, duty, why.of(duty=duty.title, posts=posts, clause=duty.clauses[0], **values))

    def reaches(self, grant: Grant, record: Any) -> bool:
        """Whether a line of the table covers this record."""
        return self._reaches(grant, _looking_at(record))

    def is_author(self, column: str, record: Any) -> bool:
        """Whether a column that separation of duties looks at names this person, or one he stands in for."""
        return _looking_at(record)(column) in self.people

    def _reaches(self, grant: Grant, look: Look) -> bool:
        if grant.scope == "company":
            return True
        owner, department = look("owner_id"), look("department_id")
        if grant.scope == "own":
            return owner is not None and owner in self.people
        if grant.scope == "team":
            return owner is not None and (owner in self.people or owner in self.team)
        return department is not None and department in self.departments

    # -- its four uses ------------------------------------------------------------------------------------------

    def must(self, duty: Duty, record: Any = None) -> None:
        """Go on, or raise Refused with the clause and the posts that have the duty."""
        decision = self.may(duty, record)
        if not decision.allowed and decision.why is not None:
            raise Refused(
                decision.why,
                duty=duty.name,
                clause=duty.clauses[0],
                posts=[{"post": p.name, "title": p.title.to(self.language)} for p in decision.posts],
            )

    def scope(self, duty: Duty) -> Scope:
        """Which records the duty reaches, as a filter. No grant at all raises Refused."""
        known = self._memo.get(duty.name)
        if known is None:
            self.must(duty)
            known = self._memo[duty.name] = self._scope(duty)
        scope: Scope = known
        return scope

    def _scope(self, duty: Duty) -> Scope:
        if self.rules:
            return EVERYTHING
        reach = {grant.scope for grant in self.grants[duty.name]}
        if "company" in reach:
            return EVERYTHING
        owners = self.people | self.team if "team" in reach else self.people if "own" in reach else frozenset()
        departments = self.departments if "department" in reach else frozenset()
        return Scope(False, tuple(sorted(owners)), tuple(sorted(departments)))

    def actions(self, kind: "Kind", row: Mapping[str, Any]) -> list[str]:
        """The verbs that this person may do with this record now; remembered by what the decision looks at."""
        key = (kind.name, row.get("status"), *(self._bits(row.get(name)) for name in kind.looks_at))
        known = self._memo.get(key)
        if known is None:
            known = self._memo[key] = [
                verb for verb, duty in kind.verbs(row.get("status")) if self.may(duty, row).allowed
            ]
        actions: list[str] = known
        return actions

    def _bits(self, value: Any) -> Any:
        """What matters of a value to a decision: is it me, my team's, my department's? Amounts matter themselves."""
        if isinstance(value, UUID):
            return (value in self.people, value in self.team, value in self.departments)
        return value

    def steps(self, kind: "Kind", row: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What can happen next to this record, by whom, and why not by this person."""
        if kind.lifecycle is None:
            return []
        key = (
            "steps",
            self.language,
            kind.name,
            row.get("status"),
            *(self._bits(row.get(name)) for name in kind.looks_at),
        )
        if key not in self._memo:
            self._memo[key] = self._steps(kind, row)
        steps: list[dict[str, Any]] = self._memo[key]
        return steps

    def _steps(self, kind: "Kind", row: Mapping[str, Any]) -> list[dict[str, Any]]:
        if kind.lifecycle is None:
            return []
        found = []
        for step in kind.lifecycle.leaving(str(row["status"])):
            duty = kind.duty(step.verb)
            decision = self.may(duty, row)
            found.append(
                {
                    "verb": step.verb,
                    "to": step.targets(str(row["status"]))[0],
                    "clause": step.clauses[0],
                    "allowed": decision.allowed,
                    "why": None if decision.why is None else decision.why.to(self.language),
                    "posts": [p.title.to(self.language) for p in decision.posts],
                }
            )
        return found


@dataclass(frozen=True)
class Kind:
    """A resource as policy sees it: its name, its lifecycle and the duties that act on one record."""

    name: str
    lifecycle: Lifecycle | None
    plain: tuple[Duty, ...]
    stepwise: Mapping[str, Duty]

    @cached_property
    def looks_at(self) -> tuple[str, ...]:
        """The columns that decisions on this resource look at."""
        every = (*self.plain, *self.stepwise.values())
        return (
            "owner_id",
            "department_id",
            *sorted({column for duty in every for column in duty.never}),
            *sorted({duty.amount for duty in every if duty.amount}),
        )

    def duty(self, verb: str) -> Duty:
        """The duty of a step."""
        return self.stepwise[verb]

    def verbs(self, status: Any) -> list[tuple[str, Duty]]:
        """The verbs that make sense in a state."""
        steps = [] if self.lifecycle is None else self.lifecycle.leaving(str(status))
        return [(d.verb, d) for d in self.plain] + [(s.verb, self.stepwise[s.verb]) for s in steps]


# The company's own rules at work (routing, reactions, periodic duties): they act by clause, not by post.
RULES = Actor(id=None, name="制度", rules=True)
