"""7.3.2 Files over the API."""

from tests.conftest import Acting

PATH = "/api/v1/files"


async def test_evidence_comes_back_as_an_attachment(acting: Acting):
    made = await acting("marketing-specialist").post(
        PATH, params={"filename": "数据\r\n.pdf"}, content=b"%PDF-1.7 evidence", headers={"Content-Type": "image/png"}
    )
    assert made.status_code == 201, made.text
    assert made.json()["content_type"] == "application/pdf"
    url = f"{PATH}/{made.json()['id']}"
    assert (await acting("marketing-manager").get(url)).json() == made.json()
    reply = await acting("marketing-manager").get(f"{url}/content")
    assert reply.content == b"%PDF-1.7 evidence"
    assert reply.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%95%B0")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Type"] == "application/pdf"


async def test_a_table_to_import_is_its_senders_alone(acting: Acting):
    made = await acting("sales-specialist").post(
        PATH, params={"filename": "a.csv", "use": "import"}, content=b"name\nWang\n"
    )
    assert made.status_code == 201, made.text
    url = f"{PATH}/{made.json()['id']}/content"
    assert (await acting("sales-specialist").get(url)).content == b"name\nWang\n"
    assert (await acting("sales-specialist-2").get(url)).status_code == 404


async def test_what_is_not_taken_is_refused_with_a_reason(acting: Acting):
    client = acting("sales-specialist")
    html = await client.post(PATH, params={"filename": "a.png"}, content=b"<html>")
    assert (html.status_code, html.json()["errors"][0]["code"]) == (422, "file_type")
    assert (await client.post(PATH, content=b"hello")).status_code == 422
    assert (await client.post(PATH, params={"filename": "a.txt"}, content=b"a" * 20_000_001)).status_code == 413
    assert (
        await client.post(PATH, params={"filename": "a.txt"}, headers={"Content-Length": "200000000"})
    ).status_code == 413
    assert (await acting("").post(PATH, params={"filename": "a.txt"}, content=b"hello")).status_code == 401
    assert (await client.get(f"{PATH}/0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11/content")).status_code == 404


async def test_the_same_key_keeps_one_file(acting: Acting):
    key = {"Idempotency-Key": "an-upload-of-mine"}
    first = await acting("sales-specialist").post(PATH, params={"filename": "a.txt"}, content=b"hello", headers=key)
    again = await acting("sales-specialist").post(PATH, params={"filename": "a.txt"}, content=b"hello", headers=key)
    assert first.json() == again.json()
