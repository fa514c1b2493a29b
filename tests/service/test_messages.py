"""4.3.3 What the company tells its customers."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select, text

from tests.conftest import Acting, versioned
from zhidu.kernel import jobs
from zhidu.kernel.db import Database, new_id
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.regulation.controls import measure
from zhidu.regulation.obligations import Notification
from zhidu.service import messages
from zhidu.service.messages import Message

PATH = "/api/v1/service/messages"


class Postbox:
    """A mail server's other end: what it took, and what it says to a recipient."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer = "250 OK"
        self.after_data: asyncio.Event | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or not."""
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter; a test may kill the sender before it hears so."""
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.taken.append(letter)
        if self.after_data is not None:
            self.after_data.set()
            await asyncio.sleep(60)
        return "250 OK"


@asynccontextmanager
async def serving(box: Postbox, port: int = 0) -> AsyncIterator[int]:
    """A real SMTP server on this loop."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="mail.test", enable_SMTPUTF8=True), "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
async def database(house: House) -> AsyncIterator[Database]:
    """The house's database, with settings of its own that a test may point to a mail server."""
    opened = await Database.open(house.database.url, house.settings.model_copy())
    yield opened
    await opened.close()


async def told(
    house: House, staff: dict[str, Account], to_email: str | None = "wang@customer.example", **more: str
) -> UUID:
    owner = staff["sales-specialist"]
    async with unit_of_work(house.database) as db:
        message = await messages.tell(
            db,
            kind="order.shipped",
            to_email=to_email,
            to_name=more.get("to_name", "王芳"),
            subject=more.get("subject", "您的订单已发货"),
            body="您好，\n您的订单 D20261125 已交承运商。\n",
            owner_id=owner.id,
            department_id=owner.department_id,
            order_id=new_id(),
        )
    return message.id


async def hasten(database: Database) -> None:
    """Do what is waiting, pauses between tries left out."""
    async with database.session() as db:
        await db.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"))
    await jobs.work(database, until_idle=True)


async def one(database: Database, message_id: UUID) -> Message:
    async with database.sessions() as db:
        found = await db.get(Message, message_id)
        assert found is not None
        return found


async def test_a_customer_is_told_by_a_real_mail_server(house: House, staff: dict[str, Account], database: Database):
    box = Postbox()
    async with serving(box) as port:
        database.settings.smtp_host, database.settings.smtp_port = "127.0.0.1", port
        message_id = await told(house, staff, to_name="王芳\r\nBcc: thief@evil.example", subject="已发货\nX-Evil: 1")
        await jobs.work(database, until_idle=True)
    (letter,) = box.taken
    assert letter["Message-ID"] == f"<{message_id}@zhidu.example>"
    assert letter["To"].addresses[0].addr_spec == "wang@customer.example"
    assert letter["Subject"] == "已发货 X-Evil: 1"
    assert (letter["Bcc"], letter["X-Evil"], letter["Auto-Submitted"]) == (None, None, "auto-generated")
    assert letter.get_content().replace("\r\n", "\n") == "您好，\n您的订单 D20261125 已交承运商。\n"
    sent = await one(database, message_id)
    assert (sent.status, sent.attempts, sent.caught, sent.error) == ("sent", 1, False, None)
    assert sent.sent_at is not None


async def test_a_message_waits_until_the_mail_server_is_back(
    house: House, staff: dict[str, Account], database: Database
):
    box, port = Postbox(), free_port()
    database.settings.smtp_host, database.settings.smtp_port = "127.0.0.1", port
    message_id = await told(house, staff)
    await jobs.work(database, until_idle=True)
    waiting = await one(database, message_id)
    assert (waiting.status, waiting.attempts, waiting.error) == ("queued", 1, "server-away")
    box.answer = "451 try later"
    async with serving(box, port):
        await hasten(database)
        assert (await one(database, message_id)).error == "server-busy:451"
        box.answer = "250 OK"
        await hasten(database)
    sent = await one(database, message_id)
    assert (sent.status, sent.attempts, len(box.taken)) == ("sent", 3, 1)


async def test_after_a_kill_between_acceptance_and_commit_the_letter_comes_twice_under_one_id(
    house: House, staff: dict[str, Account], database: Database, tmp_path: Path
):
    box = Postbox()
    box.after_data = asyncio.Event()
    async with serving(box) as port:
        message_id = await told(house, staff)
        environment = {
            **os.environ, "DATABASE_URL": database.url, "ZHIDU_DATA_DIR": str(house.settings.data_dir),
            "ZHIDU_SMTP_HOST": "127.0.0.1", "ZHIDU_SMTP_PORT": str(port),
        }  # fmt: skip
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "zhidu.cli", "worker", env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        await asyncio.wait_for(box.after_data.wait(), 60)
        worker.kill()
        await worker.wait()
        assert (await one(database, message_id)).status == "sending"
        box.after_data = None
        database.settings.smtp_host, database.settings.smtp_port = "127.0.0.1", port
        async with database.session() as db:  # half a minute later its heart is known to have stopped
            await db.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"))
        app = jobs.job_app(database)
        async with app.open_async():
            await app.tasks["zhidu.take_up_stalled"].func(0)
        await hasten(database)
    assert (await one(database, message_id)).status == "sent"
    assert {letter["Message-ID"] for letter in box.taken} == {f"<{message_id}@zhidu.example>"}
    assert len(box.taken) == 2


