"""Every lifecycle of the product is whole: nothing unreachable, nothing without a way out that is not an end."""

from pathlib import Path

import zhidu.domains  # noqa: F401 - every domain declares its own
from tests.lifecycles import unreachable
from zhidu.kernel.lifecycle import LIFECYCLES, chart_book

# A reversal of spend is a row of its own, and has this state from the first.
BORN = {"spend": {"reversal"}}


def test_every_state_can_be_reached():
    # An obligation is moved by the watch and by what closes it (set-based SQL), not by steps.
    found = {name: unreachable(table) - BORN.get(name, set()) for name, table in LIFECYCLES.items() if table.steps}
    assert {name: states for name, states in found.items() if states} == {}


def test_only_what_is_done_or_ended_has_no_way_out():
    stuck = [
        f"{name}.{state}"
        for name, table in LIFECYCLES.items()
        for state, category in table.states.items()
        if table.steps
        and category in ("open", "waiting")
        and not any(state in step.sources and step.targets(state) != (state,) for step in table.steps.values())
    ]
    assert stuck == []


def test_every_diagram_names_every_state():
    for name, table in LIFECYCLES.items():
        if table.steps:
            diagram = table.diagram()
            assert all(state in diagram for state in table.states), name


def test_the_drawn_lifecycles_are_those_of_the_code():
    drawn = Path(__file__).parents[1] / "docs" / "lifecycles.md"
    assert drawn.read_text(encoding="utf-8") == chart_book(), "run `make openapi`"
