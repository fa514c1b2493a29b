"""What wire models are made of: strict inputs, bounded texts, money as decimal strings, errors as fields."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)  # fmt: skip

from zhidu.kernel import crypto
from zhidu.kernel.problem import FieldError
from zhidu.kernel.texts import Text

# No NUL (PostgreSQL cannot store it); lone surrogates are refused by pydantic itself. Stated in the contract.
CLEAN = r"^[^\x00]*$"


class In(BaseModel):
    """An input: nothing unknown, surrounding blanks removed, no coercion that hides a mistake."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _days_are_written_out(cls, value: Any, info: ValidationInfo) -> Any:
        """A number for a day or a moment would be read as seconds since 1970: 5 is no date that anybody means."""
        if info.field_name in _temporal(cls) and isinstance(value, int | float | str) and "-" not in str(value)[1:]:
            raise BadValue("应为日期或时间，如 2026-11-25", "Must be a date or a time, such as 2026-11-25")
        return value


@cache
def _temporal(model: type[In]) -> frozenset[str]:
    """The fields of a body that are days or moments."""
    return frozenset(name for name, field in model.model_fields.items() if _is_temporal(field.annotation))


def _is_temporal(annotation: Any) -> bool:
    return annotation in (date, datetime, AwareDatetime) or any(map(_is_temporal, get_args(annotation)))


class Out(BaseModel):
    """An output: documents what the read path sends; it has no defaults, and clients bear with more."""


Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=CLEAN)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=5000, pattern=CLEAN)]
Note = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=CLEAN)]
Url = Annotated[str, StringConstraints(min_length=8, max_length=2000, pattern=r"^https?://[^\s\x00]+$")]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Score = Annotated[int, Field(ge=0, le=100)]


