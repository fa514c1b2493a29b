"""The application on a real socket, with a record of every resource for whoever asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.marketing.plans import CRITERIA
from tests.policy.records import Filled
from zhidu.kernel import files, vault
from zhidu.kernel.db import Record, settings_of
from zhidu.policy.accounts import Account
from zhidu.policy.register import REGISTERS

# What a few resources ask for beyond what their columns say.
BESIDES: dict[str, dict[str, object]] = {
    "campaign_amendment": {"budget_fen": 2_00, "budget_before_fen": 1_00},
    "channel_assessment": {"criteria": {name: {**facts, "file_ids": []} for name, facts in CRITERIA.items()}},
    "import_mapping": {"mapping": {"columns": [{"header": "name", "field": "name"}]}},
}


@asynccontextmanager
async def address_of(app: FastAPI) -> AsyncIterator[str]:
    """Where the application answers while the block runs."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None, http="httptools"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


async def belongings(db: AsyncSession, person: Account) -> dict[str, UUID]:
    """A record of each resource, owned by this person where records are owned."""
    filled = Filled(db)
    made: dict[str, UUID] = {}
    for name, register in REGISTERS.items():
        if not issubclass(register.listing.model, Record) or name == "pool":
            continue
        columns = set(register.listing.model.__table__.columns.keys())
        given = {"owner_id": person.id, "department_id": person.department_id, **BESIDES.get(name, {})}
        if name == "follow_up":
            given["lead_id"] = (
                made["lead"] if "lead" in made else (await filled.record(REGISTERS["lead"].listing.model)).id
            )
        wanted = {column: value for column, value in given.items() if column in columns}
        made[name] = (await filled.record(register.listing.model, **wanted)).id
    for file in await db.scalars(select(files.File)):
        with (files.directory_of(settings_of(db)) / file.stored_as).open("wb") as out:
            file.key_sealed = vault.seal(BytesIO(b"name,phone\n"), out)
    await db.flush()
    return made
