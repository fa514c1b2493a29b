"""4.1.1 A form on a page brings leads: with consent, once, and knowing the campaign that sent the visitor."""

import asyncio
import re
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, text

from tests.conftest import Acting, versioned
from tests.sales.arriving import LEADS, a_source, due_of
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.channels import Channel
from zhidu.marketing.links import TrackedLink
from zhidu.policy.guard import House
from zhidu.sales.lead_forms import FormSubmission

FORMS = "/api/v1/sales/forms"
FIELDS = [
    {"name": "name", "label": "姓名"},
    {"name": "phone", "label": "手机"},
    {"name": "email", "label": "邮箱", "required": False},
    {"name": "region", "label": "地区", "required": False, "options": ["广东省", "浙江省"]},
    {"name": "need", "label": "需求 <b>", "required": False},
    {"name": "budget", "label": "预算（元）", "required": False},
]
CONSENT = "我同意为联系我而处理以上信息。"
ADDRESSES = iter(f"198.51.100.{n}" for n in range(1, 250))


@pytest.fixture(scope="module")
async def campaign(house: House) -> dict[str, str]:
    """A campaign with a tracked link."""
    async with unit_of_work(house.database) as db:
        channel = Channel(code="wechat", name="公众号", kind="social", status="active")
        db.add(channel)
        await db.flush()
        made = Campaign(
            code="1111", name="双十一", kind="social", channel_id=channel.id, status="running",
            begins_on=date(2026, 11, 1), ends_on=date(2026, 12, 1),
            budget_fen=1, leads_target=1, orders_target=1, revenue_target_fen=1, audience="-", message="-", plan="-",
        )  # fmt: skip
        db.add(made)
        await db.flush()
        link = TrackedLink(
            code="k7m2p9qa", name="推文", target_url="https://www.example.com/", campaign_id=made.id,
            channel_id=channel.id, utm_source="wechat", utm_medium="social", utm_campaign="1111",
        )  # fmt: skip
        db.add(link)
    return {"id": str(made.id), "channel_id": str(channel.id), "link_id": str(link.id)}


@pytest.fixture(scope="module")
async def source(house: House) -> str:
    """A lead source."""
    return await a_source(house, "website")


async def a_form(acting: Acting, source: str, **fields: Any) -> dict[str, Any]:
    """A published form."""
    body = {"key": f"form-{uuid4().hex[:8]}", "title": "预约演示", "fields": FIELDS, "consent_text": CONSENT,
            "source_id": source, **fields}  # fmt: skip
    made = await acting("marketing-specialist").post(FORMS, json=body)
    assert made.status_code == 201, made.text
    url = f"{FORMS}/{made.json()['id']}/publish"
    refused = await acting("marketing-specialist").post(url, headers=versioned(made))
    assert (refused.status_code, refused.json()["clause"]) == (403, "4.1.1")
    published = await acting("marketing-manager").post(url, headers=versioned(made))
    assert published.status_code == 200, published.text
    shown: dict[str, Any] = published.json()
    return shown


async def send(house: House, acting: Acting, key: str, address: str = "", **body: Any) -> httpx.Response:
    """Send a filled form from an address of its own."""
    filled = {
        "submission": str(uuid4()),
        "answers": {"name": "王小明", "phone": "13812340000"},
        "consent": True,
        **body,
    }
    headers = {"X-Forwarded-For": address or next(ADDRESSES)}
    return await acting("").post(f"/forms/{key}", json=filled, headers=headers)


@pytest.fixture(autouse=True)
def proxied(house: House) -> None:
    """The test's client is a proxy that is believed, so that each test has its own addresses."""
    house.settings.trusted_proxies = ["127.0.0.1"]


async def the_lead(acting: Acting, form: dict[str, Any]) -> dict[str, Any]:
    """The only lead of a form."""
    (lead,) = (await acting("sales-manager").get(LEADS, params={"form_id": form["id"]})).json()["items"]
    shown: dict[str, Any] = lead
    return shown


async def test_a_visitor_agrees_and_becomes_a_lead_of_the_campaign(
    acting: Acting, house: House, source: str, campaign: dict[str, str]
):
    form = await a_form(acting, source)
    shown = await acting("").get(f"/forms/{form['key']}")
    assert shown.status_code == 200
    assert [f["kind"] for f in shown.json()["fields"]] == ["text", "tel", "email", "select", "textarea", "amount"]
    answers = {"name": "王小明", "phone": "138 1234 0000", "region": "广东省", "budget": "5000.5", "need": "请报价"}
    sent = await send(
        house, acting, form["key"], answers=answers, zl="k7m2p9qa", visitor="v-1", page="https://www.example.com/x",
        utm={"source": "wechat", "campaign": "1111"},
    )  # fmt: skip
    assert sent.status_code == 201, sent.text
    lead = await the_lead(acting, form)
    assert (lead["campaign_id"], lead["channel_id"], lead["link_id"]) == (
        campaign["id"], campaign["channel_id"], campaign["link_id"],
    )  # fmt: skip
    assert (lead["status"], lead["owner_id"], lead["budget"], lead["visitor_id"]) == ("new", None, "5000.50", "v-1")
    assert (lead["source_id"], lead["landing_page"]) == (source, "https://www.example.com/x")
    assert lead["score"] > 0
    assert await due_of(house, lead["id"]) == {"lead.screen": "due"}
    proofs = await acting("marketing-manager").get(f"{FORMS}/{form['id']}/submissions")
    assert [(p["lead_id"], p["consent_text"], p["consent_version"]) for p in proofs.json()["items"]] == [
        (lead["id"], CONSENT, 1)
    ]