class BadValue(ValueError):
    """A value that is refused with a sentence of its own."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


def _typed_as(normalise: Callable[[str], str]) -> AfterValidator:
    """What a person typed must be such a value; the sealed column keeps its one spelling."""

    def check(text: str) -> str:
        try:
            normalise(text)
        except crypto.Malformed as wrong:
            raise BadValue(wrong.zh, wrong.en) from None
        return text

    return AfterValidator(check)


Phone = Annotated[
    str,
    StringConstraints(min_length=3, max_length=crypto.PHONE_LIMIT, pattern=CLEAN),
    _typed_as(crypto.normalise_phone),
]
Email = Annotated[
    str,
    StringConstraints(min_length=3, max_length=crypto.EMAIL_LIMIT, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$"),
    _typed_as(crypto.normalise_email),
]
Address = Annotated[
    str,
    StringConstraints(min_length=1, max_length=crypto.ADDRESS_LIMIT, pattern=CLEAN),
    _typed_as(crypto.normalise_address),
]


class Fen(int):
    """Money inside the house: whole fen. `arguments` hands it to rules under `<name>_fen`."""


def _fen(written: str) -> Fen:
    whole, dot, cents = written.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (dot and not (cents.isascii() and cents.isdigit())):
        raise BadValue('应为金额，如 "1280.00"', 'Must be an amount such as "1280.00"')
    if len(cents) > 2:
        raise BadValue("金额最多两位小数", "Money has at most two decimals")
    # 10 million million yuan is beyond any order, and far from the limits of BIGINT.
    if len(whole) > 13:
        raise BadValue("金额过大", "The amount is too large")
    return Fen(int(whole) * 100 + int(cents.ljust(2, "0") or 0))


_AS_FEN = AfterValidator(_fen)
Money = Annotated[
    str,
    _AS_FEN,
    WithJsonSchema(
        {"type": "string", "format": "decimal", "pattern": r"^\d{1,13}(\.\d{1,2})?$", "examples": ["1280.00"]}
    ),
]


def decimals(whole: int, places: int, **bounds: float) -> WithJsonSchema:
    """A decimal as the contract shows it: a number, or a string of so many digits before and after the point."""
    text = {"type": "string", "pattern": rf"^\d{{1,{whole}}}(\.\d{{1,{places}}})?$"}
    return WithJsonSchema({"anyOf": [{"type": "number", "multipleOf": 10**-places, **bounds}, text]})


MoneyOut = Annotated[str, Field(pattern=r"^-?\d+\.\d{2}$", examples=["1280.00"], description="Yuan, two decimals.")]


def arguments(body: In, *, given_only: bool = False) -> dict[str, Any]:
    """A body as the arguments of a rule: nested bodies become dicts, money goes under `<name>_fen`."""
    names = body.model_fields_set if given_only else type(body).model_fields.keys()
    found = {}
    for name in names:
        value = getattr(body, name)
        if isinstance(value, In):
            value = arguments(value)
        elif isinstance(value, list):
            value = [arguments(item) if isinstance(item, In) else item for item in value]
        found[f"{name}_fen" if name in _money_of(type(body)) else name] = value
    return found


@cache
def _money_of(body: type[In]) -> frozenset[str]:
    """The fields of a body that are money, given or not."""
    return frozenset(
        name
        for name, field in body.model_fields.items()
        if any(_AS_FEN in data for data in (field.metadata, *_metadata(field.annotation)))
    )


def _metadata(annotation: Any) -> Iterator[Sequence[Any]]:
    return (getattr(option, "__metadata__", ()) for option in get_args(annotation))


def absent() -> Any:
    """For a patch, `name: Line = Field(default_factory=absent)`: what is not sent stays as it is.

    So the contract has no default, which a generated client would send.
    """
    return None


class RecordOut(Out):
    """What every record carries."""

    id: UUID = Field(description="UUIDv7.", examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    version: int = Field(description="Its ETag: send it back in If-Match.", examples=[1])
    created_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    updated_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    actions: list[str] = Field(
        description="What this person may do with this record now: verbs of its duties.",
        examples=[["update", "approve"]],
    )


class StepNote(In):
    """A step that needs no more than an optional remark."""

    note: Note | None = Field(None, description="A remark for the record's history.", examples=["客户已确认"])


_MESSAGES: Mapping[str, Text] = {
    "missing": Text("必填", "Required"),
    "extra_forbidden": Text("没有这个字段", "There is no such field"),
    "string_too_long": Text("最多 {max_length} 个字符", "At most {max_length} characters"),
    "string_too_short": Text("至少 {min_length} 个字符", "At least {min_length} characters"),
    "string_pattern_mismatch": Text("格式不对或含有不允许的字符", "Wrong form, or a character that is not allowed"),
    "string_unicode": Text("含有无效的 Unicode 字符", "Contains an invalid Unicode character"),
    "string_type": Text("应为文本", "Must be text"),
    "int_type": Text("应为整数", "Must be a whole number"),
    "int_parsing": Text("应为整数", "Must be a whole number"),
    "int_from_float": Text("应为整数", "Must be a whole number"),
    "bool_type": Text("应为 true 或 false", "Must be true or false"),
    "bool_parsing": Text("应为 true 或 false", "Must be true or false"),
    "decimal_type": Text('应为数字，如 "1280.00"', 'Must be a number, such as "1280.00"'),
    "decimal_parsing": Text('应为数字，如 "1280.00"', 'Must be a number, such as "1280.00"'),
    "decimal_max_places": Text("最多 {decimal_places} 位小数", "At most {decimal_places} decimals"),
    "decimal_max_digits": Text("数字过长", "Too many digits"),
    "decimal_whole_digits": Text("数字过大", "Too large a number"),
    "greater_than": Text("应大于 {gt}", "Must be greater than {gt}"),
    "greater_than_equal": Text("不得小于 {ge}", "Must be {ge} or more"),
    "less_than": Text("应小于 {lt}", "Must be less than {lt}"),
    "less_than_equal": Text("不得大于 {le}", "Must be {le} or less"),
    "finite_number": Text("应为有限的数字", "Must be a finite number"),
    "uuid_type": Text("应为记录编号（UUID）", "Must be a record id (UUID)"),
    "uuid_parsing": Text("应为记录编号（UUID）", "Must be a record id (UUID)"),
    "date_type": Text("应为日期，如 2026-11-25", "Must be a date such as 2026-11-25"),
    "date_parsing": Text("没有这个日期；格式如 2026-11-25", "No such date; write it as 2026-11-25"),
    "date_from_datetime_parsing": Text("没有这个日期；格式如 2026-11-25", "No such date; write it as 2026-11-25"),
    "date_from_datetime_inexact": Text("应为日期，不含时间", "Must be a date without a time"),
    "datetime_type": Text("应为时间，如 2026-11-25T14:05:00+08:00", "Must be a time such as 2026-11-25T14:05:00+08:00"),
    "datetime_parsing": Text(
        "没有这个时间；格式如 2026-11-25T14:05:00+08:00", "No such time; write it as 2026-11-25T14:05:00+08:00"
    ),
    "datetime_from_date_parsing": Text(
        "没有这个时间；格式如 2026-11-25T14:05:00+08:00", "No such time; write it as 2026-11-25T14:05:00+08:00"
    ),
    "timezone_aware": Text("时间须带时区，如 +08:00", "A time needs its zone, such as +08:00"),
    "literal_error": Text("只能是 {expected}", "Must be {expected}"),
    "enum": Text("只能是 {expected}", "Must be {expected}"),
    "list_type": Text("应为列表", "Must be a list"),
    "dict_type": Text("应为对象", "Must be an object"),
    "model_type": Text("应为对象", "Must be an object"),
    "model_attributes_type": Text("应为 JSON 对象", "Must be a JSON object"),
    "too_long": Text("最多 {max_length} 项", "At most {max_length} items"),
    "too_short": Text("至少 {min_length} 项", "At least {min_length} items"),
    "json_invalid": Text("不是有效的 JSON", "Not valid JSON"),
    "union_tag_invalid": Text("种类不对", "Not one of the kinds"),
}
_OTHER = Text("内容不符合要求", "Not as the contract asks")


def field_errors(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's errors as ours: a pointer, a sentence, a code. The input is never echoed: it may be personal data."""
    found = []
    for error in errors:
        where, *path = error["loc"] or ("body",)
        if where == "body":
            pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path) or "/"
        else:
            pointer = ("?" if where == "query" else f"{where}:") + ".".join(map(str, path))
        if error["type"] == "json_invalid":
            pointer = "/"
        detail = _MESSAGES.get(error["type"], _OTHER).of(**error.get("ctx", {}))
        if error["type"] == "value_error":
            reason = error.get("ctx", {}).get("error")
            text = getattr(reason, "text", None)  # a ValueError that brings its own sentence
            detail = text if isinstance(text, Text) else _OTHER
        found.append(FieldError(pointer, detail, str(error["type"])))
    return found
