"""1.2, 7.3.2 People, their departments and posts; what ends at once when they leave."""

import asyncio
from datetime import timedelta

from httpx import AsyncClient

from tests.conftest import Acting, versioned
from tests.org.conftest import PASSWORD, SignIn, bearing
from zhidu.kernel import clock
from zhidu.policy.accounts import Account

ACCOUNTS, HOLDINGS, DEPARTMENTS = "/api/v1/org/accounts", "/api/v1/org/holdings", "/api/v1/org/departments"


async def refused_soon(client: AsyncClient, headers: dict[str, str]) -> bool:
    """Whether /me answers 401 within a second: the change is told to every process by NOTIFY."""
    for _ in range(50):
        if (await client.get("/api/v1/me", headers=headers)).status_code == 401:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_hr_registers_a_person_whom_an_administrator_gives_a_sign_in(
    acting: Acting, sign_in: SignIn, stranger: AsyncClient, staff: dict[str, Account]
):
    facts = {"login": "Zhang.San", "name": "张三丰", "phone": "13800138000", "email": "z@example.com"}
    made = await acting("hr-officer").post(ACCOUNTS, json=facts)
    assert made.status_code == 201, made.text
    person = made.json()
    assert (person["login"], person["posts"], person["status"]) == ("zhang.san", [], "active")
    assert "13800138000" not in made.text
    assert {"update", "disable"} <= set(person["actions"])
    assert "reset" not in person["actions"]
    assert (await sign_in("zhang.san")).status_code == 401

    url = f"{ACCOUNTS}/{person['id']}"
    appointed = await acting("hr-officer").post(HOLDINGS, json={"account_id": person["id"], "post": "sales-specialist"})
    assert appointed.status_code == 201, appointed.text
    assert (await acting("hr-officer").post(f"{url}/reset", json={}, headers=versioned(made))).status_code == 403
    key = {"Idempotency-Key": "the-same-key"}
    reset = await acting("administrator").post(f"{url}/reset", json={}, headers={**versioned(made), **key})
    assert reset.status_code == 200, reset.text
    one_time = reset.json()["one_time_password"]
    stale = await acting("administrator").post(f"{url}/reset", json={}, headers={**versioned(made), **key})
    assert stale.status_code == 412  # an answer with a secret is never kept to be given again

    entered = await sign_in("zhang.san", one_time)
    assert entered.status_code == 200, entered.text
    assert entered.json()["account"]["must_change_password"] is True
    shut = await stranger.get(ACCOUNTS, headers=bearing(entered))
    assert shut.json()["type"] == "/problems/password-change-needed"
    assert (await stranger.get("/api/v1/me/duties", headers=bearing(entered))).status_code == 200
    changed = await stranger.post(
        "/api/v1/me/password",
        json={"current_password": one_time, "new_password": "five-green-kettles"},
        headers=bearing(entered),
    )
    assert changed.status_code == 204, changed.text
    for _ in range(50):
        opened = await stranger.get(ACCOUNTS, params={"q": "zsf"}, headers=bearing(entered))
        if opened.status_code == 200:
            break
        await asyncio.sleep(0.02)
    assert [row["posts"] for row in opened.json()["items"]] == [["sales-specialist"]]
    assert (await sign_in("zhang.san", one_time)).status_code == 401


async def test_who_is_disabled_is_out_at_once(acting: Acting, sign_in: SignIn, stranger: AsyncClient, staff):
    entered = await sign_in("tech-engineer-2")
    assert (await stranger.get("/api/v1/me", headers=bearing(entered))).status_code == 200
    shown = await acting("hr-officer").get(f"{ACCOUNTS}/{staff['tech-engineer-2'].id}")
    disabled = await acting("hr-officer").post(f"{shown.url.path}/disable", headers=versioned(shown))
    assert disabled.json()["status"] == "disabled", disabled.text
    assert await refused_soon(stranger, bearing(entered))
    refreshed = await stranger.post("/api/v1/auth/refresh", json={"refresh_token": entered.json()["refresh_token"]})
    assert refreshed.status_code == 401
    assert (await sign_in("tech-engineer-2")).status_code == 401
    history = await acting("hr-officer").get(f"{shown.url.path}/history")
    assert [row["verb"] for row in history.json()["items"]] == ["disable"]
    enabled = await acting("hr-officer").post(f"{shown.url.path}/enable", headers=versioned(disabled))
    assert enabled.json()["status"] == "active"
    assert (await sign_in("tech-engineer-2")).status_code == 200


async def test_nobody_disables_himself_nor_resets_his_own_sign_in(acting: Acting, staff: dict[str, Account]):
    shown = await acting("administrator").get(f"{ACCOUNTS}/{staff['administrator'].id}")
    assert not {"disable", "reset"} & set(shown.json()["actions"])
    for verb in ("disable", "reset"):
        refused = await acting("administrator").post(f"{shown.url.path}/{verb}", json={}, headers=versioned(shown))
        assert refused.status_code == 403
        assert "职责分离" in refused.json()["detail"]


async def test_a_reset_can_forget_a_lost_second_factor_and_ends_what_was_open(
    acting: Acting, sign_in: SignIn, stranger: AsyncClient, staff: dict[str, Account]
):
    entered = await sign_in("logistics-clerk-2")
    shown = await acting("administrator").get(f"{ACCOUNTS}/{staff['logistics-clerk-2'].id}")
    body = {"second_factor": True}
    reset = await acting("administrator").post(f"{shown.url.path}/reset", json=body, headers=versioned(shown))
    assert reset.status_code == 200, reset.text
    assert await refused_soon(stranger, bearing(entered))
    assert (await sign_in("logistics-clerk-2", PASSWORD)).status_code == 401


