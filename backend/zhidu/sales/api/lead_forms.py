"""4.1.1 /sales/forms, and the two doors of a published form: /forms/{key} for programs, /f/{key} for people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi import Path as PathParam
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from zhidu.kernel.problem import FieldError, Malformed, Missing, Problem
from zhidu.kernel.texts import Text, language_of
from zhidu.kernel.wire import (
    CLEAN,
    Email,
    In,
    Line,
    Money,
    Out,
    Phone,
    Prose,
    RecordOut,
    absent,
    field_errors,
)
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Db, DutyRoute, Reader, address_of, on_duty, problems
from zhidu.policy.register import RecordId, Register
from zhidu.sales import lead_forms
from zhidu.sales.api import form_page
from zhidu.sales.lead_forms import Brought, LeadForm

Key = Annotated[str, StringConstraints(min_length=3, max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*[a-z0-9]$")]
FieldName = Literal["name", "company", "title", "region", "phone", "email", "need", "product_interest", "budget"]
Sent = Annotated[str, StringConstraints(max_length=2000, pattern=CLEAN)]
_VALUES: Mapping[str, TypeAdapter[Any]] = {
    **{name: TypeAdapter(Line) for name in ("name", "company", "title", "region", "product_interest")},
    "phone": TypeAdapter(Phone), "email": TypeAdapter(Email), "need": TypeAdapter(Prose), "budget": TypeAdapter(Money),
}  # fmt: skip
_FIELDS = [
    {"name": "name", "label": "姓名", "required": True, "options": []},
    {"name": "phone", "label": "手机", "required": True, "options": []},
]


class AskedIn(In):
    """One question of a form."""

    name: FieldName = Field(examples=["phone"])
    label: Line = Field(examples=["手机"])
    required: bool = Field(True, examples=[True])
    options: Annotated[list[Line], Field(max_length=50)] = Field(
        [], description="Answers to choose from; none: free text.", examples=[[]]
    )


Asked = Annotated[list[AskedIn], Field(min_length=1, max_length=9)]


class LeadFormPatch(In):
    """What may be changed of a draft."""

    title: Line = Field(default_factory=absent, examples=["预约演示"])
    intro: Prose | None = Field(default_factory=absent, examples=["留下联系方式，顾问将在一个工作日内与您联系。"])
    fields: Asked = Field(default_factory=absent, examples=[_FIELDS])
    consent_text: Prose = Field(default_factory=absent, examples=["我同意贵公司为联系我而处理以上信息。"])
    thanks: Prose = Field(default_factory=absent, examples=["谢谢，我们会尽快与您联系。"])
    source_id: UUID = Field(default_factory=absent, examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    campaign_id: UUID | None = Field(default_factory=absent, examples=[None])


class LeadFormIn(In):
    """A form to draw up."""

    key: Key = Field(description="The end of its address.", examples=["demo"])
    title: Line = Field(examples=["预约演示"])
    intro: Prose | None = Field(None, examples=["留下联系方式，顾问将在一个工作日内与您联系。"])
    fields: Asked = Field(examples=[_FIELDS])
    consent_text: Prose = Field(description="What one agrees to.", examples=["我同意贵公司为联系我而处理以上信息。"])
    thanks: Prose = Field("谢谢，我们会尽快与您联系。", examples=["谢谢，我们会尽快与您联系。"])
    source_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    campaign_id: UUID | None = Field(None, description="Where no link says otherwise.", examples=[None])


class AskedOut(Out):
    """One question of a form."""

    name: str = Field(examples=["phone"])
    label: str = Field(examples=["手机"])
    required: bool = Field(examples=[True])
    options: list[str] = Field(examples=[[]])


class LeadFormOut(RecordOut):
    """A form."""

    key: str = Field(examples=["demo"])
    title: str = Field(examples=["预约演示"])
    intro: str | None = Field(examples=["留下联系方式，顾问将在一个工作日内与您联系。"])
    fields: list[AskedOut] = Field(examples=[_FIELDS])
    consent_text: str = Field(examples=["我同意贵公司为联系我而处理以上信息。"])
    consent_version: int = Field(examples=[1])
    thanks: str = Field(examples=["谢谢，我们会尽快与您联系。"])
    status: str = Field(examples=["published"])
    published_at: datetime | None = Field(examples=["2026-11-25T06:05:00Z"])
    source_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    source_name: str | None = Field(examples=["官网"])
    campaign_id: UUID | None = Field(examples=[None])
    campaign_name: str | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["李娜"])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


class SubmissionOut(Out):
    """The proof of a consent."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    lead_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    consent_version: int = Field(examples=[1])
    consent_text: str = Field(examples=["我同意贵公司为联系我而处理以上信息。"])


