"""Runs and log rows as the contract describes them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from arcbeat.domain.exact_ids import exact_id
from arcbeat.domain.jobs.activity import RunSummary
from arcbeat.domain.jobs.logs import LogNode, StrategyChange, SyncJobLog, TimelineSegment, strategy_changes, timeline
from arcbeat.domain.jobs.retry import RetryStats
from arcbeat.domain.jobs.runs import Run
from arcbeat.services.run_attributes import run_attributes


def run_body(run: Run) -> dict[str, Any]:
    """Return the body of a run."""
    return {
        **run_attributes(run),
        "parameters": dict(run.parameters),
        "idempotency_key": run.idempotency_key,
        "scheduled_for": run.scheduled_for,
        "retry_of": exact_id(run.retry_of),
        "worker": run.worker,
        "lease_until": run.lease_until,
        "window_start": run.window_start,
        "window_end": run.window_end,
        "result": run.result,
    }


def listed_run_body(run: Run, logs: Sequence[SyncJobLog] | None) -> dict[str, Any]:
    """Return the body of a run with the attempts and waits of its log; without them if ``logs`` is None."""
    if logs is None:
        return run_body(run)
    return {**run_body(run), "segments": _segments_body(timeline(logs[0], logs[1:]) if logs else ())}


def summary_body(run: RunSummary) -> dict[str, Any]:
    """Return the body of a run in a list of jobs."""
    return {
        "id": exact_id(run.id),
        "state": run.state,
        "trigger": run.trigger,
        "scheduled_for": run.scheduled_for,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "duration_ms": _duration_ms(run.started_at, run.finished_at),
        "lease_until": run.lease_until,
        "attempts": run.attempts,
        "max_attempts": run.max_attempts,
        "error_category": run.error_category,
        "error_message": run.error_message,
        "root_log_id": exact_id(run.root_log_id),
        "run_started_at": run.run_started_at,
    }


def log_body(log: SyncJobLog) -> dict[str, Any]:
    """Return the body of a log row."""
    return {
        "id": exact_id(log.id),
        "run_id": exact_id(log.run_id),
        "job_name": log.job_name,
        "parent_log_id": exact_id(log.parent_log_id),
        "run_started_at": log.run_started_at,
        "log_type": log.log_type,
        "execution_phase": log.execution_phase,
        "status": log.status,
        "message": log.message,
        "error_category": log.error_category,
        "error_message": log.error_message,
        "attempt_number": log.attempt_number,
        "planned_start_at": log.planned_start_at,
        "started_at": log.started_at,
        "ended_at": log.ended_at,
        "duration_ms": _duration_ms(log.started_at, log.ended_at),
        "retry_context": log.retry_context,
        "performance_metrics": log.performance_metrics,
        "retry_statistics": _statistics_body(log.retry_statistics) if log.retry_statistics else None,
        "rows_read": log.rows_read,
        "rows_written": log.rows_written,
        "rows_skipped": log.rows_skipped,
        "window_start": log.window_start,
        "window_end": log.window_end,
    }


def tree_body(node: LogNode) -> dict[str, Any]:
    """Return the body of a row with the rows below it."""
    return {"log": log_body(node.log), "children": [tree_body(child) for child in node.children]}


def timeline_body(root: SyncJobLog, children: Sequence[SyncJobLog]) -> dict[str, Any]:
    """Return the body of the attempts, the waits and the changes of the strategy of a run."""
    started_at = root.started_at or root.run_started_at
    return {
        "log_id": exact_id(root.id),
        "run_id": exact_id(root.run_id),
        "job_name": root.job_name,
        "status": root.status,
        "started_at": started_at,
        "ended_at": root.ended_at,
        "duration_ms": _duration_ms(started_at, root.ended_at),
        "segments": _segments_body(timeline(root, children)),
        "strategy_changes": [_change_body(each) for each in strategy_changes(children)],
    }


def _segments_body(segments: Sequence[TimelineSegment]) -> list[dict[str, Any]]:
    """Return the bodies of segments: an attempt was planned to begin when the wait before it was planned to end."""
    planned_starts = [None, *(before.planned_end_at for before, _ in pairwise(segments))]
    return [_segment_body(*each) for each in zip(segments, planned_starts, strict=False)]


def _segment_body(segment: TimelineSegment, planned_start_at: datetime | None) -> dict[str, Any]:
    return {
        "kind": segment.kind,
        "attempt_number": segment.attempt_number,
        "planned_start_at": planned_start_at,
        "started_at": segment.started_at,
        "planned_end_at": segment.planned_end_at,
        "ended_at": segment.ended_at,
        "duration_ms": _duration_ms(segment.started_at, segment.ended_at),
        "status": segment.status,
        "error_category": segment.error_category,
    }


def _change_body(change: StrategyChange) -> dict[str, Any]:
    return {
        "log_id": exact_id(change.log_id),
        "changed_at": change.changed_at,
        "attempt_number": change.attempt_number,
        "error_category": change.error_category,
        "message": change.message,
        "before": change.before,
        "after": change.after,
    }


def _statistics_body(statistics: RetryStats) -> dict[str, Any]:
    return {
        "attempts": statistics.attempts,
        "retries": statistics.retries,
        "wait_seconds": statistics.wait_seconds,
        "strategy_changes": statistics.strategy_changes,
        "errors_by_category": {str(category): count for category, count in statistics.errors_by_category.items()},
    }


def _duration_ms(started_at: datetime | None, ended_at: datetime | None) -> float | None:
    return (ended_at - started_at) / timedelta(milliseconds=1) if started_at and ended_at else None
