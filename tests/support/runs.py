"""Runs of jobs for tests without a store."""

from datetime import UTC, datetime
from typing import Any

from arcbeat.domain.jobs.runs import Run, RunState, Trigger

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)


def run_of(run_id: int, state: RunState = RunState.RUNNING, **more: Any) -> Run:
    """Return a run of the job check, unless ``more`` says otherwise."""
    values: dict[str, Any] = {
        "job_id": 1,
        "job_name": "check",
        "trigger": Trigger.HTTP,
        "requested_by": "tester",
        "parameters": {},
        "dry_run": False,
        "fence": 1,
        "created_at": T0,
        "run_started_at": T0,
        "max_attempts": 3,
        **more,
    }
    return Run(id=run_id, state=state, **values)
