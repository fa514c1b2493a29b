"""4.4.3 Customers and their contacts."""

from sqlalchemy import select

from tests.conftest import Acting, versioned
from tests.sales.selling import customer, done, opportunity, placed, proposal, step
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation.controls import CONTROLS, measure

PATH = "/api/v1/sales/customers"
CONTACTS = "/api/v1/sales/contacts"
YUNFAN = {
    "name": "深圳市云帆科技有限公司",
    "kind": "company",
    "phone": "0755-86013388",
    "email": "CG@example.com",
    "address": "广东省深圳市南山区科技园路 1 号",
    "industry": "软件",
    "region": "广东省深圳市",
    "level": "key",
}


async def test_a_customer_is_found_by_name_pinyin_number_telephone_and_its_last_digits(acting: Acting):
    mine = acting("sales-specialist")
    made = await mine.post(PATH, json=YUNFAN)
    assert made.status_code == 201, made.text
    customer = made.json()
    assert (customer["phone_masked"], customer["email_masked"]) == ("0755****3388", "c***@example.com")
    assert "科技园" not in made.text
    contact = await mine.post(
        CONTACTS, json={"customer_id": customer["id"], "name": "王芳", "phone": "13812345678", "main": True}
    )
    assert contact.status_code == 201, contact.text
    for q in (
        "云帆",
        "yunfan",
        "yfkj",
        "0755 86013388",
        "3388",
        "5678",
        "13812345678",
        "cg@example.com",
        customer["number"],
    ):
        found = await mine.get(PATH, params={"q": q})
        assert [item["id"] for item in found.json()["items"]] == [customer["id"]], q
    assert (await mine.get(PATH, params={"q": "13812340000"})).json()["items"] == []


async def test_a_file_is_its_owners_and_a_colleague_does_not_see_it(acting: Acting):
    made = await acting("sales-specialist").post(PATH, json={"name": "李强", "phone": "13900001111"})
    url = f"{PATH}/{made.json()['id']}"
    assert (await acting("sales-specialist-2").get(url)).status_code == 404
    assert (await acting("sales-manager").get(url)).status_code == 200
    refused = await acting("logistics-clerk").get(url)
    assert (refused.status_code, refused.json()["clause"]) == (403, "2.2.3")
    taken = await acting("sales-specialist-2").post(CONTACTS, json={"customer_id": made.json()["id"], "name": "偷看"})
    assert taken.status_code == 422
    assert taken.json()["errors"][0]["pointer"] == "/customer_id"
    helped = await acting("service-agent").patch(url, json={"region": "上海市"}, headers=versioned(made))
    assert helped.json()["region"] == "上海市"


async def test_a_telephone_is_shown_for_a_reason_that_stays_in_the_trail(acting: Acting, house: House):
    made = await acting("sales-specialist").post(PATH, json={"name": "赵敏", "phone": "13700002222"})
    url = f"{PATH}/{made.json()['id']}/reveal"
    assert (await acting("sales-specialist").post(url, json={})).status_code == 422
    shown = await acting("sales-specialist").post(url, json={"reason": "约定回电"})
    assert shown.json() == {"phone": "+8613700002222", "email": None, "address": None}
    assert (await acting("inspector").post(url, json={"reason": "检查"})).status_code == 403
    async with house.database.sessions() as db:
        trail = (await db.scalars(select(AuditEntry).where(AuditEntry.action == "reveal"))).all()
    assert [(entry.changes, entry.clauses) for entry in trail] == [({"reason": "约定回电"}, ["4.4.3", "7.3.2"])]


async def test_wrong_telephones_are_refused_at_their_field_and_never_repeated(acting: Acting):
    reply = await acting("sales-specialist").post(
        PATH, json={"name": "某人", "phone": "12345", "email": "not an address", "colour": "red"}
    )
    assert reply.status_code == 422
    assert {e["pointer"] for e in reply.json()["errors"]} == {"/phone", "/email", "/colour"}
    assert "12345" not in reply.text


async def test_an_incomplete_file_breaks_the_clause(acting: Acting, house: House):
    await acting("sales-specialist").post(PATH, json={"name": "无处可寻"})
    async with unit_of_work(house.database) as db:
        result = await measure(db, CONTROLS["customer.complete"])
    assert (result.clause, result.population >= 1, result.failing >= 1) == ("4.4.3", True, True)


async def test_a_timeline_tells_everything_newest_first_page_by_page(acting: Acting):
    seller = acting("sales-specialist")
    file = await customer(acting)
    chance = await opportunity(acting, customer_id=file["id"])
    done(await step(seller, "sales/opportunities", chance, "define", note="需求清楚"))
    await proposal(acting, chance.json()["id"])
    await placed(acting, customer_id=file["id"])
    url = f"{PATH}/{file['id']}/timeline"
    whole = done(await seller.get(url)).json()["items"]
    assert [(item["kind"], item["resource"], item["status"]) for item in whole] == [
        ("message", "message", "queued"), ("step", "order", "place"), ("order", "order", "placed"),
        ("proposal", "proposal", "draft"), ("step", "opportunity", "define"),
        ("opportunity", "opportunity", "solution"),
    ]  # fmt: skip
    assert [(item["amount"], item["account_name"]) for item in whole[2:4]] == [("2560.00", "销售专员")] * 2

    paged, cursor = [], None
    while True:
        page = done(await seller.get(url, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    seen_by_service = done(await acting("service-agent").get(url)).json()["items"]
    assert {item["resource"] for item in seen_by_service} == {"order", "message"}
    assert (await acting("sales-specialist-2").get(url)).status_code == 404
    assert (await seller.get(url, params={"cursor": "nonsense"})).status_code == 422
