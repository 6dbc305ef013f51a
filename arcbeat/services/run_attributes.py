"""The attributes of a run that clients get over HTTP and live alike."""

from typing import Any

from arcbeat.domain.exact_ids import exact_id
from arcbeat.domain.jobs.runs import Run


def run_attributes(run: Run) -> dict[str, Any]:
    """Return the attributes of a run, by the names of both contracts."""
    return {
        "id": exact_id(run.id),
        "job_name": run.job_name,
        "state": run.state,
        "trigger": run.trigger,
        "requested_by": run.requested_by,
        "dry_run": run.dry_run,
        "cancel_requested": run.cancel_requested,
        "attempts": run.attempts,
        "max_attempts": run.max_attempts,
        "resumes": run.resumes,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "error_category": run.error_category,
        "error_message": run.error_message,
        "rows_read": run.rows.read,
        "rows_written": run.rows.written,
        "rows_skipped": run.rows.skipped,
        "root_log_id": exact_id(run.root_log_id),
        "run_started_at": run.run_started_at,
    }