class SubmissionsOut(Out):
    """The last submissions of a form, newest first."""

    items: list[SubmissionOut]
    next_cursor: str | None = Field(examples=[None])


register = (
    Register("/sales/forms", lead_forms.LISTING, LeadFormOut)
    .readable()
    .creates(LeadFormIn, lead_forms.draw_up)
    .patches(LeadFormPatch, lead_forms.rework)
    .verb("publish", lead_forms.publish)
    .verb("revise", lead_forms.revise)
    .verb("close", lead_forms.close)
)
router = register.router


@router.get("/{record_id}/submissions", response_model=SubmissionsOut, **on_duty(duties.READ_FORM))
async def list_form_submissions(record_id: RecordId, db: Reader, actor: CurrentActor) -> dict[str, Any]:
    """The last 200 submissions: who agreed to which words, and when."""
    form = await register.one(db, actor, record_id, lock=False)
    return {"items": await lead_forms.last_submissions(db, form), "next_cursor": None}


# -- the doors without sign-in ---------------------------------------------------------------------------------------

public = APIRouter(tags=["public"], route_class=DutyRoute, generate_unique_id_function=lambda route: route.name)
KeyPath = Annotated[str, PathParam(max_length=64, description="The form's key.", examples=["demo"])]
_CLAUSES = {"x-clauses": ["4.1.1"]}


class PublicFieldOut(AskedOut):
    """One question of a form, and how it is asked."""

    kind: str = Field(description="text, tel, email, textarea, amount, or select.", examples=["tel"])


class PublicFormOut(Out):
    """What a page needs to show a form."""

    key: str = Field(examples=["demo"])
    title: str = Field(examples=["预约演示"])
    intro: str | None = Field(examples=["留下联系方式，顾问将在一个工作日内与您联系。"])
    fields: list[PublicFieldOut] = Field(examples=[[{**_FIELDS[1], "kind": "tel"}]])
    consent_text: str = Field(examples=["我同意贵公司为联系我而处理以上信息。"])
    consent_version: int = Field(examples=[1])
    thanks: str = Field(examples=["谢谢，我们会尽快与您联系。"])


class UtmIn(In):
    """The campaign as the page's address named it."""

    source: Sent | None = Field(None, examples=["baidu"])
    medium: Sent | None = Field(None, examples=["cpc"])
    campaign: Sent | None = Field(None, examples=["1111"])
    content: Sent | None = Field(None, examples=[None])
    term: Sent | None = Field(None, examples=[None])


class SubmissionIn(In):
    """A filled form."""

    submission: UUID = Field(
        description="Made by the page: the same submission twice has one effect.",
        examples=["0192f0c1-7c1a-4b6e-9d1a-2f6f0f5b7a11"],
    )
    answers: dict[str, Annotated[str, StringConstraints(max_length=5000)]] = Field(
        max_length=20,
        description="By the names of the form's fields.",
        examples=[{"name": "张伟", "phone": "13812345678"}],
    )
    consent: bool = Field(description="Must be true.", examples=[True])
    zl: Sent | None = Field(None, description="The code of the tracked link.", examples=["k7m2p9qa"])
    utm: UtmIn = Field(default_factory=UtmIn, examples=[{"source": "baidu", "campaign": "1111"}])
    visitor: Sent | None = Field(None, description="The tracker's visitor, with consent.", examples=[None])
    session: Sent | None = Field(None, description="The tracker's session.", examples=[None])
    page: Sent | None = Field(None, description="The page the form is on.", examples=["https://www.example.com/demo"])
    website: str = Field(
        "", max_length=2000, pattern=CLEAN, description="Stays empty: people do not see it.", examples=[""]
    )


class ReceivedOut(Out):
    """It has arrived."""

    submission: UUID = Field(examples=["0192f0c1-7c1a-4b6e-9d1a-2f6f0f5b7a11"])
    thanks: str = Field(examples=["谢谢，我们会尽快与您联系。"])


@public.get(
    "/forms/{key}", response_model=PublicFormOut, summary="A published form", openapi_extra=_CLAUSES,
    responses=problems(404, 422, 503),
)  # fmt: skip
async def get_public_form(key: KeyPath, db: Reader) -> dict[str, Any]:
    """What it asks, and what one agrees to."""
    form = await lead_forms.published(db, key)
    return {
        "key": form.key, "title": form.title, "intro": form.intro, "thanks": form.thanks,
        "consent_text": form.consent_text, "consent_version": form.consent_version,
        "fields": [{**field, "kind": form_page.kind_of(field)} for field in form.fields],
    }  # fmt: skip


