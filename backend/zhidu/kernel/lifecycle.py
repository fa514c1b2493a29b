"""Lifecycles are tables: from one come the guard, the API's verbs, the history, `actions`, the tests, the diagram."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, Index
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.alongside import Alongside
from zhidu.kernel.db import Model, new_id
from zhidu.kernel.problem import OutOfOrder
from zhidu.kernel.texts import Text

# A status has a category, so that no code lists the names of states.
Category = Literal["open", "waiting", "done", "ended"]


class Person(Protocol):
    """Who takes a step."""

    @property
    def id(self) -> UUID | None:
        """The account; None where a rule of the company acts."""


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow of the table; `verb` is filled in by the lifecycle that holds it."""

    sources: tuple[str, ...]
    target: str
    clauses: tuple[str, ...]
    verb: str = ""
    duty: str = ""
    by_rules: bool = False
    or_targets: tuple[str, ...] = ()

    def targets(self, state: str) -> tuple[str, ...]:
        """Where it may lead from this state; a step without a target leaves the state as it is."""
        return (self.target or state, *self.or_targets)


def step(
    sources: str | Iterable[str],
    target: str | tuple[str, ...],
    *,
    clause: str | tuple[str, ...],
    duty: str = "",
    by_rules: bool = False,
) -> Step:
    """An arrow from one or several states; `duty` only where it is not `<resource>.<verb>`.

    `by_rules`: nobody's duty; the company's rules take it by themselves (an assessment expires after twelve months).
    Several targets: the record says which (what was on hold goes back to the stage where it stood); see `advance`.
    """
    first, *others = (target,) if isinstance(target, str) else target
    return Step(
        (sources,) if isinstance(sources, str) else tuple(sources),
        first,
        (clause,) if isinstance(clause, str) else clause,
        duty=duty,
        by_rules=by_rules,
        or_targets=tuple(others),
    )


def within(states: str | Iterable[str], *, clause: str | tuple[str, ...], duty: str = "") -> Step:
    """What may be done in these states alone and moves nothing: a plan changes only while it is a draft (`check`)."""
    return step(states, "", clause=clause, duty=duty)


class History(Model):
    """A step that was taken: what an inspector follows from clause to record to person."""

    __tablename__ = "lifecycle_history"
    __table_args__ = (Index("ix_lifecycle_history_record", "record_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    resource: Mapped[str]
    record_id: Mapped[UUID]
    verb: Mapped[str]
    source: Mapped[str]
    target: Mapped[str]
    clauses: Mapped[list[str]] = mapped_column(ARRAY(SqlText))
    account_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    note: Mapped[str | None]


STEPS = Alongside.of(History)
# Every lifecycle of the house, by resource: what `zhidu.regulation.coverage` reads.
LIFECYCLES: "dict[str, Lifecycle]" = {}


@dataclass(slots=True)
class Lifecycle:
    """The states of a resource, by category, and the steps between them."""

    resource: str
    states: Mapping[str, Category]
    steps: dict[str, Step] = field(default_factory=dict)

    def __init__(self, resource: str, states: Mapping[str, Category], **steps: Step) -> None:
        self.resource, self.states = resource, states
        self.steps = {
            verb: replace(s, verb=verb, duty="" if s.by_rules else s.duty or f"{resource}.{verb}")
            for verb, s in steps.items()
        }
        for s in self.steps.values():
            unknown = {*s.sources, s.target, *s.or_targets} - {*states, ""}
            if unknown or not s.clauses:
                raise ValueError(f"{resource}.{s.verb}: unknown states {unknown}, or no clause")
        LIFECYCLES[resource] = self

    @property
    def initial(self) -> str:
        """The state of a new record: the first of the table."""
        return next(iter(self.states))

    def of_category(self, *categories: Category) -> tuple[str, ...]:
        """The states of these categories."""
        return tuple(state for state, category in self.states.items() if category in categories)

    def leaving(self, state: str) -> list[Step]:
        """The steps by which people may leave a state."""
        return [s for s in self.steps.values() if state in s.sources and not s.by_rules]

    def check(self, verb: str, state: str) -> Step:
        """The step, or a problem that says which steps are legal."""
        taken = self.steps[verb]
        if state not in taken.sources:
            legal = self.leaving(state)
            raise OutOfOrder(
                Text(
                    "“{state}”状态不能执行“{verb}”；可以执行：{legal}",
                    "'{verb}' does not leave the state '{state}'; legal steps: {legal}",
                ).of(state=state, verb=verb, legal=", ".join(s.verb for s in legal) or "-"),
                state=state,
                legal_steps=[{"verb": s.verb, "duty": s.duty, "clause": s.clauses[0]} for s in legal],
            )
        return taken

    async def advance(
        self, db: AsyncSession, actor: Person, verb: str, record: Any, note: str | None = None, *, to: str | None = None
    ) -> Step:
        """Take the step: move the record's `status`, write the history. Raises OutOfOrder.

        `to` says which, where the table names several targets.
        """
        taken = self.check(verb, record.status)
        targets = taken.targets(record.status)
        target = to or targets[0]
        if target not in targets:
            raise ValueError(f"{self.resource}.{verb} does not lead to {target}")
        STEPS.add(
            db,
            resource=self.resource,
            record_id=record.id,
            verb=verb,
            source=record.status,
            target=target,
            clauses=taken.clauses,
            account_id=actor.id,
            note=note,
        )
        record.status = target
        # A session forgets what nobody holds; reactions to this step find the record without reading it again.
        db.info.setdefault("moved", []).append(record)
        return taken

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [
            f"    {source} --> {target}: {s.verb}"
            for s in self.steps.values()
            for source in s.sources
            for target in s.targets(source)
        ]
        lines += [f"    {state} --> [*]" for state, kind in self.states.items() if kind in ("done", "ended")]
        return "\n".join(lines)


def chart_book() -> str:
    """Every lifecycle with steps, as one Markdown page of diagrams (`docs/lifecycles.md`)."""
    page = [
        "# Lifecycles",
        "",
        "Generated by `make openapi` from the tables in the code; an arrow is a verb, and has its clause.",
    ]
    for resource, lifecycle in sorted(LIFECYCLES.items()):
        if lifecycle.steps:
            clauses = sorted({clause for s in lifecycle.steps.values() for clause in s.clauses})
            page += ["", f"## {resource}", "", f"Clauses {', '.join(clauses)}.", "", "```mermaid"]
            page += [lifecycle.diagram(), "```"]
    return "\n".join(page) + "\n"
