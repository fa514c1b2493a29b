"""1.2 Whatever one may see is found by what people type."""

import pytest

from tests.conftest import Acting
from zhidu.catalog.products import Product
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.regulation import clauses
from zhidu.sales import customers

PATH = "/api/v1/search"
PHONE = "13812345678"


@pytest.fixture(scope="module", autouse=True)
async def records(house: House, staff: dict[str, Account]) -> None:
    """The regulation, a product, and a customer of one salesperson."""
    seller = await house.actor_of(staff["sales-specialist"].id)
    async with unit_of_work(house.database, account_id=seller.id) as db:
        await clauses.seed(db)
        db.add(Product(sku="YF-1", name="云帆网关", unit="台", price_fen=100_00, category="hardware"))
        await customers.open_file(
            db, seller, name="深圳云帆科技有限公司", kind="company", phone=PHONE, email="wang@yunfan.example"
        )


async def found(acting: Acting, login: str, q: str, **headers: str) -> dict[str, list[dict]]:
    """What somebody finds, by resource."""
    reply = await acting(login).get(PATH, params={"q": q}, headers=headers)
    assert reply.status_code == 200, reply.text
    by: dict[str, list[dict]] = {}
    for hit in reply.json()["items"]:
        by.setdefault(hit["resource"], []).append(hit)
    return by


async def test_words_pinyin_numbers_telephones_and_mail_lead_to_the_record(acting: Acting):
    for q in ("云帆", "yunfan", "yfkj", PHONE, "5678", "WANG@yunfan.example"):
        hits = (await found(acting, "sales-specialist", q))["customer"]
        assert [hit["title"] for hit in hits] == ["深圳云帆科技有限公司"], q
        assert hits[0]["subtitle"].startswith("K")
    everything = await found(acting, "sales-specialist", "云帆")
    assert everything["product"][0] == {
        "resource": "product", "id": everything["product"][0]["id"], "title": "云帆网关", "subtitle": "YF-1",
        "status": everything["product"][0]["status"],
    }  # fmt: skip


async def test_nobody_finds_what_he_may_not_see(acting: Acting):
    assert "customer" not in await found(acting, "sales-specialist-2", "云帆")
    assert "customer" in await found(acting, "sales-manager", "云帆")
    marketer = await found(acting, "marketing-specialist", "云帆")
    assert set(marketer) == {"product"}


async def test_clauses_are_found_by_their_number_and_their_words(acting: Acting):
    by_number = (await found(acting, "tech-engineer", "4.3"))["clause"]
    assert [hit["id"] for hit in by_number] == ["4.3.1", "4.3.2", "4.3.3", "4.3.4"]
    english = (await found(acting, "tech-engineer", "UNTOUCHED promptly", **{"Accept-Language": "en"})).get("clause")
    assert english is None
    words = (await found(acting, "tech-engineer", "contact prospects", **{"Accept-Language": "en"}))["clause"]
    assert [hit["id"] for hit in words] == ["4.2.1"]
    assert words[0]["subtitle"].startswith("Contact prospects")


async def test_of_each_resource_five_are_shown(acting: Acting):
    people = (await found(acting, "sales-specialist", "专员"))["account"]
    assert len(people) == 5


async def test_too_little_too_much_and_nonsense_are_refused_or_find_nothing(acting: Acting):
    client = acting("sales-specialist")
    for q in ("a", "", "x" * 65, "a\x00b", "||", "  "):
        reply = await client.get(PATH, params={"q": q})
        assert reply.status_code == 422, q
    listed = await client.get("/api/v1/org/accounts", params={"q": "||"})
    assert (listed.status_code, listed.json()["errors"][0]["pointer"]) == (422, "?q")
    assert await found(acting, "sales-specialist", "没有这样的东西") == {}
    assert (await acting("").get(PATH, params={"q": "云帆"})).status_code == 401
