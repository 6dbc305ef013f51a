"""How a row of the log describes itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.jobs.events import ExecutionPhase, LogStatus, LogType
from arcbeat.domain.jobs.logs import SyncJobLog

STARTED = datetime(2026, 3, 2, tzinfo=UTC)


def row(parent: int | None, log_type: LogType, phase: ExecutionPhase, attempt: int | None) -> SyncJobLog:
    return SyncJobLog(
        id=90212,
        run_id=412,
        job_id=1,
        job_name="check_latest",
        parent_log_id=parent,
        run_started_at=STARTED,
        log_type=log_type,
        execution_phase=phase,
        status=LogStatus.RUNNING,
        attempt_number=attempt,
        started_at=STARTED,
    )


@pytest.mark.parametrize(
    ("parent", "log_type", "phase", "attempt", "text"),
    [
        (
            None,
            LogType.EXECUTION_START,
            ExecutionPhase.INITIAL,
            None,
            "<SyncJobLog 90212 root check_latest run 412 execution_start/initial running>",
        ),
        (
            90211,
            LogType.RETRY_ATTEMPT,
            ExecutionPhase.RETRY,
            2,
            "<SyncJobLog 90212 below 90211 check_latest run 412 attempt 2 retry_attempt/retry running>",
        ),
    ],
)
def test_a_row_names_its_place_job_run_attempt_and_kind(
    parent: int | None, log_type: LogType, phase: ExecutionPhase, attempt: int | None, text: str
) -> None:
    assert repr(row(parent, log_type, phase, attempt)) == text


def test_a_row_has_a_duration_when_it_has_ended() -> None:
    log = row(None, LogType.EXECUTION_START, ExecutionPhase.INITIAL, None)

    assert log.duration is None
    assert replace(log, ended_at=STARTED + timedelta(seconds=3)).duration == timedelta(seconds=3)
