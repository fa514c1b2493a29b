"""1.2 The working calendar, by which limits count."""

from datetime import UTC, datetime

from httpx import AsyncClient

from tests.conftest import Acting
from zhidu.policy.guard import House
from zhidu.regulation.limits import company_calendar

PATH = "/api/v1/org/calendar"


def match(reply: object) -> dict[str, str]:
    return {"If-Match": reply.headers["ETag"]}


async def days(client: AsyncClient, since: str, until: str) -> dict[str, tuple[bool, str | None]]:
    found = await client.get(f"{PATH}/days", params={"since": since, "until": until})
    assert found.status_code == 200, found.text
    return {one["day"]: (one["works"], one["why"]) for one in found.json()["items"]}


async def test_festivals_and_make_up_days_are_known(acting: Acting):
    known = await days(acting("sales-specialist"), "2026-10-01", "2026-10-13")
    assert known["2026-10-01"] == (False, "国庆节")
    assert known["2026-10-10"] == (True, "国庆节调休上班")
    assert known["2026-10-11"] == (False, "周末")
    assert known["2026-10-12"] == (True, None)
    too_long = await acting("sales-specialist").get(
        f"{PATH}/days", params={"since": "2026-01-01", "until": "2028-01-01"}
    )
    assert too_long.status_code == 422


async def test_hr_sets_hours_and_exceptions_under_the_version_it_has_seen(acting: Acting, house: House):
    hr = acting("hr-officer")
    seen = await hr.get(PATH)
    assert seen.json()["hours"] == [{"begins": "09:00", "ends": "12:00"}, {"begins": "13:00", "ends": "18:00"}]
    body = {"intervals": [{"begins": "10:00", "ends": "19:00"}]}
    assert (await acting("sales-manager").put(f"{PATH}/hours", json=body, headers=match(seen))).status_code == 403
    assert (await hr.put(f"{PATH}/hours", json=body)).status_code == 428
    changed = await hr.put(f"{PATH}/hours", json=body, headers=match(seen))
    assert changed.json()["hours"] == body["intervals"], changed.text
    assert (await hr.put(f"{PATH}/hours", json=body, headers=match(seen))).status_code == 412
    overlapping = {"intervals": [{"begins": "09:00", "ends": "12:00"}, {"begins": "11:00", "ends": "18:00"}]}
    refused = await hr.put(f"{PATH}/hours", json=overlapping, headers=match(changed))
    assert refused.json()["errors"][0]["pointer"] == "/intervals"

    party = {"intervals": [], "reason": "公司年会"}
    closed = await hr.put(f"{PATH}/exceptions/2026-09-30", json=party, headers=match(changed))
    assert closed.json()["exceptions"] == [{"day": "2026-09-30", **party}], closed.text
    assert (await days(hr, "2026-09-30", "2026-10-01"))["2026-09-30"] == (False, "公司年会")
    async with house.database.sessions() as db:
        calendar = await company_calendar(db)
    ends = calendar.add(datetime(2026, 9, 29, 10, tzinfo=UTC), 2)  # 18:00, one hour before the end
    assert ends == datetime(2026, 10, 8, 3, tzinfo=UTC)  # after a week of National Day

    half = {"intervals": [{"begins": "10:00", "ends": "12:00"}], "reason": "半天"}
    again = await hr.put(f"{PATH}/exceptions/2026-09-30", json=half, headers=match(closed))
    assert again.json()["exceptions"] == [{"day": "2026-09-30", **half}]
    gone = await hr.delete(f"{PATH}/exceptions/2026-09-30", headers=match(again))
    assert gone.json()["exceptions"] == []
    assert (await hr.delete(f"{PATH}/exceptions/2026-09-30", headers=match(gone))).status_code == 404
