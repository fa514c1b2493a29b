"""3.3.1, 5.1.1 Tracked links."""

from urllib.parse import parse_qsl, urlsplit

from tests.conftest import Acting
from tests.marketing.plans import CAMPAIGNS, LINKS, a_channel, a_running_campaign, campaign, do, made
from zhidu.marketing import links
from zhidu.marketing.links import Attribution
from zhidu.policy.guard import House

PAGE = "https://www.example.com/landing?ref=fair&utm_source=old#price"


def link(of: dict, **changes: object) -> dict:
    """A link to make."""
    return {"campaign_id": of["id"], "name": "展会海报", "target_url": PAGE, **changes}


async def test_a_link_leads_to_its_page_and_says_which_campaign_sent_the_visitor(acting: Acting):
    running = await a_running_campaign(acting)
    wire = await made(acting, "marketing-specialist", LINKS, link(running, utm_content="海报 A"))
    assert links.CODE.fullmatch(wire["code"])
    assert wire["path"] == f"/l/{wire['code']}"
    assert (wire["utm_medium"], wire["utm_campaign"]) == ("cpc", running["code"])
    led = await acting("").get(wire["path"])
    assert led.status_code == 302
    parts = urlsplit(led.headers["location"])
    assert (parts.netloc, parts.path, parts.fragment) == ("www.example.com", "/landing", "price")
    assert dict(parse_qsl(parts.query)) == {
        "ref": "fair", "utm_source": wire["utm_source"], "utm_medium": "cpc", "utm_campaign": running["code"],
        "utm_content": "海报 A", "zl": wire["code"],
    }  # fmt: skip
    for unknown in ("/l/zzzzzzzz", "/l/x", "/l/%00", "/l/" + "a" * 65):
        missing = await acting("").get(unknown)
        assert missing.status_code in (404, 422)
        assert missing.headers["content-type"] == "application/problem+json"
    page = await acting("inspector").get(LINKS, params={"q": wire["code"], "campaign_id": running["id"]})
    assert [row["campaign_name"] for row in page.json()["items"]] == [running["name"]]


async def test_a_retired_link_still_leads_on_but_credits_nobody(acting: Acting, house: House):
    running = await a_running_campaign(acting)
    wire = await made(acting, "marketing-specialist", LINKS, link(running))
    colleague = await acting("marketing-specialist-2").post(
        f"{LINKS}/{wire['id']}/retire", headers={"If-Match": f'"{wire["version"]}"'}
    )
    assert (colleague.status_code, colleague.json()["clause"]) == (403, "3.3.1")
    await do(acting, "marketing-specialist", LINKS, wire, "retire")
    led = await acting("").get(wire["path"])
    assert (led.status_code, led.headers["location"]) == (302, PAGE)
    async with house.database.sessions() as db:
        assert await links.attribute(db, wire["code"]) == Attribution()


async def test_links_are_made_only_for_an_approved_or_running_campaign(acting: Acting):
    channel = await a_channel(acting)
    drafted = await made(acting, "marketing-specialist", CAMPAIGNS, campaign(channel["id"]))
    early = await acting("marketing-specialist").post(LINKS, json=link(drafted))
    assert (early.status_code, early.json()["clause"], early.json()["state"]) == (409, "3.3.1", "draft")
    assert "先提交" in early.json()["detail"]
    submitted = await do(acting, "marketing-specialist", CAMPAIGNS, drafted, "submit")
    approved = await do(acting, "marketing-manager", CAMPAIGNS, submitted, "approve")
    await made(acting, "marketing-specialist", LINKS, link(approved))
    gone = await do(acting, "marketing-manager", CAMPAIGNS, approved, "cancel", note="撤销预算")
    over = await acting("marketing-specialist").post(LINKS, json=link(gone))
    assert (over.status_code, "新的活动" in over.json()["detail"]) == (409, True)


async def test_a_target_is_a_whole_public_address(acting: Acting):
    running = await a_running_campaign(acting)
    for bad in (
        "javascript:alert(1)", "ftp://example.com/x", "https://", "https:///path", "https://user:pw@example.com/",
        "https://exa mple.com", "https://example.com:port/", "//example.com", "https://[::1",
    ):  # fmt: skip
        reply = await acting("marketing-specialist").post(LINKS, json=link(running, target_url=bad))
        assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "/target_url"), bad
    seller = await acting("sales-specialist").post(LINKS, json=link(running))
    assert (seller.status_code, seller.json()["clause"]) == (403, "3.3.1")


async def test_a_qr_code_is_drawn_as_svg_or_png(acting: Acting):
    running = await a_running_campaign(acting)
    wire = await made(acting, "marketing-specialist", LINKS, link(running))
    url = f"{LINKS}/{wire['id']}/qr"
    svg = await acting("inspector").get(url)
    assert (svg.status_code, svg.headers["content-type"]) == (200, "image/svg+xml")
    assert b"<svg" in svg.content
    png = await acting("inspector").get(url, params={"format": "png", "scale": "4"})
    assert (png.status_code, png.headers["content-type"]) == (200, "image/png")
    assert png.content.startswith(b"\x89PNG")
    assert (await acting("inspector").get(url, params={"format": "gif"})).status_code == 422
    assert (await acting("inspector").get(url, params={"scale": "1000"})).status_code == 422
    assert (await acting("sales-specialist").get(url)).status_code == 403
    assert (await acting("").get(url)).status_code == 401
    missing = await acting("inspector").get(f"{LINKS}/{running['id']}/qr")
    assert missing.status_code == 404


async def test_arrivals_are_attributed_by_the_link_then_by_the_codes(acting: Acting, house: House):
    running, other = await a_running_campaign(acting), await a_running_campaign(acting)
    wire = await made(acting, "marketing-specialist", LINKS, link(running))
    by_link = (wire["channel_id"], wire["campaign_id"], wire["id"])
    channel_of_other = (await acting("inspector").get(f"/api/v1/marketing/channels/{other['channel_id']}")).json()
    async with house.database.sessions() as db:

        async def found(*given: str | None) -> tuple[str | None, ...]:
            return tuple(one and str(one) for one in await links.attribute(db, *given))

        assert await found(wire["code"], None, other["code"]) == by_link
        # The printed code was mistyped, the parameters were not.
        assert await found("zzzzzzzz", None, other["code"].upper()) == (other["channel_id"], other["id"], None)
        assert await found(None, channel_of_other["code"], running["code"]) == (
            other["channel_id"], running["id"], None,
        )  # fmt: skip
        assert await found(None, channel_of_other["code"], "unknown") == (other["channel_id"], None, None)
        assert await found(None, "unknown", "unknown") == (None, None, None)
        assert await found() == (None, None, None)
