"""3.1.1 Channels."""

from tests.conftest import Acting, versioned

CHANNEL = {"code": "baidu", "name": "百度搜索推广", "kind": "search"}
PATH = "/api/v1/marketing/channels"


async def test_marketing_registers_a_channel_and_others_are_told_why_not(acting: Acting):
    made = await acting("marketing-specialist").post(PATH, json=CHANNEL)
    assert made.status_code == 201, made.text
    assert made.json()["status"] == "proposed"
    assert made.json()["owner_name"] == "市场专员"
    assert "retire" not in made.json()["actions"]
    step = next(step for step in made.json()["steps"] if step["verb"] == "retire")
    assert (step["verb"], step["allowed"], step["clause"]) == ("retire", False, "3.1.1")
    assert "市场经理" in step["why"]

    refused = await acting("sales-specialist").post(PATH, json={**CHANNEL, "code": "other"})
    assert refused.status_code == 403
    assert refused.json()["clause"] == "3.1.1"
    assert "市场专员" in refused.json()["detail"]

    for q in ("百度", "baidu", "bd", "搜索"):
        found = await acting("sales-specialist").get(PATH, params={"q": q, "status": "proposed", "count": "true"})
        assert found.status_code == 200, found.text
        assert (found.json()["total"], found.json()["items"][0]["code"]) == (1, "baidu")


async def test_a_channel_changes_only_under_its_version(acting: Acting):
    made = await acting("marketing-specialist").post(PATH, json={**CHANNEL, "code": "weibo"})
    url = f"{PATH}/{made.json()['id']}"
    body = {"name": "微博"}
    assert (await acting("marketing-specialist").patch(url, json=body)).status_code == 428
    changed = await acting("marketing-specialist").patch(url, json=body, headers=versioned(made))
    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["version"]) == ("微博", 2)
    assert (await acting("marketing-specialist").patch(url, json=body, headers=versioned(made))).status_code == 412
    retired = await acting("marketing-manager").post(
        f"{url}/retire", json={"note": "效果差"}, headers=versioned(changed)
    )
    assert retired.status_code == 200, retired.text
    again = await acting("marketing-manager").post(f"{url}/retire", headers=versioned(retired))
    assert again.status_code == 409
    history = await acting("marketing-manager").get(f"{url}/history")
    assert [row["verb"] for row in history.json()["items"]] == ["retire"]
    export = await acting("marketing-manager").get(f"{PATH}/export", params={"format": "csv"})
    assert export.status_code == 200
    assert "微博" in export.text


async def test_nobody_gets_in_without_a_token(acting: Acting):
    assert (await acting("").get(PATH)).status_code == 401
    assert (await acting("").post(PATH, content=b"{")).status_code == 401
    bad = await acting("marketing-specialist").post(PATH, json={**CHANNEL, "name": "a\x00", "colour": 1})
    assert bad.status_code == 422
    assert {e["pointer"] for e in bad.json()["errors"]} == {"/name", "/colour"}


async def test_the_same_key_has_one_effect(acting: Acting):
    key = {"Idempotency-Key": "a-key-of-mine"}
    first = await acting("marketing-specialist").post(PATH, json={**CHANNEL, "code": "once"}, headers=key)
    again = await acting("marketing-specialist").post(PATH, json={**CHANNEL, "code": "once"}, headers=key)
    other = await acting("marketing-specialist").post(PATH, json={**CHANNEL, "code": "twice"}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json()["id"] == again.json()["id"]
