"""4.1.2 /sales/scoring-models."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from zhidu.kernel.wire import BadValue, In, Line, RecordOut
from zhidu.policy.register import Register
from zhidu.sales import scoring

Test = Literal["is", "in", "contains", "at_least", "present", "within_days"]
Fact = Annotated[
    str,
    StringConstraints(pattern=rf"^({'|'.join(scoring.FIELDS)}|facts\.[^\x00]{{1,100}})$", max_length=110),
]
_NUMERIC = ("at_least", "within_days")


class Label(In):
    """What a rule is called, in both languages."""

    zh: Line = Field(examples=["询问报价"])
    en: Line = Field(examples=["asks for a quotation"])


class RuleIn(In):
    """A rule: points for a fact that passes a test."""

    field: Fact = Field(
        description="A fact of the lead, or `facts.<name>` for what a file or form says besides.", examples=["need"]
    )
    test: Test = Field(
        description="`present` takes no value, `in` a list, `at_least` and `within_days` a number.",
        examples=["contains"],
    )
    value: Line | Annotated[list[Line], Field(min_length=1, max_length=100)] | None = Field(None, examples=["报价"])
    points: int = Field(ge=-100, le=100, examples=[15])
    label: Label = Field(examples=[{"zh": "询问报价", "en": "asks for a quotation"}])

    @model_validator(mode="after")
    def value_suits_test(self) -> Self:
        """Each test takes its kind of value."""
        if (self.test == "present") != (self.value is None):
            raise BadValue("present 不带值，其余测试须带值", "`present` takes no value, every other test takes one")
        if (self.test == "in") != isinstance(self.value, list) and self.value is not None:
            raise BadValue("只有 in 的值是列表", "`in` takes a list, the others a single value")
        if self.test in _NUMERIC and not str(self.value).replace(".", "", 1).isdigit():
            raise BadValue("应为数字", "Must be a number")
        return self


Rules = Annotated[list[RuleIn], Field(min_length=1, max_length=100)]
Points = Annotated[int, Field(ge=0, le=100)]
_RULES = [{"field": "need", "test": "contains", "value": "报价", "points": 15,
           "label": {"zh": "询问报价", "en": "asks for a quotation"}}]  # fmt: skip


class ScoringModelIn(In):
    """A way to judge leads. The two maxima sum to 100."""

    name: Line = Field(examples=["2026 年四季度模型"])
    intent_rules: Rules = Field(description="What the person did and said.", examples=[_RULES])
    intent_max: Points = Field(examples=[60])
    fit_rules: Rules = Field(description="What the person is.", examples=[_RULES])
    fit_max: Points = Field(examples=[40])
    key_from: Points = Field(80, description="From so many points on a lead is a key lead.", examples=[80])

    @model_validator(mode="after")
    def maxima_sum_to_full(self) -> Self:
        """A score is 0 to 100."""
        if self.intent_max + self.fit_max != scoring.FULL:
            raise BadValue("意向与匹配的上限之和应为 100", "intent_max and fit_max must sum to 100")
        return self


class ScoringModelOut(RecordOut):
    """A version of the scoring model."""

    number: int = Field(examples=[3])
    name: str = Field(examples=["2026 年四季度模型"])
    status: str = Field(examples=["adopted"])
    intent_rules: list[dict[str, Any]] = Field(examples=[_RULES])
    intent_max: int = Field(examples=[60])
    fit_rules: list[dict[str, Any]] = Field(examples=[_RULES])
    fit_max: int = Field(examples=[40])
    key_from: int = Field(examples=[80])
    adopted_at: datetime | None = Field(examples=["2026-11-25T06:05:00Z"])
    retired_at: datetime | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/sales/scoring-models", scoring.LISTING, ScoringModelOut)
    .readable()
    .creates(ScoringModelIn, scoring.draft)
    .patches(ScoringModelIn, scoring.revise)
    .verb("adopt", scoring.adopt)
    .router
)
