"""7.3.2 The first administrator is made by command, with no default password; the demonstration shows its own."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update
from typer.testing import CliRunner

from tests.org.conftest import SignIn
from zhidu import cli
from zhidu.kernel.problem import Conflict, Malformed
from zhidu.kernel.work import unit_of_work
from zhidu.org import demonstration
from zhidu.org.administrators import create_administrator
from zhidu.policy.accounts import Account, PostHolding
from zhidu.policy.guard import House
from zhidu.regulation.controls import CONTROLS, measure
from zhidu.settings import Settings

PASSWORD = "five-green-kettles"


async def test_an_administrator_is_not_made_beside_another_unless_asked_again(house: House, sign_in: SignIn):
    async with unit_of_work(house.database) as db:
        with pytest.raises(Conflict, match="administrator"):
            await create_administrator(db, login="root", name="周平", password=PASSWORD)
        with pytest.raises(Malformed):
            await create_administrator(db, login="chief", name="周平", password="password1234", again=True)
        with pytest.raises(Conflict, match="taken"):
            await create_administrator(db, login="Inspector", name="周平", password=PASSWORD, again=True)
        made = await create_administrator(db, login="Chief", name="周平", password=PASSWORD, again=True)
    entered = await sign_in("chief", PASSWORD)
    assert [post["key"] for post in entered.json()["account"]["posts"]] == ["administrator"]
    assert made.must_change_password is False


async def test_the_first_needs_nothing_but_the_machine(house: House):
    async with house.database.sessions() as db:  # not committed
        await db.execute(update(PostHolding).where(PostHolding.post == "administrator").values(post="support-staff"))
        made = await create_administrator(db, login="first", name="周平", password=PASSWORD)
        await db.flush()
        held = await db.scalar(select(PostHolding.post).where(PostHolding.account_id == made.id))
        assert held == "administrator"


def test_the_command_asks_for_the_password_and_says_what_is_wrong(database_url: str, settings: Settings, monkeypatch):
    monkeypatch.setattr(cli, "settings", lambda: settings.model_copy(update={"database_url": database_url}))
    monkeypatch.delenv("ZHIDU_ADMIN_PASSWORD", raising=False)
    args = ["admin", "create", "--login", "second", "--name", "李明"]
    weak = CliRunner().invoke(cli.app, [*args, "--again"], input="short\nshort\n")
    assert (weak.exit_code, "12" in weak.output) == (1, True)
    refused = CliRunner().invoke(cli.app, args, env={"ZHIDU_ADMIN_PASSWORD": PASSWORD})
    assert (refused.exit_code, "--again" in refused.output) == (1, True)
    made = CliRunner().invoke(cli.app, [*args, "--again"], env={"ZHIDU_ADMIN_PASSWORD": PASSWORD})
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output


async def test_a_demonstration_shows_its_sign_ins_and_nothing_else_does(
    stranger: AsyncClient, sign_in: SignIn, house: House, monkeypatch
):
    assert (await stranger.get("/api/v1/demo/accounts")).status_code == 404
    async with unit_of_work(house.database) as db:
        people = list(await db.scalars(select(Account).where(Account.login.in_(["sales-specialist", "inspector"]))))
        await demonstration.admit(people)
        for other in await db.scalars(select(Account).where(Account.login.not_in(["sales-specialist", "inspector"]))):
            other.password_changed_at = other.created_at
    monkeypatch.setattr(house.settings, "demo", True)
    shown = (await stranger.get("/api/v1/demo/accounts")).json()["items"]
    assert [one["login"] for one in shown] == ["sales-specialist", "inspector"]
    assert (shown[0]["post_title"], shown[0]["department"]) == ("销售专员", "销售部")
    assert (await sign_in(shown[0]["login"], shown[0]["password"])).status_code == 200


async def test_posts_without_their_second_factor_make_the_clause_red(house: House):
    async with house.database.sessions() as db:  # not committed
        before = await measure(db, CONTROLS["account.second_factor"])
        assert (before.state, before.failing) == ("red", before.population)
        await db.execute(update(Account).values(totp_sealed=b"x"))
        assert (await measure(db, CONTROLS["account.second_factor"])).state == "green"
