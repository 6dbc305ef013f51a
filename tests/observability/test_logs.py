"""The log lines that a process writes."""

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import logging
import structlog
from arcbeat.observability import logs

logs.configure({level!r})
logger = structlog.get_logger("arcbeat.test")


def fail(password):
    raise ValueError("failed")


with structlog.contextvars.bound_contextvars(request_id="r1"):
    logger.debug("too_fine")
    logger.info("happened", devices=3)
    logging.getLogger("uvicorn").warning("of a %s", "library")
    logging.getLogger("httpx").info("of every request")
    try:
        fail("the password")
    except ValueError as error:
        logger.error("unhandled_error", exc_info=error)
"""


def log_lines(level: str) -> list[dict[str, Any]]:
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(level=level)], capture_output=True, text=True, check=True, timeout=60
    )
    assert finished.stdout == ""
    return [json.loads(line) for line in finished.stderr.splitlines()]


def test_a_line_is_an_object_with_event_fields_and_request_id() -> None:
    happened = log_lines("info")[0]

    assert happened.pop("timestamp").endswith("Z")
    assert happened == {"event": "happened", "devices": 3, "level": "info", "request_id": "r1"}


def test_libraries_log_in_the_same_form_but_not_every_request() -> None:
    events = [line["event"] for line in log_lines("info")]

    assert events == ["happened", "of a library", "unhandled_error"]


def test_lines_below_the_level_are_left_out() -> None:
    assert [line["event"] for line in log_lines("error")] == ["unhandled_error"]
    assert log_lines("debug")[0]["event"] == "too_fine"


def test_a_traceback_has_no_values_of_variables() -> None:
    failed = log_lines("error")[0]

    assert "fail" in json.dumps(failed["exception"])
    assert "the password" not in json.dumps(failed)
