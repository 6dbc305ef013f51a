"""The cursor of a list of log rows."""

from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.ports import LogPosition
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
    content = decode_cursor(text, parameters)
    with forged_cursors_rejected():
        log_id = int(content["id"])
        if not 0 < log_id <= ID_MAX:
            raise ValueError("not the id of a row")
        return LogPosition(check_timestamp(content["run_started_at"]), log_id)
