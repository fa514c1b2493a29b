"""Logs: one JSON object a line, with the places of a failure and never what it failed on."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from zhidu.kernel import logs


@pytest.fixture
def lines(capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[pytest.CaptureFixture[bytes]]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    logs.set_up()
    yield capfdbinary
    structlog.reset_defaults()
    root.handlers[:], root.level = before[0], before[1]


def fail(value: str) -> None:
    try:
        int(value)
    except ValueError as error:
        raise RuntimeError(f"cannot take {value}") from error


def test_a_failure_is_logged_without_the_value_it_failed_on(lines: pytest.CaptureFixture[bytes]):
    try:
        fail("call 13812345678")
    except RuntimeError:
        structlog.get_logger("zhidu").exception("broken", request_id="abc")
        logging.getLogger("a.library").exception("it broke\n13812345678")
    out = lines.readouterr().out
    assert b"13812345678" not in out
    ours, theirs = (json.loads(line) for line in out.splitlines())
    assert (ours["event"], ours["level"], ours["request_id"]) == ("broken", "error", "abc")
    assert (ours["error"]["type"], ours["error"]["cause"]["type"]) == ("RuntimeError", "ValueError")
    assert any("test_logs.py" in place and place.endswith("fail") for place in ours["error"]["at"])
    assert (theirs["event"], theirs["logger"], theirs["error"]["type"]) == ("it broke", "a.library", "RuntimeError")
