"""4.1.1 Imports: real files come in honestly, as a whole, and go out again as a whole."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
import xlsxwriter
from sqlalchemy import func, select

from tests.conftest import Acting, versioned
from zhidu.kernel import clock, jobs
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.sales.import_columns import suggested
from zhidu.sales.lead_sources import LeadSource
from zhidu.sales.leads import Lead

SHARED = Path(__file__).parents[3] / "shared/data"
SAMPLE = Path(__file__).parents[1] / "data/olist_leads_sample.csv"
PATH = "/api/v1/sales/lead-imports"
OLIST_ORIGINS = (
    "organic search", "paid search", "social", "email", "referral", "direct traffic", "display", "other",
    "other publicities", "unknown", "origin",
)  # fmt: skip


@pytest.fixture(scope="module")
async def sources(house: House) -> dict[str, str]:
    """Lead sources for each origin that the real files name, and one for the rest."""
    async with unit_of_work(house.database) as db:
        made = {
            word: LeadSource(code=word.replace(" ", "-"), name=word, kind="other") for word in (*OLIST_ORIGINS, "rest")
        }
        db.add_all(made.values())
    return {word: str(source.id) for word, source in made.items()}


async def bring(client: httpx.AsyncClient, content: bytes, filename: str) -> httpx.Response:
    """Upload a table and make an import of it."""
    file = await client.post("/api/v1/files", params={"filename": filename, "use": "import"}, content=content)
    assert file.status_code == 201, file.text
    return await client.post(PATH, json={"file_id": file.json()["id"]})


async def after_jobs(house: House, client: httpx.AsyncClient, reply: httpx.Response) -> httpx.Response:
    """The import when its jobs are done."""
    assert reply.status_code == 200, reply.text
    await jobs.work(house.database, until_idle=True)
    return await client.get(f"{PATH}/{reply.json()['id']}")


def mapping(columns: dict[str, str], sources: dict[str, str], **more: Any) -> dict[str, Any]:
    """A mapping as the page sends it."""
    return {
        "mapping": {
            "columns": [{"header": header, "field": field} for header, field in columns.items()],
            "source_words": [{"word": word, "source_id": source} for word, source in sources.items()],
            **more,
        }
    }


OLIST = {
    "mql_id": "external_id", "first_contact_date": "arrived_at", "landing_page_id": "landing_page", "origin": "source",
}  # fmt: skip


async def imported(acting: Acting, house: House, content: bytes, filename: str, asked: Any) -> httpx.Response:
    """The whole way: bring, map, preview, run."""
    client = acting("sales-manager")
    made = await bring(client, content, filename)
    assert made.status_code == 201, made.text
    url = f"{PATH}/{made.json()['id']}"
    previewed = await after_jobs(house, client, await client.post(f"{url}/map", json=asked, headers=versioned(made)))
    assert previewed.json()["status"] == "previewed", previewed.text
    return await after_jobs(house, client, await client.post(f"{url}/run", headers=versioned(previewed)))


def csv_of(header: list[str], *rows: list[str]) -> str:
    """A CSV as text."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue()


async def test_the_real_file_comes_in_and_its_figures_are_those_of_the_file(acting: Acting, house: House, sources):
    file = SHARED / "olist-funnel/olist_marketing_qualified_leads.csv"
    file = file if file.exists() else SAMPLE
    words = {word: source for word, source in sources.items() if word != "rest"}
    asked = mapping(OLIST, words, default_source_id=sources["rest"])
    done = await imported(acting, house, file.read_bytes(), file.name, asked)
    figures = done.json()
    # An independent reading of the raw file.
    (rows,) = duckdb.sql(f"SELECT count(*) FROM read_csv('{file}', header=true, all_varchar=true)").fetchall()[0]
    expected = dict(
        duckdb.sql(
            f"""SELECT coalesce(nullif(trim(origin), ''), 'rest'), count(*)
            FROM read_csv('{file}', header=true, all_varchar=true) GROUP BY 1"""
        ).fetchall()
    )
    assert (figures["rows"], figures["to_create"], figures["refused"]) == (rows, rows, 0)
    async with house.database.sessions() as db:
        by_source = (
            select(LeadSource.name, func.count()).join(Lead, Lead.source_id == LeadSource.id).group_by(LeadSource.name)
        )
        assert {row[0]: row[1] for row in await db.execute(by_source)} == expected
        lead = await db.scalar(select(Lead).where(Lead.external_id == "dac32acd4db4c29c230538b72f8dd87d"))
        assert lead is not None
        assert lead.arrived_at.isoformat() == "2018-01-31T16:00:00+00:00"  # the first of February in Shanghai
        trail = select(func.count()).where(AuditEntry.resource == "sales_lead", AuditEntry.action == "create")
        assert await db.scalar(trail) == rows

    client = acting("sales-manager")
    again = await imported(acting, house, file.read_bytes(), file.name, asked)
    assert (again.json()["to_create"], again.json()["to_update"]) == (0, rows)

    undone = await after_jobs(house, client, await client.post(f"{PATH}/{figures['id']}/undo", headers=versioned(done)))
    assert undone.json()["status"] == "undone", undone.text
    assert (undone.json()["taken_back"], undone.json()["kept_back"]) == (rows, 0)
    async with house.database.sessions() as db:
        assert await db.scalar(select(func.count()).select_from(Lead)) == 0


