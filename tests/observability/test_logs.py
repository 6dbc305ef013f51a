"""Logs as a process writes them."""

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
    raise ValueError("told")


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


def lines(level: str) -> list[dict[str, Any]]:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(level=level)], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout == ""
    return [json.loads(line) for line in told.stderr.splitlines()]


def test_a_line_is_an_object_with_its_event_its_fields_and_the_request() -> None:
    happened = lines("info")[0]

    assert happened.pop("timestamp").endswith("Z")
    assert happened == {"event": "happened", "devices": 3, "level": "info", "request_id": "r1"}


def test_libraries_are_heard_in_the_same_form_but_not_of_every_request() -> None:
    told = [line["event"] for line in lines("info")]

    assert told == ["happened", "of a library", "unhandled_error"]


def test_the_level_counts() -> None:
    assert [line["event"] for line in lines("error")] == ["unhandled_error"]
    assert lines("debug")[0]["event"] == "too_fine"


def test_a_trace_tells_where_but_not_with_what() -> None:
    failed = lines("error")[0]

    assert "fail" in json.dumps(failed["exception"])
    assert "the password" not in json.dumps(failed)
