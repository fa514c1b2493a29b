"""4.1.1 What the columns of an imported table can mean: a cell becomes a value, or a reason to refuse the row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Literal, get_args

from zhidu.kernel import crypto
from zhidu.kernel.clock import COMPANY_ZONE
from zhidu.kernel.texts import Text

Kind = Literal["text", "phone", "email", "date", "money", "source"]
DateOrder = Literal["year-first", "day-first", "month-first"]


@dataclass(frozen=True, slots=True)
class Target:
    """A field of a lead that a column can fill; `known_as` are headers that suggest it."""

    kind: Kind
    title: Text
    known_as: tuple[str, ...]
    longest: int = 200


TARGETS: Mapping[str, Target] = {
    "name": Target("text", Text("姓名", "Name"), ("姓名", "联系人", "客户姓名", "name", "contact", "full name"), 100),
    "company": Target("text", Text("公司", "Company"), ("公司", "单位", "企业名称", "company", "account")),
    "title": Target("text", Text("职位", "Position"), ("职位", "职务", "title", "position", "job title"), 100),
    "phone": Target("phone", Text("电话", "Telephone"), ("电话", "手机", "联系电话", "phone", "mobile", "telephone")),
    "email": Target("email", Text("邮箱", "E-mail"), ("邮箱", "电子邮件", "email", "e-mail", "mail")),
    "region": Target("text", Text("地区", "Region"), ("地区", "省份", "城市", "city", "region", "province"), 100),
    "need": Target("text", Text("需求", "Need"), ("需求", "备注", "留言", "need", "message", "notes"), 2000),
    "product_interest": Target(
        "text", Text("意向产品", "Product of interest"), ("意向产品", "产品", "product", "specialization")
    ),
    "budget": Target("money", Text("预算（元）", "Budget (yuan)"), ("预算", "budget")),
    "source": Target("source", Text("来源", "Source"), ("来源", "渠道", "source", "lead source", "origin", "channel")),
    "landing_page": Target(
        "text", Text("落地页", "Landing page"), ("落地页", "landing page", "landing_page", "landing_page_id"), 500
    ),
    "external_id": Target(
        "text", Text("原系统编号", "Id in the old system"), ("编号", "id", "lead id", "mql_id", "prospect id"), 100
    ),
    "original_author": Target(
        "text", Text("原录入人", "Original author"), ("录入人", "创建人", "author", "created by", "owner"), 100
    ),
    "arrived_at": Target(
        "date", Text("原日期", "Original date"), ("日期", "创建时间", "date", "created", "first_contact_date")
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How the columns of one file are to be read. Column numbers count from 0."""

    columns: Mapping[int, str]
    facts: Mapping[int, str]
    source_words: Mapping[str, str]
    default_source_id: str | None
    empty_words: frozenset[str]
    date_order: DateOrder


@dataclass(slots=True)
class Reading:
    """One row as read: its values, and why it cannot be taken (empty when it can)."""

    values: dict[str, Any] = field(default_factory=dict)
    reasons: list[Text] = field(default_factory=list)


_SEPARATORS = re.compile(r"[/.\-年月日\s]+")
_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,2})?")


def read_row(cells: Sequence[str], mapping: ColumnMapping) -> Reading:
    """The values of a row under a mapping. Every reason is collected, so that a person corrects the row once."""
    reading = Reading()
    facts: dict[str, str] = {}
    for number, cell in enumerate(cells):
        text = cell.strip()
        if not text or text.casefold() in mapping.empty_words:
            continue
        if number in mapping.columns:
            _read_cell(reading, mapping.columns[number], text, mapping)
        elif number in mapping.facts:
            facts[mapping.facts[number]] = text[:500]
    reading.values["facts"] = facts
    reading.values.setdefault("source_id", mapping.default_source_id)
    if reading.values["source_id"] is None and not reading.reasons:
        reading.reasons.append(Text("没有来源（4.1.1）", "No source (4.1.1)"))
    if not reading.values.get("name"):
        _name_it(reading)
    return reading


