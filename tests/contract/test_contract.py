"""The contract is the one that the code makes, says all that a client needs, and keeps what it promised."""

import copy
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.breaking import breaks
from tests.policy.matrix import operations, served
from zhidu.app import PUBLIC
from zhidu.contract import write

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_contract_is_the_generated_one(tmp_path: Path):
    write(served(), tmp_path / "openapi.yaml")
    fresh, kept = (path.read_text(encoding="utf-8") for path in (tmp_path / "openapi.yaml", ROOT / "openapi.yaml"))
    assert fresh == kept, "the contract has changed: run `make openapi`, look at the difference, commit it"


def released() -> Mapping[str, Any] | None:
    """The contract of the last release; before the first, the last that was committed; none outside a repository."""

    def git(*arguments: str) -> str | None:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
        return done.stdout if done.returncode == 0 else None

    tag = (git("describe", "--tags", "--abbrev=0", "--match", "v*") or "HEAD").strip()
    text = git("show", f"{tag}:openapi.yaml")
    return None if text is None else yaml.safe_load(text)


def test_no_client_of_the_last_release_is_broken():
    """A break needs a decision, and the decision shows as a new major version."""
    before = released()
    if before is None:
        pytest.skip("there is no repository to compare with")
    if int(served()["info"]["version"].split(".")[0]) > int(before["info"]["version"].split(".")[0]):
        return
    assert not list(breaks(before, served()))


def _drop_operation(document: Any) -> None:
    del document["paths"]["/api/v1/sales/orders/{record_id}/confirm"]


def _move_operation(document: Any) -> None:
    paths = document["paths"]
    paths["/api/v1/sales/orders/{record_id}/agree"] = paths.pop("/api/v1/sales/orders/{record_id}/confirm")


def _drop_answer_field(document: Any) -> None:
    del document["components"]["schemas"]["OrderOut"]["properties"]["number"]


def _make_answer_nullable(document: Any) -> None:
    order = document["components"]["schemas"]["OrderOut"]
    order["properties"]["version"] = {"anyOf": [{"type": "integer"}, {"type": "null"}]}


def _answer_may_lack(document: Any) -> None:
    document["components"]["schemas"]["OrderOut"]["required"].remove("status")


def _ask_for_more(document: Any) -> None:
    document["components"]["schemas"]["OrderIn"]["required"].append("note")


def _take_a_field_away(document: Any) -> None:
    del document["components"]["schemas"]["CustomerIn"]["properties"]["region"]


def _shorten(document: Any) -> None:
    document["components"]["schemas"]["CustomerIn"]["properties"]["name"]["maxLength"] = 20


def _fewer_values(document: Any) -> None:
    for one in document["components"]["schemas"].values():
        for schema in one.get("properties", {}).values():
            if "enum" in schema:
                schema["enum"] = schema["enum"][1:]


def _ask_for_a_parameter(document: Any) -> None:
    needed = {"name": "why", "in": "query", "required": True, "schema": {"type": "string"}}
    document["paths"]["/api/v1/sales/orders"]["get"]["parameters"].append(needed)


def _drop_a_parameter(document: Any) -> None:
    parameters = document["paths"]["/api/v1/sales/orders"]["get"]["parameters"]
    parameters.remove(next(one for one in parameters if one.get("name") == "opportunity_id"))


@pytest.mark.parametrize(
    "change",
    [
        _drop_operation, _move_operation, _drop_answer_field, _make_answer_nullable, _answer_may_lack, _ask_for_more,
        _take_a_field_away, _shorten, _fewer_values, _ask_for_a_parameter, _drop_a_parameter,
    ],
)  # fmt: skip
def test_each_kind_of_break_is_found(change: Any):
    changed = copy.deepcopy(served())
    change(changed)
    assert list(breaks(served(), changed)), "a client would trip over this"
    assert not list(breaks(served(), served()))


def test_a_contract_may_grow():
    grown: Any = copy.deepcopy(served())
    grown["components"]["schemas"]["OrderOut"]["properties"]["colour"] = {"type": "string"}
    grown["components"]["schemas"]["OrderOut"]["required"].append("colour")
    grown["components"]["schemas"]["OrderIn"]["properties"]["colour"] = {"type": "string"}
    grown["paths"]["/api/v1/sales/orders"]["get"]["parameters"].append(
        {"name": "colour", "in": "query", "required": False, "schema": {"type": "string"}}
    )
    assert not list(breaks(served(), grown))


# -- complete ---------------------------------------------------------------------------------------------------------


def test_each_operation_says_whose_duty_it_is_and_by_which_clause():
    doors = {(method, path) for method, path in PUBLIC}
    for one in operations().values():
        if one.duty is None:
            assert (one.method, one.path) in doors, f"{one.name} names no duty and is not public"
        else:
            assert one.clauses, f"{one.name} cites no clause"


def test_each_operation_has_a_summary_a_tag_and_its_problems():
    for path, methods in served()["paths"].items():
        for method, one in methods.items():
            assert one.get("summary"), one["operationId"]
            assert len(one["tags"]) == 1, one["operationId"]
            needed = {"401", "403"} if "x-duty" in one else set()
            needed |= {"404"} if "{record_id}" in path else set()
            needed |= {"413", "422"} if "requestBody" in one else set()
            asked = {parameter.get("$ref", parameter.get("name")) for parameter in one.get("parameters", ())}
            needed |= {"412", "428"} if asked & {"#/components/parameters/IfMatch", "If-Match"} else set()
            assert needed <= set(one["responses"]), f"{method} {path}: {sorted(needed - set(one['responses']))}"


def test_each_schema_is_described_and_has_examples():
    bare = [name for name, one in served()["components"]["schemas"].items() if not one.get("description")]
    assert not bare, bare
    without = [
        f"{name}.{field}"
        for name, one in served()["components"]["schemas"].items()
        if not one.get("examples")
        for field, schema in one.get("properties", {}).items()
        if not _shows(schema)
    ]
    assert not without, without


def _shows(schema: Mapping[str, Any]) -> bool:
    """Whether a reader sees what such a value looks like."""
    if schema.keys() & {"examples", "example", "$ref", "enum", "const"} or schema.get("type") == "boolean":
        return True
    parts = [
        part for kind in ("anyOf", "oneOf", "allOf") for part in schema.get(kind, ()) if part.get("type") != "null"
    ]
    return any(map(_shows, parts)) or ("items" in schema and _shows(schema["items"]))


def _texts(part: Any, at: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(part, Mapping):
        if part.get("type") == "string":
            yield at, part
        for key, value in part.items():
            if key not in ("examples", "example"):
                yield from _texts(value, f"{at}/{key}")
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _texts(value, f"{at}/{index}")


def test_each_text_that_comes_in_has_an_end():
    """A bound on every length: what has none is a way to send a book."""
    bounded = {"maxLength", "pattern", "enum", "const", "format"}
    endless = [
        f"{name}{at}"
        for name, one in served()["components"]["schemas"].items()
        if name.endswith(("In", "Patch"))
        for at, text in _texts(one)
        if not text.keys() & bounded
    ]
    assert not endless, endless
