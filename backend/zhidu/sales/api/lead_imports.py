"""4.1.1 /sales/lead-imports and /sales/import-mappings."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.responses import Response

from zhidu.kernel import exports, files, tables
from zhidu.kernel.page import dumps
from zhidu.kernel.wire import In, Line, RecordOut
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Reader, house_of, on_duty, problems
from zhidu.policy.register import RecordId, Register
from zhidu.sales import lead_imports
from zhidu.sales.import_columns import TARGETS
from zhidu.sales.import_rows import ImportRow

FieldName = Literal[
    "name", "company", "title", "phone", "email", "region", "need", "product_interest", "budget", "source",
    "landing_page", "external_id", "original_author", "arrived_at",
]  # fmt: skip
Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class LeadImportIn(In):
    """A file that was uploaded before (POST /files, use=import)."""

    file_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])


class MappedColumn(In):
    """A column and what it means."""

    header: Word = Field(examples=["first_contact_date"])
    field: FieldName = Field(examples=["arrived_at"])


class MappedWord(In):
    """A word in the source column and the lead source that it stands for."""

    word: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = Field(examples=["organic search"])
    source_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])


class MappingIn(In):
    """What the columns of a file mean."""

    columns: list[MappedColumn] = Field(min_length=1, max_length=60)
    source_words: list[MappedWord] = Field(default_factory=list, max_length=300)
    default_source_id: UUID | None = Field(
        None, description="For rows whose source is empty or not mapped.",
        examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"],
    )  # fmt: skip
    empty_words: list[Word] = Field(default_factory=list, max_length=20, examples=[["Select", "N/A"]])
    date_order: Literal["year-first", "day-first", "month-first"] = "year-first"
    known: Literal["update", "skip"] = Field("update", description="Fill the blanks of known leads, or leave them be.")
    keep_rest: bool = Field(True, description="Keep unmapped columns as facts of the lead.")


class MapIn(In):
    """The mapping for this import."""

    mapping: MappingIn


class KeepMappingIn(In):
    """A mapping to keep for the next file."""

    name: Line = Field(examples=["平台线索（每周）"])
    headers: list[Word] = Field(
        min_length=1, max_length=500, examples=[["mql_id", "first_contact_date", "landing_page_id", "origin"]]
    )
    mapping: MappingIn


class LeadImportOut(RecordOut):
    """An import on its way."""

    file_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    filename: str = Field(examples=["leads.csv"])
    status: str = Field(examples=["previewed"])
    columns: list[dict[str, Any]] = Field(
        examples=[[{"header": "origin", "samples": [], "words": {"social": 617}, "suggestion": "source"}]]
    )
    mapping: dict[str, Any] = Field(examples=[{}])
    rows: int = Field(description="Rows read.", examples=[4171])
    done_rows: int = Field(description="Rows done so far.", examples=[4171])
    to_create: int = Field(examples=[4100])
    to_update: int = Field(examples=[20])
    to_skip: int = Field(examples=[0])
    refused: int = Field(examples=[51])
    taken_back: int = Field(examples=[0])
    kept_back: int = Field(description="Leads that an undo left, for somebody had worked on them.", examples=[0])
    trouble_zh: str | None = Field(examples=[None])
    trouble_en: str | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["李娜"])
    file_removed_at: datetime | None = Field(description="Since when its file is no longer kept.", examples=[None])


class ImportMappingOut(RecordOut):
    """A kept mapping."""

    name: str = Field(examples=["平台线索（每周）"])
    headers: list[str] = Field(examples=[["mql_id", "first_contact_date", "landing_page_id", "origin"]])
    mapping: dict[str, Any] = Field(examples=[{}])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


class ImportRowOut(BaseModel):
    """One row of the preview; telephone and e-mail are masked."""

    model_config = ConfigDict(title="ImportRow")
    number: int = Field(description="As a spreadsheet shows it.", examples=[17])
    verdict: str = Field(description="create, update, skip or refuse.", examples=["refuse"])
    reasons: list[str] = Field(examples=[["电话：位数不对"]])
    matched_by: str | None = Field(examples=["phone"])
    lead_id: UUID | None = Field(description="The known lead, or the new one once entered.", examples=[None])
    name: str | None = Field(examples=["王芳"])
    company: str | None = Field(examples=["杭州云栖贸易有限公司"])
    phone_masked: str | None = Field(examples=["138****5678"])
    email_masked: str | None = Field(examples=["w***@example.com"])
    external_id: str | None = Field(examples=["dac32acd4db4c29c230538b72f8dd87d"])
    arrived_at: str | None = Field(examples=["2018-02-01T00:00:00Z"])


class ImportRowPage(BaseModel):
    """A page of the preview."""

    model_config = ConfigDict(title="ImportRowPage")
    items: list[ImportRowOut]
    next_after: int | None = Field(description="Ask for the next page with after=; null on the last.", examples=[50])


class FieldOut(BaseModel):
    """A field that a column can fill."""

    model_config = ConfigDict(title="ImportField")
    name: str = Field(examples=["arrived_at"])
    kind: str = Field(examples=["date"])
    title: str = Field(examples=["原日期"])


class FieldsOut(BaseModel):
    """What columns can mean."""

    model_config = ConfigDict(title="ImportFields")
    items: list[FieldOut]


imports = Register("/sales/lead-imports", lead_imports.LISTING, LeadImportOut)
router = imports.router


@router.get("/fields", response_model=FieldsOut, **on_duty(duties.READ_IMPORT))
async def list_import_fields(request: Request) -> dict[str, Any]:
    """What a column can mean, in the caller's language."""
    language = request.scope["language"]
    return {"items": [{"name": name, "kind": of.kind, "title": of.title.to(language)} for name, of in TARGETS.items()]}


