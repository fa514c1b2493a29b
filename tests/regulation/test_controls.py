"""1.1, 8.1.2 Controls: what is measured, what it measured, and the records behind a number."""

from datetime import timedelta

import pytest
from sqlalchemy import literal, select

from tests.conftest import Acting
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.regulation import clauses, coverage
from zhidu.regulation.controls import CONTROLS, RAN, Window, control, judged, measure, measure_all, window_of

PATH = "/api/v1/regulation/controls"


def _people(window: Window):
    return select(Account.id, Account.name.label("title"), literal("account").label("resource"),
                  Account.created_at.label("at")).where(Account.created_at < window.until)  # fmt: skip


def _sales(window: Window):
    return _people(window).where(Account.login.like("sales-%"))


def _broken(window: Window):
    return _people(window).where(Account.name == literal(1) / literal(0))


@pytest.fixture(scope="module", autouse=True)
async def trial(house: House):
    """The regulation, and a control of our own: four of all people break it."""
    async with unit_of_work(house.database) as db:
        await clauses.seed(db)
    control("trial.people", "试验", "A trial", clause="6.1.1", population=_people, failing=_sales, green=0.9, amber=0.8)
    yield
    del CONTROLS["trial.people"]


async def test_a_control_is_as_good_as_its_records(house: House, staff: dict[str, Account]):
    of = CONTROLS["trial.people"]
    async with unit_of_work(house.database) as db:
        result = await measure(db, of)
    assert (result.population, result.failing, result.state) == (len(staff), 4, "amber")
    assert judged(of, 100, 0) == ("green", 1.0)
    assert judged(of, 100, 21)[0] == "red"
    assert judged(of, 0, 0) == ("grey", None)


async def test_the_records_behind_a_number_are_one_click_away(acting: Acting, staff: dict[str, Account]):
    manager = acting("sales-manager")
    seen, cursor = [], None
    while True:
        params = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await manager.get(f"{PATH}/trial.people/rows", params=params)).json()
        seen += [row["id"] for row in page["items"]]
        assert page["total"] == 4
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(str(a.id) for login, a in staff.items() if login.startswith("sales-"))
    everyone = await manager.get(f"{PATH}/trial.people/rows", params={"failing": "false", "limit": 1})
    assert everyone.json()["total"] == len(staff)
    refused = await acting("sales-specialist").get(f"{PATH}/trial.people/rows")
    assert (refused.status_code, refused.json()["clause"]) == (403, "8.1.2")
    assert (await manager.get(f"{PATH}/no.such/rows")).status_code == 404
    assert (await manager.get(f"{PATH}/trial.people/rows", params={"cursor": "x"})).status_code == 422


async def test_a_manager_measures_now_and_the_chart_has_a_point_a_day(acting: Acting, house: House):
    for days in (3, 2, 2, 1):
        with clock.at(clock.now() - timedelta(days=days)):
            async with unit_of_work(house.database) as db:
                await measure(db, CONTROLS["trial.people"])
    run = await acting("general-manager").post(f"{PATH}/trial.people/run")
    assert run.status_code == 200, run.text
    assert (run.json()["state"], run.json()["failing"]) == ("amber", 4)
    assert len(run.json()["history"]) == 4
    times = [point["measured_at"] for point in run.json()["history"]]
    assert times == sorted(times)
    assert (await acting("sales-specialist").post(f"{PATH}/trial.people/run")).status_code == 403
    shown = (await acting("sales-specialist").get(f"{PATH}/trial.people")).json()
    assert (shown["clause"], shown["green"], shown["period_days"]) == ("6.1.1", 0.9, 30.0)


async def test_what_is_not_measured_is_said(acting: Acting, house: House):
    async with unit_of_work(house.database) as db:
        await measure_all(db)
    listed = (await acting("sales-specialist").get(PATH)).json()
    unmeasured = {one["clause"] for one in listed["unmeasured"]}
    assert "8.1.1" in unmeasured
    assert "6.1.1" not in unmeasured
    by = {one["name"]: one for one in listed["items"]}
    assert (by["control.ran"]["state"], by["control.ran"]["failing"]) == ("green", 0)
    assert 0 < by["control.ran"]["figure"] < 100
    report = (await acting("sales-specialist").get("/api/v1/regulation/coverage")).json()
    assert "8.1.1" in report["unmeasured"]
    assert "1.3.4" not in report["without_code"]
    assert next(c for c in report["items"] if c["clause"] == "1.3.4")["steps"] >= 5


async def test_a_control_that_cannot_be_measured_shows_in_1_1_and_keeps_nothing_else_from_it(house: House):
    control("trial.broken", "坏的", "A broken one", clause="6.1.1", population=_broken, failing=_broken)
    try:
        async with unit_of_work(house.database) as db:
            await measure_all(db)
            result = await measure(db, RAN)
            failing = (await db.execute(RAN.failing(Window(result.since, result.until)))).all()
        assert [row.id for row in failing] == ["trial.broken"]
        assert result.state == "red"
    finally:
        del CONTROLS["trial.broken"]


async def test_every_control_of_the_house_can_be_measured(house: House):
    for of in list(CONTROLS.values()):
        window = window_of(of, clock.now())
        async with house.database.sessions() as db:
            for rows in (of.population(window), of.failing(window)):
                names = {column.key for column in rows.selected_columns}
                assert {"id", "title", "resource", "at"} <= names, of.name
                await db.execute(rows.limit(1))
            if of.figure is not None:
                await db.execute(of.figure(window))


def test_whatever_cites_no_clause_or_an_unknown_one_is_found():
    known = [entry["id"] for entry in clauses.wording_as_shipped()]
    control("trial.lost", "无依据", "Without ground", clause="9.9.9", population=_people, failing=_sales)
    try:
        assert coverage.faults([], known) == ["control trial.lost cites 9.9.9, which does not exist"]
    finally:
        del CONTROLS["trial.lost"]
    assert coverage.faults([], known) == []
