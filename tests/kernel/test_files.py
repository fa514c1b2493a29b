"""7.3.2 Files: kept by content, never by name; nothing that could act in the reader's name."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from zhidu.kernel import clock, crypto, files, vault
from zhidu.kernel.db import Database
from zhidu.kernel.jobs import run_periodic
from zhidu.kernel.problem import Gone, Malformed, TooLarge
from zhidu.kernel.work import unit_of_work
from zhidu.settings import Settings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def database(database_url: str, settings: Settings, tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(database_url, settings.model_copy(update={"data_dir": tmp_path}))
    yield opened
    await opened.close()


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(content), 1000):
        yield content[begin : begin + 1000]


async def kept(database: Database, content: bytes, filename: str, use: files.Use = "evidence") -> files.File:
    async with unit_of_work(database) as db:
        return await files.keep(db, pieces(content), filename=filename, use=use)


async def read(database: Database, file: files.File) -> bytes:
    return b"".join([part async for part in files.content_of(database.settings, file)])


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return made.getvalue()


def picture(form: str, size: tuple[int, int] = (40, 30)) -> bytes:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", size, "red").save(made, form, **({"exif": exif} if form != "GIF" else {}))
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "filename", "content_type"),
    [
        (b"%PDF-1.7\n...", "plan.exe", "application/pdf"),
        (archive("xl/workbook.xml", "[Content_Types].xml"), "a.zip", XLSX),
        ("姓名,电话\n王芳,\n".encode("gbk"), "a.csv", "text/csv"),
        ("BM,GIF8,RIFF\n".encode("utf-16"), "notes", "text/plain"),
    ],
)
async def test_what_a_file_is_its_content_says(database: Database, content: bytes, filename: str, content_type: str):
    file = await kept(database, content, filename)
    assert (file.content_type, file.size) == (content_type, len(content))
    path = files.path_of(database.settings, file)
    assert await read(database, file) == content
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert path.stat().st_mode & 0o077 == 0
    assert filename not in path.name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "<html>".encode("utf-16"),
        b"MZ\x90\x00\x03\x00",
        b"\x7fELF\x02\x01\x01\x00",
        archive("index.html"),
        archive("xl/workbook.xml", "xl/vbaProject.bin"),
        b"PK\x03\x04 cut off",
        b"\x89PNG\r\n\x1a\n cut off",
        b"\xff\xd8\xff\xe0 cut off",
    ],
)
async def test_what_could_do_harm_is_refused_and_leaves_nothing(database: Database, content: bytes):
    with pytest.raises(Malformed):
        await kept(database, content, "harmless.png")
    assert list(files.directory_of(database.settings).iterdir()) == []


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_an_image_is_encoded_anew_and_forgets_where_it_was_taken(database: Database, form: str):
    file = await kept(database, picture(form) + b"<script>", "photo")
    assert file.content_type == f"image/{'png' if form == 'GIF' else form.lower()}"
    content = await read(database, file)
    assert b"script" not in content
    assert b"home" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (40, 30)


async def test_an_image_of_monstrous_size_is_refused(database: Database):
    with pytest.raises(Malformed):
        await kept(database, picture("PNG", (10_000, 5001)), "bomb.png")


async def test_a_table_to_import_is_a_table_and_nothing_else(database: Database):
    assert (await kept(database, b"name\nWang\n", "a.csv", "import")).use == "import"
    with pytest.raises(Malformed):
        await kept(database, b"%PDF-1.7", "a.csv", "import")
    with pytest.raises(Malformed):
        await kept(database, picture("PNG"), "a.csv", "import")


async def test_a_file_over_the_limit_is_refused_while_it_comes(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(files.LIMITS, "evidence", 5000)
    with pytest.raises(TooLarge):
        await kept(database, b"a" * 5001, "a.txt")
    assert list(files.directory_of(database.settings).iterdir()) == []


async def test_what_no_row_knows_is_swept_after_a_day(database: Database):
    file = await kept(database, b"hello", "a.txt")
    async with database.sessions() as db:  # never committed
        await files.keep(db, pieces(b"lost"), filename="b.txt")
    directory = files.directory_of(database.settings)
    assert len(list(directory.iterdir())) == 2
    await run_periodic(database, "zhidu.kernel.files.sweep")
    assert len(list(directory.iterdir())) == 2
    with clock.at(clock.now() + timedelta(days=2)):
        await run_periodic(database, "zhidu.kernel.files.sweep")
        await run_periodic(database, "zhidu.kernel.files.sweep")
    assert [path.name for path in directory.iterdir()] == [file.stored_as]
    async with database.sessions() as db:
        assert await db.scalar(select(files.File).where(files.File.stored_as == file.stored_as))


SECRET = "王芳,13812345678\n".encode()
LARGE = b"name,phone\n" + SECRET * 12_000  # more than three frames


async def test_what_lies_on_the_disk_can_be_read_by_nobody(database: Database):
    file = await kept(database, LARGE, "a.csv", "import")
    sealed = files.path_of(database.settings, file).read_bytes()
    assert b"13812345678" not in sealed
    assert len(sealed) == len(LARGE) + 16 * -(-len(LARGE) // vault.FRAME_BYTES)
    assert await read(database, file) == LARGE
    async with files.opened(database.settings, file) as path:
        assert path.read_bytes() == LARGE
        assert [found.name for found in files.directory_of(database.settings).iterdir()] == [file.stored_as]


def altered(sealed: bytes) -> dict[str, bytes]:
    """What somebody could do to a file of several frames."""
    frame = vault.FRAME_BYTES + vault.TAG_BYTES
    first, second, rest = sealed[:frame], sealed[frame : 2 * frame], sealed[2 * frame :]
    return {
        "cut off within": sealed[:-1],
        "cut off between": first + second,
        "without its first": second + rest,
        "in another order": second + first + rest,
        "a bit": sealed[:100] + bytes((sealed[100] ^ 1,)) + sealed[101:],
        "longer": sealed + b"x",
        "nothing": b"",
    }


async def test_a_file_that_is_not_as_it_was_sealed_does_not_open(database: Database):
    file = await kept(database, LARGE, "a.csv", "import")
    path = files.path_of(database.settings, file)
    for what, content in altered(path.read_bytes()).items():
        path.write_bytes(content)
        with pytest.raises(Gone):
            await read(database, file)
        with pytest.raises(Gone):
            async with files.opened(database.settings, file):
                pytest.fail(f"{what}: it opened")


async def test_one_file_does_not_pass_for_another(database: Database):
    one, other = await kept(database, LARGE, "a.csv"), await kept(database, LARGE, "a.csv")
    one_path, other_path = (files.path_of(database.settings, file) for file in (one, other))
    assert one_path.read_bytes() != other_path.read_bytes()
    one_path.write_bytes(other_path.read_bytes())
    with pytest.raises(Gone):
        await read(database, one)


async def test_a_rotation_touches_the_key_of_a_file_and_not_the_file(database: Database):
    file = await kept(database, LARGE, "a.csv")
    before = files.path_of(database.settings, file).read_bytes()
    old = crypto.ring()
    crypto.use(replace(old.rotated(), source=None))
    try:
        assert [p.done async for p in crypto.reseal_table(database.session, files.File, "key")][-1] >= 1
        async with database.sessions() as db:
            file = await db.get_one(files.File, file.id)
        assert not crypto.ring().needs_rotation(file.key_sealed)
        assert await read(database, file) == LARGE
        assert files.path_of(database.settings, file).read_bytes() == before
    finally:
        crypto.use(old)


async def test_what_was_removed_is_gone_and_swept(database: Database):
    file = await kept(database, LARGE, "a.csv", "import")
    async with unit_of_work(database) as db:
        (await db.get_one(files.File, file.id)).removed_at = clock.now()
    async with database.sessions() as db:
        file = await db.get_one(files.File, file.id)
    with pytest.raises(Gone):
        await read(database, file)
    with clock.at(clock.now() + timedelta(days=2)):
        await run_periodic(database, "zhidu.kernel.files.sweep")
    assert list(files.directory_of(database.settings).iterdir()) == []
