"""Records of every resource for the matrix: only what the database asks for, owned by whom the test says."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.db import Model, Record, new_id

_numbers = count(1)


class Filled:
    """Makes records; what they must point to is made once."""

    def __init__(self, db: AsyncSession) -> None:
        self.db = db
        self._parents: dict[str, UUID] = {}

    async def record(self, kind: type[Record], **given: Any) -> Record:
        """A record of a kind with these columns; the others hold whatever is allowed."""
        needed = [
            column
            for column in kind.__table__.columns
            if column.name not in {"version", *given}
            and not column.nullable and column.default is None and column.server_default is None
        ]  # fmt: skip
        values = {column.name: await self._value(column) for column in needed}
        made = kind(id=new_id(), **values, **given)
        self.db.add(made)
        await self.db.flush()
        return made

    async def _value(self, column: Any) -> Any:
        for key in column.foreign_keys:
            table = key.column.table.name
            if table not in self._parents:
                self._parents[table] = (await self.record(_kinds()[table])).id
            return self._parents[table]
        kind = column.type.python_type
        simple: Mapping[type, Any] = {
            int: 1, Decimal: Decimal(1), bool: False, date: clock.today(), datetime: clock.now(), dict: {}, object: [],
            bytes: b"",
        }  # fmt: skip
        if kind is UUID:
            return new_id()
        if kind is int and column.unique:
            return 1000 + next(_numbers)
        return f"{column.name}-{next(_numbers)}" if kind is str else simple[kind]


def _kinds() -> dict[str, type[Record]]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}
