"""Databases of one test's own, beside that of its module."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from tests.conftest import _alone, _database, _named, _template


@asynccontextmanager
async def another(database_url: str, *, empty: bool = False) -> AsyncIterator[str]:
    """A fresh company on the server of this database, or nothing at all, for the time of the block."""
    name = _database(uuid4().hex[:8])
    admin = await asyncpg.connect(_named(database_url, "postgres"))
    with _alone("clone"):  # a template may be copied by one at a time
        copy = "" if empty else f"TEMPLATE {await _template(admin)} STRATEGY file_copy"
        await admin.execute(f"CREATE DATABASE {name} {copy}")
    try:
        yield _named(database_url, name)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
