"""Whatever is wrong with a body, the answer is a problem that names the field; nothing breaks or is echoed."""

import pytest

from tests.conftest import Acting
from tests.contract.spoiled import spoil
from tests.policy.matrix import lines, operations, served

BODIES = {
    one["operationId"]: (content["application/json"]["schema"], one["requestBody"].get("required", False))
    for methods in served()["paths"].values()
    for one in methods.values()
    if "application/json" in (content := one.get("requestBody", {}).get("content", {}))
}
# What cannot be read at all has no field to name.
UNREAD = {"/"}


@pytest.mark.parametrize("name", sorted(BODIES))
async def test_a_spoiled_body_is_refused_by_its_field(name: str, acting: Acting):
    one = operations()[name]
    client = acting(next(iter(lines()[one.duty].posts)) if one.duty else "")
    headers = {"Content-Type": "application/json", "If-Match": '"1"', "Accept-Language": "en"}
    wrong = []
    for bad in spoil(*BODIES[name]):
        reply = await client.request(one.method, one.somewhere(), content=bad.content, headers=headers)
        said = f"{bad.what} at {bad.pointer}: {reply.status_code} {reply.text[:200]}"
        if reply.status_code != 422 or reply.headers["content-type"] != "application/problem+json":
            wrong.append(said)
            continue
        named = {error["pointer"] for error in reply.json().get("errors", ())}
        if not any(f"{pointer}/".startswith(f"{bad.pointer}/") for pointer in named) and not named & UNREAD:
            wrong.append(f"does not name the field, {said}")
        if "xxxxxxxxxx" in reply.text:
            wrong.append(f"echoes what was sent, {said}")
    assert not wrong, "\n".join(wrong[:30])
