"""The running API keeps its contract, whatever is sent: schemathesis asks each operation for a post that has it."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
import requests
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)  # fmt: skip

from tests.conftest import Acting
from tests.contract.serving import address_of, belongings
from tests.policy.matrix import lines, operations, served
from tests.policy.test_matrix import ENDLESS, resource_of
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.regulation import clauses

# A run of the tests has a few seconds; a long run asks for thousands: ZHIDU_FUZZ_EXAMPLES=400 is ten thousand a post.
EXAMPLES = int(os.environ.get("ZHIDU_FUZZ_EXAMPLES", "4"))
SLOW_SECONDS = 5.0
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
# One's own sign-in would end with these.
APART = {ENDLESS, "revoke_my_session", "change_my_password", "sign_out"}
# What the server says of a request whose first line it cannot read: nothing of ours has been asked yet.
UNREADABLE = b"Invalid HTTP request received."
# What the edge answers of itself, to any request and before any operation is known.
EDGE = {405}


def asked_by() -> Mapping[str, list[str]]:
    """Which post asks which operations: each is asked by one that has its duty, the work shared evenly."""
    shared: dict[str, list[str]] = {"": []}
    for one in operations().values():
        if one.name in APART:
            continue
        if one.duty is None:
            shared[""].append(one.name)
            continue
        holders = [post for post in lines()[one.duty].posts if post != "integration"] or list(lines()[one.duty].posts)
        asks = min(holders, key=lambda post: (len(shared.get(post, ())) > 40, -len(shared.get(post, ())), post))
        shared.setdefault(asks, []).append(one.name)
    return shared


def told(reply: schemathesis.Response, took: float) -> Iterator[str]:
    """What is wrong with an answer besides what the contract says of it."""
    if took > SLOW_SECONDS:
        yield f"took {took:.1f} s"
    if reply.status_code >= 400:
        if reply.headers.get("content-type") != ["application/problem+json"]:
            yield f"{reply.status_code} is no problem+json: {reply.headers.get('content-type')}"
        elif {"type", "title", "status", "detail", "request_id"} - reply.json().keys():
            yield f"{reply.status_code} is no whole problem"
        if any(word in reply.text for word in ("Traceback", "asyncpg", "sqlalchemy", "/zhidu/", "SELECT ")):
            yield "shows its inside"
        # What was sent may be personal data, so an error says where, not what.
        if (
            reply.status_code == 422
            and not reply.json().get("errors")
            and reply.json()["type"] == "/problems/malformed"
        ):
            yield f"does not say which field: {reply.text[:200]}"


def settled(value: Any, known: Mapping[str, UUID]) -> Any:
    """A body whose references point to records that exist."""
    if isinstance(value, dict):
        return {
            key: str(known[key.removesuffix("_id")])
            if key.removesuffix("_id") in known and isinstance(inner, str)
            else settled(inner, known)
            for key, inner in value.items()
        }
    return [settled(inner, known) for inner in value] if isinstance(value, list) else value


def ask(name: str, address: str, headers: dict[str, str], known: Mapping[str, UUID], mode: GenerationMode) -> list[str]:
    """Ask an operation a number of times; what was wrong, as commands that show it again."""
    schema = schemathesis.openapi.from_dict(served())
    one = operations()[name]
    wrong: list[str] = []
    session = requests.Session()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=schema[one.path][one.method].as_strategy(generation_mode=mode), real=st.booleans())
    def tried(case: Case, real: bool) -> None:
        resource = resource_of(one.path)
        if real and case.path_parameters and resource in known and "record_id" in case.path_parameters:
            case.path_parameters["record_id"] = str(known[resource])
            if case.headers and "If-Match" in case.headers:
                case.headers["If-Match"] = '"1"'
        if real and mode is GenerationMode.POSITIVE:
            case.body = settled(case.body, known)
        begun = time.monotonic()
        try:
            reply = case.call(base_url=address, session=session, headers=headers, timeout=30)
        except requests.exceptions.ChunkedEncodingError as broken:
            wrong.append(f"{name}: the answer broke off: {broken}\n{case.as_curl_command()[-600:]}")
            return
        if reply.content == UNREADABLE:
            return
        faults = list(told(reply, time.monotonic() - begun))
        try:
            if reply.status_code not in EDGE:
                case.validate_response(reply, checks=CHECKS)
        except BaseExceptionGroup as found:
            faults += [" ".join(str(part).split("\n\n")[:3])[:400] for part in found.exceptions]
        wrong.extend(f"{name} ({mode.value}): {fault}\n{case.as_curl_command()[-600:]}" for fault in faults)

    with suppress(Unsatisfiable):  # nothing can be wrong with a request that takes nothing
        tried()
    return wrong


@pytest.fixture(scope="module", autouse=True)
async def regulation(house: House) -> None:
    """The company has its regulation in force."""
    async with unit_of_work(house.database) as db:
        await clauses.seed(db)


@pytest.fixture(scope="module")
async def address(app: FastAPI):
    async with address_of(app) as where:
        yield where


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("post", sorted(asked_by()))
async def test_the_api_keeps_its_contract(
    post: str, mode: GenerationMode, address: str, acting: Acting, house: House, staff: dict[str, Account]
):
    headers, known = {}, {}
    if post:
        headers = {"Authorization": acting(post).headers["Authorization"]}
        async with unit_of_work(house.database) as db:
            known = await belongings(db, staff[post])

    def whole() -> list[str]:
        return [fault for name in asked_by()[post] for fault in ask(name, address, headers, known, mode)]

    wrong = await asyncio.to_thread(whole)
    assert not wrong, "\n\n".join(wrong[:40])
