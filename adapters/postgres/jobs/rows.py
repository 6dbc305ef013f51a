"""Rows of runs and of their log as objects of the domain, and back."""

from collections.abc import Mapping
from typing import Any, TypeVar

import structlog
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter, ValidationError

from adapters.postgres.jobs.stored_json import Damaged, to_parameters
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import ExecutionPhase, LogStatus, LogType
from arcbeat.domain.jobs.jobs import Parameters
from arcbeat.domain.jobs.logs import PerformanceMetrics, RetryContext, SyncJobLog
from arcbeat.domain.jobs.retry import RetryStats
from arcbeat.domain.jobs.runs import RowCounts, Run, RunState, Trigger

T = TypeVar("T")

RETRY_CONTEXT = TypeAdapter(RetryContext)
METRICS = TypeAdapter(PerformanceMetrics)
RETRY_STATS = TypeAdapter(RetryStats)

logger = structlog.get_logger(__name__)


def to_run(row: Mapping[str, Any]) -> Run:
    """Return the run of a row of sync_job_run; what is wrong with its parameters is its ``problem``."""
    problem = None
    parameters: Parameters = {}
    try:
        parameters = to_parameters(row["parameters"], "sync_job_run.parameters")
    except Damaged as error:
        problem = str(error)
    return Run(
        id=row["id"],
        job_id=row["job_id"],
        job_name=row["job_name"],
        state=RunState(row["state"]),
        trigger=Trigger(row["trigger"]),
        requested_by=row["requested_by"],
        parameters=parameters,
        problem=problem,
        dry_run=row["dry_run"],
        fence=row["fence"],
        created_at=row["created_at"],
        run_started_at=row["run_started_at"],
        idempotency_key=row["idempotency_key"],
        scheduled_for=row["scheduled_for"],
        retry_of=row["retry_of"],
        lease_until=row["lease_until"],
        cancel_requested=row["cancel_requested"],
        worker=row["worker"],
        attempts=row["attempts"],
        max_attempts=row["max_attempts"],
        resumes=row["resumes"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        error_category=to_category(row["error_category"]),
        error_message=row["error_message"],
        rows=RowCounts(row["rows_read"], row["rows_written"], row["rows_skipped"]),
        window_start=row["window_start"],
        window_end=row["window_end"],
        result=row["result"],
        root_log_id=row["root_log_id"],
    )


def to_log(row: Mapping[str, Any]) -> SyncJobLog:
    """Return the log row of a row of sync_job_log; ``status`` must be spelled as arcbeat spells it."""
    return SyncJobLog(
        id=row["id"],
        run_id=row["run_id"],
        job_id=_to_id(row["job_id"]),
        job_name=row["job_name"] or "",
        parent_log_id=row["parent_log_id"],
        run_started_at=row["run_started_at"],
        log_type=LogType(row["log_type"]),
        execution_phase=ExecutionPhase(row["execution_phase"]),
        status=LogStatus(row["status"]),
        message=row["message"] or "",
        error_category=to_category(row["error_category"]),
        error_message=row["error_message"],
        attempt_number=row["attempt_number"],
        planned_start_at=row["planned_start_at"],
        started_at=row["log_started_at"],
        ended_at=row["log_ended_at"],
        retry_context=_from_json(RETRY_CONTEXT, row, "retry_context"),
        performance_metrics=_from_json(METRICS, row, "performance_metrics"),
        retry_statistics=_from_json(RETRY_STATS, row, "retry_statistics"),
        rows_read=row["rows_read"],
        rows_written=row["rows_written"],
        rows_skipped=row["rows_skipped"],
        window_start=row["window_start"],
        window_end=row["window_end"],
    )


def _to_id(job_id: int | str | None) -> int | None:
    """Return the id of a job; a text of another program, such as a name, is none."""
    return int(job_id) if job_id is not None and str(job_id).isdecimal() else None


def from_log(log: SyncJobLog) -> dict[str, Any]:
    """Return the columns of a log row without its id and its place in the tree."""
    return {
        "log_type": log.log_type.value,
        "execution_phase": log.execution_phase.value,
        "status": log.status.value,
        "message": log.message,
        "error_category": log.error_category,
        "error_message": log.error_message,
        "attempt_number": log.attempt_number,
        "planned_start_at": log.planned_start_at,
        "log_started_at": log.started_at,
        "log_ended_at": log.ended_at,
        "retry_context": to_jsonb(RETRY_CONTEXT, log.retry_context),
        "performance_metrics": to_jsonb(METRICS, log.performance_metrics),
        "retry_statistics": to_jsonb(RETRY_STATS, log.retry_statistics),
        "rows_read": log.rows_read,
        "rows_written": log.rows_written,
        "rows_skipped": log.rows_skipped,
        "window_start": log.window_start,
        "window_end": log.window_end,
    }


def to_category(text: str | None) -> ErrorCategory | None:
    """Return an error category; one that another program invented is unknown."""
    if text is None:
        return None
    try:
        return ErrorCategory(text)
    except ValueError:
        return ErrorCategory.UNKNOWN


def to_jsonb(adapter: TypeAdapter[T], value: T | None) -> Jsonb | None:
    """Return the parameter for a column of type jsonb."""
    return None if value is None else Jsonb(adapter.dump_python(value, mode="json"))


def _from_json(adapter: TypeAdapter[T], row: Mapping[str, Any], column: str) -> T | None:
    if row[column] is None:
        return None
    try:
        return adapter.validate_python(row[column])
    except ValidationError as error:  # another program wrote it
        logger.info("foreign_job_log_value", log_id=row["id"], column=column, errors=error.error_count())
        return None
