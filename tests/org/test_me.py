"""7.3.2 One's own password, second factor and sign-ins."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlparse
from xml.etree import ElementTree

import pyotp
from httpx import AsyncClient
from sqlalchemy import select

from tests.conftest import Acting
from tests.org.conftest import PASSWORD, SignIn, account_of, bearing
from tests.org.test_accounts import refused_soon
from zhidu.kernel import clock
from zhidu.kernel.audit import AuditEntry
from zhidu.org import second_factor
from zhidu.policy.guard import House

TOTP, PASSWORDS, SESSIONS = "/api/v1/me/totp", "/api/v1/me/password", "/api/v1/me/sessions"


async def enrol(stranger: AsyncClient, headers: dict[str, str]) -> tuple[pyotp.TOTP, list[str]]:
    """Enrol a second factor; returns the authenticator and the recovery codes."""
    offer = (await stranger.post(TOTP, headers=headers)).json()
    authenticator = pyotp.TOTP(offer["secret"])
    body = {"code": authenticator.at(clock.now())}
    confirmed = await stranger.post(f"{TOTP}/confirm", json=body, headers=headers)
    assert confirmed.status_code == 200, confirmed.text
    return authenticator, confirmed.json()["recovery_codes"]


async def test_a_language_is_chosen(acting: Acting):
    chosen = await acting("tech-manager").patch(
        "/api/v1/me", json={"language": "en"}, headers={"Accept-Language": "en"}
    )
    assert chosen.json()["language"] == "en"
    assert chosen.json()["posts"][0]["title"] == "tech manager"
    assert (await acting("tech-manager").patch("/api/v1/me", json={"language": "fr"})).status_code == 422


async def test_a_weak_password_is_refused_with_the_reason(acting: Acting):
    for password, why in (("password123456", "常见"), (PASSWORD, "相同")):
        body = {"current_password": PASSWORD, "new_password": password}
        refused = await acting("service-agent").post(PASSWORDS, json=body)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["pointer"] == "/new_password"
        assert why in refused.json()["errors"][0]["detail"]
        assert password not in refused.text


async def test_a_new_password_ends_the_other_sign_ins(sign_in: SignIn, stranger: AsyncClient, house: House):
    here, there = await sign_in("data-officer"), await sign_in("data-officer")
    wrong = {"current_password": "not-this-one-either", "new_password": "slow-amber-tramways"}
    assert (await stranger.post(PASSWORDS, json=wrong, headers=bearing(here))).status_code == 422
    right = {**wrong, "current_password": PASSWORD}
    assert (await stranger.post(PASSWORDS, json=right, headers=bearing(here))).status_code == 204
    assert await refused_soon(stranger, bearing(there))
    assert (await stranger.get("/api/v1/me", headers=bearing(here))).status_code == 200
    assert (await sign_in("data-officer")).status_code == 401
    assert (await sign_in("data-officer", "slow-amber-tramways")).status_code == 200
    async with house.database.sessions() as db:
        changes = await db.scalars(
            select(AuditEntry.changes).where(
                AuditEntry.resource == "account", AuditEntry.changes.has_key("password_hash")
            )
        )
    assert {tuple(change["password_hash"]) for change in changes} == {("•••", "•••")}


async def test_guessing_the_current_password_is_counted_too(sign_in: SignIn, stranger: AsyncClient):
    here = await sign_in("legal-reviewer")
    body = {"current_password": "wrong", "new_password": "slow-amber-tramways"}
    answers = [(await stranger.post(PASSWORDS, json=body, headers=bearing(here))).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


async def test_the_person_sees_his_sign_ins_and_ends_one(sign_in: SignIn, stranger: AsyncClient, acting: Acting):
    here, there = await sign_in("inspector"), await sign_in("inspector")
    listed = (await stranger.get(SESSIONS, headers=bearing(here))).json()["items"]
    assert [one["current"] for one in listed[:2]] == [False, True]
    assert listed[0]["device"].startswith("python-httpx")
    other = f"{SESSIONS}/{listed[0]['id']}"
    assert (await acting("inspector-2").delete(other)).status_code == 404
    assert (await stranger.delete(other, headers=bearing(here))).status_code == 204
    assert await refused_soon(stranger, bearing(there))
    assert (await stranger.delete(other, headers=bearing(here))).status_code == 404
    assert (await stranger.delete(f"{SESSIONS}/1", headers=bearing(here))).status_code == 422


async def test_a_second_factor_is_enrolled_and_asked_for(sign_in: SignIn, stranger: AsyncClient, house: House):
    entered = await sign_in("finance-clerk")
    offer = (await stranger.post(TOTP, headers=bearing(entered))).json()
    asked = urlparse(offer["uri"])
    assert (asked.scheme, parse_qs(asked.query)["secret"]) == ("otpauth", [offer["secret"]])
    assert ElementTree.fromstring(offer["qr_svg"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert (await sign_in("finance-clerk")).status_code == 200  # nothing is asked before it is confirmed
    wrong = await stranger.post(f"{TOTP}/confirm", json={"code": "000000"}, headers=bearing(entered))
    assert wrong.json()["errors"][0]["pointer"] == "/code"

    authenticator, recovery = await enrol(stranger, bearing(entered))
    assert len(set(recovery)) == second_factor.RECOVERY_CODES
    kept = await account_of(house, "finance-clerk")
    assert kept.totp_sealed is not None
    assert authenticator.secret.encode() not in kept.totp_sealed
    assert (await stranger.post(TOTP, headers=bearing(entered))).status_code == 409

    asked = await sign_in("finance-clerk")
    assert (asked.status_code, asked.json()["type"]) == (401, "/problems/totp-needed")
    assert (await sign_in("finance-clerk", "wrong")).json()["type"] == "/problems/wrong-credentials"
    assert (await sign_in("finance-clerk", totp="000000")).json()["type"] == "/problems/wrong-credentials"
    # The code that enrolled it was taken then, and is not taken again.
    replayed = await sign_in("finance-clerk", totp=authenticator.at(clock.now()))
    assert replayed.status_code == 401
    with clock.at(clock.now() + timedelta(seconds=60)):
        code = authenticator.at(clock.now())
        assert (await sign_in("finance-clerk", totp=code)).status_code == 200
        assert (await sign_in("finance-clerk", totp=code)).status_code == 401
        assert (
            await sign_in("finance-clerk", totp=authenticator.at(clock.now() - timedelta(seconds=30)))
        ).status_code == 401
    with clock.at(clock.now() + timedelta(seconds=300)):
        assert (
            await sign_in("finance-clerk", totp=authenticator.at(clock.now() - timedelta(seconds=120)))
        ).status_code == 401

    assert (await sign_in("finance-clerk", totp=recovery[0].lower())).status_code == 200
    assert (await sign_in("finance-clerk", totp=recovery[0])).status_code == 401

    gone = {"password": "not-this-one"}
    assert (await stranger.request("DELETE", TOTP, json=gone, headers=bearing(entered))).status_code == 422
    gone = {"password": PASSWORD}
    assert (await stranger.request("DELETE", TOTP, json=gone, headers=bearing(entered))).status_code == 204
    assert (await sign_in("finance-clerk")).status_code == 200
    assert (await sign_in("finance-clerk", totp=recovery[1])).status_code == 200  # nothing is asked any more


async def test_posts_that_approve_money_do_nothing_before_they_have_enrolled(
    sign_in: SignIn, stranger: AsyncClient, house: House, monkeypatch
):
    monkeypatch.setattr(house.settings, "second_factor_required", True)
    entered = await sign_in("general-manager")
    assert entered.json()["account"]["second_factor_needed"] is True
    posts = "/api/v1/org/posts"
    refused = await stranger.get(posts, headers=bearing(entered))
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/second-factor-needed")
    assert refused.json()["clause"] == "7.3.2"
    assert (await stranger.get("/api/v1/me", headers=bearing(entered))).status_code == 200
    assert (await stranger.get(posts, headers=bearing(await sign_in("sales-specialist")))).status_code == 200
    await enrol(stranger, bearing(entered))
    for _ in range(50):
        if (opened := await stranger.get(posts, headers=bearing(entered))).status_code == 200:
            break
        await asyncio.sleep(0.02)  # every process hears of it by NOTIFY
    assert opened.status_code == 200
    monkeypatch.setattr(house.settings, "demo", True)
    assert (await stranger.get(posts, headers=bearing(await sign_in("sales-manager")))).status_code == 200