imports.readable().creates(LeadImportIn, lead_imports.bring)
imports.verb("map", lead_imports.map_, MapIn).steps(lead_imports, "run", "undo")


@router.get("/{record_id}/rows", response_model=ImportRowPage, **on_duty(duties.READ_IMPORT))
async def list_lead_import_rows(
    record_id: RecordId,
    request: Request,
    db: Reader,
    actor: CurrentActor,
    verdict: Literal["create", "update", "skip", "refuse"] | None = None,
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """The rows of the preview, in the order of the file."""
    of = await imports.one(db, actor, record_id, lock=False)
    rows = select(ImportRow).where(ImportRow.import_id == of.id, ImportRow.number > after)
    if verdict is not None:
        rows = rows.where(ImportRow.verdict == verdict)
    found = (await db.scalars(rows.order_by(ImportRow.number).limit(limit + 1))).all()
    english = request.scope["language"] == "en"
    items = [
        {
            "number": row.number, "verdict": row.verdict, "reasons": [r[1 if english else 0] for r in row.reasons],
            "matched_by": row.matched_by,
            "lead_id": row.lead_id if row.verdict == "update" or of.status == "imported" else None,
            "name": row.name, "company": row.company, "phone_masked": row.phone_masked,
            "email_masked": row.email_masked, "external_id": row.external_id, "arrived_at": row.arrived_at,
        }
        for row in found[:limit]
    ]  # fmt: skip
    answer = {"items": items, "next_after": items[-1]["number"] if len(found) > limit else None}
    return Response(dumps(answer), media_type="application/json")


_refused: dict[str, Any] = on_duty(duties.READ_IMPORT)
_refused["responses"] = problems(401, 403, 404, 410, 422, 503)


@router.get("/{record_id}/refused", response_class=Response, **_refused)
async def export_refused_import_rows(
    record_id: RecordId, request: Request, db: Reader, actor: CurrentActor
) -> Response:
    """The refused rows as they stood in the file, with the reasons beside them: to correct and bring again."""
    of = await imports.one(db, actor, record_id, lock=False)
    refused = select(ImportRow.number, ImportRow.reasons).where(
        ImportRow.import_id == of.id, ImportRow.verdict == "refuse"
    )
    english = request.scope["language"] == "en"
    why = {number: "; ".join(r[1 if english else 0] for r in reasons) for number, reasons in await db.execute(refused)}
    file = await db.get_one(files.File, of.file_id)
    stack = AsyncExitStack()
    path = await stack.enter_async_context(files.opened(house_of(request).settings, file))

    async def rows() -> AsyncIterator[list[str]]:
        async with stack:
            read = tables.read_rows(path)
            next(read, None)
            for row in read:
                if row.number in why:
                    yield [why[row.number], *row]

    header = ["Reason" if english else "原因", *(column["header"] for column in of.columns)]
    name = quote(f"refused-{of.filename.rpartition('.')[0] or of.filename}.csv")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return StreamingResponse(
        exports.csv_stream_async(header, rows()), headers=headers, media_type="text/csv; charset=utf-8"
    )


mappings = Register("/sales/import-mappings", lead_imports.MAPPINGS, ImportMappingOut)
mappings.exports().lists().gets().creates(KeepMappingIn, lead_imports.keep_mapping)
mappings.deletes(lead_imports.drop_mapping)
mappings_router = mappings.router
