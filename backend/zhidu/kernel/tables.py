"""Tabular files as people send them: CSV in any of their encodings, and XLSX, come in as rows of text."""

import codecs
import csv
import errno
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Literal
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

_REASONS = {
    "empty": ("文件是空的", "The file is empty."),
    "not_a_table": (
        "这不是表格文件:请上传 CSV 或 XLSX",
        "This is not a tabular file: please upload CSV or XLSX.",
    ),
    "old_excel": (
        "这是旧版 Excel 文件(.xls)或带密码的文件:请在 Excel 中取消密码,另存为 .xlsx",
        "This is an old Excel file (.xls) or one with a password: remove the password and save it as .xlsx.",
    ),
    "password": ("文件带有密码:请取消密码后再上传", "The file has a password: please remove it."),
    "broken": (
        "文件已损坏,或不是普通的 Excel 工作簿:请在 Excel 中打开并另存为新的 .xlsx 文件",
        "The file is damaged or no plain workbook: please open it in Excel and save it anew as .xlsx.",
    ),
    "too_large": (
        "文件解压后过大:请拆分成几个文件",
        "The file is too large once unpacked: please split it.",
    ),
    "bomb": (
        "文件的压缩比异常,已拒绝读取",
        "The file unpacks to many times its size, so it is not read.",
    ),
    "too_many_rows": ("行数过多:请拆分成几个文件", "The file has too many rows: please split it."),
    "line_too_long": (
        "有一行过长,或引号没有闭合",
        "A line is too long, or a quotation mark is never closed.",
    ),
    "encoding": (
        "无法识别文字编码:请另存为 UTF-8 的 CSV",
        "The text encoding is unknown: please save the file as CSV in UTF-8.",
    ),
    "no_such_sheet": ("文件中没有这个工作表", "The file has no such sheet."),
}

_FAULTS = {
    "nul": ("含有空字符(NUL)", "It holds a NUL character."),
    "bad_character": ("含有无法识别的字符", "It holds a character that cannot be read."),
    "too_long": ("内容过长,已截断", "It is too long and was cut."),
    "too_many_columns": ("列数过多,多余的列已忽略", "The row has too many columns; the rest was left out."),
    "unclosed_quote": (
        "引号没有闭合,其后的行可能并入此格",
        "A quotation mark is never closed; later lines may be in it.",
    ),
    "digits_lost": (
        "数字超过 15 位,Excel 已丢失末尾数字:请将该列设为文本",
        "The number has over 15 digits, of which Excel has lost the last: please make the column text.",
    ),
}


class Unreadable(Exception):
    """The file as a whole cannot be read; `code` is stable, `zh` and `en` say to a person what to do."""

    def __init__(self, code: str, row: int | None = None) -> None:
        self.code = code
        self.row = row
        self.zh, self.en = _REASONS[code]
        if row:
            self.zh, self.en = f"第 {row} 行:{self.zh}", f"Row {row}: {self.en}"
        super().__init__(self.en)


@dataclass(frozen=True)
class Fault:
    """Why one cell cannot be taken as it is; `column` counts from 0. The cell itself is already made harmless."""

    column: int
    code: str

    @property
    def zh(self) -> str:
        """The reason in Chinese."""
        return _FAULTS[self.code][0]

    @property
    def en(self) -> str:
        """The reason in English."""
        return _FAULTS[self.code][1]


class Row(list[str]):
    """The cells of one row as text, with its number as a spreadsheet shows it (from 1) and what is wrong in it."""

    __slots__ = ("faults", "number")

    def __init__(self, number: int, cells: Iterable[str], faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(cells)
        self.number = number
        self.faults = faults


@dataclass(frozen=True)
class Format:
    """How to read a file. A person who knows better changes it with `dataclasses.replace`."""

    kind: Literal["csv", "xlsx"]
    encoding: str = "utf-8-sig"
    delimiter: str = ","


@dataclass(frozen=True)
class Limits:
    """What a file may cost: characters of a cell, cells, and bytes once unpacked."""

    cell: int = 10_000
    columns: int = 500
    rows: int = 1_000_000
    line: int = 4_000_000
    cells: int = 5_000_000
    unpacked: int = 512_000_000
    ratio: int = 200


LIMITS = Limits()

# --- what kind of file it is --------------------------------------------------------------------------------------

HEAD_BYTES = 65_536
_EVIDENCE_BYTES = 262_144
_DELIMITERS = ",;\t|"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"SQLite format 3")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|meta)", re.IGNORECASE)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1a\0")
# Encodings besides UTF and GB that companies here meet; a free guess among a hundred is worse than none.
_RARER = ["big5hkscs", "shift_jis", "euc_kr", "cp1252"]