@pytest.mark.skipif(not SHARED.exists(), reason="the lead-scoring file is only in the shared folder")
async def test_the_scoring_file_with_other_columns_comes_in_too(acting: Acting, house: House, sources):
    file = SHARED / "lead-scoring/lead_scoring.csv"
    asked = mapping(
        {"Prospect ID": "external_id", "Lead Source": "source", "City": "region", "Specialization": "product_interest"},
        {"google": sources["organic search"], "direct traffic": sources["direct traffic"]},
        default_source_id=sources["rest"],
        empty_words=["Select"],
    )
    done = await imported(acting, house, file.read_bytes(), file.name, asked)
    assert done.json()["to_create"] == 5504
    async with house.database.sessions() as db:
        google = await db.scalar(select(func.count()).where(Lead.source_id == sources["organic search"]))
        (expected,) = duckdb.sql(
            f"""SELECT count(*) FROM read_csv('{file}', all_varchar=true) WHERE lower("Lead Source") = 'google'"""
        ).fetchall()[0]
        assert google == expected
        assert await db.scalar(select(func.count()).where(Lead.region == "Select")) == 0
        facts = await db.scalar(select(Lead.facts).where(Lead.external_id.like("1f13cede%")))
        assert facts is not None
        assert facts["TotalVisits"] == "5"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
async def test_chinese_files_of_every_encoding_are_read(acting: Acting, house: House, sources, encoding: str):
    text = csv_of(["姓名", "公司", "电话", "留言"], ["王芳", f"杭州{encoding}公司", "138 0000 1234", "第一行\n第二行"])
    content = text.replace("\r\n", "\n").replace("\n", "\r\n").encode(encoding)
    client = acting("sales-specialist")
    made = await bring(client, content, f"{encoding}.csv")
    assert made.status_code == 201, made.text
    assert [c["suggestion"] for c in made.json()["columns"]] == ["name", "company", "phone", "need"]


async def test_each_refused_row_says_why_and_comes_back_as_a_file(acting: Acting, house: House, sources):
    rows = [
        ["好的一行", "13900001111", "a@example.com", "2026-03-01", "1200.00"],
        ["坏电话", "12", "", "2026-03-01", ""],
        ["坏邮箱", "", "not-an-address", "2026-03-01", ""],
        ["没有的日期", "13900002222", "", "2026-02-30", ""],
        ["三位小数", "13900003333", "", "2026-03-01", "1.234"],
        ["重复", "139-0000-1111", "", "2026-03-01", ""],
        ["=1+1", "13900004444", "", "2026-03-01", ""],
        ["长" * 101, "13900005555", "", "2026-03-01", ""],
        ["", "", "", "", ""],
    ]
    content = csv_of(["姓名", "电话", "邮箱", "日期", "预算"], *rows).encode()
    columns = {"姓名": "name", "电话": "phone", "邮箱": "email", "日期": "arrived_at", "预算": "budget"}
    client = acting("sales-manager")
    done = await imported(acting, house, content, "坏数据.csv", mapping(columns, {}, default_source_id=sources["rest"]))
    assert (done.json()["to_create"], done.json()["refused"]) == (2, 6)
    url = f"{PATH}/{done.json()['id']}"
    refused = (await client.get(f"{url}/rows", params={"verdict": "refuse"})).json()["items"]
    assert [row["number"] for row in refused] == [3, 4, 5, 6, 7, 9]
    assert "与第 2 行重复" in refused[4]["reasons"]
    file = await client.get(f"{url}/refused")
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert lines[0][:3] == ["原因", "姓名", "电话"]
    assert len(lines) == 7
    assert lines[1][1] == "坏电话"
    async with house.database.sessions() as db:
        formula = await db.scalar(select(Lead).where(Lead.name == "=1+1"))
        assert formula is not None  # kept as text; every export neutralises it
        good = await db.scalar(select(Lead).where(Lead.name == "好的一行"))
        assert good is not None
        assert (good.phone_masked, good.phone, good.budget_fen) == ("139****1111", "+8613900001111", 120_000)


