"""What goes out opens well in Excel, and runs nothing there."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from zhidu.kernel.exports import csv_stream, csv_stream_async, neutral, xlsx_file

HEADER = ["姓名", "金额"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1+1",
        "-",
        "+a",
        "=",
        "-1-1",
        "+1+1",
    ],
)
def test_what_could_run_as_a_formula_becomes_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "+8613812345678", "-1,234.5", "-5%", "0", "", "张三", "a=b", "1-2", "'=1"])
def test_numbers_and_plain_text_stay(text: str) -> None:
    assert neutral(text) == text


def test_csv_is_what_excel_opens_in_chinese() -> None:
    content = b"".join(csv_stream(HEADER, [["张,三", Decimal("-12.50")], ["=1", None], [True, date(2026, 1, 2)]]))
    assert content == '\ufeff姓名,金额\r\n"张,三",-12.50\r\n\'=1,\r\nTRUE,2026-01-02\r\n'.encode()


def test_csv_of_no_rows_has_its_header() -> None:
    assert b"".join(csv_stream(HEADER, [])) == "\ufeff姓名,金额\r\n".encode()


def test_csv_leaves_in_chunks_and_comes_back_whole() -> None:
    rows = [[f"张三\n{i}", str(i)] for i in range(20_000)]
    chunks = list(csv_stream(HEADER, rows))
    assert len(chunks) > 3
    assert max(map(len, chunks)) < 200_000
    back = list(csv.reader(io.StringIO(b"".join(chunks).decode("utf-8-sig"), newline="")))
    assert back == [HEADER, *rows]


def test_rows_may_arrive_meanwhile() -> None:
    async def arriving() -> AsyncIterator[list[object]]:
        for i in range(3):
            yield [i, f"客户{i}"]

    async def content() -> bytes:
        return b"".join([chunk async for chunk in csv_stream_async(HEADER, arriving())])

    assert asyncio.run(content()) == b"".join(csv_stream(HEADER, [[i, f"客户{i}"] for i in range(3)]))


def test_xlsx_keeps_kinds_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    moment = datetime(2026, 1, 2, 1, 30, tzinfo=UTC)
    row = [
        "=1+1",
        -12.5,
        Decimal("1280.00"),
        True,
        None,
        date(2026, 1, 2),
        moment,
        10**17,
        "x" * 40_000,
        "a\ud800b",
        float("nan"),
    ]
    xlsx_file(["=h", *"bcdefghijk"], [row], path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    header, cells = sheet.iter_rows()
    assert header[0].value == "'=h"
    assert header[0].font.b
    assert [cell.value for cell in cells[:8]] == [
        "'=1+1", -12.5, 1280, True, None, datetime(2026, 1, 2), datetime(2026, 1, 2, 9, 30), str(10**17),
    ]  # fmt: skip
    assert str(cells[8].value).endswith("x…")
    assert [cell.value for cell in cells[9:]] == ["a\ufffdb", "nan"]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert sheet.freeze_panes == "A2"


def test_xlsx_of_no_rows_has_its_header(tmp_path: Path) -> None:
    xlsx_file(HEADER, [], tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [HEADER]


def test_xlsx_goes_on_in_another_sheet_when_one_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhidu.kernel.exports._SHEET_ROWS", 4)
    xlsx_file(["n"], ([i] for i in range(7)), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert [[cell.value for (cell,) in sheet.iter_rows()] for sheet in book.worksheets] == [
        ["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6],
    ]  # fmt: skip
