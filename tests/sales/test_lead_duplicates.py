"""4.1.1, 4.4.3 Who is written down twice is found, merged with a choice per field, and parted again exactly."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from tests.conftest import Acting, versioned
from tests.sales.arriving import LEADS, a_source, arrived, due_of, step
from zhidu.kernel.jobs import JOBS
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.sales.duplicates import Duplicate, alike
from zhidu.sales.leads import Lead

DUPLICATES = "/api/v1/sales/duplicates"


@pytest.fixture(scope="module")
async def source(house: House) -> str:
    """A lead source."""
    return await a_source(house)


async def pairs(acting: Acting, lead_id: str, who: str = "sales-manager") -> list[dict[str, Any]]:
    """The duplicates offered for a lead."""
    return (await acting(who).get(DUPLICATES, params={"lead_id": lead_id})).json()["items"]


async def row_of(house: House, lead_id: str) -> dict[str, Any]:
    """A lead's row but for what every change changes."""
    async with house.database.sessions() as db:
        row = await db.scalar(text("SELECT to_jsonb(l) FROM sales_lead l WHERE id = :id"), {"id": lead_id})
        return {key: value for key, value in row.items() if key not in ("version", "updated_at")}


async def merge(acting: Acting, pair: dict[str, Any], keep: str, *take: str, who: str = "sales-manager") -> Any:
    """Merge a pair."""
    return await acting(who).post(
        f"{DUPLICATES}/{pair['id']}/merge",
        json={"keep": keep, "take": list(take)},
        headers={"If-Match": f'"{pair["version"]}"'},
    )


async def test_the_same_telephone_or_email_is_certain(acting: Acting, source: str):
    first = (await arrived(acting, source, phone="138 0000 1234")).json()
    second = (await arrived(acting, source, phone="+86 13800001234", email="a@example.com")).json()
    third = (await arrived(acting, source, email="A@example.com")).json()
    assert await pairs(acting, first["id"]) == []
    (pair,) = await pairs(acting, second["id"])
    assert (pair["other_id"], pair["reason"], pair["certain"]) == (first["id"], "phone", True)
    assert pair["other_phone_masked"] == "138****1234"
    (pair,) = await pairs(acting, third["id"])
    assert (pair["other_id"], pair["reason"]) == (second["id"], "email")


async def test_a_like_name_at_a_like_company_is_likely(acting: Acting, source: str):
    first = (await arrived(acting, source, name="李雷", company="深圳市海风计算机系统有限公司")).json()
    second = (await arrived(acting, source, name="李雷", company="海风")).json()
    other = (await arrived(acting, source, name="李雷", company="北京白云航空")).json()
    (pair,) = await pairs(acting, second["id"])
    assert (pair["other_id"], pair["reason"], pair["certain"]) == (first["id"], "name", False)
    assert await pairs(acting, other["id"]) == []


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (("张伟", "腾讯"), ("张伟", "深圳市腾讯计算机系统有限公司"), True),
        (("John Smith", "Acme Co., Ltd."), ("John Smith", "ACME Inc"), True),
        (("张伟", "阿里巴巴"), ("张伟", "百度"), False),
        (("张伟", "腾讯"), ("李娜", "腾讯"), False),
        (("王芳", "科技有限公司"), ("王芳", "网络公司"), False),
    ],
)
def test_companies_are_compared_by_what_they_are_known_by(one: tuple[str, str], two: tuple[str, str], same: bool):
    assert (alike(*one, *two) >= 80) is same


async def test_a_merge_takes_the_chosen_fields_and_its_undo_restores_both_exactly(
    acting: Acting, source: str, house: House
):
    elder = await arrived(acting, source, "sales-specialist", name="赵敏", phone="13611110000", region="浙江省杭州市")
    said = {"lead_id": elder.json()["id"], "channel": "call", "content": "问好", "response": "好"}
    assert (await acting("sales-specialist").post("/api/v1/sales/follow-ups", json=said)).status_code == 201
    younger = await arrived(
        acting, source, "sales-specialist", name="赵 敏", phone="13611110000", email="zm@example.com", need="报价"
    )
    a, b = elder.json()["id"], younger.json()["id"]
    before = {one: await row_of(house, one) for one in (a, b)}
    (pair,) = await pairs(acting, b, "sales-specialist")

    merged = await merge(acting, pair, b, "name", who="sales-specialist")
    assert merged.status_code == 200, merged.text
    assert merged.json()["status"] == "merged"
    kept = (await acting("sales-specialist").get(f"{LEADS}/{b}")).json()
    assert (kept["name"], kept["need"], kept["region"]) == ("赵敏", "报价", "浙江省杭州市")
    gone = (await acting("sales-specialist").get(f"{LEADS}/{a}")).json()
    assert (gone["status"], gone["merged_into_id"], gone["actions"]) == ("merged", b, ["reveal"])
    listed = (await acting("sales-specialist").get(LEADS)).json()["items"]
    assert a not in {one["id"] for one in listed}
    told = (await acting("sales-specialist").get("/api/v1/sales/follow-ups", params={"lead_id": b})).json()["items"]
    assert [one["content"] for one in told] == ["问好"]
    assert await due_of(house, a) == {"lead.screen": "void"}

    undone = await acting("sales-specialist").post(f"{DUPLICATES}/{pair['id']}/undo", headers=versioned(merged))
    assert undone.status_code == 200, undone.text
    assert {one: await row_of(house, one) for one in (a, b)} == before
    told = (await acting("sales-specialist").get("/api/v1/sales/follow-ups", params={"lead_id": a})).json()["items"]
    assert [one["content"] for one in told] == ["问好"]
    assert await due_of(house, a) == {"lead.screen": "due"}