def _name_it(reading: Reading) -> None:
    """Files without names are real: a lead is then called by its company, or by its number in the file."""
    values = reading.values
    if values.get("company"):
        values["name"] = values["company"][:100]
    elif values.get("external_id"):
        values["name"] = f"线索 {values['external_id'][:12]}"
    elif values.get("phone_masked") or values.get("email_masked"):
        values["name"] = values.get("phone_masked") or values["email_masked"]
    else:
        reading.reasons.append(
            Text(
                "没有姓名、公司、编号、电话或邮箱，无法识别", "No name, company, id, telephone or e-mail to know it by"
            )
        )


def _read_cell(reading: Reading, target: str, text: str, mapping: ColumnMapping) -> None:
    of = TARGETS[target]
    if of.kind in ("phone", "email"):
        try:
            reading.values |= crypto.sealed_columns(**{of.kind: text})
        except crypto.Malformed as wrong:
            reading.reasons.append(_of(of, Text(wrong.zh, wrong.en)))
    elif of.kind == "source":
        source = mapping.source_words.get(text.casefold())
        if source is None and mapping.default_source_id is None:
            reading.reasons.append(_of(of, Text("未对应的来源「{s}」", "no source is mapped to “{s}”").of(s=text[:50])))
        reading.values["source_id"] = source or mapping.default_source_id
    elif of.kind == "date":
        try:
            reading.values[target] = moment(text, mapping.date_order)
        except ValueError:
            reading.reasons.append(_of(of, Text("没有这个日期「{s}」", "there is no date “{s}”").of(s=text[:40])))
    elif of.kind == "money":
        amount = text.replace(",", "").lstrip("¥￥").removesuffix("元").strip()
        if _AMOUNT.fullmatch(amount):
            whole, _, cents = amount.partition(".")
            reading.values["budget_fen"] = int(whole) * 100 + int(cents.ljust(2, "0") or 0)
        else:
            reading.reasons.append(
                _of(of, Text("应为最多两位小数的金额", "must be an amount with at most two decimals"))
            )
    elif len(text) > of.longest:
        reading.reasons.append(_of(of, Text("最多 {n} 个字符", "at most {n} characters").of(n=of.longest)))
    else:
        reading.values[target] = text


def _of(target: Target, reason: Text) -> Text:
    return Text(f"{target.title.zh}：{reason.zh}", f"{target.title.en}: {reason.en}")


def moment(text: str, order: DateOrder) -> datetime:
    """A date, or a date and a time, in the company's zone, as UTC. Raises ValueError for what does not exist."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        day, _, clock = text.partition(" ")
        parts = [int(part) for part in _SEPARATORS.split(day.strip()) if part]
        if len(parts) != 3:
            raise
        if order == "day-first":
            parts.reverse()
        elif order == "month-first":
            parts = [parts[2], parts[0], parts[1]]
        parsed = datetime.combine(date(*parts), time.fromisoformat(clock.strip()) if clock.strip() else time())
    if not 1990 <= parsed.year <= 2100:
        raise ValueError(text)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=COMPANY_ZONE)).astimezone(UTC)


def suggested(headers: Sequence[str], cells: Sequence[Sequence[str]]) -> dict[int, str]:
    """A first guess of what the columns mean, by their headers; each field is guessed once.

    `cells`: the first cells of each column. "Do Not Email" with nothing but No in it is not an address.
    """
    found: dict[int, str] = {}
    for exact in (True, False):
        for number, header in enumerate(headers):
            word = header.strip().casefold()
            for name, target in TARGETS.items():
                if number in found or name in found.values() or not word:
                    continue
                named = word == name or word in target.known_as or (not exact and _speaks_of(word, target))
                if named and _could_be(name, cells[number]):
                    found[number] = name
    return found


def _speaks_of(header: str, target: Target) -> bool:
    # Words of an alphabet stand alone ("updates" is no date); Chinese has no spaces.
    return any(
        re.search(rf"(?<![a-z]){re.escape(known)}(?![a-z])", header) if known.isascii() else known in header
        for known in target.known_as
        if len(known) > 2 or not known.isascii()
    )


def _could_be(name: str, cells: Sequence[str]) -> bool:
    """Whether at least one of these cells reads as the field; empty ones say nothing."""
    told = [text for cell in cells if (text := cell.strip())]
    if not told or TARGETS[name].kind in ("text", "source"):
        return True
    for order in get_args(DateOrder):
        for text in told:
            reading = Reading()
            _read_cell(reading, name, text, ColumnMapping({}, {}, {}, None, frozenset(), order))
            if not reading.reasons:
                return True
    return False
