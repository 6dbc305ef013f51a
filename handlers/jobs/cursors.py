"""The cursors of lists of log rows, of runs and of alerts."""

from datetime import datetime
from typing import Any

from arcbeat.domain.jobs.alerts import Alert
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.ports import LogPosition, RunPosition
from arcbeat.domain.jobs.runs import Run
from arcbeat.domain.schema.columns import check_timestamp
from handlers._cursors import decode_cursor, encode_cursor, forged_cursors_rejected

ID_MAX = 2**63 - 1


def encode_position(log: SyncJobLog, parameters: tuple[object, ...]) -> str:
    """Return the cursor behind a row, which is valid only for a request with the same parameters."""
    return encode_cursor({"run_started_at": log.run_started_at, "id": log.id}, parameters)


def decode_position(text: str, parameters: tuple[object, ...]) -> LogPosition:
    """Return the position of a cursor.

    Raises:
        InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
    """
    return LogPosition(*_decode(text, parameters, "run_started_at"))


def encode_run_position(run: Run, parameters: tuple[object, ...]) -> str:
    """Return the cursor behind a run, which is valid only for a request with the same parameters."""
    return encode_cursor({"created_at": run.created_at, "id": run.id}, parameters)


def decode_run_position(text: str, parameters: tuple[object, ...]) -> RunPosition:
    """Return the position of a cursor.

    Raises:
        InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
    """
    return RunPosition(*_decode(text, parameters, "created_at"))


def encode_alert_position(alert: Alert, parameters: tuple[object, ...]) -> str:
    """Return the cursor behind an alert, which is valid only for a request with the same parameters."""
    return encode_cursor({"id": alert.id}, parameters)


def decode_alert_position(text: str, parameters: tuple[object, ...]) -> int:
    """Return the id of the alert before a cursor.

    Raises:
        InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
    """
    content = decode_cursor(text, parameters)
    with forged_cursors_rejected():
        return _row_id(content)


def _decode(text: str, parameters: tuple[object, ...], moment: str) -> tuple[datetime, int]:
    content = decode_cursor(text, parameters)
    with forged_cursors_rejected():
        return check_timestamp(content[moment]), _row_id(content)


def _row_id(content: Any) -> int:
    row_id = int(content["id"])
    if not 0 < row_id <= ID_MAX:
        raise ValueError("not the id of a row")
    return row_id