async def test_an_undo_takes_nothing_from_who_worked_on_since(acting: Acting, source: str, house: House):
    elder = await arrived(acting, source, "sales-specialist", name="周杰", phone="13622220000", company="旧公司")
    younger = await arrived(acting, source, "sales-specialist", name="周杰", phone="13622220000", title="经理")
    a, b = elder.json()["id"], younger.json()["id"]
    (pair,) = await pairs(acting, b, "sales-specialist")
    merged = await merge(acting, pair, b, "company", who="sales-specialist")
    kept = await acting("sales-specialist").get(f"{LEADS}/{b}")
    assert kept.json()["company"] == "旧公司"
    changed = await acting("sales-specialist").patch(
        f"{LEADS}/{b}", json={"title": "总经理", "region": "上海市"}, headers=versioned(kept)
    )
    assert changed.status_code == 200, changed.text
    undone = await acting("sales-specialist").post(f"{DUPLICATES}/{pair['id']}/undo", headers=versioned(merged))
    assert undone.status_code == 200, undone.text
    kept = (await acting("sales-specialist").get(f"{LEADS}/{b}")).json()
    assert (kept["title"], kept["region"], kept["company"]) == ("总经理", "上海市", None)
    found = await acting("sales-specialist").get(LEADS, params={"q": "旧公司"})
    assert [one["id"] for one in found.json()["items"]] == [a]


async def test_nobody_merges_what_a_colleague_answers_for(acting: Acting, source: str):
    await arrived(acting, source, "sales-specialist", phone="13633330000")
    mine = (await arrived(acting, source, "sales-specialist-2", phone="13633330000")).json()
    (pair,) = await pairs(acting, mine["id"], "sales-specialist-2")
    refused = await merge(acting, pair, mine["id"], who="sales-specialist-2")
    assert (refused.status_code, refused.json()["clause"]) == (403, "4.1.1")
    assert (await merge(acting, pair, mine["id"])).status_code == 200


async def test_what_was_dismissed_is_not_offered_again(acting: Acting, source: str):
    await arrived(acting, source, phone="13644440000")
    lead = await arrived(acting, source, "sales-specialist", phone="13644440000")
    (pair,) = await pairs(acting, lead.json()["id"])
    gone = await acting("sales-manager").post(
        f"{DUPLICATES}/{pair['id']}/dismiss", json={"note": "同号不同人"}, headers={"If-Match": '"1"'}
    )
    assert gone.json()["status"] == "dismissed"
    body = {"company": "新公司", "phone": "13644440000"}
    url = f"{LEADS}/{lead.json()['id']}"
    changed = await acting("sales-specialist").patch(url, json=body, headers=versioned(lead))
    assert changed.status_code == 200, changed.text
    assert [one["status"] for one in await pairs(acting, lead.json()["id"])] == ["dismissed"]


async def test_a_lead_of_a_known_customer_joins_its_file(acting: Acting, source: str):
    file = await acting("sales-specialist").post(
        "/api/v1/sales/customers", json={"name": "老客户公司", "kind": "company", "phone": "13655550000"}
    )
    assert file.status_code == 201, file.text
    lead = await arrived(acting, source, "sales-specialist", phone="13655550000")
    (pair,) = await pairs(acting, lead.json()["id"], "sales-specialist")
    assert (pair["customer_id"], pair["customer_name"]) == (file.json()["id"], "老客户公司")
    joined = await merge(acting, pair, file.json()["id"], who="sales-specialist")
    assert joined.status_code == 200, joined.text
    now = await acting("sales-specialist").get(f"{LEADS}/{lead.json()['id']}")
    assert now.json()["customer_id"] == file.json()["id"]
    screening = await step(acting, "sales-specialist", now, "screen")
    assigned = await step(acting, "sales-specialist", screening, "qualify")
    contacted = await step(acting, "sales-specialist", assigned, "contact", channel="call", content="老客户新需求")
    converted = await step(acting, "sales-specialist", contacted, "convert", title="加购", amount="1.00")
    assert converted.status_code == 200, converted.text
    assert converted.json()["customer_id"] == file.json()["id"]


async def test_what_came_by_file_is_compared_too(acting: Acting, source: str, house: House):
    file = await acting("sales-specialist").post(
        "/api/v1/sales/customers", json={"name": "文件客户", "email": "file@example.com"}
    )
    elder = (await arrived(acting, source, name="马晓东", company="成都锦里文化传播有限公司")).json()
    import_id = uuid4()
    async with unit_of_work(house.database) as db:
        for facts in ({"name": "马晓东", "company": "锦里文化传播"}, {"name": "无关", "email": "file@example.com"}):
            db.add(Lead(source_id=UUID(source), import_id=import_id, **facts))
    for _ in range(2):  # running it twice changes nothing
        await JOBS["zhidu.sales.duplicates.compare_imported"].work(house.database, import_id=str(import_id))
    async with house.database.sessions() as db:
        pairs_found = select(Duplicate).join(Lead, Lead.id == Duplicate.lead_id).where(Lead.import_id == import_id)
        found = {pair.reason: pair for pair in await db.scalars(pairs_found)}
    assert found.keys() == {"name", "email"}
    assert str(found["name"].other_id) == elder["id"]
    assert str(found["email"].customer_id) == file.json()["id"]
