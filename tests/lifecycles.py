"""Each state x step of a lifecycle, from the table itself, against the running API.

@every_step_of(orders.LIFECYCLE)
async def test_an_order_moves_only_as_written(case, acting, house):
    await case.check(take)      # take(case) puts a record into case.state and asks for case.verb
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest

from zhidu.kernel.lifecycle import Lifecycle, Step


@dataclass(frozen=True, slots=True)
class Case:
    """A step asked for in a state."""

    lifecycle: Lifecycle
    state: str
    step: Step

    @property
    def verb(self) -> str:
        """The step's verb."""
        return self.step.verb

    @property
    def allowed(self) -> bool:
        """Whether the table has this arrow."""
        return self.state in self.step.sources

    async def check(self, take: Callable[["Case"], Awaitable[httpx.Response]]) -> None:
        """The API moves the record where the table says; else it answers 409 and says what the table allows."""
        reply = await take(self)
        told = f"{self.verb} from {self.state}: {reply.status_code} {reply.text[:500]}"
        if self.allowed:
            assert reply.status_code == 200, told
            assert reply.json()["status"] in self.step.targets(self.state), told
            return
        assert reply.status_code == 409, told
        assert reply.json()["type"] == "/problems/out-of-order", told
        assert reply.json()["state"] == self.state, told
        legal = {step.verb for step in self.lifecycle.leaving(self.state)}
        assert {step["verb"] for step in reply.json()["legal_steps"]} == legal, told
        assert all(step["posts"] for step in reply.json()["legal_steps"]), told


def every_step_of(lifecycle: Lifecycle) -> pytest.MarkDecorator:
    """A test for each state and each step that people take; its argument is `case`."""
    steps = [step for step in lifecycle.steps.values() if not step.by_rules]
    cases = [Case(lifecycle, state, step) for state in lifecycle.states for step in steps]
    return pytest.mark.parametrize("case", cases, ids=[f"{case.state}-{case.verb}" for case in cases])


def unreachable(lifecycle: Lifecycle) -> set[str]:
    """States that no way from the first one leads to."""
    seen, waiting = set(), [lifecycle.initial]
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += [t for step in lifecycle.steps.values() if state in step.sources for t in step.targets(state)]
    return set(lifecycle.states) - seen
