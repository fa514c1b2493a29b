"""Clause -> code: what in the program lives by which clause, what cites none, and which clauses have no code yet.

`python -m zhidu.regulation.coverage` prints it, and fails where something cites no clause or one that does not exist.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from zhidu.kernel.jobs import JOBS, PERIODIC
from zhidu.kernel.lifecycle import LIFECYCLES
from zhidu.policy.duties import DUTIES
from zhidu.regulation.clauses import wording_as_shipped
from zhidu.regulation.controls import CONTROLS
from zhidu.regulation.limits import LIMITS
from zhidu.regulation.obligations import KINDS

# What counts as code that lives by a clause: a duty alone is a promise.
LIVING = ("operation", "step", "obligation", "control")


@dataclass(frozen=True, slots=True)
class Citation:
    """Something in the program and the clauses that it names."""

    kind: str
    name: str
    clauses: tuple[str, ...]
    where: str = ""


@dataclass(slots=True)
class Cited:
    """What cites one clause, by kind."""

    by_kind: dict[str, list[Citation]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Citation]:
        """The citations of a kind, in the order of their declaration."""
        return self.by_kind.get(kind, [])

    @property
    def lived(self) -> bool:
        """Whether any code does what the clause says."""
        return any(self.of(kind) for kind in LIVING)


def citations(routes: Iterable[Any]) -> Iterator[Citation]:
    """Everything that must name its clause."""
    for route in routes:
        if not getattr(route, "include_in_schema", False) or not getattr(route, "methods", None):
            continue  # what is not in the contract: health checks, pages, files
        clauses = tuple((getattr(route, "openapi_extra", None) or {}).get("x-clauses", ()))
        name = getattr(route, "unique_id", route.name)
        yield Citation("operation", name, clauses, f"{min(route.methods)} {route.path}")
    for lifecycle in LIFECYCLES.values():
        for step in lifecycle.steps.values():
            yield Citation("step", f"{lifecycle.resource}.{step.verb}", step.clauses)
    for duty in DUTIES.values():
        yield Citation("duty", duty.name, duty.clauses)
    declared: Sequence[tuple[str, Mapping[str, Any]]] = (
        ("obligation", KINDS), ("limit", LIMITS), ("control", CONTROLS), ("job", JOBS), ("periodic", PERIODIC),
    )  # fmt: skip
    for kind, table in declared:
        for one in table.values():
            yield Citation(kind, one.name, (one.clause,) if one.clause else ())


def by_clause(routes: Iterable[Any]) -> dict[str, Cited]:
    """For each clause that anything cites, what cites it."""
    found: dict[str, Cited] = {}
    for citation in citations(routes):
        for clause in citation.clauses:
            found.setdefault(clause, Cited()).by_kind.setdefault(citation.kind, []).append(citation)
    return found


def faults(routes: Iterable[Any], clauses: Sequence[str]) -> list[str]:
    """What cites no clause, or one that the regulation does not have."""
    known = set(clauses)
    wrong = []
    for citation in citations(routes):
        place = f"{citation.kind} {citation.name}" + (f" ({citation.where})" if citation.where else "")
        if not citation.clauses:
            wrong.append(f"{place} cites no clause")
        wrong += [f"{place} cites {clause}, which does not exist" for clause in citation.clauses if clause not in known]
    return wrong


def main() -> int:
    """Print what each clause has in code, and fail on faults."""
    # Only a name here: this package stands below the one that knows every domain.
    routes = [route for router in import_module("zhidu.domains").ROUTERS for route in router.routes]
    clauses = [entry["id"] for entry in wording_as_shipped() if "zh" in entry]
    cited = by_clause(routes)
    for clause in clauses:
        of = cited.get(clause, Cited())
        counts = ", ".join(f"{len(of.of(kind))} {kind}" for kind in (*LIVING, "duty", "limit") if of.of(kind))
        sys.stdout.write(f"{clause:<6} {counts or '-'}\n")
    without = [clause for clause in clauses if not cited.get(clause, Cited()).lived]
    unmeasured = [clause for clause in clauses if not cited.get(clause, Cited()).of("control")]
    sys.stdout.write(f"\nno code yet ({len(without)}): {' '.join(without)}\n")
    sys.stdout.write(f"not yet measured ({len(unmeasured)}): {' '.join(unmeasured)}\n")
    wrong = faults(routes, clauses)
    for fault in wrong:
        sys.stdout.write(f"FAULT {fault}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
