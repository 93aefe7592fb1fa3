"""What reaches the log is one JSON object a line, and never the text of an error."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging, structlog
from app.logs import configure_logs
from app.settings import Settings
configure_logs(Settings())
def fail():
    try:
        raise ValueError("bo@buyer.example")
    except ValueError as cause:
        raise RuntimeError("DETAIL: Key (email)=(bo@buyer.example) exists") from cause
try:
    fail()
except RuntimeError as error:
    {}
"""


@pytest.mark.parametrize(
    "line",
    [
        "structlog.get_logger().error('it_failed', exc_info=error)",
        "structlog.get_logger().exception('it_failed')",
        "logging.getLogger('anybody').exception('it_failed')",
    ],
)
def test_an_error_is_told_by_kind_and_place(line: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(line)], capture_output=True, text=True, check=True)
    assert "buyer" not in done.stdout + done.stderr
    logged = json.loads(done.stdout)
    assert (logged["event"], logged["level"]) == ("it_failed", "error")
    assert logged["error"] == "RuntimeError from ValueError"
    assert logged["where"][-1].endswith("fail")
