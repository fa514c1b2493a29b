"""Files as people really send them are read as they meant them, or refused with what to do."""

import contextlib
import dataclasses
import struct
import time
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # the library brings no types
from hypothesis import given
from hypothesis import strategies as st

from zhidu.kernel import tables
from zhidu.kernel.tables import Format, Limits, Row, Unreadable, read_rows, sniff

PEOPLE = "姓名,电话\r\n张三,13812345678\r\n李四,13912345678\r\n"
ROWS = [["姓名", "电话"], ["张三", "13812345678"], ["李四", "13912345678"]]


def given_file(folder: Path, content: bytes, name: str = "leads.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def faults(row: Row) -> list[tuple[int, str]]:
    return [(fault.column, fault.code) for fault in row.faults]


def refused(path: Path, limits: Limits = tables.LIMITS) -> str:
    with pytest.raises(Unreadable) as reason:
        list(read_rows(path, limits=limits))
    assert reason.value.zh
    assert reason.value.en
    return reason.value.code


# --- CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_chinese_is_read_in_every_encoding_that_comes_in(tmp_path: Path, encoding: str) -> None:
    assert list(read_rows(given_file(tmp_path, PEOPLE.encode(encoding)))) == ROWS


def test_traditional_chinese_in_big5_is_not_taken_for_gbk(tmp_path: Path) -> None:
    text = "姓名,公司,備註\r\n" + "陳小明,臺灣積體電路製造公司,請於週三聯絡負責人\r\n" * 20
    assert list(read_rows(given_file(tmp_path, text.encode("big5"))))[1] == [
        "陳小明",
        "臺灣積體電路製造公司",
        "請於週三聯絡負責人",
    ]


def test_western_letters_are_not_taken_for_gbk(tmp_path: Path) -> None:
    text = "nome,cidade\r\n" + "Conceição Gonçalves,São Paulo\r\nJosé Araújo,Brasília\r\n" * 20
    assert list(read_rows(given_file(tmp_path, text.encode("cp1252"))))[1] == ["Conceição Gonçalves", "São Paulo"]


def test_the_first_chinese_name_may_come_late(tmp_path: Path) -> None:
    text = "name,phone\n" + "Ann,1\n" * 50_000 + "张三,2\n"
    assert list(read_rows(given_file(tmp_path, text.encode("gbk"))))[-1] == ["张三", "2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = PEOPLE.replace(",", delimiter).replace("李四", "李 四")
    assert [len(row) for row in read_rows(given_file(tmp_path, text.encode()))] == [2, 2, 2]


def test_one_column_stays_one_column(tmp_path: Path) -> None:
    assert list(read_rows(given_file(tmp_path, "姓名\n张三\n".encode()))) == [["姓名"], ["张三"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_quoted_line_breaks_and_delimiters_stay_in_their_cell(tmp_path: Path, newline: str) -> None:
    text = f'a,b{newline}"x{newline}y","1,""2"""{newline}'
    assert list(read_rows(given_file(tmp_path, text.encode()))) == [["a", "b"], [f"x{newline}y", '1,"2"']]


def test_blank_lines_are_passed_over_but_counted(tmp_path: Path) -> None:
    rows = list(read_rows(given_file(tmp_path, b"a,b\n\n,\n1,2")))
    assert [(row.number, list(row)) for row in rows] == [(1, ["a", "b"]), (4, ["1", "2"])]


def test_nul_and_broken_bytes_are_named_by_row_and_made_harmless(tmp_path: Path) -> None:
    content = "姓名,备注\n张三,好\n李\0四,好\n王五,".encode() + b"\xff\xfe\n" + "赵六,".encode() + b"\xed\xa0\x80\n"
    rows = list(read_rows(given_file(tmp_path, content + "孙七,好\n".encode() * 9)))
    assert [faults(row) for row in rows[:5]] == [[], [], [(0, "nul")], [(1, "bad_character")], [(1, "bad_character")]]
    assert rows[2][0] == "李\ufffd四"
    assert "\ufffd" in rows[3][1]
    "".join("".join(row) for row in rows).encode()  # no lone surrogate is left


def test_a_lone_surrogate_in_utf_16_is_named_by_row(tmp_path: Path) -> None:
    content = "a,b\n1,x".encode("utf-16") + struct.pack("<H", 0xD800) + "\n2,y\n".encode("utf-16-le")
    assert [faults(row) for row in read_rows(given_file(tmp_path, content))] == [[], [(1, "bad_character")], []]


def test_over_long_cells_and_rows_are_cut_and_named(tmp_path: Path) -> None:
    path = given_file(tmp_path, b"a,b\n1," + b"x" * 20_000 + b"\n" + b"1," * 600 + b"\n")
    rows = list(read_rows(path))
    assert (len(rows[1][1]), faults(rows[1])) == (10_000, [(1, "too_long")])
    assert (len(rows[2]), faults(rows[2])) == (500, [(500, "too_many_columns")])
    assert all(fault.zh and fault.en for row in rows for fault in row.faults)


def test_a_quotation_mark_left_open_does_not_swallow_rows_in_silence(tmp_path: Path) -> None:
    rows = list(read_rows(given_file(tmp_path, b'a,b\n1,"x\n2,y\n')))
    assert (list(rows[1]), faults(rows[1])) == (["1", "x\n2,y\n"], [(1, "unclosed_quote")])
    assert refused(given_file(tmp_path, b'a,b\n1,"' + b"x,y\n" * 100_000)) == "line_too_long"


def test_a_file_with_too_many_rows_or_an_endless_line_is_refused(tmp_path: Path) -> None:
    path = given_file(tmp_path, b"a\n" * 11 + b"x" * 500)
    assert refused(path, Limits(rows=10)) == "too_many_rows"
    assert refused(path, Limits(line=100)) == "line_too_long"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (b"<html><table><tr><td>1", "not_a_table"),
        (bytes(range(256)) * 10, "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old_excel"),
        (b"PK\x03\x04 and nothing more", "broken"),
    ],
)
def test_what_is_no_table_is_refused_whatever_its_name(tmp_path: Path, content: bytes, code: str) -> None:
    assert refused(given_file(tmp_path, content)) == code
    assert refused(given_file(tmp_path, content, "leads.xlsx")) == code


def test_a_person_who_knows_better_overrules_what_was_sniffed(tmp_path: Path) -> None:
    path = given_file(tmp_path, "联通\n".encode("gbk"))  # also valid UTF-8, as in the old tale of Notepad
    form = dataclasses.replace(tables.sniff_file(path), encoding="gb18030")
    assert list(read_rows(path, form)) == [["联通"]]


def test_sniffing_names_kind_encoding_and_delimiter() -> None:
    assert sniff("a;b\n1;张\n".encode("gbk"), "x.csv") == Format("csv", "gb18030", ";")
    assert sniff(b"PK\x03\x04", "x.csv").kind == "xlsx"
    assert sniff("张".encode()[:2] + b"", "x.tsv").delimiter == "\t"


@given(st.binary(max_size=400))
def test_no_bytes_at_all_bring_the_reader_down(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = given_file(tmp_path_factory.getbasetemp(), content)
    try:
        for row in read_rows(path):
            "".join(row).encode()
    except Unreadable:
        pass


def test_a_hundred_thousand_rows_are_read_in_a_second_or_two(tmp_path: Path) -> None:
    path = given_file(
        tmp_path, PEOPLE.encode("gbk") + b"".join(f"张{i},138{i:08d},x,y\n".encode("gbk") for i in range(100_000))
    )
    start = time.perf_counter()
    assert sum(1 for _ in read_rows(path)) == 100_003
    assert time.perf_counter() - start < 5


# --- XLSX


def workbook(path: Path, rows: Iterable[Iterable[object]]) -> Path:
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
    ) as book:
        sheet = book.add_worksheet("线索")
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return path


def rewritten(path: Path, **members: bytes | None) -> Path:
    """The workbook with some members replaced, or left out."""
    named = {name.replace("__", "."): content for name, content in members.items()}
    other = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = named.get(member.rpartition("/")[2], old.read(member))
            if content is not None:
                new.writestr(member, content)
    return other


def sheet_xml(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def test_cells_of_every_kind_come_as_the_text_that_people_see(tmp_path: Path) -> None:
    cells = [13812345678, 12.5, 0.1 + 0.2, -3.0, True, date(2026, 2, 28), datetime(2026, 2, 28, 9, 30), "=1+1", "张三"]
    path = workbook(tmp_path / "a.xlsx", [["h"] * 9, cells])
    assert list(read_rows(path))[1] == [
        "13812345678", "12.5", "0.3", "-3", "TRUE", "2026-02-28", "2026-02-28T09:30:00", "=1+1", "张三",
    ]  # fmt: skip
    assert tables.sheet_names(path) == ["线索"]
    assert list(read_rows(path, sheet="线索")) == list(read_rows(path))


def test_a_formula_comes_as_the_value_last_computed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_formula("A1", '=CONCAT("a","b")', None, "ab")
    assert list(read_rows(path)) == [["ab"]]


def test_digits_that_excel_has_lost_are_named(tmp_path: Path) -> None:
    row = list(read_rows(workbook(tmp_path / "a.xlsx", [["身份证"], [110101199003078515]])))[1]
    assert faults(row) == [(0, "digits_lost")]
    assert "E" not in row[0].upper()


def test_rows_keep_the_numbers_that_the_sheet_shows(tmp_path: Path) -> None:
    rows = read_rows(workbook(tmp_path / "a.xlsx", [[], ["姓名"], [], ["张三"]]))
    assert [(row.number, list(row)) for row in rows] == [(2, ["姓名"]), (4, ["张三"])]


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["x"]])
    with pytest.raises(Unreadable, match="no such sheet"):
        list(read_rows(path, sheet="客户"))


def test_a_workbook_cut_short_or_full_of_nonsense_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["姓名"], ["张三"]])
    whole = path.read_bytes()
    assert refused(given_file(tmp_path, whole[: len(whole) // 2], "cut.xlsx")) == "broken"
    assert refused(rewritten(path, sheet1__xml=b"<worksheet><sheetData><row>")) == "broken"
    assert refused(rewritten(path, workbook__xml=None)) == "not_a_table"
    assert refused(rewritten(path, sheet1__xml=b'<?xml version="1.0" encoding="UTF-9"?><worksheet/>')) == "broken"
    directory = whole.rindex(b"PK\x05\x06") + 12  # where the end record gives the directory's size and place
    beyond = whole[:directory] + struct.pack("<II", 10, 0xFFFFFFF0) + whole[directory + 8 :]
    assert refused(given_file(tmp_path, beyond, "beyond.xlsx")) == "broken"


@pytest.mark.parametrize("step", range(7))
def test_a_workbook_with_damaged_bytes_never_brings_the_reader_down(tmp_path: Path, step: int) -> None:
    whole = bytearray(workbook(tmp_path / "a.xlsx", [["姓名"], ["张三"]]).read_bytes())
    for place in range(step * 97, len(whole), 679):
        damaged = whole.copy()
        damaged[place] ^= 0x55
        with contextlib.suppress(Unreadable):
            list(read_rows(given_file(tmp_path, bytes(damaged), "damaged.xlsx")))


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["x"]])
    assert refused(rewritten(path, sheet1__xml=sheet_xml(" " * 20_000_000))) == "bomb"
    assert refused(rewritten(path, sheet1__xml=sheet_xml(" " * 5_000_000)), Limits(unpacked=1_000_000)) == "too_large"


def test_a_zip_that_lies_about_its_size_is_weighed_all_the_same(tmp_path: Path) -> None:
    path = rewritten(workbook(tmp_path / "a.xlsx", [["x"]]), sheet1__xml=sheet_xml(" " * 20_000_000))
    size = struct.pack("<I", 20_000_000 + len(sheet_xml("")))
    content = path.read_bytes()
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, struct.pack("<I", 100)))
    assert refused(path) == "bomb"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c/><c r="XFD1048576"><is><t>1</t></is></c></row>',
        "<row>" + "<c><v>1</v></c>" * 9_000 + "</row>" + "<row><c><v>1</v></c></row>" * 1_000,
    ],
)
def test_two_cells_in_far_corners_do_not_take_all_memory(tmp_path: Path, rows: str) -> None:
    assert refused(rewritten(workbook(tmp_path / "a.xlsx", [["x"]]), sheet1__xml=sheet_xml(rows))) == "too_large"


def test_a_sheet_painted_to_its_end_is_read(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert list(read_rows(rewritten(workbook(tmp_path / "a.xlsx", [["x"]]), sheet1__xml=sheet_xml(rows)))) == [["1"]]


def test_a_sheet_hidden_under_another_kind_of_name_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["x"]])
    with zipfile.ZipFile(path) as book:
        links = book.read("xl/_rels/workbook.xml.rels").replace(b"worksheets/sheet1.xml", b"media/image1.png")
    assert refused(rewritten(path, **{"workbook__xml__rels": links})) == "broken"
