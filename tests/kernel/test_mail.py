"""E-mail: what a mail server says becomes 'later' or 'never', and no address is repeated."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from zhidu.kernel import mail
from zhidu.settings import Settings

LETTER = mail.Letter("0192f0c1", "wang@customer.example", "王芳", "您的订单", "您好")


@asynccontextmanager
async def server_saying(**answers: str) -> AsyncIterator[Settings]:
    """A mail server that answers each command as told, and 250 otherwise."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if answers.get("greeting") == "":
            await asyncio.sleep(5)
        writer.write((answers.get("greeting", "220 ready") + "\r\n").encode())
        while line := await reader.readline():
            command = line.split()[0].decode().lower()
            if command == "data":
                writer.write((answers.get("data", "354 go on") + "\r\n").encode())
                if "data" in answers:
                    continue
                while await reader.readline() != b".\r\n":
                    pass
                writer.write((answers.get("end", "250 taken") + "\r\n").encode())
            else:
                writer.write((answers.get(command, "250 ok") + "\r\n").encode())
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield Settings(smtp_host="127.0.0.1", smtp_port=port, _env_file=None)
    finally:
        server.close()


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ({"greeting": "421 too busy"}, mail.TryLater, "server-busy:421"),
        ({"greeting": "554 go away"}, mail.TryLater, "server-busy:554"),
        ({"mail": "452 disk full"}, mail.TryLater, "server-busy:452"),
        ({"mail": "550 sender refused"}, mail.Undeliverable, "refused:550"),
        ({"rcpt": "450 wang@customer.example is busy"}, mail.TryLater, "server-busy:450"),
        ({"rcpt": "550 wang@customer.example is unknown"}, mail.Undeliverable, "refused:550"),
        ({"data": "554 no"}, mail.Undeliverable, "refused:554"),
        ({"end": "552 too large for wang@customer.example"}, mail.Undeliverable, "refused:552"),
    ],
)
async def test_what_the_server_says_becomes_later_or_never(
    answers: dict[str, str], kind: type[mail.NotSent], code: str
):
    async with server_saying(**answers) as of:
        with pytest.raises(kind) as refused:
            await mail.send(of, LETTER)
    assert refused.value.code == code
    assert "wang" not in repr(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


async def test_a_letter_leaves_and_without_a_server_it_is_caught():
    async with server_saying() as of:
        assert await mail.send(of, LETTER)
    assert not await mail.send(Settings(smtp_host=None, _env_file=None), LETTER)


async def test_a_server_that_keeps_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.2)
    async with server_saying(greeting="") as of:
        with pytest.raises(mail.TryLater, match="server-away"):
            await mail.send(of, LETTER)


async def test_a_letter_never_travels_in_clear_where_tls_is_asked_for():
    async with server_saying() as of:
        with pytest.raises(mail.TryLater):
            await mail.send(of.model_copy(update={"smtp_tls": True}), LETTER)


@pytest.mark.parametrize("address", ["", "no address", "a@b\r\nBcc: thief@evil.example"])
async def test_what_is_no_address_is_not_sent_to(address: str):
    async with server_saying() as of:
        with pytest.raises(mail.Undeliverable, match="not-an-address"):
            await mail.send(of, mail.Letter("1", address, "", "", ""))