@public.post(
    "/forms/{key}", status_code=201, response_model=ReceivedOut, summary="Send a filled form", openapi_extra=_CLAUSES,
    responses=problems(404, 409, 413, 422, 429, 503),
)  # fmt: skip
async def submit_form(key: KeyPath, data: SubmissionIn, request: Request, db: Db) -> dict[str, Any]:
    """The answers become a lead; each wrong one is named."""
    form = await lead_forms.published(db, key)
    brought = Brought(
        zl=data.zl, visitor=data.visitor, session=data.session, page=data.page,
        **{f"utm_{name}": value for name, value in data.utm.model_dump().items()},
    )  # fmt: skip
    answers = checked(form, data.answers, consent=data.consent)
    if not data.website:  # a robot is told the same, and has no effect
        await lead_forms.submit(
            db, form, submission=data.submission, answers=answers, brought=brought, address=address_of(request) or ""
        )
    return {"submission": data.submission, "thanks": form.thanks}


@public.get("/f/{key}", include_in_schema=False)
async def form_page_(key: KeyPath, request: Request, db: Reader) -> Response:
    """The form as a page that works without any script."""
    language = language_of(request.headers.get("accept-language", ""))
    try:
        form = await lead_forms.published(db, key)
    except Missing as gone:
        return form_page.notice(gone, language)
    return form_page.asked(form, language, {name: value[:2000] for name, value in request.query_params.items()})


@public.get("/f/{key}/thanks", include_in_schema=False)
async def form_thanks_page(key: KeyPath, request: Request, db: Reader) -> Response:
    """It has arrived."""
    language = language_of(request.headers.get("accept-language", ""))
    try:
        return form_page.thanked(await lead_forms.published(db, key), language)
    except Missing as gone:
        return form_page.notice(gone, language)


@public.post("/f/{key}", include_in_schema=False)
async def submit_form_page(key: KeyPath, request: Request, db: Db) -> Response:
    """The page's own submission: thanks, or the page again with what is wrong beside each answer."""
    language = language_of(request.headers.get("accept-language", ""))
    sent = form_page.sent(await request.body())
    try:
        form = await lead_forms.published(db, key)
    except Missing as gone:
        return form_page.notice(gone, language)
    brought = Brought(**{name: sent[name][:2000] for name in form_page.BROUGHT if sent.get(name)})
    try:
        asked = {field["name"] for field in form.fields}
        answers = checked(
            form, {name: value for name, value in sent.items() if name in asked}, consent=sent.get("consent") == "yes"
        )
        submission = UUID(sent.get("submission", ""))
    except Malformed as wrong:
        return form_page.asked(form, language, sent, wrong)
    except ValueError:
        return form_page.asked(form, language, {**sent, "submission": ""})
    if not sent.get("website"):
        try:
            async with db.begin_nested():
                await lead_forms.submit(
                    db, form, submission=submission, answers=answers, brought=brought, address=address_of(request) or ""
                )
        except Problem as refused:
            return form_page.notice(refused, language)
    return RedirectResponse(f"/f/{form.key}/thanks", status_code=303)


_REQUIRED = Text("必填", "Required")
_NOT_ASKED = Text("表单没有这一项", "The form does not ask this")
_NOT_AN_OPTION = Text("请从选项中选择", "Choose one of the options")
_CONSENT = Text("请先同意", "Your agreement is needed")


def checked(form: LeadForm, answers: Mapping[str, str], *, consent: bool) -> dict[str, Any]:
    """The answers as columns of a lead. Raises Malformed with every wrong one; what was typed is never repeated."""
    found: dict[str, Any] = {}
    asked = {field["name"]: field for field in form.fields}
    unasked = sorted(answers.keys() - asked.keys())
    errors = [FieldError(f"/answers/{name[:64]}", _NOT_ASKED, "extra_forbidden") for name in unasked]
    for name, field in asked.items():
        answer = answers.get(name, "").strip()
        if not answer:
            if field["required"]:
                errors.append(FieldError(f"/answers/{name}", _REQUIRED, "missing"))
        elif field["options"] and answer not in field["options"]:
            errors.append(FieldError(f"/answers/{name}", _NOT_AN_OPTION, "enum"))
        else:
            try:
                found["budget_fen" if name == "budget" else name] = _VALUES[name].validate_python(answer)
            except ValidationError as wrong:
                errors += field_errors([{**e, "loc": ("body", "answers", name)} for e in wrong.errors()])
    if not consent:
        errors.append(FieldError("/consent", _CONSENT, "consent"))
    if errors:
        raise Malformed(Text("请改正标出的字段", "Correct the marked fields"), errors=errors)
    return found
