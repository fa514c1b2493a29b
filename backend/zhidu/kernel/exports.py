"""Exports: rows go out as CSV or XLSX that Excel opens well in Chinese and never runs as formulas."""

import csv
import io
import math
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import xlsxwriter

_CHUNK_CHARACTERS = 65_536
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # Excel in Chinese takes the full-width ones too
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9,]{0,30}(?:\.[0-9]{1,30})?%?")
# What a spreadsheet shows has no time zone; people here read it as the time of the company.
_ZONE = ZoneInfo("Asia/Shanghai")


def neutral(text: str) -> str:
    """The text so that no spreadsheet runs it as a formula: a leading apostrophe where it could; numbers stay."""
    if text.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, int | float | Decimal) else neutral(str(value))


class _CsvChunks:
    def __init__(self, header: Sequence[str]) -> None:
        self.text = io.StringIO()
        self.text.write("\ufeff")  # without it Excel reads Chinese as GBK
        self.writer = csv.writer(self.text, lineterminator="\r\n")
        self.add(header)

    def add(self, row: Sequence[object]) -> None:
        self.writer.writerow([_cell(value) for value in row])

    @property
    def full(self) -> bool:
        return self.text.tell() >= _CHUNK_CHARACTERS

    def take(self) -> bytes:
        chunk = self.text.getvalue().encode("utf-8", "replace")
        self.text.seek(0)
        self.text.truncate()
        return chunk


def csv_stream(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The rows as CSV in chunks of about 64 kB: UTF-8 with BOM and CRLF, as Excel opens it; formulas neutralised."""
    chunks = _CsvChunks(header)
    for row in rows:
        chunks.add(row)
        if chunks.full:
            yield chunks.take()
    if rest := chunks.take():
        yield rest


async def csv_stream_async(header: Sequence[str], rows: AsyncIterable[Sequence[object]]) -> AsyncIterator[bytes]:
    """As `csv_stream`, for rows that arrive from the database meanwhile."""
    chunks = _CsvChunks(header)
    async for row in rows:
        chunks.add(row)
        if chunks.full:
            yield chunks.take()
    if rest := chunks.take():
        yield rest


_SHEET_ROWS = 1_048_576
_SHEET_CELL = 32_767
_SHEET_DIGITS = 10**15
_SURROGATES = re.compile("[\ud800-\udfff]")


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[object]], path: Path) -> None:
    """Write the rows as XLSX with little memory; what a sheet cannot hold goes on in the next. Blocks: use a thread.

    Numbers, dates and times stay such (in the company's time zone); formulas are neutralised; a number of more than 15
    digits is written as text, since Excel would lose its end; a text beyond Excel's 32,767 characters is cut with `…`.
    """
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        styles = _Styles(
            book.add_format({"bold": True}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )
        sheet, line = _new_sheet(book, header, styles), 1
        for row in rows:
            if line == _SHEET_ROWS:
                sheet, line = _new_sheet(book, header, styles), 1
            for column, value in enumerate(row):
                _write(sheet, line, column, value, styles)
            line += 1


class _Styles(NamedTuple):
    title: Any
    day: Any
    moment: Any


def _new_sheet(book: xlsxwriter.Workbook, header: Sequence[str], styles: _Styles) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(header):
        sheet.set_column(column, column, min(40, max(12, 2 * len(title))))
        sheet.write_string(0, column, _sheet_text(title), styles.title)
    return sheet


def _write(sheet: Any, line: int, column: int, value: object, styles: _Styles) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, int | float | Decimal) and math.isfinite(value) and -_SHEET_DIGITS < value < _SHEET_DIGITS:
        sheet.write_number(line, column, value)
    elif isinstance(value, datetime):
        local = value.astimezone(_ZONE).replace(tzinfo=None) if value.tzinfo else value
        sheet.write_datetime(line, column, local, styles.moment)
    elif isinstance(value, date):
        sheet.write_datetime(line, column, value, styles.day)
    else:
        sheet.write_string(line, column, _sheet_text(_cell(value)))


def _sheet_text(text: str) -> str:
    text = _SURROGATES.sub("\ufffd", neutral(text))
    return text if len(text) <= _SHEET_CELL else text[: _SHEET_CELL - 1] + "…"
