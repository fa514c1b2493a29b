"""7.3.2 Files: kept outside the web root under random names; what one is, its content says, never its sender.

Markup (HTML, SVG, XML) is refused, for it could act in the reader's name. Images are encoded anew, which drops where
and by whom a photograph was taken, and whatever hides behind its last pixel. A file is on the disk before its row is,
and it lies there sealed (vault): in the clear it is only in a file without a name, which ends with its process.
"""

import asyncio
import codecs
import hashlib
import os
import secrets
import threading
import zipfile
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Literal, cast

import structlog
from sqlalchemy import LargeBinary, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock, vault
from zhidu.kernel.db import Record, settings_of
from zhidu.kernel.jobs import every
from zhidu.kernel.problem import Gone, Malformed, TooLarge
from zhidu.kernel.texts import Text
from zhidu.settings import Settings

log = structlog.get_logger(__name__)
Use = Literal["evidence", "import"]
LIMITS: dict[Use, int] = {"evidence": 20_000_000, "import": 100_000_000}
"""Bytes that a file may have."""

HEAD_BYTES = 4096
MAX_PIXELS = 50_000_000
MAX_SIDE = 4000
_OFFICE = {
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_TABLES = ("text/csv", "text/plain", _OFFICE["xl/workbook.xml"])
_one_image = threading.Lock()  # a large photograph takes 150 MB while it is encoded


class File(Record):
    """A file that somebody brought: evidence of an assessment, a table to import."""

    __tablename__ = "file"

    filename: Mapped[str] = mapped_column(doc="As the sender called it; shown, never used as a path.")
    content_type: Mapped[str]
    size: Mapped[int] = mapped_column(doc="Bytes.")
    sha256: Mapped[str] = mapped_column(String(64), doc="Of the content as it is kept.")
    use: Mapped[str] = mapped_column(doc="evidence: colleagues may read it; import: its sender alone.")
    stored_as: Mapped[str] = mapped_column(unique=True, info={"private": True})
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info={"private": True}, doc="The key of its content.")
    removed_at: Mapped[datetime | None] = mapped_column(doc="Since when its content is no longer kept.")


@dataclass(frozen=True, slots=True)
class _Kept:
    content_type: str
    size: int
    sha256: str
    key_sealed: bytes


def directory_of(settings: Settings) -> Path:
    """The folder of all files, made if absent."""
    directory = settings.data_dir / "files"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def path_of(settings: Settings, file: File) -> Path:
    """Where the sealed content of a file is."""
    return settings.data_dir / "files" / file.stored_as


async def keep(db: AsyncSession, content: AsyncIterable[bytes], *, filename: str, use: Use = "evidence") -> File:
    """Keep a file; its bytes have reached the disk when this returns, its row is part of the transaction.

    Raises TooLarge, or Malformed for a type that is not taken here.
    """
    directory = directory_of(settings_of(db))
    stored_as = secrets.token_hex(16)
    with _nameless(directory) as (draft, path):
        await _write(draft, content, LIMITS[use])
        if use == "evidence" and _is_image(_head(path)):
            await asyncio.to_thread(_encode_anew, path)
        kept = await asyncio.to_thread(_settle, path, directory / stored_as, filename, use)
    file = File(
        filename=Path(filename.replace("\\", "/")).name[:200] or "file",
        content_type=kept.content_type,
        size=kept.size,
        sha256=kept.sha256,
        use=use,
        stored_as=stored_as,
        key_sealed=kept.key_sealed,
    )
    db.add(file)
    return file


@asynccontextmanager
async def opened(settings: Settings, file: File) -> AsyncIterator[Path]:
    """The content of a file as a path to read from, for as long as the block lasts. Raises Gone."""
    with _nameless(directory_of(settings)) as (clear, path):
        async for part in content_of(settings, file):
            await asyncio.to_thread(clear.write, part)
        clear.flush()
        yield path


async def content_of(settings: Settings, file: File) -> AsyncIterator[bytes]:
    """The content of a file, piece by piece. Raises Gone."""
    if file.removed_at is not None:
        day = clock.day_of(file.removed_at)
        raise Gone(
            Text("文件已于 {day} 按保存期限删除", "The file was removed on {day}, at the end of its retention").of(
                day=day
            )
        )
    try:
        with path_of(settings, file).open("rb") as sealed:
            parts = vault.unseal(sealed, file.key_sealed)
            while (part := await asyncio.to_thread(next, parts, None)) is not None:
                yield part
    except (FileNotFoundError, vault.Damaged) as reason:
        log.error("file_lost", file=str(file.id), reason=str(reason))
        raise Gone(
            Text(
                "文件的内容已丢失或损坏，请联系管理员从备份恢复",
                "Its content is lost or damaged: restore it from a backup",
            )
        ) from None


