"""Logs: one JSON object a line on stdout, with the request id, and never a personal value.

An exception's message may quote what it failed on (a row, an address, an input), so a failure is logged as its type and
the places it passed; the request id leads from the problem that the caller saw to this line.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import orjson
import structlog

Entry = MutableMapping[str, Any]


def failure(error: BaseException) -> dict[str, Any]:
    """An exception without its message: type, places, and what caused it."""
    found: dict[str, Any] = {"type": type(error).__qualname__, "at": _places(error.__traceback__)}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        found["cause"] = failure(cause)
    return found


def _places(of: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(of, limit=-12)
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def _failures(_logger: Any, _method: str, entry: Entry) -> Entry:
    given = entry.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        entry["error"] = failure(error)
    return entry


class _Forward(logging.Handler):
    """What libraries say by the standard logging, as lines of ours: the first line of it only."""

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage().partition("\n")[0][:300]
        log = structlog.get_logger(record.name)
        log.log(record.levelno, said, logger=record.name, exc_info=record.exc_info or None)


def line(event: str, **entry: Any) -> None:
    """A line of ours by the shortest way: for what is written with every request."""
    written = {"event": event, "level": "info", "at": datetime.now(UTC), **entry}
    sys.stdout.buffer.write(orjson.dumps(written, default=str, option=orjson.OPT_UTC_Z) + b"\n")
    sys.stdout.buffer.flush()


def set_up() -> None:
    """Log from now on; called once by each process that serves or works."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _failures,
            structlog.processors.JSONRenderer(serializer=lambda entry, **_: orjson.dumps(entry, default=str)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Forward()]
    root.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)
    # At INFO it would write each job with its arguments.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