async def test_a_refused_address_fails_at_once_and_its_owner_hears_of_it(
    acting: Acting, house: House, staff: dict[str, Account], database: Database, capfd: pytest.CaptureFixture[str]
):
    box = Postbox()
    box.answer = "550 no such user nobody@customer.example"
    async with serving(box) as port:
        database.settings.smtp_host, database.settings.smtp_port = "127.0.0.1", port
        message_id = await told(house, staff, "nobody@customer.example")
        await jobs.work(database, until_idle=True)
        failed = await acting("sales-specialist").get(f"{PATH}/{message_id}")
        assert (failed.json()["status"], failed.json()["error"]) == ("failed", "refused:550")
        assert failed.json()["actions"] == ["retry"]
        async with house.database.sessions() as db:
            notices = list(await db.scalars(select(Notification).where(Notification.record_id == message_id)))
        assert [notice.account_id for notice in notices] == [staff["sales-specialist"].id]

        url = f"{PATH}/{message_id}/retry"
        assert (await acting("sales-specialist-2").post(url, headers=versioned(failed))).status_code == 404
        assert (await acting("logistics-clerk").post(url, headers=versioned(failed))).status_code == 403
        again = await acting("service-agent").post(url, headers=versioned(failed))
        assert (again.status_code, again.json()["status"], again.json()["attempts"]) == (200, "queued", 0)
        box.answer = "250 OK"
        await jobs.work(database, until_idle=True)
    sent = await acting("sales-specialist").get(f"{PATH}/{message_id}")
    assert (sent.json()["status"], sent.json()["actions"]) == ("sent", [])
    history = await acting("sales-specialist").get(f"{PATH}/{message_id}/history")
    steps = [(row["verb"], row["account_name"]) for row in reversed(history.json()["items"])]
    assert steps == [
        ("begin", None), ("fail", None), ("retry", "客服专员"), ("begin", None), ("deliver", None),
    ]  # fmt: skip
    assert "nobody@customer.example" not in "".join(capfd.readouterr())


async def test_without_a_mail_server_the_outbox_page_shows_what_was_caught(
    acting: Acting, house: House, staff: dict[str, Account], database: Database
):
    message_id = await told(house, staff, "zhao@customer.example", subject="订单已确认")
    await jobs.work(database, until_idle=True)
    shown = await acting("service-agent").get(PATH, params={"caught": "true", "status": "sent", "q": "订单已确认"})
    (row,) = shown.json()["items"]
    assert (row["id"], row["caught"], row["email_masked"]) == (str(message_id), True, "z***@customer.example")
    assert row["body"].startswith("您好")
    assert "zhao@" not in shown.text
    assert (await acting("sales-specialist-2").get(PATH)).json()["items"] == []
    export = await acting("service-lead").get(f"{PATH}/export")
    assert "zhao@" not in export.text
    audit = await house.database.pool.fetchval("SELECT string_agg(changes::text, '') FROM audit_entry")
    assert "zhao@" not in audit
    assert "承运商" not in audit


async def test_who_has_no_address_is_not_forgotten(
    acting: Acting, house: House, staff: dict[str, Account], database: Database
):
    message_id = await told(house, staff, None)
    shown = await acting("sales-specialist").get(f"{PATH}/{message_id}")
    assert (shown.json()["status"], shown.json()["error"]) == ("failed", "no-address")
    retried = await acting("sales-specialist").post(f"{PATH}/{message_id}/retry", headers=versioned(shown))
    assert retried.status_code == 409
    async with unit_of_work(database) as db:
        result = await measure(db, messages.SENT)
        assert (result.failing, result.state) == (1, "red")


async def test_a_server_that_stays_away_makes_the_message_fail_in_the_end(
    house: House, staff: dict[str, Account], database: Database
):
    database.settings.smtp_host, database.settings.smtp_port = "127.0.0.1", free_port()
    message_id = await told(house, staff)
    for _ in range(messages.MAX_ATTEMPTS):
        await hasten(database)
    failed = await one(database, message_id)
    assert (failed.status, failed.attempts, failed.error) == ("failed", messages.MAX_ATTEMPTS, "server-away")
    assert await house.database.pool.fetchval("SELECT count(*) FROM procrastinate_jobs") == 0