async def test_a_reporting_line_does_not_lead_back_to_itself(acting: Acting, staff: dict[str, Account]):
    boss, report = staff["sales-manager"], staff["sales-specialist"]
    shown = await acting("hr-officer").get(f"{ACCOUNTS}/{boss.id}")
    looped = await acting("hr-officer").patch(
        shown.url.path, json={"leader_id": str(report.id)}, headers=versioned(shown)
    )
    assert looped.status_code == 422
    assert looped.json()["errors"][0]["pointer"] == "/leader_id"
    wrong = await acting("hr-officer").patch(shown.url.path, json={"phone": "12"}, headers=versioned(shown))
    assert wrong.status_code == 422, wrong.text


async def test_nobody_appoints_himself_and_no_post_is_held_twice(acting: Acting, staff: dict[str, Account]):
    himself = {"account_id": str(staff["hr-officer"].id), "post": "finance-clerk"}
    refused = await acting("hr-officer").post(HOLDINGS, json=himself)
    assert refused.status_code == 403
    assert "职责分离" in refused.json()["detail"]
    assert (await acting("sales-manager").post(HOLDINGS, json=himself)).status_code == 403
    assert (await acting("hr-officer-2").post(HOLDINGS, json={**himself, "post": "king"})).status_code == 422

    made = await acting("hr-officer-2").post(HOLDINGS, json=himself)
    assert made.status_code == 201, made.text
    assert (await acting("hr-officer-2").post(HOLDINGS, json=himself)).status_code == 409
    duties = await acting("hr-officer").get("/api/v1/me/duties")
    ended = await acting("hr-officer-2").post(f"{HOLDINGS}/{made.json()['id']}/end", headers=versioned(made))
    assert ended.status_code == 200, ended.text
    assert ended.json()["ends_on"] < str(clock.today())
    assert "payment.create" in {item["duty"] for item in duties.json()["items"]}
    for _ in range(50):
        after = await acting("hr-officer").get("/api/v1/me/duties")
        if "payment.create" not in {item["duty"] for item in after.json()["items"]}:
            break
        await asyncio.sleep(0.02)
    else:
        raise AssertionError("the post has ended, and its duties with it")
    again = await acting("hr-officer-2").post(f"{HOLDINGS}/{made.json()['id']}/end", headers=versioned(ended))
    assert again.status_code == 409


async def test_a_post_can_begin_later_and_end_on_a_day(acting: Acting, staff: dict[str, Account]):
    later = clock.today() + timedelta(days=40)
    body = {"account_id": str(staff["inspector-2"].id), "post": "legal-reviewer", "begins_on": str(later)}
    made = await acting("hr-officer").post(HOLDINGS, json={**body, "ends_on": str(later - timedelta(days=1))})
    assert made.json()["errors"][0]["pointer"] == "/ends_on"
    made = await acting("hr-officer").post(HOLDINGS, json={**body, "ends_on": str(later)})
    assert made.status_code == 201, made.text
    shown = await acting("hr-officer").get(f"{ACCOUNTS}/{body['account_id']}")
    assert shown.json()["posts"] == ["inspector"]


async def test_departments_form_a_tree_and_close_when_empty(acting: Acting):
    hr = acting("hr-officer")
    made = await hr.post(DEPARTMENTS, json={"code": "north", "name": "华北销售部", "kind": "sales"})
    assert made.status_code == 201, made.text
    url = f"{DEPARTMENTS}/{made.json()['id']}"
    under = await hr.post(
        DEPARTMENTS, json={"code": "bj", "name": "北京组", "kind": "sales", "parent_id": made.json()["id"]}
    )
    assert under.json()["parent_name"] == "华北销售部"
    looped = await hr.patch(url, json={"parent_id": under.json()["id"]}, headers=versioned(made))
    assert looped.status_code == 422
    assert (await hr.get(DEPARTMENTS, params={"q": "hbxsb"})).json()["items"][0]["code"] == "north"
    closed = await hr.patch(url, json={"active": False}, headers=versioned(made))
    assert closed.json()["active"] is False
    sales = (await hr.get(DEPARTMENTS, params={"q": "销售部", "parent_id": made.json()["id"]})).json()
    assert sales["items"] == []
    busy = next(d for d in (await hr.get(DEPARTMENTS)).json()["items"] if d["code"] == "sales")
    shown = await hr.get(f"{DEPARTMENTS}/{busy['id']}")
    assert (await hr.patch(shown.url.path, json={"active": False}, headers=versioned(shown))).status_code == 409
    assert (
        await acting("sales-manager").post(DEPARTMENTS, json={"code": "x", "name": "x", "kind": "sales"})
    ).status_code == 403


async def test_posts_show_what_the_regulation_asks_of_them(acting: Acting):
    found = (await acting("sales-specialist").get("/api/v1/org/posts")).json()["items"]
    by_name = {post["post"]: post for post in found}
    assert by_name["finance-clerk"]["second_factor"] is True
    assert by_name["sales-specialist"]["holders"] >= 2
    confirm = next(d for d in by_name["sales-specialist"]["duties"] if d["duty"] == "order.confirm")
    assert (confirm["scope"], confirm["clauses"], confirm["limit"]) == ("own", ["4.3.1"], None)
    limits = {d["limit"] for post in found for d in post["duties"]} - {None}
    assert "100000.00" in limits
