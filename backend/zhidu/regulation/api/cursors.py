"""Cursors of the lists that are newest first by a moment and an id."""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text

T = TypeVar("T")


def cursor_after(at: datetime, id_: Any) -> str:
    """Where the next page begins."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(id_)]).encode()).rstrip(b"=").decode()


def read_cursor(cursor: str, id_of: Callable[[str], T]) -> tuple[datetime, T]:
    """The moment and the id of a cursor. Raises Malformed."""
    try:
        at, id_ = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=="))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or "\x00" in id_:
            raise ValueError
        return moment, id_of(id_)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise Malformed.at(
            "?cursor", Text("游标无效，请从第一页重新开始", "Bad cursor; begin again"), "cursor"
        ) from None