async def test_a_known_lead_gets_only_its_blanks_filled_and_undo_empties_them(acting: Acting, house: House, sources):
    async with unit_of_work(house.database) as db:
        known = Lead(name="李强", company="旧公司", source_id=sources["rest"])
        known.phone = "13700007777"
        db.add(known)
    content = csv_of(["姓名", "公司", "电话", "邮箱"], ["李强", "新公司", "13700007777", "li@example.com"]).encode()
    columns = {"姓名": "name", "公司": "company", "电话": "phone", "邮箱": "email"}
    done = await imported(acting, house, content, "known.csv", mapping(columns, {}, default_source_id=sources["rest"]))
    assert (done.json()["to_create"], done.json()["to_update"]) == (0, 1)
    async with house.database.sessions() as db:
        lead = await db.get_one(Lead, known.id)
        assert (lead.company, lead.email, lead.version) == ("旧公司", "li@example.com", 2)
    client = acting("sales-manager")
    undone = await after_jobs(
        house, client, await client.post(f"{PATH}/{done.json()['id']}/undo", headers=versioned(done))
    )
    assert undone.json()["taken_back"] == 1, undone.text
    async with house.database.sessions() as db:
        assert (await db.get_one(Lead, known.id)).email is None


async def test_a_lead_that_somebody_works_on_survives_the_undo(acting: Acting, house: House, sources, staff):
    content = csv_of(["姓名", "电话"], ["有人跟进", "13600001111"], ["无人跟进", "13600002222"]).encode()
    done = await imported(
        acting,
        house,
        content,
        "two.csv",
        mapping({"姓名": "name", "电话": "phone"}, {}, default_source_id=sources["rest"]),
    )
    async with unit_of_work(house.database) as db:
        lead = await db.scalar(select(Lead).where(Lead.name == "有人跟进"))
        assert lead is not None
        lead.owner_id = staff["sales-specialist"].id
    client = acting("sales-manager")
    undone = await after_jobs(
        house, client, await client.post(f"{PATH}/{done.json()['id']}/undo", headers=versioned(done))
    )
    assert (undone.json()["taken_back"], undone.json()["kept_back"]) == (1, 1)


async def test_a_workbook_is_read_and_a_broken_or_swollen_one_refused(acting: Acting, house: House, tmp_path: Path):
    book = xlsxwriter.Workbook(tmp_path / "leads.xlsx")
    book.add_worksheet().write_row(0, 0, ["姓名", "电话"])
    book.close()
    client = acting("sales-specialist")
    good = await bring(client, (tmp_path / "leads.xlsx").read_bytes(), "leads.xlsx")
    assert [c["header"] for c in good.json()["columns"]] == ["姓名", "电话"]
    broken = (tmp_path / "leads.xlsx").read_bytes()[:900]
    refused = await client.post("/api/v1/files", params={"filename": "b.xlsx", "use": "import"}, content=broken)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"


async def test_who_does_not_import_is_told_who_does(acting: Acting):
    refused = await acting("service-agent").get(PATH)
    assert refused.status_code == 403
    assert refused.json()["clause"] == "4.1.1"


async def test_a_column_is_guessed_by_its_header_only_if_its_cells_can_be_that(house: House):
    headers = ("Lead Id", "Do Not Email", "Receive Updates", "客户邮箱", "Created date", "预算金额")
    cells = (("1", "2"), ("No", ""), ("2026-01-31", "No"), ("wang@mail.example", ""), ("31/01/2026", ""), ("三万", ""))
    assert suggested(headers, cells) == {0: "external_id", 3: "email", 4: "arrived_at"}


async def test_the_table_goes_after_a_month_and_the_import_says_so(acting: Acting, house: House, sources):
    client = acting("sales-manager")
    table = csv_of(["name", "phone"], ["周一", "13800000001"], ["周二", "not a number"])
    asked = mapping({"name": "name", "phone": "phone"}, {}, default_source_id=sources["rest"])
    done = await imported(acting, house, table.encode(), "persons.csv", asked)
    path = f"{PATH}/{done.json()['id']}"
    assert "周二" in (await client.get(f"{path}/refused")).text
    with clock.at(clock.now() + timedelta(days=31)):
        await jobs.run_periodic(house.database, "zhidu.sales.lead_imports.remove_old_files")
    assert (await client.get(path)).json()["file_removed_at"] is not None
    gone = await client.get(f"{path}/refused")
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/gone")
    content = await client.get(f"/api/v1/files/{done.json()['file_id']}/content")
    assert content.status_code == 410