async def test_without_consent_nothing_is_kept_and_each_wrong_answer_is_named(
    acting: Acting, house: House, source: str
):
    form = await a_form(acting, source)
    wrong = await send(
        house, acting, form["key"], consent=False,
        answers={"phone": "12", "email": "x", "region": "火星", "budget": "1.234", "salary": "1"},
    )  # fmt: skip
    assert wrong.status_code == 422
    assert {e["pointer"] for e in wrong.json()["errors"]} == {
        "/answers/name", "/answers/phone", "/answers/email", "/answers/region", "/answers/budget", "/answers/salary",
        "/consent",
    }  # fmt: skip
    assert "火星" not in wrong.text
    assert (await acting("sales-manager").get(LEADS, params={"form_id": form["id"]})).json()["items"] == []


async def test_the_same_submission_has_one_effect(acting: Acting, house: House, source: str):
    form = await a_form(acting, source)
    once = str(uuid4())
    replies = await asyncio.gather(*(send(house, acting, form["key"], submission=once) for _ in range(4)))
    assert {reply.status_code for reply in replies} == {201}
    await the_lead(acting, form)
    other = await a_form(acting, source)
    assert (await send(house, acting, other["key"], submission=once)).status_code == 409


async def test_robots_are_thanked_and_an_address_has_twenty_an_hour(acting: Acting, house: House, source: str):
    form = await a_form(acting, source)
    robot = await send(house, acting, form["key"], website="https://spam.example")
    assert robot.status_code == 201
    codes = [(await send(house, acting, form["key"], "203.0.113.9")).status_code for _ in range(21)]
    assert codes == [201] * 20 + [429]
    assert (await send(house, acting, form["key"], "203.0.113.10")).status_code == 201
    listed = await acting("sales-manager").get(LEADS, params={"form_id": form["id"], "count": "true"})
    assert listed.json()["total"] == 21
    async with house.database.sessions() as db:
        dump = await db.scalar(text("SELECT string_agg(t::text, '') FROM sales_form_tries t"))
        assert "203.0.113" not in dump


async def test_the_page_works_without_any_script(acting: Acting, house: House, source: str):
    form = await a_form(acting, source, intro="一个工作日内联系您")
    browser = acting("")
    page = await browser.get(f"/f/{form['key']}?zl=k7m2p9qa&utm_source=wechat")
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert '<script src="/t.js" defer>' in page.text
    assert "需求 &lt;b&gt;" in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    assert 'name="zl" value="k7m2p9qa"' in page.text
    submission = re.search(r'name="submission" value="([^"]+)"', page.text)
    assert submission is not None
    typed = {"name": '"><script>alert(1)</script>', "phone": "1", "submission": submission[1], "zl": "k7m2p9qa"}
    headers = {"X-Forwarded-For": next(ADDRESSES)}
    again = await browser.post(f"/f/{form['key']}", data=typed, headers=headers)
    assert again.status_code == 422
    assert "<script>alert" not in again.text
    assert "&lt;script&gt;" in again.text
    assert 'id="phone-bad"' in again.text
    assert 'id="consent-bad"' in again.text
    assert submission[1] in again.text
    good = {**typed, "name": "王小明", "phone": "13812340001", "consent": "yes"}
    for _ in range(2):  # pressed twice
        sent = await browser.post(f"/f/{form['key']}", data=good, headers=headers)
        assert (sent.status_code, sent.headers["location"]) == (303, f"/f/{form['key']}/thanks")
    assert "谢谢" in (await browser.get(sent.headers["location"])).text
    lead = await the_lead(acting, form)
    assert lead["link_id"] is not None


async def test_a_closed_form_says_so_and_a_changed_consent_is_another_version(
    acting: Acting, house: House, source: str
):
    form = await a_form(acting, source)
    manager, url = acting("marketing-manager"), f"{FORMS}/{form['id']}"
    stays = await manager.patch(url, json={"title": "新"}, headers={"If-Match": f'"{form["version"]}"'})
    assert stays.status_code == 409
    draft = await manager.post(f"{url}/revise", headers={"If-Match": f'"{form["version"]}"'})
    assert (await acting("").get(f"/forms/{form['key']}")).status_code == 404
    changed = await manager.patch(url, json={"consent_text": "我同意，另可发送资讯。"}, headers=versioned(draft))
    assert changed.json()["consent_version"] == 2
    published = await manager.post(f"{url}/publish", headers=versioned(changed))
    assert (await send(house, acting, form["key"])).status_code == 201
    async with house.database.sessions() as db:
        kept = (await db.scalars(select(FormSubmission).where(FormSubmission.form_id == form["id"]))).one()
        assert (kept.consent_version, kept.consent_text) == (2, "我同意，另可发送资讯。")
    await manager.post(f"{url}/close", headers=versioned(published))
    gone = await acting("").get(f"/f/{form['key']}")
    assert (gone.status_code, "已关闭" in gone.text) == (404, True)
    assert (await send(house, acting, form["key"])).status_code == 404


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ([{"name": "phone", "label": "手机"}], "/fields"),
        ([{"name": "name", "label": "姓名"}], "/fields"),
        ([{"name": "name", "label": "a"}, {"name": "name", "label": "b"}, {"name": "phone", "label": "c"}], "/fields"),
        ([{"name": "password", "label": "密码"}], "/fields/0/name"),
    ],
)
async def test_a_form_that_could_not_be_answered_is_refused(
    acting: Acting, source: str, fields: list[dict[str, Any]], pointer: str
):
    body = {"key": "bad-form", "title": "坏", "fields": fields, "consent_text": CONSENT, "source_id": source}
    reply = await acting("marketing-specialist").post(FORMS, json=body)
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, pointer)