@contextmanager
def _nameless(directory: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file that has no name: nobody else finds it, and a crash leaves nothing of it."""
    with TemporaryFile(dir=directory) as file:
        yield cast("BinaryIO", file), Path(f"/proc/self/fd/{file.fileno()}")


async def _write(out: BinaryIO, content: AsyncIterable[bytes], limit: int) -> None:
    taken = 0
    async for chunk in content:
        taken += len(chunk)
        if taken > limit:
            raise TooLarge(Text("文件最多 {n} MB", "A file has at most {n} MB").of(n=limit // 1_000_000))
        await asyncio.to_thread(out.write, chunk)
    out.flush()


def _settle(draft: Path, final: Path, filename: str, use: Use) -> _Kept:
    """Look at what it is, seal it, and bring it and its name to the disk."""
    content_type = _type_of(draft, filename)
    if use == "import" and content_type not in _TABLES:
        raise _refused("请上传 CSV 或 XLSX 表格", "Upload a CSV or XLSX table")
    with draft.open("rb") as clear:
        digest = hashlib.file_digest(clear, "sha256").hexdigest()
        size = clear.tell()
        clear.seek(0)
        descriptor = os.open(final, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            key_sealed = vault.seal(clear, out)
            out.flush()
            os.fsync(out.fileno())
    folder = os.open(final.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return _Kept(content_type, size, digest, key_sealed)


# -- what it is ----------------------------------------------------------------------------------------------------


def _refused(zh: str, en: str) -> Malformed:
    return Malformed.at("/", Text(zh, en), "file_type")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _is_image(head: bytes) -> bool:
    return head.startswith(_IMAGES) or (head[:4], head[8:12]) == (b"RIFF", b"WEBP")


def _type_of(path: Path, filename: str) -> str:
    """The media type by content. Raises Malformed for what is empty, markup, a program, or unknown."""
    head = _head(path)
    if not head:
        raise _refused("文件是空的", "The file is empty")
    if _is_image(head):
        return _image_type(path)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return _office_type(path)
    text = _text(head)
    if text is None:
        raise _refused(
            "不支持这种文件；可用：图片、PDF、Word、Excel、PowerPoint、CSV、文本",
            "This kind of file is not taken; use an image, PDF, Word, Excel, PowerPoint, CSV or text",
        )
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        raise _refused("不接受 HTML、SVG 或 XML 文件", "HTML, SVG and XML files are not taken")
    return "text/csv" if filename.lower().endswith((".csv", ".tsv")) else "text/plain"


def _office_type(path: Path) -> str:
    names: set[str] = set()
    with suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError), zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    found = [content_type for member, content_type in _OFFICE.items() if member in names]
    if len(found) != 1 or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused(
            "压缩包须为不含宏的 Word、Excel 或 PowerPoint 文件",
            "An archive must be a Word, Excel or PowerPoint file without macros",
        )
    return found[0]


def _text(head: bytes) -> str | None:
    """The beginning as text, if it is text at all in one of the encodings that people here use."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in head:
        return None
    else:
        encodings = ("utf-8", "gb18030")
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            # final=False: the head may end in the middle of a character
            return codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    return None


def _image_type(path: Path) -> str:
    from PIL import Image, UnidentifiedImageError  # here, for it is not needed by a process that gets no image

    try:
        with Image.open(path, formats=_FORMATS) as image:
            return str(image.get_format_mimetype())
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _refused("图片已损坏", "The image is damaged") from None


def _encode_anew(path: Path) -> None:
    """The same picture in a new file (PNG, JPEG or WebP), upright, at most 4000 pixels a side for a JPEG."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with _one_image, Image.open(path, formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _refused("图片过大：最多 5000 万像素", "The image is too large: at most 50 million pixels")
            form = image.format if image.format in ("PNG", "JPEG", "WEBP") else "PNG"
            image.draft(None, (MAX_SIDE, MAX_SIDE))  # a JPEG is decoded at a fraction of its size, with its memory
            upright = ImageOps.exif_transpose(image)
            upright.info = {key: value for key, value in image.info.items() if key == "transparency"}
            options: dict[str, Any] = {} if form == "PNG" else {"quality": 90}
            upright.save(path, format=form, **options)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _refused("图片已损坏", "The image is damaged") from None


# -- what nobody needs ---------------------------------------------------------------------------------------------


@every("40 19 * * *", clause="7.3.2")
async def sweep(db: AsyncSession) -> int:
    """Remove what a broken upload left behind, and what is kept no longer. Returns how many.

    Files older than a day that no row knows, or whose row says that they were removed: only then, for what a
    transaction has removed it may yet take back.
    """
    directory = directory_of(settings_of(db))
    before = (clock.now() - timedelta(days=1)).timestamp()
    old = {path.name: path for path in directory.iterdir() if path.stat().st_mtime < before}
    known = set(await db.scalars(select(File.stored_as).where(File.stored_as.in_(old), File.removed_at.is_(None))))
    for name in old.keys() - known:
        old[name].unlink(missing_ok=True)
    return len(old.keys() - known)
