"""2.5 Products."""

from tests.conftest import Acting, versioned
from zhidu.catalog import products
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation.controls import CONTROLS, measure

PATH = "/api/v1/catalog/products"
LOCK = {
    "sku": "ZD-1001",
    "name": "智能门锁 X1",
    "price": "1280.00",
    "description": "三合一",
    "website": "https://example.com/x1",
}


async def test_the_product_department_registers_a_product_and_everybody_finds_it(acting: Acting):
    made = await acting("support-staff").post(PATH, json=LOCK)
    assert made.status_code == 201, made.text
    assert (made.json()["price"], made.json()["tax_rate"], made.json()["status"]) == ("1280.00", "13.00", "listed")

    refused = await acting("sales-specialist").post(PATH, json={**LOCK, "sku": "ZD-1002"})
    assert (refused.status_code, refused.json()["clause"]) == (403, "2.5")
    for q in ("门锁", "zhineng", "znms", "1001"):
        found = await acting("sales-specialist").get(PATH, params={"q": q})
        assert [item["sku"] for item in found.json()["items"]] == ["ZD-1001"], q
    assert (await acting("support-staff").post(PATH, json=LOCK)).status_code == 409


async def test_prices_and_rates_are_refused_at_their_field(acting: Acting):
    bad = {**LOCK, "sku": "ZD-9", "price": "12.345", "tax_rate": "130", "return_exemption": "because"}
    reply = await acting("support-staff").post(PATH, json=bad)
    assert reply.status_code == 422
    assert {e["pointer"] for e in reply.json()["errors"]} == {"/price", "/tax_rate", "/return_exemption"}


async def test_a_retired_product_can_come_back(acting: Acting):
    made = await acting("support-staff").post(
        PATH, json={**LOCK, "sku": "ZD-2001", "tax_rate": "6.5", "needs_setup": True}
    )
    assert made.json()["tax_rate"] == "6.50"
    url = f"{PATH}/{made.json()['id']}"
    changed = await acting("support-staff").patch(url, json={"price": "1180.00"}, headers=versioned(made))
    assert changed.json()["price"] == "1180.00"
    gone = await acting("support-staff").post(f"{url}/retire", headers=versioned(changed))
    assert gone.json()["status"] == "retired"
    again = await acting("support-staff").post(f"{url}/relist", headers=versioned(gone))
    assert again.json()["status"] == "listed"


async def test_a_product_without_material_breaks_the_clause(acting: Acting, house: House):
    await acting("support-staff").post(PATH, json={"sku": "BARE", "name": "无资料产品", "price": "1.00"})
    async with unit_of_work(house.database) as db:
        result = await measure(db, CONTROLS["product.material"])
        failing = (await db.execute(CONTROLS["product.material"].failing(None))).all()  # the period plays no part
    assert result.clause == "2.5"
    assert [row.title for row in failing] == ["无资料产品"]
    assert products.LIFECYCLE.initial == "listed"