def sniff(head: bytes, filename: str) -> Format:
    """What the first bytes (64 kB do) show the file to be; the content decides, the name only helps.

    Raises Unreadable: `empty`, `not_a_table`, `old_excel`, `encoding`.
    """
    if not head.strip():
        raise Unreadable("empty")
    if head.startswith(b"PK\x03\x04"):
        return Format("xlsx")
    if head.startswith(_OLE):
        raise Unreadable("old_excel")
    encoding = _utf16(head)
    if not encoding:
        odd = len(head) - len(head.translate(None, _CONTROLS + b"\0"))
        if head.startswith(_OTHER_KINDS) or _MARKUP.match(head) or odd > len(head) / 10:
            raise Unreadable("not_a_table")
        encoding = _encoding(head)
    text = codecs.getincrementaldecoder(encoding)(_on_error(encoding)).decode(head)
    return Format("csv", encoding, _delimiter(text, filename))


def sniff_file(path: Path, filename: str | None = None) -> Format:
    """As `sniff`, but looks through the file for lines that are not ASCII: the first Chinese name may come late."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        form = sniff(head, filename or path.name)
        if form.kind == "xlsx" or form.encoding.startswith("utf-16"):
            return form
        file.seek(0)
        evidence = bytearray()
        for line in iter(lambda: file.readline(HEAD_BYTES), b""):
            if not line.isascii():
                evidence += line
                if len(evidence) > _EVIDENCE_BYTES:
                    break
    return Format("csv", _encoding(bytes(evidence)), form.delimiter) if evidence else form


def _utf16(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(head) // 2
    if head[1::2].count(0) > half * 0.4 and head[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if head[::2].count(0) > half * 0.4 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def _encoding(evidence: bytes) -> str:
    """UTF-8 where it holds, else GB18030 (which includes GBK) where it gives common characters, else a guess."""
    text = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape").decode(evidence)
    broken = sum("\udc80" <= character <= "\udcff" for character in text)
    # A byte that is broken in one row must not turn a UTF-8 file into GB18030, which accepts nearly any bytes.
    if broken <= sum(not character.isascii() for character in text) - broken:
        return "utf-8-sig"
    try:
        text = codecs.getincrementaldecoder("gb18030")("strict").decode(evidence)
    except UnicodeDecodeError:
        text = ""
    foreign = "".join(character for character in text if not character.isascii())
    if foreign and len(foreign.encode("gb2312", "ignore")) / 2 >= len(foreign) * 0.6:
        return "gb18030"
    from charset_normalizer import from_bytes

    guess = from_bytes(evidence[:HEAD_BYTES], cp_isolation=_RARER).best()
    if guess:
        return guess.encoding
    if text:
        return "gb18030"
    raise Unreadable("encoding")


def _on_error(encoding: str) -> str:
    """Undecodable bytes become lone surrogates, which are then reported with their row."""
    return "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"


def _delimiter(text: str, filename: str) -> str:
    """The delimiter that cuts the first lines into the most columns of the same number."""
    lines = text.splitlines(keepends=True)[:50]
    best, most = "\t" if filename.lower().endswith(".tsv") else ",", 0.0
    for candidate in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=candidate) if row]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            agreement = sum(width == widths[0] for width in widths) / len(widths)
            if agreement * widths[0] > most:
                best, most = candidate, agreement * widths[0]
    return best


# --- reading ------------------------------------------------------------------------------------------------------


def read_rows(
    path: Path, form: Format | None = None, *, sheet: str | None = None, limits: Limits = LIMITS
) -> Iterator[Row]:
    """The rows that are not blank, one by one, as text; the header is the first. `sheet` defaults to the first visible.

    Dates come as ISO text, whole numbers without `.0`, formulas as the value last computed. A cell with NUL, broken or
    too many characters is made harmless and named in `row.faults`. Raises Unreadable while iterating.
    """
    form = form or sniff_file(path)
    cells = _xlsx_cells(path, sheet, limits) if form.kind == "xlsx" else _csv_cells(path, form, limits)
    for number, (row, faults) in enumerate(cells, 1):
        if not any(row) and not faults:
            continue
        if number > limits.rows:
            raise Unreadable("too_many_rows", number)
        yield _checked(number, row, faults, limits)


_BAD = re.compile("[\0\ud800-\udfff]")


def _checked(number: int, cells: list[str], faults: list[Fault], limits: Limits) -> Row:
    joined = "".join(cells)
    if len(cells) <= limits.columns and len(joined) <= limits.cell and not _BAD.search(joined):
        return Row(number, cells, tuple(faults))
    if len(cells) > limits.columns:
        faults.append(Fault(limits.columns, "too_many_columns"))
        del cells[limits.columns :]
    for column, cell in enumerate(cells):
        if len(cell) > limits.cell:
            faults.append(Fault(column, "too_long"))
        if "\0" in cell:
            faults.append(Fault(column, "nul"))
        if any("\ud800" <= character <= "\udfff" for character in cell):
            faults.append(Fault(column, "bad_character"))
        cells[column] = _BAD.sub("\ufffd", cell[: limits.cell])
    return Row(number, cells, tuple(faults))


_END = "\x04end of file\x04"


def _csv_cells(path: Path, form: Format, limits: Limits) -> Iterator[tuple[list[str], list[Fault]]]:
    with path.open(encoding=form.encoding, errors=_on_error(form.encoding), newline="") as file:
        reader = csv.reader(_lines(file, limits), delimiter=form.delimiter)
        number = 0
        try:
            for row in reader:
                number += 1
                if row and row[-1].endswith(_END):
                    if len(row) > 1 or row[0] != _END:
                        row[-1] = row[-1].removesuffix(_END)
                        yield row, [Fault(len(row) - 1, "unclosed_quote")]
                    return
                yield row, []
        except csv.Error as reason:  # a cell beyond the reader's own 128 kB: nearly always a quote left open
            raise Unreadable("line_too_long", number + 1) from reason
        except UnicodeError as reason:
            raise Unreadable("encoding", number + 1) from reason


def _lines(file: IO[str], limits: Limits) -> Iterator[str]:
    for line in iter(lambda: file.readline(limits.line + 1), ""):
        if len(line) > limits.line:
            raise Unreadable("line_too_long")
        yield line
    # A quotation mark left open swallows all that follows without a word; then this mark is swallowed too, and tells.
    yield _END


def sheet_names(path: Path, limits: Limits = LIMITS) -> list[str]:
    """The visible sheets of an XLSX file, in order. Raises Unreadable."""
    with _workbook(path, limits) as book:
        return _visible(book)


def _visible(book: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _workbook(path: Path, limits: Limits) -> CalamineWorkbook:
    try:
        _weigh(path, limits)
        return CalamineWorkbook.from_path(path)
    except PasswordError as reason:
        raise Unreadable("password") from reason
    except (
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        EOFError,
        ValueError,
        LookupError,
    ) as reason:
        raise Unreadable("broken") from reason
    except OSError as reason:
        if reason.errno != errno.EINVAL:  # the damaged directory points before the file's start
            raise
        raise Unreadable("broken") from reason
    except (NotImplementedError, RuntimeError) as reason:  # a compression we lack; an encrypted member
        raise Unreadable("password") from reason


def _xlsx_cells(path: Path, sheet: str | None, limits: Limits) -> Iterator[tuple[list[str], list[Fault]]]:
    with _workbook(path, limits) as book:
        names = _visible(book)
        if sheet not in (names if sheet else [None]) or not names:
            raise Unreadable("no_such_sheet")
        try:
            rows = book.get_sheet_by_name(sheet or names[0]).iter_rows()
        except CalamineError as reason:
            raise Unreadable("broken") from reason
        for row in rows:
            faults = [
                Fault(column, "digits_lost")
                for column, cell in enumerate(row)
                if isinstance(cell, float) and abs(cell) >= 1e15
            ]
            yield [_text(cell) for cell in row], faults


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # Fifteen digits are what Excel shows and keeps: 0.1 + 0.2 reads 0.3 there, so it does here.
        return format(Decimal(f"{cell:.15g}"), "f") if math.isfinite(cell) else ""
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    # Excel keeps times as fractions of a day: what is below a second is noise.
    return cell.replace(microsecond=0).isoformat() if isinstance(cell, datetime | time) else str(cell)


def _weigh(path: Path, limits: Limits) -> None:
    """Unpack the file once without keeping it, for its own account of its size may lie; raises Unreadable.

    The parser lays a sheet out as a full rectangle: two cells in opposite corners would ask for 500 GB and abort the
    process, so the area in use is measured first.
    """
    unpacked = 0
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if "xl/workbook.xml" not in archive.namelist():
            raise Unreadable("not_a_table")
        if len(members) > 10_000:
            raise Unreadable("bomb")
        for member in members:
            member.file_size = 1 << 62  # else the reader would stop where the header says, not at the end
            in_use = _Area(limits) if member.filename.lower().endswith((".xml", "workbook.xml.rels")) else None
            size = 0
            with archive.open(member) as content:
                while chunk := content.read(1 << 20):
                    size += len(chunk)
                    if unpacked + size > limits.unpacked:
                        raise Unreadable("too_large")
                    if size > 10_000_000 and size > member.compress_size * limits.ratio:
                        raise Unreadable("bomb")
                    if in_use:
                        in_use.feed(chunk, False)
            if in_use:
                in_use.feed(b"", True)
            unpacked += size


class _Area:
    """The rectangle that the filled cells of a sheet span, found while its XML passes by."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.row = self.column = 0
        self.rows = self.columns = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.feed = self.parser.Parse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            place = attributes.get("r")
            if place:
                letters = place.rstrip("0123456789")
                self.column = 0
                for letter in letters.upper():
                    self.column = self.column * 26 + ord(letter) - 64
                self.row = int(place[len(letters) :] or 0)
            else:
                self.column += 1
        elif tag in {"v", "is"}:
            # A cell that has only a colour counts for nothing: many a sheet is painted down to the last row.
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
            if self.rows * self.columns > self.limits.cells:
                raise Unreadable("too_large")
        elif tag == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
        elif tag == "Relationship" and attributes.get("TargetMode") != "External" and not _is_xml(attributes):
            # Any part may be named as a sheet; one that is no .xml would go unmeasured (a workbook of macros has such).
            raise Unreadable("broken")


def _is_xml(link: dict[str, str]) -> bool:
    return link.get("Target", "").lower().endswith(".xml")
