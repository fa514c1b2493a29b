"""1.2 Whoever stands in sees and does what the absent person would; and may ask why."""

import asyncio
from datetime import timedelta

from tests.conftest import Acting, versioned
from zhidu.kernel import clock
from zhidu.policy.accounts import Account

PATH = "/api/v1/org/absences"
Staff = dict[str, Account]


def away(**more: object) -> dict[str, object]:
    """An absence of three days from now on."""
    now = clock.now()
    return {"begins_at": now.isoformat(), "ends_at": (now + timedelta(days=3)).isoformat(), **more}


async def has(acting: Acting, login: str, duty: str, *, wanted: bool) -> bool:
    """Whether the person comes to have the duty (or to lose it) within a second."""
    for _ in range(50):
        items = (await acting(login).get("/api/v1/me/duties")).json()["items"]
        if (duty in {item["duty"] for item in items}) is wanted:
            return wanted
        await asyncio.sleep(0.02)
    return not wanted


async def test_a_delegate_has_the_duties_at_once_and_loses_them_at_once(acting: Acting, staff: Staff):
    assert not await has(acting, "support-staff", "payment.create", wanted=False)
    body = away(delegate_id=str(staff["support-staff"].id))
    made = await acting("finance-clerk").post(PATH, json=body)
    assert made.status_code == 201, made.text
    assert (made.json()["delegate_name"], made.json()["status"]) == ("支持部门员工", "planned")
    assert await has(acting, "support-staff", "payment.create", wanted=True)
    me = (await acting("support-staff").get("/api/v1/me")).json()
    assert me["stands_in_for"] == ["财务专员"]
    assert {"key": "finance-clerk", "title": "财务专员", "delegated": True} in me["posts"]

    asked = {"duty": "payment.create"}
    why = (await acting("support-staff").get("/api/v1/policy/explain", params=asked)).json()
    assert why["allowed"] is True
    assert [(link["post"], link["own"], link["on_behalf_of"]) for link in why["links"]] == [
        ("finance-clerk", False, ["财务专员"])
    ]

    url = f"{PATH}/{made.json()['id']}"
    seen = await acting("support-staff").get(url)
    assert seen.json()["actions"] == ["cancel"]  # he does what the absent person would
    assert (await acting("support-staff-2").post(f"{url}/cancel", headers=versioned(seen))).status_code == 403
    cancelled = await acting("finance-clerk").post(f"{url}/cancel", headers=versioned(seen))
    assert cancelled.json()["status"] == "cancelled", cancelled.text
    assert not await has(acting, "support-staff", "payment.create", wanted=False)


async def test_one_registers_oneself_and_hr_anybody_but_never_to_its_own_gain(acting: Acting, staff: Staff):
    manager = str(staff["sales-manager"].id)
    refused = await acting("sales-specialist").post(PATH, json=away(account_id=manager))
    assert (refused.status_code, refused.json()["clause"]) == (403, "1.2")
    gain = await acting("hr-officer").post(PATH, json=away(account_id=manager, delegate_id=str(staff["hr-officer"].id)))
    assert (gain.status_code, gain.json()["type"]) == (403, "/problems/not-your-delegate")
    other = away(account_id=manager, delegate_id=str(staff["sales-manager-2"].id))
    made = await acting("hr-officer").post(PATH, json=other)
    assert made.status_code == 201, made.text
    assert (await acting("hr-officer").post(PATH, json=other)).status_code == 409
    busy = await acting("sales-specialist").post(PATH, json=away(delegate_id=manager))
    assert busy.status_code == 409
    himself = await acting("sales-specialist").post(PATH, json=away(delegate_id=str(staff["sales-specialist"].id)))
    assert himself.json()["errors"][0]["pointer"] == "/delegate_id"
    backwards = away() | {"ends_at": (clock.now() - timedelta(days=1)).isoformat()}
    refused = await acting("sales-specialist").post(PATH, json=backwards)
    assert refused.json()["errors"][0]["pointer"] == "/ends_at"
    naive = await acting("sales-specialist").post(PATH, json=away() | {"ends_at": "2027-01-01T09:00:00"})
    assert naive.status_code == 422


async def test_a_refusal_can_be_taken_apart(acting: Acting, staff: Staff):
    explain = "/api/v1/policy/explain"
    why = (await acting("sales-specialist").get(explain, params={"duty": "account.disable"})).json()
    assert (why["allowed"], why["links"], why["clauses"]) == (False, [], ["1.2", "7.3.2"])
    assert [post["post"] for post in why["posts"]] == ["hr-officer", "administrator"]
    himself = {"duty": "account.disable", "record_id": str(staff["hr-officer"].id)}
    why = (await acting("hr-officer").get(explain, params=himself)).json()
    assert why["allowed"] is False
    assert "职责分离" in why["why"]
    assert why["links"][0]["conditions"] == [{"kind": "scope", "text": "全公司的记录", "holds": True}]
    assert [condition["holds"] for condition in why["conditions"]] == [False]
    other = {**himself, "record_id": str(staff["inspector"].id)}
    why = (await acting("hr-officer").get(explain, params=other, headers={"Accept-Language": "en"})).json()
    assert (why["allowed"], why["conditions"][0]["holds"]) == (True, True)
    assert why["conditions"][0]["text"].startswith("separation of duties")
    assert (await acting("hr-officer").get(explain, params={"duty": "no.such"})).status_code == 422
    nowhere = {"duty": "account.disable", "record_id": "0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"}
    assert (await acting("hr-officer").get(explain, params=nowhere)).status_code == 404
