"""Bodies with one thing wrong, made from the contract: each with the pointer that the answer has to name."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.policy.matrix import example, served

_OTHERS: Mapping[str, Any] = {
    "string": 1_700_000_000, "integer": "five", "number": "five", "boolean": "perhaps", "array": {"a": 1},
    "object": [1], "null": 0,
}  # fmt: skip
_MARK = "-the-spoiled-value-"
DEPTH = 5_000


@dataclass(frozen=True, slots=True)
class Spoiled:
    """What is wrong, where, and the body as it is sent."""

    what: str
    pointer: str
    content: bytes


def whole(schema: Mapping[str, Any]) -> Any:
    """A body of the right shape with every field given, so that each can be spoiled."""
    schema = _resolved(schema)
    if "properties" in schema:
        return {name: whole(one) for name, one in schema["properties"].items()}
    for kind in ("anyOf", "oneOf"):
        if kind in schema and "examples" not in schema:
            return whole(next(one for one in schema[kind] if one.get("type") != "null"))
    if "items" in schema and not schema.get("examples"):
        return [whole(schema["items"])]
    return example(schema)


def spoil(schema: Mapping[str, Any], required: bool) -> Iterator[Spoiled]:
    """Each way to spoil a body of this schema that the contract forbids."""
    body = whole(schema)
    if required:
        yield Spoiled("no body", "/", b"")
        yield Spoiled("nothing for a body", "/", b"null")
    yield Spoiled("half a body", "/", json.dumps(body).encode()[:-2])
    yield Spoiled("not UTF-8", "/", b'{"a": "\xff\xfe"}')
    for what, other in (("a list", []), ("a text", "text"), ("a number", 1)):
        yield Spoiled(f"{what} for a body", "/", json.dumps(other).encode())
    yield Spoiled("nested without end", "/", b"[" * 60_000)
    if isinstance(body, dict) and _resolved(schema).get("additionalProperties") is False:
        yield Spoiled("an unknown field", "/no_such_field", json.dumps({**body, "no_such_field": 1}).encode())
    for name in _resolved(schema).get("required", ()):
        short = {key: value for key, value in body.items() if key != name}
        yield Spoiled("a missing field", f"/{name}", json.dumps(short).encode())
    yield from _fields(schema, body, "", lambda value: value)


def _fields(schema: Mapping[str, Any], value: Any, at: str, put: Any) -> Iterator[Spoiled]:
    schema = _resolved(schema)
    if at:
        yield from _values(schema, at, put)
    if isinstance(value, dict):
        for name, one in schema.get("properties", {}).items():
            inner = f"{at}/{name}"
            yield from _fields(one, value[name], inner, lambda new, name=name: put({**value, name: new}))
    elif isinstance(value, list) and value and "items" in schema:
        yield from _fields(schema["items"], value[0], f"{at}/0", lambda new: put([new, *value[1:]]))


def _values(schema: Mapping[str, Any], at: str, put: Any) -> Iterator[Spoiled]:
    choices = [_resolved(one) for kind in ("anyOf", "oneOf") for one in schema.get(kind, ())] or [schema]
    kinds = {one.get("type") for one in choices}
    if None in kinds and not any("enum" in one or "const" in one for one in choices):
        return  # anything goes
    texts = [one for one in choices if one.get("type") == "string"]
    wrong = [
        (f"not of type {kind}", json.dumps(_OTHERS[kind]))
        for kind in sorted(kinds - {None, "null"})
        if not (kind == "string" and kinds & {"integer", "number"})
    ]
    if "null" not in kinds:
        wrong.append(("null", "null"))
    if texts:
        longest = max(one.get("maxLength", 0) for one in texts)
        wrong += [
            ("over-long", json.dumps("x" * (max(longest, 5_000) + 1))), ("a NUL", '"a\\u0000b"'),
            ("a lone surrogate", '"\\ud800"'), ("nested for text", "[" * DEPTH + "]" * DEPTH),
        ]  # fmt: skip
        forms = {one.get("format") for one in texts}
        if kinds <= {"string", "null"}:
            if forms & {"date"}:
                wrong += [("no such day", '"2027-02-29"'), ("a day with a time", '"2027-02-28T10:00:00Z"')]
            if forms & {"date-time"}:
                wrong += [("no such day", '"2027-02-29T10:00:00Z"'), ("no such hour", '"2027-02-28T25:00:00Z"')]
            if forms & {"uuid"}:
                wrong += [("no id", '"0192f0c1"')]
            if forms & {"decimal"}:
                wrong += [
                    ("three decimals", '"1280.005"'), ("a negative amount", '"-1.00"'), ("an exponent", '"1e3"'),
                    ("too large an amount", '"99999999999999.00"'), ("other digits", '"１２８０.00"'),
                ]  # fmt: skip
            if any("enum" in one for one in texts):
                wrong += [("no such choice", '"no-such-choice"')]
    if kinds & {"integer", "number"}:
        wrong += [("a huge number", "1" + "0" * 400), ("no number", "NaN"), ("beyond all numbers", "1e999")]
        if "number" not in kinds:
            wrong += [("a broken number", "1.5")]
        for one in choices:
            if "minimum" in one:
                wrong += [("below the least", json.dumps(one["minimum"] - 1))]
            if "maximum" in one:
                wrong += [("above the most", json.dumps(one["maximum"] + 1))]
    if "array" in kinds:
        for one in choices:
            if "maxItems" in one:
                wrong += [("too many", json.dumps([whole(one["items"])] * (one["maxItems"] + 1)))]
            if one.get("minItems"):
                wrong += [("too few", "[]")]
    for what, raw in wrong:
        content = json.dumps(put(_MARK)).replace(f'"{_MARK}"', raw, 1)
        yield Spoiled(what, at, content.encode("utf-8", "surrogatepass"))


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = served()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema
