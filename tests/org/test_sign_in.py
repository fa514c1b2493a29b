"""7.3.2 Sign-in, staying signed in, and signing out."""

import asyncio
from datetime import timedelta

from httpx import AsyncClient
from sqlalchemy import select

from tests.org.conftest import PASSWORD, SignIn, bearing
from zhidu.kernel import clock
from zhidu.kernel.audit import AuditEntry
from zhidu.org import sessions
from zhidu.org import sign_in as doors
from zhidu.policy.accounts import SignInSession
from zhidu.policy.guard import House

REFRESH = "/api/v1/auth/refresh"
CSRF = {"X-Zhidu-CSRF": "1"}


async def test_a_person_signs_in_and_is_told_who_he_is_and_what_he_may(sign_in: SignIn, stranger: AsyncClient):
    entered = await sign_in("sales-specialist")
    assert entered.status_code == 200, entered.text
    told = entered.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 600)
    assert told["account"]["posts"] == [{"key": "sales-specialist", "title": "销售专员", "delegated": False}]
    assert entered.headers["Cache-Control"] == "no-store"
    assert "set-cookie" not in entered.headers

    me = await stranger.get("/api/v1/me", headers=bearing(entered))
    assert me.json() == told["account"]
    mine = await stranger.get("/api/v1/me/duties", headers={**bearing(entered), "Accept-Language": "en"})
    duties = {item["duty"]: item for item in mine.json()["items"]}
    assert duties["order.confirm"] == {
        "duty": "order.confirm", "title": "confirm an order", "scope": "own", "clauses": ["4.3.1"],
    }  # fmt: skip
    assert "order.ship" not in duties


async def test_a_login_is_the_same_in_capitals(sign_in: SignIn):
    assert (await sign_in("Sales-Specialist")).status_code == 200


async def test_unknown_wrong_and_disabled_get_one_answer(sign_in: SignIn, house: House):
    from tests.org.conftest import account_of

    async with house.database.session() as db:
        db.add(account := await account_of(house, "support-staff-2"))
        account.status = "disabled"
    answers = [
        await sign_in("nobody-at-all"),
        await sign_in("sales-manager", "wrong"),
        await sign_in("support-staff-2"),
    ]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert len({(a.json()["type"], a.json()["title"], a.json()["detail"]) for a in answers}) == 1
    assert answers[0].json()["type"] == "/problems/wrong-credentials"


async def test_an_unknown_login_costs_the_same_work(sign_in: SignIn, monkeypatch):
    from zhidu.org import passwords

    done = []
    verify = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda *args: done.append(1) or verify(*args))
    await sign_in("nobody-at-all")
    await sign_in("sales-manager", "wrong")
    assert len(done) == 2


async def test_a_browser_has_its_refresh_token_in_a_cookie_that_scripts_and_other_sites_cannot_use(
    sign_in: SignIn, stranger: AsyncClient
):
    entered = await sign_in("sales-specialist", client="browser")
    assert entered.json()["refresh_token"] is None
    cookie = entered.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/api/v1/auth", "max-age=604"):
        assert part in cookie
    assert "secure" not in cookie  # the tests speak plain HTTP
    assert (await stranger.post(REFRESH)).json()["type"] == "/problems/csrf"
    renewed = await stranger.post(REFRESH, headers=CSRF)
    assert renewed.status_code == 200, renewed.text
    assert renewed.headers["set-cookie"] != entered.headers["set-cookie"]

    out = await stranger.post("/api/v1/auth/sign-out", headers=CSRF)
    assert out.status_code == 204
    assert (await stranger.post(REFRESH, headers=CSRF)).status_code == 401
    stranger.cookies.clear()
    assert (await stranger.post("/api/v1/auth/sign-out")).status_code == 204


async def test_the_cookie_is_secure_behind_tls(sign_in: SignIn, house: House, monkeypatch):
    monkeypatch.setattr(house.settings, "public_url", "https://zhidu.example")
    assert "secure" in (await sign_in("sales-specialist", client="browser")).headers["set-cookie"].lower()


async def test_an_old_refresh_token_ends_the_whole_session(sign_in: SignIn, stranger: AsyncClient, house: House):
    entered = await sign_in("service-agent")
    first = entered.json()["refresh_token"]
    second = (await stranger.post(REFRESH, json={"refresh_token": first})).json()["refresh_token"]
    assert second != first
    later = clock.now() + sessions.GRACE + timedelta(seconds=1)
    with clock.at(later):
        assert (await stranger.post(REFRESH, json={"refresh_token": first})).status_code == 401
        assert (await stranger.post(REFRESH, json={"refresh_token": second})).status_code == 401
    async with house.database.sessions() as db:
        ended = (await db.scalars(select(SignInSession).where(SignInSession.revoked_why == "reuse"))).one()
        note = (await db.scalars(select(AuditEntry).where(AuditEntry.record_id == ended.id))).one()
    assert note.changes == {"why": "reuse"}


async def test_two_tabs_may_refresh_at_once(sign_in: SignIn, stranger: AsyncClient):
    first = (await sign_in("service-lead")).json()["refresh_token"]
    for _ in range(2):
        renewed = await stranger.post(REFRESH, json={"refresh_token": first})
        assert renewed.status_code == 200
    again = await stranger.post(REFRESH, json={"refresh_token": renewed.json()["refresh_token"]})
    assert again.status_code == 200


async def test_of_many_tabs_at_one_moment_each_gets_in_and_the_session_stands(sign_in: SignIn, stranger: AsyncClient):
    token = {"refresh_token": (await sign_in("service-lead")).json()["refresh_token"]}
    renewed = await asyncio.gather(*(stranger.post(REFRESH, json=token) for _ in range(8)))
    assert [one.status_code for one in renewed] == [200] * 8
    assert len({one.json()["refresh_token"] for one in renewed}) == 8
    me = await stranger.get("/api/v1/me", headers=bearing(renewed[0]))
    assert me.status_code == 200


async def test_parallel_guesses_are_counted_before_they_are_compared(sign_in: SignIn):
    answers = await asyncio.gather(*(sign_in("marketing-manager", f"wrong {n}") for n in range(25)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 15


def test_one_subscriber_of_ipv6_is_one_address(house: House):
    assert doors._address_key("2001:db8::1") == doors._address_key("2001:db8::ffff:2")
    assert doors._address_key("2001:db8:0:1::1") != doors._address_key("2001:db8::1")
    assert doors._address_key("203.0.113.1") != doors._address_key("203.0.113.2")


async def test_a_session_ends_however_busy_it_was(sign_in: SignIn, stranger: AsyncClient):
    token = (await sign_in("service-lead")).json()["refresh_token"]
    with clock.at(clock.now() + sessions.LIVES["device"] + timedelta(seconds=1)):
        assert (await stranger.post(REFRESH, json={"refresh_token": token})).status_code == 401


async def test_refresh_tokens_are_not_in_the_database(sign_in: SignIn, house: House):
    token = (await sign_in("service-lead")).json()["refresh_token"]
    async with house.database.sessions() as db:
        kept = list(await db.scalars(select(sessions.RefreshToken.token_hash)))
    assert sessions.hash_of(token) in kept
    assert token.encode() not in kept


async def noted(house: House, action: str) -> int:
    """How often the audit says so."""
    async with house.database.sessions() as db:
        return len(list(await db.scalars(select(AuditEntry.id).where(AuditEntry.action == action))))


async def test_ten_tries_then_nobody_gets_in_to_that_account_and_others_do(sign_in: SignIn, house: House):
    failed, locked = await noted(house, "sign-in-failed"), await noted(house, "sign-in-locked")
    answers = [(await sign_in("finance-clerk", f"wrong {n}")).status_code for n in range(10)]
    assert answers == [401] * 10
    shut = await sign_in("finance-clerk")
    assert shut.status_code == 429
    assert shut.json()["type"] == "/problems/too-many"
    assert 0 < int(shut.headers["Retry-After"]) <= 900
    assert (await sign_in("finance-clerk-2")).status_code == 200
    with clock.at(clock.now() + doors.WINDOW + timedelta(seconds=1)):
        assert (await sign_in("finance-clerk")).status_code == 200
    assert await noted(house, "sign-in-failed") == failed + 10
    assert await noted(house, "sign-in-locked") == locked + 1


async def test_guesses_at_unknown_accounts_are_counted_alike(sign_in: SignIn):
    answers = [(await sign_in("no-such-person", f"wrong {n}")).status_code for n in range(11)]
    assert answers == [401] * 10 + [429]


async def test_who_gets_it_right_in_the_end_starts_afresh(sign_in: SignIn):
    for _ in range(2):
        for n in range(9):
            await sign_in("hr-officer", f"wrong {n}")
        assert (await sign_in("hr-officer")).status_code == 200


async def test_guessing_over_many_accounts_ends_at_the_address(sign_in: SignIn, monkeypatch):
    monkeypatch.setattr(doors, "TRIES_PER_ADDRESS", 3)
    answers = [(await sign_in(f"guess-{n}", "wrong")).status_code for n in range(40)]
    assert answers[-1] == 429


async def test_what_is_malformed_is_named_and_never_echoed(stranger: AsyncClient):
    answer = await stranger.post(
        "/api/v1/auth/sign-in", json={"login": "a\x00", "password": 12, "client": "robot", "x": 1}
    )
    assert answer.status_code == 422
    assert {e["pointer"] for e in answer.json()["errors"]} == {"/login", "/password", "/client", "/x"}
    assert PASSWORD not in answer.text
