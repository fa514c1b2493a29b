"""7.3.2 /files: bring a file, and take it away again."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import StreamingResponse

from zhidu.kernel import files
from zhidu.kernel.files import File
from zhidu.kernel.problem import Missing
from zhidu.kernel.wire import In, Line, Out
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Db, Reader, duty_router, house_of, on_duty, problems
from zhidu.policy.register import RecordId

router = duty_router("/files", "files")


class FileOut(Out):
    """A file that is kept here."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    filename: str = Field(examples=["渠道数据截图.png"])
    content_type: str = Field(description="By its content.", examples=["image/png"])
    size: int = Field(description="Bytes, as kept.", examples=[48213])
    sha256: str = Field(
        description="Of the content as kept; an image is encoded anew.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    use: str = Field(examples=["evidence"])
    created_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    created_by: UUID | None = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a12"])


class UploadQuery(In):
    """What comes with a file."""

    filename: Line = Field(description="What the file is called.", examples=["渠道数据截图.png"])
    use: files.Use = Field(
        "evidence",
        description="evidence: colleagues may read it (20 MB); import: a table for its sender alone (100 MB).",
        examples=["evidence"],
    )


_upload: dict[str, Any] = on_duty(duties.CREATE_FILE)
_upload["responses"] = problems(401, 403, 413, 422, 503)
_upload["openapi_extra"]["requestBody"] = {
    "required": True,
    "description": "The file itself. What it is, is seen from its content.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_download: dict[str, Any] = on_duty(duties.READ_FILE)
_download["responses"] = problems(401, 403, 404, 410, 422, 503) | {
    200: {
        "description": "The file, as an attachment.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", status_code=201, response_model=FileOut, **_upload)
async def upload_file(request: Request, db: Db, query: Annotated[UploadQuery, Query()]) -> dict[str, Any]:
    """Keep the body of this request as a file."""
    file = await files.keep(db, request.stream(), filename=query.filename, use=query.use)
    await db.flush()
    return _shown(file)


@router.get(
    "/{record_id}",
    response_model=FileOut,
    **on_duty(duties.READ_FILE) | {"responses": problems(401, 403, 404, 422, 503)},
)
async def get_file(record_id: RecordId, db: Reader, actor: CurrentActor) -> dict[str, Any]:
    """What is known of a file."""
    return _shown(await _readable(db, actor, record_id))


@router.get("/{record_id}/content", response_class=StreamingResponse, **_download)
async def download_file(record_id: RecordId, request: Request, db: Reader, actor: CurrentActor) -> StreamingResponse:
    """The file itself, never shown in place: a browser stores it."""
    file = await _readable(db, actor, record_id)
    content = files.content_of(house_of(request).settings, file)
    first = await anext(content)  # what cannot be opened is a problem, not a file that breaks off

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for part in content:
            yield part

    return StreamingResponse(
        whole(),
        media_type=file.content_type,
        headers={
            "Content-Length": str(file.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _readable(db: Reader, actor: CurrentActor, record_id: UUID) -> File:
    file = await db.get(File, record_id)
    # A table to import is full of other people's telephones.
    if file is None or (file.use == "import" and file.created_by not in actor.people):
        raise Missing
    return file


def _shown(file: File) -> dict[str, Any]:
    return {name: getattr(file, name) for name in FileOut.model_fields}
