"""The table of matrix.yaml, read: which post has which duty, how far; bodies and paths to try the operations with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from zhidu.app import create_app
from zhidu.contract import contract
from zhidu.settings import Settings

LETTERS = {"o": "own", "t": "team", "d": "department", "c": "company"}
# For paths whose parts are no record ids.
NOWHERE = {
    "clause": "4.3.1", "name": "no-such", "day": "2026-12-24", "job_id": "999999999", "code": "no-such",
    "key": "no-such",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A duty as it is written in the table."""

    name: str
    clauses: tuple[str, ...]
    posts: Mapping[str, frozenset[str]]
    never: tuple[str, ...]
    limit: Mapping[str, int]
    amount: str | None
    beyond_read: bool
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the contract, as a caller needs to know it."""

    name: str
    method: str
    path: str
    duty: str | None
    clauses: tuple[str, ...]
    body: dict[str, Any] | None

    def somewhere(self, record_id: object = None) -> str:
        """A path of this operation: of a record, or of one that does not exist."""
        names = [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
        return self.path.format(**{name: NOWHERE.get(name, record_id or uuid4()) for name in names})


@cache
def table() -> dict[str, Any]:
    """The file as it is."""
    read: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("matrix.yaml").read_text(encoding="utf-8"))
    return read


@cache
def lines() -> dict[str, Line]:
    """The duties of the table; `everyone` is every post of a person."""
    people = [post for post in table()["posts"] if post != "integration"]
    found = {}
    for name, line in table()["duties"].items():
        posts: dict[str, set[str]] = {}
        for written, letters in line["posts"].items():
            for post in people if written == "everyone" else [written]:
                posts.setdefault(post, set()).update(LETTERS[letter] for letter in letters)
        found[name] = Line(
            name, tuple(line["clauses"]), {post: frozenset(reach) for post, reach in posts.items()},
            tuple(line.get("never", ())), line.get("limit", {}), line.get("amount"), line.get("beyond_read", False),
            tuple(line["operations"]),
        )  # fmt: skip
    return found


@cache
def served() -> dict[str, Any]:
    """The contract of the application as it is now."""
    return contract(create_app(Settings(web_dir=None, _env_file=None), "postgresql://nowhere/none"))


@cache
def operations() -> dict[str, Operation]:
    """The operations of the contract by their names."""
    found = {}
    for path, methods in served()["paths"].items():
        for method, one in methods.items():
            content = one.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            body = example(schema) if schema else {} if "multipart/form-data" in content else None
            found[one["operationId"]] = Operation(
                one["operationId"], method.upper(), path, one.get("x-duty"), tuple(one.get("x-clauses", ())), body
            )
    return found


def example(schema: Mapping[str, Any]) -> Any:
    """A value of the right shape, out of the contract's own examples."""
    if "$ref" in schema:
        return example(served()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if schema.get("examples"):
        return schema["examples"][0]
    for choice in ("const", "default"):
        if choice in schema:
            return schema[choice]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example(schema[several][0])
    match schema.get("type"):
        case "object":
            return {name: example(schema["properties"][name]) for name in schema.get("required", ())}
        case "array":
            return [example(schema["items"])] if schema.get("minItems") else []
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    return str(uuid4()) if schema.get("format") == "uuid" else "示例"


def differences() -> Iterator[str]:
    """Where the table of duties in the code is not the one written here, line by line."""
    from zhidu.policy.duties import DUTIES, POSTS

    if [post.name for post in POSTS] != table()["posts"]:
        yield f"the posts are {[post.name for post in POSTS]}"
    for name in sorted(lines().keys() ^ DUTIES.keys()):
        yield f"{name} stands only in {'matrix.yaml' if name in lines() else 'duties.py'}"
    for name, line in lines().items():
        if name not in DUTIES:
            continue
        duty = DUTIES[name]
        posts: dict[str, set[str]] = {}
        for grant in duty.grants:
            posts.setdefault(grant.post.name, set()).add(grant.scope)
        limit = {grant.post.name: grant.limit for grant in duty.grants if grant.limit is not None}
        for what, here, there in (
            ("clauses", line.clauses, duty.clauses), ("posts", dict(line.posts), posts),
            ("never", line.never, duty.never), ("limit", dict(line.limit), limit),
            ("amount", line.amount, duty.amount),
        ):  # fmt: skip
            if here != there:
                yield f"{name}: {what} are {there} in duties.py, {here} in matrix.yaml"
